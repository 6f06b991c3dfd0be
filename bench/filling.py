"""Fills a hall: founded as `manage.py init` does it, then titles, things, patrons, cards, loans and journal by raw executemany."""

import hashlib
import itertools
import sqlite3
from collections.abc import Iterator, Sized
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bench.titles import titles
from services import clock, codes, database, founding

CODE: Final = "430902106399"
# History ends when the program was built; what is still out comes back in years, so that a kept hall does not age.
END: Final = clock.BUILT
_DAYS: Final = 5 * 365
_LOANS_EACH: Final = 5
# Rows made here have ids that sort before every id the services make: what a measurement leaves behind is found by that.
_TAG: Final = b"\x01\x80"
FIRST_REAL: Final = b"\x01\x81" + bytes(14)

Values = Iterator[tuple[Any, ...]]


def fill(items: int, file: Path) -> None:
    print(f"… filling a hall of {items:,} things", flush=True)
    half = file.with_suffix(".half")
    for old in (half, *(half.with_name(half.name + end) for end in ("-wal", "-shm"))):
        old.unlink(missing_ok=True)
    engine = founding.open_or_make(f"sqlite:///{half}")
    founder = founding.Founder("bench", "周桂生", "never signs in")
    hall_id = database.write(engine, founding.found, code=CODE, name="度量村", founder=founder, at=END)
    engine.dispose()
    connection = sqlite3.connect(half, isolation_level=None)
    # Nobody waits for this file, and a half-made one is made again.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -800000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    room_id = connection.execute("SELECT id FROM room ORDER BY position, code LIMIT 1").fetchone()[0]
    _lay(connection, hall_id.bytes, room_id, items)
    connection.execute("PRAGMA locking_mode = NORMAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    half.rename(file)


def _lay(connection: sqlite3.Connection, hall: bytes, room: bytes, items: int) -> None:
    sheets = _sheets(hall, room, items)
    # Indexes and triggers are made again from the database's own words after the rows: the same laws, in a tenth of the time.
    laws = connection.execute(
        "SELECT type, name, sql FROM sqlite_master"
        f" WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ({_marks(sheets)})",
        list(sheets),
    ).fetchall()
    for kind, name, _ in laws:
        connection.execute(f"DROP {kind} {name}")
    connection.execute("BEGIN")
    for table, (columns, values) in sheets.items():
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({_marks(columns.split(','))})", values)
    connection.execute("INSERT INTO title_fts (title_fts) VALUES ('rebuild')")
    connection.execute("COMMIT")
    for *_, sql in laws:
        connection.execute(sql)
    connection.execute("ANALYZE")
    if items <= 10_000 and (broken := connection.execute("PRAGMA foreign_key_check").fetchall()):
        raise AssertionError(broken)


def _marks(columns: Sized) -> str:
    return ", ".join("?" * len(columns))


def _sheets(hall: bytes, room: bytes, items: int) -> dict[str, tuple[str, Values]]:
    patrons, act = items // 5, ("check_out", "kiosk", "bench")
    return {
        "title": (
            "id,hall_id,search_no,medium,name,author,publisher,isbn,class_code,class_number,gb14885,call_number,audience,adults_only,grams,initial_grams,initials",
            (
                (key(b"T", n), hall, n + 1, "book", name, author, "", "", "I", "", "", f"I/{n:07d}", "", 0, grams, initial_grams, initials)
                for n, (name, author, grams, initial_grams, initials) in enumerate(titles(items))
            ),
        ),
        "taken_number": (
            "issuer_code,number",
            ((CODE, n) for n in itertools.chain(map(card_number, range(patrons)), map(item_number, range(items)))),
        ),
        "item": (
            "id,hall_id,title_id,volume,copy_no,issuer_code,number,item_class,home_room_id,shelf,reference_only,counted,quantity,unit,source,registered_at",
            (
                (key(b"I", n), hall, key(b"T", n), 0, 1, CODE, item_number(n), "book", room, f"I-{n % 90}", 0, 0, 1, "册", "", _at(0, 0))
                for n in range(items)
            ),
        ),
        "patron": (
            "id,hall_id,kind,name,initials,sex,birth_date,phone,phone_end,pin_hash,villager_group,guardian_name,guardian_relation,guardian_phone,registered_at",
            (
                (key(b"P", n), hall, "person", "王梅", "wm", "unsaid", "1985-06-01", "", f"{n % 10000:04d}", "", "", "", "", "", _at(0, 0))
                for n in range(patrons)
            ),
        ),
        "card": (
            "id,hall_id,patron_id,issuer_code,number,secret,issued_at,valid_until",
            ((key(b"C", n), hall, key(b"P", n), CODE, card_number(n), card_secret(n), _at(0, 0), "2099-12-31") for n in range(patrons)),
        ),
        "loan": (_LOAN_COLUMNS, _loans(hall, items, patrons)),
        "journal": (
            "id,hall_id,at,verb,actor_kind,device,gesture,subject,subject_id,facts,overridden,reason,clock_doubt",
            ((key(b"J", n), hall, _at(*_when(n, items)), *act, _scattered(n), "loan", key(b"L", n), "{}", "", "", 0) for n in range(items)),
        ),
    }


_LOAN_COLUMNS: Final = (
    "id,hall_id,item_id,title_id,patron_id,counted,quantity,returned,out_at,out_day,due_at,due_day,renewals,ended_at,back_day,ended_as,"
    "outside,assisted,from_slip,at_desk,item_class,class_code,borrower_kind,age_band,sex,unlinked_at"
)


def _loans(hall: bytes, items: int, patrons: int) -> Values:
    """Five for each thing, in order of time; every tenth thing is out, each with one of the first half of the patrons.

    What has come back was forgotten whose it was (rules.md §4), or the first tick of a running hall would do nothing else.
    """
    open_from = items * _LOANS_EACH - items // 10
    same = (0, 0, 0, 0, "book", "I", "adult", "adult", "unsaid")
    who: tuple[bytes | int | None, ...]
    end: tuple[str | int | None, ...]
    for n in range(items * _LOANS_EACH):
        day, minute = _when(n, items * _LOANS_EACH)
        if n < open_from:
            item, due, back = n * 31 % items, day + 30, _at(day + 20, minute)
            who, end = (None, 0, 1, 1), (back, _DAY[day + 20], "returned", *same, back)
        else:
            item, due = (n - open_from) * 10, _DAYS + 400 + n % 2000
            who, end = (key(b"P", (n - open_from) % (patrons // 2)), 0, 1, 0), (None, None, None, *same, None)
        what = (key(b"L", n), hall, key(b"I", item), key(b"T", item))
        yield (*what, *who, _at(day, minute), _DAY[day], _at(due, 0), _DAY[due], 0, *end)


def _scattered(n: int) -> bytes:
    """A gesture: unlike ids, gestures come in no order."""
    return hashlib.blake2b(b"%d" % n, digest_size=16).digest()


def _when(n: int, of: int) -> tuple[int, int]:
    moment = n * (_DAYS - 40) * 480 // of
    return moment // 480, moment % 480


_FIRST: Final = (END - timedelta(days=_DAYS)).date()
_DAY: Final = [(_FIRST + timedelta(days=n)).isoformat() for n in range(_DAYS + 3000)]
_MINUTE: Final = [f"{1 + n // 60:02d}:{n % 60:02d}:00.000000" for n in range(480)]


def _at(day: int, minute: int) -> str:
    """An instant as the house's SQLite keeps it: UTC, from nine to five in the hall."""
    return f"{_DAY[day]} {_MINUTE[minute]}"


def key(kind: bytes, n: int) -> bytes:
    return _TAG + kind + bytes(5) + n.to_bytes(8, "big")


def item_number(n: int) -> str:
    return codes.Number.of(codes.KIND["book"], n).digits


def card_number(n: int) -> str:
    return codes.Number.of(codes.KIND["card"], n).digits


def card_secret(n: int) -> str:
    return f"{n:06d}"
