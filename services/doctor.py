"""Is the house well? A list of findings for the operator; each with one thing to do when it is not."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models import Hall, JournalRow
from services import backups, clock, database, journal, outbox, schema
from services.settings import Settings

_hall = Hall.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]

_LITTLE_DISK, _NO_DISK = 2_000_000_000, 300_000_000
_BACKUP_OLD: Final = timedelta(days=2)
_PUBLISHED: Final = timedelta(hours=1)
_OTHERS: Final = 0o077
_INPUTS: Final = Path("/proc/bus/input/devices")


class Health(IntEnum):
    """How a finding stands; the worst is the exit code of `manage.py doctor`."""

    WELL = 0
    LOOK = 1
    ILL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `key` is its sentence in the locale files."""

    key: str
    health: Health
    facts: dict[str, Any] = field(default_factory=dict)


def examine(engine: Engine, settings: Settings, *, at: datetime) -> Iterator[Finding]:
    """Look at everything, the base first; what cannot be looked at without the base is left out."""
    fit = schema.look(engine)
    yield _schema(fit)
    if fit.fit is schema.Fit.READY:
        for look in (_soundness, _halls, _clock, _public):
            yield _or_ill(look, engine, at)
        yield _private(settings)
    yield _disk(settings)
    yield _backup(settings, at)
    yield _scanner()


def _or_ill(look: Callable[[Engine, datetime], Finding], engine: Engine, at: datetime) -> Finding:
    try:
        return look(engine, at)
    except (SQLAlchemyError, sqlite3.Error) as error:
        return Finding("database.broken", Health.ILL, {"error": type(error).__name__})


def _schema(look: schema.Look) -> Finding:
    health = Health.WELL if look.fit is schema.Fit.READY else Health.ILL
    return Finding(f"schema.{look.fit}", health, {"found": look.found or "–", "wanted": look.wanted})


def _soundness(engine: Engine, _: datetime) -> Finding:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            verdict = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        if verdict != "ok":
            return Finding("database.damaged", Health.ILL)
    return Finding("database.well", Health.WELL, {"megabytes": round(schema.size_of(engine) / 1e6, 1)})


def _halls(engine: Engine, _: datetime) -> Finding:
    with engine.connect() as connection:
        halls = connection.execute(sa.select(_hall.c.name, _hall.c.code, _hall.c.sample)).all()
    if len(halls) != 1:
        return Finding("hall.not_one", Health.ILL, {"count": len(halls)})
    return Finding("hall.sample" if halls[0].sample else "hall.well", Health.WELL, {"name": halls[0].name, "code": halls[0].code})


def _clock(engine: Engine, at: datetime) -> Finding:
    with engine.connect() as connection:
        newest = connection.execute(sa.select(sa.func.max(_journal.c.at))).scalar_one()
    shown = clock.local(at).strftime("%Y-%m-%d %H:%M")
    wrong = journal.clock_is_wrong(newest, at)
    return Finding("clock.wrong" if wrong else "clock.well", Health.ILL if wrong else Health.WELL, {"now": shown})


def _public(engine: Engine, at: datetime) -> Finding:
    since = database.read(engine, outbox.oldest)
    if since is None or at - since < _PUBLISHED:
        return Finding("public.well", Health.WELL)
    return Finding("public.waiting", Health.LOOK, {"since": clock.local(since).strftime("%Y-%m-%d %H:%M")})


def _private(settings: Settings) -> Finding:
    file = schema.file_of(settings.database_url)
    if file and file.stat().st_mode & _OTHERS:
        return Finding("private.open", Health.LOOK, {"file": file})
    return Finding("private.well", Health.WELL)


def _disk(settings: Settings) -> Finding:
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    health = Health.ILL if free < _NO_DISK else Health.LOOK if free < _LITTLE_DISK else Health.WELL
    return Finding(f"disk.{health.name.lower()}", health, {"gigabytes": round(free / 1e9, 1)})


def _backup(settings: Settings, at: datetime) -> Finding:
    newest = backups.newest(settings)
    if newest is None:
        return Finding("backup.none", Health.LOOK)
    old = clock.local_day(at) - newest > _BACKUP_OLD
    return Finding("backup.old" if old else "backup.well", Health.LOOK if old else Health.WELL, {"day": newest})


def _scanner() -> Finding:
    """A scanner is a keyboard to the machine; some say in their name what they are."""
    names = re.findall(r'^N: Name="(.*)"$', _INPUTS.read_text(encoding="utf-8"), re.MULTILINE) if _INPUTS.exists() else []
    found = [name for name in names if re.search(r"scan|barcode|symbol|honeywell|zebra|newland|datalogic", name, re.IGNORECASE)]
    return Finding("scanner.found" if found else "scanner.hint", Health.WELL, {"names": ", ".join(found)})


def integrity(file: Path) -> str:
    """SQLite's own full verdict on a file: `ok`, or what is wrong."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
