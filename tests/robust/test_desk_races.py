"""Kiosk and desk that act in the same moment: renewals and holds, cards issued twice, the keypad, closures and due days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models import Card, ClosureReason, HoldState, JournalRow, KeypadTry
from services import cards, circulation, closures, conditions, database, holds, losses, ticking, visit
from services.closures import Plan
from services.keypad import by_keypad
from services.visit import Standing
from tests.cast import AT, Village, gesture
from tests.robust.racing import lost_races, paused_before, together
from tests.robust.upheld import broken_laws

RACES = 8
AT_ONCE = 8


def doing(village: Village, use_case: Callable[..., Any], **facts: Any) -> Callable[[], Any]:
    facts = {"at": AT, "gesture": gesture(), "by": village.kiosk, **facts}
    return lambda: database.write(village.engine, use_case, **facts)


def lending(village: Village, what: str, who: str, **facts: Any) -> Callable[[], Any]:
    return doing(village, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), **facts)


def holding(village: Village, what: str, who: str) -> Callable[[], Any]:
    return doing(village, holds.place, title_id=village.titles[what].id, card_id=village.card_id(who))


def returning(village: Village, what: str) -> Callable[[], Any]:
    return doing(village, circulation.check_in, item_id=village.item_id(what))


@pytest.fixture
def crowd(village: Village) -> Village:
    for number in range(AT_ONCE):
        village.person(f"p{number}", f"村民{number}", village.patrons["mei"].birth_date, phone=f"1390000{number:04d}")
        village.book(f"b{number}", f"书{number}")
    return village


def test_a_book_is_not_renewed_after_somebody_else_asked_for_it(crowd: Village) -> None:
    order: list[str] = []
    for number in range(RACES):
        lent = lending(crowd, f"b{number}", "mei" if number < 3 else f"p{number}")()
        renewing = doing(
            crowd, circulation.renew, loan_id=lent.loan_id, card_id=crowd.card_id("mei" if number < 3 else f"p{number}"),
            at=AT + timedelta(seconds=1),
        )  # fmt: skip
        with paused_before(crowd.engine, "UPDATE loan"):
            ends = together(renewing, holding(crowd, f"b{number}", "p0" if number else "p1"))
        assert ends in ({"ok": 2}, {"ok": 1, "title_wanted": 1}, {"ok": 1, "too_many_holds": 1}), ends
        with crowd.engine.connect() as connection:
            rows = sa.select(JournalRow.verb).where(JournalRow.verb.in_(("renew", "hold"))).order_by(JournalRow.id)  # type: ignore[attr-defined]
            order = list(connection.execute(rows).scalars())
        assert ends != {"ok": 2} or order[-2:] == ["renew", "hold"], order
    assert order


def test_a_card_issued_twice_at_once_opens_the_hall_once(crowd: Village) -> None:
    reissue = {"use_case": cards.reissue, "patron_id": crowd.patrons["mei"].id, "by": crowd.zhou}
    with paused_before(crowd.engine, "UPDATE card"):
        assert together(*(doing(crowd, **reissue) for _ in range(4))) == {"ok": 4}
        hand = gesture()
        assert together(*(doing(crowd, **reissue, gesture=hand) for _ in range(3))) == {"ok": 3}
    with crowd.engine.connect() as connection:
        mine = connection.execute(sa.select(Card.secret, Card.ended_at).where(Card.patron_id == crowd.patrons["mei"].id)).all()  # type: ignore[call-overload]
    assert len(mine) == len({secret for secret, _ in mine}) == 1 + 4 + 1
    assert sum(ended is None for _, ended in mine) == 1


def test_wrong_facts_at_two_kiosks_at_once_are_five_and_no_more(crowd: Village) -> None:
    number = crowd.cards["mei"].number
    for who, kiosks in (("1380", ("kiosk-1", "kiosk-2")), ("0000", ("kiosk-3",))):
        at = AT + timedelta(hours=len(kiosks))
        acts = []
        for turn in range(AT_ONCE):
            kiosk = type(crowd.kiosk)(crowd.kiosk.kind, crowd.hall.id, device=kiosks[turn % len(kiosks)])
            acts.append(
                lambda kiosk=kiosk, who=who, at=at: database.write(crowd.engine, by_keypad, number=number, fact=who, at=at, by=kiosk)
            )
        with paused_before(crowd.engine, "INSERT INTO keypad_try"):
            assert together(*acts) == {"ok": 5, "keypad_resting": AT_ONCE - 5}
    with crowd.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(KeypadTry)).scalar_one() == 10


def stop(village: Village, **facts: Any) -> Callable[[], Any]:
    """Called away from this evening until long after every due day."""
    plan = Plan(ClosureReason.CALLED_AWAY, AT + timedelta(hours=8), AT + timedelta(days=70), "周桂生 000-0000000", "周桂生")
    return doing(village, closures.announce, plan=plan, by=village.zhou, **facts)


def test_a_closure_announced_while_loans_are_written_moves_every_one_of_them(crowd: Village) -> None:
    with lost_races() as lost, paused_before(crowd.engine, "INSERT INTO loan"):
        ends = together(*(lending(crowd, f"b{number}", f"p{number}") for number in range(AT_ONCE)), stop(crowd))
    assert ends == {"ok": AT_ONCE + 1}
    assert broken_laws(crowd) == {}
    assert lost == []


def test_a_closure_announced_while_books_come_back_moves_every_pickup(crowd: Village) -> None:
    for number in range(AT_ONCE):
        lending(crowd, f"b{number}", f"p{number}")()
        holding(crowd, f"b{number}", f"p{(number + 1) % AT_ONCE}")()
    with lost_races() as lost, paused_before(crowd.engine, "UPDATE hold", "kept_day", 0.1):
        ends = together(*(returning(crowd, f"b{number}") for number in range(AT_ONCE)), stop(crowd))
    assert ends == {"ok": AT_ONCE + 1}
    assert broken_laws(crowd) == {}
    assert lost == []


def test_a_closure_announced_while_a_hold_passes_on_moves_the_pickup(crowd: Village) -> None:
    """The copy was kept for somebody who cancels; it is passed to the next in the same moment."""
    slips = []
    for number in range(AT_ONCE):
        lending(crowd, f"b{number}", f"p{number}")()
        slips.append(holding(crowd, f"b{number}", f"p{(number + 1) % AT_ONCE}")())
        holding(crowd, f"b{number}", f"p{(number + 2) % AT_ONCE}")()
        returning(crowd, f"b{number}")()
    with lost_races() as lost, paused_before(crowd.engine, "UPDATE hold", "kept_day", 0.1):
        ends = together(*(doing(crowd, holds.cancel, hold_id=slip.hold_id) for slip in slips), stop(crowd))
    assert ends == {"ok": AT_ONCE + 1}
    assert broken_laws(crowd) == {}
    assert lost == []


def test_a_hold_that_expires_while_its_owner_comes_ends_one_way(crowd: Village) -> None:
    for number in range(3):
        lending(crowd, f"b{number}", "mei")()
        holding(crowd, f"b{number}", f"p{number}")()
        holding(crowd, f"b{number}", f"p{number + 1}")()
        returning(crowd, f"b{number}")()
    late = AT + timedelta(days=10)
    with paused_before(crowd.engine, "UPDATE hold"):
        for number in range(3):
            tick = {"hall_id": crowd.hall.id, "title_id": crowd.titles[f"b{number}"].id, "volume": 0, "at": late}
            ends = together(
                lambda tick=tick: database.write(crowd.engine, ticking.expire_title, **tick),  # type: ignore[misc]
                lambda tick=tick: database.write(crowd.engine, ticking.expire_title, **tick),  # type: ignore[misc]
                lending(crowd, f"b{number}", f"p{number}", at=late),
            )
            assert ends in ({"ok": 2, "kept_for_another": 1}, {"ok": 3}), ends
    assert broken_laws(crowd) == {}
    with crowd.engine.connect() as connection:
        states = connection.execute(
            sa.text("SELECT count(*) FROM hold WHERE state = :ready"), {"ready": HoldState.READY.value}
        ).scalar_one()
    assert states <= 3


def test_one_book_scanned_at_eight_kiosks_is_lent_once(crowd: Village) -> None:
    with paused_before(crowd.engine, "INSERT INTO loan"):
        for number in range(RACES):
            code = crowd.code(f"b{number}")
            ends = together(
                *(doing(crowd, visit.scan, code=code, standing=Standing(card_id=crowd.card_id(f"p{who}"))) for who in range(AT_ONCE))
            )
            # Whoever looked after the loan was written is offered to give it back; nobody meets an error.
            assert set(ends) <= {"ok", "item_on_loan", "too_many_loans"}, ends
    assert broken_laws(crowd) == {}
    with crowd.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM loan")).scalar_one() == RACES


def test_a_book_is_withdrawn_or_lent_and_never_both(crowd: Village) -> None:
    with paused_before(crowd.engine, "INSERT INTO loan"), paused_before(crowd.engine, "INSERT INTO item_condition"):
        for number in range(RACES):
            withdrawing = doing(crowd, conditions.withdraw, item_id=crowd.item_id(f"b{number}"), reason="破损", by=crowd.zhou)
            ends = together(withdrawing, lending(crowd, f"b{number}", f"p{number}"))
            assert ends in ({"ok": 1, "item_on_loan": 1}, {"ok": 1, "item_withdrawn": 1}), ends
    assert broken_laws(crowd) == {}


def test_a_lost_book_is_replaced_or_comes_back_and_never_both(crowd: Village) -> None:
    with paused_before(crowd.engine, "UPDATE loan"):
        for number in range(RACES):
            loan_id = lending(crowd, f"b{number}", f"p{number}")().loan_id
            replacing = doing(crowd, losses.replace_in_kind, loan_id=loan_id, reason="丢失", by=crowd.zhou)
            ends = together(replacing, returning(crowd, f"b{number}"))
            assert ends in ({"ok": 2}, {"ok": 1, "loan_gone": 1}), ends
    assert broken_laws(crowd) == {}
    with crowd.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM loan WHERE ended_at IS NULL")).scalar_one() == 0
