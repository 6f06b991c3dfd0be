"""Labels and cards as pictures, read back by a second program as a bad camera sees them."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from services import codes, qr
from services.codes import KIND, Number

HALL = "430902106399"
BOOK = Number.of(KIND["book"], 45).digits
CARD = Number.of(KIND["card"], 700123).digits
THING_TEXT = codes.qr_text(HALL, BOOK)
CARD_TEXT = codes.qr_text(HALL, CARD, "904417")


def card(name: str = "欧阳镕喆", **other: str) -> Image.Image:
    return Image.open(
        BytesIO(qr.card_front(hall="示范村综合文化服务中心", heading="借书证", name=name, number=CARD, qr_digits=CARD_TEXT, **other))
    )


def label() -> Image.Image:
    return Image.open(BytesIO(qr.label(THING_TEXT, BOOK)))


def seen_in(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


WORSE = {
    "as drawn": lambda p: p,
    "rotated 7 degrees": lambda p: p.convert("L").rotate(7, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC),
    "upside down": lambda p: p.rotate(180),
    "blurred": lambda p: p.convert("L").filter(ImageFilter.GaussianBlur(4)),
    "at a quarter of the contrast": lambda p: p.convert("L").point(lambda v: 110 + v // 4),
    "small": lambda p: p.convert("L").resize((p.width // 4, p.height // 4), Image.Resampling.LANCZOS),
}


@pytest.mark.parametrize("how", WORSE)
def test_a_label_is_read_back(how: str) -> None:
    assert seen_in(WORSE[how](label())) == [THING_TEXT]


@pytest.mark.parametrize("how", WORSE)
def test_a_card_is_read_back(how: str) -> None:
    assert seen_in(WORSE[how](card())) == [CARD_TEXT]


@pytest.mark.parametrize("digits", [THING_TEXT, CARD_TEXT])
def test_a_symbol_is_version_1_at_level_q(digits: str) -> None:
    picture = Image.open(BytesIO(qr.label(digits, digits[12:20])))
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.ec_level == "Q"
    assert picture.width == (21 + 8) * 12


def test_the_number_stands_in_clear_beneath_the_qr() -> None:
    picture = label().convert("L")
    below = picture.crop((0, 29 * 12, picture.width, picture.height))
    left, _, right, _ = below.point(lambda v: 255 - v).getbbox() or (0, 0, 0, 0)
    assert right - left > picture.width // 3


def test_a_card_is_85_6_by_54_millimetres_at_300_dpi() -> None:
    picture = card()
    assert picture.size == (1011, 638)
    assert round(picture.info["dpi"][0]) == 300


@pytest.mark.parametrize("name", ["李", "迪丽热巴·迪力木拉提·买买提明", "Maria Fernanda de la Santísima Trinidad", "<b>王</b>"])
def test_a_long_name_gets_smaller_and_never_runs_into_the_qr(name: str) -> None:
    assert seen_in(card(name=name, line="有效期至 2031年11月24日")) == [CARD_TEXT]


@pytest.mark.parametrize("name", ["镕", "喆", "堃", "玥", "䶮", "瑄"])
def test_village_names_are_drawn_complete(name: str) -> None:
    empty = qr.card_front(hall="村", heading="证", name="\U0010fffd", number=CARD, qr_digits=CARD_TEXT)
    assert qr.card_front(hall="村", heading="证", name=name, number=CARD, qr_digits=CARD_TEXT) != empty
