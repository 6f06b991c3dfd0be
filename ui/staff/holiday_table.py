"""法定节假日: what is announced for this year and the next, entered by hand each November, and whether the hall is open on those days."""

from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st
from sqlmodel import Session

from models import DayOffKind
from services import clock, holidays, hours
from services.holidays import Holiday, Year
from services.journal import Actor
from ui.staff import acts, draw, frame, moments, told
from ui.staff.stand import Stand, here


@dataclass(frozen=True, slots=True)
class Known:
    """A year's table, and for each holiday on how many of its days the hall is open."""

    year: Year
    open_days: dict[date, int]


def screen(stand: Stand) -> None:
    """Draw the two years and the way to enter days."""
    say, this = stand.say, clock.local_day(clock.now()).year
    told.tell(stand)
    left, right = st.columns(2, gap="small")
    with left, frame.card(f"year-{this}"):
        _year(stand, this)
    with right:
        with frame.card(f"year-{this + 1}"):
            _year(stand, this + 1)
        with frame.card("holiday-add"):
            draw.html(draw.heading(say("staff.holidays.add"), say("staff.holidays.add_small")))
            _add(stand)


def _year(stand: Stand, year: int) -> None:
    say, words = stand.say, stand.words
    known = acts.look(_known, year=year)
    if not isinstance(known, Known):
        return
    announced = known.year.announced
    draw.html(draw.heading(say("staff.holidays.year", year=str(year)), "" if announced else say("staff.holidays.not_yet")))
    if not announced:
        draw.html(draw.notice("mind", say("staff.holidays.not_yet_title", year=str(year)), say("staff.holidays.not_yet_next")))
    for holiday in known.year.holidays:
        with frame.row(f"holiday-{holiday.first}"):
            days = f"{words.due(holiday.first)} – {words.due(holiday.last)}" if holiday.last > holiday.first else words.due(holiday.first)
            count, open_days = len(holiday.days), known.open_days[holiday.first]
            opened = say("staff.holidays.open_days", count=open_days) if open_days else say("staff.holidays.never_open")
            draw.html(draw.line(f"{holiday.name} {days}", say("staff.holidays.days", count=count), opened, late=not open_days))
            frame.button(f"clear-{holiday.first}", say("staff.holidays.remove"), _clear, holiday)
    if known.year.work_days:
        worked = "、".join(words.due(day) for day in known.year.work_days)
        draw.html(draw.line(say("day_off_kind.work_day"), worked))


def _add(stand: Stand) -> None:
    say, n = stand.say, stand.round
    today = clock.local_day(clock.now())
    name, kind = st.columns(2, vertical_alignment="bottom")
    first, last = st.columns(2)
    name.text_input(say("staff.holidays.name"), key=f"holiday-name-{n}", max_chars=40, placeholder=say("staff.holidays.name_hint"))
    kind.segmented_control(
        say("staff.holidays.kind"), list(DayOffKind), default=DayOffKind.DAY_OFF, key=f"kind-holiday-{n}",
        format_func=lambda each: say(f"day_off_kind.{each}"),
    )  # fmt: skip
    next_year = date(today.year + 1, 1, 1)
    first.date_input(say("staff.holidays.first"), value=next_year, key=f"holiday-first-{n}", format="YYYY-MM-DD")
    last.date_input(say("staff.holidays.last"), value=next_year, key=f"holiday-last-{n}", format="YYYY-MM-DD")
    with st.container(key="card-acts-holiday", horizontal=True):
        frame.button("holiday-enter", say("staff.holidays.enter"), _enter, kind="primary")


def _enter() -> None:
    stand = here()
    kind, first, last = (st.session_state.get(f"{name}-{stand.round}") for name in ("kind-holiday", "holiday-first", "holiday-last"))
    facts = {"first": first, "last": last, "name": moments.written("holiday-name", stand), "kind": kind or DayOffKind.DAY_OFF}
    answer = acts.do(holidays.enter, **facts)
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell("holidays_entered")


def _clear(holiday: Holiday) -> None:
    stand, answer = here(), acts.do(holidays.clear, first=holiday.first, last=holiday.last)
    stand.tell(answer if acts.failed(answer) else "holidays_entered")


def _known(session: Session, *, year: int, at: datetime, by: Actor) -> Known:  # noqa: ARG001  asked like every question
    found = holidays.year(session, hall_id=by.hall_id, year=year)
    whole = hours.whole_hall(session, by.hall_id)
    return Known(found, {one.first: sum(whole.is_open_day(day) for day in one.days) for one in found.holidays})
