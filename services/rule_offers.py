"""What the rules of a room begin with, where nothing is written yet: the hall's own facts, and what such rules usually say."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from services import clock, hours, hours_words, room_book
from services.journal import Actor
from services.rule_sets import MOST, Text
from services.words import LANGUAGES, words

# What hangs on a village's wall is Chinese, whoever wrote it.
_WALL: Final = LANGUAGES[0]
_LIBRARY: Final = "图书室"


def proposal(session: Session, *, room_id: UUID, function: str, at: datetime, by: Actor) -> Text:
    """Give a first text to work on; what the hall does not know stays empty."""
    spoken, today = words(_WALL), clock.local_day(at)
    kind = "library" if function == _LIBRARY else "activity"
    people = hours.people_on(session, by.hall_id, today).get(room_id, ())
    named = [" ".join(part for part in (spoken.say(f"duty.{one.duty}"), one.name, one.phone) if part) for one in people]
    page = next((one for one in room_book.rooms(session, hall_id=by.hall_id) if one.room_id == room_id), None)
    offered = "、".join(offer.name for offer in page.offers) if page else ""
    week = hours_words.of_room(session, hall_id=by.hall_id, room_id=room_id, today=today, spoken=spoken)
    return Text(
        duty=spoken.say(f"rule_offer.duty_{kind}"), person="；".join(named)[: MOST["person"]], open_items=offered[: MOST["open_items"]],
        hours="\n".join(week).replace("，", "\n"),
        upkeep=spoken.say(f"rule_offer.upkeep_{kind}"), conduct=spoken.say(f"rule_offer.conduct_{kind}"),
    )  # fmt: skip
