"""The few words that channels add to what the bot says, in its three languages."""

from collections.abc import Mapping
from typing import Any

from protocol.answers import AnswerCard, Source

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sources": {"en": "Sources", "hi": "स्रोत", "hinglish": "Sources"},
    "page": {"en": "page", "hi": "पृष्ठ", "hinglish": "page"},
    "choose": {"en": "Please choose:", "hi": "कृपया चुनिए:", "hinglish": "Please chuniye:"},
    "options": {"en": "Choose", "hi": "चुनिए", "hinglish": "Chuniye"},  # 20 characters at most
    "number": {
        "en": "Reply with a number.",
        "hi": "जवाब में नंबर लिखिए।",
        "hinglish": "Reply mein number likhiye.",
    },
}


def word(name: str, language: str) -> str:
    """In that language, or in English."""
    return _WORDS[name].get(language) or _WORDS[name]["en"]


def with_sources(response: Mapping[str, Any], language: str) -> str:
    """The response's text in Markdown, its sources listed below."""
    text = str(response.get("text") or "").strip()
    card = AnswerCard.from_custom(response.get("custom") if isinstance(response.get("custom"), Mapping) else None)
    if card is None or not card.sources:
        return text
    lines = [_source(source, language) for source in card.sources]
    return f"{text}\n\n**{word('sources', language)}**\n" + "\n".join(lines)


def _source(source: Source, language: str) -> str:
    title = source.title.replace("[", "(").replace("]", ")") or source.id
    linked = f"[{title}]({source.url})" if source.url.startswith(("http://", "https://")) else title
    page = f", {word('page', language)} {source.page}" if source.page else ""
    return f"[{source.number}] {linked}{page}"
