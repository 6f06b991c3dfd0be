"""开放时间 on the tablet: chosen by touch, looked at before it is saved, taken back; too short a notice wants a reason."""

import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from models import Opening, Season
from services import clock, database, hours
from services.staff import Signed
from tests.cast import AT, Village
from tests.screens.test_staff_signs import fetch
from tests.services.test_calendars import hm
from tests.tablet import Desk, keys, press, seen

TODAY = clock.local_day(AT)


@pytest.fixture
def page(desk: Desk) -> AppTest:
    return desk(screen="hours")


def days(page: AppTest, *weekdays: int) -> None:
    next(each for each in page.button_group if each.label.startswith("哪几天")).set_value(list(weekdays)).run()


def view(page: AppTest, layer: str) -> None:
    next(each for each in page.button_group if each.label == "改什么").set_value(layer).run()
    assert not page.exception


def slots(village: Village, ahead: int) -> Any:
    return database.read(
        village.engine, lambda session: hours.calendar_of(session, village.rooms["library"].id).slots_on(TODAY + timedelta(days=ahead))
    )


def count(village: Village, table: Any) -> int:
    with Session(village.engine) as session:
        return len(session.exec(select(table)).all())


def test_the_week_is_changed_by_touch_and_looked_at_first(village: Village, page: AppTest, signed: Signed) -> None:
    assert "先选哪几天" in seen(page)
    days(page, 2, 3)
    assert "和现在一样，没有变化。" in seen(page)
    assert page.button(key="do-hours-save").disabled
    press(page, "slot-less")
    assert "现在 36 小时" in seen(page)
    assert "30 小时" in seen(page)
    assert "这一周不变。" in seen(page)
    assert "3月17日 周三" in seen(page)
    assert count(village, Season) == 0
    press(page, "hours-save")
    assert "开放时间已改" in seen(page)
    assert (slots(village, 0), slots(village, 7)) == ((hm("09:00-12:00"), hm("14:30-17:30")), (hm("09:00-12:00"),))
    assert "3月17日起" in seen(page)
    status, pdf = fetch(signed, "/desk/hall/hours-a4.pdf")
    (sheet,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert status == 200
    assert "3月17日起：周二9:00–12:0014:30–17:30周三至周四9:00–12:00周五至" in "".join(sheet.extract_text().split())
    assert fetch(signed, "/desk/hall/hours-a5.pdf")[0] == 404
    press(page, "undo")
    assert slots(village, 7) == (hm("09:00-12:00"), hm("14:30-17:30"))


def test_a_date_too_near_wants_a_reason_and_an_approver(village: Village, page: AppTest) -> None:
    view(page, "day")
    assert "“名目”还没有填。" in seen(page)
    next(each for each in page.text_input if each.label == "名目").set_value("抗旱").run()
    next(each for each in page.date_input).set_value(TODAY + timedelta(days=1)).run()
    press(page, "slot-none")
    assert "这样就是不开放" in seen(page)
    assert "这类暂停要提前7天公告。" in seen(page)
    press(page, "hours-save")
    assert slots(village, 1) == (hm("09:00-12:00"), hm("14:30-17:30"))
    next(each for each in page.text_input if each.key.startswith("hours-reason")).set_value("全村抗旱").run()
    next(each for each in page.selectbox if each.key.startswith("hours-approver")).select(village.staff["zhou"].id).run()
    press(page, "hours-save")
    assert "提前不足七天，已留痕" in seen(page)
    assert slots(village, 1) == ()
    press(page, "drop-0")
    assert "取消：抗旱" in seen(page)
    press(page, "hours-keep")
    assert slots(village, 1) == ()
    press(page, "drop-0")
    press(page, "hours-save")
    assert slots(village, 1) == (hm("09:00-12:00"), hm("14:30-17:30"))
    assert "do-drop-0" not in keys(page)


def test_a_season_has_its_own_hours_over_midnight(village: Village, page: AppTest) -> None:
    view(page, "season")
    next(each for each in page.text_input if each.label == "名目").set_value("夏夜").run()
    days(page, 6)
    press(page, "slot-more")
    to = next(each for each in page.selectbox if each.key.startswith("hours-to-2"))
    to.select(24 * 60 + 30).run()
    assert "次日0:30" in seen(page)
    press(page, "hours-save")
    assert slots(village, 11)[-1] == hm("19:00-00:30")
    assert "夏夜 · 3月17日 – 4月16日" in seen(page)
    assert count(village, Opening) == 15
