"""Train and ingest when needed, then serve until Ctrl-C."""

import argparse
import os
import sys

from commands.output import print_json
from commands.ports import refuse_taken_ports
from commands.prepare import ingest_when_empty, train_when_older
from commands.processes import Child, Supervisor
from runtime.settings import PROJECT, Settings
from runtime.settings import environment as settings_environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-train", action="store_true", help="serve the newest model even when the data is newer")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    refuse_taken_ports(settings)
    await train_when_older(PROJECT, train=not arguments.no_train)
    await ingest_when_empty(settings)
    urls = {
        "demo": f"http://localhost:{settings.console_port}/",
        "chat": f"{settings.public_url}/webhooks/web/chat",
    }
    supervisor = Supervisor(children(settings), logs=settings.var_folder / "logs")

    def announce() -> None:
        if arguments.json:
            print_json(urls)
            sys.stdout.flush()
        else:
            print(f"\n  Demo page  {urls['demo']}\n  Chat API   {urls['chat']}\n\nCtrl-C stops everything.", flush=True)

    return await supervisor.serve(announce)


def children(settings: Settings) -> list[Child]:
    """The three processes, with the environment that each reads."""
    shared = {
        **os.environ,
        **settings_environment(),
        "PYTHONPATH": str(PROJECT),
        "SAHAYAK_VAR": str(settings.var_folder),
        "SAHAYAK_TENANTS": str(settings.tenants_folder),
        "ACTION_ENDPOINT_URL": f"http://127.0.0.1:{settings.actions_port}/webhook",
    }
    quiet_rasa = {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    python, rasa = str(PROJECT / ".venv/bin/python"), str(PROJECT / ".venv-rasa/bin/python")
    return [
        Child("actions", [python, "-m", "actions"], shared, f"http://127.0.0.1:{settings.actions_port}/health"),
        Child("console", [python, "-m", "console"], shared, f"http://127.0.0.1:{settings.console_port}/health"),
        Child(
            "rasa",
            [rasa, "-m", "rasa", "run", "--interface", settings.host, "--port", str(settings.rasa_port),
             "--endpoints", "endpoints.yml", "--credentials", "credentials.yml", "--model", "models"],
            {**shared, **quiet_rasa},
            f"http://127.0.0.1:{settings.rasa_port}/webhooks/web/health",
        ),
    ]  # fmt: skip
