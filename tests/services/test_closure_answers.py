"""Events and bookings inside a stop: listed before it is published, and moved, called off, or the stop is not published (C1 to C8)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from models import Booking, Closure, ClosureAnswer, ClosureReason, Event, EventKind, OpenItem, Purpose, Sitting, Way
from services import bookings, clock, closures, database, events, room_diary, sign_ups
from services.closure_answers import Answer, Inside, ToCall
from services.closures import Announced, Plan, Preview
from services.refusals import FactWrong, InsideUnanswered, NoticeTooShort, Refusal, ReopeningMissing, RoomClosed, RoomTaken, SlotTaken
from services.room_diary import BookingState
from services.sign_ups import Guest
from services.spans import Span
from tests.cast import Village, gesture
from tests.databases import rows as counted
from tests.robust.racing import paused_before, together


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


def span(day: str, starts: str, ends: str) -> Span[datetime]:
    return Span(local(f"{day} {starts}"), local(f"{day} {ends}"))


MADE, PUBLISHED = local("2026-05-01 09:00"), local("2026-05-06 09:00")
MEANT = span("2026-05-15", "15:00", "17:00")  # a Friday inside C1
AFTER = span("2026-05-22", "15:00", "17:00")


@pytest.fixture(autouse=True)
def built_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cases are of 2026; to a house built later that is a clock gone wrong."""
    monkeypatch.setattr(clock, "BUILT", local("2026-01-01 00:00"))


def do(village: Village, verb: Any, at: datetime = MADE, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": at, "gesture": gesture(), "by": village.zhou, **facts})


def event(village: Village, *spans: Span[datetime], room: str = "activity", seats: int | None = 20) -> UUID:
    draft = events.Draft("少儿书法班", EventKind.LECTURE, "周桂生", seats=seats)
    made: UUID = do(village, events.make, draft=draft, room_id=village.rooms[room].id, spans=spans or (MEANT,)).event_id
    return made


def booking(village: Village, when: Span[datetime] = MEANT, room: str = "activity") -> UUID:
    draft = bookings.Draft(village.rooms[room].id, Purpose.REHEARSAL, 12, group_name="二组舞蹈队", contact="刘姐", phone="13911112222")
    made: UUID = do(village, bookings.book, draft=draft, span=when).booking_ids[0]
    return made


def c1(village: Village, **facts: Any) -> Plan:
    c1_is = {
        "reason_code": ClosureReason.MAINTENANCE, "starts_at": local("2026-05-14 00:00"), "expected_reopen_at": local("2026-05-20 09:00"),
        "contact": "000-0000000", "signer": "王志明", "reason": "屋面渗水维修", "room_id": village.rooms["activity"].id,
    }  # fmt: skip
    return Plan(**{**c1_is, **facts})


def look(village: Village, plan: Plan, at: datetime = PUBLISHED) -> Preview:
    return database.read(village.engine, closures.preview, hall_id=village.hall.id, plan=plan, at=at)


def announce(village: Village, plan: Plan, answers: dict[UUID, Answer] | None = None, at: datetime = PUBLISHED, **facts: Any) -> Announced:
    made = do(village, closures.announce, plan=plan, answers=answers or {}, at=at, **facts)
    assert isinstance(made, Announced)
    return made


def all_of(village: Village, table: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table)).all())


def refused(kind: type[Refusal], act: Any) -> dict[str, Any]:
    with pytest.raises(kind) as caught:
        act()
    return caught.value.facts


def only(village: Village, event_id: UUID) -> UUID:
    (sitting,) = (row.id for row in all_of(village, Sitting) if row.event_id == event_id)
    return UUID(str(sitting))


def test_a_preview_lists_what_falls_inside_with_a_free_time_and_writes_nothing(village: Village) -> None:
    sitting = only(village, event(village))
    mine = booking(village, span("2026-05-19", "15:00", "16:00"))
    event(village, span("2026-05-15", "09:00", "10:00"), room="library")
    event(village, AFTER)
    do(village, sign_ups.sign_up, event_id=all_of(village, Event)[0].id, guest=Guest("赵归", "三组"))
    do(village, sign_ups.sign_up, event_id=all_of(village, Event)[0].id, card_id=village.card_id("yu"))
    before = counted(village.engine)
    found = look(village, c1(village)).inside
    assert counted(village.engine) == before
    assert [(one.source_id, one.title, one.span) for one in found] == [
        (sitting, "少儿书法班", MEANT), (mine, "二组舞蹈队", span("2026-05-19", "15:00", "16:00")),
    ]  # fmt: skip
    # The same hour a week later is taken by the other evening of the course.
    assert [one.proposed for one in found] == [span("2026-05-29", "15:00", "17:00"), span("2026-05-26", "15:00", "16:00")]
    # A child's guardian is called.
    assert [one.to_call for one in found] == [(ToCall("赵归", ""), ToCall("陈小雨", "13800004321")), (ToCall("刘姐", "13911112222"),)]


def test_c1_is_not_published_before_each_is_answered_and_then_does_all_at_once(village: Village) -> None:
    moving, off = only(village, event(village)), only(village, event(village, span("2026-05-16", "09:00", "11:00")))
    mine, gone = booking(village, span("2026-05-19", "15:00", "16:00")), booking(village, span("2026-05-17", "09:00", "10:00"))
    before = counted(village.engine)
    assert refused(InsideUnanswered, lambda: announce(village, c1(village))) == {"count": 4}
    answers = {
        moving: Answer(Way.MOVED, AFTER), off: Answer(Way.CANCELLED), gone: Answer(Way.CANCELLED),
        mine: Answer(Way.MOVED, span("2026-05-21", "09:00", "10:00"), village.rooms["library"].id),
    }  # fmt: skip
    assert refused(InsideUnanswered, lambda: announce(village, c1(village), {moving: answers[moving]})) == {"count": 3}
    assert counted(village.engine) == before
    once = gesture()
    done = announce(village, c1(village), answers, gesture=once)
    assert announce(village, c1(village), answers, gesture=once) == done
    assert [(one.source_id, one.way, one.old) for one in done.answered] == [
        (moving, Way.MOVED, MEANT), (off, Way.CANCELLED, span("2026-05-16", "09:00", "11:00")),
        (gone, Way.CANCELLED, span("2026-05-17", "09:00", "10:00")), (mine, Way.MOVED, span("2026-05-19", "15:00", "16:00")),
    ]  # fmt: skip
    assert [(one.room, one.now) for one in done.answered if one.way is Way.MOVED] == [
        ("多功能活动厅", AFTER), ("文化旅游功能室", span("2026-05-21", "09:00", "10:00")),
    ]  # fmt: skip
    called_off = next(row for row in all_of(village, Event) if row.cancelled_at)
    assert (called_off.cancelled_at, called_off.cancel_reason) == (PUBLISHED, "屋面渗水维修")
    assert {row.id: row.end_reason for row in all_of(village, Booking)} == {mine: "", gone: "屋面渗水维修"}
    assert len(all_of(village, ClosureAnswer)) == 4


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(Way.MOVED, span("2026-05-18", "09:00", "10:00")), RoomClosed), (Answer(Way.MOVED), FactWrong), (Answer(Way.STAYS), FactWrong),
        (Answer(Way.MOVED, AFTER), RoomTaken),
    ],
)  # fmt: skip
def test_a_move_that_cannot_be_keeps_the_whole_notice_back(file_village: Village, answer: Answer, kind: type[Refusal]) -> None:
    village = file_village
    moving = only(village, event(village))
    mine = booking(village, span("2026-05-19", "15:00", "16:00"))
    booking(village, AFTER)
    before = counted(village.engine)
    refused(kind, lambda: announce(village, c1(village), {moving: answer, mine: Answer(Way.CANCELLED)}))
    assert counted(village.engine) == before
    elsewhere = {moving: Answer(Way.CANCELLED), mine: Answer(Way.MOVED, span("2026-05-18", "09:00", "10:00"))}
    refused(RoomClosed, lambda: announce(village, c1(village), elsewhere))
    refused(SlotTaken, lambda: announce(village, c1(village), {**elsewhere, mine: Answer(Way.MOVED, AFTER)}))
    assert counted(village.engine) == before


def test_c2_and_c4_are_refused_for_their_own_reason_first(village: Village) -> None:
    moving = only(village, event(village, span("2026-05-09", "09:00", "11:00"), room="library"))
    short = {
        "starts_at": local("2026-05-08 00:00"),
        "expected_reopen_at": local("2026-05-10 09:00"),
        "room_id": village.rooms["library"].id,
    }
    c2 = c1(village, **short)
    refused(NoticeTooShort, lambda: announce(village, c2))
    assert [one.source_id for one in look(village, c2).inside] == [moving]
    aside = {"short_notice_reason": "水管爆裂"}
    refused(InsideUnanswered, lambda: announce(village, c2, **aside))
    assert announce(village, c2, {moving: Answer(Way.CANCELLED)}, **aside).flagged
    c4 = c1(village, expected_reopen_at=None)
    refused(ReopeningMissing, lambda: announce(village, c4))
    assert look(village, c4).inside == ()


def test_c3_flood_watch_falls_upon_every_room_and_leaves_the_past_alone(village: Village) -> None:
    now = local("2026-07-03 06:10")
    booking(village, span("2026-07-03", "09:00", "10:00"))
    event(village, span("2026-07-04", "09:00", "10:00"), room="library")
    event(village, span("2026-07-02", "19:00", "21:00"))
    flood = Plan(ClosureReason.FORCE_MAJEURE, local("2026-07-02 00:00"), local("2026-07-07 09:00"), "000-0000000", "王志明")
    found = look(village, flood, now).inside
    assert [one.title for one in found] == ["二组舞蹈队", "少儿书法班"]
    announce(village, flood, {one.source_id: Answer(Way.CANCELLED) for one in found}, at=now)
    assert {row.cancel_reason for row in all_of(village, Event)} == {"", "№1"}


def test_c5_a_later_reopening_asks_for_what_it_newly_covers(village: Village) -> None:
    first = only(village, event(village))
    done = announce(village, c1(village), {first: Answer(Way.MOVED, AFTER)})
    later = {"closure_id": done.closure_id, "expected_reopen_at": local("2026-05-26 09:00"), "at": local("2026-05-19 16:00")}
    newly = database.read(village.engine, closures.later_inside, **later, by=village.zhou)
    assert [(one.source_id, one.span) for one in newly] == [(first, AFTER)]
    extend = {**later, "reason": "材料未到", "contact": "000", "signer": "王志明"}
    assert refused(InsideUnanswered, lambda: do(village, closures.extend, **extend)) == {"count": 1}
    made = do(village, closures.extend, **extend, answers={first: Answer(Way.MOVED, span("2026-05-29", "15:00", "17:00"))})
    assert [(one.version, one.old) for one in made.answered] == [(2, AFTER)]
    with Session(village.engine) as session:
        history = session.exec(select(ClosureAnswer).order_by(ClosureAnswer.version)).all()  # type: ignore[arg-type]
    assert [(row.version, row.way, row.old_starts_at) for row in history] == [(1, Way.MOVED, MEANT.start), (2, Way.MOVED, AFTER.start)]


def test_c6_shorter_hours_leave_what_lies_in_the_hours_kept(village: Village) -> None:
    event(village, span("2026-05-15", "14:30", "17:30"))
    morning = booking(village, span("2026-05-15", "09:00", "10:00"))
    kept = (Span(14 * 60 + 30, 17 * 60 + 30),)
    assert [one.source_id for one in look(village, c1(village, kept=kept)).inside] == [morning]


def test_c8_reopened_early_brings_nothing_back_but_says_what_was_called_off(village: Village) -> None:
    early, late = (only(village, event(village, span(day, "09:00", "10:00"))) for day in ("2026-05-15", "2026-05-19"))
    done = announce(village, c1(village), {early: Answer(Way.CANCELLED), late: Answer(Way.CANCELLED)})
    lifted, once = local("2026-05-17 09:00"), gesture()
    for _ in range(2):
        left = do(village, closures.lift, closure_id=done.closure_id, at=lifted, gesture=once)
        assert [one.source_id for one in left] == [late]
    assert all(row.cancelled_at == PUBLISHED for row in all_of(village, Sitting))


def test_called_away_for_an_hour_falls_upon_the_group_that_is_here_and_not_upon_one_that_did_not_come(village: Village) -> None:
    here, lost = booking(village), booking(village, MEANT, "library")
    now = MEANT.start + timedelta(minutes=20)
    do(village, bookings.came, booking_id=here, at=MEANT.start)
    away = Plan(ClosureReason.CALLED_AWAY, now, now + timedelta(hours=1), "000-0000000", "周桂生")
    assert [one.source_id for one in look(village, away, now).inside] == [here]
    announce(village, away, {here: Answer(Way.CANCELLED)}, at=now)
    assert database.read(village.engine, room_diary.one, booking_id=lost, at=now, by=village.zhou).state is BookingState.NO_SHOW


def test_closed_for_an_event_the_event_itself_takes_place(village: Village) -> None:
    mine = only(village, event(village))
    evening = c1(village, reason_code=ClosureReason.EVENT)
    done = announce(village, evening, {mine: Answer(Way.STAYS)})
    later = {"closure_id": done.closure_id, "expected_reopen_at": local("2026-05-21 09:00"), "at": PUBLISHED}
    assert database.read(village.engine, closures.later_inside, **later, by=village.zhou) == ()
    assert [row.cancelled_at for row in all_of(village, Sitting)] == [None]


def test_one_evening_of_a_course_is_left_out_and_with_its_last_the_course_is_off(village: Village) -> None:
    two = event(village, MEANT, span("2026-05-16", "09:00", "10:00"))
    event(village, span("2026-05-17", "09:00", "10:00"), span("2026-06-17", "09:00", "10:00"))
    found: tuple[Inside, ...] = look(village, c1(village)).inside
    announce(village, c1(village), {one.source_id: Answer(Way.CANCELLED) for one in found})
    assert [row.id for row in all_of(village, Event) if row.cancelled_at] == [two]
    assert sum(row.cancelled_at is not None for row in all_of(village, Sitting)) == 3


def test_one_service_stops_no_event(village: Village) -> None:
    event(village)
    (service,) = (row.id for row in all_of(village, OpenItem) if row.room_id == village.rooms["activity"].id)
    assert look(village, c1(village, open_item_id=service)).inside == ()
    announce(village, c1(village, open_item_id=service))
    assert len(all_of(village, Closure)) == 1


def test_no_event_is_put_into_an_announced_stop(village: Village) -> None:
    announce(village, c1(village))
    draft = events.Draft("少儿书法班", EventKind.LECTURE, "周桂生")
    facts = {"at": PUBLISHED, "draft": draft, "room_id": village.rooms["activity"].id}
    assert refused(RoomClosed, lambda: do(village, events.make, spans=[MEANT], **facts))["free_at"] >= local("2026-05-20 09:00")
    made = do(village, events.make, spans=[MEANT, AFTER], skip_taken=True, **facts)
    assert (made.sittings, made.skipped) == (1, (MEANT,))
    (sitting,) = all_of(village, Sitting)
    move = {"at": PUBLISHED, "sitting_id": sitting.id, "span": MEANT}
    refused(RoomClosed, lambda: do(village, events.move, room_id=sitting.room_id, **move))
    do(village, events.move, room_id=village.rooms["library"].id, overflow_seen=True, **move)


def test_an_event_and_a_stop_of_the_whole_hall_never_pass_each_other(village: Village) -> None:
    draft = events.Draft("少儿书法班", EventKind.LECTURE, "周桂生")
    made = {"draft": draft, "room_id": village.rooms["activity"].id, "spans": [MEANT]}
    plan = c1(village, room_id=None)
    with paused_before(village.engine, "INSERT INTO event "):
        ends = together(
            lambda: do(village, events.make, at=PUBLISHED, **made),
            lambda: do(village, closures.announce, at=PUBLISHED, plan=plan, answers={}),
        )
    assert ends["ok"] == 1
    assert ends["inside_unanswered"] + ends["room_closed"] == 1
