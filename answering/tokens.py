"""How many tokens a text has, about: providers count differently, and none of their tables is needed to stay on the safe side."""

_PER_TOKEN_LATIN = 4.0  # characters, as providers' own rules of thumb have it for English
_PER_TOKEN_OTHER = 1.6  # Devanagari, between cl100k (about 1) and o200k (about 2.5)


def count(text: str) -> int:
    """An estimate that rather says too much."""
    latin = sum(character < "\u0250" for character in text)
    return int(latin / _PER_TOKEN_LATIN + (len(text) - latin) / _PER_TOKEN_OTHER) + 1
