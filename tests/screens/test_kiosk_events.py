"""The kiosk's events through the real entry file: look, sign up by card and by name, wait, and give a ticket back; no name is left."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from services import clock, codes, database, events, sign_ups, villages
from services.events import Draft
from services.refusals import TicketNotMatched
from services.sign_ups import Guest
from tests.cast import AT, Village, gesture
from tests.screens.test_kiosk_screens import Kiosk, kiosk, press, shown, stand_of, village
from tests.services.test_events import TALK, evening, make, sittings
from ui.kiosk import event_acts
from ui.kiosk.stand import Stand

__all__ = ["kiosk", "village"]

FEW = Draft("年味书画", TALK.kind, "周桂生", seats=1, audience="全体村民")


def sign(village: Village, event_id: Any, name: str) -> Any:
    facts = {"guest": Guest(name, "二组"), "at": AT, "gesture": gesture(), "by": village.kiosk}
    return database.write(village.engine, sign_ups.sign_up, event_id=event_id, **facts)


def at_event(event_id: Any, **facts: Any) -> Stand:
    return Stand(screen="event", event_id=event_id, **facts)


def test_home_names_the_next_event_with_its_free_seats(village: Village, kiosk: Kiosk) -> None:
    make(village, FEW)
    page = kiosk()
    assert "年味书画 余1席" in page.button(key="do-home-events").label
    press(page, "home-events")
    assert "还有1个名额" in shown(page)
    assert "3.20" in shown(page)


def test_nothing_planned_is_said_so(village: Village, kiosk: Kiosk) -> None:
    page = press(kiosk(), "home-events")
    assert "还没有安排活动" in shown(page)


def test_more_events_than_one_page_are_turned(village: Village, kiosk: Kiosk) -> None:
    for day in range(1, 8):
        make(village, Draft(f"讲座{day}", TALK.kind, "周桂生"), spans=[evening(date(2027, 4, day))])
    page = press(kiosk(), "home-events")
    assert "讲座5" in shown(page)
    assert "讲座6" not in shown(page)
    press(page, "further")
    assert "讲座7" in shown(page)
    assert "讲座5" not in shown(press(press(page, "fewer"), "further"))


def test_a_card_signs_up_and_gets_a_ticket(village: Village, kiosk: Kiosk) -> None:
    made = make(village, FEW)
    page = kiosk(at_event(made.event_id, card_id=village.card_id("mei")))
    assert "王*" in shown(page)
    press(page, "join")
    ticket = stand_of(page).told
    assert "报上名了" in shown(page)
    assert codes.clear(ticket.number) in shown(page)
    assert "王" not in shown(page)


def test_a_full_event_offers_the_waiting_list(village: Village, kiosk: Kiosk) -> None:
    made = make(village, FEW)
    sign(village, made.event_id, "小张")
    page = kiosk(at_event(made.event_id, card_id=village.card_id("mei")))
    assert "我要候补" in page.button(key="do-join").label
    press(page, "join")
    assert "排上候补了" in shown(page)
    assert "小张" not in shown(page)


def test_a_guest_writes_a_name_and_says_which_group(village: Village, kiosk: Kiosk) -> None:
    made = make(village, FEW)
    page = press(kiosk(at_event(made.event_id)), "no-card")
    assert "还没有写" in shown(page)
    event_acts.write(stand_of(page), "张")
    event_acts.write(stand_of(page), "伟")
    page.run()
    assert "张伟" in shown(page)
    press(page, "rub-out")
    event_acts.write(stand_of(page), "敏")
    page.run()
    press(page, "name-done")
    assert "是哪个村民小组的" in shown(page)
    press(page, "back")
    press(page, "name-done")
    press(page, "group-0")
    assert "报上名了" in shown(page)
    assert stand_of(page).written == ""
    (name,) = database.read(village.engine, sign_ups.names, event_id=made.event_id, by=village.zhou)
    assert (name.name, name.group) == ("张敏", "外村或返乡")


def test_a_name_half_written_is_gone_with_its_writer(village: Village, kiosk: Kiosk) -> None:
    made = make(village, FEW)
    page = press(kiosk(at_event(made.event_id)), "no-card")
    event_acts.write(stand_of(page), "张")
    page.run()
    press(page, "cancel")
    assert "还没有写" in shown(press(page, "no-card"))
    event_acts.write(stand_of(page), "李")
    page.run()
    press(page, "name-done")
    stand_of(page).end()
    page.run()
    kept = str(dict(page.session_state._state.filtered_state.items()))
    assert "李" not in kept
    assert "张" not in kept


def test_an_event_without_seats_says_just_come(village: Village, kiosk: Kiosk) -> None:
    made = make(village, Draft("露天电影", TALK.kind, "周桂生"))
    page = kiosk(at_event(made.event_id))
    assert "不用报名" in shown(page)
    assert not [button for button in page.button if button.key in {"do-join", "do-no-card"}]


def test_an_event_that_was_called_off_meanwhile(village: Village, kiosk: Kiosk) -> None:
    made = make(village, FEW)
    database.write(village.engine, events.cancel, event_id=made.event_id, reason="雨", at=AT, gesture=gesture(), by=village.zhou)
    assert "已经结束或取消" in shown(kiosk(at_event(made.event_id)))


def test_a_ticket_is_looked_at_and_given_back(village: Village, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(village, FEW)
    ticket = sign(village, made.event_id, "小张")
    page = press(press(kiosk(), "home-events"), "my-ticket")
    assert "请输入票号" in shown(page)
    event_acts.typed_ticket(stand_of(page), "40000000")
    assert isinstance(stand_of(page).told, TicketNotMatched)
    page.run()
    assert "没有找到这个票号" in shown(page)
    event_acts.typed_ticket(stand_of(page), ticket.number)
    page.run()
    assert "年味书画" in shown(page)
    assert "小张" not in shown(page)
    press(page, "give-back")
    assert "已经取消" in shown(page)
    assert database.read(village.engine, sign_ups.names, event_id=made.event_id, by=village.zhou) == ()


def test_a_ticket_of_an_event_that_was_called_off_says_so(village: Village, kiosk: Kiosk) -> None:
    made = make(village, FEW)
    ticket = sign(village, made.event_id, "小张")
    database.write(village.engine, events.cancel, event_id=made.event_id, reason="雨", at=AT, gesture=gesture(), by=village.zhou)
    page = kiosk()
    event_acts.show_ticket(stand_of(page), ticket.sign_up_id)
    page.run()
    assert "这个活动取消了" in shown(page)


@pytest.mark.parametrize("lang", ["en"])
def test_the_same_in_english(village: Village, kiosk: Kiosk, lang: str) -> None:
    made = make(village, FEW)
    page: AppTest = kiosk(at_event(made.event_id, lang=lang))
    assert "Seats left: 1" in shown(page)
    assert clock.local_day(evening().start).day == 20


def test_a_group_of_one_is_not_named(village: Village) -> None:
    for key, group in (("a", "二组"), ("b", "二组"), ("c", "十二组"), ("d", "十二组"), ("e", "三组")):
        village.person(key, f"村民{key}", date(1980, 1, 1), villager_group=group)
    assert database.read(village.engine, villages.groups, hall_id=village.hall.id) == ("二组", "十二组")


def test_what_was_moved_says_from_when_and_what_was_called_off_says_so(village: Village, kiosk: Kiosk) -> None:
    moved, off = make(village, FEW), make(village, Draft("养殖讲座", TALK.kind, "周桂生"), spans=[evening(date(2027, 3, 22))])
    (sitting,) = sittings(village, moved.event_id)
    facts = {"at": AT, "by": village.zhou}
    move = {"sitting_id": sitting.id, "room_id": village.rooms["library"].id, "span": evening(date(2027, 3, 27))}
    database.write(village.engine, events.move, **move, gesture=gesture(), **facts)
    database.write(village.engine, events.cancel, event_id=off.event_id, reason="停电", gesture=gesture(), **facts)
    page = press(kiosk(), "home-events")
    assert "3.27" in shown(page)
    assert "改了，原定3月20日 19:00 多功能活动厅" in shown(page)
    assert "养殖讲座" in shown(page)
    assert "已取消" in shown(page)
    assert f"do-event-{off.event_id.hex}" not in {str(each.key) for each in page.button}
    press(page, f"event-{moved.event_id.hex}")
    assert "改了，原定3月20日 19:00 多功能活动厅" in shown(page)
