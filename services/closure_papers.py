"""A closure's notice for the wall, the village group and the loudspeaker; every version can be printed again."""

import re
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from models import VisScheme
from services import papers
from services.clock import local
from services.closure_register import Entry, Version
from services.journal import Actor
from services.words import Words

_scheme = VisScheme.__table__  # type: ignore[attr-defined]

SIZES: Final = ("a3", "a4")
# Until a scheme is handed down (VIS is a local matter): the colours of the default one.
_COLOURS: Final = {"service": "#0B5CAD", "text": "#FFFFFF", "warning": "#F5A623"}
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_NOON, _EVENING, _HALF = 12, 18, 30


def colours(session: Session, *, by: Actor) -> dict[str, str]:
    """Give the colours of boards and notices of the scheme in force; what it does not say, or says wrongly, is the default's."""
    now = sa.select(_scheme.c.scheme).where(_scheme.c.hall_id == by.hall_id, _scheme.c.ended_at.is_(None))
    said = session.execute(now).scalar_one_or_none()
    named = said.get("colors") if isinstance(said, dict) else None
    fitting = {name: str(named.get(name, "")) for name in _COLOURS} if isinstance(named, dict) else {}
    return {name: fitting[name] if _COLOUR.fullmatch(fitting.get(name, "")) else default for name, default in _COLOURS.items()}


def poster(entry: Entry, version: Version, hall: str, words: Words, *, size: str, colours: dict[str, str]) -> bytes:
    """Set the notice as a PDF to hang up, A3 or A4."""
    return papers.pdf("closure", {**facts(entry, version, hall, words), "paper": size, "colours": colours})


def picture(entry: Entry, version: Version, hall: str, words: Words, *, colours: dict[str, str]) -> bytes:
    """Set it as a picture for the village group: 1080 pixels wide, read on a phone."""
    (made,) = papers.pictures("closure", {**facts(entry, version, hall, words), "paper": "phone", "colours": colours}, dpi=144)
    return made


def facts(entry: Entry, version: Version, hall: str, words: Words) -> dict[str, Any]:
    """Give all that stands on the notice; an older version says what it said then, and that a newer one holds."""
    say = words.say
    kept = hours_kept(entry, words)
    return {
        "title": say("closure_paper.shorter" if kept else "closure_paper.title"),
        "place": place(entry, words),
        "hall": hall,
        "rows": [
            [say("closure_paper.reason"), version.reason or say(f"closure_reason.{entry.reason_code}")],
            [say("closure_paper.from"), moment(entry.starts_at, words)],
            *([[say("closure_paper.kept"), kept]] if kept else []),
            [say("closure_paper.back"), moment(version.expected_reopen_at, words)],
            [say("closure_paper.contact"), version.contact],
        ],
        "sorry": say("closure_paper.sorry"),
        "signed": [hall, say("closure_paper.signed", name=version.signer), words.long_day(local(version.published_at).date())],
        "number": say("closure_paper.number", number=entry.number, version=version.version),
        "old": say("closure_paper.old") if version.version < entry.newest.version else "",
    }


def group_text(entry: Entry, version: Version, hall: str, words: Words) -> str:
    """Write it for the village group."""
    told = facts(entry, version, hall, words)
    lines = [f"【{told['title']}】{told['place']}", *(f"{name}：{value}" for name, value in told["rows"]), told["sorry"], told["signed"][0]]
    return "\n".join([*lines, told["signed"][2]])


def loudspeaker(entry: Entry, version: Version, hall: str, words: Words) -> str:
    """Write it to be read out: times as they are spoken, everything said once and the essential twice."""
    reason = version.reason or words.say(f"closure_reason.{entry.reason_code}")
    said = {
        "hall": hall, "place": place(entry, words), "reason": reason, "start": spoken(entry.starts_at, words),
        "back": spoken(version.expected_reopen_at, words), "contact": version.contact, "kept": hours_kept(entry, words),
    }  # fmt: skip
    return words.say("closure_paper.loud_shorter" if entry.kept else "closure_paper.loud", **said)


def place(entry: Entry, words: Words) -> str:
    """Name what is closed."""
    if not entry.room:
        return words.say("closure_paper.everywhere")
    return f"{entry.room} · {entry.service}" if entry.service else entry.room


def hours_kept(entry: Entry, words: Words) -> str:
    """Write the hours that stay open all the same; empty when nothing does."""
    return "、".join(f"{words.minute(slot.start)}–{words.minute(slot.end)}" for slot in entry.kept)


def moment(at: datetime, words: Words) -> str:
    """Write an instant with its weekday; midnight is the day itself."""
    here = local(at)
    day = f"{words.due(here.date())} {words.weekday(here.date())}"
    return f"{day} {words.time(at)}" if (here.hour, here.minute) != (0, 0) else day


def spoken(at: datetime, words: Words) -> str:
    """Write an instant as one says it: 5月20日上午9点, 下午2点半."""
    here = local(at)
    day = words.due(here.date())
    if (here.hour, here.minute) == (0, 0):
        return day
    hour = here.hour if here.hour <= _NOON else here.hour - 12
    form = {0: "hour", _HALF: "half"}.get(here.minute, "minutes")
    clock = words.say(f"closure_paper.{form}", hour=hour, minute=f"{here.minute:02d}")
    part = "morning" if here.hour < _NOON else "noon" if here.hour == _NOON else "afternoon" if here.hour < _EVENING else "evening"
    return words.say("closure_paper.spoken", day=day, time=words.say(f"closure_paper.{part}", clock=clock))
