"""The database file goes missing, is read-only, locked, damaged or full: a clear end, nothing by halves, and work goes on when it is mended."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from models import new_id
from services import circulation, database, journal, schema
from services.receipts import Receipt
from services.refusals import Refusal
from tests.cast import AT, Village, gesture
from tests.robust.dumps import changes, everything

LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
"""


def file_of(village: Village) -> Path:
    with village.engine.connect() as connection:
        return Path(connection.exec_driver_sql("PRAGMA database_list").one()[2])


def lend(village: Village, what: str = "biancheng", who: str = "mei", engine: Engine | None = None) -> Receipt:
    facts: dict[str, Any] = {"at": AT, "gesture": gesture(), "by": village.kiosk}
    return database.write(
        engine or village.engine, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), **facts
    )


def settle(file: Path) -> None:
    """Fold the log into the file."""
    with closing(sqlite3.connect(file)) as plain:
        assert plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


@contextmanager
def missing(village: Village) -> Iterator[None]:
    """Moved away under the open connections, and put back."""
    file = file_of(village)
    away = file.with_suffix(".away")
    file.rename(away)
    yield
    assert not file.exists()
    away.rename(file)


@contextmanager
def replaced(village: Village) -> Iterator[None]:
    """Somebody deleted it: what the open connections still hold is nobody's file any more."""
    file = file_of(village)
    village.engine.dispose()
    settle(file)
    copy = file.with_suffix(".copy")
    shutil.copy(file, copy)
    with village.engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM hall")
    file.unlink()
    yield
    assert not file.exists()
    copy.rename(file)


@contextmanager
def garbage(village: Village) -> Iterator[None]:
    """Every page but the first is noise."""
    with _spoilt(village, lambda data: data[:4096] + os.urandom(len(data) - 4096)):
        yield


@contextmanager
def no_database(village: Village) -> Iterator[None]:
    """Another file altogether lies there."""
    with _spoilt(village, lambda data: os.urandom(len(data))):
        yield


@contextmanager
def cut_off(village: Village) -> Iterator[None]:
    """The end of the file is gone."""
    with _spoilt(village, lambda data: data[: len(data) // 2 // 4096 * 4096]):
        yield


@contextmanager
def _spoilt(village: Village, spoil: Callable[[bytes], bytes]) -> Iterator[None]:
    file = file_of(village)
    village.engine.dispose()
    settle(file)
    for leftover in ("-wal", "-shm"):
        file.with_name(file.name + leftover).unlink(missing_ok=True)
    good = file.read_bytes()
    file.write_bytes(spoil(good))
    yield
    for leftover in ("", "-wal", "-shm"):
        file.with_name(file.name + leftover).unlink(missing_ok=True)
    file.write_bytes(good)


@contextmanager
def full(village: Village) -> Iterator[None]:
    """Not one page more."""

    def no_more(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    village.engine.dispose()
    event.listen(village.engine, "connect", no_more)
    # A page has free places: what is left of them is used up first.
    while writes_one_row_more(village):
        pass
    yield
    event.remove(village.engine, "connect", no_more)
    village.engine.dispose()


def writes_one_row_more(village: Village) -> bool:
    try:
        database.write(village.engine, journal.record, by=village.kiosk, verb="found", at=AT, subject="item", subject_id=new_id())
    except OperationalError as error:
        assert "full" in str(error)  # noqa: PT017  any other end would go round for ever
        return False
    return True


@contextmanager
def locked(village: Village) -> Iterator[None]:
    """Another process holds it."""
    other = subprocess.Popen([sys.executable, "-c", LOCKER, file_of(village)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "locked\n"
    try:
        yield
    finally:
        other.communicate("\n", timeout=20)


TROUBLES = {
    "missing": (missing, OperationalError, "unable to open database file"),
    "deleted": (replaced, OperationalError, "unable to open database file"),
    "garbage": (garbage, DatabaseError, "malformed"),
    "no database": (no_database, DatabaseError, "not a database"),
    "cut off": (cut_off, DatabaseError, "malformed"),
    "full": (full, OperationalError, "full"),
    "locked": (locked, database.Busy, None),
}


@pytest.mark.parametrize(("trouble", "kind", "words"), TROUBLES.values(), ids=TROUBLES.keys())
def test_a_loan_ends_clearly_writes_nothing_and_works_when_the_file_is_well(
    trouble: Callable[[Village], Any], kind: type[Exception], words: str | None, file_village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.5)
    file_village.engine.dispose()
    lend(file_village, "weicheng")
    before = everything(file_village.engine)
    with trouble(file_village):
        known = everything(file_village.engine) if trouble is full else before
        for _ in range(3):
            with pytest.raises(kind, match=words):
                lend(file_village)
    after = everything(file_village.engine)
    assert changes(known, after) == {}
    receipt = lend(file_village)
    assert changes(after, everything(file_village.engine)).keys() == {"loan", "journal"}
    assert str(receipt.loan_id) in repr(everything(file_village.engine)["loan"])


def test_a_read_only_file_is_read_and_not_written(file_village: Village) -> None:
    file = file_of(file_village)
    reader = database.engine_for(f"sqlite:///{file}?mode=ro")
    assert schema.look(reader).fit is schema.Fit.READY
    before = everything(reader)
    with pytest.raises(OperationalError, match="readonly"):
        lend(file_village, engine=reader)
    assert everything(reader) == before
    reader.dispose()


def test_a_lock_that_ends_in_time_is_waited_for(file_village: Village) -> None:
    with locked(file_village):
        got: list[Receipt] = []
        waiting = threading.Thread(target=lambda: got.append(lend(file_village)))
        waiting.start()
        time.sleep(0.3)
        assert not got
        # Readers are not kept waiting by a writer.
        assert everything(file_village.engine)["hall"]
    waiting.join(10)
    assert len(got) == 1


def test_whoever_waits_behind_a_stuck_writer_of_the_same_process_is_told_so(file_village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)
    inside, leave = threading.Event(), threading.Event()

    def dawdle(_session: object) -> None:
        inside.set()
        assert leave.wait(10)

    slow = threading.Thread(target=database.write, args=(file_village.engine, dawdle))
    slow.start()
    assert inside.wait(10)
    with pytest.raises(database.Busy):
        lend(file_village)
    leave.set()
    slow.join(10)
    lend(file_village)


def test_an_error_in_the_middle_takes_everything_back(village: Village) -> None:
    before = everything(village.engine)

    def lend_and_stumble(session: Any) -> None:
        circulation.check_out(
            session, item_id=village.item_id("biancheng"), card_id=village.card_id("mei"), at=AT, gesture=gesture(), by=village.kiosk
        )
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(village.engine, lend_and_stumble)
    assert everything(village.engine) == before


@pytest.mark.parametrize("moment", ["INSERT INTO loan", "INSERT INTO journal"])
def test_a_server_that_hangs_up_in_the_middle_leaves_nothing_by_halves(moment: str, pg_village: Village) -> None:
    before, hung_up = everything(pg_village.engine), list[str]()

    def hang_up(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(moment) and not hung_up:
            hung_up.append(statement)
            pid = connection.connection.driver_connection.info.backend_pid
            with pg_village.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
                assert other.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid}).scalar_one()

    event.listen(pg_village.engine, "before_cursor_execute", hang_up)
    with pytest.raises(OperationalError):
        lend(pg_village)
    assert hung_up
    assert everything(pg_village.engine) == before
    assert lend(pg_village).name == "边城"


def test_a_server_that_is_away_is_found_broken_and_no_more(pg_village: Village) -> None:
    away = database.engine_for(pg_village.engine.url.set(host="127.0.0.1", port=1).render_as_string(hide_password=False))
    assert schema.look(away).fit is schema.Fit.BROKEN
    with pytest.raises(OperationalError) as error:
        lend(pg_village, engine=away)
    assert not isinstance(error.value, Refusal)
