"""剔旧: a list that is gathered, judged and closed; all of it leaves the stock under one approver, or nothing does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import Cause, Condition, Disposal, ItemCondition, JournalRow, WeedingLine, Withdrawal
from services import circulation, conditions, database, losses, weeding
from services.conditions import CAUSES, JUDGED, Leaving
from services.refusals import (
    ApproverNotAllowed,
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    ItemOnLoan,
    ItemWithdrawn,
    NotAllowed,
    UnknownCode,
)
from tests.cast import AT, Village, gesture
from tests.robust.dumps import everything

LATER = AT + timedelta(days=1)
RECYCLED = Disposal.RECYCLED


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": LATER, "gesture": gesture(), "by": village.zhou} | facts)


def put(village: Village, what: str, cause: Cause = Cause.WORN, **facts: Any) -> Any:
    return do(village, weeding.put_on, **{"item_id": village.item_id(what), "cause": cause} | facts)


def close(village: Village, weeding_id: Any, **facts: Any) -> weeding.Sheet:
    return do(village, weeding.close, **{"weeding_id": weeding_id, "appraiser": "李小兰", "disposal": RECYCLED} | facts)


def rows(village: Village, table: Any, *where: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table).where(*where).order_by(*table.__table__.primary_key)).all())


def test_a_list_is_gathered_judged_and_closed_at_once(village: Village) -> None:
    taken = put(village, "huozhe")
    assert put(village, "biancheng", Cause.OUTDATED) == taken
    put(village, "weicheng")
    do(village, weeding.take_off, item_id=village.item_id("weicheng"))
    open_sheet = database.read(village.engine, weeding.sheet, weeding_id=taken, by=village.zhou)
    assert [(line.name, line.cause) for line in open_sheet.lines] == [("活着", Cause.WORN), ("边城", Cause.OUTDATED)]
    assert (open_sheet.stopped, open_sheet.closed_at, open_sheet.number) == (False, None, 1)

    signed = close(village, taken)
    assert (signed.closed_at, signed.keeper, signed.approver, signed.appraiser, signed.disposal) == (
        LATER,
        "周桂生",
        "周桂生",
        "李小兰",
        RECYCLED,
    )
    gone = {row.item_id: row for row in rows(village, ItemCondition, ItemCondition.condition == Condition.WITHDRAWN)}
    assert {gone[village.item_id(what)].reason for what in ("huozhe", "biancheng")} == {"破损", "内容过时"}
    assert len(rows(village, Withdrawal, Withdrawal.weeding_id == taken)) == 2
    assert put(village, "weicheng") != taken
    assert database.read(village.engine, weeding.past, by=village.zhou) == [taken]


def test_one_press_puts_on_once_and_closes_once(village: Village) -> None:
    facts = {"gesture": gesture()}
    taken = put(village, "huozhe", **facts)
    assert put(village, "huozhe", **facts) == taken
    put(village, "huozhe", Cause.SURPLUS)
    assert [row.cause for row in rows(village, WeedingLine)] == [Cause.SURPLUS]
    assert close(village, taken, **facts) == close(village, taken, **facts)
    assert len(rows(village, Withdrawal)) == 1
    assert len(rows(village, JournalRow, JournalRow.verb == "weeding_close")) == 1
    with pytest.raises(ChangedMeanwhile):
        close(village, taken)


def test_what_is_out_with_somebody_neither_goes_on_the_list_nor_leaves_with_it(village: Village) -> None:
    taken = put(village, "huozhe")
    put(village, "biancheng")
    do(village, circulation.check_out, item_id=village.item_id("huozhe"), card_id=village.card_id("mei"), by=village.kiosk)
    with pytest.raises(ItemOnLoan):
        put(village, "huozhe")
    assert database.read(village.engine, weeding.sheet, weeding_id=taken, by=village.zhou).stopped
    before = everything(village.engine)
    with pytest.raises(ItemOnLoan):
        close(village, taken)
    assert everything(village.engine) == before
    do(village, weeding.take_off, item_id=village.item_id("huozhe"))
    assert len(close(village, taken).lines) == 1


def test_the_list_refuses_strangers_and_what_cannot_be(village: Village) -> None:
    lan = replace(village.zhou, staff_id=village.staff["lan"].id)
    taken = put(village, "huozhe", by=lan)
    before = everything(village.engine)
    for refusal, act in [
        (NotAllowed, lambda: put(village, "biancheng", by=village.kiosk)),
        (NotAllowed, lambda: close(village, taken, by=village.kiosk)),
        (UnknownCode, lambda: put(village, "huozhe", item_id=gesture())),
        (ApproverNotAllowed, lambda: close(village, taken, by=lan)),
        (FactMissing, lambda: close(village, taken, appraiser=" ")),
        (FactWrong, lambda: close(village, taken, appraiser="长" * 41)),
        (ChangedMeanwhile, lambda: close(village, gesture())),
        (ChangedMeanwhile, lambda: do(village, weeding.take_off, item_id=village.item_id("weicheng"))),
    ]:
        with pytest.raises(refusal):
            act()
    assert everything(village.engine) == before
    do(village, weeding.take_off, item_id=village.item_id("huozhe"))
    with pytest.raises(FactMissing):
        close(village, taken)
    assert close_by_lan(village, lan)


def close_by_lan(village: Village, lan: Any) -> weeding.Sheet:
    return close(village, put(village, "huozhe", by=lan), by=lan, approver_id=village.staff["zhou"].id)


def test_what_was_withdrawn_meanwhile_stops_the_list(village: Village) -> None:
    taken = put(village, "huozhe")
    leaving = Leaving(Cause.MOVED_OUT, Disposal.HANDED_UP)
    do(village, conditions.withdraw, item_id=village.item_id("huozhe"), reason="调往镇文化站", leaving=leaving)
    assert rows(village, Withdrawal)[0].disposal == Disposal.HANDED_UP
    with pytest.raises(ItemWithdrawn):
        close(village, taken)
    with pytest.raises(ItemWithdrawn):
        put(village, "huozhe")


@pytest.mark.parametrize("cause", sorted(JUDGED))
def test_what_is_judged_needs_a_judge(village: Village, cause: Cause) -> None:
    with pytest.raises(FactMissing):
        do(village, conditions.withdraw, item_id=village.item_id("huozhe"), reason="旧", leaving=Leaving(cause, RECYCLED))


def test_a_copy_replaced_in_kind_leaves_for_that_cause(village: Village) -> None:
    out = do(village, circulation.check_out, item_id=village.item_id("huozhe"), card_id=village.card_id("mei"), by=village.kiosk)
    do(village, losses.replace_in_kind, loan_id=out.loan_id, reason="丢了，赔了新版")
    assert [row.cause for row in rows(village, Withdrawal)] == [Cause.REPLACED]
    assert set(CAUSES) == set(Cause)
