"""A register as a test reads it: each line by the words of its columns."""

from datetime import date, timedelta
from typing import Any

from services import clock, database
from services.registers import papers, shelf
from tests.cast import AT, Village

TODAY = clock.local_day(AT)


def read(village: Village, number: str, since: date = TODAY, until: date = TODAY + timedelta(days=1), at: Any = AT) -> list[dict[str, Any]]:
    """Every line of a register for a period, the day of the tests unless another is said."""
    kept, frame = shelf.REGISTERS[number], papers._frame(since, until, at, village.zhou)
    lines = database.read(village.engine, lambda session: list(kept.rows(session, frame)))
    return [dict(zip(kept.columns, line.cells, strict=True)) for line in lines]
