"""The port behind which a cross-encoder reads question and passage together; none is needed, and `bench/retrieval.md` says what ours does without."""

from collections.abc import Sequence
from typing import Protocol

import httpx

from protocol.errors import RerankerUnavailable

DEPTH = 20  # passages that are read again; what a cross-encoder brings is in the first few


class Reranker(Protocol):
    """Judges passages for one question."""

    async def scores(self, query: str, passages: Sequence[str]) -> tuple[float, ...]:
        """One score per passage, the higher the better, comparable within the query only; raises RerankerUnavailable."""
        ...

    async def close(self) -> None:
        """Let go of connections; a second call does nothing."""
        ...


class HttpReranker:
    """A server with the `/rerank` that Cohere introduced: Cohere, Jina, vLLM, llama.cpp, Infinity, LiteLLM."""

    def __init__(self, url: str, *, model: str = "", api_key: str = "", timeout: float = 2.0) -> None:
        """`url` without `/rerank`, such as http://host:8080/v1; `timeout` in seconds, after which the search goes on without."""
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.AsyncClient(base_url=url.rstrip("/") + "/", headers=headers, timeout=timeout)
        self._model = model

    async def scores(self, query: str, passages: Sequence[str]) -> tuple[float, ...]:
        asked = {"model": self._model, "query": query, "documents": list(passages), "top_n": len(passages)}
        try:
            answer = await self._client.post("rerank", json=asked)
            answer.raise_for_status()
            found = {int(result["index"]): float(result["relevance_score"]) for result in answer.json()["results"]}
        except httpx.HTTPStatusError as error:
            raise RerankerUnavailable(
                f"The reranker says {error.response.status_code}.",
                hint="Check RERANKER_URL, RERANKER_MODEL and RERANKER_API_KEY.",
            ) from error
        except httpx.HTTPError as error:
            raise RerankerUnavailable(
                f"The reranker doesn't answer ({type(error).__name__}).", hint="Check RERANKER_URL."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise RerankerUnavailable(
                "The reranker's answer can't be read.", hint="RERANKER_URL must speak /rerank."
            ) from error
        if set(found) != set(range(len(passages))):
            raise RerankerUnavailable(f"The reranker judged {len(found)} of {len(passages)} passages.")
        return tuple(found[number] for number in range(len(passages)))

    async def close(self) -> None:
        await self._client.aclose()
