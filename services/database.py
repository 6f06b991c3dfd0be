"""The one door to the database: engines, one way to read, one way to write, the only COMMIT in the product."""

import logging
import os
import threading
import time
from collections.abc import Callable
from sqlite3 import Connection as SqliteConnection
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from models.timeline import APART

log = logging.getLogger("hall.database")
T = TypeVar("T")

BUSY_SECONDS = 5.0
TRIES = 3
# Writers of one process wait for each other here, in order; waiting in the file is neither fair nor cheap.
_writing = threading.Lock()


class Busy(Exception):  # noqa: N818  an outcome of waiting, named for what it is
    """Another writer held the database for longer than anybody should wait."""


def engine_for(url: str, *, create: bool = False) -> Engine:
    """An engine with the house's settings. A missing SQLite file is an error, unless `create` is asked for (`init`, `restore`)."""
    made = sa.make_url(url)
    if made.get_backend_name() == "sqlite":
        return _sqlite(made, create=create)
    engine = sa.create_engine(
        made.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        connect_args={"connect_timeout": 5},
    )
    event.listen(engine, "handle_error", _without_rows)
    return engine


def read(engine: Engine, question: Callable[..., T], **facts: Any) -> T:
    """Ask a question on one consistent view; nothing is written."""
    with Session(engine, autoflush=False) as session:
        return question(session, **facts)


def write(engine: Engine, use_case: Callable[..., T], **facts: Any) -> T:
    """Run a use case in one transaction, all of it or nothing; a lost race runs again, so that the second look refuses politely.

    Raises Busy when another writer holds the database for more than 5 s; Refusal as the use case does.
    """
    queued = engine.dialect.name == "sqlite"
    if queued and not _writing.acquire(timeout=BUSY_SECONDS):
        raise Busy
    try:
        return _with_retries(engine, use_case, facts)
    finally:
        if queued:
            _writing.release()


def _with_retries(engine: Engine, use_case: Callable[..., T], facts: dict[str, Any]) -> T:
    for tries_left in range(TRIES - 1, -1, -1):
        try:
            with Session(engine, autoflush=False, expire_on_commit=False) as session:
                session.connection(execution_options={"writes": True})
                result = use_case(session, **facts)
                session.commit()
                return result
        except (IntegrityError, OperationalError) as error:
            if _is_busy(error):
                raise Busy from error
            if not tries_left or not _lost_race(error):
                raise
            log.info("lost a race, looking again", extra={"use_case": use_case.__name__})
            time.sleep(0.02)
    raise AssertionError


def _is_busy(error: IntegrityError | OperationalError) -> bool:
    return "database is locked" in str(error.orig)


def _lost_race(error: IntegrityError | OperationalError) -> bool:
    """Somebody else was first: a unique law, a room's time, a deadlock, or a serialisation failure."""
    state = getattr(error.orig, "sqlstate", None)
    said = str(error.orig)
    return state in {"23505", "23P01", "40001", "40P01"} or "UNIQUE constraint failed" in said or said == APART


def _without_rows(context: sa.engine.ExceptionContext) -> None:
    """Keep an error's first line: below it PostgreSQL quotes the whole row that broke a law, with name and phone."""
    state = getattr(context.original_exception, "sqlstate", None) or ""
    # Class 22 (a value that cannot be) quotes the value in the first line.
    first = f"value refused ({state})" if state.startswith("22") else str(context.original_exception).partition("\n")[0]
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (first,)


def _sqlite(url: sa.URL, *, create: bool) -> Engine:
    mode = str(url.query.get("mode", "rwc" if create else "rw"))
    path = url.database or ""
    engine = sa.create_engine(
        "sqlite://",
        hide_parameters=True,
        poolclass=sa.QueuePool,
        pool_size=10,
        creator=lambda: _open(f"file:{quote(path)}?mode={mode}"),
    )

    def remember(_connection: SqliteConnection, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _which(path)

    def refuse_ghost(_connection: SqliteConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        # An open connection goes on writing into a file that was deleted or replaced, and all of it would be lost.
        if record.info["file"] != _which(path):
            raise sa.exc.DisconnectionError

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", refuse_ghost)
    event.listen(engine, "begin", _begin)
    return engine


def _which(path: str) -> tuple[int, int] | None:
    """Tell which file lies there now; a copy put in its place is another one."""
    try:
        found = os.stat(path)  # noqa: PTH116  asked at every transaction: a Path costs more than the question
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _open(file: str) -> SqliteConnection:
    # isolation_level=None: sqlite3 begins nothing by itself, so that a writer can say BEGIN IMMEDIATE.
    connection = SqliteConnection(
        file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True, cached_statements=256
    )
    # FULL: a power cut must not take back a loan that the kiosk has confirmed.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def _begin(connection: sa.Connection) -> None:
    # A reader that turns writer meets "database is locked" at once: busy_timeout does not cover the upgrade.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
