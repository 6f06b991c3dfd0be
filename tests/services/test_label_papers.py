"""Labels and cards on paper: every code is read back as a bad camera sees it, and lies where the sheet's maker says."""

from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from pypdf import PdfReader

from models import LabelKind, Medium, new_id
from services import card_papers, codes, label_papers, papers, sheets
from services.cards import CardFace
from services.codes import KIND, Number
from services.halls import HallFacts
from services.labels import Job, Label, Run
from services.refusals import FactWrong
from services.sheets import SHEETS, Sheet
from services.words import words

HALL = "示范村综合文化服务中心"
CODE = "430902106399"
DPI = 300
MM = DPI / 25.4
NAMES = (
    "活着",
    "镕喆堃玥䶮瑄的故事",
    "平凡的世界 第2册",
    "Programming in C++",
    "中华人民共和国村民委员会组织法释义与实用问答一百例（修订版）",
)
HOSTILE = (
    "#panic(1)", "$x$", "*粗*", "]#[", "\\", "\\#", "`raw`", "<label>", "@ref", "#{", "//没有了", "/* 没有了", '"引号"', "= 标题", "- 列", "~", "\u202e倒", "<svg/>", "'/><x",
)  # fmt: skip
CODED = [name for name in SHEETS if name != "spine"]


def label(serial: int, name: str = "", **other: Any) -> Label:
    number = Number.of(KIND["book"], serial).digits
    facts = {"call_number": f"I247.5/{serial}", "copy_no": 1, "medium": Medium.BOOK, "printed": 0} | other
    return Label(new_id(), number, codes.qr_text(CODE, number), name or NAMES[serial % len(NAMES)], **facts)


def job(sheet: Sheet, *labels: Label, skip: int = 0, kind: LabelKind = LabelKind.CODE) -> Job:
    return Job(Run(new_id(), kind, sheet, skip, len(labels), 0), HALL, labels)


def pages(work: Job, dpi: int = DPI) -> list[Image.Image]:
    """The same template and facts as the PDF, as pixels."""
    return [Image.open(BytesIO(page)).convert("L") for page in papers.pictures("labels", label_papers.facts(work), dpi=dpi)]


def cell(page: Image.Image, sheet: Sheet, number: int) -> Image.Image:
    x, y = sheet.corner(number)
    return page.crop(tuple(round(edge * MM) for edge in (x, y, x + sheet.width, y + sheet.height)))


def seen_in(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


def in_perspective(picture: Image.Image) -> Image.Image:
    """As a label looks that leans away to the right."""
    wide, high = picture.size
    lean = (1.12, 0.10, -0.05 * wide, 0.03, 1.18, -0.09 * high, 0.16 / wide, 0.05 / high)
    return picture.transform((wide, high), Image.Transform.PERSPECTIVE, lean, resample=Image.Resampling.BICUBIC, fillcolor=255)


WORSE = {
    "as printed": lambda p: p,
    "rotated 7 degrees": lambda p: p.rotate(7, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC),
    "blurred": lambda p: p.filter(ImageFilter.GaussianBlur(DPI / 25.4 * 0.22)),
    "at a quarter of the contrast": lambda p: p.point(lambda v: 110 + v // 4),
    "in perspective": in_perspective,
}


@cache
def full_page(name: str) -> tuple[Job, Image.Image]:
    """A sheet with a label in every cell, drawn once."""
    work = job(SHEETS[name], *(label(serial) for serial in range(1, SHEETS[name].cells + 1)))
    (page,) = pages(work)
    return work, page


@pytest.mark.parametrize("name", CODED)
def test_every_label_of_a_sheet_is_read_back(name: str) -> None:
    work, page = full_page(name)
    for number, each in enumerate(work.labels):
        for how, worse in WORSE.items():
            assert seen_in(worse(cell(page, SHEETS[name], number))) == [each.qr], (number, how)


@pytest.mark.parametrize("how", WORSE)
def test_a_picture_for_the_roll_is_read_back(how: str) -> None:
    drawn = Image.open(BytesIO(label_papers.picture(label(45), HALL, SHEETS["roll"])))
    assert (drawn.size, round(drawn.info["dpi"][0])) == ((400, 240), 203)
    larger = drawn.convert("L").resize((591, 354))
    assert seen_in(WORSE[how](larger)) == [label(45).qr]


def dark_box(picture: Image.Image) -> tuple[float, ...]:
    found = picture.point(lambda v: 255 if v < 128 else 0).getbbox()
    assert found
    return tuple(edge / MM for edge in found)


@pytest.mark.parametrize("name", CODED)
def test_codes_lie_where_the_sheet_says_to_a_third_of_a_millimetre(name: str) -> None:
    sheet, (work, page) = SHEETS[name], full_page(name)
    side = label_papers.facts(work)["qr"]
    quiet = side * 4 / 29
    for number in {0, sheet.columns - 1, sheet.cells // 2, sheet.cells - 1}:
        x, y = sheet.corner(number)
        left, top = x + 1 + quiet, y + (sheet.height - side) / 2 + quiet
        inner = side - 2 * quiet
        room = tuple(round(edge * MM) for edge in (x + 1, y, x + 1 + side, y + sheet.height))
        box = dark_box(page.crop(room))
        found = (box[0] + room[0] / MM, box[1] + room[1] / MM, box[2] + room[0] / MM, box[3] + room[1] / MM)
        assert found == pytest.approx((left, top, left + inner, top + inner), abs=0.3)


@pytest.mark.parametrize("name", SHEETS)
def test_a_test_page_frames_every_cell(name: str) -> None:
    sheet = SHEETS[name]
    (drawn,) = papers.pictures("labels", label_papers.trial_facts(sheet), dpi=DPI)
    page = Image.open(BytesIO(drawn)).convert("L")
    for number in (0, sheet.cells - 1):
        x, y = sheet.corner(number)
        # One cell, and a millimetre around it where the paper has one: the frame is the outermost line of that piece.
        if name in {"L7160", "L7163", "L7651"}:
            around = tuple(round(edge * MM) for edge in (x - 0.35, y + 2, x + sheet.width / 3, y + 6))
            box = dark_box(page.crop(around))
            assert box[0] + around[0] / MM == pytest.approx(x, abs=0.3)
    reader = PdfReader(BytesIO(label_papers.trial(sheet)))
    assert [float(side) / 72 * 25.4 for side in reader.pages[0].mediabox[2:]] == pytest.approx(sheet.page, abs=0.05)


def test_the_pdf_has_the_pages_the_run_promises_and_codes_as_lines_not_dots() -> None:
    work = job(SHEETS["L7160"], *(label(serial) for serial in range(1, 41)), skip=5)
    reader = PdfReader(BytesIO(label_papers.pdf(work)))
    assert len(reader.pages) == work.run.pages == 3
    assert all(not page.images for page in reader.pages)
    assert [float(side) / 72 * 25.4 for side in reader.pages[0].mediabox[2:]] == pytest.approx((210, 297), abs=0.05)
    printed = "".join(page.extract_text() for page in reader.pages)
    assert all(codes.clear(each.number) in printed for each in work.labels)


def test_labels_begin_at_any_cell() -> None:
    sheet, work = SHEETS["L7160"], job(SHEETS["L7160"], label(1), label(2), label(3), skip=19)
    first, second = pages(work)
    assert [seen_in(cell(first, sheet, number)) for number in (18, 19, 20)] == [[], [work.labels[0].qr], [work.labels[1].qr]]
    assert [seen_in(cell(second, sheet, number)) for number in (0, 1)] == [[work.labels[2].qr], []]


@pytest.mark.parametrize("kind", LabelKind)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_title_is_what_it_is_and_never_a_command(name: str, kind: LabelKind) -> None:
    sheet = SHEETS["L7163" if kind is LabelKind.CODE else "spine"]
    work = job(sheet, label(1, name, call_number=f"I{name}/1"), kind=kind)
    text = "".join(PdfReader(BytesIO(label_papers.pdf(work))).pages[0].extract_text().split())
    wanted = [sign for sign in name if not sign.isspace() and sign.isprintable()]
    assert all(sign in text for sign in wanted), text
    if kind is LabelKind.CODE:
        assert seen_in(pages(work)[0]) == [work.labels[0].qr]


def test_village_names_are_complete_on_labels_and_cards() -> None:
    work = job(SHEETS["L7163"], label(1, "镕喆堃玥䶮瑄"))
    texts = [PdfReader(BytesIO(label_papers.pdf(work))).pages[0].extract_text()]
    texts.append(PdfReader(BytesIO(card_papers.pdf([face("镕喆堃玥䶮瑄")], hall(), words("zh-CN")))).pages[0].extract_text())
    assert all("镕喆堃玥䶮瑄" in text.replace(" ", "").replace("\n", "") for text in texts)


def test_a_spine_says_class_serial_and_copy_on_lines_of_their_own() -> None:
    work = job(SHEETS["spine"], label(7, call_number="I247.5/12", copy_no=2), kind=LabelKind.SPINE)
    lines = PdfReader(BytesIO(label_papers.pdf(work))).pages[0].extract_text().split("\n")
    assert [line.strip() for line in lines if line.strip()] == ["I247.5", "12", "C2", codes.clear(work.labels[0].number)]


GRID = {"columns": 2, "rows": 3, "width": 90.0, "height": 50.0, "left": 10.0, "top": 20.0, "pitch_x": 95.0, "pitch_y": 55.0}


def test_a_sheet_of_ones_own_prints_where_it_was_measured() -> None:
    sheet = sheets.free_grid(**GRID)
    work = job(sheet, *(label(serial) for serial in range(1, 7)))
    (page,) = pages(work)
    assert [seen_in(cell(page, sheet, number)) for number in range(6)] == [[each.qr] for each in work.labels]


@pytest.mark.parametrize(
    "wrong",
    [{"columns": 3}, {"rows": 6}, {"pitch_x": 80.0}, {"pitch_y": 40.0}, {"left": -1.0}, {"width": 10.0}, {"columns": 0}, {"left": 40.0}, {"top": float("nan")}],
    ids=str,
)  # fmt: skip
def test_a_grid_that_does_not_lie_on_the_paper_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(FactWrong):
        sheets.free_grid(**GRID | wrong)


# -- cards ----------------------------------------------------------------------------------------------------------------

CARD = Number.of(KIND["card"], 700123).digits
CARD_TEXT = codes.qr_text(CODE, CARD, "904417")


def face(name: str = "欧阳镕喆") -> CardFace:
    return CardFace(new_id(), new_id(), HALL, name, CARD, CARD_TEXT, date(2031, 11, 24))


def hall(phone: str = "0737-0000000") -> HallFacts:
    return HallFacts(new_id(), CODE, HALL, "示范村3组", phone, sample=True)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("name", ["李", "迪丽热巴·迪力木拉提·买买提明", "#李 $x$ *]", "Maria Fernanda de la Santísima Trinidad"])
def test_a_card_has_two_sides_and_its_code_is_read_back(name: str, lang: str) -> None:
    facts = card_papers.facts([face(name), face(name)], hall(), words(lang))
    drawn = [Image.open(BytesIO(page)).convert("L") for page in papers.pictures("cards", facts, dpi=DPI)]
    assert [seen_in(page) for page in drawn] == [[CARD_TEXT], [], [CARD_TEXT], []]
    for worse in WORSE.values():
        assert seen_in(worse(drawn[0])) == [CARD_TEXT]
    reader = PdfReader(BytesIO(card_papers.pdf([face(name)], hall(), words(lang))))
    assert len(reader.pages) == 2
    for page in reader.pages:
        assert [float(side) / 72 * 25.4 for side in page.mediabox[2:]] == pytest.approx((85.6, 54.0), abs=0.05)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_card_as_pictures_has_both_sides_of_one_size(lang: str) -> None:
    front = Image.open(BytesIO(card_papers.front(face(), words(lang))))
    back = Image.open(BytesIO(card_papers.back(face(), hall(""), words(lang))))
    assert front.size == back.size == (1011, 638)
    assert (seen_in(front), seen_in(back)) == ([CARD_TEXT], [])
