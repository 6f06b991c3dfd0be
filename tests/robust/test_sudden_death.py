"""A writer killed at any moment: what it has confirmed is there, and nothing is there by halves."""

import multiprocessing
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from models import JournalRow, Loan
from services import database, schema
from tests.cast import Village
from tests.robust import writer

DEATHS = {"sqlite": 50, "postgresql": 10}
LONGEST_LIFE = 16

# Forked from a process that has read the program already: fifty lives cost fifty times nothing.
nursery = multiprocessing.get_context("forkserver")
nursery.set_forkserver_preload(["tests.robust.writer"])


@dataclass
class Confirmed:
    """What the writers said before they died."""

    lent: set[UUID] = field(default_factory=set)
    back: Counter[UUID] = field(default_factory=Counter)
    cut_short: int = 0

    def hear(self, pipe: Connection) -> str:
        said, loan_id = pipe.recv()
        if said == "lent":
            self.lent.add(loan_id)
        elif said == "back":
            self.back[loan_id] += 1
        return str(said)

    def hear_out(self, pipe: Connection, last: str) -> None:
        with suppress(EOFError):
            while True:
                last = self.hear(pipe)
        self.cut_short += last == "begun"


@pytest.fixture
def shelf(village: Village) -> Iterator[Village]:
    """Enough books and readers that most tries end in a loan or a return."""
    for number in range(10):
        village.book(f"b{number}", f"书{number}")
        village.person(f"p{number}", f"村民{number}", village.patrons["mei"].birth_date)
    return village


def live_and_die(village: Village, confirmed: Confirmed) -> None:
    ours, theirs = nursery.Pipe(duplex=False)
    cards = [village.card_id(f"p{number}") for number in range(10)]
    items = [village.item_id(f"b{number}") for number in range(10)]
    url = village.engine.url.render_as_string(hide_password=False)
    if village.engine.dialect.name == "sqlite":
        url = f"sqlite:///{file_of(village)}"
    life = nursery.Process(target=writer.work, args=(theirs, url, village.kiosk, cards, items), daemon=True)
    life.start()
    theirs.close()
    # So many words long, not so many seconds: on a busy machine a writer would die before it has lent anything.
    last = ""
    for _ in range(random.randint(1, LONGEST_LIFE)):
        assert ours.poll(60), "the writer fell silent"
        last = confirmed.hear(ours)
    time.sleep(random.uniform(0, 0.01))
    life.kill()
    confirmed.hear_out(ours, last)
    life.join()
    life.close()
    ours.close()


def file_of(village: Village) -> str:
    with village.engine.connect() as connection:
        return str(connection.exec_driver_sql("PRAGMA database_list").first()[2])  # type: ignore[index]


def halves(village: Village) -> dict[str, list[Any]]:
    """Loans without their one journal row, and journal rows without their loan."""
    loan, row = Loan.__table__, JournalRow.__table__  # type: ignore[attr-defined]

    def rows_of(verb: str) -> Any:
        return sa.select(sa.func.count()).where(row.c.subject_id == loan.c.id, row.c.verb == verb).scalar_subquery()

    with village.engine.connect() as connection:
        return {
            "not written down once": connection.execute(sa.select(loan.c.id).where(rows_of("check_out") != 1)).all(),  # type: ignore[dict-item]
            "back and not written down once": connection.execute(
                sa.select(loan.c.id).where(rows_of("check_in") != sa.case((loan.c.ended_at.is_(None), 0), else_=1))
            ).all(),  # type: ignore[dict-item]
            "written down and not there": connection.execute(
                sa.select(row.c.id).where(row.c.subject == "loan", row.c.subject_id.not_in(sa.select(loan.c.id)))
            ).all(),  # type: ignore[dict-item]
        }


def missing(village: Village, confirmed: Confirmed) -> tuple[set[UUID], set[UUID]]:
    """Confirmed loans that are not there, confirmed returns that did not happen."""
    loan = Loan.__table__  # type: ignore[attr-defined]
    with village.engine.connect() as connection:
        there = dict(connection.execute(sa.select(loan.c.id, loan.c.ended_at)).all())  # type: ignore[arg-type]
    return confirmed.lent - set(there), {loan_id for loan_id in confirmed.back if there.get(loan_id) is None}


def test_a_killed_writer_loses_nothing_it_confirmed_and_leaves_nothing_half_done(shelf: Village) -> None:
    confirmed = Confirmed()
    for _ in range(DEATHS[shelf.engine.dialect.name]):
        live_and_die(shelf, confirmed)
        assert missing(shelf, confirmed) == (set(), set())
        assert not any(halves(shelf).values())
        if shelf.engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(file_of(shelf))) as plain:
                assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
    # The test has looked where it hurts: writers died with something begun, and not all of them early.
    assert confirmed.cut_short
    assert confirmed.lent
    assert schema.look(shelf.engine).fit is schema.Fit.READY
    database.write(shelf.engine, lambda session: session.execute(sa.text("UPDATE hall SET phone = phone")))
