"""Taken back from the toast, beyond lending: events, who is who, rules, the door and the register of things."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models import (
    BorrowerKind,
    CareRule,
    ClosureReason,
    Duty,
    Event,
    EventKind,
    EventThing,
    HouseRules,
    Medium,
    OpeningLog,
    Policy,
    SignUp,
    SignUpState,
    Sitting,
    TeamMember,
)
from services import (
    care,
    closures,
    corrections,
    database,
    duties,
    equipment,
    events,
    opening_log,
    parts,
    patrons,
    planner,
    policy,
    sign_ups,
    suspensions,
    teams,
    undoing_events,
    undoing_house,
    undoing_things,
)
from services.closure_plans import Plan
from services.event_things import Wanted
from services.policy import Terms
from services.refusals import ChangedMeanwhile, NotAllowed, RoomClosed, RoomTaken, ThingKept
from tests.cast import AT, Village, gesture
from tests.laws import held
from tests.services.test_events import evening, make, sittings
from tests.services.test_sign_ups import FULL, sign, states

LATER = AT + timedelta(minutes=2)
WRONG = {"reason": "撤销：点错了"}


def do(village: Village, verb: Callable[..., Any], **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def ask(village: Village, question: Callable[..., Any], **facts: Any) -> Any:
    return database.read(village.engine, question, **facts)


def undo(village: Village, verb: Callable[..., Any], **facts: Any) -> None:
    """Not by a stranger; twice is once; and not a second time by another press."""
    refused(village, NotAllowed, verb, by=village.kiosk, **facts)
    pressed = gesture()
    do(village, verb, at=LATER, gesture=pressed, **facts)
    once = held.everything(village.engine)
    do(village, verb, at=LATER, gesture=pressed, **facts)
    held.same(once, held.everything(village.engine), "undone once")
    refused(village, ChangedMeanwhile, verb, **facts)


def refused(village: Village, why: type[Exception], verb: Callable[..., Any], **facts: Any) -> None:
    before = held.everything(village.engine)
    with pytest.raises(why):
        do(village, verb, **{"at": LATER} | facts)
    held.same(before, held.everything(village.engine), "refused")


def without_gesture(village: Village, verb: Callable[..., Any], **facts: Any) -> None:
    database.write(village.engine, verb, at=AT, by=village.zhou, **facts)


def rows(village: Village, table: Any) -> list[Any]:
    with village.engine.connect() as connection:
        return list(connection.execute(sa.select(table.__table__).order_by(*table.__table__.primary_key.columns)))


# -- events -------------------------------------------------------------------------------------------------------------------


def test_an_event_called_off_by_mistake_has_its_rooms_and_drums_again(village: Village) -> None:
    wanted = [Wanted(village.item_id("drums"), 15)]
    made = make(village, spans=[evening(), evening(hour=9)], things=wanted)
    before = [rows(village, table) for table in (Event, Sitting, EventThing)]
    do(village, events.cancel, event_id=made.event_id, reason="下大雨")
    undo(village, undoing_events.event_cancel, event_id=made.event_id, **WRONG)
    assert [rows(village, table) for table in (Event, Sitting, EventThing)] == before
    with pytest.raises(RoomTaken):
        make(village, spans=[evening(hour=20)])


def test_what_others_have_by_now_is_not_taken_from_them(village: Village) -> None:
    drums = [Wanted(village.item_id("drums"), 15)]
    made = make(village, things=drums)
    do(village, events.cancel, event_id=made.event_id, reason="下大雨")
    other = make(village, room="library", things=drums)
    refused(village, ThingKept, undoing_events.event_cancel, event_id=made.event_id, **WRONG)
    do(village, events.cancel, event_id=other.event_id, reason="不办了")
    make(village)
    refused(village, RoomTaken, undoing_events.event_cancel, event_id=made.event_id, **WRONG)


def test_a_sitting_left_out_or_moved_by_mistake(village: Village) -> None:
    made = make(village, spans=[evening(), evening(hour=9)])
    before = rows(village, Sitting)
    first, second = sittings(village, made.event_id)
    do(village, events.cancel_sitting, sitting_id=first.id, reason="停电")
    undo(village, undoing_events.sitting_cancel, sitting_id=first.id, **WRONG)
    assert rows(village, Sitting) == before
    do(village, events.move, sitting_id=second.id, room_id=village.rooms["library"].id, span=evening(hour=14), overflow_seen=True)
    undo(village, undoing_events.event_move, sitting_id=second.id, **WRONG)
    assert rows(village, Sitting) == before
    do(village, events.cancel_sitting, sitting_id=second.id, reason="停电")
    do(village, events.cancel, event_id=made.event_id, reason="下大雨")
    refused(village, ChangedMeanwhile, undoing_events.sitting_cancel, sitting_id=second.id, **WRONG)


def test_who_was_taken_off_has_the_seat_again_and_who_moved_up_waits_again(village: Village) -> None:
    made = make(village, FULL)
    mei, *_ = [sign(village, made.event_id, who) for who in ("mei", "返乡的小张", "三组老李", "四组老陈")]
    before = rows(village, SignUp)
    do(village, sign_ups.cancel, sign_up_id=mei.sign_up_id)
    assert states(village) == ["cancelled", "seated", "seated", "waiting"]
    undo(village, undoing_events.sign_up_cancel, sign_up_id=mei.sign_up_id)
    assert rows(village, SignUp) == before
    do(village, sign_ups.cancel, sign_up_id=mei.sign_up_id)
    sign(village, made.event_id, "mei")
    refused(village, ChangedMeanwhile, undoing_events.sign_up_cancel, sign_up_id=mei.sign_up_id)
    waiting = rows(village, SignUp)[3]
    assert waiting.state is SignUpState.WAITING
    do(village, sign_ups.cancel, sign_up_id=waiting.id)
    undo(village, undoing_events.sign_up_cancel, sign_up_id=waiting.id)


def test_a_line_of_the_plan_written_by_mistake(village: Village) -> None:
    line = {"year": 2027, "month": 5, "kind": EventKind.FILM}
    do(village, planner.set_line, **line, target=2)
    undo(village, undoing_events.plan_set, **line, target=2, was=0)
    do(village, planner.set_line, **line, target=2)
    do(village, planner.set_line, **line, target=3)
    refused(village, ChangedMeanwhile, undoing_events.plan_set, **line, target=2, was=0)
    undo(village, undoing_events.plan_set, **line, target=3, was=2)
    assert ask(village, planner.target, **line, by=village.zhou) == 2


# -- who is who ---------------------------------------------------------------------------------------------------------------


def test_a_correction_and_a_pause_of_somebody(village: Village) -> None:
    mei = village.patrons["mei"].id
    sheet = ask(village, patrons.sheet, patron_id=mei, at=AT, by=village.zhou)
    without_gesture(village, patrons.correct, patron_id=mei, form=replace(sheet.form, name="王梅花"), seen=sheet.seen)
    undo(village, undoing_house.patron_correct, patron_id=mei, form=sheet.form)
    assert ask(village, patrons.sheet, patron_id=mei, at=AT, by=village.zhou).form == sheet.form
    for who, until in (("mei", None), ("old_li", (AT + timedelta(days=30)).date())):
        somebody = village.patrons[who].id
        do(village, suspensions.suspend, patron_id=somebody, until_day=until, reason="书泡了水")
        before = ask(village, suspensions.history, patron_id=somebody, at=AT, by=village.zhou)
        do(village, suspensions.lift, patron_id=somebody, at=LATER)
        undo(village, undoing_house.suspend_lift, patron_id=somebody)
        assert ask(village, suspensions.history, patron_id=somebody, at=AT, by=village.zhou) == before


def test_who_left_a_team_or_a_duty_by_mistake(village: Village) -> None:
    team, mei = village.patrons["team"].id, village.patrons["mei"].id
    member = do(village, teams.join, team_id=team, patron_id=mei)
    before = rows(village, TeamMember)
    do(village, teams.leave, member_id=member)
    undo(village, undoing_house.team_leave, member_id=member)
    assert rows(village, TeamMember) == before
    do(village, teams.leave, member_id=member)
    do(village, teams.join, team_id=team, patron_id=mei)
    refused(village, ChangedMeanwhile, undoing_house.team_leave, member_id=member)
    room = village.rooms["library"].id
    held_by = next(each for each in ask(village, duties.rooms, at=AT, by=village.zhou) if each.room_id == room).holder(Duty.IN_CHARGE)
    do(village, duties.release, room_id=room, duty=Duty.IN_CHARGE)
    undo(village, undoing_house.duty_release, charge_id=held_by.charge_id)
    do(village, duties.release, room_id=room, duty=Duty.IN_CHARGE)
    tomorrow = (AT + timedelta(days=1)).date()
    do(village, duties.entrust, room_id=room, duty=Duty.IN_CHARGE, name="李小兰", from_day=tomorrow)
    refused(village, ChangedMeanwhile, undoing_house.duty_release, charge_id=held_by.charge_id)


# -- rules and the door -------------------------------------------------------------------------------------------------------


def test_rules_changed_by_mistake(village: Village) -> None:
    which = {"borrower_kind": BorrowerKind.ADULT, "item_class": Medium.BOOK}
    before = rows(village, Policy), rows(village, HouseRules)
    without_gesture(village, policy.change, **which, terms=Terms(1, 1))
    undo(village, undoing_house.policy_change, **which)
    without_gesture(village, policy.change_house, holds_max=9, notice_days=1)
    undo(village, undoing_house.rules_change)
    assert (rows(village, Policy), rows(village, HouseRules)) == before
    without_gesture(village, policy.change, borrower_kind=BorrowerKind.TEMPORARY, item_class=Medium.PERIODICAL, terms=Terms(1, 1))
    refused(village, ChangedMeanwhile, undoing_house.policy_change, borrower_kind=BorrowerKind.TEMPORARY, item_class=Medium.PERIODICAL)


def test_an_interval_set_or_ended_by_mistake(village: Village) -> None:
    strings = {"class_code": "YQ", "title_id": None}
    do(village, care.set_rule, **strings, months=1, task="弦", gauged=False)
    (before,) = rows(village, CareRule)
    do(village, care.set_rule, at=LATER, **strings, months=3, task="蟒皮", gauged=False)
    undo(village, undoing_house.care_rule, **strings)
    assert before in rows(village, CareRule)
    do(village, care.end_rule, at=LATER, rule_id=before.id)
    undo(village, undoing_house.care_rule_end, rule_id=before.id)
    do(village, care.end_rule, at=LATER, rule_id=before.id)
    do(village, care.set_rule, at=LATER, **strings, months=3, task="蟒皮", gauged=False)
    refused(village, ChangedMeanwhile, undoing_house.care_rule_end, rule_id=before.id)


def test_the_hall_closed_by_mistake_is_open_as_before(village: Village) -> None:
    rooms = (village.rooms["library"].id,)
    do(village, opening_log.open_rooms, rooms=rooms)
    before = rows(village, OpeningLog)
    do(village, opening_log.close, at=LATER)
    undo(village, undoing_house.hall_close)
    assert rows(village, OpeningLog) == before
    do(village, opening_log.close, at=LATER)
    do(village, opening_log.open_rooms, rooms=rooms, at=LATER)
    refused(village, ChangedMeanwhile, undoing_house.hall_close)


# -- things -------------------------------------------------------------------------------------------------------------------


def test_a_title_a_copy_and_an_asset_corrected_by_mistake(village: Village) -> None:
    title, copy, erhu = village.titles["huozhe"].id, village.item_id("huozhe"), village.item_id("erhu")
    facts = ask(village, corrections.title, title_id=title, by=village.zhou).facts
    # What is written is not always what was typed: the undo asks what stands there now.
    do(village, corrections.correct_title, title_id=title, seen=facts, facts=replace(facts, name=" 活 着 "), as_printed=False)
    undo(village, undoing_things.title_correct, title_id=title, facts=facts)
    assert ask(village, corrections.title, title_id=title, by=village.zhou).facts == facts
    bare = ask(village, corrections.copy, item_id=copy, by=village.zhou)
    do(village, corrections.correct_copy, item_id=copy, seen=bare, facts=replace(bare, source="购买"))
    came = ask(village, corrections.copy, item_id=copy, by=village.zhou)
    do(village, corrections.correct_copy, at=LATER, item_id=copy, seen=came, facts=replace(came, donor="李老汉"))
    undo(village, undoing_things.copy_correct, item_id=copy, facts=came)
    assert ask(village, corrections.copy, item_id=copy, by=village.zhou) == came
    bare_erhu = ask(village, equipment.sheet, item_id=erhu, at=AT, by=village.zhou)
    bought = (bare_erhu.facts, replace(bare_erhu.came, source="购买"))
    do(village, equipment.correct, item_id=erhu, seen=(bare_erhu.facts, bare_erhu.came), facts=bought)
    sheet = ask(village, equipment.sheet, item_id=erhu, at=AT, by=village.zhou)
    seen = (sheet.facts, sheet.came)
    do(village, equipment.correct, at=LATER, item_id=erhu, seen=seen, facts=(replace(sheet.facts, brand="敦煌"), sheet.came))
    undo(village, undoing_things.asset_correct, item_id=erhu, facts=seen)
    assert ask(village, equipment.sheet, item_id=erhu, at=AT, by=village.zhou) == sheet


def test_a_colleagues_act_since_is_not_undone(village: Village) -> None:
    title = village.titles["huozhe"].id
    facts = ask(village, corrections.title, title_id=title, by=village.zhou).facts
    do(village, corrections.correct_title, title_id=title, seen=facts, facts=replace(facts, name="活着呢"), as_printed=True)
    wrong = ask(village, corrections.title, title_id=title, by=village.zhou).facts
    lan = replace(village.zhou, staff_id=village.staff["lan"].id)
    do(village, corrections.correct_title, by=lan, title_id=title, seen=wrong, facts=replace(wrong, author="余 华"), as_printed=True)
    refused(village, ChangedMeanwhile, undoing_things.title_correct, title_id=title, facts=facts)


def test_an_event_does_not_come_back_into_a_stop_announced_since(village: Village) -> None:
    made = make(village, spans=[evening(), evening(hour=9)])
    first, second = sittings(village, made.event_id)
    do(village, events.cancel_sitting, sitting_id=first.id, reason="停电")
    do(village, events.move, sitting_id=second.id, room_id=village.rooms["library"].id, span=evening(hour=14), overflow_seen=True)
    stop = Plan(ClosureReason.MAINTENANCE, evening(hour=8).start, evening(hour=22).start, "000", "周桂生", room_id=first.room_id)
    do(village, closures.announce, plan=stop)
    refused(village, RoomClosed, undoing_events.sitting_cancel, sitting_id=first.id, **WRONG)
    refused(village, RoomClosed, undoing_events.event_move, sitting_id=second.id, **WRONG)


def test_parts_written_by_mistake(village: Village) -> None:
    erhu = village.item_id("erhu")
    named = (("弓", 1), ("松香", 2))
    do(village, parts.write_down, item_id=erhu, parts=named)
    do(village, parts.write_down, item_id=erhu, parts=[("弓", 1)], at=LATER)
    undo(village, undoing_things.parts_written, item_id=erhu, named=named)
    assert [(part.name, part.pieces) for part in ask(village, parts.of, hall_id=village.hall.id, item_id=erhu)] == list(named)
