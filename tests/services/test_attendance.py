"""Who came, and the record of it: by ticket, card or list, once each; written in versions, with photos."""

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from models import ActivityRecord, Attendance, JournalRow, Photo, Sitting
from services import agenda, attendance, codes, database, events, item_photos, photos
from services.attendance import Arrived, Heads
from services.events import Draft
from services.refusals import (
    CardUnknown,
    ChangedMeanwhile,
    EventGone,
    EventNotYet,
    FactMissing,
    FactWrong,
    NotAllowed,
    PhotoUnreadable,
    ReasonMissing,
    SignUpGone,
    UnknownCode,
)
from tests.cast import AT, CODE, Village, gesture
from tests.registers import read
from tests.services.test_events import DAY, TALK, count, do, evening, make, sittings
from tests.services.test_sign_ups import FULL, refused, sign

LATER = evening().end + timedelta(hours=1)


def one(village: Village, draft: Draft = FULL) -> tuple[Any, Any]:
    made = make(village, draft)
    (sitting,) = sittings(village, made.event_id)
    return made.event_id, sitting.id


def arrive(village: Village, sitting_id: Any, code: str, **facts: Any) -> Arrived:
    return database.write(village.engine, attendance.arrive, **{"sitting_id": sitting_id, "code": code, "at": evening().start, "by": village.zhou} | facts)


def record(village: Village, sitting_id: Any, **facts: Any) -> Any:
    heads = Heads(people=43, elders=12, minors=9, women=20)
    said = {"heads": heads, "content": "写春联一百二十副", "filled_by": "周桂生", "seen_version": 0, "at": LATER}
    return do(village, attendance.record, **{"sitting_id": sitting_id} | said | facts)


def test_ticket_or_card_under_the_scanner(village: Village) -> None:
    event_id, sitting_id = one(village)
    ticket = sign(village, event_id, "小张")
    sign(village, event_id, "mei")
    assert arrive(village, sitting_id, codes.qr_text(CODE, ticket.number)) == Arrived("小张", listed=True, again=False)
    assert arrive(village, sitting_id, codes.clear(ticket.number)) == Arrived("小张", listed=True, again=True)
    assert arrive(village, sitting_id, village.card_code("mei")) == Arrived("王梅", listed=True, again=False)
    assert arrive(village, sitting_id, village.card_code("old_li")) == Arrived("李老汉", listed=False, again=False)
    assert arrive(village, sitting_id, village.card_code("old_li")).again
    assert arrive(village, sitting_id, village.cards["yu"].number) == Arrived("陈小雨", listed=False, again=False)
    counted = database.read(village.engine, attendance.heads, sitting_id=sitting_id, by=village.zhou)
    assert counted == Heads(people=4, elders=1, minors=1, women=2)


def test_what_is_no_ticket_of_this_event_is_refused(village: Village) -> None:
    event_id, sitting_id = one(village)
    other = make(village, FULL, room="library")
    ticket = sign(village, other.event_id, "小张")
    refused(lambda: arrive(village, sitting_id, ticket.number), SignUpGone)
    refused(lambda: arrive(village, sitting_id, village.code("huozhe")), UnknownCode)
    refused(lambda: arrive(village, sitting_id, codes.Number.of("1", 999_999).digits), CardUnknown)
    refused(lambda: arrive(village, sitting_id, village.card_code("mei"), by=village.kiosk), NotAllowed)
    refused(lambda: arrive(village, gesture(), village.card_code("mei")), EventGone)
    do(village, events.cancel, event_id=event_id, reason="雨")
    refused(lambda: arrive(village, sitting_id, village.card_code("mei")), EventGone)
    assert count(village, Attendance) == 0


def test_a_name_is_ticked_on_the_list(village: Village) -> None:
    event_id, sitting_id = one(village)
    ticket = sign(village, event_id, "小张")
    facts = {"sitting_id": sitting_id, "sign_up_id": ticket.sign_up_id, "at": evening().start, "by": village.zhou}
    database.write(village.engine, attendance.tick, **facts)
    assert database.write(village.engine, attendance.tick, **facts).again
    assert database.read(village.engine, attendance.here, sitting_id=sitting_id, by=village.zhou) == {ticket.sign_up_id}


def test_the_record_has_versions_and_photos(village: Village) -> None:
    _, sitting_id = one(village)
    out = io.BytesIO()
    Image.new("RGB", (2400, 1200), "firebrick").save(out, "JPEG")
    small = photos.small(out.getvalue())
    first = record(village, sitting_id, pictures=[small, small])
    assert (first.version, first.heads.people, len(first.photos)) == (1, 43, 1)
    second = record(village, sitting_id, heads=Heads(people=45, elders=12), seen_version=1)
    assert (second.version, second.heads.people, second.photos) == (2, 45, first.photos)
    assert (count(village, ActivityRecord), count(village, Photo)) == (2, 1)
    refused(lambda: record(village, sitting_id, seen_version=1), ChangedMeanwhile)


def test_a_photo_somebody_asks_to_have_gone_is_gone_and_the_record_stays(village: Village) -> None:
    _, sitting_id = one(village)
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    (photo_id,) = record(village, sitting_id, pictures=[photos.small(out.getvalue())]).photos
    refused(lambda: do(village, item_photos.take_away, photo_id=photo_id, reason=""), ReasonMissing)
    hand = gesture()
    for _ in range(2):
        do(village, item_photos.take_away, photo_id=photo_id, reason="家长要求", gesture=hand)
    written = database.read(village.engine, attendance.written_of, sitting_id=sitting_id, by=village.zhou)
    assert written
    assert (written.version, written.photos) == (1, ())
    refused(lambda: database.read(village.engine, photos.jpeg, photo_id=photo_id, by=village.zhou), PhotoUnreadable)
    (line,) = read(village, "11", since=DAY, until=DAY + timedelta(days=1), at=LATER)
    assert line["照片"] == ""


def test_twice_is_one_record(village: Village) -> None:
    _, sitting_id = one(village)
    hand = gesture()
    assert record(village, sitting_id, gesture=hand) == record(village, sitting_id, gesture=hand)
    assert count(village, ActivityRecord) == 1


def test_what_a_record_needs(village: Village) -> None:
    _, sitting_id = one(village)
    assert refused(lambda: record(village, sitting_id, at=AT), EventNotYet) == {"starts_at": evening().start}
    assert refused(lambda: record(village, sitting_id, content=" "), FactMissing) == {"field": "content"}
    assert refused(lambda: record(village, sitting_id, filled_by=""), FactMissing) == {"field": "filled_by"}
    for heads in (Heads(people=-1), Heads(people=5, elders=3, minors=3), Heads(people=5, women=6)):
        assert refused(lambda heads=heads: record(village, sitting_id, heads=heads), FactWrong) == {"field": "people"}
    refused(lambda: record(village, sitting_id, by=village.kiosk), NotAllowed)
    assert (count(village, ActivityRecord), count(village, JournalRow)) == (0, 1)


def test_the_next_events_show_one_sitting_each_and_no_rehearsal(village: Village) -> None:
    course = make(village, FULL, spans=[evening(DAY + timedelta(days=7 * week)) for week in range(3)])
    make(village, Draft("排练", type(TALK.kind).REHEARSAL, "周桂生"), room="library")
    for who in ("mei", "old_li", "yu"):
        sign(village, course.event_id, who)
    (line,) = database.read(village.engine, agenda.coming, hall_id=village.hall.id, at=AT)
    assert (line.title, line.lesson, line.lessons, line.seated, line.waiting, line.free) == ("年味书画", 1, 3, 2, 1, 0)
    (line,) = database.read(village.engine, agenda.coming, hall_id=village.hall.id, at=evening().end)
    assert line.lesson == 2
    one_line = database.read(village.engine, agenda.one_coming, hall_id=village.hall.id, event_id=course.event_id, at=AT)
    assert one_line.day == DAY
    with pytest.raises(EventGone):
        database.read(village.engine, agenda.one_coming, hall_id=village.hall.id, event_id=gesture(), at=AT)


def test_a_month_shows_everything_and_what_waits_for_its_record(village: Village) -> None:
    made = make(village, FULL, spans=[evening(), evening(DAY + timedelta(days=14))])
    lines = database.read(village.engine, agenda.month, year=2027, month_no=3, by=village.zhou)
    assert [line.day for line in lines] == [DAY]
    sitting_id = lines[0].sitting_id
    waiting = database.read(village.engine, agenda.not_recorded, hall_id=village.hall.id, at=LATER)
    assert [line.sitting_id for line in waiting] == [sitting_id]
    record(village, sitting_id)
    assert database.read(village.engine, agenda.not_recorded, hall_id=village.hall.id, at=LATER) == ()
    do(village, events.cancel, event_id=made.event_id, reason="雨", at=LATER)
    sheet = database.read(village.engine, agenda.sheet, event_id=made.event_id, by=village.zhou)
    assert [line.cancelled for line in sheet.lines] == [False, True]
    assert (sheet.cancel_reason, sheet.next_line(LATER), [change.kind.value for change in sheet.changes]) == ("雨", None, ["cancelled", "made"])
    december = database.read(village.engine, agenda.month, year=2027, month_no=12, by=village.zhou)
    assert december == ()
    with village.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(Sitting)).scalar_one() == 2
