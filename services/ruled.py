"""Ruled paper and its twin as a table file: lines become pages counted to the last row, or an .xlsx in which words stay words."""

import io
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, islice
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, Self

import xlsxwriter

from services import papers

Cell = str | int | Decimal
Kind = Literal["head", "row", "section"]

# A4 landscape in points; what is left between the margins is ruled.
_WIDTH, _HEIGHT = 841.89, 595.28
_MARGIN: Final = {"x": 34.0, "top": 66.0, "bottom": 48.0}
_LARGEST: Final = 9.0
_LEADING, _PAD, _INSET = 0.3, 0.45, 0.6
MOST_PAGES: Final = 40
"""A volume's: setting one takes some hundred megabytes, and nobody binds a thicker one."""
_PRESSES: Final = 2
"""So many volumes are set at once: a village server has two cores, and each volume takes its memory."""
_WIDE: Final = frozenset("WFA")
_CLOSING: Final = frozenset("）)，。、；：！？》」』】”’")
_HEADS: Final = 3


@dataclass(frozen=True, slots=True)
class Ruling:
    """What stands around the lines: title, head lines, columns with their widths in em, rows of signatures."""

    title: str
    left: str
    right: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    signs: tuple[tuple[str, ...], ...]
    page: str

    @property
    def size(self) -> float:
        """How large the print can be, in points."""
        return min(_LARGEST, (_WIDTH - 2 * _MARGIN["x"]) / sum(self.widths))


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the paper: cells under the columns, or a heading across them."""

    cells: tuple[Cell, ...]
    kind: Kind = "row"


Row = tuple[Kind, float, list[str]]


@dataclass
class _Page:
    """Rows with their places in points, counted from the top."""

    rows: list[tuple[Kind, float, float, list[str]]] = field(default_factory=list)
    y: float = 0.0

    def put(self, row: Row) -> Self:
        kind, height, cells = row
        self.rows.append((kind, self.y, height, cells))
        self.y = round(self.y + height, 2)
        return self

    def runs(self) -> list[list[float]]:
        """Give from where to where the columns are ruled: a heading across them is not."""
        runs: list[list[float]] = []
        for kind, y, height, _ in self.rows:
            if kind == "section":
                continue
            if runs and runs[-1][1] == y:
                runs[-1][1] = round(y + height, 2)
            else:
                runs.append([y, round(y + height, 2)])
        return runs

    def texts(self) -> list[tuple[float, float, list[str]]]:
        """Give the words by column, with place and leading: rows of one line become one text, since Typst sets it sooner than many."""
        return [
            (rows[0][1], 2 * _PAD if flat else _LEADING, ["\n".join(column) for column in zip(*(row[3] for row in rows), strict=True)])
            for (flat, _), group in groupby(self.rows, _alike)
            if (rows := list(group))
        ]


def _alike(row: tuple[Kind, float, float, list[str]]) -> tuple[bool, float]:
    """Rows of one line under all columns are alike; any other row is like none."""
    kind, y, _, cells = row
    flat = kind != "section" and not any("\n" in cell for cell in cells)
    return flat, 0.0 if flat else y


def volumes(ruling: Ruling, parts: Iterable[Part], *, empty: str, volume: str) -> Iterator[bytes]:
    """Print the lines as PDF, in volumes of 40 pages at most; `volume` names each where there are several.

    Nothing is kept but the volumes at hand. Paper without a line says `empty`.
    """
    pages = _pages(ruling, parts, empty)
    here, number = list(islice(pages, MOST_PAGES)), 1
    setting: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(_PRESSES) as press:
        while here:
            more = list(islice(pages, 1))
            name = volume.format(number=number) if more or number > 1 else ""
            # Typst needs no Python while it sets a volume: the next ones' lines are read meanwhile.
            setting.append(press.submit(papers.pdf, "ruled", _facts(ruling, here, name)))
            here, number = [*more, *islice(pages, MOST_PAGES - 1)] if more else [], number + 1
            if len(setting) > _PRESSES:
                yield setting.popleft().result()
        while setting:
            yield setting.popleft().result()


@contextmanager
def workbook(ruling: Ruling, *, empty: str) -> Iterator["Sheet"]:
    """Make the same lines as .xlsx, row by row; it is in `packed` when the block ends. Without a line it says `empty`."""
    packed = io.BytesIO()
    options = {"constant_memory": True}
    with TemporaryDirectory(prefix="yimen-xlsx-") as folder, xlsxwriter.Workbook(packed, {**options, "tmpdir": folder}) as book:
        sheet = Sheet(book, ruling, packed)
        yield sheet
        sheet.end(empty)


class Sheet:
    """One table that grows line by line and keeps none; every word is written as text, so that none can become a formula."""

    def __init__(self, book: Any, ruling: Ruling, packed: io.BytesIO) -> None:
        """Begin with what stands above the lines."""
        self._page, self._file = book.add_worksheet(), packed
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._sum = book.add_format({"valign": "top", "num_format": "0.00"})
        for place, width in enumerate(ruling.widths):
            self._page.set_column(place, place, width * 1.8)
        self._page.write_string(0, 0, ruling.title, book.add_format({"bold": True, "font_size": 14}))
        self._page.write_string(1, 0, f"{ruling.left}  {ruling.right}")
        for place, name in enumerate(ruling.heads):
            self._page.write_string(_HEADS, place, name, head)
        self._next = _HEADS + 1
        self._page.freeze_panes(_HEADS + 1, 0)
        self._page.repeat_rows(_HEADS)
        self._page.set_landscape()
        self._page.set_paper(9)
        self._page.fit_to_pages(1, 0)
        self._page.set_footer("&R&P / &N")

    @property
    def packed(self) -> bytes:
        """The file, when it is whole."""
        return self._file.getvalue()

    def add(self, part: Part) -> Part:
        """Write one line; headings across the columns are for paper."""
        for place, cell in enumerate(part.cells if part.kind == "row" else ()):
            if not isinstance(cell, str):
                self._page.write_number(self._next, place, float(cell), self._sum if isinstance(cell, Decimal) else self._text)
            elif cell:
                self._page.write_string(self._next, place, cell, self._text)
        self._next += part.kind == "row"
        return part

    def end(self, empty: str) -> None:
        """Say that there is nothing, where there is nothing."""
        if self._next == _HEADS + 1:
            self._page.write_string(self._next, 0, empty)


def _facts(ruling: Ruling, pages: list[_Page], volume: str) -> dict[str, Any]:
    xs = [0.0]
    for width in ruling.widths:
        xs.append(round(xs[-1] + width * ruling.size, 2))
    return {
        "title": ruling.title, "left": ruling.left, "right": "  ".join(part for part in (ruling.right, volume) if part),
        "signs": ruling.signs, "size": ruling.size, "pad": _PAD, "margin": _MARGIN, "xs": xs,
        "pages": [
            {
                "rows": [row[:3] for row in page.rows], "texts": page.texts(), "runs": page.runs(),
                "label": ruling.page.format(page=number, pages=len(pages)),
            }
            for number, page in enumerate(pages, start=1)
        ],
    }  # fmt: skip


def _pages(ruling: Ruling, parts: Iterable[Part], empty: str) -> Iterator[_Page]:
    room = _HEIGHT - _MARGIN["top"] - _MARGIN["bottom"]
    head = _row(ruling, Part(ruling.heads, "head"))
    page, blank = _Page().put(head), True
    for part in parts:
        row = _row(ruling, part)
        if page.y + row[1] > room:
            yield page
            page = _Page().put(head)
        page.put(row)
        blank = False
    yield page.put(_row(ruling, Part((empty,), "section"))) if blank else page


def _row(ruling: Ruling, part: Part) -> Row:
    widths = ruling.widths if part.kind != "section" else (sum(ruling.widths),)
    cells = [_wrapped(str(cell), width - _INSET) for cell, width in zip(part.cells, widths, strict=True)]
    lines = max(cell.count("\n") for cell in cells) + 1
    return part.kind, round(ruling.size * (lines + (lines - 1) * _LEADING + 2 * _PAD), 2), cells


@lru_cache(maxsize=8_192)
def _wrapped(text: str, room: float) -> str:
    """Break a text into lines no wider than `room` em, after a space or a slash where there is one near the end."""
    text = " ".join(text.split())
    if len(text) <= room:
        return text
    lines, line, wide = [], "", 0.0
    for sign in text:
        width = _em(sign)
        if line and wide + width > room:
            cut = max(line.rfind(" "), line.rfind("/")) + 1
            kept = line[cut:] if cut > len(line) // 2 else ""
            # No line begins with what closes: the sign before it comes along.
            kept = kept or (line[-1] if sign in _CLOSING and len(line) > 1 else "")
            lines.append(line[: len(line) - len(kept)].rstrip())
            line, wide = kept, sum(map(_em, kept))
        line, wide = line + sign, wide + width
    return "\n".join([*lines, line])


@lru_cache(maxsize=8_192)
def _em(sign: str) -> float:
    """How wide a sign is printed at most, in em."""
    if unicodedata.east_asian_width(sign) in _WIDE:
        return 1.0
    if unicodedata.combining(sign):
        return 0.0
    if sign in "mwMW%@&":
        return 0.95
    return 0.78 if sign.isupper() else 0.3 if sign in " .,:;|'" else 0.4 if sign in "!()[]-/ijlfrt" else 0.57 if sign.isdigit() else 0.63
