"""A mistake at the desk is taken back from its toast; what has moved on since is left alone, and the journal keeps both."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from models import Card, Condition, FaultReport, Hold, HoldState, Item, ItemCondition, JournalRow, Loan, LoanEnd, Trouble, WorkKind
from services import cards, circulation, conditions, database, holds, mixups, orders, reports, undoing
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


def befell(village: Village, what: str = "huozhe") -> dict[str, Any]:
    return {"item_id": village.item_id(what), "condition": Condition.DAMAGED, "reason": "点错了"}


def test_nothing_befell_it_after_all(village: Village) -> None:
    what = befell(village)
    do(village, conditions.mark, **what)
    undo(village, undoing.mark, **what)
    assert only(village, ItemCondition).ended_at == LATER
    assert verbs(village) == ["mark", "mend", "undo"]
    lend(village, "huozhe", "mei", at=LATER)


def test_it_is_not_whole_after_all_and_is_expected_when_it_was(village: Village) -> None:
    what, back = befell(village), AT + timedelta(days=9)
    do(village, conditions.mark, **what, expected_back_at=back)
    do(village, conditions.mend, **what)
    undo(village, undoing.mend, **what)
    with Session(village.engine) as session:
        running = session.exec(select(ItemCondition).where(sa.column("ended_at").is_(None))).one()
    assert (running.condition, running.expected_back_at) == (Condition.DAMAGED, back)
    assert verbs(village) == ["mark", "mend", "mark", "undo"]


@pytest.mark.parametrize("since", ["mark", "mend", "lend", "bring"])
def test_what_befell_a_thing_is_not_taken_back_once_something_newer_has(village: Village, since: str) -> None:
    what, soon = befell(village), AT + timedelta(minutes=1)
    receipt = lend(village, "huozhe", "mei") if since == "bring" else None
    do(village, conditions.mark, **what)
    if since == "mark":
        do(village, conditions.mark, **what | {"condition": Condition.OUT_OF_ORDER}, at=soon)
    elif since == "mend":
        do(village, conditions.mend, **what, at=soon)
    elif receipt:
        give_back(village, "huozhe", at=soon)
    else:
        lend(village, "huozhe", "mei", at=soon, by=village.zhou, overrides=frozenset({"item_damaged"}), reason="还能看")
    refused(village, ChangedMeanwhile, undoing.mark, **what)


def test_mended_and_broken_again_is_not_taken_back(village: Village) -> None:
    what = befell(village)
    do(village, conditions.mark, **what)
    do(village, conditions.mend, **what)
    do(village, conditions.mark, **what | {"condition": Condition.LOST}, at=AT + timedelta(minutes=1))
    refused(village, ChangedMeanwhile, undoing.mend, **what)


def test_reported_by_mistake(village: Village) -> None:
    facts = {"item_id": village.item_id("erhu"), "trouble": Trouble.TORN}
    tap = gesture()
    report_id = do(village, reports.report, **facts, gesture=tap)
    assert do(village, reports.report, **facts, gesture=tap) == report_id
    undo(village, undoing.report, report_id=report_id, reason="点错了")
    report = only(village, FaultReport)
    assert (report.done_at, report.done_note) == (LATER, "点错了")
    assert verbs(village) == ["report", "report_done", "undo"]


def test_a_report_that_was_answered_meanwhile_stays_answered(village: Village) -> None:
    report_id = do(village, reports.report, item_id=village.item_id("erhu"), trouble=Trouble.TORN)
    database.write(village.engine, reports.done, report_id=report_id, at=AT, by=village.zhou)
    refused(village, ChangedMeanwhile, undoing.report, report_id=report_id, reason="点错了")
    undo(village, undoing.report_done, report_id=report_id)
    refused(village, ChangedMeanwhile, undoing.report_done, report_id=report_id)


def test_a_report_that_a_work_order_answers_is_not_put_on_the_list_again(village: Village) -> None:
    report_id = do(village, reports.report, item_id=village.item_id("erhu"), trouble=Trouble.TORN)
    do(village, orders.open_order, item_id=village.item_id("erhu"), kind=WorkKind.REPAIR, found="弦断了")
    refused(village, ChangedMeanwhile, undoing.report_done, report_id=report_id)
    refused(village, ChangedMeanwhile, undoing.report, report_id=report_id, reason="点错了")


def test_off_the_shelf_and_kept_for_another_by_now(village: Village) -> None:
    lend(village, "biancheng", "mei")
    slip = do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("yu"))
    give_back(village, "biancheng")
    database.write(village.engine, holds.put_on_shelf, hold_id=slip.hold_id, at=AT, by=village.zhou)
    do(village, holds.cancel, hold_id=slip.hold_id)
    do(village, undoing.hold_cancel, hold_id=slip.hold_id, at=AT + timedelta(minutes=1))
    refused(village, ChangedMeanwhile, undoing.hold_shelve, hold_id=slip.hold_id)


def of_mei(village: Village) -> Card:
    with Session(village.engine) as session:
        return session.exec(select(Card).where(Card.id == village.card_id("mei"))).one()


def test_a_card_extended_by_mistake_ends_when_it_did(village: Village) -> None:
    card_id, before = village.card_id("mei"), of_mei(village).valid_until
    facts = {"card_id": card_id, "at": LATER - timedelta(seconds=1), "by": village.zhou}
    database.write(village.engine, cards.extend, **facts)
    database.write(village.engine, cards.extend, **facts)
    assert of_mei(village).valid_until != before
    undo(village, undoing.card_extend, card_id=card_id)
    assert of_mei(village).valid_until == before
    assert verbs(village) == ["card_extend", "undo"]
    refused(village, ChangedMeanwhile, undoing.card_extend, card_id=card_id)


def test_an_extended_card_that_something_was_lent_on_stays_extended(village: Village) -> None:
    database.write(village.engine, cards.extend, card_id=village.card_id("mei"), at=AT, by=village.zhou)
    lend(village, "huozhe", "mei", at=AT + timedelta(minutes=1))
    refused(village, ChangedMeanwhile, undoing.card_extend, card_id=village.card_id("mei"))


def titles_of(village: Village, *what: str) -> list[Any]:
    with Session(village.engine) as session:
        return [session.exec(select(Item.title_id).where(Item.id == village.item_id(each))).one() for each in what]


def test_labels_that_were_right_mean_again_what_they_meant(village: Village) -> None:
    pair = {"item_id": village.item_id("huozhe"), "other_id": village.item_id("biancheng")}
    before = titles_of(village, "huozhe", "biancheng")
    do(village, mixups.swap_labels, **pair)
    assert titles_of(village, "biancheng", "huozhe") == before
    undo(village, undoing.labels_swapped, **pair)
    assert titles_of(village, "huozhe", "biancheng") == before
    assert verbs(village) == ["labels_swapped", "labels_swapped", "undo"]


@pytest.mark.parametrize("which", ["huozhe", "biancheng"])
def test_swapped_labels_stay_once_either_thing_was_lent(village: Village, which: str) -> None:
    pair = {"item_id": village.item_id("huozhe"), "other_id": village.item_id("biancheng")}
    do(village, mixups.swap_labels, **pair)
    lend(village, which, "mei", at=AT + timedelta(minutes=1))
    refused(village, ChangedMeanwhile, undoing.labels_swapped, **pair)


def test_the_kiosk_takes_nothing_back(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    refused(village, NotAllowed, undoing.check_out, loan_id=receipt.loan_id, by=village.kiosk)


def test_another_halls_keeper_takes_nothing_back(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    stranger = type(village.zhou)(village.zhou.kind, gesture(), staff_id=village.zhou.staff_id)
    refused(village, ChangedMeanwhile, undoing.check_out, loan_id=receipt.loan_id, by=stranger)
