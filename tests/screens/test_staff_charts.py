"""图表 on the tablet: drawn in order, said in words, the same figures in both."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from services import charts, clock, database
from tests.cast import AT, Village
from tests.services.test_charts import history
from tests.tablet import Desk, press, seen


def drawings(page: AppTest) -> list[Any]:
    return [json.loads(each.proto.spec) for each in page.get("vega_lite_chart")]


def test_the_charts_say_in_words_what_they_draw(desk: Desk, village: Village) -> None:
    history(village, 1)
    page = desk(screen="charts")
    drawn = database.read(village.engine, charts.look, stretch=charts.weeks(clock.local_day(AT)), at=AT, by=village.zhou)
    assert f"共 {drawn.came} 人次" in seen(page)
    assert f"另有 {drawn.later} 人次是事后补记的" in seen(page)
    assert f"计划开放 {drawn.planned:g} 小时，实际 {drawn.real:g} 小时" in seen(page)
    assert all(f"{hour}:00 {count} 人次" in seen(page) for hour, count in drawn.by_hour)
    specs = drawings(page)
    assert len(specs) == 3
    assert specs[0]["encoding"]["x"]["sort"][0] == "12月21日"
    press(page, "lang")
    assert f"{drawn.came} visits" in seen(page)
    assert "Real" in json.dumps(drawings(page), ensure_ascii=False)
