"""What the morning says of events: what is on today, what waits for its record or report, and what of last year's plan comes soon."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from services import agenda, clock, planner, tasks
from services.agenda import EventLine
from services.journal import Actor
from services.planner import Proposal
from services.tasks import Task
from ui.staff import acts, draw, event_page, frame, planning, themed
from ui.staff.stand import Stand

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Due:
    """The four lists."""

    today: tuple[EventLine, ...] = ()
    records: tuple[EventLine, ...] = ()
    soon: tuple[Proposal, ...] = ()
    tasks: tuple[Task, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.today or self.records or self.soon or self.tasks)


def due() -> Due:
    """Ask for them."""
    found = acts.look(_due)
    return found if isinstance(found, Due) else Due()


def lines(stand: Stand, found: Due) -> None:
    """Draw them among the things to do."""
    say, words = stand.say, stand.words
    for line in found.today:
        with frame.row(f"today-{line.sitting_id.hex}"):
            hours = f"{words.time(line.starts_at)}–{words.time(line.ends_at)}"
            draw.html(draw.line(say("planning.today", name=line.title), hours, line.room))
            frame.button(f"today-{line.sitting_id.hex}", say("gathering.open"), event_page.open_event, line.event_id, line.sitting_id)
    for line in found.records[:_SHOWN]:
        with frame.row(f"unwritten-{line.sitting_id.hex}"):
            draw.html(draw.line(say("planning.unwritten", name=line.title), words.due(line.day), line.room))
            frame.button(f"unwritten-{line.sitting_id.hex}", say("gathering.write"), event_page.open_record, line.event_id, line.sitting_id)
    for task in found.tasks[:_SHOWN]:
        themed.row(stand, task, f"task-{task.id.hex}")
    for place, one in enumerate(found.soon[:_SHOWN]):
        planning.row(stand, one, f"soon-{place}")


def _due(session: Session, *, at: datetime, by: Actor) -> Due:
    day = clock.local_day(at)
    today = agenda.month(session, year=day.year, month_no=day.month, by=by)
    return Due(
        tuple(line for line in today if line.day == day and not line.cancelled and line.ends_at > at),
        agenda.not_recorded(session, hall_id=by.hall_id, at=at),
        planner.proposals(session, at=at, by=by),
        tasks.due(session, at=at, by=by),
    )
