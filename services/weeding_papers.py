"""A 剔旧 list on paper and as a table, in the columns of register 22: to be signed before it is closed, and kept after."""

from collections.abc import Iterator
from typing import Final

from services import clock, codes, conditions, ruled
from services.registers import shelf
from services.registers.register import sum_of
from services.ruled import Cell, Part, Ruling
from services.weeding import Line, Sheet
from services.words import Words

_REGISTER: Final = "22"


def pdf(sheet: Sheet, hall: str, words: Words) -> bytes:
    """Print the list, A4 landscape; what is not signed yet says so."""
    empty, volume = words.say("registers.empty_whole"), words.sentences["registers.volume"]
    return next(ruled.volumes(_ruling(sheet, hall, words), _parts(sheet, words), empty=empty, volume=volume))


def workbook(sheet: Sheet, hall: str, words: Words) -> bytes:
    """Make the same list as .xlsx."""
    with ruled.workbook(_ruling(sheet, hall, words), empty=words.say("registers.empty_whole")) as table:
        for part in _parts(sheet, words):
            table.add(part)
    return bytes(table.packed)


def _ruling(sheet: Sheet, hall: str, words: Words) -> Ruling:
    kept = shelf.REGISTERS[_REGISTER]
    day = words.long_day(clock.local_day(sheet.closed_at or sheet.started_at))
    head = words.say("weeding.heading", number=sheet.number, day=day)
    signs = tuple(f"{words.say(key)}：{name or '________________'}" for key, name in _signs(sheet))
    title = kept.name if sheet.closed_at else f"{kept.name}（{words.say('weeding.draft')}）"
    return Ruling(title, hall, head, kept.columns, kept.widths, (signs,), words.sentences["registers.page"])


def _signs(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    return ("field.appraiser", sheet.appraiser), ("staff.thing.approver", sheet.approver), ("weeding.keeper", sheet.keeper)


def _parts(sheet: Sheet, words: Words) -> Iterator[Part]:
    return (Part(_cells(sheet, line, words)) for line in sheet.lines)


def _cells(sheet: Sheet, line: Line, words: Words) -> tuple[Cell, ...]:
    day = clock.local_day(sheet.closed_at).isoformat() if sheet.closed_at else ""
    disposal = words.say(f"disposal.{sheet.disposal}") if sheet.disposal else ""
    cause = conditions.CAUSES[line.cause]
    return codes.clear(line.number), line.name, sum_of(line.purchase_fen), cause, sheet.appraiser, sheet.approver, day, disposal
