"""The inspector comes tomorrow: every register of a year, as .xlsx and as print, of a hall that did all it has in that year."""

import io
import shutil
import sqlite3
import statistics
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Final

from pypdf import PdfReader

from bench import stage
from bench.filling import key
from bench.rows import Row, at_most, beside, peak_megabytes, spread
from models.journal import ActorKind
from services import clock, database
from services.journal import Actor
from services.registers import papers, shelf
from services.words import words

ITEMS, LOANS, YEAR = 20_000, 50_000, 2025
_ROUNDS: Final = 2
_LIMIT: Final = 30.0


def measure() -> list[Row]:
    kept = stage.hall(ITEMS)
    busy = stage.CACHE / "registers.db"
    shutil.copy(kept.file, busy)
    _crowd_into_one_year(busy)
    by = Actor(ActorKind.STAFF, kept.hall_id, device="bench")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        took, pages, size, lines, megabytes, parts = alone.submit(_year, busy, by).result()
    first = _first_page(busy, by)
    for end in ("", "-wal", "-shm"):
        busy.with_name(busy.name + end).unlink(missing_ok=True)
    note = f"{pages:,} pages and {lines:,} lines of the loans, {size / 1e6:.1f} MB; {parts}; {spread(took, 's')}"
    return [
        at_most(f"a year's registers, {ITEMS:,} things and {LOANS:,} loans", statistics.median(took), "s", _LIMIT, note),
        beside("its memory", megabytes, "MB", "the whole process, at its highest"),
        beside("first page of that year's loans", statistics.median(first), "ms", spread(first, "ms")),
    ]


def _crowd_into_one_year(file: Path) -> None:
    """Put every thing, patron and loan of the hall into the year, with prices and batches, and nobody forgotten."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN")
    connection.execute("DELETE FROM loan WHERE id IN (SELECT id FROM loan ORDER BY id LIMIT (SELECT count(*) FROM loan) - ?)", (LOANS,))
    days = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(365)]
    loans = [loan for (loan,) in connection.execute("SELECT id FROM loan ORDER BY id")]
    whose = (key(b"P", n % (ITEMS // 5)) for n in range(LOANS))
    connection.executemany(
        "UPDATE loan SET out_day = ?1, out_at = ?2, due_day = ?3, due_at = ?4, patron_id = ?6, unlinked_at = NULL,"
        " back_day = iif(ended_at IS NULL, NULL, ?3), ended_at = iif(ended_at IS NULL, NULL, ?4) WHERE id = ?5",
        ((*_there_and_back(days[n * 365 // LOANS]), loan, patron) for n, (loan, patron) in enumerate(zip(loans, whose, strict=True))),
    )
    for table, step in (("item", ITEMS // 40), ("patron", ITEMS // 200)):
        ids = [row for (row,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]
        connection.executemany(
            f"UPDATE {table} SET registered_at = ? WHERE id = ?",
            ((f"{days[n // step * 9 % 365]} 02:00:00.000000", row) for n, row in enumerate(ids)),
        )
    connection.execute(
        "INSERT INTO accession (item_id, hall_id, purchase_price_fen, batch, donor) SELECT id, hall_id, 2850, 'B' || shelf, '' FROM item"
    )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def _there_and_back(day: date) -> tuple[str, str, str, str]:
    due = day + timedelta(days=30)
    return day.isoformat(), f"{day} 02:00:00.000000", due.isoformat(), f"{due} 09:00:00.000000"


def _year(file: Path, by: Actor) -> tuple[list[float], int, int, int, float, str]:
    """All of it in a process of its own, so that its memory is its own."""
    engine = database.engine_for(f"sqlite:///{file}")
    took: list[float] = []
    archive, told = io.BytesIO(), list[tuple[str, float]]()
    for _ in range(_ROUNDS):
        archive, told = io.BytesIO(), []
        began = time.perf_counter()

        def tell(name: str, *_: int) -> None:
            told.append((name, time.perf_counter()))  # noqa: B023  asked within its round

        facts = {"year": YEAR, "hall": "度量村", "archive": archive, "told": tell, "at": clock.now(), "by": by}
        database.read(engine, papers.year, **facts)
        told.append(("", time.perf_counter()))
        took.append(told[-1][1] - began)
    used = getrusage(RUSAGE_SELF)
    peak, cpu = peak_megabytes(), (used.ru_utime + used.ru_stime) / _ROUNDS
    slowest = sorted(((after - begun, name) for (name, begun), (_, after) in pairwise(told)), reverse=True)[:3]
    with zipfile.ZipFile(archive) as packed:
        pages = sum(len(PdfReader(io.BytesIO(packed.read(name))).pages) for name in packed.namelist() if name.endswith(".pdf"))
    frame = shelf.frame(date(YEAR, 1, 1), date(YEAR + 1, 1, 1), words("zh-CN"), clock.now(), by)
    lines = database.read(engine, lambda session: sum(1 for _ in shelf.REGISTERS["04"].rows(session, frame)))
    engine.dispose()
    if lines != LOANS:
        raise AssertionError(lines)
    parts = ", ".join(f"{name} {seconds:.1f} s" for seconds, name in slowest)
    return took, pages, len(archive.getvalue()), lines, peak, f"{cpu:.1f} s of CPU on two cores; {parts}"


def _first_page(file: Path, by: Actor) -> list[float]:
    engine, took = database.engine_for(f"sqlite:///{file}"), []
    facts = {"register": "04", "since": date(YEAR, 1, 1), "until": date(YEAR + 1, 1, 1), "words": words("zh-CN"), "by": by}
    for _ in range(10):
        began = time.perf_counter()
        database.read(engine, shelf.page, at=clock.now(), **facts)
        took.append((time.perf_counter() - began) * 1000)
    engine.dispose()
    return took
