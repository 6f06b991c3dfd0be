"""What only the desk does: slips with their true time, mishaps, reports, the morning, and what it may see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import Condition, FaultReport, Hold, HoldState, JournalRow, Loan, LoanEnd, Purpose, Trouble
from services import circulation, conditions, database, holds, morning, reports, shelves, slips
from services.lending_rules import Wish
from services.refusals import (
    ChangedMeanwhile,
    FactWrong,
    ItemOnLoan,
    LoanGone,
    PurposeMissing,
    QuantityOut,
    Refusal,
    UnknownCode,
)
from tests.cast import AT, Village, gesture
from tests.databases import rows

YESTERDAY = AT - timedelta(days=1)


def do(village: Village, verb: Callable[..., Any], **facts: Any) -> Any:
    facts = {"at": AT, "by": village.zhou, **facts}
    if "gesture" in verb.__code__.co_varnames[: verb.__code__.co_argcount + verb.__code__.co_kwonlyargcount]:
        facts.setdefault("gesture", gesture())
    return database.write(village.engine, verb, **facts)


def lend(village: Village, what: str, who: str, **facts: Any) -> Any:
    return do(village, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), **facts)


def slip(village: Village, what: str, who: str, **facts: Any) -> Any:
    return do(village, slips.lent, item_id=village.item_id(what), card_id=village.card_id(who), **{"out_at": YESTERDAY, **facts})


def loans(village: Village, what: str) -> list[Loan]:
    with Session(village.engine) as session:
        return list(session.exec(select(Loan).where(Loan.item_id == village.item_id(what)).order_by(Loan.out_at)))  # type: ignore[arg-type]


def refused(village: Village, refusal: type[Refusal], act: Callable[[], Any]) -> Refusal:
    """Refused, and nothing written."""
    before = rows(village.engine)
    with pytest.raises(refusal) as caught:
        act()
    assert rows(village.engine) == before
    return caught.value


# -- slips ---------------------------------------------------------------------------------------------------------------


def test_a_slip_is_entered_with_its_true_time_and_marked(village: Village) -> None:
    receipt = slip(village, "biancheng", "mei")
    (loan,) = loans(village, "biancheng")
    assert (loan.out_at, loan.from_slip, loan.at_desk, loan.ended_at) == (YESTERDAY, True, True, None)
    assert (loan.due_day, receipt.due_day) == (date(2027, 4, 8), date(2027, 4, 8))


def test_the_same_slip_twice_is_one_loan(village: Village) -> None:
    once = gesture()
    first = slip(village, "biancheng", "mei", gesture=once)
    before = rows(village.engine)
    assert slip(village, "biancheng", "mei", gesture=once) == first
    assert rows(village.engine) == before


def test_a_slip_of_a_book_that_has_moved_on_since_is_entered_closed_and_changes_nothing_later(village: Village) -> None:
    lend(village, "biancheng", "old_li")
    (later,) = loans(village, "biancheng")
    slip(village, "biancheng", "mei")
    first, second = loans(village, "biancheng")
    assert (first.out_at, first.ended_at, first.ended_as) == (YESTERDAY, AT, LoanEnd.RETURNED)
    assert second.model_dump() == later.model_dump()


def test_a_slip_that_says_when_it_came_back_is_entered_closed(village: Village) -> None:
    slip(village, "biancheng", "mei", back_at=AT - timedelta(hours=2))
    (loan,) = loans(village, "biancheng")
    assert (loan.ended_at, loan.returned) == (AT - timedelta(hours=2), 1)


@pytest.mark.parametrize(
    "times",
    [
        {"out_at": AT + timedelta(minutes=1)},
        {"out_at": AT - timedelta(days=400)},
        {"back_at": YESTERDAY - timedelta(minutes=1)},
        {"back_at": AT + timedelta(minutes=1)},
    ],
)
def test_a_slip_from_a_time_that_cannot_be_is_refused(village: Village, times: dict[str, Any]) -> None:
    refused(village, FactWrong, lambda: slip(village, "biancheng", "mei", **times))


def test_a_slip_cannot_overlap_a_loan_of_then(village: Village) -> None:
    lend(village, "biancheng", "old_li", at=AT - timedelta(days=2))
    refused(village, ItemOnLoan, lambda: slip(village, "biancheng", "mei"))
    do(village, slips.came_back, loan_id=loans(village, "biancheng")[0].id, back_at=AT - timedelta(days=1, hours=1))
    slip(village, "biancheng", "mei")
    first, second = loans(village, "biancheng")
    assert first.ended_at is not None
    assert first.ended_at <= second.out_at


def test_a_slip_with_a_return_after_the_next_loan_is_refused(village: Village) -> None:
    lend(village, "biancheng", "old_li", at=AT - timedelta(hours=5))
    refused(village, FactWrong, lambda: slip(village, "biancheng", "mei", back_at=AT - timedelta(hours=4)))


def test_a_slip_is_never_refused_for_the_limit_since_it_has_happened(village: Village) -> None:
    for what in ("huozhe", "biancheng"):
        lend(village, what, "yu")
    slip(village, "weicheng", "yu")
    assert loans(village, "weicheng")[0].ended_at is None


def test_equipment_on_a_slip_has_its_purpose_and_a_set_its_number(village: Village) -> None:
    refused(village, PurposeMissing, lambda: slip(village, "erhu", "mei"))
    slip(village, "drums", "team", purpose=Purpose.REHEARSAL, quantity=12)
    refused(village, QuantityOut, lambda: slip(village, "drums", "team", purpose=Purpose.REHEARSAL, quantity=9))
    slip(village, "drums", "team", purpose=Purpose.REHEARSAL, quantity=8)
    assert sorted(loan.quantity for loan in loans(village, "drums")) == [8, 12]


def test_a_return_on_a_slip_passes_the_book_to_who_waits(village: Village) -> None:
    lend(village, "biancheng", "old_li", at=AT - timedelta(days=2))
    do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("mei"))
    once = {"loan_id": loans(village, "biancheng")[0].id, "back_at": YESTERDAY, "gesture": gesture()}
    do(village, slips.came_back, **once)
    do(village, slips.came_back, **once)
    with Session(village.engine) as session:
        (hold,) = session.exec(select(Hold))
    assert (hold.state, hold.item_id) == (HoldState.READY, village.item_id("biancheng"))


def test_a_return_before_the_loan_or_of_no_loan_is_refused(village: Village) -> None:
    lend(village, "biancheng", "old_li", at=YESTERDAY)
    loan_id = loans(village, "biancheng")[0].id
    refused(village, FactWrong, lambda: do(village, slips.came_back, loan_id=loan_id, back_at=YESTERDAY - timedelta(hours=1)))
    refused(village, LoanGone, lambda: do(village, slips.came_back, loan_id=gesture(), back_at=YESTERDAY))


def test_a_slip_fulfils_the_patrons_own_hold(village: Village) -> None:
    lend(village, "biancheng", "old_li", at=AT - timedelta(days=2))
    do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("mei"), at=AT - timedelta(days=2))
    do(village, circulation.check_in, item_id=village.item_id("biancheng"), at=AT - timedelta(days=1, hours=2))
    slip(village, "biancheng", "mei")
    with Session(village.engine) as session:
        (hold,) = session.exec(select(Hold))
    assert hold.state is HoldState.FULFILLED


def do_read(village: Village, question: Callable[..., Any], **facts: Any) -> Any:
    return database.read(village.engine, question, **{"at": AT, "by": village.zhou, **facts})


# -- reports -------------------------------------------------------------------------------------------------------------


def test_a_report_stands_on_the_list_once_until_it_is_done(village: Village) -> None:
    once = gesture()
    for _ in range(3):
        do(village, reports.report, item_id=village.item_id("erhu"), trouble=Trouble.DEAD, gesture=once, by=village.kiosk)
    (waiting,) = database.read(village.engine, reports.open_reports, hall_id=village.hall.id)
    assert (waiting.name, waiting.trouble) == ("二胡", Trouble.DEAD)
    do(village, reports.done, report_id=waiting.report_id, note="换了弦")
    refused(village, ChangedMeanwhile, lambda: do(village, reports.done, report_id=waiting.report_id))
    assert database.read(village.engine, reports.open_reports, hall_id=village.hall.id) == []


def test_a_report_names_nobody(village: Village) -> None:
    lend(village, "biancheng", "mei")
    do(village, reports.report, item_id=village.item_id("biancheng"), trouble=Trouble.TORN, by=village.kiosk)
    with Session(village.engine) as session:
        (kept,) = session.exec(select(FaultReport))
        (row,) = session.exec(select(JournalRow).where(JournalRow.verb == "report"))
    assert str(village.patrons["mei"].id) not in str(kept.model_dump()) + str(row.model_dump())


def test_a_report_of_nothing_is_refused(village: Village) -> None:
    refused(village, UnknownCode, lambda: do(village, reports.report, item_id=gesture(), trouble=Trouble.TORN))


# -- the morning ---------------------------------------------------------------------------------------------------------


def test_the_morning_shows_what_is_late_what_to_put_aside_and_what_is_broken(village: Village) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(days=40))
    lend(village, "weicheng", "old_li")
    do(village, holds.place, title_id=village.titles["weicheng"].id, card_id=village.card_id("yu"))
    do(village, circulation.check_in, item_id=village.item_id("weicheng"))
    do(village, reports.report, item_id=village.item_id("erhu"), trouble=Trouble.DEAD)
    day = database.read(village.engine, morning.morning, hall_id=village.hall.id, at=AT)
    assert (day.counts.lent, day.counts.back, day.counts.overdue) == (1, 1, 1)
    (late,) = day.overdue
    assert (late.name, late.patron, late.days, day.counts.longest) == ("边城", "王梅", late.days, late.days)
    assert late.days > 5
    (kept,) = day.kept
    assert (kept.name, kept.on_shelf) == ("围城", False)
    do(village, holds.put_on_shelf, hold_id=kept.hold_id)
    again = database.read(village.engine, morning.morning, hall_id=village.hall.id, at=AT)
    assert again.kept[0].on_shelf
    assert [report.name for report in day.reports] == ["二胡"]


def test_the_counts_name_nobody(village: Village) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(days=40))
    counted = database.read(village.engine, morning.counts, hall_id=village.hall.id, at=AT)
    assert all(isinstance(getattr(counted, name), int) for name in counted.__slots__)


def test_another_halls_morning_is_empty(village: Village) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(days=40))
    day = database.read(village.engine, morning.morning, hall_id=gesture(), at=AT)
    assert (day.overdue, day.kept, day.reports, day.counts.overdue) == ((), (), (), 0)


# -- what stands where ---------------------------------------------------------------------------------------------------


def test_the_desk_sees_every_copy_and_who_has_one(village: Village) -> None:
    lend(village, "huozhe", "mei")
    do(village, conditions.mark, item_id=village.item_id("huozhe-2"), condition=Condition.DAMAGED, reason="封面撕了")
    title_id = village.titles["huozhe"].id
    first, second = database.read(village.engine, shelves.copies, title_id=title_id, by=village.zhou)
    assert (first.is_here, first.due_day is not None, second.conditions) == (False, True, (Condition.DAMAGED,))
    sheet = do_read(village, shelves.sheet, item_id=village.item_id("huozhe"))
    assert (sheet.out[0].patron, sheet.thing.free) == ("王梅", 0)


def test_withdrawn_copies_are_not_listed(village: Village) -> None:
    do(village, conditions.withdraw, item_id=village.item_id("huozhe-2"), reason="剔旧")
    assert len(database.read(village.engine, shelves.copies, title_id=village.titles["huozhe"].id, by=village.zhou)) == 1


def test_volumes_are_told_apart(village: Village) -> None:
    found = database.read(village.engine, shelves.copies, title_id=village.titles["pingfan"].id, by=village.zhou)
    assert [copy.volume for copy in found] == ["第1册", "第2册", "第3册"]


def test_the_rest_of_a_set_is_always_right(village: Village) -> None:
    lend(village, "drums", "team", wish=Wish(quantity=12, purpose=Purpose.REHEARSAL))
    loan_id = loans(village, "drums")[0].id
    do(village, circulation.check_in, item_id=village.item_id("drums"), loan_id=loan_id, quantity=5)
    sheet = do_read(village, shelves.sheet, item_id=village.item_id("drums"))
    assert (sheet.thing.free, sheet.out[0].quantity) == (13, 7)


def test_approvers_are_who_is_in_charge_of_the_room_and_the_admins(village: Village) -> None:
    names = [name for _, name in do_read(village, shelves.approvers, room_id=village.rooms["library"].id)]
    assert "周桂生" in names
