"""The kiosk's rooms through the real entry file: today's bars at home."""

from datetime import timedelta
from uuid import uuid4

from models import Booking, ClosureReason, Purpose, RoomUse, UseKind, new_id
from services import clock, closures, database
from services.closure_plans import Plan
from services.settings import HOUSE
from services.spans import Span
from services.words import LANGUAGES, words
from tests.cast import AT, Village
from tests.screens.test_kiosk_screens import Kiosk, kiosk, shown, village
from tests.services.test_events import TALK, make
from ui.kiosk import home

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
    assert f"已预约 · {words(LANGUAGES[0]).say('purpose.rehearsal')}" in told
    assert "何家班" not in told


def test_a_room_that_is_shut_all_day_says_why_and_until_when(village: Village, kiosk: Kiosk) -> None:
    room = village.rooms["activity"].id
    plan = Plan(ClosureReason.FORCE_MAJEURE, AT - timedelta(days=1), AT + timedelta(days=2), "000-0000000", "周桂生", "地面翻修", room_id=room)
    database.write(village.engine, closures.announce, plan=plan, at=AT - timedelta(days=1), gesture=uuid4(), by=village.zhou)
    assert "地面翻修，预计3月1" in shown(kiosk())


def test_every_tile_has_its_words_its_drawing_and_its_screen() -> None:
    from ui.kiosk.screens import SCREENS

    style = "".join(file.read_text(encoding="utf-8") for file in (HOUSE / "assets" / "style").glob("kiosk*.css"))
    for tile in home.TILES:
        assert tile.screen in SCREENS
        assert f".st-key-do-home-{tile.screen} {{ --picture: url(/hall/pictures/" in style
        assert all(words(lang).has(f"home.{tile.screen}") for lang in LANGUAGES)
