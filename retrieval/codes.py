"""Error codes, order and invoice numbers: written in many ways, matched in one canonical form (LIC-403, RS-ERR-1042, INV/26-27/004512)."""

import re

# In running text only what is plainly a code counts: capitals, a hyphen, a number; or Windows' hexadecimal ones.
_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9-])(?:[A-Z]{2,6}(?:-[A-Z]{2,4})?-\d{1,6}|[A-Z]{2,4}/\d\d-\d\d/\d{1,6}|0X[0-9A-F]{6,8})(?![A-Za-z0-9])"
)
_HEXADECIMAL = re.compile(r"\b0x[0-9A-Fa-f]{6,8}\b")
# A customer types "lic403", "Lic 403" or only the number; a reading that is no code matches nothing, so it does no harm.
_TYPED = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{2,6})[\s_-]*(?:(err)(?:or)?[\s_-]*)?(?:code[\s_-]*)?#?(\d{1,6})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"(?<![A-Za-z0-9])(?:\d{4,9}|[A-Za-z][A-Za-z.]{4,}[A-Za-z])(?![A-Za-z0-9])"
)  # 10048, ClassFactory, MSCOMCTL.OCX
_SPACED = re.compile(r"([A-Za-z]{2,6})[ _]?(\d{1,6})")


def codes_in(text: str) -> tuple[str, ...]:
    """Codes that stand in a document, canonical, in order, each once."""
    found = [*_IN_TEXT.findall(text), *map(str.upper, _HEXADECIMAL.findall(text))]
    return tuple(dict.fromkeys(found))


def codes_typed(query: str) -> tuple[str, ...]:
    """What may be codes in a question: every reading of it, to be matched against codes that documents have."""
    typed = _IN_TEXT.findall(query.upper())
    typed += ["-".join(filter(None, parts)).upper() for parts in _TYPED.findall(query)]
    typed += [single.upper() for single in _SINGLE.findall(query)]
    return tuple(dict.fromkeys(typed))


def canonical(code: str) -> str:
    """A code as a catalogue writes it, in the canonical form; empty when it is a phrase ("Duplicate IRN") and no code."""
    code = code.strip()
    spaced = _SPACED.fullmatch(code)
    if spaced:
        return f"{spaced[1].upper()}-{spaced[2]}"
    return "" if " " in code else code.upper()
