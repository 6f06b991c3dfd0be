"""A 剔旧 list on paper and as a table, read back by other libraries: the columns of register 22, to be signed and as signed."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from models import Cause, Disposal
from services import database, weeding, weeding_papers
from services.registers import shelf
from services.words import words
from tests.cast import AT, Village, build, gesture

HALL = "示范村综合文化服务中心"


@pytest.fixture
def village(sqlite_engine: Any) -> Village:
    return build(sqlite_engine)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, at=AT, gesture=gesture(), by=village.zhou, **facts)


def listed(village: Village) -> Any:
    for what, cause in (("huozhe", Cause.WORN), ("biancheng", Cause.OUTDATED)):
        taken = do(village, weeding.put_on, item_id=village.item_id(what), cause=cause)
    return taken


def text_of(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [842, 595]
    return "".join(page.extract_text() for page in reader.pages)


def test_a_list_to_be_signed_says_so_and_a_signed_one_names_who_signed(village: Village) -> None:
    taken = listed(village)
    draft = database.read(village.engine, weeding.sheet, weeding_id=taken, by=village.zhou)
    text = text_of(weeding_papers.pdf(draft, HALL, words("zh-CN")))
    assert all(each in text for each in ("待签", "活着", "边城", "内容过时", HALL))
    signed = do(village, weeding.close, weeding_id=taken, appraiser="李小兰", disposal=Disposal.RECYCLED)
    text = text_of(weeding_papers.pdf(signed, HALL, words("zh-CN")))
    assert "待签" not in text
    assert all(each in text for each in ("李小兰", "周桂生", "废品回收", "2027-03-10"))


def test_the_table_has_the_columns_of_the_register(village: Village) -> None:
    sheet = do(village, weeding.close, weeding_id=listed(village), appraiser="=李小兰", disposal=Disposal.KEPT)
    page = load_workbook(io.BytesIO(weeding_papers.workbook(sheet, HALL, words("zh-CN")))).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert tuple(rows[3]) == shelf.REGISTERS["22"].columns
    assert [row[1] for row in rows[4:6]] == ["活着", "边城"]
    assert page.cell(5, 5).value == "=李小兰"
    assert page.cell(5, 5).data_type == "s"
