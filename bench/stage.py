"""Halls of any size in SQLite files, kept from run to run; who is where in them."""

import hashlib
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from bench import filling, titles
from bench.filling import key
from models.journal import ActorKind
from services import clock, founding
from services.journal import Actor

CACHE: Final = Path(__file__).parent / ".cache"


@dataclass(frozen=True, slots=True)
class Stage:
    """A filled hall. Of its things the even tenth is out; the second half of its patrons has nothing out and may borrow."""

    file: Path
    hall_id: UUID
    room_id: UUID
    items: int

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"sqlite:///{self.file}"

    @property
    def patrons(self) -> int:
        """How many have a card."""
        return self.items // 5

    @property
    def kiosk(self) -> Actor:
        """Who lends here."""
        return Actor(ActorKind.KIOSK, self.hall_id, device="bench")

    def free_item(self, n: int) -> int:
        """The n-th thing that is here, scattered over all shelves."""
        return (n * 7919 % (self.items // 10)) * 10 + 1 + n % 9

    def borrower(self, n: int) -> int:
        """The n-th patron with nothing out, scattered over all cards; three things in a row go to the same."""
        half = self.patrons // 2
        return half + n // 3 * 7907 % half


def item_id(n: int) -> UUID:
    return UUID(bytes=key(b"I", n))


def card_id(n: int) -> UUID:
    return UUID(bytes=key(b"C", n))


def hall(items: int) -> Stage:
    """Give the kept hall of this size, or make it; a changed schema or a changed stage makes it anew."""
    file = CACHE / f"hall-{items}-{_mark()}.db"
    if not file.exists():
        CACHE.mkdir(exist_ok=True)
        for old in CACHE.glob(f"hall-{items}-*"):
            old.unlink()
        filling.fill(items, file)
    with sqlite3.connect(file) as connection:
        hall_id, room_id = connection.execute("SELECT hall_id, id FROM room ORDER BY position, code LIMIT 1").fetchone()
    connection.close()
    return Stage(file, UUID(bytes=hall_id), UUID(bytes=room_id), items)


def _mark() -> str:
    """Changes when the tables, or the way they are filled, change."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        founding.open_or_make(f"sqlite:///{file}").dispose()
        with sqlite3.connect(file) as connection:
            laws = sorted(text for (text,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        connection.close()
    how = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (filling, titles))
    return hashlib.sha256("\n".join((*laws, how)).encode()).hexdigest()[:12]


def tomorrow_morning() -> datetime:
    """A moment after every row of the stage, in opening hours of a hall that opens daily."""
    day: date = clock.local_day(clock.now()) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
