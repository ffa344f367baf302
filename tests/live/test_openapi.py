"""The web channel's OpenAPI file is what the server does: requests of every shape, made up by schemathesis."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

schema = schemathesis.pytest.from_fixture("web_schema")


@pytest.fixture(scope="session")
def web_session(stack):
    """A session that is there, so that made-up requests get beyond the door."""
    answer = httpx.post(f"{stack.rasa}/webhooks/web/chat", json={"key": "demo", "text": "hello"}, timeout=60)
    return answer.json()["session"]


@pytest.fixture(scope="session")
def web_schema(stack):
    return schemathesis.openapi.from_url(f"{stack.rasa}/webhooks/web/openapi.json")


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_file_describes(case, web_session):
    for part in (case.query, case.body):
        if isinstance(part, dict) and isinstance(part.get("key"), str):
            part["key"] = "demo"
            if isinstance(part.get("session"), str):
                part["session"] = web_session
    case.call_and_validate(
        timeout=60,
        excluded_checks=[
            # a well-formed picture, session or upload may still be nobody's, which is a refusal
            schemathesis.checks.CHECKS.get_one("positive_data_acceptance"),
            schemathesis.checks.CHECKS.get_one("negative_data_rejection"),
        ],
    )


def test_the_file_names_every_route(stack):
    described = httpx.get(f"{stack.rasa}/webhooks/web/openapi.json", timeout=30).json()["paths"]
    assert set(described) == {
        "/health", "/chat", "/challenge", "/history", "/uploads", "/uploads/{id}", "/feedback", "/openapi.json",
    }  # fmt: skip
