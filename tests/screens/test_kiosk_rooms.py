"""The kiosk's rooms through the real entry file: today's bars at home, every room now and next, one room with its week and its rules."""

from datetime import timedelta
from uuid import uuid4

from models import AreaKind, Booking, ClosureReason, Purpose, RoomFunction, RoomUse, UseKind, new_id
from services import clock, closures, database, rule_sets
from services.closure_plans import Plan
from services.settings import HOUSE
from services.spans import Span
from services.words import LANGUAGES, words
from tests.cast import AT, Village
from tests.screens.test_kiosk_screens import Kiosk, kiosk, press, shown, village
from tests.services.test_events import TALK, make
from ui.kiosk import home
from ui.kiosk.stand import Stand

__all__ = ["kiosk", "village"]


def book(village: Village, *, name: str = "何家班") -> None:
    booking_id, span = new_id(), Span(AT + timedelta(hours=5), AT + timedelta(hours=6))
    whose = {"hall_id": village.hall.id, "room_id": village.rooms["activity"].id, "starts_at": span.start, "ends_at": span.end}
    village.save(
        Booking(
            id=booking_id, number=1, purpose=Purpose.REHEARSAL, day=clock.local_day(AT), group_name=name, made_at=AT, **whose
        ),
        RoomUse(kind=UseKind.BOOKING, source_id=booking_id, taken_at=AT, **whose),
    )  # fmt: skip


def test_home_shows_what_is_on_in_every_room_and_never_who_has_booked_it(village: Village, kiosk: Kiosk) -> None:
    make(village, spans=[Span(AT + timedelta(hours=1), AT + timedelta(hours=2))])
    book(village)
    told = shown(kiosk())
    assert TALK.title in told
    assert f"已预订 · {words(LANGUAGES[0]).say('purpose.rehearsal')}" in told
    assert "何家班" not in told


def test_a_room_that_is_shut_all_day_says_why_and_until_when(village: Village, kiosk: Kiosk) -> None:
    room = village.rooms["activity"].id
    plan = Plan(ClosureReason.FORCE_MAJEURE, AT - timedelta(days=1), AT + timedelta(days=2), "000-0000000", "周桂生", "地面翻修", room_id=room)
    database.write(village.engine, closures.announce, plan=plan, at=AT - timedelta(days=1), gesture=uuid4(), by=village.zhou)
    assert "地面翻修，预计3月1" in shown(kiosk())


def publish(village: Village) -> None:
    text = rule_sets.Text("开门、整架", "周桂生", "图书借阅", "周二至周日", "每周清点", "请轻声说话")
    facts = {"room_id": village.rooms["library"].id, "function": "图书室", "text": text, "signer": "周桂生", "seen": 0}
    database.write(village.engine, rule_sets.publish, **facts, at=AT, gesture=uuid4(), by=village.zhou)


def test_a_room_is_one_touch_away_and_tells_its_week_and_its_rules_another(village: Village, kiosk: Kiosk) -> None:
    village.save(RoomFunction(hall_id=village.hall.id, room_id=village.rooms["library"].id, name="图书室"))
    publish(village)
    make(village, room="library", spans=[Span(AT + timedelta(days=1), AT + timedelta(days=1, hours=1))])
    page = press(kiosk(), f"room-{village.rooms['library'].id.hex}")
    told = shown(page)
    for word in ("周桂生", "9:00 –12:00", "这七天", "图书室", TALK.title):
        assert word in told
    rules = next(button for button in page.button if (button.key or "").startswith("do-rules-"))
    assert "第1版" in rules.label
    rules.click().run()
    for word in ("请轻声说话", "管理责任人", "第1版 · 2027年3月10日公布", "审批 周桂生"):
        assert word in shown(page)
    page = press(page, "back")
    page = press(page, "lang")
    assert "The next seven days" in shown(page)
    press(press(page, "back"), "close")
    assert "把借书证或书" in shown(page)


def test_all_rooms_say_what_is_on_now_and_what_comes_next(village: Village, kiosk: Kiosk) -> None:
    make(village, spans=[Span(AT + timedelta(hours=1), AT + timedelta(hours=2))])
    book(village)
    page = press(kiosk(at=AT + timedelta(minutes=90)), "rooms")
    assert f"正在：{TALK.title}" in shown(page)
    assert "接下来：15:00 已预订" in shown(page)
    assert "何家班" not in shown(page)


def test_an_office_and_no_room_at_all_are_not_shown(village: Village, kiosk: Kiosk) -> None:
    for room_id in (new_id(), *(room.id for room in village.rooms.values() if room.area_kind is AreaKind.OFFICE)):
        stand = Stand()
        stand.go("room", room_id)
        assert "没有这间房" in shown(kiosk(stand))


def test_every_tile_has_its_words_its_drawing_and_its_screen() -> None:
    from ui.kiosk.screens import SCREENS

    style = "".join(file.read_text(encoding="utf-8") for file in (HOUSE / "assets" / "style").glob("kiosk*.css"))
    for tile in home.TILES:
        assert tile.screen in SCREENS
        assert f".st-key-do-home-{tile.screen} {{ --picture: url(/hall/pictures/" in style
        assert all(words(lang).has(f"home.{tile.screen}") for lang in LANGUAGES)
