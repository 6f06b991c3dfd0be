"""The rules of a room as a sheet for the wall, A4 or A3; a version that is in force no more says so."""

from typing import Any, Final

from services import clock, papers
from services.rule_sets import RuleSheet
from services.words import Words

SIZES: Final = ("a4", "a3")
_FIELDS: Final = ("duty", "person", "open_items", "hours", "upkeep", "conduct")


def wall(sheet: RuleSheet, hall: str, words: Words, *, size: str, colours: dict[str, str], in_force: bool) -> bytes:
    """Set it as PDF."""
    return papers.pdf("rules", {**facts(sheet, hall, words, in_force=in_force), "paper": size, "colours": colours})


def facts(sheet: RuleSheet, hall: str, words: Words, *, in_force: bool) -> dict[str, Any]:
    """Give all that stands on the sheet."""
    say, day = words.say, words.long_day(clock.local_day(sheet.published_at))
    rows = [[say(f"field.rule_{name}"), getattr(sheet.text, name).splitlines()] for name in _FIELDS if getattr(sheet.text, name)]
    return {
        "title": say("rule_paper.title", function=sheet.function), "hall": hall, "room": sheet.room, "rows": rows,
        "free": say("rule_paper.free"), "old": "" if in_force else say("rule_paper.old"),
        "signed": [say("rule_paper.signed", name=sheet.signer), say("rule_paper.approved", name=sheet.approver), day],
        "version": say("rule_paper.version", version=sheet.version),
    }  # fmt: skip
