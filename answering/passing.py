"""What may be seen of a sentence before it is whole: words that stand on the pages shown, for the sentence may be taken away again."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import takewhile

from answering import policies
from answering.indian_formats import indian
from answering.support import missing
from answering.untrusted import Guard
from protocol.tenants import Tenant
from retrieval.documents import Chunk
from retrieval.senses import all_senses, senses_of

_UNFINISHED = re.compile(r"\S*$")  # a word or figure that may go on
_WORD = re.compile(r"\S+\s*")
_CITATIONS = re.compile(r"\s*\[\d{0,2}\]?")


class Passing:
    """Looks at the beginnings of one answer's sentences."""

    def __init__(self, guard: Guard, passages: Sequence[Chunk], tenant: Tenant) -> None:
        self._guard = guard
        self._passages = passages
        self._tenant = tenant

    @cached_property
    def _known(self) -> frozenset[str]:
        """Only worked out when somebody looks on: quoted answers have nobody."""
        return all_senses(self._tenant.name).union(*(all_senses(chunk.passage) for chunk in self._passages))

    def words(self, begun: str) -> str:
        """The whole words of a sentence that was begun, up to the first that no page has in any script; none when a figure, code or name
        in them stands on no page, when they break a policy, or when the guard would change anything in them."""
        words = "".join(takewhile(self._stands, _WORD.findall(_CITATIONS.sub("", _UNFINISHED.sub("", begun))))).strip()
        if not words or self._guard.clean(words) != words:
            return ""
        if policies.kept(words, self._tenant, self._passages) != words:
            return ""
        return "" if missing(words, self._passages, self._tenant.name, same_script=False) else indian(words)

    def _stands(self, word: str) -> bool:
        return all(not senses.isdisjoint(self._known) for senses in senses_of(word))
