"""The file of models: what it says is what is asked; what it gets wrong is one line that names the key."""

from dataclasses import fields

import pytest

from answering.openai_compatible import ModelEntry
from protocol.errors import SettingsError
from runtime import settings
from runtime.models import ModelPlan, read_models
from runtime.settings import PROJECT, Settings

GOOD = """
deadline: 20
failures: 2
models:
  - name: mini
    size: small
    base_url: https://a.example/v1
    key_variable: A_KEY
    model: gpt-mini
    price_in: 0.15
    timeout: 5
  - base_url: http://b.example/v1
    model: big
"""


@pytest.fixture
def plan(tmp_path):
    def read(text, variables=None):
        (tmp_path / "models.yml").write_text(text, "utf-8")
        return read_models(Settings(llm_models=str(tmp_path / "models.yml")), variables or {"A_KEY": "secret"})

    return read


def test_the_models_come_in_their_order_with_their_keys(plan):
    read = plan(GOOD)
    assert (read.deadline, read.failures, read.hedge_after) == (20.0, 2, 0.0)
    assert [(model.name, model.size, model.api_key, model.timeout) for model in read.models] == [
        ("mini", "small", "secret", 5.0), ("big", "large", "", 30.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("deadline: 20", "deadlin: 20", "deadlin"),
        ("deadline: 20", "deadline: soon", "deadline"),
        ("deadline: 20", "deadline: 0", "above 0"),
        ("size: small", "size: tiny", "size"),
        ("price_in: 0.15", "price_in: cheap", "price_in"),
        ("model: gpt-mini", "modell: gpt-mini", "model"),
        ("timeout: 5", "api_key: secret", "api_key"),
        ("timeout: 5", "context_tokens: 100", "context_tokens"),
        ("model: big", "model: mini", "same `name`"),
        ("models:", "models: []\nothers:", "at least one"),
        ("name: mini", "name: [", "can't be read"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(plan, before, after, named):
    with pytest.raises(SettingsError, match=named) as refused:
        plan(GOOD.replace(before, after))
    assert "\n" not in str(refused.value)


def test_a_missing_key_or_file_is_named(plan, tmp_path):
    with pytest.raises(SettingsError, match="A_KEY"):
        plan(GOOD, {"B_KEY": "x"})
    with pytest.raises(SettingsError, match=r"nowhere\.yml"):
        read_models(Settings(llm_models=str(tmp_path / "nowhere.yml")))


def test_one_model_needs_no_file_and_none_needs_nothing():
    assert read_models(Settings()) is None
    [model] = read_models(Settings(llm_base_url="http://x/v1", llm_model="m", llm_price_in=2.0)).models
    assert (model.name, model.price_in) == ("m", 2.0)


def test_the_two_ways_exclude_each_other():
    with pytest.raises(SettingsError, match="LLM_MODELS"):
        settings.read({"LLM_BASE_URL": "http://x/v1", "LLM_MODEL": "m", "LLM_MODELS": "models.yml"}, None)


def test_every_key_is_on_its_page():
    page = (PROJECT / "docs/models.md").read_text("utf-8")
    for field in {*fields(ModelEntry), *fields(ModelPlan)}:
        if field.name not in ("api_key", "models"):
            assert f"`{field.name}`" in page, field.name
