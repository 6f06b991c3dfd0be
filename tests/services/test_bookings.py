"""Bookings: a group has a room for a purpose, inside its hours and never twice; who does not come has lost it after fifteen minutes."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from models import Booking, BookingEnd, EventKind, JournalRow, Purpose, RoomFunction, RoomUse
from services import bookings, clock, closures, database, events, no_shows, own_data, privacy, room_diary, rooms
from services.bookings import Booked, Draft
from services.closure_plans import Plan
from services.refusals import (
    ApproverNotAllowed,
    BookingGone,
    CardUnknown,
    ChangedMeanwhile,
    ClockWrong,
    FactMissing,
    FactWrong,
    NotAllowed,
    PurposeNotApproved,
    ReasonMissing,
    Refusal,
    RoomClosed,
    RoomTaken,
    RoomTooSmall,
    SlotTaken,
)
from services.room_diary import BookingLine, BookingState
from services.spans import Span
from tests.cast import AT, NEXT_VILLAGE, Village, gesture
from tests.databases import rows as counted
from tests.robust.racing import paused_before, together

# Thursday, the day after the story begins; the activity room is open 9:00–12:00 and 14:30–17:30, never on Mondays.
DAY = date(2027, 3, 11)


def span(starts: str = "15:00", ends: str = "16:30", day: date = DAY) -> Span[datetime]:
    def instant(text: str) -> datetime:
        hour, minute = map(int, text.split(":"))
        return clock.instant(day, hour * 60 + minute)

    return Span(instant(starts), instant(ends))


def draft(village: Village, **facts: Any) -> Draft:
    group = {"group_name": "二组舞蹈队", "contact": "刘姐", "phone": "13911112222", "people": 18}
    return Draft(**{"room_id": village.rooms["activity"].id, "purpose": Purpose.REHEARSAL, **group, **facts})


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou, **facts})


def book(village: Village, when: Span[datetime] | None = None, *, weeks: int = 1, **facts: Any) -> Booked:
    done = {name: facts.pop(name) for name in ("at", "gesture", "by") if name in facts}
    made = do(village, bookings.book, draft=draft(village, **facts), span=when or span(), weeks=weeks, **done)
    assert isinstance(made, Booked)
    return made


def line(village: Village, booking_id: UUID, at: datetime = AT) -> BookingLine:
    return database.read(village.engine, room_diary.one, booking_id=booking_id, at=at, by=village.zhou)


def rows(village: Village) -> list[Booking]:
    with Session(village.engine) as session:
        return list(session.exec(select(Booking).order_by(Booking.number)).all())  # type: ignore[arg-type]


def refused(kind: type[Refusal], act: Any) -> dict[str, Any]:
    with pytest.raises(kind) as caught:
        act()
    return caught.value.facts


def test_a_group_has_a_room_once_for_one_tap_and_the_diary_says_who(village: Village) -> None:
    once = gesture()
    made = book(village, gesture=once)
    assert book(village, gesture=once) == made
    (mine,) = made.booking_ids
    assert (made.numbers, made.skipped) == ((1,), ())
    found = line(village, mine)
    assert (found.who, found.contact, found.phone, found.people, found.state) == (
        "二组舞蹈队",
        "刘姐",
        "13911112222",
        18,
        BookingState.AHEAD,
    )
    week = database.read(village.engine, room_diary.week, room_id=found.room_id, first=DAY, at=AT, by=village.zhou)
    assert [entry.title for entry in week[0].entries] == ["二组舞蹈队"]
    assert week[0].free == (span("9:00", "12:00"), span("14:30", "15:00"), span("16:30", "17:30"))
    assert week[4].free == ()  # Monday
    assert book(village, span("9:00", "10:00"), team_id=village.patrons["team"].id, contact="", phone="").numbers == (2,)
    (team, _) = database.read(village.engine, room_diary.on_day, day=DAY, at=AT, by=village.zhou)
    assert (team.who, team.contact, team.phone) == ("腰鼓队", "王梅", "13800001234")


def test_the_kiosk_books_nothing_reads_no_name_and_sees_the_purpose_alone(village: Village) -> None:
    (mine,) = book(village).booking_ids
    refused(NotAllowed, lambda: book(village, by=village.kiosk))
    for verb in (bookings.cancel, bookings.came, bookings.restore, bookings.not_come):
        extra = {"reason": "x"} if verb is bookings.cancel else {}
        refused(NotAllowed, lambda verb=verb, extra=extra: do(village, verb, booking_id=mine, by=village.kiosk, **extra))
    for question, facts in ((room_diary.one, {"booking_id": mine}), (room_diary.on_day, {"day": DAY})):
        refused(NotAllowed, lambda q=question, f=facts: database.read(village.engine, q, at=AT, by=village.kiosk, **f))
    room_id = village.rooms["activity"].id
    plan = database.read(village.engine, rooms.day_plan, hall_id=village.hall.id, room_ids=[room_id], day=DAY)[room_id]
    assert [(use.title, use.purpose) for use in plan.uses] == [("", Purpose.REHEARSAL)]


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"group_name": " "}, FactMissing), ({"contact": ""}, FactMissing), ({"phone": ""}, FactMissing), ({"team_id": gesture()}, CardUnknown),
        ({"people": 0}, FactWrong), ({"when": span("15:00", "15:10")}, FactWrong), ({"when": span(day=date(2027, 3, 9))}, FactWrong),
        ({"weeks": 99}, FactWrong), ({"room_id": gesture()}, FactWrong), ({"function": "舞厅"}, FactWrong), ({"people": 81}, RoomTooSmall),
        ({"purpose": Purpose.MEETING}, PurposeNotApproved), ({"at": AT - timedelta(days=900)}, ClockWrong),
        ({"when": span("11:30", "12:30")}, RoomClosed), ({"when": span(day=date(2027, 3, 15))}, RoomClosed),
    ],
)  # fmt: skip
def test_what_cannot_be_booked_is_refused_and_leaves_nothing(file_village: Village, wrong: dict[str, Any], kind: type[Refusal]) -> None:
    before = counted(file_village.engine)
    refused(kind, lambda: book(file_village, **wrong))
    assert counted(file_village.engine) == before


def test_outside_culture_needs_an_approver_and_is_flagged(village: Village) -> None:
    lan = village.staff["lan"].id
    refused(ApproverNotAllowed, lambda: book(village, purpose=Purpose.WEDDING_FUNERAL, approver_id=lan))
    book(village, purpose=Purpose.WEDDING_FUNERAL, approver_id=village.staff["zhou"].id)
    book(village, span("9:00", "10:00"), approver_id=village.staff["zhou"].id)
    assert [(row.flagged, row.approver_id) for row in rows(village)] == [(True, village.staff["zhou"].id), (False, None)]
    assert line(village, rows(village)[0].id).approver == "周桂生"


def test_a_taken_hour_is_refused_with_what_stands_there_and_the_next_free_one(village: Village) -> None:
    book(village, span("14:30", "16:00"))
    talk = events.Draft("养殖讲座", EventKind.LECTURE, "周桂生")
    do(village, events.make, draft=talk, room_id=village.rooms["activity"].id, spans=[span("16:30", "17:30")])
    assert refused(SlotTaken, lambda: book(village)) == {"name": "二组舞蹈队", "free_at": span("9:00", "10:00", date(2027, 3, 12)).start}
    taken = refused(SlotTaken, lambda: book(village, span("16:30", "17:30")))
    assert taken == {"name": "养殖讲座", "free_at": span("9:00", "10:00", date(2027, 3, 12)).start}
    book(village, span("16:00", "16:30"))
    closed = refused(RoomClosed, lambda: book(village, span("12:00", "13:00")))
    assert closed == {"free_at": span("9:00", "10:00", date(2027, 3, 12)).start}
    refused(RoomTaken, lambda: do(village, events.make, draft=talk, room_id=village.rooms["activity"].id, spans=[span()]))


def test_nothing_is_booked_into_an_announced_stop(village: Village) -> None:
    room_id = village.rooms["activity"].id
    stop = Plan("maintenance", clock.instant(date(2027, 3, 20), 0), clock.instant(date(2027, 3, 24), 540), "000", "周桂生", room_id=room_id)
    do(village, closures.announce, plan=stop)
    said = refused(RoomClosed, lambda: book(village, span(day=date(2027, 3, 21))))
    assert said == {"free_at": span("9:00", "10:30", date(2027, 3, 24)).start}


def test_every_week_but_those_that_are_taken(village: Village) -> None:
    book(village, span(day=DAY + timedelta(weeks=2)))
    made = book(village, weeks=4, group_name="书画社")
    assert (made.numbers, made.skipped) == ((2, 3, 4), (span(day=DAY + timedelta(weeks=2)).start,))
    refused(SlotTaken, lambda: book(village, weeks=1))
    do(village, bookings.take_back, booking_ids=made.booking_ids, reason="订错了")
    assert {row.ended_as for row in rows(village) if row.group_name == "书画社"} == {BookingEnd.CANCELLED}
    book(village)


def test_a_booking_is_changed_called_off_and_brought_back(village: Village) -> None:
    (mine,) = book(village).booking_ids
    once = gesture()
    for _ in range(2):
        facts = {"booking_id": mine, "draft": draft(village, people=25), "span": span("9:00", "11:00")}
        do(village, bookings.change, **facts, gesture=once)
    assert (line(village, mine).people, line(village, mine).span) == (25, span("9:00", "11:00"))
    book(village, group_name="书画社")
    refused(SlotTaken, lambda: do(village, bookings.change, booking_id=mine, draft=draft(village), span=span("14:30", "15:30")))
    refused(RoomTooSmall, lambda: do(village, bookings.change, booking_id=mine, draft=draft(village, people=99), span=span()))
    refused(ReasonMissing, lambda: do(village, bookings.cancel, booking_id=mine, reason="  "))
    do(village, bookings.cancel, booking_id=mine, reason="下雨")
    assert (line(village, mine).state, line(village, mine).end_reason) == (BookingState.CANCELLED, "下雨")
    refused(BookingGone, lambda: do(village, bookings.cancel, booking_id=mine, reason="下雨"))
    refused(BookingGone, lambda: do(village, bookings.change, booking_id=mine, draft=draft(village), span=span()))
    do(village, bookings.restore, booking_id=mine)
    refused(ChangedMeanwhile, lambda: do(village, bookings.restore, booking_id=mine))
    do(village, bookings.cancel, booking_id=mine, reason="下雨")
    book(village, span("9:00", "11:00"))
    refused(RoomTaken, lambda: do(village, bookings.restore, booking_id=mine))
    with Session(village.engine) as session:
        freed = session.exec(select(RoomUse).where(RoomUse.source_id == mine)).all()
    assert [use.freed_at is None for use in freed] == [False] * 3


def test_a_booking_moves_to_another_room_and_leaves_its_function_behind(village: Village) -> None:
    activity = village.rooms["activity"].id
    village.save(RoomFunction(hall_id=village.hall.id, room_id=activity, name="文体活动室"))
    (mine,) = book(village, function="文体活动室:舞蹈").booking_ids
    elsewhere = {"room_id": village.rooms["library"].id, "span": span("9:00", "10:00")}
    refused(BookingGone, lambda: do(village, bookings.move, booking_id=gesture(), **elsewhere))
    do(village, bookings.move, booking_id=mine, **elsewhere)
    assert (line(village, mine).room, line(village, mine).people, line(village, mine).function) == ("文化旅游功能室", 18, "")
    book(village)


def test_who_is_here_and_comes_another_time_is_awaited_then_whoever_is_to_be_rung_up(village: Village) -> None:
    (mine,) = book(village).booking_ids
    now = span().start + timedelta(minutes=5)
    do(village, bookings.came, booking_id=mine, at=now)
    with village.engine.begin() as connection:  # as somebody forgotten leaves it
        connection.execution_options(writes=True)
        connection.execute(sa.update(Booking).where(Booking.id == mine).values(contact="", phone=""))  # type: ignore[arg-type]
    week = span(day=DAY + timedelta(days=7))
    do(village, bookings.move, booking_id=mine, room_id=village.rooms["activity"].id, span=week, at=now)
    assert line(village, mine, now).state is BookingState.AHEAD
    assert line(village, mine, week.start + timedelta(minutes=16)).state is BookingState.NO_SHOW


def test_what_was_called_off_does_not_come_back_into_a_stop(village: Village) -> None:
    (mine,) = book(village).booking_ids
    do(village, bookings.cancel, booking_id=mine, reason="下雨")
    stop = Plan("force_majeure", span("8:00").start, span("20:00", "21:00").start, "000", "周桂生", room_id=village.rooms["activity"].id)
    do(village, closures.announce, plan=stop)
    refused(RoomClosed, lambda: do(village, bookings.restore, booking_id=mine))


def test_who_does_not_come_has_lost_the_room_after_fifteen_minutes_though_nothing_ran(village: Village) -> None:
    (mine,) = book(village).booking_ids
    start = span().start
    assert line(village, mine, start + timedelta(minutes=14)).state is BookingState.AWAITED
    refused(SlotTaken, lambda: book(village, span("15:10", "16:00"), at=start + timedelta(minutes=14)))
    room_id = village.rooms["activity"].id
    plan = database.read(village.engine, rooms.day_plan, hall_id=village.hall.id, room_ids=[room_id], day=DAY)[room_id]
    late = start + timedelta(minutes=15)
    assert (len(plan.now(late - timedelta(minutes=1))), plan.now(late)) == (1, ())
    board = {"hall_id": village.hall.id, "room_ids": [room_id], "first": DAY, "days": 1}
    assert database.read(village.engine, rooms.plans_of, **board, at=late)[room_id][0].uses == ()
    assert line(village, mine, late).state is BookingState.NO_SHOW
    week = database.read(village.engine, room_diary.week, room_id=room_id, first=DAY, at=late, by=village.zhou)
    assert week[0].entries == ()
    refused(BookingGone, lambda: do(village, bookings.cancel, booking_id=mine, reason="x", at=late))
    made = book(village, span("15:15", "16:00"), at=late)
    assert made.numbers == (2,)
    (lost, new) = rows(village)
    assert (lost.ended_as, lost.ended_at, new.came_at) == (BookingEnd.NO_SHOW, late, late)
    refused(RoomTaken, lambda: do(village, bookings.came, booking_id=mine, at=late))
    with Session(village.engine) as session:
        assert len(session.exec(select(JournalRow).where(JournalRow.verb == "booking_no_show")).all()) == 1


def test_an_event_finds_the_room_free_too(village: Village) -> None:
    book(village)
    late, room_id = span().start + timedelta(minutes=20), village.rooms["activity"].id
    look = {"room_id": room_id, "spans": [span("15:30", "16:00")], "heads": 1, "by": village.zhou}
    assert database.read(village.engine, events.look, **look, at=AT).taken
    assert database.read(village.engine, events.look, **look, at=late).taken == ()
    talk = events.Draft("养殖讲座", EventKind.LECTURE, "周桂生")
    do(village, events.make, draft=talk, room_id=room_id, spans=[span("15:30", "16:00")], at=late)


def test_one_tap_says_they_came_and_late_is_better_than_never(village: Village) -> None:
    (mine,) = book(village).booking_ids
    refused(FactWrong, lambda: do(village, bookings.came, booking_id=mine))
    start, once = span().start, gesture()
    for _ in range(2):
        do(village, bookings.came, booking_id=mine, at=start + timedelta(minutes=2), gesture=once)
    assert line(village, mine, start + timedelta(minutes=40)).state is BookingState.HERE
    assert line(village, mine, span().end).state is BookingState.OVER
    do(village, bookings.not_come, booking_id=mine, at=start + timedelta(minutes=3))
    refused(ChangedMeanwhile, lambda: do(village, bookings.not_come, booking_id=mine, at=start + timedelta(minutes=3)))
    late = start + timedelta(minutes=25)
    assert line(village, mine, late).state is BookingState.NO_SHOW
    do(village, bookings.came, booking_id=mine, at=late)
    assert line(village, mine, late).state is BookingState.HERE
    refused(SlotTaken, lambda: book(village, span("16:00", "16:30"), at=late))
    refused(BookingGone, lambda: do(village, bookings.came, booking_id=mine, at=span().end))


def test_the_head_of_the_hall_sets_how_long_a_room_waits(village: Village) -> None:
    (mine,) = book(village).booking_ids
    patience = {"waits": 30, "at": AT, "by": village.zhou}
    database.write(village.engine, no_shows.set_patience, **patience)
    database.write(village.engine, no_shows.set_patience, **patience | {"waits": 40})
    refused(FactWrong, lambda: database.write(village.engine, no_shows.set_patience, **patience | {"waits": 0}))
    assert line(village, mine, span().start + timedelta(minutes=39)).state is BookingState.AWAITED
    assert line(village, mine, span().start + timedelta(minutes=40)).state is BookingState.NO_SHOW


def test_a_tick_makes_rows_of_it_once(village: Village) -> None:
    book(village)
    late = span().start + timedelta(hours=9)
    assert [database.write(village.engine, no_shows.release, hall_id=village.hall.id, at=late) for _ in range(2)] == [1, 0]
    assert rows(village)[0].ended_at == span().start + timedelta(minutes=15)


def test_two_tablets_one_hour(village: Village) -> None:
    lan = village.zhou.__class__(village.zhou.kind, village.hall.id, village.staff["lan"].id, "tablet-2")
    with paused_before(village.engine, "INSERT INTO booking"):
        hands = (lambda n=n: book(village, group_name=f"{n}组", by=lan if n % 2 else village.zhou) for n in range(6))
        ends = together(*hands)
    assert ends == {"ok": 1, "slot_taken": 5}
    with paused_before(village.engine, "INSERT INTO booking"):
        rooms_ = [village.rooms[name].id for name in ("activity", "library")]
        ends = together(*(lambda room_id=room_id: book(village, span("9:00", "10:00"), room_id=room_id) for room_id in rooms_))
    assert ends == {"ok": 2}
    assert sorted(row.number for row in rows(village)) == [1, 2, 3]


def test_another_hall_s_staff_book_nothing_here(village: Village) -> None:
    (mine,) = book(village).booking_ids
    stranger = village.zhou.__class__(village.zhou.kind, UUID(int=int(NEXT_VILLAGE)), device="tablet")
    refused(BookingGone, lambda: do(village, bookings.came, booking_id=mine, by=stranger))
    refused(BookingGone, lambda: database.read(village.engine, room_diary.one, booking_id=mine, at=AT, by=stranger))


def test_the_laws_stand_in_the_database(village: Village) -> None:
    (mine,) = book(village).booking_ids
    for wrong in ({"flagged": True}, {"people": 0}, {"group_name": ""}, {"ended_at": AT}):
        with pytest.raises(sa.exc.IntegrityError):
            database.write(
                village.engine, lambda session, wrong=wrong: session.execute(sa.update(Booking).where(Booking.id == mine).values(**wrong))
            )


def test_who_booked_is_forgotten_on_request_and_half_a_year_after(village: Village) -> None:
    (ours, hers) = (village.patrons["team"].id, village.patrons["mei"])
    (past,) = book(village, span("10:00", "11:00", AT.date()), team_id=ours, contact="王梅", phone="").booking_ids
    (ahead,) = book(village, team_id=ours, contact="王梅", phone=hers.phone).booking_ids
    (group,) = book(village, span("9:00", "10:00"), contact="王梅", phone=hers.phone, note="王梅带队").booking_ids
    data = database.read(village.engine, own_data.own_data, patron_id=hers.id, at=AT, by=village.zhou)
    assert [len(section.rows) for section in data.sections if section.key == "bookings"] == [3]
    later = AT + timedelta(hours=3)
    do(village, privacy.erase, patron_id=hers.id, at=later)
    assert {(row.contact, row.phone, row.note) for row in rows(village)} == {("", "", "")}
    assert line(village, group).state is BookingState.AHEAD
    do(village, privacy.erase, patron_id=ours, at=later)
    assert {row.id: (row.team_id, row.unlinked_at) for row in rows(village)} == {
        past: (None, later),
        ahead: (None, later),
        group: (None, None),
    }
    assert line(village, ahead).state is BookingState.CANCELLED
    half_a_year = DAY + timedelta(days=180)
    before, after = (clock.instant(half_a_year, minute) for minute in (9 * 60, 10 * 60 + 1))
    cut = [database.write(village.engine, privacy.unlink_old, hall_id=village.hall.id, at=moment) for moment in (before, after, after)]
    assert cut == [0, 1, 0]
    (left,) = (row for row in rows(village) if row.id == group)
    assert (left.group_name, left.purpose, left.people, left.unlinked_at) == ("", Purpose.REHEARSAL, 18, after)
