"""The containers, as far as they can be checked without an engine: what they copy suffices, what they start exists, what they read is known."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from runtime.settings import PROJECT, VARIABLES

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
HALVES = {
    "app": (".venv", "actions.__main__ console.__main__ commands.__main__"),
    "rasa": (".venv-rasa", "connectors.web bot.intents bot.tracker_store"),
}
ELSEWHERE = {"ACTION_ENDPOINT_URL"}  # read by endpoints.yml alone


def steps(half: str) -> list[tuple[str, str]]:
    """(instruction, arguments) of the last stage."""
    text = (PROJECT / f"deploy/{half}.Dockerfile").read_text("utf-8").replace("\\\n", " ")
    found = [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    last = max(place for place, (word, _) in enumerate(found) if word == "FROM")
    return found[last:]  # type: ignore[return-value]


def copied(half: str) -> list[str]:
    return [
        source
        for word, told in steps(half)
        if word == "COPY" and not told.startswith("--from")
        for source in told.split()[:-1]
    ]


@pytest.mark.parametrize("half", HALVES)
def test_what_an_image_copies_is_all_that_its_programs_import(half, tmp_path):
    for source in copied(half):
        target = tmp_path / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / source).is_dir():
            shutil.copytree(PROJECT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / source, target)
    venv, modules = HALVES[half]
    program = f"import {', '.join(modules.split())}"
    done = subprocess.run(
        [PROJECT / venv / "bin/python", "-W", "ignore", "-c", program], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(tmp_path), "SAHAYAK_VAR": str(tmp_path / "var"), "TF_CPP_MIN_LOG_LEVEL": "3"}, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("half", HALVES)
def test_the_packages_come_from_the_lock_of_the_half(half):
    told = " ".join(arguments for word, arguments in steps(half) if word == "RUN")
    assert f"-r requirements/{half}.txt" in told


def test_the_rasa_image_converts_the_embedding_model_with_packages_that_the_lock_has():
    text = (PROJECT / "deploy/rasa.Dockerfile").read_text("utf-8")
    [names] = re.findall(r"\^\(([\w|]+)\)==", text)
    locked = (PROJECT / "requirements/app.txt").read_text("utf-8")
    for name in names.split("|"):
        assert re.search(rf"^{name}==", locked, re.MULTILINE), name


@pytest.mark.parametrize("service", [name for name, told in COMPOSE["services"].items() if "build" in told])
def test_a_service_reads_only_settings_that_exist(service):
    told = COMPOSE["services"][service]
    known = {variable for variable, _ in VARIABLES.values()} | ELSEWHERE
    if service == "rasa":  # the channels read some of their own
        channels = (PROJECT / "connectors/settings.py").read_text("utf-8")
        known |= set(re.findall(r'environ\.get\("(\w+)"', channels))
    assert set(told["environment"]) <= known | {"ELASTICSEARCH_API_KEY"}
    assert (PROJECT / told["build"]["dockerfile"]).is_file()


def test_everything_that_a_service_waits_for_is_a_service():
    for told in COMPOSE["services"].values():
        assert set(told.get("depends_on", {})) <= set(COMPOSE["services"])


def test_the_servers_stand_behind_a_profile():
    behind = {name for name, told in COMPOSE["services"].items() if told.get("profiles") == ["servers"]}
    assert behind == {"postgres", "redis", "elasticsearch"}


def test_compose_hands_on_every_setting_of_the_outside_world():
    environment = set(COMPOSE["services"]["actions"]["environment"])
    assert {
        "DATABASE_URL",
        "REDIS_URL",
        "ELASTICSEARCH_URL",
        "LLM_BASE_URL",
        "LLM_API_KEY",
        "LLM_MODEL",
        "PUBLIC_URL",
    } <= environment


def test_nothing_private_gets_into_an_image():
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").split()
    assert {".env", "var"} <= {Path(line).name for line in ignored}
