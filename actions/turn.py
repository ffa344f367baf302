"""What an action knows of the turn it runs in, and the one place where a failing action is made to speak."""

import logging
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from answering.conversation import Said
from protocol.conversation import Conversation
from protocol.errors import BadRequest, SahayakError
from protocol.languages import LANGUAGES, Language, identify
from protocol.tenants import Tenant

logger = logging.getLogger(__name__)
Event = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """One message of one customer, as Rasa hands it to an action."""

    tenant: Tenant
    conversation: str
    channel: str
    customer: str  # the verified subject, else the conversation itself: nobody sees another one's things
    language: Language
    text: str
    message_id: str
    correlation_id: str
    slots: Mapping[str, Any]
    said: tuple[Said, ...] = ()  # before this message, in this session
    known_as: str = ""  # who a memory of this customer may belong to; see `known_as`
    form: str = ""  # the one that is being filled in

    @classmethod
    def read(cls, tracker: Tracker, tenants: Mapping[str, Tenant]) -> "Turn":
        """The tenant comes from the conversation id, which connectors make; `rasa shell` has none and gets the first tenant."""
        try:
            conversation = Conversation.parse(tracker.sender_id)
            tenant, channel = tenants[conversation.tenant], conversation.channel
        except BadRequest:
            conversation, tenant, channel = None, next(iter(tenants.values())), "shell"
        except KeyError as error:
            raise BadRequest(f"Conversation {tracker.sender_id!r} is of no tenant of this installation.") from error
        message = tracker.latest_message
        text = message.get("text") or ""
        metadata = message.get("metadata") or {}
        identity = metadata.get("identity") or {}
        subject = identity.get("subject") if identity.get("kind") in ("channel", "token") else ""
        language = tracker.get_slot("language")
        return cls(
            tenant=tenant,
            conversation=tracker.sender_id,
            channel=channel,
            customer=f"{identity['kind']}:{subject}" if subject else tracker.sender_id,
            language=language if language in LANGUAGES else identify(text, tenant.language),
            text=text,
            message_id=str(metadata.get("message_id") or message.get("message_id") or ""),
            correlation_id=str(metadata.get("correlation_id") or ""),
            slots=tracker.current_slot_values(),
            said=_said(tracker),
            known_as=known_as(conversation, identity),
            form=(tracker.active_loop or {}).get("name") or "",
        )

    def slot(self, name: str) -> str:
        """A slot as text, "" when it isn't set."""
        value = self.slots.get(name)
        return "" if value is None else str(value).strip()

    @property
    def once(self) -> str:
        """A key that is the same when the same message is handled again, so that nothing is opened twice."""
        return f"{self.conversation}:{self.message_id}" if self.message_id else ""


def known_as(conversation: Conversation | None, identity: Mapping[str, Any]) -> str:
    """The customer as their memory has them: `token:<subject>` or `<channel>:<sender>`; "" for strangers.

    A channel's subjects are its own: a number on WhatsApp is no id on Telegram. In a group, where the sender isn't the subject alone, it is
    "", too: others read along.
    """
    kind, subject = identity.get("kind"), str(identity.get("subject") or "")
    if conversation is None or not subject:
        return ""
    if kind == "token":
        return f"token:{subject}"
    return f"{conversation.channel}:{subject}" if kind == "channel" and conversation.sender == subject else ""


def _said(tracker: Tracker) -> tuple[Said, ...]:
    """What both said before the latest message, since the session began; a button's payload says nothing."""
    said: list[Said] = []
    for event in tracker.events:
        text = str(event.get("text") or "")
        if event.get("event") in ("restart", "session_started"):
            said.clear()
        elif event.get("event") == "user":
            said.append(Said("customer", "" if text.startswith("/") else text))
        elif event.get("event") == "bot" and text:
            said.append(Said("assistant", text))
    latest = max((place for place, message in enumerate(said) if message.speaker == "customer"), default=0)
    return tuple(message for message in said[:latest] if message.text)


class TurnAction(Action):
    """An action that knows its Turn; what goes wrong in it is said to the customer and written to the log."""

    def __init__(self, tenants: Mapping[str, Tenant]) -> None:
        self._tenants = tenants

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        try:
            return await self.act(Turn.read(tracker, self._tenants), dispatcher)
        except SahayakError as error:
            logger.warning("%s in %s: %s", self.name(), tracker.sender_id, error)
            dispatcher.messages.clear()
            dispatcher.utter_message(response=error.utterance)
        except Exception:
            logger.exception("%s failed in %s", self.name(), tracker.sender_id)
            dispatcher.messages.clear()
            dispatcher.utter_message(response=SahayakError.utterance)
        return []

    @abstractmethod
    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        """Do the one thing; raises SahayakError for what the customer should hear of."""
