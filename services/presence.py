"""Who is in the house: the apps say so while they run, and whoever would replace the data looks first."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from services import schema
from services.settings import Settings

# Any number will do, as long as nobody else on the server takes the same one.
_ADVISORY: Final = 430_902_106


class HallIsServing(Exception):  # noqa: N818  an outcome, named for what it is
    """The apps run on these data now."""


@contextmanager
def serving(settings: Settings, engine: Engine) -> Iterator[int]:
    """Say that the apps run, until the block ends; gives the lock's file number, which the apps inherit and so keep it alive."""
    with ExitStack() as stack:
        handle = stack.enter_context(_lock_file(settings))
        if not _taken(handle, fcntl.LOCK_SH):
            raise HallIsServing
        if engine.dialect.name == "postgresql":
            _tell_server(stack, engine)
        yield handle


@contextmanager
def alone(settings: Settings, engine: Engine) -> Iterator[None]:
    """Keep the apps out until the block ends. Raises HallIsServing when they run, here or, on a server, on another machine."""
    with ExitStack() as stack:
        if not _taken(stack.enter_context(_lock_file(settings)), fcntl.LOCK_EX):
            raise HallIsServing
        if engine.dialect.name == "postgresql":
            connection = _own_connection(stack, engine)
            if not connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY}).scalar_one():
                raise HallIsServing
        yield


@contextmanager
def _lock_file(settings: Settings) -> Iterator[int]:
    """The lock lies beside the database: two data folders on one file must not miss each other."""
    file = schema.file_of(settings.database_url)
    path = file.with_name(f"{file.name}.lock") if file else settings.data_dir / "serving.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tell_server(stack: ExitStack, engine: Engine) -> None:
    try:
        connection = _own_connection(stack, engine)
        got = connection.execute(sa.text("SELECT pg_try_advisory_lock_shared(:key)"), {"key": _ADVISORY}).scalar_one()
    except DBAPIError:
        # A server that is away is shown as a calm screen; there is nothing to guard yet.
        return
    if not got:
        raise HallIsServing


def _own_connection(stack: ExitStack, engine: Engine) -> Connection:
    """A connection that ends with the block: in the pool, an advisory lock would live on."""
    connection = stack.enter_context(engine.connect()).execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()
    stack.callback(_let_go, connection)
    return connection


def _let_go(connection: Connection) -> None:
    """Give the lock back at once; a server notices a closed connection only a little later."""
    with suppress(DBAPIError):
        connection.execute(sa.text("SELECT pg_advisory_unlock_all()"))
