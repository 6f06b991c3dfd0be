"""Labels and cards as pictures: the QR, and always the number in clear beneath it.

A QR with a hole in it is unreadable at any level, so no picture leaves here without its number.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Final

import pylopdf_fonts_zh_cn as fonts
import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.image.pil import PilImage
from qrcode.util import MODE_NUMBER, QRData

from services import codes

DPI: Final = 300
CARD_MM: Final = (85.6, 54.0)

_QUIET = 4  # modules of white around a QR, after ISO/IEC 18004
_MOST_LINES = 3
_SMALLEST = 16  # dots; below that a name is not read any more
_PAPER, _INK, _SOFT, _RED, _LINE = "#FFFDF8", "#2A241C", "#4F4739", "#8F2A1A", "#E6DCC8"


def px(mm: float, dpi: int = DPI) -> int:
    """Give the dots of a length in millimetres."""
    return round(mm / 25.4 * dpi)


def label(qr_digits: str, number: str, *, module: int = 12) -> bytes:
    """Draw a QR with its number in clear as PNG; `module` is the side of one square in dots."""
    code = symbol(qr_digits, module)
    text = codes.clear(number)
    type_ = sans(module * 4)
    below = module * 6
    sheet = Image.new("L", (code.width, code.height + below), 255)
    sheet.paste(code, (0, 0))
    ImageDraw.Draw(sheet).text((sheet.width / 2, code.height + below / 2 - module), text, font=type_, fill=0, anchor="mm")
    return _png(sheet.convert("1", dither=Image.Dither.NONE))


@lru_cache(maxsize=4096)
def vector(digits: str) -> str:
    """Give a QR as one SVG path over its 21 × 21 squares, without the white around it."""
    # One mask for all: choosing the prettiest of eight takes twelve times as long, and every reader takes each.
    qr: qrcode.QRCode[PilImage] = qrcode.QRCode(1, qrcode.ERROR_CORRECT_Q, mask_pattern=3)
    qr.add_data(QRData(digits, mode=MODE_NUMBER))
    qr.make(fit=False)
    return _path(qr.modules)


def text_vector(text: str) -> tuple[str, int]:
    """Give a QR that says a text to any phone, without a network: its SVG path, and how many squares its side has."""
    qr: qrcode.QRCode[PilImage] = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
    qr.add_data(text.encode())
    qr.make(fit=True)
    return _path(qr.modules), len(qr.modules)


def _path(modules: Sequence[Sequence[bool | None]]) -> str:
    pieces = []
    for y, line in enumerate(modules):
        x = 0
        for dark, run in groupby(line):
            wide = len(list(run))
            if dark:
                # A hair higher than its row, so that no viewer shows a seam between two rows.
                pieces.append(f"M{x} {y}h{wide}v{1.02 if y < len(modules) - 1 else 1}h-{wide}z")
            x += wide
    return "".join(pieces)


def card_front(*, hall: str, heading: str, name: str, number: str, qr_digits: str, line: str = "") -> bytes:
    """Draw the front of a patron's card, 85.6 × 54 mm at 300 dpi, as PNG.

    `heading` is the word for the card (借书证), `line` one small line below the number (valid until …).
    """
    width, height = (px(mm) for mm in CARD_MM)
    face = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(face)
    band = px(13)
    draw.rectangle((0, 0, width, band), fill=_RED)
    _text(draw, (px(5), band / 2), hall, _fitting(_serif, hall, px(4.6), px(52)), _PAPER, "lm")
    _text(draw, (width - px(5), band / 2), heading, _fitting(_serif, heading, px(4.6), px(22)), _PAPER, "rm")
    code = symbol(qr_digits, px(34) // (21 + 2 * _QUIET))
    corner = (width - px(3.5) - code.width, band + (height - band - code.height) // 2)
    draw.rounded_rectangle((*_shifted(corner, -2), *_shifted((corner[0] + code.width, corner[1] + code.height), 2)), 12, "white", _LINE, 2)
    face.paste(code, corner)
    room = corner[0] - px(8)
    _text(draw, (px(5), band + px(11)), name, _fitting(_serif, name, px(8.2), room), _INK, "lm")
    clear = codes.clear(number)
    _text(draw, (px(5), band + px(22.5)), clear, _fitting(sans, clear, px(6.2), room), _INK, "lm")
    if line:
        _text(draw, (px(5), band + px(32)), line, _fitting(sans, line, px(3.2), room), _SOFT, "lm")
    return _png(face)


def card_back(*, heading: str, lines: Sequence[str], foot: str) -> bytes:
    """Draw the back of a patron's card, as large as its front, as PNG."""
    width, height = (px(mm) for mm in CARD_MM)
    face = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(face)
    draw.rectangle((0, height - px(7), width, height), fill=_RED)
    _text(draw, (px(6), px(9)), heading, _fitting(_serif, heading, px(4.6), width - px(12)), _INK, "lm")
    size, y = px(3.2), px(16)
    for line in lines:
        for part in broken(line, size, width - px(12), _MOST_LINES):
            _text(draw, (px(6), y), part, sans(size), _SOFT, "lm")
            y += round(size * 1.4)
        y += px(1)
    _text(draw, (px(6), height - px(10)), foot, _fitting(sans, foot, px(3.2), width - px(12)), _INK, "lm")
    return _png(face)


def symbol(digits: str, module: int) -> Image.Image:
    """Draw digits as a version 1 symbol at level Q: 27 digits are its limit."""
    qr: qrcode.QRCode[PilImage] = qrcode.QRCode(1, qrcode.ERROR_CORRECT_Q, module, _QUIET, PilImage)
    qr.add_data(QRData(digits, mode=MODE_NUMBER))
    qr.make(fit=False)
    picture: Image.Image = qr.make_image().get_image()
    return picture.convert("L")


def broken(text: str, size: int, room: int, most: int) -> list[str]:
    """Break a text into at most so many lines of a width in dots; Chinese breaks anywhere."""
    face, found = sans(size), [""]
    for sign in text:
        if face.getlength(found[-1] + sign) > room:
            found.append("")
        found[-1] += sign
    return found[:most]


def _text(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, type_: ImageFont.FreeTypeFont, ink: str, anchor: str) -> None:
    draw.text(at, text, font=type_, fill=ink, anchor=anchor)


def _fitting(face: Callable[[int], ImageFont.FreeTypeFont], text: str, size: int, room: int) -> ImageFont.FreeTypeFont:
    """Take the largest type in which a text is no wider than its room; long names get smaller, never cut."""
    while size > _SMALLEST and face(size).getlength(text) > room:
        size -= 2
    return face(size)


def _shifted(corner: tuple[int, int], by: int) -> tuple[int, int]:
    return corner[0] + by, corner[1] + by


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", dpi=(DPI, DPI), optimize=True)
    return out.getvalue()


@lru_cache(maxsize=64)
def sans(size: int) -> ImageFont.FreeTypeFont:
    """Give the plain type in a size in dots."""
    return ImageFont.truetype(str(fonts.sans_path()), size)


@lru_cache(maxsize=64)
def _serif(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.serif_path()), size)
