"""See or erase what is remembered of a customer."""

import argparse
import getpass

from commands.output import chosen_tenant, fail, print_json
from customers.built_in import BuiltInCustomerMemory
from customers.memory import CustomerMemory, Memory
from customers.telling import day
from protocol.errors import BadRequest
from reviews.audit import keep_trace
from runtime.database import open_database
from runtime.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    doing = parser.add_subparsers(dest="doing", required=True, metavar="WHAT")
    for name, line in (
        ("show", "what is remembered of a customer, and what they decided"),
        ("erase", "erase all of it, the decision too; the audit log keeps that it was done"),
    ):
        one = doing.add_parser(name, help=line)
        one.add_argument("tenant")
        one.add_argument("customer", help="such as whatsapp_cloud:919823012345, telegram:4711 or token:THEIR-SUBJECT")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    tenant, customer = chosen_tenant(settings, arguments.tenant), arguments.customer
    kind, _, subject = customer.partition(":")
    if not (kind and subject):
        raise BadRequest(
            f"{customer[:80]!r} names no customer.", hint="Like whatsapp_cloud:919823012345 or token:THEIR-SUBJECT."
        )
    engine = open_database(settings)
    try:
        memory = BuiltInCustomerMemory(engine)
        if arguments.doing == "show":
            return await _show(memory, tenant.id, customer, arguments.json)
        gone = await memory.erase(tenant.id, customer)
        if gone is None:
            return _unknown(tenant.id, customer)
        await keep_trace(
            engine, tenant.id, f"operator {getpass.getuser()}"[:80], "customer_erased", customer, {"facts": gone}
        )
    finally:
        engine.dispose()
    if arguments.json:
        print_json({"tenant": tenant.id, "customer": customer, "erased": list(gone)})
    else:
        print(f"{customer}: erased {', '.join(gone) or 'their decision; there were no facts'}.")
    return 0


async def _show(memory: CustomerMemory, tenant: str, customer: str, as_json: bool) -> int:
    known = await memory.recall(tenant, customer)
    if not known.decision or known.decided_at is None:
        return _unknown(tenant, customer)
    if as_json:
        print_json({"tenant": tenant, "customer": customer, **_plain(known)})
        return 0
    print(f"{customer}: {known.decision} on {day(known.decided_at)}")
    for name, value in known.facts.values().items():
        print(f"  {name}: {value} (since {day(known.since[name])})")
    return 0


def _plain(known: Memory) -> dict[str, object]:
    return {
        "decision": known.decision,
        "decided_at": known.decided_at and known.decided_at.isoformat(),
        "facts": {
            name: {"value": value, "since": known.since[name].isoformat()}
            for name, value in known.facts.values().items()
        },
    }


def _unknown(tenant: str, customer: str) -> int:
    return fail("customers", f"Nothing is known of {customer!r} at {tenant}.")
