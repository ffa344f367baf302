"""`bin/sahayak`: exits 0 on success, 1 when it could not do what was asked, 2 on wrong usage; errors are one line on stderr."""

import argparse
import asyncio
import importlib
import logging
import sys

from commands.output import fail
from protocol.errors import BadRequest, SahayakError
from runtime import logs, settings

COMMANDS = (
    "ingest",
    "documents",
    "search",
    "ask",
    "evaluate",
    "embeddings",
    "customers",
    "undelivered",
    "doctor",
    "run",
)


def main(arguments: list[str] | None = None) -> int:
    """Parse, run, report."""
    parser = argparse.ArgumentParser(
        prog="sahayak", description="A customer-support assistant that a company runs itself."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"commands.{name}")
        line = (module.__doc__ or "").strip().splitlines()[0]
        subparser = subparsers.add_parser(name, help=line, description=line)
        subparser.add_argument("--json", action="store_true", help="print JSON")
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)
    chosen = parser.parse_args(arguments)
    try:
        read = settings.read()
        logs.configure(read)
        return int(asyncio.run(chosen.run(chosen, read)))
    except BadRequest as error:
        return fail(chosen.command, str(error), 2)
    except SahayakError as error:
        return fail(chosen.command, str(error))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return fail(chosen.command, "stopped; what was done so far is kept")
    except BrokenPipeError:
        return 0
    except Exception as error:
        if isinstance(error, OSError):
            return fail(chosen.command, f"{error.filename or 'the system'}: {error.strerror or error}")
        logging.getLogger(__name__).debug("unforeseen", exc_info=True)
        said = f"this should not have happened: {type(error).__name__}: {error}"
        return fail(chosen.command, f"{said}. LOG_LEVEL=DEBUG shows more.")


if __name__ == "__main__":
    sys.exit(main())
