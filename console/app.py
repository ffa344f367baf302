"""Puts the console together: one blueprint per noun, around it what every answer gets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sanic import Sanic

from console import failures, headers, metrics
from console.routes import demo_page, health, widget
from protocol.tenants import Tenant
from runtime.settings import PROJECT, Settings

HERE = Path(__file__).parent
WIDGET_BUNDLE = PROJECT / "widget" / "dist"


def create_app(settings: Settings, tenants: Mapping[str, Tenant], name: str = "console") -> Sanic[Any, Any]:
    """The app, ready to run or to test; `name` must be new in each process, as Sanic wants it."""
    app = Sanic(name, configure_logging=False)
    app.config.FALLBACK_ERROR_FORMAT = "text"
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    headers.attach(app)
    metrics.attach(app)
    failures.attach(app, pages)
    app.blueprint(demo_page.blueprint(settings, tenants, pages))
    app.blueprint(widget.blueprint(WIDGET_BUNDLE, tenants))
    app.blueprint(health.blueprint())
    app.static("/static", HERE / "static", name="static")
    return app
