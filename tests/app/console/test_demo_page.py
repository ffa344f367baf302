"""The help page of the demo company."""

import html
import json
import re

from console.app import create_app
from tests.app.console.conftest import CHAT, serving


async def test_page_carries_the_widget_by_one_script_tag(console):
    page = (await console.get("/")).text
    tag = re.search(r'<script src="/widget/sahayak\.js"([^>]*)></script>', page)
    assert tag
    assert 'data-key="demo"' in tag[1]
    assert f'data-server="{CHAT}"' in tag[1]


async def test_page_offers_questions_in_three_languages_to_the_reader_and_to_the_widget(console):
    page = (await console.get("/")).text
    examples = json.loads(html.unescape(re.search(r'data-examples="([^"]*)"', page)[1]))
    assert set(examples) == {"en", "hi", "hinglish"}
    for question in (question for questions in examples.values() for question in questions):
        assert f'data-ask="{html.escape(question)}"' in page


async def test_policy_lets_the_page_reach_its_own_files_and_the_chat_only(console):
    policy = (await console.get("/")).headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self'"
    assert rules["connect-src"] == f"'self' {CHAT} wss://chat.example.com"


async def test_page_has_nothing_inline_that_the_policy_would_stop(console):
    page = (await console.get("/")).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


async def test_everything_the_page_loads_is_there(console):
    page = (await console.get("/")).text
    addresses = set(re.findall(r'(?:src|href)="(/[^"#]*)', page)) - {"/", "/health", "/metrics"}
    assert len(addresses) >= 5
    for address in addresses:
        assert (await console.get(address)).status_code == 200, address


async def test_installation_without_the_demo_tenant_has_no_demo_page(settings, tenants):
    app = create_app(settings, {"other": tenants["other"]}, name="console-without-demo")
    async with serving(app) as console:
        answer = await console.get("/", headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert "There is no such page" in answer.text
        assert (await console.get("/widget/config/other-key.json")).status_code == 200
