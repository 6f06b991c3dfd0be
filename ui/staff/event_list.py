"""活动: a month of events, what waits for its record, and the way to a new one."""

from datetime import datetime
from typing import Final

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import agenda, clock, festivals
from services.agenda import EventLine
from services.journal import Actor
from services.words import Words
from ui.staff import acts, draw, event_form, event_page, frame, gathering, told
from ui.staff.gathering import Gathering
from ui.staff.stand import Stand

_WAITING: Final = 6


def screen(stand: Stand) -> None:
    """Draw the month."""
    mine = gathering.here()
    told.tell(stand)
    lines = acts.look(_month, year=mine.year, month_no=mine.month)
    with st.container(key="month", horizontal=True, vertical_alignment="center"):
        frame.button("month-back", "‹", _turn, -1)
        draw.html(Markup('<h2 class="gather-month">{}</h2>').format(stand.say("gathering.month", year=mine.year, month=mine.month)))
        frame.button("month-on", "›", _turn, 1)
        draw.html(Markup('<div class="gather-festivals">{}</div>').format(_festivals(stand.words, mine)))
        frame.button("event-new", stand.say("gathering.new"), event_form.begin, kind="primary")
    left, right = st.columns([1.75, 1], gap="small")
    with left, frame.card("month"):
        if not isinstance(lines, tuple) or not lines:
            draw.html(draw.empty(stand.say("gathering.none")))
        else:
            now = clock.now()
            for line in (line for line in lines if line.ends_at > now):
                _row(stand, line)
            if past := [line for line in lines if line.ends_at <= now]:
                with st.expander(stand.say("gathering.past", count=len(past)), expanded=len(past) == len(lines)):
                    for line in past:
                        _row(stand, line)
    with right, frame.card("waiting"):
        _not_recorded(stand)


def _month(session: Session, *, year: int, month_no: int, at: datetime, by: Actor) -> tuple[EventLine, ...]:  # noqa: ARG001  asked like every question
    return agenda.month(session, year=year, month_no=month_no, by=by)


def _waiting(session: Session, *, at: datetime, by: Actor) -> tuple[EventLine, ...]:
    return agenda.not_recorded(session, hall_id=by.hall_id, at=at)


def _turn(months: int) -> None:
    mine = gathering.here()
    place = mine.year * 12 + mine.month - 1 + months
    mine.year, mine.month = place // 12, place % 12 + 1


def _festivals(words: Words, mine: Gathering) -> str:
    if mine.year not in festivals.YEARS:
        return ""
    days = (day for day in festivals.of_year(mine.year) if day.day.month == mine.month)
    return "　".join(f"{day.day.day} {words.say(f'festival.{day.festival}')}" for day in days)


def _row(stand: Stand, line: EventLine) -> None:
    words = stand.words
    with frame.row(f"sitting-{line.sitting_id.hex}"):
        day = f"{line.day.day} {words.short_weekday(line.day)}"
        hours = f"{words.time(line.starts_at)}–{words.time(line.ends_at)}"
        title = f"{line.title}{event_page.lesson(stand, line)}"
        draw.html(
            Markup('<div class="gather-line{}"><b>{}</b>{}</div>').format(
                Markup(" gather-off") if line.cancelled else draw.NOTHING, day, draw.line(title, hours, line.room, state(stand, line))
            )
        )
        frame.button(f"open-{line.sitting_id.hex}", stand.say("gathering.open"), event_page.open_event, line.event_id, line.sitting_id)


def state(stand: Stand, line: EventLine) -> str:
    """Say where a sitting stands: called off, recorded, over, or how many seats are given."""
    if line.cancelled:
        return stand.say("gathering.cancelled")
    if line.recorded:
        return stand.say("gathering.recorded")
    if line.ends_at <= clock.now():
        return stand.say("gathering.to_record")
    if line.seats is None:
        return stand.say("gathering.open_to_all")
    waiting = stand.say("gathering.waiting", count=line.waiting) if line.waiting else ""
    return " ".join(part for part in (stand.say("gathering.seated", count=line.seated, seats=line.seats), waiting) if part)


def _not_recorded(stand: Stand) -> None:
    found = acts.look(_waiting)
    lines = found if isinstance(found, tuple) else ()
    draw.html(draw.heading(stand.say("gathering.records"), str(len(lines)) if lines else ""))
    if not lines:
        draw.html(draw.empty(stand.say("gathering.all_recorded")))
    for line in lines[:_WAITING]:
        with frame.row(f"record-{line.sitting_id.hex}"):
            draw.html(draw.line(line.title, stand.words.due(line.day), line.room))
            ids = line.event_id, line.sitting_id
            frame.button(f"write-{line.sitting_id.hex}", stand.say("gathering.write"), event_page.open_record, *ids)
