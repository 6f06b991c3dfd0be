"""Feeds: calendars and pages for the village's website, read back by other people's programs, and carried out whatever happens."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import html5lib
import ics
import pytest
import sqlalchemy as sa
import vobject

from models import Booking, ClosureReason, EventKind, Purpose, Sitting, UseKind
from services import clock, closures, database, delivering, doctor, events, feeds, outbox, sign_ups, ticking, timeline
from services.closure_plans import Plan
from services.doctor import Health
from services.events import Draft
from services.settings import Settings
from services.sign_ups import Guest
from services.spans import Span
from tests.cast import AT, Village, gesture

DAY = date(2027, 3, 20)
LONG = "春风送暖，全村老少同唱一台戏；有茶，有座，" * 6
NASTY = '评弹《珍珠塔》; 第一回, 上\\下 <b>免费</b> & "入座"\r\nBEGIN:VEVENT'
SOON = AT + timedelta(minutes=10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the public files go."""
    return tmp_path / "public"


def evening(day: date = DAY, hour: int = 19) -> Span[datetime]:
    return Span(clock.instant(day, hour * 60), clock.instant(day, (hour + 2) * 60))


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def make(village: Village, title: str, kind: EventKind = EventKind.LECTURE, *, spans: tuple[Span[datetime], ...] = (), **facts: Any) -> Any:
    draft = Draft(title, kind, "周桂生", **facts)
    return do(village, events.make, draft=draft, room_id=village.rooms["activity"].id, spans=spans or (evening(),))


def waiting(village: Village) -> int:
    return len(database.read(village.engine, outbox.waiting, hall_id=village.hall.id))


def deliver(village: Village, folder: Path, at: datetime = SOON) -> int:
    return delivering.deliver(village.engine, folder, at=at)


def sitting_ids(village: Village) -> list[UUID]:
    found = sa.select(Sitting.id).order_by(Sitting.starts_at)  # type: ignore[arg-type]
    with village.engine.connect() as connection:
        return list(connection.execute(found).scalars())


def entries(file: Path) -> list[Any]:
    """What another program finds in a calendar, in the order of time; a third one reads the same of it."""
    text = file.read_bytes().decode()
    found = list(getattr(vobject.readOne(text), "vevent_list", []))
    again = {(event.uid, event.name, event.begin.datetime, event.location) for event in ics.Calendar(text).events}
    assert {(one.uid.value, one.summary.value, one.dtstart.value, one.location.value) for one in found} == again
    return found


def test_other_programs_read_a_calendar_with_the_very_words(village: Village, folder: Path) -> None:
    make(village, NASTY, seats=30, audience="全体", note=LONG)
    make(village, "腰鼓队排练", EventKind.REHEARSAL, spans=(evening(hour=9),))
    deliver(village, folder)
    raw = (folder / "events.ics").read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.count(b"\r\nBEGIN:VEVENT") == 1
    assert b"DTSTART;TZID=Asia/Shanghai:20270320T190000\r\n" in raw
    assert raw.count(b"BEGIN:VTIMEZONE") == 1
    (entry,) = entries(folder / "events.ics")
    assert entry.summary.value == " ".join(NASTY.split())
    assert LONG in entry.description.value
    assert (entry.dtstart.value, entry.dtend.value) == (evening().start, evening().end)
    assert "周桂生" in entry.contact.value
    assert [one.summary.value for one in entries(folder / "room-R-ACT.ics")] == ["腰鼓队排练", " ".join(NASTY.split())]


def test_a_uid_is_for_life_and_the_sequence_grows(village: Village, folder: Path) -> None:
    lessons = (evening(), evening(DAY + timedelta(days=7)))
    made = make(village, "书法班", spans=lessons)
    deliver(village, folder)
    before = entries(folder / "events.ics")
    first, second = sitting_ids(village)
    later = {"room_id": village.rooms["library"].id, "span": evening(hour=15), "at": AT + timedelta(minutes=1)}
    do(village, events.move, sitting_id=first, **later)
    do(village, events.cancel_sitting, sitting_id=second, reason="停电", at=AT + timedelta(minutes=2))
    deliver(village, folder)
    after = entries(folder / "events.ics")
    assert [one.uid.value for one in after] == [one.uid.value for one in before]
    assert [int(one.sequence.value) for one in before] == [0, 0]
    assert [(int(one.sequence.value), one.status.value) for one in after] == [(1, "CONFIRMED"), (1, "CANCELLED")]
    assert after[0].dtstart.value == evening(hour=15).start
    old, new = entries(folder / "room-R-ACT.ics"), entries(folder / "room-R-CUL.ics")
    assert [(one.status.value, int(one.sequence.value)) for one in old] == [("CANCELLED", 1), ("CANCELLED", 1)]
    assert [one.status.value for one in new] == ["CONFIRMED"]
    back = {"room_id": village.rooms["activity"].id, "span": evening(), "at": AT + timedelta(minutes=3)}
    do(village, events.move, sitting_id=first, **back)
    do(village, events.cancel, event_id=made.event_id, reason="大雪", at=AT + timedelta(minutes=4))
    deliver(village, folder)
    assert [(one.status.value, int(one.sequence.value)) for one in entries(folder / "events.ics")] == [("CANCELLED", 3), ("CANCELLED", 2)]
    assert int(entries(folder / "room-R-ACT.ics")[0].sequence.value) == 3


def test_a_rooms_calendar_tells_what_takes_it_and_never_who(village: Village, folder: Path) -> None:
    room_id, hall_id = village.rooms["activity"].id, village.hall.id
    span = evening(hour=14)
    booking = Booking(
        hall_id=hall_id, number=1, room_id=room_id, purpose=Purpose.REHEARSAL, starts_at=span.start, ends_at=span.end, day=DAY,
        group_name="李桂花的舞队", contact="李桂花", phone="13900000000", made_at=AT,
    )  # fmt: skip
    village.save(booking)
    take = {"room_id": room_id, "uses": [(booking.id, span)], "kind": UseKind.BOOKING, "at": AT, "by": village.zhou}
    database.write(village.engine, timeline.take, **take)
    start = clock.instant(date(2027, 3, 25), 0)
    plan = Plan(ClosureReason.MAINTENANCE, start, start + timedelta(days=1), "0737-000", "周桂生", "换灯；刷墙", room_id=room_id)
    stop = do(village, closures.announce, plan=plan)
    deliver(village, folder)
    rehearsal, shut = entries(folder / "room-R-ACT.ics")
    assert "排练" in rehearsal.summary.value
    assert "换灯；刷墙" in shut.summary.value
    assert (shut.dtstart.value, int(shut.sequence.value)) == (start, 0)
    facts = json.loads((folder / "hall.json").read_bytes())
    assert [(one["stage"], one["reason"], one["version"]) for one in facts["notices"]] == [("coming", "换灯；刷墙", 1)]
    do(village, closures.lift, closure_id=stop.closure_id, at=SOON)
    deliver(village, folder, SOON)
    assert entries(folder / "room-R-ACT.ics")[1].status.value == "CANCELLED"
    everything = b"".join(file.read_bytes() for file in folder.iterdir()).decode()
    assert [word for word in ("李桂花", "13900000000", "舞队") if word in everything] == []


def test_the_page_is_valid_stands_alone_and_reads_titles_as_text(village: Village, folder: Path) -> None:
    made = make(village, NASTY, seats=1, audience="<script>alert(1)</script>")
    for name in ("王小满", "张远"):
        do(village, sign_ups.sign_up, event_id=made.event_id, guest=Guest(name))
    deliver(village, folder)
    page = (folder / "index.html").read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert not list(tree.iter("script"))
    assert {one.get("href") for one in tree.iter("a")} == {"events.ics", "room-R-CUL.ics", "room-R-ACT.ics", "hall.json"}
    assert " ".join(NASTY.split()) in {" ".join((one.text or "").split()) for one in tree.iter("b")}
    assert "现在开放" in page
    assert "12:00" in page
    assert "王小满" not in page
    facts = json.loads((folder / "hall.json").read_bytes())
    assert facts["open"] == {"now": True, "until": "2027-03-10T12:00+08:00", "next": None}
    assert [(one["seats"], one["free"], one["waiting"]) for one in facts["events"]] == [(1, 0, 1)]
    assert [len(room["days"]) for room in facts["rooms"]] == [7, 7]


def test_what_changed_waits_in_the_outbox_until_it_lies_in_the_folder(village: Village, folder: Path) -> None:
    """Not a file more than what changed; nothing when nothing changed; a new face when the hall shuts by itself."""
    assert deliver(village, folder) == 5
    assert waiting(village) == 0
    make(village, "露天电影", EventKind.FILM)
    assert waiting(village) == 1
    assert deliver(village, folder) == 4
    assert waiting(village) == 0
    touched = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert deliver(village, folder, SOON + timedelta(minutes=20)) == 0
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == touched
    assert deliver(village, folder, SOON + timedelta(hours=3)) == 2
    assert "现在未开放" in (folder / "index.html").read_text(encoding="utf-8")


def test_what_was_carried_out_long_ago_is_forgotten(village: Village, folder: Path) -> None:
    make(village, "露天电影", EventKind.FILM)
    deliver(village, folder)
    make(village, "讲座", spans=(evening(hour=9),))
    assert database.write(village.engine, outbox.forget, at=SOON + timedelta(days=30)) == 0
    assert database.write(village.engine, outbox.forget, at=SOON + timedelta(days=32)) == 1
    assert waiting(village) == 1


def test_a_refused_change_asks_for_nothing(village: Village) -> None:
    with pytest.raises(events.RoomTaken):
        make(village, "电影", spans=(evening(), evening(hour=20)))
    assert waiting(village) == 0


def test_killed_in_between_the_next_call_does_it_again(village: Village, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(village, "露天电影", EventKind.FILM)
    deliver(village, folder)
    make(village, "讲座", spans=(evening(hour=9),))
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    def power_cut(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", power_cut)
        with pytest.raises(KeyboardInterrupt):
            deliver(village, folder)
    assert waiting(village) == 1
    assert {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.startswith(".")} == before
    (folder / "room-GONE.ics").write_bytes(b"")
    deliver(village, folder, clock.now() + timedelta(hours=2))
    assert waiting(village) == 0
    assert {file.name for file in folder.iterdir()} == {"events.ics", "hall.json", "index.html", "room-R-ACT.ics", "room-R-CUL.ics"}


def test_a_folder_that_cannot_be_written_keeps_nothing_else_from_being_done(village: Village, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    url = village.engine.url.render_as_string(hide_password=False)
    url = f"sqlite:///{tmp_path / 'hall.db'}" if url == "sqlite://" else url
    settings = Settings(data_dir=tmp_path, database=url, public_dir=tmp_path / "file" / "public")  # type: ignore[arg-type]
    make(village, "露天电影", EventKind.FILM)
    done = ticking.tick(village.engine, settings, at=SOON)
    assert done.backup is not None
    assert done.published == 0
    assert waiting(village) == 1
    assert doctor._public(village.engine, AT + timedelta(hours=2)).health is Health.LOOK
    assert doctor._public(village.engine, SOON).health is Health.WELL


def test_a_room_whose_code_is_no_plain_word_has_a_plain_file(village: Village, folder: Path) -> None:
    database.write(village.engine, lambda session: session.execute(sa.text("UPDATE room SET code = '../厅' WHERE code = 'R-ACT'")))
    deliver(village, folder)
    assert f"room-{village.rooms['activity'].id.hex}.ics" in {file.name for file in folder.iterdir()}
    assert feeds._PLAIN.fullmatch("R-ACT")
