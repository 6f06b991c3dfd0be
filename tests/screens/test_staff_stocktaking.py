"""The stocktake's screen through the real entry file: begin, scan, go on after a crash, close and sign."""

import asyncio
from typing import Any

import pytest
from starlette.routing import Router
from streamlit.testing.v1 import AppTest

from services import database, stocktake
from services.staff import Signed
from tests.cast import Village, gesture
from tests.tablet import Desk, press, seen
from ui.staff import files


@pytest.fixture
def page(desk: Desk) -> AppTest:
    """The tablet, with Old Zhou before it, on the stocktake's screen."""
    return desk(screen="stocktake")


def typed(page: AppTest, text: str) -> AppTest:
    next(each for each in page.text_input if each.key.startswith("field-take-")).set_value(text).run()
    assert not page.exception
    return page


def test_begin_scan_crash_go_on_and_sign(page: AppTest, desk: Desk, village: Village, signed: Signed) -> None:
    press(page, "stocktake-start")
    assert "第 1 号盘点" in seen(page)
    typed(page, village.code("huozhe"))
    assert "《活着》" not in seen(page)
    assert "活着 · 点到了" in seen(page)
    typed(page, "<img src=x>")
    assert "不认识的码" in seen(page)
    assert "<img src=x>" not in seen(page)
    again = desk(screen="stocktake")
    assert "第 1 号盘点" in seen(again)
    typed(again, village.code("huozhe"))
    assert "已经点过" in seen(again)
    again.checkbox[1].check().run()
    press(again, "stocktake-close")
    assert "批准" in seen(again)
    box = next(box for box in again.selectbox if box.label == "批准人")
    box.select(village.staff["zhou"].id).run()
    press(again, "stocktake-close")
    assert "记为遗失" in seen(again)
    take = database.read(village.engine, stocktake.past, by=village.zhou)[0]
    done = database.read(village.engine, stocktake.sheet, stocktake_id=take, by=village.zhou)
    assert (done.seen, done.lost) == (1, len(village.items) - 1)
    for ending, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        status, made = fetch(signed, f"/desk/stocktake/{take}.{ending}")
        assert (status, made[: len(start)]) == (200, start)
    assert fetch(signed, f"/desk/stocktake/{gesture()}.pdf")[0] == 404
    assert fetch(signed, "/desk/stocktake/x.pdf")[0] == 404


def fetch(signed: Signed, path: str) -> tuple[int, bytes]:
    said: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "hall.signed": signed}

    async def hear() -> Any:
        return {"type": "http.request", "body": b""}

    async def say(message: Any) -> None:
        said.append(message)

    asyncio.run(Router(files.ROUTES)(scope, hear, say))
    return said[0]["status"], b"".join(part.get("body", b"") for part in said[1:])
