"""The list of differences on paper and as a table, opened again by somebody else's reader."""

import io

import openpyxl
import pypdf
import pytest

from models import Difference
from services import stocktake_papers
from services.stocktake import Line, Sheet
from services.words import LANGUAGES, words
from tests.cast import AT, gesture

ODD = ("=1+1", "+1", "-1", "@x", "#let x = 1", "*镕喆堃玥䶮瑄*", "<b>", "$x$", "\\", '"')


def sheet_of(*names: str) -> Sheet:
    lines = tuple(Line(Difference.MISSING, gesture(), "20000451", name, "文化旅游功能室 I-3", "", lost=True) for name in names)
    strays = tuple(Line(Difference.UNKNOWN, None, name, "", "", "多功能活动厅") for name in names)
    return Sheet(gesture(), 3, None, "", 100, AT, AT, len(names), 0, 0, 0, "周桂生、李小兰", "周桂生", "周桂生", lines + strays)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_paper_is_a4_landscape_and_says_every_name_as_it_is_written(lang: str) -> None:
    (pdf,) = stocktake_papers.pdf(sheet_of(*ODD), "示范村", words(lang))
    made = pypdf.PdfReader(io.BytesIO(pdf))
    page = made.pages[0]
    assert (round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4)) == (297, 210)
    # A line of a narrow column breaks where it must.
    text = "".join(page.extract_text() for page in made.pages).replace("\n", "").replace(" ", "")
    for name in (*ODD, "20000451", "李小兰"):
        assert name.replace(" ", "") in text


def test_long_lists_run_over_pages_that_are_numbered() -> None:
    (pdf,) = stocktake_papers.pdf(sheet_of(*[f"书{number}" for number in range(60)]), "示范村", words("zh-CN"))
    made = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(made.pages) > 3
    for number, page in enumerate(made.pages, start=1):
        assert f"第 {number} 页 共 {len(made.pages)} 页" in page.extract_text()


def test_an_empty_list_says_so() -> None:
    (pdf,) = stocktake_papers.pdf(sheet_of(), "示范村", words("zh-CN"))
    (page,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert "没有差异" in page.extract_text()


def test_cells_that_look_like_formulas_stay_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(stocktake_papers.workbook(sheet_of(*ODD), "示范村", words("zh-CN"))))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    values = {cell.value for cell in cells}
    assert set(ODD) <= values
