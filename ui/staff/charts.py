"""图表: hours planned and kept, visits by the hour, events by kind; the same figures as in registers 10 and 11, and in words below."""

from collections.abc import Iterable
from datetime import date
from importlib import import_module
from types import ModuleType
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from services import charts, clock
from services.charts import Charts, Stretch
from ui.staff import acts, draw, frame, told
from ui.staff.stand import Stand

_SPANS: Final = ("weeks", "this_year", "last_year")


def screen(stand: Stand) -> None:
    """Draw the choice, the hours over the whole width, and below them who came and what was held."""
    told.tell(stand)
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    span = left.segmented_control(
        stand.say("registers.period"), _SPANS, default=_SPANS[0], key=f"kind-charts-{stand.lang}", required=True,
        format_func=lambda each: stand.say(f"charts.span.{each}"), label_visibility="collapsed",
    )  # fmt: skip
    stretch = _stretch(span, clock.local_day(clock.now()))
    found = acts.look(charts.look, stretch=stretch, room_id=st.session_state.get(f"charts-room-{stand.lang}") or None)
    if not isinstance(found, Charts):
        draw.html(told.paper(stand, found))
        return
    names = dict(found.rooms)
    right.selectbox(
        stand.say("charts.room"), ["", *names], key=f"charts-room-{stand.lang}", label_visibility="collapsed",
        format_func=lambda room_id: names[room_id] if isinstance(room_id, UUID) else stand.say("charts.all_rooms"),
    )  # fmt: skip
    with frame.card("chart-hours"):
        _hours(stand, found, stretch)
    left, right = st.columns([1.25, 1], gap="small")
    with left, frame.card("chart-visits"):
        _visits(stand, found)
    with right, frame.card("chart-events"):
        _events(stand, found)


def _stretch(span: str, today: date) -> Stretch:
    return charts.weeks(today) if span == "weeks" else charts.year(today.year - (span == "last_year"))


def _hours(stand: Stand, found: Charts, stretch: Stretch) -> None:
    say = stand.say
    draw.html(draw.heading(say("charts.hours"), say("charts.hours_small")))
    labels = {each.begins: _label(stand, each.begins, by_week=stretch.by_week) for each in found.hours}
    pairs = [(labels[each.begins], each.planned, each.real) for each in found.hours]
    planned, real = found.planned, found.real
    if not planned and not real:
        draw.html(draw.empty(say("registers.empty")))
        return
    words = say("charts.planned"), say("charts.real")
    _bars().side_by_side("hours", words, pairs)
    if planned:
        said = say("charts.hours_said", planned=f"{planned:g}", real=f"{real:g}", share=round(100 * real / planned))
    else:
        said = say("charts.hours_unplanned", real=f"{real:g}")
    draw.html(_said(said, (say("charts.hours_each", label=label, planned=f"{p:g}", real=f"{r:g}") for label, p, r in pairs)))


def _label(stand: Stand, begins: date, *, by_week: bool) -> str:
    month = stand.say(f"date.month.{begins.month}")
    return stand.say("charts.week", day=begins.day, month=month[:3]) if by_week else month


def _visits(stand: Stand, found: Charts) -> None:
    say = stand.say
    draw.html(draw.heading(say("charts.visits"), say("charts.visits_small")))
    if not found.by_hour:
        draw.html(draw.empty(say("registers.empty")))
        return
    _bars().upright("visits", [(f"{hour}:00", count) for hour, count in found.by_hour])
    hour, most = max(found.by_hour, key=lambda each: each[1])
    said = say("charts.visits_said", came=found.came, hour=hour, next=hour + 1, most=most)
    later = say("charts.visits_later", later=found.later) if found.later else ""
    draw.html(_said(f"{said} {later}".strip(), (say("charts.visits_each", hour=at, count=count) for at, count in found.by_hour)))


def _events(stand: Stand, found: Charts) -> None:
    say = stand.say
    draw.html(draw.heading(say("charts.events"), say("charts.events_small")))
    if not found.by_kind:
        draw.html(draw.empty(say("registers.empty")))
        return
    kinds = [(say(f"event_kind.{kind}"), count) for kind, count in found.by_kind]
    _bars().lying("events", kinds)
    kind, most = max(kinds, key=lambda each: each[1])
    said = say("charts.events_said", count=sum(count for _, count in kinds), kind=kind, most=most)
    draw.html(_said(said, (say("charts.events_each", kind=kind, count=count) for kind, count in kinds)))


def _said(sentence: str, each: Iterable[str]) -> Markup:
    """The sentence for everybody; every figure behind it for who has it read aloud."""
    return Markup('<p class="desk-chart-said">{} <span>{}</span></p>').format(sentence, "；".join(each))


def _bars() -> ModuleType:
    """Altair takes its time to load: only who looks at the charts waits for it."""
    return import_module("ui.staff.bars")
