"""Upkeep through the real entry file: a round, an order from a report to repaired, a gauge, an interval."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from models import Role, Trouble
from services import care, clock, database, orders, reports
from services.settings import HOUSE
from services.staff import Signed
from tests.cast import AT, Village, build, gesture
from ui import house
from ui.staff import door, who

NOW = AT + timedelta(days=31)


@pytest.fixture
def village(sqlite_engine: Any) -> Village:
    return build(sqlite_engine)


@pytest.fixture
def page(village: Village, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The tablet, with Old Zhou before it."""
    zhou = village.staff["zhou"]
    signed = Signed(gesture(), zhou.id, village.hall.id, zhou.name, zhou.login, Role.KEEPER)
    monkeypatch.setenv("HALL_DATABASE_URL", sqlite_url)
    house.house.cache_clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(who, "signed_in", lambda: signed)
    monkeypatch.setattr(door, "used", lambda _: None)
    yield AppTest.from_file(str(HOUSE / "staff_app.py"), default_timeout=20).run()
    house.house.cache_clear()


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=f"do-{key}").click().run()
    assert not page.exception
    return page


def opened(page: AppTest) -> AppTest:
    return press(press(page, "group-stock"), "go-care")


def fill(page: AppTest, label: str, text: str) -> None:
    next(each for each in page.text_input if each.label == label).set_value(text).run()
    assert not page.exception


def choose(page: AppTest, label: str, value: Any) -> None:
    next(each for each in page.segmented_control if each.label == label).set_value(value).run()
    assert not page.exception


def seen(page: AppTest) -> str:
    return " ".join(str(each.proto.body) for each in page.get("html"))


def rule(village: Village, **facts: Any) -> None:
    said = {"class_code": "YQ", "title_id": None, "months": 1, "task": "弦、蟒皮", "gauged": False, **facts}
    database.write(village.engine, care.set_rule, at=AT, gesture=gesture(), by=village.zhou, **said)


def test_a_round_is_ticked_and_written_down_at_once(page: AppTest, village: Village) -> None:
    rule(village)
    opened(page)
    assert "弦、蟒皮" in seen(page)
    assert page.button(key="do-round").disabled
    for what in ("erhu", "drums"):
        press(page, f"tick-{village.item_id(what)}")
    press(page, f"ticked-{village.item_id('drums')}")
    press(page, "round")
    assert "记下来了" in seen(page)
    (done,) = database.read(village.engine, orders.of_thing, item_id=village.item_id("erhu"), by=village.zhou)
    assert (done.accepted_by, done.done_day) == ("周桂生", clock.local_day(NOW))
    assert database.read(village.engine, orders.of_thing, item_id=village.item_id("drums"), by=village.zhou) == []


def test_from_a_report_on_the_mornings_list_to_repaired(page: AppTest, village: Village) -> None:
    facts = {"item_id": village.item_id("erhu"), "trouble": Trouble.DEAD, "note": "<b>响不了</b>"}
    database.write(village.engine, reports.report, at=NOW, gesture=gesture(), by=village.kiosk, **facts)
    report = database.read(village.engine, reports.open_reports, hall_id=village.hall.id)[0]
    page.run()
    press(page, f"repair-{report.report_id}")
    assert "有人报修" in seen(page)
    assert "<b>响不了" not in seen(page)
    press(page, "open-order")
    (order,) = database.read(village.engine, orders.open_orders, hall_id=village.hall.id)
    assert (order.found, order.expected_back_at) == ("不能用", None)
    assert "停用中" in seen(page)
    press(page, f"finish-{order.id}")
    press(page, "close-order")
    assert "处理措施" in seen(page)  # refused: what was done is not said yet
    fill(page, "处理措施", "换了弦")
    fill(page, "费用", "贵")
    press(page, "close-order")
    assert "费用" in seen(page)
    fill(page, "费用", "15.50")
    press(page, "close-order")
    assert "修好了，可以用了" in seen(page)
    done = database.read(village.engine, orders.order, order_id=order.id, by=village.zhou)
    assert (done.cost_fen, done.measure, done.back_at) == (1550, "换了弦", NOW)
    choose(page, "维护", "past")
    assert "15.50" in seen(page)


def test_an_order_is_given_another_day_or_dropped(page: AppTest, village: Village) -> None:
    opened(page)
    next(each for each in page.text_input if each.key.startswith("field-care-")).set_value(village.code("erhu")).run()
    fill(page, "发现的问题", "断弦")
    press(page, "open-order")
    (order,) = database.read(village.engine, orders.open_orders, hall_id=village.hall.id)
    press(page, f"finish-{order.id}")
    choose(page, "预计恢复日期", 7)
    press(page, "expect")
    assert "4月17日恢复" in seen(page)
    press(page, "drop-order")
    assert "写一句原因" in seen(page), seen(page)[-600:]
    fill(page, "为什么取消", "开错了")
    press(page, "drop-order")
    assert database.read(village.engine, orders.open_orders, hall_id=village.hall.id) == []


def test_a_fire_extinguisher_is_read(page: AppTest, village: Village) -> None:
    rule(village, title_id=village.titles["drums"].id, gauged=True, task="点检")
    opened(page)
    press(page, f"gauge-{village.item_id('drums')}")
    press(page, "close-order")
    assert "压力、铅封、有效期" in seen(page)
    choose(page, "压力表指针", "green")
    fill(page, "有效期到", "2028-06-30")
    press(page, "close-order")
    (done,) = database.read(village.engine, orders.of_thing, item_id=village.item_id("drums"), by=village.zhou)
    assert done.gauge is not None
    assert str(done.gauge.valid_until) == "2028-06-30"


def test_an_interval_is_set_and_ended(page: AppTest, village: Village) -> None:
    opened(page)
    press(page, "start-rules")
    choose(page, "维护", "rules")
    choose(page, "多久一次", 6)
    fill(page, "维护内容", "调音")
    press(page, "set-rule")
    assert "调音" in seen(page)
    found = [one for one in database.read(village.engine, care.rules, hall_id=village.hall.id) if one.class_code == "YQ"]
    assert [(one.months, one.task) for one in found] == [(6, "调音")]
    press(page, f"end-{found[0].id}")
    assert "调音" not in seen(page)


def test_the_morning_says_what_is_due(page: AppTest, village: Village) -> None:
    rule(village)
    page.run()
    assert "2件东西该维护了" in seen(page)
    press(page, "care-due")
    assert "弦、蟒皮" in seen(page)
