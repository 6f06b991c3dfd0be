"""Upkeep and repair: due by the calendar, ordered, done, accepted, and the next date moves on."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models import Condition, FaultReport, ItemCondition, JournalRow, Pressure, Trouble, WorkEnd, WorkKind, WorkOrder
from services import care, circulation, clock, conditions, database, orders, reports
from services.lending_rules import Wish
from services.orders import Closing, Gauge
from services.refusals import (
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    ItemWithdrawn,
    NotAllowed,
    OutOfOrder,
    ReasonMissing,
    WorkOrderOpen,
)
from tests.cast import AT, Village, gesture

DAY = timedelta(days=1)
TODAY = clock.local_day(AT)


def do(village: Village, verb: Any, at: datetime = AT, **facts: Any) -> Any:
    facts.setdefault("by", village.zhou)
    facts.setdefault("gesture", gesture())
    return database.write(village.engine, verb, at=at, **facts)


def rule(village: Village, months: int = 1, task: str = "弦、蟒皮", *, title: str = "", gauged: bool = False, at: datetime = AT) -> None:
    title_id = village.titles[title].id if title else None
    do(village, care.set_rule, at, class_code="YQ", title_id=title_id, months=months, task=task, gauged=gauged)


def due(village: Village, at: datetime = AT, days: int = 0) -> list[care.Due]:
    return database.read(village.engine, care.due, hall_id=village.hall.id, at=at, days=days)


def opened(village: Village, what: str = "erhu", kind: WorkKind = WorkKind.REPAIR, **facts: Any) -> Any:
    facts = {"found": "琴弦断了" if kind is WorkKind.REPAIR else "", **facts}
    return do(village, orders.open_order, item_id=village.item_id(what), kind=kind, **facts)


def done(village: Village, order_id: Any, at: datetime = AT + DAY, **facts: Any) -> orders.Order:
    closing = Closing(**{"day": clock.local_day(at), "measure": "换了弦", "accepted_by": "李小兰", **facts})
    return do(village, orders.close, at, order_id=order_id, closing=closing)


def rows(village: Village, table: Any) -> list[Any]:
    return database.read(village.engine, lambda session: session.execute(sa.select(table.__table__).order_by(*table.__table__.primary_key)).all())


# -- by the calendar


def test_what_was_never_done_is_due_one_interval_after_it_came(village: Village) -> None:
    rule(village)
    assert due(village, AT + 30 * DAY) == []
    found = due(village, AT + 31 * DAY)
    assert [one.name for one in found] == ["二胡", "腰鼓"]
    assert {(one.last_day, one.next_day) for one in found} == {(None, date(2027, 4, 10))}
    assert len(due(village, AT + 25 * DAY, days=7)) == 2


def test_done_moves_the_next_date(village: Village) -> None:
    rule(village)
    later = AT + 40 * DAY
    order = do(village, orders.open_order, later, item_id=village.item_id("erhu"), kind=WorkKind.UPKEEP)
    done(village, order, later, day=clock.local_day(later) - 2 * DAY)
    (drums,) = due(village, later)
    assert drums.name == "腰鼓"
    erhu = next(one for one in due(village, later, days=31) if one.name == "二胡")
    assert (erhu.last_day, erhu.next_day) == (date(2027, 4, 17), date(2027, 5, 17))


def test_a_repair_is_no_upkeep(village: Village) -> None:
    rule(village)
    done(village, opened(village), AT + 20 * DAY)
    assert {one.last_day for one in due(village, AT + 31 * DAY)} == {None}


@pytest.mark.parametrize(
    ("last", "months", "next_day"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 12, 5), 1, date(2028, 1, 5)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_a_month_is_a_month_of_the_calendar(last: date, months: int, next_day: date) -> None:
    assert care.next_day(last, months) == next_day


def test_a_titles_own_rule_goes_before_its_classes(village: Village) -> None:
    rule(village, 12)
    rule(village, 1, "鼓皮防潮", title="drums")
    assert [(one.name, one.task) for one in due(village, AT + 31 * DAY)] == [("腰鼓", "鼓皮防潮")]
    rule(village, 0, "随坏随修", title="drums", at=AT + DAY)
    assert due(village, AT + 31 * DAY) == []


def test_a_changed_rule_stays_in_the_book_and_an_ended_one_counts_no_more(village: Village) -> None:
    rule(village)
    rule(village, 3, at=AT + DAY)
    (now,) = database.read(village.engine, care.rules, hall_id=village.hall.id)
    assert (now.months, now.things) == (3, 2)
    do(village, care.end_rule, AT + 2 * DAY, rule_id=now.id)
    with pytest.raises(ChangedMeanwhile):
        do(village, care.end_rule, AT + 2 * DAY, rule_id=now.id)
    assert due(village, AT + 200 * DAY) == []


def test_what_is_gone_is_not_looked_after(village: Village) -> None:
    rule(village)
    do(village, conditions.mark, item_id=village.item_id("erhu"), condition=Condition.LOST, reason="找不到")
    assert [one.name for one in due(village, AT + 31 * DAY)] == ["腰鼓"]


def test_wrong_rules_are_refused(village: Village) -> None:
    facts = {"class_code": "YQ", "title_id": None, "months": 1, "task": "弦", "gauged": False}
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (FactMissing, {"task": " "}),
        (FactWrong, {"months": 5}),
        (FactWrong, {"class_code": "ZZ"}),
        (FactWrong, {"title_id": village.titles["huozhe"].id}),
    ):
        with pytest.raises(refusal):
            do(village, care.set_rule, **facts | wrong)
    rule(village)
    with pytest.raises(ChangedMeanwhile):
        rule(village, at=AT - DAY)


def test_the_usual_rules_are_taken_once_and_spare_what_is_set(village: Village) -> None:
    rule(village, 12, "自己定的")
    again = gesture()
    for _ in range(2):
        do(village, care.take_start_rules, gesture=again)
    found = {one.class_code: one for one in database.read(village.engine, care.rules, hall_id=village.hall.id)}
    assert found["YQ"].task == "自己定的"
    assert (found["AQ"].months, found["AQ"].gauged) == (1, True)


# -- a round


def test_a_round_writes_one_inspection_each_once(village: Village) -> None:
    rule(village)
    same, things = gesture(), (village.item_id("erhu"), village.item_id("drums"))
    for _ in range(2):
        assert do(village, orders.round_done, AT + 31 * DAY, items=things, accepted_by="周桂生", gesture=same) == 2
    found = database.read(village.engine, orders.register, hall_id=village.hall.id, first=TODAY, last=TODAY + 60 * DAY)
    assert [(one.kind, one.measure, one.accepted_by, one.number) for one in found] == [
        (WorkKind.INSPECTION, "弦、蟒皮", "周桂生", 1), (WorkKind.INSPECTION, "弦、蟒皮", "周桂生", 2)
    ]  # fmt: skip
    assert due(village, AT + 31 * DAY) == []


def test_a_round_is_refused_whole(village: Village) -> None:
    rule(village)
    rule(village, 1, "压力", title="drums", gauged=True)
    things = (village.item_id("erhu"), village.item_id("drums"))
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (FactMissing, {"items": ()}),
        (FactMissing, {"accepted_by": " "}),
        (FactMissing, {}),  # a gauge is not read by a tick
    ):
        with pytest.raises(refusal):
            do(village, orders.round_done, **{"items": things, "accepted_by": "周桂生"} | wrong)
    assert rows(village, WorkOrder) == []


def test_a_fire_extinguisher_is_read_each_time_and_its_last_day_is_told(village: Village) -> None:
    rule(village, 1, "点检", title="drums", gauged=True)
    order = opened(village, "drums", WorkKind.INSPECTION)
    with pytest.raises(FactMissing):
        done(village, order)
    read = Gauge(Pressure.LOW, sealed=True, valid_until=date(2027, 3, 20))
    assert done(village, order, gauge=read, found="压力偏低").gauge == read
    assert due(village, AT + 5 * DAY) == []
    (stale,) = due(village, AT + 12 * DAY)
    assert stale.is_stale(clock.local_day(AT + 12 * DAY))
    assert stale.valid_until == date(2027, 3, 20)


# -- from a fault report to done


def report(village: Village, what: str = "erhu") -> None:
    facts = {"item_id": village.item_id(what), "trouble": Trouble.DEAD, "note": "王梅说的"}
    do(village, reports.report, by=village.kiosk, **facts)


def test_from_a_report_at_the_kiosk_to_repaired_and_lent(village: Village) -> None:
    for _ in range(2):
        report(village)
    order_id = opened(village, out_of_order=True, back_day=TODAY + 5 * DAY, repairer="县琴行")
    assert database.read(village.engine, reports.open_reports, hall_id=village.hall.id) == []
    order = database.read(village.engine, orders.order, order_id=order_id, by=village.zhou)
    assert (order.troubles, order.number, order.ended_as) == ((Trouble.DEAD, Trouble.DEAD), 1, None)
    lend = {"item_id": village.item_id("erhu"), "card_id": village.card_id("mei"), "by": village.kiosk, "wish": Wish(purpose="rehearsal")}
    with pytest.raises(OutOfOrder) as refused:
        do(village, circulation.check_out, **lend)
    assert clock.local_day(refused.value.facts["back_at"]) == TODAY + 5 * DAY
    closed = done(village, order_id, AT + DAY, cost_fen=3_500)
    assert (closed.ended_as, closed.cost_fen, closed.repairer, closed.done_day) == (WorkEnd.DONE, 3_500, "县琴行", TODAY + DAY)
    assert closed.back_at == AT + DAY
    do(village, circulation.check_out, AT + DAY, **lend)


def test_a_promise_that_was_not_kept_is_not_told_any_more(village: Village) -> None:
    opened(village, out_of_order=True, back_day=TODAY)
    lend = {"item_id": village.item_id("erhu"), "card_id": village.card_id("mei"), "by": village.kiosk, "wish": Wish(purpose="rehearsal")}
    for days, told in ((0, TODAY), (1, None)):
        with pytest.raises(OutOfOrder) as refused:
            do(village, circulation.check_out, AT + days * DAY, **lend)
        back_at = refused.value.facts["back_at"]
        assert (back_at and clock.local_day(back_at)) == told


def test_the_expected_day_moves(village: Village) -> None:
    order_id = opened(village, out_of_order=True)
    for _ in range(2):
        do(village, orders.expect, order_id=order_id, back_day=TODAY + 9 * DAY)
    order = database.read(village.engine, orders.order, order_id=order_id, by=village.zhou)
    assert order.expected_back_at is not None
    assert clock.local_day(order.expected_back_at) == TODAY + 9 * DAY
    with pytest.raises(FactWrong):
        do(village, orders.expect, order_id=order_id, back_day=TODAY - DAY)
    done(village, order_id)
    with pytest.raises(ChangedMeanwhile):
        do(village, orders.expect, order_id=order_id, back_day=TODAY + 9 * DAY)


def test_what_is_out_of_order_already_is_taken_over_and_ended(village: Village) -> None:
    do(village, conditions.mark, item_id=village.item_id("erhu"), condition=Condition.OUT_OF_ORDER, reason="坏了")
    done(village, opened(village, out_of_order=True, back_day=TODAY + DAY))
    (condition,) = rows(village, ItemCondition)
    assert condition.ended_at is not None


def test_what_the_desk_mended_meanwhile_is_no_hindrance(village: Village) -> None:
    order_id = opened(village, out_of_order=True)
    do(village, conditions.mend, item_id=village.item_id("erhu"), condition=Condition.OUT_OF_ORDER, reason="好了")
    assert done(village, order_id).ended_as is WorkEnd.DONE


def test_an_order_without_a_stop_leaves_the_thing_lendable(village: Village) -> None:
    opened(village)
    assert rows(village, ItemCondition) == []


def test_what_goes_for_good_while_in_work_can_be_closed(village: Village) -> None:
    order_id = opened(village, out_of_order=True)
    do(village, conditions.withdraw, item_id=village.item_id("erhu"), reason="修不好")
    do(village, orders.drop, order_id=order_id, reason="修不好，下架")
    (order,) = database.read(village.engine, orders.of_thing, item_id=village.item_id("erhu"), by=village.zhou)
    assert (order.ended_as, order.done_day) == (WorkEnd.DROPPED, None)
    with pytest.raises(ItemWithdrawn):
        opened(village)


def test_orders_are_refused_in_order(village: Village) -> None:
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (FactMissing, {"found": "  "}),
        (FactWrong, {"back_day": TODAY - DAY}),
    ):
        with pytest.raises(refusal):
            opened(village, **wrong)
    opened(village)
    with pytest.raises(WorkOrderOpen) as refused:
        opened(village)
    assert refused.value.facts == {"number": 1}
    opened(village, kind=WorkKind.UPKEEP)


def test_closings_are_refused(village: Village) -> None:
    order_id = opened(village, out_of_order=True)
    for refusal, wrong in (
        (FactMissing, {"measure": ""}),
        (FactMissing, {"accepted_by": " "}),
        (FactWrong, {"day": TODAY + 2 * DAY}),
        (FactWrong, {"day": TODAY - 400 * DAY}),
        (FactWrong, {"cost_fen": -1}),
    ):
        with pytest.raises(refusal):
            done(village, order_id, **wrong)
    with pytest.raises(ReasonMissing):
        do(village, orders.drop, order_id=order_id, reason=" ")
    with pytest.raises(NotAllowed):
        do(village, orders.close, order_id=order_id, closing=Closing(TODAY, "x", "y"), by=village.kiosk)
    (condition,) = rows(village, ItemCondition)
    assert condition.ended_at is None
    done(village, order_id)
    with pytest.raises(ChangedMeanwhile):
        done(village, order_id)


def test_twice_is_once(village: Village) -> None:
    same, end = gesture(), gesture()
    first = [opened(village, gesture=same, out_of_order=True) for _ in range(2)]
    assert first[0] == first[1]
    closing = Closing(TODAY, "换了弦", "李小兰")
    for _ in range(2):
        do(village, orders.close, order_id=first[0], closing=closing, gesture=end)
    assert len(rows(village, WorkOrder)) == 1
    assert [row.verb for row in rows(village, JournalRow) if row.subject == "work_order"] == ["work_open", "work_done"]


def test_nobody_is_named_by_an_order(village: Village) -> None:
    report(village)
    order_id = opened(village, found="响不了")
    order = database.read(village.engine, orders.order, order_id=order_id, by=village.zhou)
    assert "王梅" not in str(order)
    assert [row.done_note for row in rows(village, FaultReport)] == ["工单 1"]
