"""The settings of an installation: one frozen dataclass, read once from the environment and `.env`."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from dotenv import dotenv_values

from protocol.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
E5 = "multilingual-e5-small"


@dataclass(frozen=True)
class Settings:
    """Unset means the embedded default; `docs/settings.md` says what each is for."""

    var_folder: Path = PROJECT / "var"
    tenants_folder: Path = PROJECT / "tenants"
    database_url: str = ""
    redis_url: str = ""
    elasticsearch_url: str = ""
    elasticsearch_api_key: str = ""
    uploads_url: str = ""
    embedding_model: str = E5
    reranker_url: str = ""
    reranker_model: str = ""
    reranker_api_key: str = ""
    llm_base_url: str = ""
    llm_api_key: str = ""
    llm_model: str = ""
    llm_timeout: float = 30.0  # seconds, for the whole answer
    llm_price_in: float = 0.0  # US dollars per million tokens
    llm_price_out: float = 0.0
    llm_context_tokens: int = 8_000
    llm_models: str = ""  # a file of several models
    rasa_url: str = "http://127.0.0.1:5005"
    public_url: str = "http://localhost:5005"
    host: str = "127.0.0.1"
    rasa_port: int = 5005
    actions_port: int = 5055
    console_port: int = 8000
    embedder_threads: int = 2
    ingest_file_mb: int = 50
    ingest_memory_mb: int = 2_000
    ingest_seconds: float = 300.0  # for one file
    ingest_private_hosts: str = ""  # separated by commas
    log_level: str = "INFO"
    secret: str = ""

    @property
    def console_host(self) -> str:
        return self.host

    @property
    def rasa_public_url(self) -> str:
        """Where browsers reach the chat."""
        return self.public_url

    @property
    def application_database_url(self) -> str:
        """SQLAlchemy's URL of the app database; a SQLite file when nothing is configured."""
        if not self.database_url:
            return f"sqlite:///{self.var_folder / 'app.db'}"
        scheme, separator, rest = self.database_url.partition("://")
        if not separator:
            raise SettingsError("DATABASE_URL must look like postgresql://user:password@host/database.")
        return f"{'postgresql+psycopg2' if scheme in ('postgres', 'postgresql') else scheme}://{rest}"

    @property
    def model_folder(self) -> Path:
        """Where the converted embedding model lies; both halves read it."""
        return self.var_folder / "models" / "e5-small"


# field -> (variable, what it should look like)
VARIABLES: Mapping[str, tuple[str, str]] = {
    "var_folder": ("SAHAYAK_VAR", "a folder that can be written"),
    "tenants_folder": ("SAHAYAK_TENANTS", "a folder of <tenant>.yml files"),
    "database_url": ("DATABASE_URL", "postgresql://user:password@host/database"),
    "redis_url": ("REDIS_URL", "redis://host:6379/0"),
    "elasticsearch_url": ("ELASTICSEARCH_URL", "http://host:9200, or https://user:password@host:9200"),
    "elasticsearch_api_key": ("ELASTICSEARCH_API_KEY", "an API key, when Elasticsearch asks for one"),
    "uploads_url": ("UPLOADS_URL", "s3://bucket/folder"),
    "embedding_model": ("EMBEDDING_MODEL", f"{E5}, or a sentence-transformers model"),
    "reranker_url": ("RERANKER_URL", "http://host:8080/v1, an API with /rerank"),
    "reranker_model": ("RERANKER_MODEL", "the model's name there"),
    "reranker_api_key": ("RERANKER_API_KEY", "the provider's key"),
    "llm_base_url": ("LLM_BASE_URL", "https://host/v1"),
    "llm_api_key": ("LLM_API_KEY", "the provider's key"),
    "llm_model": ("LLM_MODEL", "the provider's name of the model"),
    "llm_timeout": ("LLM_TIMEOUT", "seconds, such as 30"),
    "llm_price_in": ("LLM_PRICE_IN", "US dollars per million tokens, such as 0.15"),
    "llm_price_out": ("LLM_PRICE_OUT", "US dollars per million tokens, such as 0.60"),
    "llm_context_tokens": ("LLM_CONTEXT_TOKENS", "tokens, such as 8000"),
    "llm_models": ("LLM_MODELS", "a YAML file of models, such as models.yml"),
    "rasa_url": ("RASA_URL", "http://host:5005"),
    "public_url": ("PUBLIC_URL", "https://chat.example.com, where browsers and providers reach Rasa"),
    "host": ("SAHAYAK_HOST", "an address to listen on, such as 127.0.0.1 or 0.0.0.0"),
    "rasa_port": ("RASA_PORT", "a port, such as 5005"),
    "actions_port": ("ACTIONS_PORT", "a port, such as 5055"),
    "console_port": ("CONSOLE_PORT", "a port, such as 8000"),
    "embedder_threads": ("EMBEDDER_THREADS", "a number, such as 2"),
    "ingest_file_mb": ("INGEST_FILE_MB", "megabytes, such as 50"),
    "ingest_memory_mb": ("INGEST_MEMORY_MB", "megabytes, such as 2000"),
    "ingest_seconds": ("INGEST_SECONDS", "seconds, such as 300"),
    "ingest_private_hosts": ("INGEST_PRIVATE_HOSTS", "names separated by commas, such as wiki.intern,docs.intern"),
    "log_level": ("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR"),
    "secret": ("SAHAYAK_SECRET", "32 or more random characters; made and kept under var/ when unset"),
}


def read(variables: Mapping[str, str] | None = None, env_file: Path | None = PROJECT / ".env") -> Settings:
    """Make Settings of the environment (it wins) and `.env`; raises SettingsError that names the variable."""
    values = dict(_of_file(env_file)) | dict(os.environ if variables is None else variables)
    chosen: dict[str, object] = {}
    for field in fields(Settings):
        variable, shape = VARIABLES[field.name]
        raw = values.get(variable, "").strip()
        if not raw:
            continue
        try:
            chosen[field.name] = _TYPES[field.type if isinstance(field.type, str) else field.type.__name__](raw)
        except ValueError as error:
            raise SettingsError(f"{variable}={raw!r} can't be used: it should be {shape}.") from error
    if "public_url" not in chosen and "rasa_port" in chosen:
        chosen["public_url"] = f"http://localhost:{chosen['rasa_port']}"
    if "rasa_url" not in chosen and "rasa_port" in chosen:
        chosen["rasa_url"] = f"http://127.0.0.1:{chosen['rasa_port']}"
    settings = Settings(**chosen)  # type: ignore[arg-type]  # each value was made by its own field's type
    _check(settings)
    return settings


def environment(env_file: Path = PROJECT / ".env") -> dict[str, str]:
    """What `.env` sets and the environment doesn't: handed on to the processes of the Rasa half."""
    return {name: value for name, value in _of_file(env_file).items() if name not in os.environ}


def _of_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.is_file():
        return {}
    return {name: value for name, value in dotenv_values(env_file).items() if value is not None}


def _check(settings: Settings) -> None:
    for name in ("rasa_port", "actions_port", "console_port"):
        if not 1 <= getattr(settings, name) <= 65_535:
            raise SettingsError(f"{VARIABLES[name][0]}={getattr(settings, name)} is no port (1 to 65535).")
    if bool(settings.llm_base_url) != bool(settings.llm_model):
        raise SettingsError("LLM_BASE_URL and LLM_MODEL go together: set both, or neither for extractive answers.")
    if settings.llm_base_url and settings.llm_models:
        raise SettingsError("LLM_MODELS and LLM_BASE_URL exclude each other: name the one model in the file, too.")
    for name, least in (("ingest_file_mb", 1), ("ingest_memory_mb", 300), ("ingest_seconds", 1)):
        if getattr(settings, name) < least:
            raise SettingsError(f"{VARIABLES[name][0]}={getattr(settings, name)} is too little: {least} at least.")
    if settings.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise SettingsError(f"LOG_LEVEL={settings.log_level!r} can't be used: DEBUG, INFO, WARNING or ERROR.")
    if settings.secret and len(settings.secret) < 16:
        raise SettingsError("SAHAYAK_SECRET is too short: 16 characters at least, 32 random ones are better.")


def _path(raw: str) -> Path:
    path = Path(raw).expanduser()
    return path if path.is_absolute() else PROJECT / path


_TYPES: Mapping[str, Callable[[str], object]] = {"str": str, "int": int, "float": float, "Path": _path}
