"""List the replies that never reached their customers, and why."""

import argparse
from dataclasses import asdict

from commands.output import chosen_tenant, print_json
from reviews.deliveries import undelivered
from runtime.database import open_database
from runtime.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tenant", help="whose customers (default: demo)")
    parser.add_argument("-n", type=int, default=100, metavar="N", help="the last N (default: 100)")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    tenant = chosen_tenant(settings, arguments.tenant)
    found = undelivered(open_database(settings), tenant.id, arguments.n)
    if arguments.json:
        print_json({"undelivered": [{**asdict(reply), "failed_at": reply.failed_at.isoformat()} for reply in found]})
        return 0
    for reply in found:
        text = " ".join(reply.text.split())
        print(f"{reply.failed_at:%Y-%m-%d %H:%M}  {reply.conversation}  {reply.error}  [{text[:80]}]")
    print(f"{len(found)} replies were not delivered.")
    return 0
