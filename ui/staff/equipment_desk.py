"""器材: what the hall has, class by class; registering numbered things or a set; and the classes themselves."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import Medium
from services import clock, codes, equipment, equipment_classes, holdings
from services.books import Entered
from services.equipment import SOURCES, EquipmentForm
from services.equipment_classes import ClassLine
from services.holdings import Line, Lines
from services.journal import Actor
from services.refusals import Refusal
from ui.staff import acts, assets, draw, fields, frame, labels, told
from ui.staff.fields import Fields
from ui.staff.stand import Stand, here

_PAGE: Final = "equipment-page"
_CLASS: Final = "equipment-class"
_PANEL: Final = "equipment-panel"
_LAST: Final = "equipment-last"
_WIDTHS: Final = (1.5, 1, 1, 1)
_ROWS: Final = (
    ("equipment_name", "class_code", "pieces", "unit"),
    ("brand", "model", "purchase_price", "source"),
    ("custodian", "room", "acquired_day", "fund"),
    ("gb14885", "shelf", "batch", "donor"),
    ("counted", "stays"),
)
_TEXTS: Final = ("brand", "model", "custodian", "gb14885", "fund", "batch", "donor", "shelf", "unit")
_HINTS: Final = {
    "custodian": "equipment.custodian_hint", "gb14885": "equipment.gb_hint", "fund": "equipment.fund_hint",
    "purchase_price": "books.price_hint",
}  # fmt: skip
_LONGEST: Final = {"equipment_name": 200, "model": 80, "purchase_price": 12, "acquired_day": 10, "unit": 8, "batch": 40, "shelf": 40}


def screen(stand: Stand) -> None:
    """Draw the classes, and the things of the one that is chosen; or one of the two forms."""
    told.tell(stand)
    found = acts.look(_classes)
    classes: list[ClassLine] = found if isinstance(found, list) else []
    panel = st.session_state.get(_PANEL)
    with st.container(key="card-acts-equipment", horizontal=True):
        frame.button("equipment-new", stand.say("equipment.register"), _open, "new", kind="primary", disabled=not classes)
        frame.button("equipment-classes", stand.say("equipment.classes"), _open, "classes")
        if made := st.session_state.get(_LAST):
            frame.button("equipment-print", stand.say("books.print", count=len(made)), _print)
    if panel == "new" and classes:
        with frame.card("equipment-new"):
            _register(stand, classes)
    elif panel == "classes" or not classes:
        with frame.card("equipment-classes"):
            _edit_classes(stand, classes)
    with frame.card("equipment"):
        _list(stand, classes)


def _open(panel: str) -> None:
    st.session_state[_PANEL] = None if st.session_state.get(_PANEL) == panel else panel
    here().told = None


# -- the list -----------------------------------------------------------------------------------------------------------------


def _list(stand: Stand, classes: list[ClassLine]) -> None:
    say = stand.say
    names = {line.code: f"{line.name} {line.things}" for line in classes if line.things}
    draw.html(draw.heading(say("equipment.title"), say("books.in_all", count=sum(line.things for line in classes))))
    chosen = ""
    if names:
        chosen = (
            st.pills(
                say("field.class_code"), list(names), key=f"kind-{_CLASS}", format_func=lambda code: frame.plain(names[code]),
                label_visibility="collapsed", on_change=_turn, args=(0,),
            )
            or ""
        )  # fmt: skip
    found = acts.look(holdings.equipment, class_code=chosen, number=int(st.session_state.get(_PAGE, 0)))
    if not isinstance(found, Lines):
        draw.html(told.paper(stand, found))
        return
    if not found.lines:
        draw.html(draw.empty(say("equipment.empty")))
    for line in found.lines:
        _line(stand, line)
    with st.container(key="card-acts-turning", horizontal=True):
        if found.page:
            frame.button("back-page", say("books.page_back"), _turn, found.page - 1)
        if found.more:
            frame.button("next-page", say("books.page_on"), _turn, found.page + 1)


def _line(stand: Stand, line: Line) -> None:
    say = stand.say
    with frame.row(f"item-{line.item_id}"):
        state = [say(f"condition.{condition}") for condition in line.conditions]
        state += [say("books.out", day=line.due_day)] if line.due_day else []
        draw.html(
            draw.line(line.name, codes.clear(line.number), line.call_number, line.room, line.shelf, *state, late=bool(line.conditions))
        )
        frame.button(f"asset-{line.item_id}", say("assets.open"), open_asset, line.item_id)
        frame.button(f"see-{line.item_id}", say("staff.today.see_thing"), acts.take_item, line.item_id)


def open_asset(item_id: UUID) -> None:
    """Turn to a thing's sheet."""
    stand = here()
    stand.take_item(item_id)
    stand.go("asset")


def _turn(number: int) -> None:
    st.session_state[_PAGE] = number
    here().told = None


# -- registering --------------------------------------------------------------------------------------------------------------


def _register(stand: Stand, classes: list[ClassLine]) -> None:
    form, say = Fields(stand, "equipment"), stand.say
    names = {line.code: f"{line.code} {line.name}" for line in classes}
    draw.html(draw.heading(say("equipment.register"), say("equipment.lead")))
    for row in _ROWS:
        for column, name in zip(st.columns(_WIDTHS[: len(row)], gap="small", vertical_alignment="bottom"), row, strict=True):
            with column:
                _field(form, names, name)
    frame.button("equipment-enter", say("books.enter"), _enter, stand.gesture, kind="primary", width="stretch")


def _field(form: Fields, classes: dict[str, str], name: str) -> None:
    """Draw one field of the form."""
    say = form.stand.say
    if name == "class_code":
        st.selectbox(
            say("field.class_code"), list(classes), index=None, key=form.key(name), format_func=classes.__getitem__,
            placeholder=say("equipment.class_hint"),
        )  # fmt: skip
    elif name == "room":
        form.room(Medium.EQUIPMENT)
    elif name == "source":
        words = {source: say(f"equipment.source.{source}") for source in SOURCES}
        st.selectbox(say("field.source"), list(words), index=1, key=form.key(name), format_func=words.__getitem__)
    elif name == "pieces":
        st.number_input(say("field.quantity"), 1, 9_999, 1, key=form.key(name))
    elif name in {"counted", "stays"}:
        st.checkbox(say(f"equipment.{name}"), key=form.key(name))
    else:
        usual = {"acquired_day": clock.local_day(clock.now()).isoformat(), "unit": say("equipment.unit")}.get(name, "")
        form.text(name, usual, hint=say(_HINTS[name]) if name in _HINTS else "", most=_LONGEST.get(name, 60))


def _enter(gesture: UUID) -> None:
    stand = here()
    try:
        form = _form(Fields(stand, "equipment"))
    except Refusal as refusal:
        stand.told = refusal
        return
    answer = acts.do(equipment.register, form=form, gesture=gesture)
    if isinstance(answer, Entered):
        st.session_state[_LAST] = answer.items
        stand.tell(answer)
    else:
        stand.told = answer


def _form(form: Fields) -> EquipmentForm:
    texts: dict[str, Any] = {
        name: form.read(name) for name in ("brand", "model", "custodian", "gb14885", "fund", "batch", "donor", "shelf", "unit")
    }
    acquired: date | None = assets.day(form.read("acquired_day")) if form.read("acquired_day") else None
    return EquipmentForm(
        name=form.read("equipment_name"), class_code=str(form.held("class_code") or ""), room_id=form.held("room"),
        source=str(form.held("source") or ""), acquired_day=acquired, counted=bool(form.held("counted")),
        pieces=int(form.held("pieces") or 1), purchase_fen=fields.fen(form.read("purchase_price")), stays=bool(form.held("stays")), **texts,
    )  # fmt: skip


def _print() -> None:
    labels.print_these(tuple(st.session_state.pop(_LAST, ())))


# -- the classes --------------------------------------------------------------------------------------------------------------


def _edit_classes(stand: Stand, classes: list[ClassLine]) -> None:
    form, say = Fields(stand, "class"), stand.say
    draw.html(draw.heading(say("equipment.classes"), say("equipment.classes_lead")))
    if classes:
        heads = [say("field.class_letters"), say("field.class_name"), say("field.gb14885"), say("equipment.things")]
        draw.html(draw.table(heads, [(line.code, line.name, line.gb14885, str(line.things)) for line in classes]))
    else:
        frame.button("classes-usual", say("equipment.usual"), _usual, stand.gesture, kind="primary")
    first, second, third, fourth = st.columns([1, 1.6, 1, 1], gap="small", vertical_alignment="bottom")
    with first:
        form.text("class_letters", hint="YQ", most=4)
    with second:
        form.text("class_name", most=40)
    with third:
        form.text("gb14885", most=12)
    with fourth:
        frame.button("class-put", say("titles.save"), _put, stand.gesture, kind="primary", width="stretch")


def _put(gesture: UUID) -> None:
    stand, form = here(), Fields(here(), "class")
    said = {"code": form.read("class_letters"), "name": form.read("class_name"), "gb14885": form.read("gb14885")}
    answer = acts.do(equipment_classes.put, gesture=gesture, **said)
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell("class_put")


def _usual(gesture: UUID) -> None:
    stand = here()
    answer = acts.do(equipment_classes.take_usual, gesture=gesture)
    stand.tell(answer if acts.failed(answer) else "class_put")


def _classes(session: Session, *, at: datetime, by: Actor) -> list[ClassLine]:  # noqa: ARG001  asked like every question
    return equipment_classes.classes(session, hall_id=by.hall_id)
