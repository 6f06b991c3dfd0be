"""计划: last year's events on this year's days, the year's yardsticks of reading, and the annual plan held against what was done."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import EventKind
from services import clock, event_rules, planner, undoing_events
from services.event_rules import SANE, Rules
from services.journal import Actor
from services.planner import Meters, PlanRow, Proposal
from ui.staff import acts, draw, event_form, frame, told
from ui.staff.stand import Stand, Undo, here

_SHOWN: Final = 12
_AHEAD: Final = 90
_MONTHS: Final = tuple(range(1, 13))


def screen(stand: Stand) -> None:
    """Draw the year."""
    told.tell(stand)
    year = clock.local_day(clock.now()).year
    asked = acts.look(_asked, year=year)
    if not isinstance(asked, tuple):
        return
    proposals, meters, rows, rules = asked
    draw.html(_meters(stand, meters, rows, year))
    left, right = st.columns([1.25, 1], gap="small")
    with left, frame.card("proposals"):
        draw.html(draw.heading(stand.say("planning.proposals"), stand.say("planning.proposals_small")))
        if not proposals:
            draw.html(draw.empty(stand.say("planning.none")))
        for place, one in enumerate(proposals[:_SHOWN]):
            row(stand, one, f"plan-{place}")
    with right, frame.card("plan"):
        draw.html(draw.heading(stand.say("planning.plan", year=year), stand.say("planning.plan_small")))
        _add(stand, year)
        draw.html(_table(stand, rows))
        with st.expander(stand.say("planning.rules")):
            _rules(stand, rules)


def row(stand: Stand, one: Proposal, key: str) -> None:
    """Draw a proposal with the one thing to do about it."""
    words = stand.words
    when = f"{words.due(one.day)} {words.short_weekday(one.day)}"
    with frame.row(key):
        left = stand.say("planning.days_left", days=one.days_left)
        draw.html(draw.line(one.draft.title, when, left, stand.say("planning.last", day=one.last_day), late=one.pressing))
        frame.button(key, stand.say("planning.take"), take, one)


def take(one: Proposal) -> None:
    """Open the form with everything filled in from last year."""
    draft = one.draft
    event_form.begin(
        title=draft.title, kind=draft.kind, art=draft.art, topic=draft.topic, seats=draft.seats or 0, in_charge=draft.in_charge,
        teacher=draft.teacher, audience=draft.audience, host=draft.host, counts_as_reading=draft.counts_as_reading,
        day=one.day, starts=one.starts, lasts=one.lasts, room_id=one.room_id,
    )  # fmt: skip


def _asked(
    session: Session, *, year: int, at: datetime, by: Actor
) -> tuple[tuple[Proposal, ...], Meters, tuple[PlanRow, ...], Rules]:
    found = planner.proposals(session, at=at, by=by, ahead=_AHEAD)
    rows = planner.plan(session, year=year, at=at, by=by)
    return found, planner.meters(session, at=at, by=by), rows, event_rules.rules(session, hall_id=by.hall_id)


def _meters(stand: Stand, meters: Meters, rows: tuple[PlanRow, ...], year: int) -> Markup:
    say = stand.say
    done, target = sum(min(row.done, row.target) for row in rows), sum(row.target for row in rows)
    return draw.figures([
        _figure(say("planning.titles"), meters.titles, meters.titles_goal, say("planning.goal", count=meters.titles_goal)),
        _figure(say("planning.readings"), meters.readings, meters.readings_goal, say("planning.goal", count=meters.readings_goal)),
        _figure(say("planning.planned"), done, target, say("planning.goal", count=target)),
        draw.figure(say("planning.held", year=year), str(sum(row.done for row in rows)), say("planning.held_small")),
    ])  # fmt: skip


def _figure(label: str, value: int, goal: int, small: str) -> Markup:
    return draw.figure(label, str(value), small, "green" if value >= goal else "plain")


def _table(stand: Stand, rows: tuple[PlanRow, ...]) -> Markup:
    say = stand.say
    heads = [say(f"planning.head.{name}") for name in ("month", "kind", "target", "done")]
    month = clock.local_day(clock.now()).month
    late = [row.done < row.target and row.month < month for row in rows]
    lines = [(say(f"date.month.{row.month}"), say(f"event_kind.{row.kind}"), str(row.target or "–"), str(row.done)) for row in rows]
    return draw.table(heads, lines, late)


def _add(stand: Stand, year: int) -> None:
    n = stand.round
    first, second, third, fourth = st.columns([1, 1.45, 0.85, 1.4], gap="small", vertical_alignment="bottom")
    first.selectbox(stand.say("field.month"), _MONTHS, key=f"plan-month-{n}", format_func=lambda month: stand.say(f"date.month.{month}"))
    second.selectbox(
        stand.say("gathering.kind"), list(EventKind), key=f"plan-kind-{n}", format_func=lambda kind: stand.say(f"event_kind.{kind}")
    )
    third.number_input(stand.say("field.target"), 0, 99, 1, key=f"plan-target-{n}")
    with fourth:
        frame.button("plan-add", stand.say("planning.set"), _set, year, n, stand.gesture)


def _set(year: int, n: int, gesture: UUID) -> None:
    month, kind, target = (st.session_state.get(f"plan-{name}-{n}") for name in ("month", "kind", "target"))
    line = {"year": year, "month": month, "kind": kind}
    was = acts.look(_target, **line)
    answer = acts.do(planner.set_line, **line, target=target, gesture=gesture)
    acts.say(here(), "planning_set", answer, Undo(undoing_events.plan_set, {**line, "target": target, "was": was}))


def _target(session: Session, *, at: datetime, by: Actor, **line: Any) -> int:  # noqa: ARG001  asked like every question
    return planner.target(session, **line, by=by)


def _rules(stand: Stand, rules: Rules) -> None:
    """The policy of the house for events; who may not change it is told so when saving."""
    n = stand.round
    columns = st.columns(2, gap="small")
    for place, (name, sane) in enumerate(SANE.items()):
        columns[place % 2].number_input(stand.say(f"field.{name}"), sane.start, sane.stop - 1, getattr(rules, name), key=f"rule-{name}-{n}")
    frame.button("rules-save", stand.say("planning.rules_save"), _set_rules, n)


def _set_rules(n: int) -> None:
    new = Rules(**{name: int(st.session_state.get(f"rule-{name}-{n}", 0)) for name in SANE})
    answer = acts.do(event_rules.change, new=new)
    here().tell(answer if acts.failed(answer) else "event_rules_set")
