"""What every table shares: names for laws, ids, choices, and the moment a row was made."""

import threading
import time
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

# Every law has a name, so that a refusal, a migration and a reader can speak of it.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# A row is made by a use case that has looked already: pydantic's own validators would be built at every start and never asked.
SQLModel.model_config["defer_build"] = True


class Id(sa.types.TypeDecorator[UUID]):
    """A UUID: 16 bytes on SQLite (half of SQLAlchemy's default), native on PostgreSQL."""

    impl = sa.LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Pick the column type of the engine at hand."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Uuid())
        return dialect.type_descriptor(sa.LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """UUID to what the driver takes."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """What the driver gives to UUID."""
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]
        return UUID(bytes=value)


def new_id() -> UUID:
    """A time-ordered id made by the client, so that a row is known before it is written."""
    return uuid7()


_last_order = 0
_order_lock = threading.Lock()


def new_order() -> int:
    """A growing 63-bit number for tables that want an integer key (SQLite's full-text rows)."""
    global _last_order  # noqa: PLW0603  one counter per process is the point
    with _order_lock:
        _last_order = max(time.time_ns(), _last_order + 1)
        return _last_order


def key() -> Any:
    """The primary key of a row."""
    return Field(default_factory=new_id, primary_key=True, sa_type=Id)


def ref(target: str, *, index: bool = False, optional: bool = False) -> Any:
    """A foreign key to `table.column`; rows with history are never deleted, so nothing cascades."""
    if optional:
        return Field(default=None, foreign_key=target, sa_type=Id, index=index, nullable=True)
    return Field(foreign_key=target, sa_type=Id, index=index)


def choice(kinds: type[StrEnum], name: str, *, default: Any = ..., optional: bool = False) -> Any:
    """A word from a list: text with a named CHECK, so that both engines keep it and can be read by hand."""
    kind = sa.Enum(
        kinds,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda k: [m.value for m in k],
    )
    if optional:
        return Field(default=None, sa_type=kind, nullable=True)
    return Field(default=default, sa_type=kind)


def law(name: str, text: str) -> sa.CheckConstraint:
    """A named CHECK."""
    return sa.CheckConstraint(text, name=name)


def only_one(name: str, *columns: str, where: str, where_pg: str | None = None) -> sa.Index:
    """A unique law among the rows that fulfil a condition (a partial unique index)."""
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where_pg or where))


def only_some(name: str, *columns: str, where: str) -> sa.Index:
    """An index over the few rows that are asked for all the time: what is open, waiting, not yet done."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
