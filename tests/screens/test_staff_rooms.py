"""房间 on the tablet: the warning while the three functions are apart, functions and services with their reasons, the old area kept."""

from typing import Any

from streamlit.testing.v1 import AppTest

from tests.cast import Village
from tests.services.test_room_changes import look, page
from tests.tablet import Desk, press, seen


def write(screen: AppTest, start: str, text: Any) -> None:
    next(each for each in screen.text_input if each.key.startswith(start)).set_value(text).run()


def choose(screen: AppTest, start: str, value: Any) -> None:
    next(each for each in screen.selectbox if each.key.startswith(start)).set_value(value).run()


def test_a_hall_becomes_whole_on_the_screen(village: Village, desk: Desk) -> None:
    screen = desk()
    assert "没有一间房把图书室、文体活动室、旅游咨询点整合在一起" in seen(screen)
    press(screen, "not-whole")
    assert "全馆都没有：图书室、文体活动室、旅游咨询点" in seen(screen)
    for name in ("图书室", "文体活动室", "旅游咨询点"):
        choose(screen, "function-name", name)
        press(screen, "function-add")
    assert look(village).whole
    assert "没有一间房" not in seen(screen)
    press(screen, "pair-0")
    assert "已改，后面的安排都对得上" in seen(screen)
    assert page(village).together == (("图书室", "文体活动室"),)
    remove = next(each.key for each in screen.button if str(each.key).startswith("do-why-function-2"))
    screen.button(key=remove).click().run()
    assert look(village).whole
    write(screen, "why-function-2", "迁到村口")
    screen.button(key=remove).click().run()
    assert "功能已撤" in seen(screen)
    assert "“文化旅游功能室”还少：旅游咨询点" in seen(screen)
    assert "撤了功能：旅游咨询点" in seen(screen)


def test_services_and_area_change_and_stay_known(village: Village, desk: Desk) -> None:
    screen = desk(screen="rooms")
    write(screen, "offer-name", "书法课")
    press(screen, "offer-add")
    assert [offer.name for offer in page(village).offers] == ["图书借阅", "书法课"]
    write(screen, "why-offer-1", "老师回城")
    screen.button(key=next(each.key for each in screen.button if str(each.key).startswith("do-why-offer-1"))).click().run()
    assert "停办：书法课" in seen(screen)
    next(each for each in screen.number_input if each.key.startswith("room-area")).set_value(120).run()
    press(screen, "room-save")
    assert page(village).shape.area_m2 == 90
    write(screen, "room-why", "打通隔墙")
    press(screen, "room-save")
    assert (page(village).shape.area_m2, page(village).changes[0].area_m2) == (120, 90)
    assert "原来是：服务用房 90 平方米 · 40 人" in seen(screen)
    press(screen, f"room-{village.rooms['activity'].id}")
    assert "这间房还没有功能" in seen(screen)
