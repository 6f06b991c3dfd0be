"""The folder of the public pages: written whole or not at all, only when something in it changes (rules.md §8)."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from services import database, feed_calendars, feed_pages, feeds, halls, outbox
from services.feeds import Feed
from services.words import words

FACTS: Final = "hall.json"
_HALF: Final = ".half-"
_FORGOTTEN: Final = 3600
_READABLE: Final = 0o644
_TONGUE: Final = "zh-CN"


def deliver(engine: Engine, folder: Path, *, at: datetime) -> int:
    """Carry out what waits: write the files that changed, then note it; killed anywhere, the next call does it again.

    Gives how many files were written. Raises OSError when the folder cannot be written; what waits goes on waiting.
    """
    hall_id = database.read(engine, halls.here).id
    # Asked before the facts are read: what is asked for meanwhile waits for the next call.
    waiting = database.read(engine, outbox.waiting, hall_id=hall_id)
    feed = database.read(engine, feeds.gather, at=at, words=words(_TONGUE))
    written = put(folder, feed, at)
    if waiting:
        database.write(engine, outbox.done, ids=waiting, at=at)
    return written


def put(folder: Path, feed: Feed, at: datetime) -> int:
    """Write what differs from what lies there; the moment of writing alone is no difference. Gives how many files were written."""
    folder.mkdir(parents=True, exist_ok=True)
    there = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    made = files(feed, feed_pages.written_at(there.get(FACTS, b"")) or at)
    new = {}
    if _differing(made, there):
        new = _differing(files(feed, at), there)
        for name, content in new.items():
            _write(folder / name, content)
    _tidy(folder, set(made), at)
    return len(new)


def files(feed: Feed, written_at: datetime) -> dict[str, bytes]:
    """Make every file of the folder by name."""
    spoken, hall = words(_TONGUE), feed.hall.name
    calendars = {room.file: feed_calendars.calendar(f"{hall} {room.status.name}", room.entries) for room in feed.rooms}
    events = feed_calendars.calendar(spoken.say("feeds.calendar", hall=hall), feed.events)
    page, facts = feed_pages.page(feed, written_at), feed_pages.facts(feed, written_at)
    return {"events.ics": events, **calendars, "index.html": page, FACTS: facts}


def _differing(made: Mapping[str, bytes], there: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in made.items() if there.get(name) != content}


def _tidy(folder: Path, wanted: set[str], at: datetime) -> None:
    """Take away calendars of rooms that are no more, and what a writer that was killed left long ago."""
    for old in folder.glob("room-*.ics"):
        if old.name not in wanted:
            old.unlink(missing_ok=True)
    for half in folder.glob(f"{_HALF}*"):
        with suppress(FileNotFoundError):
            if half.stat().st_mtime < at.timestamp() - _FORGOTTEN:
                half.unlink()


def _write(file: Path, content: bytes) -> None:
    """Beside it first, then in its place: a reader sees the old file or the new one."""
    handle, half = tempfile.mkstemp(dir=file.parent, prefix=_HALF)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(half).chmod(_READABLE)
        Path(half).replace(file)
    except OSError:
        with suppress(OSError):
            Path(half).unlink()
        raise
