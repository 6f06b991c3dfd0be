"""Labels as paper: the facts of a sheet for its template, and one label of a roll as a picture for printers that take no PDF."""

import unicodedata
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageDraw

from models import LabelKind, Medium
from services import codes, papers, qr
from services.labels import Job, Label
from services.sheets import Sheet

ROLL_DPI: Final = 203
"""Eight dots to the millimetre, as thermal printers have them."""
_DOTS_MM: Final = 8
_MARGIN: Final = 1.0
_QR_SQUARES: Final = 29  # 21, and 4 of white on each side (ISO/IEC 18004)
_PT: Final = 72 / 25.4
_LINE: Final = 1.45  # ascent and descent of the type


def pdf(job: Job) -> bytes:
    """Set a run of labels as PDF."""
    return papers.pdf("labels", facts(job))


def facts(job: Job) -> dict[str, Any]:
    """Give the facts of a run for the template."""
    sheet, kind = job.run.sheet, job.run.kind
    sizes = _sizes(sheet)
    pages: list[list[dict[str, Any]]] = [[] for _ in range(job.run.pages)]
    for label, (page, x, y) in zip(job.labels, sheet.places(len(job.labels), job.run.skip), strict=True):
        words = _coded(label, job.hall, sizes) if kind is LabelKind.CODE else _spine(label)
        pages[page].append({"x": x, "y": y, **words})
    return {"kind": str(kind), "sheet": sheet.facts(), "margin": _MARGIN, "pages": pages, **sizes}


def trial(sheet: Sheet) -> bytes:
    """Set a test page: the frame of every cell, to be held against a sheet."""
    return papers.pdf("labels", trial_facts(sheet))


def trial_facts(sheet: Sheet) -> dict[str, Any]:
    """Give the facts of a test page."""
    cells = [{"x": x, "y": y} for _, x, y in sheet.places(sheet.cells)]
    return {"kind": "trial", "sheet": sheet.facts(), "margin": _MARGIN, "pages": [cells], **_sizes(sheet)}


def _sizes(sheet: Sheet) -> dict[str, float]:
    """Give the side of the QR in millimetres and the type in points: as large as the label lets them be."""
    side = min(sheet.height - 2 * _MARGIN, sheet.width / 2)
    if sheet.name == "roll":
        # Whole dots for each square, or the printer makes them unequal.
        side = int(side * _DOTS_MM / _QR_SQUARES) * _QR_SQUARES / _DOTS_MM
    room = (sheet.width - side - 2 * _MARGIN - 0.6) * _PT
    clear = min(14.0, room / 5.9)
    kind = clear * 0.8
    small = max(4.5, clear * 0.55)
    high = (sheet.height - 2 * _MARGIN) * _PT - (small + kind + clear) * _LINE
    lines = max(1, min(4, int(high / (kind * _LINE))))
    return {"qr": side, "clear": clear, "type": kind, "small": small, "lines": lines, "room": room}


def _coded(label: Label, hall: str, sizes: dict[str, float]) -> dict[str, str]:
    name = label.name if label.medium is Medium.EQUIPMENT else f"《{label.name}》"
    return {
        "qr": qr.vector(label.qr),
        "hall": _fitted(hall, sizes["room"] / sizes["small"]),
        "name": _fitted(name, sizes["lines"] * (sizes["room"] / sizes["type"] - 1)),
        "call": _with_copy(label),
        "number": codes.clear(label.number),
    }


def _spine(label: Label) -> dict[str, Any]:
    parts = label.call_number.rsplit("/", 1)
    return {"parts": [*parts, f"C{label.copy_no}"] if label.copy_no > 1 else parts, "number": codes.clear(label.number)}


def _with_copy(label: Label) -> str:
    return f"{label.call_number}-{label.copy_no}" if label.copy_no > 1 else label.call_number


def _fitted(text: str, ems: float) -> str:
    """Shorten a text to a width in ems; what is left out is shown to be."""
    wide = 0.0
    for place, sign in enumerate(text):
        wide += 1 if unicodedata.east_asian_width(sign) in "WFA" else 0.58
        if wide > ems:
            return text[: max(place - 1, 1)] + "…"
    return text


def picture(label: Label, hall: str, sheet: Sheet) -> bytes:
    """Draw one label of a roll as PNG in the printer's own dots, black and white."""
    sizes = _sizes(sheet)
    width, height = (round(side * _DOTS_MM) for side in (sheet.width, sheet.height))
    words = _coded(label, hall, sizes)
    face = Image.new("L", (width, height), 255)
    code = qr.symbol(label.qr, int(sizes["qr"] * _DOTS_MM) // _QR_SQUARES)
    face.paste(code, (_DOTS_MM, (height - code.height) // 2))
    draw, left, y = ImageDraw.Draw(face), _DOTS_MM * 2 + code.width, _DOTS_MM
    room = width - left - _DOTS_MM
    for text, points in ((words["hall"], sizes["small"]), (words["name"], sizes["type"]), (words["call"], sizes["type"])):
        for line in qr.broken(text, size := round(points * ROLL_DPI / 72), room, int(sizes["lines"])):
            draw.text((left, y), line, font=qr.sans(size), fill=0)
            y += round(size * 1.3)
    clear = qr.sans(round(sizes["clear"] * ROLL_DPI / 72))
    draw.text((left, height - _DOTS_MM), words["number"], font=clear, fill=0, anchor="ls")
    out = BytesIO()
    face.convert("1", dither=Image.Dither.NONE).save(out, "PNG", dpi=(ROLL_DPI, ROLL_DPI))
    return out.getvalue()
