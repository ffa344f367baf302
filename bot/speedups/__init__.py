"""Makes a turn faster without changing what Rasa does; only for the one version whose source was read for it.

Measured by `bench/turn.py`; `docs/decisions/why-a-fast-turn.md` tells what each of these modules saves.
"""

import logging

import rasa
from rasa.core.actions.action import RemoteAction

from bot.speedups import actions, events, graph, policies, sqlite

logger = logging.getLogger(__name__)

READ_VERSION = "3.6.21"
_MARK = "_sahayak_speedups"


def install() -> bool:
    """Patch Rasa once, however often this is called; False, with a line in the log, when it is another version."""
    if rasa.__version__ != READ_VERSION:
        logger.warning("Speed-ups are for Rasa %s; %s runs without them.", READ_VERSION, rasa.__version__)
        return False
    if not hasattr(RemoteAction, _MARK):
        for part in (actions, events, graph, policies, sqlite):
            part.install()
        setattr(RemoteAction, _MARK, READ_VERSION)
    return True
