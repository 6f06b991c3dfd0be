"""Somebody's own data as paper and as a table, in the words of their language; nothing is left out and nothing added."""

import io
from datetime import date
from typing import Any, Final

import xlsxwriter

from services import codes, papers
from services.own_data import Cell, OwnData
from services.words import Words

# Columns whose cells are words of the house.
_AREAS: Final = {
    "ended_as": "card_end", "loan_end": "loan_end", "hold_state": "hold_state", "trouble": "trouble", "sign_up_state": "sign_up_state",
    "purpose": "purpose",
}  # fmt: skip
_PERSON: Final = ("phone", "villager_group", "guardian_name", "guardian_relation", "guardian_phone")
Table = tuple[str, list[str], list[list[str]]]


def pdf(data: OwnData, hall: str, words: Words) -> bytes:
    """Set it as PDF, A4."""
    return papers.pdf("own_data", facts(data, hall, words))


def facts(data: OwnData, hall: str, words: Words) -> dict[str, Any]:
    """Give all that stands on the paper."""
    return {
        "title": words.say("own.title"),
        "hall": hall,
        "day": words.long_day(data.day),
        "lead": words.say("own.lead"),
        "person": person(data, words),
        "tables": [{"name": name, "heads": heads, "rows": rows} for name, heads, rows in tables(data, words)],
        "page": words.sentences["own.page"],
    }


def person(data: OwnData, words: Words) -> list[tuple[str, str]]:
    """Give who it is: every field that is filled in."""
    form, say = data.sheet.form, words.say
    told = [
        (say("field.name"), form.name),
        (say("field.kind"), say(f"patron_kind.{data.sheet.line.kind}")),
        (say("field.sex"), say(f"staff.sex.{form.sex}")),
        (say("field.birth_date"), words.long_day(form.birth_date) if form.birth_date else ""),
        *((say(f"field.{name}"), getattr(form, name)) for name in _PERSON),
        (say("field.consent_day"), words.long_day(form.consent_day) if form.consent_day else ""),
        (say("field.leader"), data.sheet.leader),
        (say("field.pin"), say("own.pin_set") if data.sheet.has_pin else ""),
        (say("own.column.registered"), words.say("own.day", day=data.sheet.registered_at)),
    ]
    return [(name, text) for name, text in told if text]


def tables(data: OwnData, words: Words) -> list[Table]:
    """Give every section that has rows: its name, its headings, its cells."""
    return [
        (
            words.say(f"own.section.{section.key}"),
            [words.say(f"own.column.{column}") for column in section.columns],
            [[_word(column, cell, words) for column, cell in zip(section.columns, row, strict=True)] for row in section.rows],
        )
        for section in data.sections
        if section.rows
    ]


def workbook(data: OwnData, hall: str, words: Words) -> bytes:
    """Make it as .xlsx, a sheet for each section; every cell is text, so that none of them can become a formula."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        first = book.add_worksheet(words.say("own.section.person"))
        first.set_column(0, 0, 18)
        first.set_column(1, 1, 40)
        first.write_string(0, 0, f"{hall} {words.say('own.title')} {words.long_day(data.day)}", bold)
        for row, pair in enumerate(person(data, words), start=2):
            for column, text in enumerate(pair):
                first.write_string(row, column, text)
        for name, heads, rows in tables(data, words):
            page = book.add_worksheet(name)
            page.set_column(0, len(heads), 18)
            for row, cells in enumerate([heads, *rows]):
                for column, text in enumerate(cells):
                    page.write_string(row, column, text, bold if row == 0 else None)
    return packed.getvalue()


def _word(column: str, cell: Cell, words: Words) -> str:
    if cell is None or cell == "":
        return ""
    if column in _AREAS:
        return words.say(f"{_AREAS[column]}.{cell}")
    if column == "number":
        return codes.clear(str(cell))
    return words.long_day(cell) if isinstance(cell, date) else str(cell)
