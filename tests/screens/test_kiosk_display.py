"""The idle display through the real entry file: what the whole room may read, when it comes, and that a touch or a scan wakes it."""

import re
from datetime import timedelta
from uuid import uuid4

from services import clock
from tests.cast import AT, Village
from tests.screens.test_kiosk_rooms import book
from tests.screens.test_kiosk_screens import Kiosk, kiosk, press, shown, stand_of, village
from tests.services.test_events import TALK, Span, make
from ui.kiosk import acts, screens
from ui.kiosk.stand import Stand

__all__ = ["kiosk", "village"]


def resting(lang: str = "zh-CN") -> Stand:
    return Stand(screen="display", lang=lang)


def test_it_tells_the_day_the_door_every_room_the_week_and_who_is_there(village: Village, kiosk: Kiosk) -> None:
    make(village, spans=[Span(AT + timedelta(hours=1), AT + timedelta(hours=2))])
    book(village)
    told = re.sub(r"\s+", " ", shown(kiosk(resting(), at=AT + timedelta(minutes=90))))
    for word in ("11:30", "3月10日 星期三 农历二月初三", "现在开放", "今天开到", village.hall.phone, "周桂生"):
        assert word in told
    assert f"{TALK.title}，到12:00" in told
    assert "接下来：15:00 已预订" in told
    assert f"11:00 {TALK.title}；15:00 已预订" in told
    assert f"{TALK.title} 今天 11:00" in told
    assert "何家班" not in told
    assert "Open now" in shown(kiosk(resting("en")))


def test_it_comes_from_an_untouched_home_and_from_nothing_else(village: Village, kiosk: Kiosk) -> None:
    for stand, after in ((Stand(), "display"), (Stand(lang="en"), "home"), (Stand(screen="find"), "find"), (resting(), "display")):
        stand.rest()
        assert stand.screen == after
    assert not resting().away
    page = press(kiosk(resting()), "wake")
    assert stand_of(page).screen == "home"
    assert "把借书证或书" in shown(page)


def test_a_scan_on_it_is_a_scan(village: Village, kiosk: Kiosk) -> None:
    kiosk()
    stand = resting()
    acts.scanned(stand, village.card_code("mei"), uuid4())
    assert stand.screen == "card"
    stand = resting()
    acts.scanned(stand, village.code("huozhe"), uuid4())
    assert stand.screen == "card_wanted"


def test_it_is_drawn_again_when_something_begins_in_a_room(village: Village, kiosk: Kiosk) -> None:
    make(village, spans=[Span(AT + timedelta(hours=1), AT + timedelta(minutes=80))])
    for at, then in ((AT, AT + timedelta(hours=1)), (AT + timedelta(minutes=70), AT + timedelta(minutes=80))):
        kiosk(at=at)
        assert clock.now() == at
        assert screens.turns_at(resting()) == int(then.timestamp() * 1000) + 500
    assert screens.turns_at(Stand(screen="find")) is None
