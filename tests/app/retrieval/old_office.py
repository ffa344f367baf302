"""Writes what Office wrote before 2007: the container, a spreadsheet (BIFF8), an Outlook mail; after [MS-CFB], [MS-XLS] and [MS-OXMSG]."""

import struct
from collections.abc import Mapping, Sequence

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_GENERAL, DATE, PERCENT = 0, 14, 9  # Excel's own formats


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A container of small streams, at most 60 kB in all."""
    mini, mini_fat, entries = b"", [], []
    sectors: list[bytes] = []
    fat: list[int] = [_FAT]  # sector 0 is the table itself

    def chain(content: bytes) -> int:
        """Append whole sectors; gives the number of the first."""
        first, parts = len(fat), _cut(content, _SECTOR)
        sectors.extend(parts)
        fat.extend([*range(first + 1, first + len(parts)), _END])
        return first

    for name, content in streams.items():
        if not content:
            entries.append((name, 2, _END, 0))
            continue
        if len(content) >= _CUTOFF:
            entries.append((name, 2, chain(content), len(content)))
            continue
        first, parts = len(mini_fat), _cut(content, _MINI)
        mini += b"".join(parts)
        mini_fat += [*range(first + 1, first + len(parts)), _END]
        entries.append((name, 2, first, len(content)))
    root = ("Root Entry", 5, chain(mini) if mini else _END, len(mini))
    mini_table = chain(struct.pack(f"<{len(mini_fat)}I", *mini_fat)) if mini_fat else _END
    count = len(entries) + 1
    directory = chain(b"".join(_entry(*one, number, count) for number, one in enumerate([root, *entries])))
    header = struct.pack(
        "<8s16x5H6x9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory, 0, _CUTOFF,
        mini_table, len(_cut(struct.pack(f"<{len(mini_fat)}I", *mini_fat), _SECTOR)) if mini_fat else 0, _END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    return header + table + b"".join(sectors)


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], *, encrypted: bool = False) -> bytes:
    """An .xls; a cell is text, a number, a truth value or (number, format)."""
    formats = (_GENERAL, DATE, PERCENT)
    opening = _record(0x809, struct.pack("<4H2I", 0x600, 5, 0, 0, 0, 0))
    if encrypted:
        opening += _record(0x2F, bytes(54))
    opening += _record(0x42, struct.pack("<H", 1200)) + _record(0x22, bytes(2))
    opening += _record(0x31, struct.pack("<5H4B", 200, 0, 8, 400, 0, 0, 0, 0, 0) + _string("Arial", 1))
    for number in formats:
        opening += _record(0xE0, struct.pack("<3H14x", 0, number, 0))
    bodies = [_sheet(rows, formats) for rows in sheets.values()]
    names = [_string(name, 1) for name in sheets]
    place = len(opening) + sum(4 + 6 + len(name) for name in names) + 4
    for name, body in zip(names, bodies, strict=True):
        opening += _record(0x85, struct.pack("<IBB", place, 0, 0) + name)
        place += len(body)
    return compound_file({"Workbook": opening + _record(0x0A, b"") + b"".join(bodies)})


def outlook_mail(**properties: str) -> bytes:
    """A .msg with the texts of subject, sender, to, body."""
    tags = {"subject": "0037", "sender": "0C1F", "to": "0E04", "body": "1000"}
    texts = {f"__substg1.0_{tags[name]}001F": text.encode("utf-16-le") for name, text in properties.items()}
    return compound_file({"__properties_version1.0": bytes(32), **texts})


def _sheet(rows: Sequence[Sequence[object]], formats: Sequence[int]) -> bytes:
    body = _record(0x809, struct.pack("<4H2I", 0x600, 0x10, 0, 0, 0, 0))
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            value, shown = cell if isinstance(cell, tuple) else (cell, _GENERAL)
            at = struct.pack("<3H", y, x, formats.index(shown))
            if isinstance(value, bool):
                body += _record(0x205, at + struct.pack("<BB", value, 0))
            elif isinstance(value, str):
                body += _record(0x204, at + _string(value, 2))
            elif value is not None:
                body += _record(0x203, at + struct.pack("<d", value))
    return body + _record(0x0A, b"")


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<2H", kind, len(content)) + content


def _string(text: str, width: int) -> bytes:
    """Its length in one byte or in two, then UTF-16."""
    encoded = text.encode("utf-16-le")
    return struct.pack("<B" if width == 1 else "<H", len(encoded) // 2) + b"\x01" + encoded


def _entry(name: str, kind: int, start: int, size: int, number: int, count: int) -> bytes:
    """Of the directory; the root has the first as its child, and each further one stands to the right of the one before."""
    following = number + 1 if number + 1 < count else _FREE
    right, child = (_FREE, following) if number == 0 else (following, _FREE)
    encoded = name.encode("utf-16-le")
    return struct.pack("<64sHBB3I16x4x16xIII", encoded, len(encoded) + 2, kind, 1, _FREE, right, child, start, size, 0)


def _cut(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size].ljust(size, b"\0") for start in range(0, len(content), size)]
