"""Sheets and rolls in millimetres: where each label lies, and what cannot lie on the paper is refused."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from services.refusals import FactWrong

A4: Final = (210.0, 297.0)
# Paper is never cut to the hundredth: a grid that ends on the edge is a fair one.
_SLACK: Final = 0.05
_SMALLEST: Final = (25.0, 16.0)
_MOST_CELLS: Final = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid of labels: paper, label, first corner and pitch, all in millimetres."""

    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    page: tuple[float, float] = A4

    @property
    def cells(self) -> int:
        """How many labels one sheet holds."""
        return self.columns * self.rows

    def corner(self, cell: int) -> tuple[float, float]:
        """Give the upper left corner of a cell; cells run row by row."""
        row, column = divmod(cell % self.cells, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y

    def places(self, count: int, skip: int = 0) -> Iterator[tuple[int, float, float]]:
        """Give page, x and y of `count` labels when the first `skip` cells are gone."""
        for cell in range(skip, skip + count):
            yield cell // self.cells, *self.corner(cell)

    def facts(self) -> dict[str, Any]:
        """Give the sheet as it is remembered with a run."""
        return asdict(self)


# After the makers' data sheets (findings.md); the spine's grid is our own, for plain sticky A4 that is cut by hand.
SHEETS: Final = {
    sheet.name: sheet
    for sheet in (
        Sheet("L7160", 3, 7, 63.5, 38.1, 7.5, 15.5, 66.04, 38.1),
        Sheet("L7163", 2, 7, 99.1, 38.1, 3.35, 15.2, 103.0, 38.1),
        Sheet("L7651", 5, 13, 38.1, 21.2, 4.7, 10.9, 40.6, 21.2),
        Sheet("roll", 1, 1, 50, 30, 0, 0, 50, 30, (50, 30)),
        Sheet("spine", 8, 8, 25, 35, 5, 8.5, 25, 35),
    )
}


def free_grid(*, columns: int, rows: int, width: float, height: float, left: float, top: float, pitch_x: float, pitch_y: float) -> Sheet:
    """Take a keeper's own A4 sheet as measured with a ruler. Raises FactWrong for what does not lie on the paper or overlaps."""
    sheet = Sheet("free", columns, rows, width, height, left, top, pitch_x, pitch_y)
    if not (columns >= 1 and rows >= 1 and sheet.cells <= _MOST_CELLS):
        raise FactWrong(field="grid")
    if not (width >= _SMALLEST[0] and height >= _SMALLEST[1] and left >= 0 and top >= 0):
        raise FactWrong(field="grid")
    if (columns > 1 and pitch_x < width - _SLACK) or (rows > 1 and pitch_y < height - _SLACK):
        raise FactWrong(field="grid")
    right, bottom = left + (columns - 1) * pitch_x + width, top + (rows - 1) * pitch_y + height
    if right > A4[0] + _SLACK or bottom > A4[1] + _SLACK:
        raise FactWrong(field="grid")
    return sheet


def remembered(facts: dict[str, Any]) -> Sheet:
    """Give the sheet of a run again."""
    return Sheet(**{**facts, "page": tuple(facts["page"])})
