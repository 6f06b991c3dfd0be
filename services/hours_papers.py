"""The hours of all rooms as a notice for the wall, with what changes soon: how people are told seven days ahead."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from services import clock, closable, hours_plans, hours_words, papers
from services.hours_plans import Layer
from services.journal import Actor
from services.words import LANGUAGES, Words, words

_AHEAD: Final = timedelta(days=60)


def facts(session: Session, *, hall: str, at: Any, by: Actor) -> dict[str, Any]:
    """Give all that stands on the notice: each room's week and seasons, and its single dates of the next two months."""
    spoken, today = words(LANGUAGES[0]), clock.local_day(at)
    weeks = hours_words.of_hall(session, hall_id=by.hall_id, today=today, spoken=spoken)
    rows = []
    for room_id, name in closable.places(session, at=at, by=by).rooms.items():
        lines = weeks.get(room_id, []) + _dates(session, by.hall_id, room_id, today, spoken)
        if lines:
            rows.append([name, [part for line in lines for part in line.split("，")]])
    return {
        "title": spoken.say("hours.title"), "hall": hall, "room": spoken.say("hours.all_rooms"), "rows": rows, "old": "",
        "free": spoken.say("rule_paper.free"), "signed": [hall, spoken.long_day(today)], "version": spoken.say("hours.sorry"),
    }  # fmt: skip


def notice(facts: dict[str, Any], *, size: str, colours: dict[str, str]) -> bytes:
    """Set it as PDF, A4 or A3."""
    return papers.pdf("rules", {**facts, "paper": size, "colours": colours})


def _dates(session: Session, hall_id: UUID, room_id: UUID, today: date, spoken: Words) -> list[str]:
    lines = []
    for one in hours_plans.layers(session, hall_id=hall_id, room_id=room_id, today=today):
        change = one.change
        if change.layer is Layer.DAY and change.first < today + _AHEAD:
            slots = (change.week or {}).get(change.first.weekday(), ())
            text = hours_words.of_day(slots, spoken) or spoken.say("staff.hours.shut")
            lines.append(spoken.say("hours.date", day=change.first, name=change.name, hours=text))
    return lines
