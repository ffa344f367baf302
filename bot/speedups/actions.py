"""The call of an action: the answer's schema is compiled once, the connection is kept for the next action.

Rasa checks the schema of action servers' answers, which is its own, each time it gets an answer
(`RemoteAction._validate_action_result` calls `jsonschema.validate`): 20-150 ms. It opens a connection for each action
(`EndpointConfig.session`).
"""

import asyncio
import atexit
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

_KEEP_ALIVE = 3.0  # seconds; action servers close an idle connection after five


def install() -> None:
    """Change both."""
    RemoteAction._validate_action_result = _compiled_check(RemoteAction.action_response_format_spec())
    EndpointConfig.session = _session_on_kept_connections


def _compiled_check(schema: dict[str, Any]) -> Any:
    """The same check with the same error, by a validator that is made and itself checked once."""
    validator_class = validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)

    def validate(_: RemoteAction, result: dict[str, Any]) -> bool:
        error = best_match(validator.iter_errors(result))
        if error is None:
            return True
        error.message += (
            f". Failed to validate Action server response from API, "
            f"make sure your response from the Action endpoint is valid. "
            f"For more information about the format visit "
            f"{DOCS_BASE_URL}/custom-actions"
        )
        raise error

    return validate


_connectors: "WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.TCPConnector]" = WeakKeyDictionary()


def _session_on_kept_connections(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    """What Rasa's `session` makes, except that closing it leaves the connection open for the next action."""
    loop = asyncio.get_running_loop()
    connector = _connectors.get(loop)
    if connector is None or connector.closed:
        connector = _connectors[loop] = aiohttp.TCPConnector(keepalive_timeout=_KEEP_ALIVE)
        atexit.register(connector.close)  # else it complains on the way out
    login = endpoint.basic_auth
    return aiohttp.ClientSession(
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(login["username"], login["password"]) if login else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=connector,
        connector_owner=False,
    )
