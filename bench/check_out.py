"""Rows 1 and 2: what the rules cost. The use case against the least that raw sqlite3 can do, and how often it asks the database."""

import sqlite3
import statistics
from typing import Final
from uuid import uuid4

from sqlalchemy import Engine

from bench import lending, stage
from bench.filling import CODE, card_number, card_secret, item_number
from bench.lending import Timed
from bench.rows import Row, at_most
from bench.stage import Stage
from services import database

ITEMS: Final = 2_000
ROUNDS: Final = 6
EACH: Final = 150
_WARM: Final = 20

_ITEM: Final = "SELECT i.id, i.title_id, t.name FROM item i JOIN title t ON t.id = i.title_id WHERE i.issuer_code = ? AND i.number = ?"
_CARD: Final = (
    "SELECT c.id, c.patron_id, p.name FROM card c JOIN patron p ON p.id = c.patron_id"
    " WHERE c.issuer_code = ? AND c.number = ? AND c.secret = ?"
)
_LOAN: Final = (
    "INSERT INTO loan (id, hall_id, item_id, title_id, patron_id, counted, quantity, returned, out_at, out_day, due_at, due_day, renewals,"
    " outside, assisted, from_slip, at_desk, item_class, class_code, borrower_kind, age_band, sex) VALUES (?, ?, ?, ?, ?, 0, 1, 0,"
    " '2027-03-10 02:00:00.000000', '2027-03-10', '2027-04-09 09:30:00.000000', '2027-04-09',"
    " 0, 0, 0, 0, 0, 'book', 'I', 'adult', 'adult', 'unsaid')"
)
_JOURNAL: Final = (
    "INSERT INTO journal (id, hall_id, at, verb, actor_kind, device, gesture, subject, subject_id, facts, overridden, reason, clock_doubt)"
    " VALUES (?, ?, '2027-03-10 02:00:00.000000', 'check_out', 'kiosk', 'bench', ?, 'loan', ?, '{}', '', '', 0)"
)


def measure() -> list[Row]:
    small = stage.hall(ITEMS)
    engine = database.engine_for(small.url)
    lending.undo(engine)
    count = lending.statements(engine, small)
    ours, raw = _ours_and_raw(engine, small)
    engine.dispose()
    ratio = statistics.median(ours.cpu) / statistics.median(raw.cpu)
    wall = statistics.median(ours.wall) / statistics.median(raw.wall)
    note = (
        f"CPU p50 {statistics.median(ours.cpu):.3f} ms against {statistics.median(raw.cpu):.3f} ms raw, {len(ours.cpu)} of each in turns;"
        f" by the clock {wall:.1f}× ({statistics.median(ours.wall):.2f} against {statistics.median(raw.wall):.2f} ms), FULL both"
    )
    return [
        at_most("check_out: CPU against raw sqlite3", ratio, "×", 12, note),
        at_most("check_out: SQL statements, SQLite", count, "", 12, "BEGIN and COMMIT apart; hours kept in the process"),
    ]


def _ours_and_raw(engine: Engine, small: Stage) -> tuple[Timed, Timed]:
    at = stage.tomorrow_morning()
    ours, raw = Timed(), Timed()
    plain = sqlite3.connect(small.file, isolation_level=None, cached_statements=256)
    plain.execute("PRAGMA synchronous=FULL")
    plain.execute("PRAGMA foreign_keys=ON")

    def by_us(n: int) -> None:
        lending.check_out(engine, small, n, at)

    def by_hand(n: int) -> None:
        _raw(plain, small, n)

    for _ in range(ROUNDS):
        for timed, act in ((ours, by_us), (raw, by_hand)):
            with lending.no_collecting():
                for n in range(_WARM):
                    act(n)
                for n in range(_WARM, _WARM + EACH):
                    with timed.one():
                        act(n)
            lending.undo(engine)
    plain.close()
    return ours, raw


def _raw(connection: sqlite3.Connection, small: Stage, n: int) -> None:
    card = small.borrower(n)
    connection.execute("BEGIN IMMEDIATE")
    item_id, title_id, _ = connection.execute(_ITEM, (CODE, item_number(small.free_item(n)))).fetchone()
    _, patron_id, _ = connection.execute(_CARD, (CODE, card_number(card), card_secret(card))).fetchone()
    # What the raw side makes up in its head costs next to nothing, as it should.
    loan_id, hall_id = uuid4().bytes, small.hall_id.bytes
    connection.execute(_LOAN, (b"\x02" + loan_id[1:], hall_id, item_id, title_id, patron_id))
    connection.execute(_JOURNAL, (b"\x02" + loan_id[1:], hall_id, uuid4().bytes, loan_id))
    connection.execute("COMMIT")
