"""Any OpenAI-compatible API: OpenAI, Azure, Mistral, vLLM, llama.cpp, Ollama and others, by configuration."""

import json

import openai

from answering.llm import Completion, Prompt
from protocol.errors import ModelUnavailable


class OpenAICompatibleModel:
    """Chat completions; the client's own retries (two, with jitter) stay within `timeout`."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        model: str,
        *,
        timeout: float,
        context_tokens: int,
        price_in: float = 0.0,
        price_out: float = 0.0,
    ) -> None:
        """`timeout` in seconds; prices in US dollars per million tokens."""
        self._client = openai.AsyncOpenAI(
            base_url=base_url, api_key=api_key or "none", timeout=timeout / 2, max_retries=1
        )
        self._model = model
        self._context_tokens = context_tokens
        self._prices = (price_in, price_out)

    @property
    def name(self) -> str:
        return self._model

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    async def complete(self, prompt: Prompt) -> Completion:
        try:
            response = await self._client.chat.completions.create(
                model=self._model,
                messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
                temperature=0,
                max_tokens=prompt.max_tokens,
            )
            choice = response.choices[0] if response.choices else None
            text = (choice.message.content or "").strip() if choice and choice.message else ""
        except (openai.OpenAIError, json.JSONDecodeError, AttributeError, TypeError) as error:
            raise ModelUnavailable(f"{self._model} doesn't answer: {_reason(error)}.") from error
        if not text:
            raise ModelUnavailable(f"{self._model} answered nothing.")
        tokens_in = response.usage.prompt_tokens if response.usage else 0
        tokens_out = response.usage.completion_tokens if response.usage else 0
        cost = (tokens_in * self._prices[0] + tokens_out * self._prices[1]) / 1_000_000
        return Completion(text, self._model, tokens_in, tokens_out, cost)

    async def close(self) -> None:
        await self._client.close()


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
