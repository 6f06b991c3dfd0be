"""Acts done in the same moment, and how each of them ended."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from services import database
from services.refusals import Refusal

PAUSE = 0.02


@contextmanager
def paused_before(engine: Engine, statement: str, naming: str = "", seconds: float = PAUSE) -> Iterator[None]:
    """Hold every writer for a moment before this statement, of which only those that name a column where `naming` says so."""

    def pause(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if sql.startswith(statement) and naming in sql:
            time.sleep(seconds)

    event.listen(engine, "before_cursor_execute", pause)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", pause)


def together(*acts: Callable[[], Any]) -> Counter[str]:
    """Do all at once; count how each ended: `ok`, the code of a refusal, or the name of an error that should not be."""
    start, ends = threading.Barrier(len(acts)), list[str]()

    def one(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
        except Refusal as refusal:
            ends.append(refusal.code)
        except Exception as error:  # noqa: BLE001  any other end is what the test looks for
            ends.append(type(error).__name__)
        else:
            ends.append("ok")

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


@contextmanager
def lost_races() -> Iterator[list[str]]:
    """Every use case that ran again because somebody else was first; locks taken in one order leave none by deadlock."""
    lost: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: lost.append(str(getattr(record, "use_case", "")))  # type: ignore[method-assign]
    level, database.log.level = database.log.level, logging.INFO
    database.log.addHandler(listener)
    try:
        yield lost
    finally:
        database.log.removeHandler(listener)
        database.log.level = level
