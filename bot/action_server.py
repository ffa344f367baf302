"""The call of the action server: where it goes, and what it carries.

ACTION_ENDPOINT_URL moves it; `endpoints.yml` can name a variable but no default for it. The domain, which is larger than all the rest, is
named by its digest, as rasa-sdk has it since 3.7: a server that doesn't know it says so, and is called again with the whole. The sentence
vector of the message goes along, so that the search needn't compute it a second time.

A session starts as Rasa itself would start it when the action server can't be had: stories would not know a conversation without a start.
"""

import logging
from typing import Any

from rasa.core.actions.action import ActionSessionStart, RemoteAction
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.sentences import remembered
from bot.settings import action_endpoint_url
from protocol.sentences import KEY

logger = logging.getLogger(__name__)
_MARK = "_sahayak_action_server"
_DIGEST = "_sahayak_digest"
_NO_DOMAIN = 449  # "Missing domain context, assistant will retry the request"


class _Call(dict[str, Any]):
    """The body of a call, and the domain that it only names."""

    def __init__(self, body: dict[str, Any], domain: Domain) -> None:
        super().__init__(body, domain_digest=_digest(domain))
        self._domain = domain

    def whole(self) -> dict[str, Any]:
        return {**self, "domain": self._domain.as_dict()}


def install() -> None:
    """Change the calls of every remote action; however often this is called."""
    if hasattr(RemoteAction, _MARK):
        return
    made = RemoteAction.__init__
    called = RemoteAction._action_call_format
    ran = RemoteAction.run
    requested = EndpointConfig.request

    def make(self: RemoteAction, name: str, action_endpoint: Any, *rest: Any, **named: Any) -> None:
        if action_endpoint is not None and action_endpoint_url():
            action_endpoint.url = action_endpoint_url()
        made(self, name, action_endpoint, *rest, **named)

    def call(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        body = _Call(called(self, tracker, domain), domain)
        message = tracker.latest_message
        sentence = remembered(message.text) if message and message.text else None
        if sentence:
            body[KEY] = sentence.to_json()
        return body

    async def run(self: RemoteAction, *arguments: Any, **named: Any) -> list[Event]:
        try:
            return list(await ran(self, *arguments, **named))
        except Exception as error:
            if self.name() != ACTION_SESSION_START_NAME:
                raise
            logger.warning("A session starts without the action server: %s", error)
            return list(await ActionSessionStart().run(*arguments, **named))

    async def request(self: EndpointConfig, *arguments: Any, json: Any = None, **named: Any) -> Any:
        try:
            return await requested(self, *arguments, json=json, **named)
        except ClientResponseError as error:
            if error.status != _NO_DOMAIN or not isinstance(json, _Call):
                raise
            return await requested(self, *arguments, json=json.whole(), **named)

    RemoteAction.__init__ = make
    RemoteAction._action_call_format = call
    RemoteAction.run = run
    RemoteAction._is_selective_domain_enabled = lambda _: (
        True
    )  # only what `domain.yml` marks with `send_domain` gets it unasked
    EndpointConfig.request = request
    setattr(RemoteAction, _MARK, True)


def _digest(domain: Domain) -> str:
    """Found once for each domain: a trained one doesn't change."""
    if not hasattr(domain, _DIGEST):
        setattr(domain, _DIGEST, domain.fingerprint())
    return str(getattr(domain, _DIGEST))
