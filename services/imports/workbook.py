"""An .xlsx looked into before it is opened: how large it becomes, how far its cells reach, whether anything in it would be computed."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from services import zips
from services.refusals import FileEmpty, FileHasFormulas, FileTooLarge, FileTooLong, FileTooWide, FileUnreadable

# One cell at A1048576 costs a reader 290 MB, a zip of 2 MB can unfold to gigabytes: nothing is parsed before this was counted.
MOST_UNPACKED: Final = 80_000_000
_MOST_PARTS: Final = 400
_CHUNK: Final = 1 << 18
# A tag is never longer than this; the end of one chunk is looked at again with the next.
_OVERLAP: Final = 200
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CELL: Final = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,4})([0-9]{1,8})"')
_ROW: Final = re.compile(rb'<(?:\w+:)?row[^>]*?\br="([0-9]{1,8})"')
_TAGS: Final = re.compile(rb"<(?:\w+:)?(row|c)[\s>/]")


def rows(data: bytes, *, most_rows: int, most_columns: int) -> list[list[str]]:
    """Give the cells of the first sheet as text.

    Raises FileUnreadable, FileTooLarge, FileHasFormulas, FileTooLong, FileTooWide, FileEmpty.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _look_into(package, most_rows, most_columns)
    except (*zips.DAMAGED, OSError) as error:  # the file is in memory: what the system complains of is the file
        raise FileUnreadable from error
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not book.sheet_names:
            raise FileEmpty
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError) as error:
        raise FileUnreadable from error
    return [[_text(cell) for cell in row] for row in cells]


def _look_into(package: zipfile.ZipFile, most_rows: int, most_columns: int) -> None:
    parts = package.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileTooLarge(most=MOST_UNPACKED // 1_000_000)
    for part in parts:
        sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
        # Read to its end, so that a wrong length or checksum is noticed here and not by a parser that trusts it.
        with package.open(part) as unpacked:
            counted = [0, 0]
            for piece in _pieces(iter(lambda opened=unpacked: opened.read(_CHUNK), b"")):  # type: ignore[misc]
                if sheet:
                    _look_at(piece, counted, most_rows, most_columns)


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    end = b""
    for chunk in chunks:
        yield end + chunk
        end = chunk[-_OVERLAP:]


def _look_at(piece: bytes, counted: list[int], most_rows: int, most_columns: int) -> None:
    if _FORMULA.search(piece):
        raise FileHasFormulas
    tags = _TAGS.findall(piece)
    counted[0] += tags.count(b"row")
    counted[1] += tags.count(b"c")
    furthest = max((int(row) for row in _ROW.findall(piece)), default=0)
    cells = set(_CELL.findall(piece))
    furthest = max(furthest, max((int(row) for _, row in cells), default=0))
    # One row more: the headings. What the overlap counts twice is far below the second row of slack.
    if furthest > most_rows + 1 or counted[0] > (most_rows + 1) * 2:
        raise FileTooLong(most=most_rows)
    if any(_column(letters) > most_columns for letters in {letters for letters, _ in cells}) or counted[1] > most_rows * most_columns:
        raise FileTooWide(most=most_columns)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text(cell: object) -> str:
    """Write a cell as it reads: 2024 and not 2024.0, a day and not a moment."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004  beyond it a float is no number any more
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if isinstance(cell, timedelta) else str(cell)
