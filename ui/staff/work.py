"""The forms of 维护: open an order for a thing, finish or drop one, and set an interval."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Medium, Pressure, Trouble, WorkKind
from services import care, clock, codes, orders, shelves, undoing_house
from services.journal import Actor
from services.orders import Closing, Gauge, Order
from services.refusals import Refusal
from services.reports import OpenReport, reports_of
from services.shelves import ItemSheet
from ui.staff import acts, draw, fields, frame, typed, upkeep, who
from ui.staff.stand import Stand, Undo, here

_BACK_IN: Final = (1, 3, 7, 30)
_KINDS: Final = (WorkKind.REPAIR, WorkKind.UPKEEP, WorkKind.INSPECTION)


def open_form(stand: Stand, item_id: UUID) -> None:
    """Draw a thing, what was reported of it, and the form of a new order; below it its record."""
    say, sheet = stand.say, acts.look(shelves.sheet, item_id=item_id)
    if not isinstance(sheet, ItemSheet):
        upkeep.place().item_id = None
        return
    thing = sheet.thing
    draw.html(draw.heading(draw.name(stand.words, thing.name, thing.medium), codes.clear(thing.number)))
    found = acts.look(_reports, item_id=item_id)
    reports: list[OpenReport] = found if isinstance(found, list) else []
    if reports:
        told = "、".join(_said(stand, one.trouble) for one in reports)
        draw.html(draw.notice("mind", say("work.reported", troubles=told), "；".join(one.note for one in reports if one.note)))
    n = stand.round
    kinds = {kind: say(f"work_kind.{kind}") for kind in _KINDS}
    st.segmented_control(
        say("work.kind"), list(_KINDS), default=WorkKind.REPAIR, key=f"kind-work-{n}", format_func=kinds.__getitem__, required=True
    )
    st.text_input(
        say("field.work_found"), "、".join(dict.fromkeys(_said(stand, one.trouble) for one in reports)), key=f"found-{n}", max_chars=200,
        placeholder=say("work.found_hint"), autocomplete="off",
    )  # fmt: skip
    stopped = st.checkbox(say("work.stop"), value=thing.medium is Medium.EQUIPMENT and not thing.counted, key=f"stop-{n}")
    if stopped:
        _back_day(stand, n)
    st.text_input(say("field.repairer"), key=f"repairer-{n}", max_chars=40, autocomplete="off")
    with st.container(key="card-acts", horizontal=True):
        frame.button("open-order", say("work.open"), _open, item_id, n, stand.gesture, kind="primary")
        frame.button("to-care", say("work.back"), upkeep.take, None)
    _history(stand, item_id)


def finish_form(stand: Stand, order_id: UUID) -> None:
    """Draw an open order and the form that closes it."""
    say, order = stand.say, acts.look(_order, order_id=order_id)
    if not isinstance(order, Order) or order.ended_as is not None:
        upkeep.take(None)
        st.rerun()
    assert isinstance(order, Order)
    n, title = stand.round, f"{order.name} · {say(f'work_kind.{order.kind}')}"
    draw.html(draw.heading(title, say("care.number", number=order.number)))
    told = "、".join(_said(stand, one) for one in order.troubles)
    late = upkeep.is_late(order, clock.now())
    draw.html(draw.line(order.found or told or codes.clear(order.item_number), upkeep.state(stand, order), late=late))
    gauged = _finish_fields(stand, order, n)
    with st.container(key="card-acts", horizontal=True):
        frame.button("close-order", say("work.close"), _close, order, n, gauged, stand.gesture, kind="primary")
        frame.button("to-care", say("work.back"), upkeep.take, None)
    _otherwise(stand, order, n)


def _finish_fields(stand: Stand, order: Order, n: int) -> bool:
    """Draw what is written down at the end; gives whether a gauge is among it."""
    say, signed, repair = stand.say, who.signed_in(), order.kind is WorkKind.REPAIR
    rule = None if repair else acts.look(_rule, item_id=order.item_id)
    task, gauged = rule if isinstance(rule, tuple) else ("", False)
    if gauged:
        _gauge(stand, n)
    first, second = (st.container(), None) if repair else st.columns(2, gap="small")
    first.text_input(say("field.work_measure"), task, key=f"measure-{n}", max_chars=200, placeholder=say("work.measure_hint"))
    if second is not None:
        second.text_input(say("field.work_found"), order.found, key=f"found-{n}", max_chars=200, placeholder=say("work.all_well"))
    left, right = st.columns(2, gap="small")
    name = signed.name if signed else ""
    with left:
        # What the hall itself paid, like the price of a book: register 09 has a column for it.
        fields.Fields(stand, "work").text("work_cost", hint=say("work.cost_hint"), most=9)
        st.text_input(say("field.accepted_by"), name, key=f"accepted-{n}", max_chars=40, autocomplete="off")
    with right:
        by_whom = order.repairer or ("" if repair else name)
        st.text_input(say("field.repairer"), by_whom, key=f"repairer-{n}", max_chars=40, autocomplete="off")
        st.text_input(say("field.work_day"), clock.local_day(clock.now()).isoformat(), key=f"day-{n}", autocomplete="off")
    return gauged


def rule_form(stand: Stand) -> None:
    """Draw the form of an interval: a class or one title of it, how often, and what is done."""
    say, n = stand.say, stand.round
    found = acts.look(_classes)
    classes: dict[str, dict[UUID, str]] = found if isinstance(found, dict) else {}
    named = acts.look(_class_names)
    names: dict[str, str] = named if isinstance(named, dict) else {}
    draw.html(draw.heading(say("care.set_one"), ""))
    if not classes:
        draw.html(draw.empty(say("care.none_rules")))
        return
    code = st.selectbox(say("care.class"), list(classes), key=f"class-{n}", format_func=lambda code: f"{code} {names.get(code, '')}")
    titles = classes[code]
    st.selectbox(
        say("care.which"), [None, *titles], key=f"title-{n}-{code}-{stand.lang}",
        format_func=lambda title_id: titles[title_id] if title_id else say("care.of_class"),
    )  # fmt: skip
    every = {months: say(f"care.every.{months}") for months in care.INTERVALS}
    st.segmented_control(
        say("field.care_interval"), list(care.INTERVALS), default=3, key=f"kind-every-{n}", format_func=every.__getitem__, required=True
    )
    st.text_input(say("field.care_task"), key=f"task-{n}", max_chars=100, autocomplete="off")
    st.checkbox(say("care.gauged"), key=f"gauged-{n}")
    frame.button("set-rule", say("care.set"), _set_rule, n, code, stand.lang, stand.gesture, kind="primary")


def _said(stand: Stand, trouble: Trouble) -> str:
    return stand.say(f"trouble.{trouble}")


def _back_day(stand: Stand, n: int) -> None:
    today = clock.local_day(clock.now())
    days = {in_days: stand.words.due(today + timedelta(days=in_days)) for in_days in _BACK_IN}
    st.segmented_control(stand.say("field.back_day"), list(_BACK_IN), default=None, key=f"kind-back-{n}", format_func=days.__getitem__)


def _gauge(stand: Stand, n: int) -> None:
    say = stand.say
    names = {pressure: say(f"pressure.{pressure}") for pressure in Pressure}
    left, right = st.columns([1.2, 1], gap="small")
    left.segmented_control(say("work.pressure"), list(Pressure), default=None, key=f"kind-gauge-{n}", format_func=names.__getitem__)
    right.text_input(say("work.valid_until"), key=f"valid-{n}", placeholder="2028-06-30", autocomplete="off")
    st.checkbox(say("work.sealed"), value=True, key=f"sealed-{n}")


def _history(stand: Stand, item_id: UUID) -> None:
    found = acts.look(upkeep.of_thing, item_id=item_id)
    past = [order for order in found if order.done_day] if isinstance(found, list) else []
    if past:
        draw.html(draw.heading(stand.say("work.history")), *(_done(stand, order) for order in past))


def _done(stand: Stand, order: Order) -> Markup:
    title = f"{stand.say(f'work_kind.{order.kind}')} {order.measure}"
    return draw.line(title, stand.words.due(order.done_day) if order.done_day else "", order.found, order.accepted_by)


def _otherwise(stand: Stand, order: Order, n: int) -> None:
    """What is rarer: another day, or nothing to do after all."""
    say = stand.say
    if order.out_since is not None and order.back_at is None:
        with st.expander(say("work.later")):
            _back_day(stand, n)
            frame.button("expect", say("work.later"), _expect, order.id, n, stand.gesture)
    with st.expander(say("work.drop")):
        st.text_input(say("work.drop_reason"), key=f"why-{n}", max_chars=200, autocomplete="off")
        frame.button("drop-order", say("work.drop"), _drop, order.id, n, stand.gesture)


# -- what is done


def _value(name: str, n: int) -> Any:
    return st.session_state.get(f"{name}-{n}")


def _text(name: str, n: int) -> str:
    return str(_value(name, n) or "")


def _in_days(n: int) -> date | None:
    in_days = _value("kind-back", n)
    return clock.local_day(clock.now()) + timedelta(days=in_days) if isinstance(in_days, int) else None


def _open(item_id: UUID, n: int, gesture: UUID) -> None:
    stand, stopped = here(), bool(_value("stop", n))
    answer = acts.do(
        orders.open_order, item_id=item_id, kind=WorkKind(_value("kind-work", n) or WorkKind.REPAIR), found=_text("found", n),
        repairer=_text("repairer", n), out_of_order=stopped, back_day=_in_days(n) if stopped else None, gesture=gesture,
    )  # fmt: skip
    if acts.failed(answer):
        stand.told = answer
        return
    upkeep.take(None)
    stand.tell("work_open", Undo(orders.drop, {"order_id": answer, "reason": stand.say("staff.undo.reason")}))


def _close(order: Order, n: int, gauged: bool, gesture: UUID) -> None:  # noqa: FBT001  bound to a button
    stand = here()
    try:
        closing = Closing(
            typed.day(_text("day", n), "work_day") or clock.local_day(clock.now()), _text("measure", n), _text("accepted", n),
            _text("repairer", n), fields.fen(_text("work-work_cost", n), "work_cost") or 0, _text("found", n),
            _read_gauge(n) if gauged else None,
        )  # fmt: skip
    except Refusal as refusal:
        stand.told = refusal
        return
    answer = acts.do(orders.close, order_id=order.id, closing=closing, gesture=gesture)
    if not isinstance(answer, Order):
        stand.told = answer
        return
    upkeep.take(None)
    stand.tell("work_repaired" if answer.back_at is not None else "work_done")


def _read_gauge(n: int) -> Gauge | None:
    pressure, valid_until = _value("kind-gauge", n), typed.day(_text("valid", n), "gauge")
    if pressure is None or valid_until is None:
        return None
    return Gauge(Pressure(pressure), bool(_value("sealed", n)), valid_until)


def _drop(order_id: UUID, n: int, gesture: UUID) -> None:
    stand, answer = here(), acts.do(orders.drop, order_id=order_id, reason=_text("why", n), gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
        return
    upkeep.take(None)
    stand.tell("work_drop")


def _expect(order_id: UUID, n: int, gesture: UUID) -> None:
    stand, day = here(), _in_days(n)
    if day is not None:
        answer = acts.do(orders.expect, order_id=order_id, back_day=day, gesture=gesture)
        stand.tell(answer if acts.failed(answer) else "work_expect")


def _set_rule(n: int, code: str, lang: str, gesture: UUID) -> None:
    stand = here()
    which = {"class_code": code, "title_id": st.session_state.get(f"title-{n}-{code}-{lang}")}
    facts = {"months": int(_value("kind-every", n) or 0), "task": _text("task", n), "gauged": bool(_value("gauged", n))}
    answer = acts.do(care.set_rule, **which, **facts, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
        return
    stand.tell("care_rule", Undo(undoing_house.care_rule, which))


def _reports(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> list[OpenReport]:  # noqa: ARG001  asked like every question
    return reports_of(session, item_id=item_id, by=by)


def _order(session: Session, *, order_id: UUID, at: datetime, by: Actor) -> Order:  # noqa: ARG001  the same
    return orders.order(session, order_id=order_id, by=by)


def _rule(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> tuple[str, bool]:  # noqa: ARG001  the same
    rule = care.rule_of(session, hall_id=by.hall_id, item_id=item_id)
    return (str(rule.task), bool(rule.gauged)) if rule else ("", False)


def _classes(session: Session, *, at: datetime, by: Actor) -> dict[str, dict[UUID, str]]:  # noqa: ARG001  the same
    return care.classes(session, hall_id=by.hall_id)


def _class_names(session: Session, *, at: datetime, by: Actor) -> dict[str, str]:  # noqa: ARG001  the same
    return care.class_names(session, hall_id=by.hall_id)
