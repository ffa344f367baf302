"""The widget's files, as other companies' sites load them."""

import pytest

from runtime.settings import PROJECT

BUNDLE = PROJECT / "widget" / "dist"


async def test_loader_is_checked_for_news_soon_and_the_rest_is_kept_for_ever(console):
    loader = await console.get("/widget/sahayak.js")
    assert loader.headers["content-type"].startswith("text/javascript")
    assert "max-age=300" in loader.headers["cache-control"]
    (chat,) = [file.name for file in BUNDLE.glob("chat-*.js")]
    assert chat in loader.text
    chunk = await console.get(f"/widget/{chat}")
    assert chunk.content == (BUNDLE / chat).read_bytes()
    assert "immutable" in chunk.headers["cache-control"]


async def test_any_site_may_load_the_files(console):
    for address in ("/widget/sahayak.js", "/widget/config/demo.json"):
        headers = (await console.get(address, headers={"origin": "https://shop.example"})).headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"


async def test_config_tells_a_tenants_look_with_its_own_language_first(console):
    assert (await console.get("/widget/config/other-key.json")).json() == {
        "name": "Other Medical",
        "colour": "#7c3aed",
        "logo": "https://cdn.example.com/logo.png",
        "greeting": {"hi": "नमस्ते!"},
        "position": "end",
        "theme": "auto",
        "pre_chat": {},
        "languages": ["hi", "en"],
    }


@pytest.mark.parametrize("secret", ["origins", "identity", "limits", "support", "phone", "knowledge", "tone"])
async def test_config_tells_nothing_else(console, secret):
    assert secret not in (await console.get("/widget/config/other-key.json")).text


@pytest.mark.parametrize(
    "address",
    [
        "/widget/config/nobody.json",
        "/widget/config/demo",
        "/widget/config/..%2f..%2ftenants%2fdemo.yml",
        "/widget/..%2f..%2fpackage.json",
        "/widget/../../pyproject.toml",
        "/widget/%2e%2e/package.js",
        "/static/..%2f..%2fconsole%2fapp.py",
        "/static/../app.py",
        "/widget/sahayak.js.map",
    ],
)
async def test_nothing_but_the_bundle_is_served(console, address):
    assert (await console.get(address)).status_code == 404
