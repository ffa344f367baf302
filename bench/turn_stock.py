"""The stock project that turns are measured against: `rasa init`'s own, with one custom action, as its authors serve it."""

import os
import shutil
import subprocess
from pathlib import Path

from runtime.settings import PROJECT

RASA = PROJECT / ".venv-rasa/bin/python"
ASKED = "are you a bot?"  # what its custom action answers
SAID = "The custom action speaks."  # by that action alone: `rasa init` says something else itself
ACTION = f"""from rasa_sdk import Action


class ActionStock(Action):
    def name(self):
        return "action_stock"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text={SAID!r})
        return []
"""
SECONDS_TO_TRAIN = 1_800


def make(folder: Path) -> None:
    """Write and train it, unless an earlier run did; the model is `rasa init`'s pipeline, untouched."""
    if list(folder.glob("models/*.tar.gz")):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    scaffold = "from rasa.cli.scaffold import create_initial_project; create_initial_project('.')"
    subprocess.run([RASA, "-c", scaffold], cwd=folder, env=environment(), check=True)
    (folder / "actions/actions.py").write_text(ACTION, "utf-8")
    _replace(folder / "data/rules.yml", "action: utter_iamabot", "action: action_stock")
    _replace(folder / "domain.yml", "intents:", "actions:\n  - action_stock\n\nintents:")
    print("bench.turn: training the stock project (a minute)", flush=True)
    with (folder / "train.log").open("wb") as log:
        command = [RASA, "-m", "rasa", "train"]
        trained = subprocess.run(
            command, cwd=folder, env=environment(), stdout=log, stderr=log, timeout=SECONDS_TO_TRAIN
        )
    if trained.returncode:
        raise SystemExit(f"bench.turn: the stock project can't be trained; see {folder / 'train.log'}")


def serve(folder: Path, rasa_port: int, actions_port: int) -> list[tuple[list[str], Path]]:
    """The commands of its two processes, and where they run: Rasa with its `rest` channel, and rasa-sdk's action server."""
    (folder / "credentials.yml").write_text("rest:\n", "utf-8")
    (folder / "endpoints.yml").write_text(
        f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n", "utf-8"
    )
    sdk = [str(RASA), "-m", "rasa", "run", "actions", "-p", str(actions_port)]
    rasa = [str(RASA), "-m", "rasa", "run", "--interface", "127.0.0.1", "-p", str(rasa_port)]
    return [(sdk, folder), (rasa, folder)]


def environment() -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    if old not in text:
        raise SystemExit(f"rasa init's {file.name} is not as this measurement expects: no {old!r}.")
    file.write_text(text.replace(old, new, 1), "utf-8")
