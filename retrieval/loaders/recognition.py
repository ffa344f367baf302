"""Text in pictures, by Tesseract; what it isn't sure of is left out."""

import os
import re
import shutil
import statistics
from functools import lru_cache
from typing import Any

from PIL import Image

from protocol.errors import DocumentRefused

_SURE = 40  # of 100; below, a word is more often a smudge than a word
_PAGE_SURE = 55  # the mean of what is left: photographs give scattered letters
_SECONDS = 120  # for one picture
_SMALL = 1_000  # pixels; letters of smaller pictures are enlarged
_DEVANAGARI = re.compile(r"[\u0900-\u097F]")
_SOME_HINDI = 0.15  # of the words; with fewer, they are smudges in an English picture
_INSTALL = "apt-get install tesseract-ocr tesseract-ocr-hin"


def recognised(picture: Image.Image) -> str:
    """The text of a picture, paragraph by paragraph; empty when there is none. Raises DocumentRefused without Tesseract."""
    import pytesseract  # imported here: searching doesn't need it

    if not available():
        raise DocumentRefused(f"its pages are scanned, and Tesseract is not installed; {_INSTALL}")
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its threads wait for one another more than they help
    prepared = picture.convert("L")
    if max(prepared.size) < _SMALL:
        prepared = prepared.resize((prepared.width * 2, prepared.height * 2), Image.Resampling.LANCZOS)
    try:
        words = pytesseract.image_to_data(
            prepared, lang=_languages(), config=_layout(), timeout=_SECONDS, output_type=pytesseract.Output.DICT
        )
    except RuntimeError as error:  # a page that it finds no end with
        raise DocumentRefused(f"a picture took more than {_SECONDS} s to read") from error
    except pytesseract.TesseractError as error:
        raise DocumentRefused(f"Tesseract fails: {' '.join(str(error).split())[:160]}") from error
    return _paragraphs(words)


def available() -> bool:
    """Whether there is a Tesseract to ask."""
    return shutil.which("tesseract") is not None


@lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    import pytesseract

    return frozenset(pytesseract.get_languages(config=""))


def _languages() -> str:
    return "+".join(language for language in ("eng", "hin") if language in _installed()) or "eng"


def _layout() -> str:
    return "--psm 1" if "osd" in _installed() else "--psm 3"  # 1 turns pages that lie on their side


def _paragraphs(words: dict[str, list[Any]]) -> str:
    columns = (words[key] for key in ("block_num", "par_num", "line_num", "text", "conf"))
    sure = [
        ((block, paragraph, line), str(word).strip(), float(certainty))
        for block, paragraph, line, word, certainty in zip(*columns, strict=True)
        if str(word).strip() and float(certainty) >= _SURE
    ]
    if not sure or statistics.fmean(certainty for *_, certainty in sure) < _PAGE_SURE:
        return ""
    hindi = statistics.fmean(bool(_DEVANAGARI.search(word)) for _, word, _ in sure) >= _SOME_HINDI
    lines: dict[tuple[int, int, int], list[str]] = {}
    for place, word, _ in sure:
        if hindi or not _DEVANAGARI.search(word):
            lines.setdefault(place, []).append(word)
    paragraphs: dict[tuple[int, int], list[str]] = {}
    for (block, paragraph, _), line_words in lines.items():
        paragraphs.setdefault((block, paragraph), []).append(" ".join(line_words))
    return "\n\n".join("\n".join(text) for text in paragraphs.values())
