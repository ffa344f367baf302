"""Rasa's own tools, from the project's root, as conversation designers use them."""

import os
import subprocess

import pytest
import yaml

from runtime.settings import PROJECT

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore"}


@pytest.fixture
def rasa(stack):
    """Runs Rasa's command line; the stack has trained the model before."""

    def run(*arguments, typed=""):
        return subprocess.run(
            [PROJECT / ".venv-rasa/bin/rasa", *arguments], cwd=PROJECT, env={**os.environ, **QUIET, "SAHAYAK_VAR": str(stack.var)},
            capture_output=True, text=True, timeout=600, input=typed,
        )  # fmt: skip

    return run


def test_the_data_is_valid(rasa):
    done = rasa("data", "validate", "--max-history", "6")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "No story structure conflicts found" in done.stdout + done.stderr


def test_the_stories_of_all_languages_play_as_written(rasa, tmp_path):
    written = sum(
        len(yaml.safe_load(file.read_text("utf-8"))["stories"]) for file in (PROJECT / "tests/stories").glob("*.yml")
    )
    done = rasa(
        "test", "core", "--stories", "tests/stories", "--out", str(tmp_path), "--no-plot", "--fail-on-prediction-errors"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{written} / {written}" in done.stdout + done.stderr


def test_the_shell_loads_the_assistant(rasa):
    # no more than this: what is piped into its prompt comes as typed or as pasted, as the machine's speed will have it
    done = rasa("shell", "--endpoints", "endpoints.yml", typed="/stop\n")
    assert "Bot loaded" in done.stdout
    assert "Your input" in done.stdout
