"""The list of differences on paper and as a table; what it says comes from the stocktake alone."""

import io
from typing import Any

import xlsxwriter

from services import codes, papers
from services.clock import local
from services.stocktake import Line, Sheet
from services.words import Words

_COLUMNS = ("kind", "code", "name", "place", "found", "handling")
_WIDTHS = (16, 16, 40, 40, 26, 16)


def pdf(sheet: Sheet, hall: str, words: Words) -> bytes:
    """Set the list as PDF, A4 landscape."""
    return papers.pdf("stocktake", facts(sheet, hall, words))


def facts(sheet: Sheet, hall: str, words: Words) -> dict[str, Any]:
    """Give all that stands on the paper."""

    def say(key: str, **said: object) -> str:
        return words.say(f"staff.stocktake.{key}", **said)

    signs = [f"{say('people')}：{sheet.people}", f"{say('keeper')}：{sheet.keeper}", f"{say('approver')}：{sheet.approver}"]
    return {
        "title": say("paper") if sheet.closed_at else f"{say('paper')}（{say('draft')}）",
        "hall": hall,
        "head": head(sheet, words),
        "summary": summary(sheet, words),
        "heads": ["", *(say(name) for name in _COLUMNS)],
        "rows": [[str(place), *row(line, words)] for place, line in enumerate(sheet.lines, start=1)],
        "empty": say("no_differences"),
        "signs": [*signs, *[f"{say('sign')}：________________"] * len(signs)],
        "page": words.sentences["staff.stocktake.page"],
    }


def head(sheet: Sheet, words: Words) -> str:
    """Say which stocktake it is: number, place, from when to when."""
    parts = [words.say("staff.stocktake.heading", number=sheet.number), sheet.room or words.say("staff.stocktake.everywhere")]
    parts += [words.say("staff.stocktake.sampled")] if sheet.share < 100 else []  # noqa: PLR2004  per cent
    moments = [f"{words.long_day(local(at).date())} {words.time(at)}" for at in (sheet.started_at, sheet.closed_at) if at]
    return " · ".join([*parts, " – ".join(moments)])


def summary(sheet: Sheet, words: Words) -> str:
    """Say the four figures."""
    figures = {"expected": sheet.expected, "seen": sheet.seen, "on_loan": sheet.on_loan, "missing": sheet.missing}
    return words.say("staff.stocktake.summary", **figures)


def row(line: Line, words: Words) -> tuple[str, ...]:
    """Give one line of the list, without its place in it."""
    code = codes.clear(line.code) if line.item_id else line.code
    handling = words.say("staff.stocktake.lost") if line.lost else ""
    return (words.say(f"stocktake.kind.{line.kind}"), code, line.name, line.place, line.found, handling)


def workbook(sheet: Sheet, hall: str, words: Words) -> bytes:
    """Make the list as .xlsx; every cell is text, so that none of them can become a formula."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        page = book.add_worksheet(words.say("staff.stocktake.title"))
        bold = book.add_format({"bold": True})
        page.write_string(0, 0, f"{hall} {words.say('staff.stocktake.paper')}", bold)
        page.write_string(1, 0, head(sheet, words))
        page.write_string(2, 0, summary(sheet, words))
        for place, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
            page.set_column(place, place, width)
            page.write_string(4, place, words.say(f"staff.stocktake.{name}"), bold)
        for number, line in enumerate(sheet.lines, start=5):
            for place, cell in enumerate(row(line, words)):
                page.write_string(number, place, cell)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
    return packed.getvalue()
