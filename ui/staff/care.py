"""维护: what is due, ticked off on a round; what is in work; the intervals, and what was done."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import WorkKind
from services import care, clock, codes, finding, orders, undoing_house
from services.care import Due, Rule
from services.finding import FoundItem
from services.journal import Actor
from services.orders import Order
from ui.house import ask
from ui.staff import acts, draw, frame, told, upkeep, who, work
from ui.staff.stand import Stand, Undo, here
from ui.staff.upkeep import View

_VIEWS: Final[tuple[View, ...]] = ("title", "rules", "past")
_COLUMNS: Final = ("work_day", "work_thing", "work_found", "work_measure", "work_cost", "repairer", "accepted_by")
_AHEAD: Final = 7
_PAST_DAYS: Final = 366
_MOST: Final = 60


def screen(stand: Stand) -> None:
    """Draw what is due at the left, what is in work or the thing in hand at the right."""
    mine, say = upkeep.place(), stand.say
    told.tell(stand)
    names = {view: say(f"care.{view}") for view in _VIEWS}
    mine.view = st.segmented_control(
        say("staff.nav.care"), list(_VIEWS), default=mine.view, key=f"kind-care-{stand.round}-{stand.lang}",
        format_func=names.__getitem__, required=True, label_visibility="collapsed",
    )  # fmt: skip
    if mine.view == "past":
        _past(stand)
        return
    left, right = st.columns([1.25, 1], gap="small")
    with left, frame.card("care"):
        if mine.view == "rules":
            _rules(stand)
        else:
            _due(stand, mine)
    with right, frame.card("work"):
        if mine.view == "rules":
            work.rule_form(stand)
        elif mine.order_id is not None:
            work.finish_form(stand, mine.order_id)
        elif mine.item_id is not None:
            work.open_form(stand, mine.item_id)
        else:
            _open_orders(stand)


def scanned(code: str, gesture: UUID) -> None:
    """A thing was scanned: its open order, or a new one; anything else goes to the desk."""
    stand = here()
    by = acts.actor()
    found = ask(finding.find, hall_id=by.hall_id, text=code) if by else None
    if not isinstance(found, FoundItem):
        acts.scanned(code, gesture)
        return
    stand.told = None
    upkeep.take(found.item_id)


# -- what is due


def _due(stand: Stand, mine: upkeep.Place) -> None:
    say, today = stand.say, clock.local_day(clock.now())
    found = acts.look(_due_soon)
    lines: list[Due] = found if isinstance(found, list) else []
    draw.html(draw.heading(say("care.title"), say("care.lead")))
    if not lines:
        any_rule = acts.look(_rules_now)
        draw.html(draw.empty(say("care.none_due" if any_rule else "care.none_rules")))
        if not any_rule:
            frame.button("start-rules", say("care.start_rules"), _start_rules, stand.gesture, kind="primary")
        return
    with st.container(key="list-due"):
        for line in lines[:_MOST]:
            _due_row(stand, mine, line, today)
    chosen = tuple(line.item_id for line in lines if line.item_id in mine.ticked)
    label = say("care.all_well", count=len(chosen)) if chosen else say("care.choose")
    frame.button("round", label, _round, chosen, stand.gesture, kind="primary", width="stretch", disabled=not chosen)


def _due_row(stand: Stand, mine: upkeep.Place, line: Due, today: date) -> None:
    say = stand.say
    with frame.row(f"due-{line.item_id}"):
        draw.html(draw.line(_thing(line), _when(stand, line, today), line.room, line.task, late=line.late(today)))
        if line.gauged:
            frame.button(f"gauge-{line.item_id}", say("care.read_gauge"), _inspect, line.item_id, stand.gesture)
            return
        ticked = line.item_id in mine.ticked
        key = "ticked" if ticked else "tick"
        frame.button(f"{key}-{line.item_id}", say(f"care.{key}"), _tick, line.item_id, kind="primary" if ticked else "secondary")
        frame.button(f"problem-{line.item_id}", say("care.problem"), upkeep.take, line.item_id)


def _tick(item_id: UUID) -> None:
    upkeep.place().ticked ^= {item_id}


def _thing(line: Due) -> str:
    return f"{line.name} {line.quantity}{line.unit}" if line.quantity > 1 else f"{line.name} {codes.clear(line.number)}"


def _when(stand: Stand, line: Due, today: date) -> str:
    say, days = stand.say, (today - line.next_day).days
    if line.is_stale(today):
        return say("care.stale", day=line.valid_until)
    if not days:
        return say("care.due_today")
    return say("care.late", days=days) if days > 0 else say("care.due_on", day=line.next_day)


def _round(items: tuple[UUID, ...], gesture: UUID) -> None:
    stand, signed = here(), who.signed_in()
    answer = acts.do(orders.round_done, items=items, accepted_by=signed.name if signed else "", gesture=gesture)
    if not acts.failed(answer):
        upkeep.place().ticked.clear()
    stand.tell(answer if acts.failed(answer) else "care_round")


def _inspect(item_id: UUID, gesture: UUID) -> None:
    """Open the inspection of a gauge at once: its reading is what is written down."""
    answer = acts.do(orders.open_order, item_id=item_id, kind=WorkKind.INSPECTION, gesture=gesture)
    upkeep.take(item_id)
    if acts.failed(answer) and upkeep.place().order_id is None:
        here().tell(answer)


def _start_rules(gesture: UUID) -> None:
    answer = acts.do(care.take_start_rules, gesture=gesture)
    here().tell(answer if acts.failed(answer) else "care_rule")


# -- what is in work


def _open_orders(stand: Stand) -> None:
    say = stand.say
    draw.html(draw.heading(say("work.new"), ""))
    key = f"field-care-{stand.round}"
    st.text_input(
        say("work.scan"), key=key, placeholder=say("work.scan"), label_visibility="collapsed", max_chars=80,
        icon=":material/barcode_scanner:", on_change=_typed, args=(key, stand.gesture),
    )  # fmt: skip
    found = acts.look(_open_now)
    lines: list[Order] = found if isinstance(found, list) else []
    draw.html(draw.heading(say("care.orders"), ""))
    if not lines:
        draw.html(draw.empty(say("care.no_orders")))
    for order in lines[:_MOST]:
        with frame.row(f"order-{order.id}"):
            late = upkeep.is_late(order, clock.now())
            draw.html(draw.line(f"{order.name} · {say(f'work_kind.{order.kind}')}", order.found, upkeep.state(stand, order), late=late))
            frame.button(f"finish-{order.id}", say("care.finish"), _take_order, order.item_id, order.id)


def _typed(key: str, gesture: UUID) -> None:
    if text := str(st.session_state.get(key, "")).strip():
        scanned(text, gesture)


def _take_order(item_id: UUID, order_id: UUID) -> None:
    mine = upkeep.place()
    mine.item_id, mine.order_id = item_id, order_id
    here().ask_anew()


# -- intervals, and what was done


def _rules(stand: Stand) -> None:
    say = stand.say
    found = acts.look(_rules_now)
    lines: list[Rule] = found if isinstance(found, list) else []
    draw.html(draw.heading(say("care.rules"), say("care.rules_lead")))
    if not lines:
        draw.html(draw.empty(say("care.none_rules")))
        frame.button("start-rules", say("care.start_rules"), _start_rules, stand.gesture, kind="primary")
    for rule in lines:
        with frame.row(f"rule-{rule.id}"):
            name = rule.title or say("care.whole", name=rule.class_name or rule.class_code)
            draw.html(draw.line(name, say(f"care.every.{rule.months}"), rule.task, say("care.covers", count=rule.things)))
            frame.button(f"end-{rule.id}", say("care.end"), _end_rule, rule.id, stand.gesture)


def _end_rule(rule_id: UUID, gesture: UUID) -> None:
    answer = acts.do(care.end_rule, rule_id=rule_id, gesture=gesture)
    acts.say(here(), "care_rule", answer, Undo(undoing_house.care_rule_end, {"rule_id": rule_id}))


def _past(stand: Stand) -> None:
    say = stand.say
    found = acts.look(_done_lately)
    lines: list[Order] = found if isinstance(found, list) else []
    with frame.card("past"):
        draw.html(draw.heading(say("care.past"), ""))
        if not lines:
            draw.html(draw.empty(say("care.none_past")))
            return
        heads = [
            say(f"field.{name}")
            for name in ("work_day", "care_things", "work_found", "work_measure", "work_cost", "repairer", "accepted_by")
        ]
        draw.html(draw.table(heads, [_done_line(stand, order) for order in reversed(lines)]))


def _done_line(stand: Stand, order: Order) -> tuple[str, ...]:
    assert order.done_day is not None
    cost = f"{order.cost_fen / 100:.2f}" if order.cost_fen else ""
    thing = f"{order.name} {codes.clear(order.item_number)} · {stand.say(f'work_kind.{order.kind}')}"
    found = order.found or stand.say("work.nothing")
    return order.done_day.isoformat(), thing, found, order.measure, cost, order.repairer, order.accepted_by


def _due_soon(session: Session, *, at: datetime, by: Actor) -> list[Due]:
    return care.due(session, hall_id=by.hall_id, at=at, days=_AHEAD)


def _rules_now(session: Session, *, at: datetime, by: Actor) -> list[Rule]:  # noqa: ARG001  asked like every question
    return care.rules(session, hall_id=by.hall_id)


def _open_now(session: Session, *, at: datetime, by: Actor) -> list[Order]:  # noqa: ARG001  the same
    return orders.open_orders(session, hall_id=by.hall_id)


def _done_lately(session: Session, *, at: datetime, by: Actor) -> list[Order]:
    today = clock.local_day(at)
    return orders.register(session, hall_id=by.hall_id, first=today - timedelta(days=_PAST_DAYS), last=today)
