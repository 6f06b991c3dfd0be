"""Empty tables to fill in, with the headings that are understood without a word."""

import csv
import io
from typing import Final

import xlsxwriter

from services.imports.columns import COLUMNS, Kind

_EXAMPLES: Final[dict[Kind, dict[str, str]]] = {
    Kind.BOOKS: {
        "name": "红楼梦", "author": "曹雪芹", "publisher": "人民文学出版社", "year": "2008", "isbn": "9787020002207",
        "class_number": "I242.4", "copies": "2", "price": "59.70", "source": "购买", "batch": "2026-01",
    },
    Kind.EQUIPMENT: {"name": "二胡", "class_number": "YQ", "copies": "2", "unit": "把", "counted": "否", "price": "380", "source": "配送"},
    Kind.PATRONS: {
        "name": "王梅香", "sex": "女", "birth_date": "1985-06-01", "phone": "13800001234", "villager_group": "三组", "kind": "个人",
    },
}  # fmt: skip


def workbook(kind: Kind, hint: str) -> bytes:
    """Make an .xlsx with the headings and one example row; `hint` stands on a second sheet, where no reader looks."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        head, text = book.add_format({"bold": True, "bg_color": "#F3EAD6", "border": 1}), book.add_format({"num_format": "@"})
        for place, column in enumerate(COLUMNS[kind]):
            sheet.set_column(place, place, 16, text)
            sheet.write_string(0, place, _heading(column.headings[0], needed=column.needed), head)
            sheet.write_string(1, place, _EXAMPLES[kind].get(column.field, ""), text)
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet("Notes")
        notes.set_column(0, 0, 100)
        for line, words in enumerate(hint.split("\n")):
            notes.write_string(line, 0, words)
    return packed.getvalue()


def comma_separated(kind: Kind) -> bytes:
    """Make the same as .csv in UTF-8 with its mark, as Excel and WPS open it."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(_heading(column.headings[0], needed=column.needed) for column in COLUMNS[kind])
    table.writerow(_EXAMPLES[kind].get(column.field, "") for column in COLUMNS[kind])
    return written.getvalue().encode("utf-8-sig")


def _heading(name: str, *, needed: bool) -> str:
    return f"{name}*" if needed else name
