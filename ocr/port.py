"""The port of the screenshot reader."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class FoundError:
    """One error on a screenshot; `canonical` is the form that the error catalogue is searched with."""

    text: str
    kind: str
    canonical: str


@dataclass(frozen=True)
class Reading:
    """What stands on a screenshot; confidence is 0 to 1."""

    text: str
    confidence: float
    errors: tuple[FoundError, ...] = ()


class ScreenshotReader(Protocol):
    """Raises BadRequest for what is no image, TooLarge for what is over its limits."""

    async def read(self, image: bytes) -> Reading:
        """Read an image of any common format."""
