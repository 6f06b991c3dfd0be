"""What the morning says of suggestions that wait, of places somebody should confirm, and of the year's reading."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from services import clock, planner, suggestions, tourism
from services.journal import Actor
from services.planner import Meters
from services.suggestions import Waiting
from services.tourism import Place
from ui.staff import acts, draw, frame, touring, voices
from ui.staff.stand import Stand

_SHOWN: Final = 2


@dataclass(frozen=True, slots=True)
class Due:
    """What waits."""

    waiting: Waiting
    places: tuple[Place, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.waiting.count or self.places)


def due() -> Due:
    """Ask for it."""
    found = acts.look(_due)
    return found if isinstance(found, Due) else Due(Waiting(0, None), ())


def lines(stand: Stand, found: Due) -> None:
    """Draw them among the things to do."""
    say = stand.say
    if found.waiting.count and found.waiting.since:
        with frame.row("voices-waiting"):
            since = say("voice.today_since", day=stand.words.due(found.waiting.since))
            draw.html(draw.line(say("voice.today", count=found.waiting.count), since))
            frame.button("voices-waiting", say("voice.today_open"), voices.open_waiting)
    for place in found.places[:_SHOWN]:
        with frame.row(f"place-due-{place.place_id.hex}"):
            draw.html(draw.line(say("touring.today", name=place.name), *_why(stand, place)))
            frame.button(f"place-due-{place.place_id.hex}", say("touring.today_open"), touring.open_place, place.place_id)
    if (more := len(found.places) - _SHOWN) > 0:
        draw.html(draw.empty(say("touring.today_more", count=more)))


def reading(stand: Stand) -> None:
    """The year's two yardsticks of reading (R56), in one line."""
    found = acts.look(planner.meters)
    if isinstance(found, Meters):
        with frame.row("reading"):
            titles = stand.say("voice.reading_titles", have=found.titles, goal=found.titles_goal)
            events = stand.say("voice.reading_events", have=found.readings, goal=found.readings_goal)
            draw.html(draw.line(stand.say("voice.reading"), titles, events))
            frame.button("reading", stand.say("staff.nav.planner"), acts.open_fresh, "planner")


def _why(stand: Stand, place: Place) -> list[str]:
    today = clock.local_day(clock.now())
    said = [stand.say("touring.today_facts", count=count)] if (count := len(place.unsure(today))) else []
    if not place.shown(today):
        return [*said, stand.say("touring.today_hidden")]
    return [*said, stand.say("touring.today_until", day=place.valid_until)] if place.valid_until else said


def _due(session: Session, *, at: datetime, by: Actor) -> Due:
    return Due(suggestions.waiting(session, at=at, by=by), tourism.due(session, at=at, by=by))
