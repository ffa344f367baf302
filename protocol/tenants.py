"""A tenant: one company that this installation serves, read from `tenants/<id>.yml` by each half with its own YAML parser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from protocol.errors import SettingsError
from protocol.languages import LANGUAGES, Language

POLICIES = ("medical_advice", "refund_promises")
PRE_CHAT_FIELDS = ("person", "phone", "email")  # named like the slots that keep them
PRE_CHAT_NEEDS = ("required", "optional")


@dataclass(frozen=True)
class Branding:
    """How the widget looks and greets."""

    colour: str = "#0f766e"
    logo: str = ""
    greeting: Mapping[str, str] = field(default_factory=dict)  # by language
    position: str = "end"  # the corner in reading direction: end or start
    theme: str = "auto"  # light, dark, or as the visitor's system is

    def __post_init__(self) -> None:
        if self.position not in ("start", "end") or self.theme not in ("auto", "light", "dark"):
            raise ValueError("`position` may be start or end, `theme` auto, light or dark")


@dataclass(frozen=True)
class WebChannel:
    """The widget's public key, and the sites that may carry it ('*' allows any)."""

    key: str
    origins: tuple[str, ...] = ()
    identity_secret: str = ""  # the variable that holds it; the host page signs its visitors' names with it
    pre_chat: Mapping[str, bool] = field(default_factory=dict)  # asked before the chat; True where an answer is needed

    def __post_init__(self) -> None:
        if not set(self.pre_chat) <= set(PRE_CHAT_FIELDS):
            raise ValueError(f"`pre_chat` may ask for {', '.join(PRE_CHAT_FIELDS)}")

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> "WebChannel":
        """Of `channels.web`; raises ValueError, KeyError or TypeError."""
        unknown = set(entry) - {"key", "origins", "identity_secret", "pre_chat"}
        if unknown:
            raise ValueError(f"`channels.web` has an unknown key {sorted(map(str, unknown))[0]!r}")
        asked = entry.get("pre_chat") or {}
        if not isinstance(asked, Mapping):
            raise TypeError("`pre_chat` must be a mapping, such as {person: required, phone: optional}")
        for name, how in asked.items():
            if how not in PRE_CHAT_NEEDS:
                raise ValueError(f"`pre_chat.{name}` is {how!r}, but may be {' or '.join(PRE_CHAT_NEEDS)}")
        return cls(
            key=str(entry["key"]),
            origins=tuple(entry.get("origins", ())),
            identity_secret=str(entry.get("identity_secret") or ""),
            pre_chat={str(name): how == "required" for name, how in asked.items()},
        )


_LIMITS = {
    "messages_per_minute", "messages_per_minute_by_address", "messages_per_minute_in_all", "usd_per_day", "tokens_per_day",
}  # fmt: skip
_FACTS = {"product"}
_ANSWERS = {"rules", "prompt", "link_hosts", "policies", "other_products"}


@dataclass(frozen=True)
class Tenant:
    """Everything that differs from one company to the next."""

    id: str
    name: str
    language: Language = "en"  # spoken until the customer's own is known
    languages: tuple[Language, ...] = LANGUAGES
    tone: str = ""
    knowledge: tuple[str, ...] = ()  # folders, relative to the project
    branding: Branding = field(default_factory=Branding)
    web: WebChannel | None = None
    channels: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict
    )  # all but the web, each as its connector reads it
    messages_per_minute: int = 30  # by one sender
    messages_per_minute_by_address: int = 300  # on the web, by one public address with all its sessions
    # of a messaging channel: more wait in the inbox; of the web: more are refused
    messages_per_minute_in_all: int = 2400
    usd_per_day: float = 0.0  # for language models; 0: no limit
    tokens_per_day: int = 0  # in and out together; 0: no limit
    rules: tuple[str, ...] = ()  # for language models, beside our own
    prompt: str = ""  # a version of the prompt to stay with; "" for the newest
    policies: tuple[str, ...] = POLICIES  # what the assistant must not do (answering/policies.py)
    other_products: tuple[str, ...] = ()  # of other firms, as customers name them: explained only where a document does
    # one of which a customer uses, as our documents name it: with the other ways in which customers write it
    products: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    link_hosts: tuple[str, ...] = ()  # to which answers may link, beside those of the documents themselves
    support: Mapping[str, str] = field(
        default_factory=dict
    )  # phone, email, hours, portal: said when a person is asked for

    @classmethod
    def parse(cls, tenant_id: str, entry: Any) -> "Tenant":
        """Make a tenant of a parsed YAML file; raises SettingsError that names the file and the key."""
        where = f"tenants/{tenant_id}.yml"
        if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
            raise SettingsError(f"{where} must be a mapping with at least `name`.")
        unknown = set(entry) - {
            "name", "language", "languages", "tone", "knowledge", "branding", "channels", "limits", "support", "answers",
            "facts",
        }  # fmt: skip
        if unknown:
            raise SettingsError(f"{where}: unknown key {sorted(unknown)[0]!r}.")
        languages = tuple(entry.get("languages", LANGUAGES))
        language = entry.get("language", "en")
        if not set(languages) <= set(LANGUAGES) or language not in languages:
            raise SettingsError(f"{where}: `languages` may be {', '.join(LANGUAGES)}; `language` must be one of them.")
        channels = dict(entry.get("channels") or {})
        web = channels.pop("web", None)
        limits = entry.get("limits") or {}
        answers = entry.get("answers") or {}
        facts = entry.get("facts") or {}
        for section, given, known in (
            ("limits", limits, _LIMITS),
            ("answers", answers, _ANSWERS),
            ("facts", facts, _FACTS),
        ):
            if not isinstance(given, Mapping):
                raise SettingsError(f"{where}: `{section}` must be a mapping.")
            if unknown := set(given) - known:
                raise SettingsError(f"{where}: unknown key {sorted(map(str, unknown))[0]!r} in `{section}`.")
        try:
            return cls(
                id=tenant_id,
                name=entry["name"],
                language=language,
                languages=languages,
                tone=str(entry.get("tone", "")),
                knowledge=tuple(entry.get("knowledge", ())),
                branding=Branding(**(entry.get("branding") or {})),
                web=WebChannel.parse(web) if web is not None else None,
                channels={name: dict(channel) for name, channel in channels.items()},
                messages_per_minute=int(limits.get("messages_per_minute", 30)),
                messages_per_minute_by_address=int(limits.get("messages_per_minute_by_address", 300)),
                messages_per_minute_in_all=int(limits.get("messages_per_minute_in_all", 2400)),
                usd_per_day=float(limits.get("usd_per_day", 0)),
                tokens_per_day=int(limits.get("tokens_per_day", 0)),
                rules=tuple(str(rule) for rule in answers.get("rules", ())),
                prompt=str(answers.get("prompt") or ""),
                policies=_policies(answers.get("policies", POLICIES)),
                other_products=tuple(str(name) for name in answers.get("other_products", ())),
                products=_products(facts.get("product") or ()),
                link_hosts=tuple(str(host) for host in answers.get("link_hosts", ())),
                support=dict(entry.get("support") or {}),
            )
        except (TypeError, ValueError, KeyError) as error:
            raise SettingsError(f"{where} is not as it should be: {error}.") from error


def _products(named: Any) -> dict[str, tuple[str, ...]]:
    """Of a list of names, or of a mapping from each to other ways of writing it; raises ValueError."""
    products = {str(name): named[name] if isinstance(named, Mapping) else () for name in named}
    if not all(isinstance(ways, list | tuple) for ways in products.values()) or isinstance(named, str):
        raise ValueError("`facts.product` must be a list of names, or a mapping from each to a list of other spellings")
    if not all(0 < len(name) <= 80 for name in products):
        raise ValueError("`facts.product` may have names of 1 to 80 characters")
    return {name: tuple(str(way) for way in ways) for name, ways in products.items()}


def _policies(named: Any) -> tuple[str, ...]:
    """Raises ValueError for one that doesn't exist."""
    policies = tuple(str(name) for name in named or ())
    if not set(policies) <= set(POLICIES):
        raise ValueError(f"`answers.policies` may name {', '.join(POLICIES)}")
    return policies
