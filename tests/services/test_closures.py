"""Announced stops: the village's cases C1 to C6 and C8, and what is due inside; C7 stands in test_opening_log."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from models import (
    AgeBand,
    BorrowerKind,
    ClosureNotice,
    ClosureReason,
    DueMove,
    Hall,
    Hold,
    HoldState,
    JournalRow,
    Loan,
    Medium,
    OpenItem,
    Sex,
)
from services import clock, closures, database, holidays, hours, timetable
from services.closures import Plan
from services.hours import Stage
from services.refusals import (
    ApproverNotAllowed,
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    HolidayClosed,
    HolidayShorter,
    NoOpenDay,
    NoticeTooShort,
    ReopeningBeforeStart,
    ReopeningMissing,
)
from services.spans import Span
from tests.cast import Village, gesture


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


def lend(village: Village, what: str, who: str, due: str) -> UUID:
    """Something is out, due at the closing of a day, as if it had been lent a month before."""
    item, due_at = village.items[what], local(f"{due} 17:30")
    loan = Loan(
        hall_id=village.hall.id,
        item_id=item.id,
        title_id=item.title_id,
        patron_id=village.patrons[who].id,
        out_at=due_at - timedelta(days=30),
        out_day=date.fromisoformat(due) - timedelta(days=30),
        due_at=due_at,
        due_day=date.fromisoformat(due),
        item_class=item.item_class,
        class_code="I",
        borrower_kind=BorrowerKind.ADULT,
        age_band=AgeBand.ADULT,
        sex=Sex.UNSAID,
        counted=item.counted,
        quantity=item.quantity,
    )
    village.save(loan)
    return loan.id


def keep(village: Village, what: str, who: str, until: str) -> UUID:
    """A copy is kept for somebody until the closing of a day."""
    item = village.items[what]
    hold = Hold(
        hall_id=village.hall.id,
        title_id=item.title_id,
        patron_id=village.patrons[who].id,
        state=HoldState.READY,
        item_id=item.id,
        placed_at=local(f"{until} 09:00") - timedelta(days=9),
        ready_at=local(f"{until} 09:00") - timedelta(days=3),
        kept_day=date.fromisoformat(until),
        kept_until=local(f"{until} 17:30"),
    )
    village.save(hold)
    return hold.id


def row(village: Village, table: type[SQLModel], key: UUID) -> Any:
    with Session(village.engine) as session:
        return session.get_one(table, key)


def count(village: Village, table: type[SQLModel]) -> int:
    with Session(village.engine) as session:
        return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def journal_of(village: Village, verb: str) -> list[JournalRow]:
    with Session(village.engine) as session:
        return list(session.exec(select(JournalRow).where(JournalRow.verb == verb)).all())


def status(village: Village, at: datetime) -> hours.Status:
    return database.read(village.engine, hours.hall_status, hall_id=village.hall.id, at=at)


def c1(village: Village) -> Plan:
    return Plan(
        reason_code=ClosureReason.MAINTENANCE,
        starts_at=local("2026-05-14 00:00"),
        expected_reopen_at=local("2026-05-20 09:00"),
        contact="000-0000000",
        signer="王志明",
        reason="屋面渗水维修",
        room_id=village.rooms["activity"].id,
    )


def announce(village: Village, plan: Plan, at: datetime, **facts: Any) -> closures.Announced:
    facts = {"gesture": gesture(), "by": village.zhou, **facts}
    return database.write(village.engine, closures.announce, plan=plan, at=at, **facts)


PUBLISHED = local("2026-05-06 09:00")


def test_c1_planned_repair_moves_what_is_due_in_that_room_and_nothing_else(village: Village) -> None:
    erhu, drums = lend(village, "erhu", "mei", "2026-05-15"), lend(village, "drums", "team", "2026-05-20")
    book = lend(village, "huozhe", "mei", "2026-05-15")
    announced = announce(village, c1(village), PUBLISHED)

    assert (announced.number, announced.version, announced.flagged) == (1, 1, False)
    assert announced.reopens_at == local("2026-05-20 09:00")
    assert [(one.name, one.old_day, one.new_day) for one in announced.moved] == [("二胡", date(2026, 5, 15), date(2026, 5, 20))]
    assert row(village, Loan, erhu).due_day == date(2026, 5, 20)
    assert row(village, Loan, erhu).due_at == local("2026-05-20 17:30")
    assert row(village, Loan, drums).due_day == date(2026, 5, 20)
    assert row(village, Loan, book).due_day == date(2026, 5, 15)
    assert count(village, DueMove) == 1


def test_c1_the_banner_is_there_from_publishing_and_the_hall_stays_open(village: Village) -> None:
    announce(village, c1(village), PUBLISHED)
    (notice,) = status(village, PUBLISHED).closures
    assert (notice.stage, notice.room, notice.reason) == (Stage.COMING, "多功能活动厅", "屋面渗水维修")
    during = status(village, local("2026-05-15 10:00"))
    assert [(room.code, room.is_open) for room in during.rooms] == [("R-CUL", True), ("R-ACT", False)]
    assert during.rooms[1].next_opening == local("2026-05-20 09:00")
    assert (during.is_open, during.until) == (True, local("2026-05-15 12:00"))
    assert during.closures[0].stage is Stage.NOW
    assert during.in_charge is not None
    assert during.in_charge.name == "周桂生"


def test_c2_too_short_notice_is_refused_and_an_approver_may_go_on_with_a_reason(village: Village) -> None:
    plan = replace(
        c1(village), starts_at=local("2026-05-08 00:00"), expected_reopen_at=local("2026-05-10 09:00"), room_id=village.rooms["library"].id
    )
    with pytest.raises(NoticeTooShort) as refused:
        announce(village, plan, PUBLISHED)
    assert refused.value.facts == {"days": 7}
    lan = replace(village.zhou, staff_id=village.staff["lan"].id)
    with pytest.raises(ApproverNotAllowed):
        announce(village, plan, PUBLISHED, by=lan, short_notice_reason="管道爆裂")
    assert count(village, ClosureNotice) == 0

    announced = announce(village, plan, PUBLISHED, by=lan, short_notice_reason="管道爆裂", approver_id=village.staff["zhou"].id)
    assert announced.flagged
    (notice,) = database.read(village.engine, closures.versions, hall_id=village.hall.id, closure_id=announced.closure_id)
    assert (notice.flagged, notice.flag_reason) == (True, "管道爆裂")


@pytest.mark.parametrize(("starts", "days_ahead"), [("2026-05-13 00:00", 7), ("2026-05-13 23:59", 7)])
def test_seven_whole_days_of_notice_are_enough(village: Village, starts: str, days_ahead: int) -> None:
    assert (date.fromisoformat(starts[:10]) - clock.local_day(PUBLISHED)).days == days_ahead
    announce(village, replace(c1(village), starts_at=local(starts)), local("2026-05-06 23:50"))
    with pytest.raises(NoticeTooShort):
        announce(village, replace(c1(village), starts_at=local("2026-05-12 23:59")), PUBLISHED)


def test_c3_flood_watch_closes_the_hall_at_once_and_moves_everything_inside(village: Village) -> None:
    book, drums = lend(village, "huozhe", "mei", "2026-07-04"), lend(village, "drums", "team", "2026-07-05")
    overdue, later = lend(village, "biancheng", "old_li", "2026-07-02"), lend(village, "weicheng", "yu", "2026-07-08")
    pickup = keep(village, "huozhe-2", "yu", "2026-07-03")
    plan = Plan(
        ClosureReason.FORCE_MAJEURE, local("2026-07-03 00:00"), local("2026-07-07 09:00"), "000-0000000", "王志明", reason="汛期防汛值守"
    )
    announced = announce(village, plan, local("2026-07-03 06:10"))
    assert not announced.flagged
    assert [row(village, Loan, loan).due_day for loan in (book, drums, overdue, later)] == [
        date(2026, 7, 7),
        date(2026, 7, 7),
        date(2026, 7, 2),
        date(2026, 7, 8),
    ]
    assert row(village, Hold, pickup).kept_day == date(2026, 7, 7)
    assert row(village, Hold, pickup).kept_until == local("2026-07-07 17:30")
    now = status(village, local("2026-07-03 10:00"))
    assert (now.is_open, now.next_opening) == (False, local("2026-07-07 09:00"))


def test_called_away_now_moves_what_was_due_today_when_no_minute_is_left(village: Village) -> None:
    book = lend(village, "huozhe", "mei", "2026-05-15")
    plan = Plan(ClosureReason.CALLED_AWAY, local("2026-05-15 14:00"), local("2026-05-16 09:00"), "000-0000000", "王志明")
    in_the_morning = database.read(village.engine, closures.preview, hall_id=village.hall.id, plan=plan, at=local("2026-05-15 10:00"))
    assert in_the_morning.moved == ()  # until 12:00 it can still be brought
    announced = announce(village, plan, local("2026-05-15 12:30"))
    assert [one.loan_id for one in announced.moved] == [book]
    assert row(village, Loan, book).due_day == date(2026, 5, 16)


def test_what_fell_due_behind_a_shut_door_is_not_overdue(village: Village) -> None:
    yesterday, before = lend(village, "huozhe", "mei", "2026-05-15"), lend(village, "biancheng", "mei", "2026-05-14")
    plan = Plan(ClosureReason.CALLED_AWAY, local("2026-05-15 08:00"), local("2026-05-17 09:00"), "000-0000000", "王志明")
    announce(village, plan, local("2026-05-16 10:00"))  # nobody found the time to write it yesterday
    assert row(village, Loan, yesterday).due_day == date(2026, 5, 17)
    assert row(village, Loan, before).due_day == date(2026, 5, 14)


def test_c4_no_notice_without_the_expected_reopening(village: Village) -> None:
    plan = Plan(ClosureReason.STAFF_LEAVE, local("2026-06-10 00:00"), None, "000-0000000", "王志明", room_id=village.rooms["library"].id)
    with pytest.raises(ReopeningMissing):
        announce(village, plan, local("2026-06-01 08:00"))
    with pytest.raises(ReopeningBeforeStart):
        announce(village, replace(plan, expected_reopen_at=local("2026-06-10 00:00")), local("2026-06-01 08:00"))
    assert count(village, JournalRow) == 0


def test_c5_an_extension_is_a_new_version_and_moves_on(village: Village) -> None:
    erhu = lend(village, "erhu", "mei", "2026-05-15")
    first = announce(village, c1(village), PUBLISHED)
    facts = {"closure_id": first.closure_id, "expected_reopen_at": local("2026-05-26 09:00"), "reason": "材料未到"}
    facts |= {"contact": "000-0000000", "signer": "王志明", "gesture": gesture(), "by": village.zhou, "at": local("2026-05-19 16:00")}
    second = database.write(village.engine, closures.extend, **facts)
    again = database.write(village.engine, closures.extend, **facts)

    assert second == again
    assert (second.number, second.version) == (first.number, 2)
    old, new = database.read(village.engine, closures.versions, hall_id=village.hall.id, closure_id=first.closure_id)
    assert (old.expected_reopen_at, old.reason) == (local("2026-05-20 09:00"), "屋面渗水维修")
    assert (new.expected_reopen_at, new.reason) == (local("2026-05-26 09:00"), "材料未到")
    assert [(one.old_day, one.new_day) for one in second.moved] == [(date(2026, 5, 20), date(2026, 5, 26))]
    assert row(village, Loan, erhu).due_day == date(2026, 5, 26)
    (notice,) = status(village, local("2026-05-21 10:00")).closures
    assert (notice.stage, notice.version, notice.reopens_at) == (Stage.NOW, 2, local("2026-05-26 09:00"))
    with pytest.raises(FactWrong):
        database.write(village.engine, closures.extend, **(facts | {"expected_reopen_at": local("2026-05-25 09:00"), "gesture": gesture()}))
    with pytest.raises(ReopeningMissing):
        database.write(village.engine, closures.extend, **(facts | {"expected_reopen_at": None, "gesture": gesture()}))


C6 = {"starts_at": "2026-04-21 00:00", "expected_reopen_at": "2026-04-23 00:00", "kept": (Span(870, 1050),)}


def c6(village: Village, **facts: Any) -> Plan:
    """Two days of training elsewhere: the library opens in the afternoon only."""
    library = village.rooms["library"].id
    plan = Plan(ClosureReason.TRAINING, local(C6["starts_at"]), local(C6["expected_reopen_at"]), "000-0000000", "王志明", room_id=library)
    return replace(plan, kept=C6["kept"], **facts)


def test_c6_shorter_hours_are_a_notice_with_its_time_ahead_and_close_only_the_morning(village: Village) -> None:
    book = lend(village, "huozhe", "mei", "2026-04-21")
    with pytest.raises(NoticeTooShort):
        announce(village, c6(village), local("2026-04-15 09:00"))
    announced = announce(village, c6(village), local("2026-04-10 09:00"))
    assert announced.moved == ()  # the afternoon is left to bring it back
    assert row(village, Loan, book).due_day == date(2026, 4, 21)
    assert announced.reopens_at == local("2026-04-23 09:00")
    for when, is_open in (
        ("04-21 10:00", False),
        ("04-21 14:30", True),
        ("04-22 10:00", False),
        ("04-22 17:29", True),
        ("04-23 09:00", True),
    ):
        assert status(village, local(f"2026-{when}")).rooms[0].is_open is is_open
    (notice,) = status(village, local("2026-04-21 10:00")).closures
    assert (notice.stage, notice.kept, notice.reopens_at) == (Stage.NOW, (Span(870, 1050),), local("2026-04-23 09:00"))


def test_hours_kept_all_the_same_can_be_put_off_and_lifted_like_any_stop(village: Village) -> None:
    announced = announce(village, c6(village), local("2026-04-10 09:00"))
    facts = {"closure_id": announced.closure_id, "reason": "再学一天", "contact": "1", "signer": "王", "by": village.zhou}
    database.write(
        village.engine,
        closures.extend,
        expected_reopen_at=local("2026-04-24 00:00"),
        at=local("2026-04-22 16:00"),
        gesture=gesture(),
        **facts,
    )
    assert [status(village, local(f"2026-04-23 {hour}")).rooms[0].is_open for hour in ("10:00", "15:00")] == [False, True]
    database.write(
        village.engine, closures.lift, closure_id=announced.closure_id, at=local("2026-04-23 09:30"), gesture=gesture(), by=village.zhou
    )
    assert status(village, local("2026-04-23 10:00")).rooms[0].is_open


@pytest.mark.parametrize("kept", [(Span(-1, 60),), (Span(1400, 1441),)])
def test_hours_that_cannot_be_are_refused(village: Village, kept: tuple[Span[int], ...]) -> None:
    with pytest.raises(FactWrong):
        announce(village, replace(c6(village), kept=kept), local("2026-04-10 09:00"))
    assert count(village, JournalRow) == 0


def holiday_stop(village: Village, first: str, last: str, **facts: Any) -> Plan:
    plan = Plan(ClosureReason.STAFF_LEAVE, local(f"2026-{first} 00:00"), local(f"2026-{last} 09:00"), "000-0000000", "王志明")
    return replace(plan, **facts)


def test_over_a_statutory_holiday_the_hall_is_not_closed_throughout(village: Village) -> None:
    village.save(*holidays.start(village.hall.id))
    at, throughout = local("2026-09-01 09:00"), holiday_stop(village, "10-01", "10-08")
    with pytest.raises(HolidayClosed) as refused:
        announce(village, throughout, at)
    assert refused.value.facts == {"name": "国庆节"}
    flagged = announce(village, throughout, at, short_notice_reason="村里整体停电改造")
    assert flagged.flagged
    assert journal_of(village, "closure_announce")[0].overridden == "holiday_closed"


def test_one_room_or_force_majeure_may_close_over_a_holiday(village: Village) -> None:
    village.save(*holidays.start(village.hall.id))
    at, throughout = local("2026-09-01 09:00"), holiday_stop(village, "10-01", "10-08")
    assert not announce(village, replace(throughout, room_id=village.rooms["activity"].id), at).flagged  # the library is open as long
    assert not announce(village, replace(throughout, reason_code=ClosureReason.FORCE_MAJEURE), at).flagged


def test_on_a_holiday_it_opens_shorter_only_with_a_reason(village: Village) -> None:
    village.save(*holidays.start(village.hall.id))
    at, three_days = local("2026-09-01 09:00"), holiday_stop(village, "10-01", "10-04")
    with pytest.raises(HolidayShorter):
        announce(village, three_days, at)
    assert not announce(village, replace(three_days, reason="管理员轮休"), at).flagged


def test_two_rules_set_aside_need_one_reason_and_an_approver(village: Village) -> None:
    village.save(*holidays.start(village.hall.id))
    late = {"plan": holiday_stop(village, "10-01", "10-08"), "at": local("2026-09-29 09:00"), "short_notice_reason": "停电"}
    with pytest.raises(ApproverNotAllowed):
        announce(village, late.pop("plan"), late.pop("at"), **late, approver_id=village.staff["lan"].id)
    announce(village, holiday_stop(village, "10-01", "10-08"), local("2026-09-29 09:00"), **late)
    assert journal_of(village, "closure_announce")[0].overridden == "notice_too_short,holiday_closed"


def test_c8_reopened_early_shows_at_once_and_pulls_no_date_back(village: Village) -> None:
    erhu = lend(village, "erhu", "mei", "2026-05-15")
    announced = announce(village, c1(village), PUBLISHED)
    early = local("2026-05-17 09:00")
    facts = {"closure_id": announced.closure_id, "at": early, "gesture": gesture(), "by": village.zhou}
    database.write(village.engine, closures.lift, **facts)
    database.write(village.engine, closures.lift, **facts)
    now = status(village, early)
    assert now.rooms[1].is_open
    assert [(notice.stage, notice.reopened_at) for notice in now.closures] == [(Stage.REOPENED, early)]
    assert status(village, local("2026-05-18 10:00")).closures == ()
    assert row(village, Loan, erhu).due_day == date(2026, 5, 20)
    with pytest.raises(ChangedMeanwhile):
        database.write(village.engine, closures.lift, **(facts | {"gesture": gesture()}))
    with pytest.raises(ChangedMeanwhile):
        database.write(
            village.engine,
            closures.extend,
            closure_id=announced.closure_id,
            expected_reopen_at=local("2026-05-26 09:00"),
            reason="",
            contact="1",
            signer="王",
            at=early,
            gesture=gesture(),
            by=village.zhou,
        )


def test_a_reopening_that_passed_and_was_not_lifted_is_red(village: Village) -> None:
    announced = announce(village, c1(village), PUBLISHED)
    assert status(village, local("2026-05-20 08:59")).closures[0].stage is Stage.NOW
    assert status(village, local("2026-05-20 09:00")).closures[0].stage is Stage.LATE
    late = local("2026-05-22 10:00")
    database.write(village.engine, closures.lift, closure_id=announced.closure_id, at=late, gesture=gesture(), by=village.zhou)
    assert status(village, late).closures == ()
    with Session(village.engine) as session:  # the register knows by now that it stayed shut
        assert not hours.calendar_of(session, village.rooms["activity"].id).open_at(local("2026-05-21 10:00"))


def test_a_stop_called_off_before_it_begins_closes_nothing(village: Village) -> None:
    announced = announce(village, c1(village), PUBLISHED)
    database.write(
        village.engine, closures.lift, closure_id=announced.closure_id, at=local("2026-05-12 09:00"), gesture=gesture(), by=village.zhou
    )
    assert status(village, local("2026-05-15 10:00")).rooms[1].is_open


def test_a_preview_writes_nothing_and_tells_what_announcing_does(village: Village) -> None:
    lend(village, "huozhe", "mei", "2026-05-15")
    keep(village, "huozhe-2", "yu", "2026-05-14")
    plan = replace(c1(village), room_id=None, expected_reopen_at=local("2026-05-18 10:00"))  # a Monday: closed anyway
    before = [count(village, table) for table in (Loan, Hold, DueMove, ClosureNotice, JournalRow)]
    token = row(village, Hall, village.hall.id).calendar_token
    preview = database.read(village.engine, closures.preview, hall_id=village.hall.id, plan=plan, at=PUBLISHED)
    assert [count(village, table) for table in (Loan, Hold, DueMove, ClosureNotice, JournalRow)] == before
    assert row(village, Hall, village.hall.id).calendar_token == token
    assert (len(preview.loans), len(preview.pickups), preview.refusals) == (1, 1, ())
    assert preview.reopens_at == local("2026-05-19 09:00")
    assert announce(village, plan, PUBLISHED).moved == preview.moved


def test_closing_one_service_moves_what_it_takes_back_and_leaves_the_room_open(village: Village) -> None:
    library = village.rooms["library"]
    desk = OpenItem(hall_id=village.hall.id, room_id=library.id, name="图书外借", lends=Medium.BOOK)
    village.save(desk)
    book = lend(village, "huozhe", "mei", "2026-05-15")
    announce(village, replace(c1(village), room_id=library.id, open_item_id=desk.id), PUBLISHED)
    assert row(village, Loan, book).due_day == date(2026, 5, 20)
    assert status(village, local("2026-05-15 10:00")).rooms[0].is_open
    with Session(village.engine) as session:
        assert not hours.calendar_of(session, library.id, Medium.BOOK).is_open_day(date(2026, 5, 15))
        assert hours.calendar_of(session, library.id, Medium.PERIODICAL).is_open_day(date(2026, 5, 15))
    with pytest.raises(FactWrong):
        announce(village, replace(c1(village), open_item_id=desk.id), PUBLISHED)  # not a service of that room


def test_one_press_announces_once(village: Village) -> None:
    lend(village, "erhu", "mei", "2026-05-15")
    pressed = gesture()
    assert announce(village, c1(village), PUBLISHED, gesture=pressed) == announce(village, c1(village), PUBLISHED, gesture=pressed)
    assert count(village, ClosureNotice) == 1
    assert announce(village, replace(c1(village), room_id=village.rooms["library"].id), PUBLISHED).number == 2


@pytest.mark.parametrize("field", ["contact", "signer"])
def test_a_notice_names_contact_and_signer(village: Village, field: str) -> None:
    with pytest.raises(FactMissing) as refused:
        announce(village, replace(c1(village), **{field: " "}), PUBLISHED)
    assert refused.value.facts == {"field": field}


def test_a_stop_of_more_than_a_year_is_refused_while_something_is_due_inside_and_leaves_nothing(village: Village) -> None:
    erhu = lend(village, "erhu", "mei", "2026-05-15")
    endless = replace(c1(village), expected_reopen_at=local("2027-09-01 09:00"))
    with pytest.raises(NoOpenDay):
        announce(village, endless, PUBLISHED)
    assert row(village, Loan, erhu).due_day == date(2026, 5, 15)
    assert status(village, local("2026-05-15 10:00")).closures == ()
    assert status(village, local("2026-05-15 10:00")).rooms[1].is_open  # nothing of the refused stop is left in memory either


# -- hours that staff change -------------------------------------------------------------------------------------------


def test_new_hours_hold_at_once_and_what_they_overtake_moves(village: Village) -> None:
    book = lend(village, "huozhe", "mei", "2026-05-15")  # a Friday
    library = village.rooms["library"].id
    moved = database.write(
        village.engine, timetable.set_week, room_id=library, week={4: (), 0: (Span(540, 720),)}, at=PUBLISHED, by=village.zhou
    )
    assert [(one.loan_id, one.new_day) for one in moved] == [(book, date(2026, 5, 16))]
    assert row(village, Loan, book).due_at == local("2026-05-16 17:30")
    with Session(village.engine) as session:
        calendar = hours.calendar_of(session, library)
    (written,) = [row.facts for row in journal_of(village, "hours_week")]
    assert written["hours"][0] == {"room": str(library), "on": "4", "was": "09:00-12:00 14:30-17:30", "now": ""}
    assert calendar.open_at(local("2026-05-11 09:00"))
    assert calendar.is_open_day(date(2026, 5, 14))


def test_an_exception_names_its_rooms_and_can_be_dropped(village: Village) -> None:
    day, library, activity = date(2026, 5, 12), village.rooms["library"].id, village.rooms["activity"].id
    database.write(village.engine, timetable.set_exception, day=day, name="停电", rooms={library: ()}, at=PUBLISHED, by=village.zhou)
    noon = local("2026-05-12 10:00")
    assert [room.is_open for room in status(village, noon).rooms] == [False, True]
    database.write(
        village.engine,
        timetable.set_exception,
        day=day,
        name="晚会",
        rooms={library: [Span(600, 660)], activity: ()},
        at=PUBLISHED,
        by=village.zhou,
    )
    assert [room.until for room in status(village, noon).rooms] == [local("2026-05-12 11:00"), None]
    database.write(village.engine, timetable.drop_exception, day=day, room_id=activity, at=PUBLISHED, by=village.zhou)
    assert [room.is_open for room in status(village, noon).rooms] == [True, True]


def test_a_season_wins_on_the_weekdays_it_names(village: Village) -> None:
    library = village.rooms["library"].id
    days = {"name": "暑期", "first_day": date(2026, 7, 6), "last_day": date(2026, 8, 31)}
    season = database.write(village.engine, timetable.add_season, **days, at=PUBLISHED, by=village.zhou)
    database.write(
        village.engine, timetable.set_season, season_id=season, room_id=library, week={0: [Span(870, 1050)]}, at=PUBLISHED, by=village.zhou
    )
    assert status(village, local("2026-08-31 15:00")).rooms[0].is_open
    assert status(village, local("2026-08-25 10:00")).rooms[0].is_open  # a Tuesday keeps the week
    assert not status(village, local("2026-09-07 15:00")).rooms[0].is_open
    for wrong in ({"name": "同期"}, {"first_day": date(2026, 9, 1)}):
        with pytest.raises(FactWrong):
            database.write(village.engine, timetable.add_season, **(days | wrong), at=PUBLISHED, by=village.zhou)


@pytest.mark.parametrize("week", [{7: ()}, {1: (Span(1440, 1500),)}, {1: (Span(10, 1451),)}, {1: (Span(-5, 60),)}])
def test_impossible_hours_are_refused_and_leave_nothing(village: Village, week: dict[int, tuple[Span[int], ...]]) -> None:
    token = row(village, Hall, village.hall.id).calendar_token
    with pytest.raises(FactWrong):
        database.write(
            village.engine, timetable.set_week, room_id=village.rooms["library"].id, week={2: (), **week}, at=PUBLISHED, by=village.zhou
        )
    assert row(village, Hall, village.hall.id).calendar_token == token
    assert status(village, local("2026-05-13 10:00")).rooms[0].is_open


def test_hours_of_a_rolled_back_change_are_never_seen(village: Village) -> None:
    library = village.rooms["library"].id

    def close_look_and_fail(session: Session) -> None:
        timetable.set_week(session, room_id=library, week=dict.fromkeys(range(7), ()), at=PUBLISHED, by=village.zhou)
        assert not hours.calendar_of(session, library).is_open_day(date(2026, 5, 13))
        raise FactWrong

    with pytest.raises(FactWrong):
        database.write(village.engine, close_look_and_fail)
    assert status(village, local("2026-05-13 10:00")).rooms[0].is_open
