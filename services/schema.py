"""Does the database fit this program? Asked before any screen is shown, and made so by `migrate` alone."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from services.settings import HOUSE

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = HOUSE / "migrations"


class Fit(StrEnum):
    """How a database stands to the program that opens it."""

    READY = "ready"
    MISSING = "missing"
    EMPTY = "empty"
    STALE = "stale"
    NEWER = "newer"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: the revision of the database, and the one this program wants."""

    fit: Fit
    found: str | None
    wanted: str

    @property
    def command(self) -> str:
        """What the operator types to mend it; empty when nothing has to be mended, or no command can."""
        return {Fit.MISSING: "init", Fit.EMPTY: "init", Fit.STALE: "migrate", Fit.BROKEN: "doctor"}.get(self.fit, "")


class Unfit(Exception):  # noqa: N818  an outcome, named for what it is
    """The database is not the one this program works on; `look` says why and what to type."""

    def __init__(self, look: Look) -> None:
        super().__init__(look.fit)
        self.look = look


def require_fit(engine: Engine) -> None:
    """Raise Unfit before anything is asked of a database that is missing, empty, of another version, or broken."""
    found = look(engine)
    if found.fit is not Fit.READY:
        raise Unfit(found)


def look(engine: Engine) -> Look:
    """Hold the database against the migrations of this program; never raises, never writes."""
    try:
        with engine.connect() as connection:
            return _held_against(revision_of(connection))
    except DBAPIError as error:
        missing = "unable to open database file" in str(error.orig) or "does not exist" in str(error.orig)
        return Look(Fit.MISSING if missing else Fit.BROKEN, None, head())


# Asked at every start: by hand, because Alembic with its templates takes a fifth of a second to read.
_revision = sa.text("SELECT version_num FROM alembic_version")


def revision_of(connection: Connection) -> str | None:
    """The revision a database was migrated to; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_revision).scalar_one_or_none()


def _held_against(found: str | None) -> Look:
    if found is None:
        return Look(Fit.EMPTY, None, head())
    if found == head():
        return Look(Fit.READY, found, head())
    return Look(Fit.STALE if found in known() else Fit.NEWER, found, head())


def head() -> str:
    """The revision this program wants."""
    return max(known())


@cache
def known() -> frozenset[str]:
    """Every revision this program can come from: the file of each begins with its number."""
    return frozenset(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database up to a revision within the caller's transaction."""
    from alembic import command

    command.upgrade(config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Bring the database back to an earlier revision; for tests and for a way back within one release."""
    from alembic import command

    command.downgrade(config(connection), revision)


def config(connection: Connection | None = None) -> "Config":
    """Alembic's settings; the scripts lie beside the code, in the checkout and when installed."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if connection is not None:
        made.attributes["connection"] = connection
    return made


def size_of(engine: Engine) -> int:
    """The bytes the database takes."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
        return int(connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())


def file_of(url: str) -> Path | None:
    """The file of a SQLite address; None for a server."""
    made = sa.make_url(url)
    return Path(made.database or "") if made.get_backend_name() == "sqlite" else None
