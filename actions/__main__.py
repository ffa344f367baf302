"""The action server: `python -m actions`. Actions are registered explicitly, with what they need."""

import logging
import sys
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor

from actions.ask import Answer
from actions.calls import Executor
from actions.erp import InvoiceLookup, OrderStatus, StockCheck
from actions.feedback import RateAnswer, RecordFeedback
from actions.forms import FORMS
from actions.leads import RecordLead
from actions.memory import AllowMemory, ForgetFacts, NoteFacts, RefuseMemory, ShowFacts
from actions.pieces import WebPieces
from actions.recollection import Recollection
from actions.session import StartSession
from actions.tickets import HandOver, OpenTicket, TicketStatus
from protocol.errors import SahayakError
from protocol.secret import read_or_make_secret
from runtime import logs, settings, wiring


def executor(assistant: wiring.Assistant, pieces: WebPieces) -> ActionExecutor:
    """Every action of the domain."""
    registry = Executor(assistant.knowledge.embedder)
    recollection = Recollection(assistant.memory)
    for action in (
        StartSession(assistant.tenants, assistant.memory),
        Answer(assistant.tenants, assistant.answerer, recollection, pieces=pieces),
        Answer(assistant.tenants, assistant.answerer, recollection, name="action_report_error", pieces=pieces),
        NoteFacts(assistant.tenants, recollection),
        AllowMemory(assistant.tenants, assistant.memory),
        RefuseMemory(assistant.tenants, assistant.memory),
        ShowFacts(assistant.tenants, assistant.memory),
        ForgetFacts(assistant.tenants, assistant.memory, assistant.engine),
        OrderStatus(assistant.tenants, assistant.erp),
        StockCheck(assistant.tenants, assistant.erp),
        InvoiceLookup(assistant.tenants, assistant.erp),
        OpenTicket(assistant.tenants, assistant.desk),
        TicketStatus(assistant.tenants, assistant.desk),
        HandOver(assistant.tenants, assistant.desk),
        RecordLead(assistant.tenants, assistant.leads),
        RecordFeedback(assistant.tenants, assistant.engine),
        RateAnswer(assistant.tenants, assistant.engine),
        *(form() for form in FORMS),
    ):
        registry.register_action(action)
    return registry


def serve() -> int:
    """Run until stopped; 1 when the assistant can't be opened."""
    try:
        chosen = settings.read()
        logs.configure(chosen)
        assistant = wiring.open_assistant(chosen)
        pieces = WebPieces(chosen.rasa_url, chosen.secret or read_or_make_secret(chosen.var_folder / "secret"))
    except SahayakError as error:
        print(f"actions: {error}", file=sys.stderr)  # noqa: T201
        return 1
    app: Any = create_app(executor(assistant, pieces), cors_origins=[])
    app.config.REQUEST_MAX_SIZE = 20_000_000  # a long conversation's tracker travels with every call
    app.config.KEEP_ALIVE_TIMEOUT = 120

    @app.before_server_start
    async def warm_up(_: Any) -> None:
        for tenant in assistant.tenants:
            await assistant.knowledge.search.search(tenant, "warm up", k=1)

    @app.after_server_stop
    async def close(_: Any) -> None:
        await pieces.close()
        await assistant.close()

    logging.getLogger(__name__).info("The action server listens on port %d.", chosen.actions_port)
    app.run(host=chosen.host, port=chosen.actions_port, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(serve())
