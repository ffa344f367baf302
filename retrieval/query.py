"""From what a customer typed to what the index is asked: normalised text, weighted terms, codes, and what is embedded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from protocol.languages import recognise
from retrieval.analysis import is_stop_word, normalise, stems, terms, tokens
from retrieval.codes import codes_typed
from retrieval.hinglish import in_english, meanings
from retrieval.index import KeywordQuery
from retrieval.other_words import WEIGHT, other_words

_LONGEST = 2000  # characters: the model's window ends there, and a pasted log has said what it has to say
_MEANINGS = 2  # of one Hindi word that are looked for; more find no more (bench/retrieval.md)


@dataclass(frozen=True)
class AskedWord:
    """A word that carries meaning, and the terms any of which says it: its own, and those of its English meanings."""

    typed: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class AskedQuery:
    """A question as each half of the search is asked it."""

    keyword: KeywordQuery
    readings: tuple[str, ...]  # embedded together: as typed, and a Hinglish question in English words as well
    typed_share: float = 1.0  # of the keyword query's terms of full weight, those that were typed
    words: tuple["AskedWord", ...] = ()

    @property
    def text(self) -> str:
        return self.keyword.text


def asked_query(query: str) -> AskedQuery:
    """The query for both halves; a Hinglish word is looked for as typed and by what it means in English (bench/retrieval.md)."""
    keyword = keyword_query(query)
    words = tokens(keyword.text)
    if recognise(keyword.text) != "hinglish":
        others = other_words(keyword.text, keyword.terms)
        expanded = replace(keyword, terms={**keyword.terms, **dict.fromkeys(others, WEIGHT)}, instead_of=others)
        return AskedQuery(expanded, (keyword.text,), words=_carrying(words, translate=False))
    carrying = _carrying(words, translate=True)
    meant = list(chain.from_iterable(word.terms[1:] for word in carrying))
    added = {term: 1.0 for term in meant if term not in keyword.terms}
    expanded = replace(keyword, terms={**keyword.terms, **added})
    readings = tuple(dict.fromkeys((keyword.text, in_english(words) or keyword.text)))
    return AskedQuery(expanded, readings, len(keyword.terms) / len(expanded.terms) if keyword.terms else 1.0, carrying)


def keyword_query(query: str) -> KeywordQuery:
    """The query for keyword search as it was typed; the same word twice counts once."""
    text = normalise(query)[:_LONGEST]
    return KeywordQuery(text=text, terms=dict.fromkeys(terms(text), 1.0), codes=codes_typed(text))


def _carrying(words: Sequence[str], *, translate: bool) -> tuple[AskedWord, ...]:
    """The words that aren't mere grammar, each once; the first term of each is its own."""
    found = []
    for word in dict.fromkeys(words):
        if not is_stop_word(word):
            meant = chain.from_iterable(tokens(meaning) for meaning in meanings(word)[:_MEANINGS]) if translate else ()
            found.append(AskedWord(word, tuple(stems((word, *meant)))))
    return tuple(found)
