"""A mistake at the desk is taken back from its toast; what has moved on since is left alone, and the journal keeps both."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import Condition, FaultReport, Hold, HoldState, ItemCondition, JournalRow, Loan, LoanEnd, Trouble
from services import circulation, conditions, database, holds, reports, undoing
from services.lending_rules import Wish
from services.refusals import ChangedMeanwhile, ItemOnLoan, NotAllowed
from tests.cast import AT, Village, gesture
from tests.laws import held

LATER = AT + timedelta(minutes=2)


def do(village: Village, verb: Callable[..., Any], **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def undo(village: Village, verb: Callable[..., Any], **facts: Any) -> None:
    """Twice: the second press is the same intention."""
    pressed = gesture()
    do(village, verb, at=LATER, gesture=pressed, **facts)
    once = held.everything(village.engine)
    do(village, verb, at=LATER, gesture=pressed, **facts)
    held.same(once, held.everything(village.engine), "undone once")


def refused(village: Village, why: type[Exception], verb: Callable[..., Any], **facts: Any) -> None:
    before = held.everything(village.engine)
    with pytest.raises(why):
        do(village, verb, at=LATER, **facts)
    held.same(before, held.everything(village.engine), "refused")


def lend(village: Village, what: str, who: str, **facts: Any) -> Any:
    return do(village, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), **facts)


def give_back(village: Village, what: str, **facts: Any) -> Any:
    return do(village, circulation.check_in, item_id=village.item_id(what), **facts)


def only(village: Village, table: Any) -> Any:
    with Session(village.engine) as session:
        return session.exec(select(table)).one()


def verbs(village: Village) -> list[str]:
    with Session(village.engine) as session:
        return [row.verb for row in session.exec(select(JournalRow).order_by(JournalRow.at, JournalRow.id))]  # type: ignore[arg-type]


def test_lent_by_mistake(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    undo(village, undoing.check_out, loan_id=receipt.loan_id)
    assert only(village, Loan).ended_as is LoanEnd.RETURNED
    assert verbs(village) == ["check_out", "check_in", "undo"]
    lend(village, "huozhe", "yu", at=LATER)


def test_taken_back_by_mistake(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    before = only(village, Loan)
    slip = give_back(village, "huozhe")
    undo(village, undoing.check_in, loan_id=receipt.loan_id, pieces=slip.returned)
    assert only(village, Loan) == before
    assert verbs(village)[-2:] == ["check_in", "undo"]


def test_taken_back_by_mistake_and_kept_for_another_who_now_waits_in_the_old_place(village: Village) -> None:
    receipt = lend(village, "biancheng", "mei")
    do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("yu"))
    slip = give_back(village, "biancheng")
    assert only(village, Hold).state is HoldState.READY
    undo(village, undoing.check_in, loan_id=receipt.loan_id, pieces=slip.returned)
    waits = only(village, Hold)
    assert (waits.state, waits.item_id, waits.placed_at) == (HoldState.WAITING, None, AT)


def test_some_drums_too_many_taken_back(village: Village) -> None:
    receipt = lend(village, "drums", "team", wish=Wish(quantity=8, purpose="rehearsal"))
    give_back(village, "drums", quantity=2)
    slip = give_back(village, "drums", quantity=3, at=AT + timedelta(minutes=1))
    undo(village, undoing.check_in, loan_id=receipt.loan_id, pieces=slip.returned)
    assert (only(village, Loan).returned, only(village, Loan).ended_at) == (2, None)


def test_what_somebody_else_has_by_now_stays_with_them(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    give_back(village, "huozhe")
    lend(village, "huozhe", "yu", at=AT + timedelta(minutes=1))
    refused(village, ItemOnLoan, undoing.check_in, loan_id=receipt.loan_id, pieces=1)


def test_who_has_borrowed_another_meanwhile_keeps_to_the_limit(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    give_back(village, "huozhe")
    lend(village, "weicheng", "mei", at=AT + timedelta(minutes=1))
    refused(village, ChangedMeanwhile, undoing.check_in, loan_id=receipt.loan_id, pieces=1)


def test_renewed_by_mistake(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    before = only(village, Loan)
    do(village, circulation.renew, loan_id=receipt.loan_id, card_id=village.card_id("mei"))
    assert only(village, Loan).due_day > before.due_day
    undo(village, undoing.renew, loan_id=receipt.loan_id)
    assert only(village, Loan) == before
    refused(village, ChangedMeanwhile, undoing.renew, loan_id=receipt.loan_id)


def test_kept_and_struck_off_by_mistake(village: Village) -> None:
    lend(village, "biancheng", "mei")
    slip = do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("yu"))
    undo(village, undoing.hold, hold_id=slip.hold_id)
    assert only(village, Hold).state is HoldState.CANCELLED
    refused(village, ChangedMeanwhile, undoing.hold_cancel, hold_id=slip.hold_id)


def test_struck_off_by_mistake_and_first_in_the_queue_again(village: Village) -> None:
    lend(village, "biancheng", "mei")
    slip = do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("yu"))
    do(village, holds.cancel, hold_id=slip.hold_id)
    give_back(village, "biancheng", at=AT + timedelta(minutes=1))
    undo(village, undoing.hold_cancel, hold_id=slip.hold_id)
    waits = only(village, Hold)
    assert (waits.state, waits.placed_at, waits.item_id) == (HoldState.READY, AT, village.item_id("biancheng"))


def test_not_on_the_shelf_yet_and_not_mended_yet(village: Village) -> None:
    lend(village, "biancheng", "mei")
    slip = do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("yu"))
    give_back(village, "biancheng", trouble=Trouble.TORN)
    with_gesture = {"at": AT, "by": village.zhou}
    database.write(village.engine, holds.put_on_shelf, hold_id=slip.hold_id, **with_gesture)
    undo(village, undoing.hold_shelve, hold_id=slip.hold_id)
    assert only(village, Hold).shelved_at is None
    report = only(village, FaultReport)
    database.write(village.engine, reports.done, report_id=report.id, **with_gesture)
    undo(village, undoing.report_done, report_id=report.id)
    assert only(village, FaultReport) == report


def test_nothing_befell_it_after_all(village: Village) -> None:
    what = {"item_id": village.item_id("huozhe"), "condition": Condition.DAMAGED, "reason": "点错了"}
    do(village, conditions.mark, **what)
    undo(village, undoing.mark, **what)
    assert only(village, ItemCondition).ended_at == LATER
    lend(village, "huozhe", "mei", at=LATER)


def test_the_kiosk_takes_nothing_back(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    refused(village, NotAllowed, undoing.check_out, loan_id=receipt.loan_id, by=village.kiosk)


def test_another_halls_keeper_takes_nothing_back(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    stranger = type(village.zhou)(village.zhou.kind, gesture(), staff_id=village.zhou.staff_id)
    refused(village, ChangedMeanwhile, undoing.check_out, loan_id=receipt.loan_id, by=stranger)
