"""Any OpenAI-compatible API: OpenAI, Azure, Mistral, Anthropic, vLLM, llama.cpp, Ollama and others, by configuration."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

import openai

from answering.llm import Completion, Prompt
from answering.tokens import count
from protocol.errors import ModelUnavailable

RETRIES = (
    2  # of what may pass by itself: no connection, 408, 409, 429, 5xx; not of silence, which the next model ends sooner
)
FIRST_WAIT = 0.5  # seconds, doubled each time, and up to half of it by chance
_PASSING = (408, 409, 429)
LONGEST_WAIT = 2.0  # seconds of a Retry-After that are waited for; the next model is sooner than more


@dataclass(frozen=True)
class ModelEntry:
    """One model of a chain, as configuration names it. Prices in US dollars per million tokens, times in seconds."""

    name: str
    base_url: str
    model: str  # the provider's name
    api_key: str = ""
    price_in: float = 0.0
    price_out: float = 0.0
    context_tokens: int = 8_000
    timeout: float = 30.0  # for a whole answer
    patience: float = 10.0  # for the first piece, and between two
    size: str = "large"  # small: simple questions go there first
    usage_in_stream: bool = True  # some servers refuse `stream_options`; then tokens are estimated
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)  # more of the request; null takes one of ours out


class OpenAICompatibleModel:
    """Chat completions, streamed."""

    def __init__(self, entry: ModelEntry) -> None:
        self._entry = entry
        self._client = openai.AsyncOpenAI(
            base_url=entry.base_url,
            api_key=entry.api_key or "none",
            timeout=openai.Timeout(entry.patience),
            max_retries=0,  # the client's own would wait for two minutes, and again for a model that is silent
            default_headers=entry.headers,
            default_query=entry.query,
        )

    @property
    def name(self) -> str:
        return self._entry.name

    @property
    def context_tokens(self) -> int:
        return self._entry.context_tokens

    @property
    def timeout(self) -> float:
        return self._entry.timeout

    @property
    def price(self) -> float:
        return self._entry.price_in + self._entry.price_out

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self._entry.price_in + tokens_out * self._entry.price_out) / 1_000_000

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Completion]:
        written: list[str] = []
        finished, usage = "", None
        try:
            response, retries = await self._begin(prompt)
            async with response as events:
                async for event in events:
                    usage = event.usage or usage
                    choice = event.choices[0] if event.choices else None
                    if choice is None:
                        continue
                    finished = choice.finish_reason or finished
                    if choice.delta is not None and choice.delta.content:
                        written.append(choice.delta.content)
                        yield choice.delta.content
        except (openai.OpenAIError, json.JSONDecodeError, AttributeError, TypeError, ValueError) as error:
            raise self._failure(error, begun=bool(written)) from error
        text = "".join(written).strip()
        if not finished:
            raise ModelUnavailable(f"{self.name} broke off in the middle of an answer.", kind="cut off")
        if finished == "content_filter":
            raise ModelUnavailable(f"{self.name}'s provider filtered the answer.", kind="filtered")
        if not text:
            raise ModelUnavailable(f"{self.name} answered nothing.", kind="empty")
        tokens_in = usage.prompt_tokens if usage else count(prompt.system) + count(prompt.user)
        tokens_out = usage.completion_tokens if usage else count(text)
        cost = self.cost(tokens_in, tokens_out)
        yield Completion(text, self.name, tokens_in, tokens_out, cost, retries=retries)

    async def _begin(self, prompt: Prompt) -> tuple[openai.AsyncStream[Any], int]:
        """The stream, and how often it was tried again."""
        request = self._request(prompt)
        for retries in range(RETRIES):
            try:
                return await self._client.chat.completions.create(**request), retries
            except (openai.APIConnectionError, openai.APIStatusError) as error:
                wait = _wait(error, retries)
                if wait is None:
                    raise
                await asyncio.sleep(wait)
        return await self._client.chat.completions.create(**request), RETRIES

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        request = {
            "model": self._entry.model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "temperature": 0,
            "max_tokens": prompt.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True} if self._entry.usage_in_stream else None,
        }
        known = {name: value for name, value in request.items() if name not in self._entry.options}
        extra = {name: value for name, value in self._entry.options.items() if value is not None}
        return {**{name: value for name, value in known.items() if value is not None}, "extra_body": extra}

    def _failure(self, error: Exception, *, begun: bool) -> ModelUnavailable:
        reason = (str(error) or type(error).__name__).splitlines()[0][:200]
        message = f"{self.name} doesn't answer: {reason}."
        if isinstance(error, openai.APITimeoutError):
            return ModelUnavailable(message, kind="stalled" if begun else "timeout")
        if isinstance(error, openai.APIStatusError):
            return ModelUnavailable(message, kind=str(error.status_code), retry_after=_seconds(error.response.headers))
        if isinstance(error, openai.APIConnectionError):
            return ModelUnavailable(message, kind="cut off" if begun else "no connection")
        return ModelUnavailable(message, kind="failed" if isinstance(error, openai.APIError) else "malformed")

    async def close(self) -> None:
        await self._client.close()


def _wait(error: openai.APIConnectionError | openai.APIStatusError, retries: int) -> float | None:
    """Seconds until the next try, as long as the provider says, or with jitter; None when there is no use in one."""
    if isinstance(error, openai.APITimeoutError):
        return None
    if isinstance(error, openai.APIStatusError):
        asked = _seconds(error.response.headers)
        if (error.status_code not in _PASSING and error.status_code < 500) or asked > LONGEST_WAIT:
            return None
        if asked:
            return asked
    return float(FIRST_WAIT * 2**retries * random.uniform(0.5, 1.0))  # noqa: S311  # no secret hangs on it


def _seconds(headers: Mapping[str, str]) -> float:
    """A Retry-After in seconds; its form as a date isn't used by any model's API."""
    try:
        return max(float(headers.get("retry-after", "")), 0.0)
    except ValueError:
        return 0.0
