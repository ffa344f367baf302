"""The one tree of errors; each class knows what the customer hears and what the operator does.

SahayakError
├── BadRequest               what came in can't be used: too long, wrong type, wrong encoding
│   ├── TooLarge
│   └── TooManyRequests
├── Forbidden                wrong key, forged signature, expired token
├── SettingsError            a variable or a file of the installation is missing or badly typed
├── KnowledgeError
│   ├── DocumentRefused      one file can't be read; the others go on
│   ├── IndexUnavailable     the knowledge index doesn't answer
│   ├── EmbedderUnavailable  no vectors: search goes on by keyword
│   └── RerankerUnavailable  no second reading: hits stay in the search's own order
├── ModelUnavailable         the language model doesn't answer: answers become extractive
├── ErpUnavailable           no ERP is connected, or it doesn't answer
└── StoreUnavailable         the database or the disk refuses to take what should be kept
"""


class SahayakError(Exception):
    """`message` is for the operator, in one line; `hint` says what to do; `utterance` is the response the customer hears."""

    utterance = "utter_something_failed"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadRequest(SahayakError):
    """What came in can't be used; nothing was changed."""

    utterance = "utter_cannot_read_that"


class TooLarge(BadRequest):
    """Longer or heavier than the limit, which the message names."""

    utterance = "utter_message_too_long"


class TooManyRequests(BadRequest):
    """One sender or one tenant goes over its rate."""

    utterance = "utter_too_many_messages"


class Forbidden(SahayakError):
    """A wrong key, a forged signature, an expired token, a foreign origin."""

    utterance = "utter_something_failed"


class SettingsError(SahayakError):
    """A variable or a file of the installation is missing or badly typed; the message names it."""


class KnowledgeError(SahayakError):
    """The documents can't be read or searched."""

    utterance = "utter_knowledge_unavailable"


class DocumentRefused(KnowledgeError):
    """One file can't be taken in; the message is the reason. The others go on."""


class IndexUnavailable(KnowledgeError):
    """The knowledge index doesn't answer."""


class EmbedderUnavailable(KnowledgeError):
    """No vectors can be had; search goes on by keyword."""


class RerankerUnavailable(KnowledgeError):
    """The cross-encoder doesn't answer; hits stay in the search's own order."""


class ModelUnavailable(SahayakError):
    """A language model doesn't answer, or not with anything that can be used: the next step of the chain is taken."""

    utterance = "utter_knowledge_unavailable"

    def __init__(self, message: str, *, kind: str = "unavailable", retry_after: float = 0.0, hint: str = "") -> None:
        """`kind` is a short name for records (`429`, `timeout`, `cut off`); `retry_after` seconds, when the provider says."""
        super().__init__(message, hint=hint)
        self.kind = kind
        self.retry_after = retry_after


class ErpUnavailable(SahayakError):
    """No ERP is connected, or it doesn't answer."""

    utterance = "utter_erp_unavailable"


class StoreUnavailable(SahayakError):
    """The database or the disk refuses to take what should be kept."""

    utterance = "utter_something_failed"
