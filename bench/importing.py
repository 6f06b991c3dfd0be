"""A file of 20,000 books: read, checked, numbered, spelled, indexed, written down; beside it the same rows by raw executemany."""

import io
import shutil
import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import xlsxwriter

from bench import stage
from bench.rows import Row, at_most, beside, peak_megabytes
from bench.titles import titles
from models import new_id
from services import clock, database
from services.imports import entering, sheet, things
from services.imports.checking import place_of
from services.imports.columns import Kind, guess

ROWS: Final = 20_000
_SECONDS, _MEGABYTES = 8.0, 500.0
_HEADINGS: Final = ("题名", "责任者", "出版社", "出版年", "分类号", "单价", "来源", "批次", "架位")
_WRITTEN: Final = ("title", "taken_number", "item", "accession", "imported_row", "journal")


def measure() -> list[Row]:
    kept = stage.hall(1_000)
    ours, raw = (stage.CACHE / f"import-{name}.db" for name in ("ours", "raw"))
    for copy in (ours, raw):
        shutil.copy(kept.file, copy)
    file = _file()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        read, checked, entered, megabytes = alone.submit(_import, ours, file).result()
    seconds = _again_raw(ours, raw)
    for copy in (ours, raw):
        for end in ("", "-wal", "-shm"):
            copy.with_name(copy.name + end).unlink(missing_ok=True)
    note = f"read {read:.2f}, check and spell {checked:.2f}, write {entered:.2f} s; {len(file) / 1e6:.1f} MB of .xlsx"
    return [
        at_most(f"import of {ROWS:,} rows", read + checked + entered, "s", _SECONDS, note),
        at_most("its memory", megabytes, "MB", _MEGABYTES, "the whole process, at its highest"),
        beside(
            "the same rows by raw executemany",
            seconds,
            "s",
            "same tables, same indexes; nothing read, checked or spelled",
        ),
    ]


def _file() -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, _HEADINGS)
        for number, (name, author, *_) in enumerate(titles(ROWS), start=1):
            place = f"{'ABCDEFGHIJK'[number % 11]}{100 + number % 800}"
            cells = (
                f"{name}{number}",
                author,
                "湖南人民出版社",
                str(1990 + number % 35),
                place,
                f"{number % 90}.50",
                "配送",
                "2026-1",
                f"I-{number % 90}",
            )
            for column, cell in enumerate(cells):
                page.write_string(number, column, cell)
    return packed.getvalue()


def _import(database_file: Path, file: bytes) -> tuple[float, float, float, float]:
    """All of it in a process of its own, so that its memory is its own."""
    kept = stage.hall(1_000)
    engine = database.engine_for(f"sqlite:///{database_file}")
    began = time.perf_counter()
    page = sheet.read("books.xlsx", file)
    read = time.perf_counter()
    place = database.read(engine, place_of, hall_id=kept.hall_id, default_room=kept.room_id, today=clock.local_day(clock.now()))
    found = things.check_things(page, Kind.BOOKS, guess(Kind.BOOKS, page), place)
    checked = time.perf_counter()
    done = database.write(engine, entering.accept, checked=found, leave_out=False, at=clock.now(), gesture=new_id(), by=kept.kiosk)
    ended = time.perf_counter()
    engine.dispose()
    if done.items != ROWS:
        raise AssertionError(done)
    return read - began, checked - read, ended - checked, peak_megabytes()


def _again_raw(ours: Path, raw: Path) -> float:
    source = sqlite3.connect(ours)
    before = sqlite3.connect(raw, isolation_level=None)
    rows, columns = {}, {}
    for table in _WRITTEN:
        known = before.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        cursor = source.execute(f"SELECT * FROM {table} ORDER BY rowid LIMIT -1 OFFSET {known}")
        columns[table] = len(cursor.description)
        rows[table] = cursor.fetchall()
    # The run stands before its rows, as it did.
    before.execute("PRAGMA foreign_keys = OFF")
    began = time.perf_counter()
    before.execute("BEGIN IMMEDIATE")
    for table in _WRITTEN:
        before.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns[table])})", rows[table])
    before.execute("COMMIT")
    seconds = time.perf_counter() - began
    source.close()
    before.close()
    return seconds
