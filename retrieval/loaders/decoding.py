"""Bytes to text: UTF-8 first, then what a byte order mark says, then the most likely of the older encodings."""

import codecs

from charset_normalizer import from_bytes

from protocol.errors import DocumentRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLDER = ["cp1252", "cp932", "gb18030", "big5", "euc_kr", "cp1251"]
_SAMPLE = 100_000  # bytes that the encoding is told from
_CONTROLS = frozenset(map(chr, (*range(0x09), *range(0x0E, 0x20), 0x7F))) - {"\x1b"}


def decoded(content: bytes) -> str:
    """The text; raises DocumentRefused when the bytes are no text in any encoding."""
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "") or _unmarked(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding not in _OLDER:
            raise DocumentRefused(f"its mark says {encoding}, but byte {error.start} is not") from error
        text = content.decode("latin-1")
    if sum(character in _CONTROLS for character in text[:_SAMPLE]) > len(text[:_SAMPLE]) // 100:
        raise DocumentRefused("it is not text")
    return text


def _unmarked(content: bytes) -> str:
    try:
        content.decode("utf-8")
        if b"\0" not in content:
            return "utf-8"
    except UnicodeDecodeError:
        pass
    sample = content[:_SAMPLE]
    if b"\0" in sample:
        # ASCII in UTF-16 has its zeros at one parity only; a binary file has them anywhere.
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if len(content) % 2 or min(even, odd) * 10 > max(even, odd):
            raise DocumentRefused("it is not text")
        return "utf-16-le" if odd > even else "utf-16-be"
    best = from_bytes(sample, cp_isolation=_OLDER).best()
    # Short texts fit many encodings; the Latin one is by far the most usual.
    return best.encoding if best is not None and sum(byte > 0x7F for byte in sample) >= 8 else "cp1252"
