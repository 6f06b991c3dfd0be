"""The first screen: what to do with a card or a book, whether the hall is open, what is closed, and who is in charge."""

from datetime import datetime, timedelta
from typing import Final

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import AreaKind
from services import agenda, clock, hours
from services.agenda import EventLine
from services.hours import Notice, RoomStatus, Stage, Status
from services.spans import Span
from services.words import Words
from ui.calm import calm
from ui.house import Trouble, ask
from ui.kiosk import acts, draw, frame
from ui.kiosk.stand import Stand

_ROOMS_SHOWN: Final = 4
_NOTICES_SHOWN: Final = 2
# What shuts a door now stands before what will, and before what has opened again.
_URGENT: Final = (Stage.NOW, Stage.LATE, Stage.COMING, Stage.REOPENED)
_HOUR: Final = timedelta(hours=1)
_LAST_HOUR: Final = 24
_TITLE: Final = 6  # characters of an event's title that the tile has room for

Bars = dict[object, tuple[Span[datetime], ...]]


def home(stand: Stand) -> None:
    """Draw it; it is drawn again when the door's word changes."""
    door = frame.status()
    if not isinstance(door, Status):
        calm(door.reference if isinstance(door, Trouble) else door.code, stand.lang)
        return
    rooms = [room for room in door.rooms if room.area_kind is not AreaKind.OFFICE][:_ROOMS_SHOWN]
    bars = ask(_bars, rooms=rooms)
    draw.html(frame.home_head(stand))
    with frame.body("home"):
        draw.html(_hero(stand.words), _notices(stand.words, door.closures))
        draw.html(_door(stand.words, door), _rooms(stand.words, rooms, bars if isinstance(bars, dict) else {}))
        with st.container(key="tiles", horizontal=True):
            subs = {"find": stand.say("home.find_sub"), "events": _next_event(stand), "report": stand.say("home.report_sub")}
            for screen, sub in subs.items():
                label = f"{stand.say(f'home.{screen}')} :small[{frame.plain(sub)}]"
                frame.button(stand, f"home-{screen}", label, acts.open_screen, screen)
    frame.foot(stand, home=True)


def turns_at(door: Status, now: datetime) -> int:
    """When what home says stops being true, in ms since 1970: the next opening, closing, notice or midnight."""
    midnight = clock.instant(clock.local_day(now), 24 * 60)
    rooms = (moment for room in door.rooms for moment in (room.until, room.next_opening))
    notices = (moment for notice in door.closures for moment in (notice.starts_at, notice.expected_reopen_at))
    moments = (door.until, door.next_opening, midnight, *rooms, *notices)
    return int(min(moment for moment in moments if moment is not None and moment > now).timestamp() * 1000) + 500


def _bars(session: Session, *, rooms: list[RoomStatus]) -> Bars:
    today = clock.local_day(clock.now())
    return {room.room_id: hours.calendar_of(session, room.room_id).spans_on(today) for room in rooms}


def _next_event(stand: Stand) -> str:
    """What is on next, with its free seats, or what the tile is for."""
    lines = ask(_coming)
    if not isinstance(lines, tuple) or not lines:
        return stand.say("home.events_sub")
    line = next((line for line in lines if line.free), lines[0])
    name = line.title if len(line.title) <= _TITLE else f"{line.title[: _TITLE - 1]}…"
    return stand.say("home.events_free", name=name, count=line.free) if line.free else name


def _coming(session: Session) -> tuple[EventLine, ...]:
    return agenda.coming(session, hall_id=acts.actor().hall_id, at=clock.now(), most=4)


def _hero(words: Words) -> Markup:
    return Markup(
        '<section class="hall-hero"><div><h2>{}<br>{}</h2><p>{}<br>{}</p></div><div class="hall-scan" aria-hidden="true">{}</div></section>'
    ).format(words.say("home.scan_1"), words.say("home.scan_2"), words.say("home.borrow"), words.say("home.give_back"), draw.image("scan"))


def _door(words: Words, door: Status) -> Markup:
    mark = Markup('<span class="hall-pill hall-pill-{}"><i></i>{}</span>').format(
        "open" if door.is_open else "closed", words.say("status.open" if door.is_open else "status.closed")
    )
    return Markup('<section class="hall-card hall-door">{}<p>{}</p></section>').format(mark, _when(words, door))


def _when(words: Words, door: Status) -> Markup:
    moment = Markup("<b>{}</b>")
    if door.is_open:
        if door.until is None:
            return Markup("{}").format(words.say("status.open_always"))
        return Markup("{} {}").format(words.say("status.until"), moment.format(words.time(door.until)))
    if door.next_opening is None:
        return Markup("{}").format(words.say("status.unknown"))
    day, today = clock.local_day(door.next_opening), clock.local_day(clock.now())
    names = {today: words.say("status.today"), today + timedelta(days=1): words.say("status.tomorrow")}
    when = names.get(day) or f"{words.due(day)} {words.short_weekday(day)}"
    # The sentence has its places in another order in every language, and the time in it is large.
    sentence = Markup(words.say("status.opens", when="{when}", time="{time}"))  # noqa: S704  a sentence of ours; facts come after
    return sentence.format(when=when, time=moment.format(words.time(door.next_opening)))


def _notices(words: Words, closures: tuple[Notice, ...]) -> Markup:
    first = sorted(closures, key=lambda notice: _URGENT.index(notice.stage))
    return draw.NOTHING.join(_notice(words, notice) for notice in first[:_NOTICES_SHOWN])


def _notice(words: Words, notice: Notice) -> Markup:
    where = notice.service or notice.room or words.say("notice.hall")
    back_at = notice.reopened_at if notice.stage is Stage.REOPENED else notice.reopens_at
    if notice.stage is Stage.REOPENED:
        when = words.say("notice.reopened_at", at=words.moment(notice.reopened_at or notice.expected_reopen_at))
    else:
        back = words.say("notice.back", at=words.moment(back_at)) if back_at else words.say("notice.later")
        start = words.say("notice.from", at=words.moment(notice.starts_at)) if notice.stage is Stage.COMING else ""
        when = " · ".join(part for part in (start, _kept(words, notice), back) if part)
    reason = notice.reason or words.say(f"closure_reason.{notice.reason_code}")
    lines = (reason, words.say("notice.contact", contact=notice.contact)) if notice.contact else (reason,)
    return Markup(
        '<section class="hall-notice hall-notice-{}" role="status"><div>{}</div><div><b>{}</b><p>{}</p><p>{}</p></div></section>'
    ).format(notice.stage, draw.picture("notice"), words.say(_title(notice), where=where), when, "　".join(lines))


def _kept(words: Words, notice: Notice) -> str:
    hours = " ".join(f"{words.minute(slot.start)}–{words.minute(slot.end)}" for slot in notice.kept)
    return words.say("notice.kept", hours=hours) if hours else ""


def _title(notice: Notice) -> str:
    shorter = notice.kept and notice.stage in {Stage.NOW, Stage.COMING}
    return f"notice.shorter_{notice.stage}" if shorter else f"notice.{notice.stage}"


def _rooms(words: Words, rooms: list[RoomStatus], bars: Bars) -> Markup:
    spans = [span for those in bars.values() for span in those]
    if not spans:
        return draw.NOTHING
    midnight = clock.instant(clock.local_day(clock.now()), 0)
    first = min((span.start - midnight) // _HOUR for span in spans)
    last = min(_LAST_HOUR, max(-((midnight - span.end) // _HOUR) for span in spans))
    rows = draw.NOTHING.join(_room(words, room, bars.get(room.room_id, ()), first, last) for room in rooms)
    step = max(1, (last - first) // 4)
    marks = draw.NOTHING.join(
        Markup('<span style="left:{}%">{}</span>').format(_share(hour - first, last - first), hour) for hour in range(first, last + 1, step)
    )
    now = _share((clock.now() - midnight) / _HOUR - first, last - first)
    needle = Markup('<i class="hall-now" style="left:{}%"></i>').format(now) if 0 < now < 100 else draw.NOTHING  # noqa: PLR2004  per cent
    return Markup(
        '<section class="hall-card hall-rooms"><h2>{}<small>{}</small></h2>'
        '<div class="hall-lines">{}<div class="hall-over">{}</div></div><div class="hall-hours" aria-hidden="true">{}</div></section>'
    ).format(words.say("home.rooms"), words.say("home.rooms_sub"), rows, needle, marks)


def _room(words: Words, room: RoomStatus, spans: tuple[Span[datetime], ...], first: int, last: int) -> Markup:
    midnight = clock.instant(clock.local_day(clock.now()), 0)
    bars = draw.NOTHING.join(
        Markup('<i style="left:{}%;width:{}%"><em>{}<wbr>–{}</em></i>').format(
            _share((span.start - midnight) / _HOUR - first, last - first),
            _share((span.end - span.start) / _HOUR, last - first),
            words.time(span.start),
            words.time(span.end),
        )
        for span in spans
    )
    if not spans:
        bars = Markup('<i class="hall-shut"><em>{}</em></i>').format(words.say("status.closed_today"))
    people = words.say("home.in_charge", name=room.people[0].name) if room.people else ""
    return Markup('<div class="hall-room"><span>{}<small>{}</small></span><div class="hall-bar">{}</div></div>').format(
        room.name, people, bars
    )


def _share(part: float, whole: float) -> float:
    return round(100 * part / whole, 2)
