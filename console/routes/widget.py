"""`/widget/...`: the built widget, and each tenant's look. Other companies' pages load these, so any origin may."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import file, json

from protocol.tenants import Tenant

SHARED = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
LOADER = "sahayak.js"
FOR_EVER = "public, max-age=31536000, immutable"  # the name carries a hash of the content
SHORTLY = "public, max-age=300, stale-while-revalidate=86400"


def blueprint(bundle: Path, tenants: Mapping[str, Tenant]) -> Blueprint:
    """The routes; `bundle` is the folder that `npm run build` writes."""
    routes = Blueprint("widget", url_prefix="/widget")
    by_key = {tenant.web.key: tenant for tenant in tenants.values() if tenant.web}

    @routes.get("/<name:[a-zA-Z0-9_-]+[.]js>")
    async def script(_: Request, name: str) -> HTTPResponse:
        path = bundle / name
        if not path.is_file():
            raise NotFound(f"No file {name} in the widget's bundle.")
        caching = {"cache-control": SHORTLY if name == LOADER else FOR_EVER}
        return await file(path, mime_type="text/javascript; charset=utf-8", headers={**SHARED, **caching})

    @routes.get("/config/<key:[a-zA-Z0-9_-]+[.]json>")
    async def config(_: Request, key: str) -> HTTPResponse:
        tenant = by_key.get(key.removesuffix(".json"))
        if tenant is None:
            raise NotFound("No tenant has this key.")
        return json(look(tenant), headers={**SHARED, "cache-control": SHORTLY})

    return routes


def look(tenant: Tenant) -> dict[str, Any]:
    """What anyone on the web may know of a tenant."""
    return {
        "name": tenant.name,
        "colour": tenant.branding.colour,
        "logo": tenant.branding.logo,
        "greeting": dict(tenant.branding.greeting),
        "position": tenant.branding.position,
        "theme": tenant.branding.theme,
        "pre_chat": dict(tenant.web.pre_chat) if tenant.web else {},
        "languages": [tenant.language, *(language for language in tenant.languages if language != tenant.language)],
    }
