"""The list of differences on paper and as a table; what it says comes from the stocktake alone."""

from collections.abc import Iterator
from typing import Final

from services import codes, ruled
from services.clock import local
from services.ruled import Part, Ruling
from services.stocktake import Line, Sheet
from services.words import Words

_COLUMNS: Final = ("kind", "code", "name", "place", "found", "handling")
_WIDTHS: Final = (4, 9, 9, 26, 20, 14, 8)


def pdf(sheet: Sheet, hall: str, words: Words) -> list[bytes]:
    """Print the list, A4 landscape; a long one in volumes."""
    said = {"empty": words.say("staff.stocktake.no_differences"), "volume": words.sentences["registers.volume"]}
    return list(ruled.volumes(_ruling(sheet, hall, words), _parts(sheet, words), **said))


def workbook(sheet: Sheet, hall: str, words: Words) -> bytes:
    """Make the list as .xlsx; every cell is text, so that none of them can become a formula."""
    with ruled.workbook(_ruling(sheet, hall, words), empty=words.say("staff.stocktake.no_differences")) as table:
        for part in _parts(sheet, words):
            table.add(part)
    return table.packed


def _ruling(sheet: Sheet, hall: str, words: Words) -> Ruling:
    def say(key: str) -> str:
        return words.say(f"staff.stocktake.{key}")

    title = say("paper") if sheet.closed_at else f"{say('paper')}（{say('draft')}）"
    names = tuple(f"{say(who)}：{getattr(sheet, who)}" for who in ("people", "keeper", "approver"))
    signs = (names, (f"{say('sign')}：________________",) * len(names))
    heads = ("", *(say(name) for name in _COLUMNS))
    return Ruling(title, f"{hall}  {head(sheet, words)}", summary(sheet, words), heads, _WIDTHS, signs, words.sentences["registers.page"])


def _parts(sheet: Sheet, words: Words) -> Iterator[Part]:
    return (Part((str(place), *row(line, words))) for place, line in enumerate(sheet.lines, start=1))


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
