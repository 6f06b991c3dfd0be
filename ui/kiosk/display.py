"""What the idle screen shows to the whole room, to be read from three metres: the time, open or not, what is on and comes next.

Nobody polls for it: the pulse asks for a new drawing when something was published, and at the moment that `turns_at` names. The three
faces, now, the week and what is coming, take turns by the pulse. A touch anywhere wakes home; a scan goes its way as on every screen.
"""

from datetime import date, datetime, timedelta
from typing import Final

from markupsafe import Markup
from sqlmodel import Session

from models import AreaKind
from services import agenda, almanac, clock
from services.agenda import EventLine
from services.hours import Status
from services.room_board import RoomLine
from services.rooms import Use
from services.spans import joined
from services.words import Words
from ui.calm import calm
from ui.house import Trouble, ask, house
from ui.kiosk import acts, board, draw, frame, rooms, timelines
from ui.kiosk.stand import Stand

_DAYS: Final = 7
_ROOMS: Final = 5
_EVENTS: Final = 4
_A_DAY: Final = 2  # events that a day of the week has room for


def display(stand: Stand, _: object) -> None:
    """Draw the three faces."""
    door = frame.status()
    if not isinstance(door, Status):
        calm(door.reference if isinstance(door, Trouble) else door.code, stand.lang)
        return
    words, lines = stand.words, rooms.lines_now(_DAYS)
    coming = ask(_coming)
    draw.html(
        Markup('<section class="hall-display">{}{}{}<div class="hall-faces">{}{}{}</div>{}</section>').format(
            _head(stand), _open(words, door), board.notices(words, door.closures), _now(words, lines), _week(words, lines),
            _next(words, coming if isinstance(coming, tuple) else ()), _foot(words, door),
        )
    )  # fmt: skip
    frame.button(stand, "wake", f"{stand.say('display.wake')}　{stand.say('display.wake_other')}", acts.leave)


def turns_at(door: Status, now: datetime) -> int:
    """When the display stops being true, in ms since 1970: with the door's word, or when a room is taken, left or given up."""
    uses = [use for line in rooms.lines_now() for use in line.today.uses]
    moments = (moment for use in uses for moment in (use.span.start, use.lapses_at, use.span.end))
    ahead = (int(moment.timestamp() * 1000) + 500 for moment in moments if moment and moment > now)
    return min((board.turns_at(door, now), *ahead))


def _coming(session: Session) -> tuple[EventLine, ...]:
    return agenda.coming(session, hall_id=acts.actor().hall_id, at=clock.now(), most=_EVENTS)


def _head(stand: Stand) -> Markup:
    words, day = stand.words, clock.local_day(clock.now())
    return Markup('<header><h1>{}{}</h1><b class="hall-clock">{}</b><p><span>{}</span><span>{}</span><span>{}</span></p></header>').format(
        house().hall.name, frame.sample(stand), words.time(clock.now()), words.due(day), words.weekday(day), _lunar(words, day)
    )


def _lunar(words: Words, day: date) -> str:
    lunar = almanac.lunar_day(day)
    return words.say("display.lunar", day=lunar) if lunar else ""


def _open(words: Words, door: Status) -> Markup:
    state = "open" if door.is_open else "closed"
    return Markup('<div class="hall-sign hall-pill-{}"><b><i></i>{}</b><p>{}</p></div>').format(
        state, words.say(f"status.{state}"), board.when(words, door)
    )


def _now(words: Words, lines: tuple[RoomLine, ...]) -> Markup:
    rows = draw.NOTHING.join(_room(words, line) for line in lines[:_ROOMS])
    return Markup('<section class="hall-face hall-face-now"><h2>{}</h2>{}</section>').format(words.say("display.now"), rows)


def _room(words: Words, line: RoomLine) -> Markup:
    busy = "use" if line.today.now(clock.now()) else "open" if line.room.is_open else "shut"
    return Markup('<div class="hall-stand hall-stand-{}"><p>{}<small>{}</small></p><b>{}</b></div>').format(
        busy, line.room.name, _ahead(words, line), _stands(words, line)
    )


def _stands(words: Words, line: RoomLine) -> str:
    """Say in few words how a room stands; why it is shut is in the notice above."""
    notice = line.notices[0]
    stopped = notice and notice.reopens_at and any(clock.now() in stop for stop in line.today.stops)
    return words.say("display.shut", at=notice.reopens_at) if notice and stopped else rooms.now(words, line, "now_short")


def _ahead(words: Words, line: RoomLine) -> str:
    """Say what comes next in a room, today or on one of its next days; nothing when nothing does."""
    now = clock.now()
    ahead = next((use for plan in line.days for use in plan.uses if use.span.start > now), None)
    if ahead is None:
        return ""
    day, today = clock.local_day(ahead.span.start), clock.local_day(now)
    name = words.say("status.tomorrow") if day == today + timedelta(days=1) else words.short_weekday(day)
    return words.say(
        "rooms.next" if day == today else "rooms.next_on", day=name, starts=ahead.span.start, what=timelines.what(words, ahead)
    )


def _week(words: Words, lines: tuple[RoomLine, ...]) -> Markup:
    days = draw.NOTHING.join(_day(words, lines, number) for number in range(_DAYS)) if lines else draw.NOTHING
    return Markup('<section class="hall-face hall-face-week"><h2>{}</h2>{}</section>').format(words.say("rooms.week"), days)


def _day(words: Words, lines: tuple[RoomLine, ...], number: int) -> Markup:
    day = lines[0].days[number].day
    service = (line.days[number] for line in lines if line.room.area_kind is AreaKind.SERVICE)
    spans = joined(span for plan in service for span in plan.open)
    open_at = "  ".join(f"{words.time(span.start)}–{words.time(span.end)}" for span in spans) or words.say("rooms.shut")
    uses = sorted(((use, line) for line in lines for use in line.days[number].uses), key=lambda one: one[0].span.start)
    on = "；".join(_use(words, use) for use, _ in uses[:_A_DAY])
    name = words.say("status.today") if day == clock.local_day(clock.now()) else words.short_weekday(day)
    return Markup('<div class="hall-date-row{}"><b>{}</b><small>{}</small><span>{}</span><em>{}</em></div>').format(
        "" if spans else " hall-no", name, timelines.short_day(words, day), open_at, on
    )


def _use(words: Words, use: Use) -> str:
    return words.say("rooms.next_short", starts=use.span.start, what=timelines.what(words, use))


def _next(words: Words, lines: tuple[EventLine, ...]) -> Markup:
    rows = draw.NOTHING.join(
        Markup("<li><b>{}</b><p>{} {}<small>{}</small></p></li>").format(
            line.title, board.day_name(words, line.starts_at), words.time(line.starts_at), line.room
        )
        for line in lines
    )
    nothing = draw.NOTHING if lines else Markup("<p>{}</p>").format(words.say("events.none"))
    return Markup('<section class="hall-face hall-face-coming"><h2>{}</h2><ul>{}</ul>{}</section>').format(
        words.say("display.coming"), rows, nothing
    )


def _foot(words: Words, door: Status) -> Markup:
    person = door.in_charge
    told = Markup("{} <b>{}</b>　{}").format(words.say("home.duty"), person.name, person.phone) if person else draw.NOTHING
    return Markup("<footer>{}</footer>").format(told)
