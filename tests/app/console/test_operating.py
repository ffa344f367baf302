"""What operators see: health, metrics, errors."""

import logging
import re
import subprocess
import sys

from runtime.settings import PROJECT


async def test_health_is_json(console):
    answer = await console.get("/health")
    assert answer.json() == {"status": "ok", "process": "console"}


async def test_metrics_count_requests_by_route_not_by_address(console):
    await console.get("/widget/config/demo.json")
    await console.get("/a-mistyped-address")
    metrics = await console.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert re.search(r'requests_total\{method="GET",route="/widget/config/[^"]*",status="200"\} 1\.0', metrics.text)
    assert 'requests_total{method="GET",route="none",status="404"} 1.0' in metrics.text
    assert "a-mistyped-address" not in metrics.text


async def test_browser_gets_a_page_and_a_program_gets_json(console):
    page = await console.get("/nowhere", headers={"accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert (await console.get("/nowhere")).json() == {"error": {"code": 404, "message": "There is no such page."}}


async def test_wrong_method_is_refused_plainly(console):
    assert (await console.post("/health")).status_code == 405


async def test_breakdown_shows_no_stack_trace_and_is_logged(app, console, monkeypatch, caplog):
    (route,) = [route for route in app.router.routes if route.name.endswith("health.health")]

    async def broken(_request):
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(route, "handler", broken)
    with caplog.at_level(logging.ERROR):
        answer = await console.get("/health", headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert "secret reason" not in answer.text
    assert "Traceback" not in answer.text
    assert "secret reason" in caplog.text


async def test_every_answer_is_guarded(console):
    for address in ("/", "/health", "/widget/sahayak.js", "/nowhere"):
        headers = (await console.get(address)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_bad_setting_is_named_in_one_line():
    done = subprocess.run(
        [sys.executable, "-m", "console"],
        cwd=PROJECT,
        env={"CONSOLE_PORT": "many", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "CONSOLE_PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1
