"""A file from outside as rows of text under their headings; what it cannot be is refused in one sentence, before much of it is read."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from services.imports import marc, workbook
from services.refusals import FileEmpty, FileKindUnknown, FileNotWhatItSays, FileTooLarge, FileTooLong, FileTooWide, FileUnreadable

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 60
_LONGEST_CELL: Final = 4_000
_TABLES: Final = {".csv", ".txt"}
_RECORDS: Final = {".iso", ".mrc", ".marc"}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings and rows; `first` is the number a keeper sees beside the first row in the file."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first: int


def read(name: str, data: bytes) -> Sheet:
    """Read a file by its ending and by what it really holds.

    Raises FileTooLarge, FileEmpty, FileKindUnknown, FileNotWhatItSays, FileUnreadable, FileHasFormulas, FileTooWide, FileTooLong.
    """
    ending = PurePath(name).suffix.lower()
    if len(data) > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 1_000_000)
    if not data.strip(b"\x00\xef\xbb\xbf \r\n\t,;"):
        raise FileEmpty
    return _whole(name, _reader(ending, data)(data), first=1 if ending in _RECORDS else 2)


def _reader(ending: str, data: bytes) -> Callable[[bytes], list[list[str]]]:
    if ending == ".xlsx":
        if not data.startswith(_ZIP):
            raise FileNotWhatItSays(ending=ending)
        return lambda data: workbook.rows(data, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
    if ending in _TABLES | _RECORDS and data.startswith((_ZIP, _OLE)):
        raise FileNotWhatItSays(ending=ending)
    if ending in _TABLES:
        return _comma_separated
    if ending in _RECORDS:
        return _records
    raise FileKindUnknown


def _records(data: bytes) -> list[list[str]]:
    return marc.table(data, most=MOST_ROWS)


def _comma_separated(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    try:
        return _limited(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        raise FileUnreadable from error


def _limited(lines: Iterable[list[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    for line in lines:
        if len(found) > MOST_ROWS:
            raise FileTooLong(most=MOST_ROWS)
        if len(line) > MOST_COLUMNS:
            raise FileTooWide(most=MOST_COLUMNS)
        found.append(line)
    return found


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, else GB18030: what Excel and WPS write in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # GB18030 reads nearly any bytes as something; a table holds no control characters.
        if not any(sign < " " and sign not in "\r\n\t" for sign in text):
            return text
    raise FileUnreadable


def _delimiter(text: str) -> str:
    heading = text.split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _whole(name: str, lines: list[list[str]], *, first: int) -> Sheet:
    """Trim every cell, drop what is empty at the ends, and give each row as many cells as there are headings."""
    trimmed = [[cell.strip()[:_LONGEST_CELL] for cell in line] for line in lines]
    while trimmed and not any(trimmed[-1]):
        trimmed.pop()
    while trimmed and not any(trimmed[0]):
        trimmed.pop(0)
        first += 1
    if len(trimmed) < 2:  # noqa: PLR2004  a heading and at least one row
        raise FileEmpty
    heading, *rows = trimmed
    width = max((place for line in trimmed for place, cell in enumerate(line, start=1) if cell), default=0)
    if width > MOST_COLUMNS:
        raise FileTooWide(most=MOST_COLUMNS)
    if len(rows) > MOST_ROWS:
        raise FileTooLong(most=MOST_ROWS)
    even = tuple(tuple((*row, *[""] * (width - len(row)))[:width]) for row in rows)
    return Sheet(name, tuple((*heading, *[""] * (width - len(heading)))[:width]), even, first)
