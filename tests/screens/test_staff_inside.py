"""Events and bookings inside a stop, on the tablet: asked one by one, then done with the notice."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from models import Booking, Closure, ClosureAnswer, Event, EventKind, Purpose, Sitting, Way
from services import bookings, clock, database, events, sign_ups
from services.sign_ups import Guest
from services.spans import Span
from tests.cast import AT, Village, gesture
from tests.tablet import Desk, keys, press, seen

TODAY = date(2027, 3, 10)


def span(day: date, starts: int, ends: int) -> Span[datetime]:
    return Span(clock.instant(day, starts * 60), clock.instant(day, ends * 60))


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, at=AT, gesture=gesture(), by=village.zhou, **facts)


def rows(village: Village, table: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table)).all())


@pytest.fixture
def busy(village: Village) -> dict[str, UUID]:
    """A class this afternoon that somebody signed up for, and a group tomorrow."""
    room_id = village.rooms["activity"].id
    draft = events.Draft("少儿书法班", EventKind.LECTURE, "周桂生", seats=20)
    made = do(village, events.make, draft=draft, room_id=room_id, spans=[span(TODAY, 11, 12)])
    do(village, sign_ups.sign_up, event_id=made.event_id, guest=Guest("赵归", "三组"))
    group = bookings.Draft(room_id, Purpose.REHEARSAL, 12, group_name="二组舞蹈队", contact="刘姐", phone="13911112222")
    booked = do(village, bookings.book, draft=group, span=span(TODAY + timedelta(days=9), 15, 16))
    (sitting,) = rows(village, Sitting)
    return {"sitting": sitting.id, "booking": booked.booking_ids[0]}


def choose(page: AppTest, key: str, value: object) -> AppTest:
    next(each for each in page.button_group if str(each.key).startswith(key)).set_value(value).run()
    assert not page.exception
    return page


def test_called_away_over_a_class_asks_once_and_tells_whom_to_ring_up(village: Village, desk: Desk, busy: dict[str, UUID]) -> None:
    page = choose(press(desk(), "called-away"), "chips-", "afternoon")
    assert "停开期间有1场活动或预订" in seen(page)
    assert "少儿书法班" in seen(page)
    assert page.button(key="do-publish-away").disabled
    way = f"way-{busy['sitting'].hex}"
    choose(page, way, "not_yet")
    assert page.button(key="do-publish-away").disabled
    choose(page, way, Way.CANCELLED)
    assert "要通知1人" in seen(page)
    assert "赵归" in seen(page)
    press(page, "publish-away")
    assert [row.cancelled_at for row in rows(village, Event)] == [AT]
    assert "里面的活动和预订" in seen(page)
    press(page, "papers")
    assert "赵归" in seen(page)


def test_a_notice_moves_a_booking_a_later_one_asks_again_and_reopening_brings_nothing_back(
    village: Village, desk: Desk, busy: dict[str, UUID]
) -> None:
    page = press(desk(screen="closures"), "announce")
    next(each for each in page.date_input if each.label == "哪天起停开").set_value(TODAY + timedelta(days=8)).run()
    next(each for each in page.date_input if each.label == "预计哪天恢复开放").set_value(TODAY + timedelta(days=10)).run()
    assert page.button(key="do-publish").disabled
    choose(page, f"way-{busy['booking'].hex}", Way.MOVED)
    press(page, "publish")
    assert [(row.way, row.version) for row in rows(village, ClosureAnswer)] == [(Way.MOVED, 1)]
    moved = span(TODAY + timedelta(days=16), 15, 16)
    assert [(row.starts_at, row.ends_at) for row in rows(village, Booking)] == [(moved.start, moved.end)]
    assert "改到3月26日 15:00，多功能活动厅" in seen(page)
    press(page, "papers")
    next(each for each in page.date_input if each.label == "新的恢复日期").set_value(TODAY + timedelta(days=20)).run()
    assert page.button(key="do-extend").disabled
    choose(page, f"way-{busy['booking'].hex}", Way.CANCELLED)
    press(page, "extend")
    assert [(row.way, row.version) for row in rows(village, ClosureAnswer)] == [(Way.MOVED, 1), (Way.CANCELLED, 2)]
    page = press(desk(screen="closures"), f"show-{rows(village, Closure)[0].id}")
    press(page, "lift")
    assert "1项已取消的不会自动恢复" in seen(page)
    assert "二组舞蹈队" in seen(page)
    assert "do-extend" not in keys(page)
