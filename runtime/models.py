"""The chain of language models: one from the settings, or several from the file that LLM_MODELS names."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from answering.openai_compatible import ModelEntry
from protocol.errors import SettingsError
from retrieval.circuit import FAILURES
from runtime.settings import PROJECT, Settings, environment

_KEYS = {field.name for field in fields(ModelEntry)} - {"api_key"} | {"key_variable"}
_NUMBERS = {"price_in": float, "price_out": float, "context_tokens": int, "timeout": float, "patience": float}
_LEAST_CONTEXT = 2_000  # tokens; the rules, the question, the answer and one passage want as many


@dataclass(frozen=True)
class ModelPlan:
    """Models in the order in which they are asked, and how patiently. Times in seconds."""

    models: tuple[ModelEntry, ...]
    deadline: float = 30.0  # for all of them together
    hedge_after: float = 0.0  # of silence, then the next model starts beside; 0 never does
    failures: int = FAILURES  # in a row that open a model's breaker
    rest: float = 30.0  # that it stays open at first


def read_models(settings: Settings, variables: Mapping[str, str] | None = None) -> ModelPlan | None:
    """The plan, None when no model is configured; raises SettingsError that names the file and the key.

    `variables` hold the keys of providers; by default they are the environment's and those of `.env`.
    """
    if settings.llm_models:
        return _of_file(settings.llm_models, {**environment(), **os.environ} if variables is None else variables)
    if not settings.llm_base_url:
        return None
    entry = ModelEntry(
        name=settings.llm_model,
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key,
        price_in=settings.llm_price_in,
        price_out=settings.llm_price_out,
        context_tokens=settings.llm_context_tokens,
        timeout=settings.llm_timeout,
    )
    return ModelPlan((entry,), deadline=settings.llm_timeout)


def _of_file(name: str, variables: Mapping[str, str]) -> ModelPlan:
    file = Path(name).expanduser()
    file = file if file.is_absolute() else PROJECT / file
    try:
        content = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"LLM_MODELS={name} can't be read: {str(error).splitlines()[0]}.") from error
    entries = content.pop("models", None) if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        raise SettingsError(f"{name}: `models` must be a list of at least one model.")
    unknown = set(content) - {field.name for field in fields(ModelPlan)}
    if unknown:
        raise SettingsError(f"{name}: unknown key {sorted(unknown)[0]!r}.")
    models = tuple(_model(f"{name}, model {number}", entry, variables) for number, entry in enumerate(entries, start=1))
    if len({model.name for model in models}) < len(models):
        raise SettingsError(f"{name}: two models have the same `name`.")
    try:
        numbers = {key: int(value) if key == "failures" else float(value) for key, value in content.items()}
        plan = ModelPlan(models, **numbers)  # type: ignore[arg-type]  # each key has its own field's type
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{name}: {', '.join(sorted(content))} must be numbers.") from error
    if plan.deadline <= 0 or plan.rest <= 0 or plan.hedge_after < 0 or plan.failures < 1:
        raise SettingsError(f"{name}: `deadline`, `rest` and `failures` must be above 0, `hedge_after` 0 or more.")
    return plan


def _model(where: str, entry: Any, variables: Mapping[str, str]) -> ModelEntry:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("base_url", "model")):
        raise SettingsError(f"{where}: `base_url` and `model` must be texts.")
    unknown = set(entry) - _KEYS
    if unknown:
        raise SettingsError(f"{where}: unknown key {sorted(unknown)[0]!r}.")
    given = {"name": entry["model"], **entry}
    variable = given.pop("key_variable", "")
    if variable and not variables.get(variable):
        raise SettingsError(f"{where}: the variable {variable}, which should hold its key, is not set.")
    try:
        given.update({key: made(given[key]) for key, made in _NUMBERS.items() if key in given})
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{where}: {', '.join(sorted(_NUMBERS))} must be numbers.") from error
    made = ModelEntry(**given, api_key=variables.get(variable, "") if variable else "")
    if made.size not in ("small", "large"):
        raise SettingsError(f"{where}: `size` may be small or large.")
    if made.context_tokens < _LEAST_CONTEXT or made.timeout <= 0 or made.patience <= 0:
        raise SettingsError(f"{where}: `context_tokens` {_LEAST_CONTEXT} at least; `timeout`, `patience` above 0.")
    return made
