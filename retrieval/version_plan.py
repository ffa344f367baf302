"""The plan of a tenant's embedding versions, kept in the app database: which one serves, which are tried, and on how much."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from protocol.errors import BadRequest, StoreUnavailable
from retrieval.tables import embedding_comparisons, embedding_versions


@dataclass(frozen=True)
class PlannedVersion:
    """One embedding version of one tenant."""

    version: str
    model: str
    state: str  # active, candidate or removed
    share: float = 0.0
    shadow: float = 0.0

    def takes(self, tenant: str, conversation: str) -> bool:
        """Whether this conversation is in the version's share; a share that grows keeps whom it had."""
        if not (self.share and conversation):
            return False
        digest = blake2b(f"{self.version}\0{tenant}\0{conversation}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64 < self.share


class VersionPlan:
    """Reads and changes plans. Every change can be undone by another one, and none stops a search."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, tenant: str) -> tuple[PlannedVersion, ...]:
        """The active version first, removed ones last; empty while the tenant has only ever had the settings' model."""
        with self._connection() as connection:
            return _read(connection, tenant)

    def add(self, tenant: str, active: PlannedVersion, added: PlannedVersion) -> None:
        """A candidate beside what serves, which is `active` when the tenant had no plan yet."""
        with self._connection() as connection:
            known = {planned.version: planned for planned in _read(connection, tenant)}
            if not known:
                connection.execute(insert(embedding_versions).values(_row(tenant, active)))
            if added.version in known and known[added.version].state != "removed":
                raise BadRequest(f"{added.version} is there already.")
            if added.version == active.version and not known:
                raise BadRequest(f"{added.version} is what serves now.")
            connection.execute(delete(embedding_versions).where(_is(tenant, added.version)))
            connection.execute(insert(embedding_versions).values(_row(tenant, added)))

    def shadow(self, tenant: str, version: str, part: float) -> None:
        """Repeat this part of the searches with the version; 0 ends it."""
        self._of_candidate(tenant, version, "shadowed", shadow=_part(part))

    def share(self, tenant: str, version: str, part: float) -> None:
        """Let the version serve this part of the conversations; 0 ends it."""
        with self._connection() as connection:
            other = next(
                (known for known in _read(connection, tenant) if known.share and known.version != version), None
            )
        if other and part:
            raise BadRequest(f"{other.version} has a share of {other.share:g}; take that back first.")
        self._of_candidate(tenant, version, "given a share", share=_part(part))

    def activate(self, tenant: str, version: str) -> str:
        """Let the version serve everyone; gives the one that served before, which stays as a candidate."""
        with self._connection() as connection:
            plan = _read(connection, tenant)
            known = _known(plan, version)
            active = plan[0]
            if known.state == "active":
                raise BadRequest(f"{version} is active already.")
            for other, state in ((active.version, "candidate"), (version, "active")):
                connection.execute(
                    update(embedding_versions)
                    .where(_is(tenant, other))
                    .values(state=state, share=0, shadow=0, changed_at=datetime.now(UTC))
                )
            return active.version

    def remove(self, tenant: str, version: str) -> None:
        """No longer use the version; its vectors are dropped afterwards, when every process has read the plan again."""
        with self._connection() as connection:
            plan = _read(connection, tenant)
            known = next((planned for planned in plan if planned.version == version), None)
            if known is None:
                raise _unknown(plan, version)
            if known.state == "active":
                raise BadRequest(f"{version} is active; activate another one first.")
            values = {"state": "removed", "share": 0, "shadow": 0, "changed_at": datetime.now(UTC)}
            connection.execute(update(embedding_versions).where(_is(tenant, version)).values(values))
            connection.execute(
                delete(embedding_comparisons).where(
                    embedding_comparisons.c.tenant == tenant, embedding_comparisons.c.version == version
                )
            )

    def _of_candidate(self, tenant: str, version: str, done: str, **values: float) -> None:
        with self._connection() as connection:
            if _known(_read(connection, tenant), version).state == "active":
                raise BadRequest(f"{version} is active: only a candidate can be {done}.")
            changed = {**values, "changed_at": datetime.now(UTC)}
            connection.execute(update(embedding_versions).where(_is(tenant, version)).values(changed))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreUnavailable(f"The plan of the embedding versions can't be read or kept: {said}.") from error


def _read(connection: Connection, tenant: str) -> tuple[PlannedVersion, ...]:
    table = embedding_versions
    rows = connection.execute(
        select(table.c.version, table.c.model, table.c.state, table.c.share, table.c.shadow).where(
            table.c.tenant == tenant
        )
    )
    order = ("active", "candidate", "removed")
    return tuple(
        sorted((PlannedVersion(*row) for row in rows), key=lambda known: (order.index(known.state), known.version))
    )


def _known(plan: Sequence[PlannedVersion], version: str) -> PlannedVersion:
    for planned in plan:
        if planned.version == version and planned.state != "removed":
            return planned
    raise _unknown(plan, version)


def _unknown(plan: Sequence[PlannedVersion], version: str) -> BadRequest:
    there = ", ".join(planned.version for planned in plan if planned.state != "removed") or "only that of the settings"
    return BadRequest(f"There is no embedding version {version!r}; there are: {there}.")


def _part(part: float) -> float:
    if not 0 <= part <= 1:
        raise BadRequest(f"{part:g} is no part of a whole: 0 to 1.")
    return part


def _is(tenant: str, version: str) -> ColumnElement[bool]:
    return (embedding_versions.c.tenant == tenant) & (embedding_versions.c.version == version)


def _row(tenant: str, planned: PlannedVersion) -> dict[str, object]:
    return {"tenant": tenant, **vars(planned), "changed_at": datetime.now(UTC)}
