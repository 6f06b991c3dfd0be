"""The import's screen through the real entry file: choose, see what is wrong, leave it out, accept; nothing is written before."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from starlette.routing import Router
from streamlit.testing.v1 import AppTest

from models import Role
from services.imports import sheet
from services.staff import Signed
from tests.cast import Village
from tests.databases import rows
from tests.tablet import Desk, press, seen
from ui.staff import files

BAD = "题名,责任者,分类号,册数\n<b>镕</b>,**x**,I2,2\n乙,$x$,M1,1\n=1+1,,I3,1\n"


@pytest.fixture
def page(desk: Desk) -> AppTest:
    """The tablet, with Old Zhou before it, on the import's screen."""
    return desk(screen="import")


def bring(page: AppTest, name: str, text: str) -> AppTest:
    page.get("file_uploader")[0].upload(name, text.encode(), "text/csv").run()
    assert not page.exception
    return page


def test_nothing_is_written_until_it_is_accepted(page: AppTest, village: Village) -> None:
    before = rows(village.engine)
    bring(page, "书.csv", BAD)
    assert "不是中图法或器材的分类号" in seen(page)
    assert "&lt;b&gt;镕&lt;/b&gt;" in seen(page)
    assert "<b>镕</b>" not in seen(page)
    assert page.button(key="do-import-accept").disabled
    assert rows(village.engine) == before
    page.checkbox[0].check().run()
    press(page, "import-accept")
    assert "登记 3 件" in seen(page)
    after = rows(village.engine)
    assert (after["item"] - before["item"], after["title"] - before["title"], after["import_run"]) == (3, 2, 1)


def test_the_same_file_again_has_nothing_to_write(page: AppTest, village: Village) -> None:
    good = BAD.replace("M1", "I2")
    press(bring(page, "书.csv", good), "import-accept")
    before = rows(village.engine)
    bring(page, "同样.csv", good)
    assert "没有要写入的新内容" in seen(page)
    assert page.button(key="do-import-accept").disabled
    assert rows(village.engine) == before


def test_a_column_that_was_not_recognised_is_chosen_by_hand(page: AppTest) -> None:
    bring(page, "书.csv", "甲栏,分类号\n边城,I2\n")
    assert "缺少必须的栏" in seen(page)
    next(box for box in page.selectbox if box.label == "名称、姓名*").select(0).run()
    assert "缺少必须的栏" not in seen(page)
    assert not page.button(key="do-import-accept").disabled


@pytest.mark.parametrize(
    ("name", "text", "said"), [("a.xls", "x", "这种文件读不了"), ("a.xlsx", "x", "不是 .xlsx"), ("a.csv", "题名\n", "没有内容")]
)
def test_a_file_that_cannot_be_read_is_refused_calmly(page: AppTest, name: str, text: str, said: str) -> None:
    assert said in seen(bring(page, name, text))
    assert "do-import-accept" not in {button.key for button in page.button}


def fetch(signed: Signed, path: str) -> tuple[int, bytes]:
    said: list[Any] = []
    plain, _, query = path.partition("?")
    scope = {"type": "http", "method": "GET", "path": plain, "query_string": query.encode(), "headers": [], "hall.signed": signed}

    async def hear() -> Any:
        return {"type": "http.request", "body": b""}

    async def say(message: Any) -> None:
        said.append(message)

    asyncio.run(Router(files.ROUTES)(scope, hear, say))
    return said[0]["status"], b"".join(part.get("body", b"") for part in said[1:])


def test_templates_are_for_keepers(signed: Signed) -> None:
    for path in ("books.xlsx", "patrons.csv", "equipment.xlsx?lang=en"):
        status, made = fetch(signed, f"/desk/import/{path}")
        assert status == 200
        assert sheet.read(path.partition("?")[0], made).headings[0].endswith("*")
    assert fetch(signed, "/desk/import/secrets.xlsx")[0] == 404
    district = replace(signed, hall_id=None, role=Role.DISTRICT)
    assert fetch(district, "/desk/import/books.xlsx")[0] == 404
