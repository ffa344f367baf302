"""The console on a real port, with the demo tenant and one more."""

import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from sanic import Sanic

from console.app import create_app
from protocol.tenants import Branding, Tenant, WebChannel
from runtime.settings import PROJECT, Settings
from runtime.tenants import read_tenants

CHAT = "https://chat.example.com"


@pytest.fixture
def tenants():
    """The installation's own, and one whose settings differ everywhere."""
    other = Tenant(
        id="other",
        name="Other Medical",
        language="hi",
        languages=("en", "hi"),
        branding=Branding(colour="#7c3aed", logo="https://cdn.example.com/logo.png", greeting={"hi": "नमस्ते!"}),
        web=WebChannel(key="other-key", origins=("https://shop.example",)),
        support={"phone": "000"},
    )
    return {**read_tenants(PROJECT / "tenants"), "other": other}


@pytest.fixture
def settings():
    return Settings(public_url=CHAT)


@pytest.fixture
def app(settings, tenants):
    return create_app(settings, tenants, name=f"console-{uuid.uuid4().hex}")


@pytest_asyncio.fixture
async def console(app) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the running console."""
    async with serving(app) as client:
        yield client


@asynccontextmanager
async def serving(app: Sanic) -> AsyncIterator[httpx.AsyncClient]:
    """Run an app on a free port for a while."""
    app.config.TOUCHUP = False  # Sanic rewrites its own source once per process; a second app would find it rewritten
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.after_start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client
    await server.before_stop()
    server.close()
    await server.after_stop()
