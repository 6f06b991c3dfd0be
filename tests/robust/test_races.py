"""Kiosks that act in the same moment: no law is broken, and whoever was second is refused politely.

A pause before each loan is written lets every other kiosk look first; without the index and the row locks each of these races is
lost on PostgreSQL. SQLite's writers queue, so there it is the queue that is tried.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from models import Hold, HoldState, Loan
from services import circulation, database, holds
from services.lending_rules import Wish
from tests.cast import AT, Village, gesture
from tests.robust.racing import paused_before, together

RACES = 50
AT_ONCE = 8


def clear(village: Village) -> None:
    with village.engine.connect().execution_options(writes=True) as connection:
        for table in ("hold", "loan"):
            connection.execute(sa.text(f"DELETE FROM {table}"))
        connection.commit()


def lending(village: Village, what: str, who: str, **facts: Any) -> Callable[[], Any]:
    facts = {"at": AT, "gesture": gesture(), "by": village.kiosk, **facts}
    return lambda: database.write(
        village.engine, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), **facts
    )


def open_loans(village: Village) -> int:
    with village.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(Loan).where(Loan.ended_at.is_(None))).scalar_one()  # type: ignore[union-attr]


@pytest.fixture
def crowd(village: Village) -> Village:
    for number in range(AT_ONCE):
        village.person(f"p{number}", f"村民{number}", village.patrons["mei"].birth_date)
        village.book(f"b{number}", f"书{number}")
    return village


def test_two_kiosks_one_book_and_six_more(crowd: Village) -> None:
    with paused_before(crowd.engine, "INSERT INTO loan"):
        for _ in range(RACES):
            ends = together(*(lending(crowd, "biancheng", f"p{number}") for number in range(AT_ONCE)))
            assert ends == {"ok": 1, "item_on_loan": AT_ONCE - 1}
            assert open_loans(crowd) == 1
            clear(crowd)


def test_one_card_at_five_kiosks(crowd: Village) -> None:
    with paused_before(crowd.engine, "INSERT INTO loan"):
        for _ in range(RACES):
            ends = together(*(lending(crowd, f"b{number}", "mei") for number in range(5)))
            assert ends == {"ok": 3, "too_many_loans": 2}
            assert open_loans(crowd) == 3
            clear(crowd)


def test_one_gesture_that_arrives_four_times_at_once_is_one_loan(crowd: Village) -> None:
    for _ in range(10):
        hand = gesture()
        assert together(*(lending(crowd, "biancheng", "mei", gesture=hand) for _ in range(4))) == {"ok": 4}
        assert open_loans(crowd) == 1
        clear(crowd)


def test_more_pieces_than_there_are_never_go_out(crowd: Village) -> None:
    wish = Wish(quantity=3, purpose="rehearsal")  # type: ignore[arg-type]
    for _ in range(10):
        ends = together(*(lending(crowd, "drums", f"p{number}", wish=wish) for number in range(AT_ONCE)))
        assert ends == {"ok": 6, "quantity_out": 2}
        clear(crowd)


def test_a_book_given_back_twice_at_once_while_two_wait_is_kept_for_one(crowd: Village) -> None:
    def back() -> Any:
        return database.write(
            crowd.engine, circulation.check_in, item_id=crowd.item_id("biancheng"), at=AT, gesture=gesture(), by=crowd.kiosk
        )

    title_id = crowd.titles["biancheng"].id
    with paused_before(crowd.engine, "UPDATE hold"):
        for _ in range(10):
            lending(crowd, "biancheng", "mei")()
            for who in ("p0", "p1"):
                database.write(
                    crowd.engine, holds.place, title_id=title_id, card_id=crowd.card_id(who), at=AT, gesture=gesture(), by=crowd.kiosk
                )
            assert together(back, back, lending(crowd, "biancheng", "p2"))["ok"] >= 2
            with crowd.engine.connect() as connection:
                ready = connection.execute(sa.select(sa.func.count()).select_from(Hold).where(Hold.state == HoldState.READY)).scalar_one()
            assert ready == 1
            clear(crowd)
