"""`/`: the help page of the demo company, with the widget on it as any company's site would carry it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment
from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import html

from console.headers import page_policy
from protocol.tenants import Tenant
from runtime.settings import Settings

DEMO_TENANT = "demo"
WORDS = Path(__file__).parent.parent / "demo_page.yml"


def blueprint(settings: Settings, tenants: Mapping[str, Tenant], pages: Environment) -> Blueprint:
    """The route; an installation without the demo tenant has no such page."""
    routes = Blueprint("demo_page")
    tenant = tenants.get(DEMO_TENANT)
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text("utf-8"))
    examples = {question["language"]: question["asked"] for question in words["questions"]}
    template = pages.get_template("demo_page.html")
    page_headers = {
        "content-security-policy": page_policy(settings.rasa_public_url),
        "cache-control": "no-cache",
    }

    @routes.get("/")
    async def demo_page(_: Request) -> HTTPResponse:
        if tenant is None or tenant.web is None:
            raise NotFound("The demo tenant isn't installed.")
        page = template.render(
            words=words,
            key=tenant.web.key,
            chat_server=settings.rasa_public_url,
            examples=json.dumps(examples, ensure_ascii=False),
            support=tenant.support,
        )
        return html(page, headers=page_headers)

    return routes
