"""Rooms booked on the tablet: the week by touch, a few taps, the tap that says they came, and the way back of each."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from models import Booking, BookingEnd, EventKind, Purpose
from services import bookings, clock, database, events
from services.bookings import Draft
from services.spans import Span
from tests.cast import AT, Village, gesture
from tests.tablet import Desk, keys, press, seen

TODAY = date(2027, 3, 10)


def span(day: date, starts: float, ends: float) -> Span[datetime]:
    return Span(clock.instant(day, int(starts * 60)), clock.instant(day, int(ends * 60)))


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, at=AT, gesture=gesture(), by=village.zhou, **facts)


def rows(village: Village) -> list[Booking]:
    with Session(village.engine) as session:
        return list(session.exec(select(Booking).order_by(Booking.number)).all())  # type: ignore[arg-type]


def book(village: Village, when: Span[datetime], **facts: Any) -> None:
    group = {"group_name": "二组舞蹈队", "contact": "刘姐", "phone": "13911112222", "people": 18, **facts}
    do(village, bookings.book, draft=Draft(village.rooms["library"].id, Purpose.REHEARSAL, **group), span=when)


def pick(page: AppTest, name: str, value: object) -> AppTest:
    next(each for each in page.selectbox if str(each.key).startswith(f"booking-{name}-")).set_value(value).run()
    assert not page.exception
    return page


def write(page: AppTest, name: str, text: str) -> None:
    next(each for each in page.text_input if str(each.key).startswith(f"booking-{name}-")).set_value(text).run()


def slots(page: AppTest, kind: str) -> list[str]:
    return [str(each.key).removeprefix("do-") for each in page.button if str(each.key).startswith(f"do-slot-{kind}-")]


def test_a_team_gets_a_room_in_four_taps_and_it_can_be_taken_back(village: Village, desk: Desk) -> None:
    page = desk(screen="bookings")
    assert "今天没有队伍订房间" in seen(page)
    # This morning from the half hour that runs, this afternoon, and two a day but on Monday.
    assert len(slots(page, "free")) == 12
    press(page, slots(page, "free")[1])
    pick(page, "team", village.patrons["team"].id)
    press(page, "booking-save")
    assert "订好了（1次）" in seen(page)
    (mine,) = rows(village)
    assert (mine.team_id, mine.purpose, mine.starts_at, mine.ends_at) == (
        village.patrons["team"].id, Purpose.REHEARSAL, span(TODAY, 14.5, 16.5).start, span(TODAY, 14.5, 16.5).end,
    )  # fmt: skip
    press(page, slots(page, "use")[0])
    assert "王梅 13800001234" in seen(page)
    press(page, "undo")
    assert rows(village)[0].ended_as is BookingEnd.CANCELLED


def test_a_meeting_of_a_group_needs_its_names_and_an_approver_and_says_so(village: Village, desk: Desk) -> None:
    page = desk(screen="bookings")
    press(page, slots(page, "free")[0])
    pick(page, "team", "other")
    pick(page, "purpose", Purpose.MEETING)
    assert "要有人批准" in seen(page)
    assert page.button(key="do-booking-save").disabled
    pick(page, "approver", village.staff["zhou"].id)
    press(page, "booking-save")
    assert "队伍或组织" in seen(page)
    for name, text in (("group_name", "三组村民小组"), ("contact", "徐组长"), ("phone", "13900007763")):
        write(page, name, text)
    next(each for each in page.number_input if str(each.key).startswith("booking-weeks-")).set_value(3).run()
    press(page, "booking-save")
    assert [(row.group_name, row.flagged) for row in rows(village)] == [("三组村民小组", True)] * 3
    # They stand here: their time has begun.
    assert [row.came_at is None for row in rows(village)] == [False, True, True]


def test_what_stands_there_is_told_and_a_booking_is_changed_and_called_off_and_brought_back(village: Village, desk: Desk) -> None:
    book(village, span(TODAY, 15, 16))
    draft = events.Draft("养殖讲座", EventKind.LECTURE, "周桂生")
    do(village, events.make, draft=draft, room_id=village.rooms["library"].id, spans=[span(TODAY, 16.5, 17.5)])
    page = desk(screen="bookings")
    assert [each.label.split("\n")[0] for each in page.button if "slot-use" in str(each.key)] == ["二组舞蹈队", "养殖讲座"]
    press(page, slots(page, "use")[0])
    press(page, "booking-change")
    next(each for each in page.time_input if "booking" in str(each.key)).set_value(datetime(2027, 3, 10, 16, 0).time()).run()
    assert "那时已经有“养殖讲座”" in seen(page)
    assert "最近的空时间：3月11日 9:00" in seen(page)
    pick(page, "lasts", 30)
    press(page, "booking-save")
    assert "改好了" in seen(page)
    assert rows(village)[0].starts_at == span(TODAY, 16, 16.5).start
    press(page, "undo")
    assert rows(village)[0].starts_at == span(TODAY, 15, 16).start
    press(page, slots(page, "use")[0])
    press(page, "booking-off")
    assert "理由" in seen(page) or "原因" in seen(page)
    write(page, "off", "下雨")
    press(page, "booking-off")
    assert rows(village)[0].end_reason == "下雨"
    press(page, "undo")
    assert rows(village)[0].ended_at is None


def test_the_morning_lists_the_groups_of_today_with_one_tap(village: Village, desk: Desk) -> None:
    book(village, span(TODAY, 15, 16))
    start = span(TODAY, 15, 16).start
    page = desk(at=start + timedelta(minutes=20))
    assert "没来" in seen(page)
    (came,) = (key for key in keys(page) if key.startswith("do-came-morning-"))
    press(page, came.removeprefix("do-"))
    assert "“二组舞蹈队”到了" in seen(page)
    assert rows(village)[0].came_at == start + timedelta(minutes=20)
    press(page, "undo")
    assert rows(village)[0].came_at is None
    page = desk(screen="bookings", at=start + timedelta(minutes=20))
    assert slots(page, "use") == []
    assert "二组舞蹈队" in seen(page)
    press(page, "week-on")
    assert "今天的预订" in seen(page)
