"""Check-outs on a stage by the real use case, timed one by one, and taken back afterwards."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Engine, event

from bench.filling import FIRST_REAL
from bench.stage import Stage, card_id, item_id, tomorrow_morning
from models import new_id
from services import circulation, database


@dataclass
class Timed:
    """What each of some transactions took, in ms: of the processor, and by the clock on the wall."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time one of them."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        self.cpu.append(cpu * 1000)
        self.wall.append(wall * 1000)


@contextmanager
def no_collecting() -> Iterator[None]:
    """Keep the garbage collector out, as the kiosk's server does between quiet moments."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def check_out(engine: Engine, stage: Stage, n: int, at: datetime) -> None:
    """Lend the n-th free thing to the n-th borrower: all rules, loan and journal, one commit."""
    facts: dict[str, Any] = {"item_id": item_id(stage.free_item(n)), "card_id": card_id(stage.borrower(n)), "gesture": new_id()}
    database.write(engine, circulation.check_out, at=at, by=stage.kiosk, **facts)


def undo(engine: Engine) -> None:
    """Take back what was measured."""
    key = FIRST_REAL if engine.dialect.name == "sqlite" else UUID(bytes=FIRST_REAL)
    with engine.connect().execution_options(writes=True) as connection:
        for table in ("journal", "loan"):
            connection.execute(sa.text(f"DELETE FROM {table} WHERE id >= :first"), {"first": key})
        connection.commit()


def statements(engine: Engine, stage: Stage) -> int:
    """How many SQL statements one check-out sends, BEGIN and COMMIT apart."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(maxsplit=1)[0] not in {"BEGIN", "COMMIT"}:
            sent.append(statement)

    at = tomorrow_morning()
    # The first one reads the opening hours, which are then kept.
    check_out(engine, stage, 0, at)
    event.listen(engine, "before_cursor_execute", note)
    check_out(engine, stage, 1, at)
    event.remove(engine, "before_cursor_execute", note)
    undo(engine)
    return len(sent)
