"""Run migrations inside the transaction of whoever asks (services/schema.py), on SQLite in batch mode."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models import Id, search_index, timeline

# What the search index is made of, by name, and the law of a room's time: its DDL is written by hand on each engine.
_SEARCH = frozenset(" ".join((*search_index.SQLITE_DROP, *search_index.POSTGRES_DROP)).split()) | {timeline.APART}


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The search index's own tables and indexes are made by its DDL and known to no model."""
    return name is None or not (name in _SEARCH or (kind == "table" and name.startswith("title_fts")))


def _spelled(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write column types in plain SQLAlchemy, so that an old migration outlives the models."""
    if kind != "type":
        return False
    if isinstance(thing, Id):
        autogen.imports.add("from models.base import Id")
        return "Id()"
    if isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, AutoString):
        length = getattr(thing.impl, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


def run() -> None:
    """Migrate the connection that services/schema.py put into the settings."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_name=_is_ours,
        render_item=_spelled,
        compare_type=True,
    )
    context.run_migrations()


run()
