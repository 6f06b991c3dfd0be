"""Registering somebody, showing and correcting what is kept, and the card itself."""

import base64
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import PatronKind, Sex
from services import card_papers, cards, codes, patrons, undoing, undoing_house
from services.cards import CardFace
from services.journal import Actor
from services.patrons import Sheet
from services.refusals import FactWrong, Refusal
from services.registration import Form
from ui.house import Trouble as Broken
from ui.staff import acts, days, draw, frame, person, person_acts, told
from ui.staff.stand import Stand, Undo, here

_TEXTS: Final = (
    "name",
    "birth_date",
    "phone",
    "pin",
    "villager_group",
    "guardian_name",
    "guardian_relation",
    "guardian_phone",
    "consent_day",
)


def register(stand: Stand) -> None:
    """Draw the registration form."""
    told.tell(stand)
    with frame.card("form"):
        draw.html(draw.heading(stand.say("staff.people.register"), stand.say("staff.people.free_of_charge")))
        _fields(stand, Form(name=""), new=True)
        frame.button("register", stand.say("staff.people.make_card"), _register, stand.round, stand.gesture, kind="primary")


def patron(stand: Stand) -> None:
    """Draw all that is kept about somebody, to be corrected."""
    sheet = acts.look(patrons.sheet, patron_id=stand.patron_id) if stand.patron_id else None
    if not isinstance(sheet, Sheet):
        frame.button("desk", stand.say("staff.nav.desk"), acts.open_screen, "desk", kind="primary")
        return
    told.tell(stand)
    with frame.card("sheet"):
        person.head(stand, sheet)
        with st.container(key="card-acts", horizontal=True):
            frame.button("back", stand.say("staff.people.to_desk"), acts.open_screen, "desk", kind="primary")
            if sheet.line.card_id and sheet.line.ended_as is None:
                frame.button("show-card", stand.say("staff.people.show_card"), acts.open_screen, "card")
                frame.button("extend", stand.say("staff.people.extend"), _extend, sheet.line.card_id)
                frame.sure(stand, "lost", stand.say("staff.people.lost"), _report_lost, sheet.line.card_id)
            frame.sure(stand, "reissue", stand.say("staff.people.reissue"), _reissue, sheet.line.patron_id, stand.gesture)
    person_acts.panels(stand, sheet)
    with frame.card("form"):
        draw.html(draw.heading(stand.say("staff.people.correct"), stand.say("staff.people.since", day=sheet.registered_at)))
        _fields(stand, sheet.form, new=False)
        facts = (stand.round, sheet.line.patron_id, sheet.form, sheet.seen)
        frame.button("correct", stand.say("staff.people.save"), _correct, *facts, kind="primary")


def card(stand: Stand) -> None:
    """Show the card, to be printed."""
    told.tell(stand)
    card_id = acts.card_of(stand.patron_id) if stand.patron_id else None
    face = acts.look(_face, card_id=card_id) if card_id else None
    with frame.card("face"):
        if not isinstance(face, CardFace):
            draw.html(told.paper(stand, face))
            return
        png = base64.b64encode(card_papers.front(face, stand.words)).decode()
        draw.html(
            Markup(
                '<div class="desk-card"><img alt="{}" src="data:image/png;base64,{}"><div><b>{}</b><span>{}</span><p>{}</p></div></div>'
            ).format(
                stand.say("staff.people.card_of", name=face.name),
                png,
                face.name,
                codes.clear(face.number),
                stand.say("staff.people.card_hint"),
            )
        )
        with st.container(key="card-acts", horizontal=True):
            st.link_button(stand.say("staff.people.print"), f"/desk/card/{face.card_id}", type="primary")
            st.link_button(stand.say("staff.card.two_sides"), f"/desk/card/{face.card_id}.pdf")
            frame.button("to-desk", stand.say("staff.people.to_desk"), acts.open_screen, "desk")
            frame.button("another", stand.say("staff.people.another"), acts.open_fresh, "register")


def _face(session: Session, *, card_id: UUID, at: object, by: Actor) -> CardFace:  # noqa: ARG001  asked like every question
    return cards.face(session, card_id=card_id, by=by)


def _fields(stand: Stand, form: Form, *, new: bool) -> None:
    """Draw the fields; nothing is sent until the button is tapped."""
    say, n = stand.say, stand.round
    first, second, third = st.columns(3, gap="medium")
    with first:
        _choice(stand, "kind", list(PatronKind), form.kind, disabled=not new)
        _text(stand, "name", form.name)
        _choice(stand, "sex", list(Sex), form.sex)
        _text(stand, "birth_date", days.written(form.birth_date), hint=say("staff.people.date_hint"))
    with second:
        _text(stand, "phone", form.phone)
        _text(stand, "pin", "", hint=say("staff.people.pin_hint"))
        _text(stand, "villager_group", form.villager_group)
        if form.kind is PatronKind.TEAM or st.session_state.get(f"kind-{n}") is PatronKind.TEAM:
            _leader(stand, form.leader_id)
        draw.html(draw.empty(say("staff.people.under_14")))
    with third:
        for field in ("guardian_name", "guardian_relation", "guardian_phone"):
            _text(stand, field, getattr(form, field))
        _text(stand, "consent_day", days.written(form.consent_day), hint=say("staff.people.date_hint"))


def _text(stand: Stand, field: str, value: str, hint: str = "") -> None:
    st.text_input(stand.say(f"field.{field}"), value, key=f"{field}-{stand.round}", placeholder=hint, max_chars=60, autocomplete="off")


def _choice(stand: Stand, field: str, options: list[Any], value: Any, *, disabled: bool = False) -> None:
    st.segmented_control(
        stand.say(f"field.{field}"),
        options,
        default=value,
        key=f"{field}-{stand.round}",
        format_func=lambda each: stand.say(f"staff.{field}.{each}"),
        disabled=disabled,
        required=True,
    )


def _leader(stand: Stand, leader_id: UUID | None) -> None:
    """Find the team's responsible person by typing."""
    text = st.text_input(
        stand.say("field.leader"), key=f"leader-text-{stand.round}", placeholder=stand.say("staff.people.leader_hint"), max_chars=60
    )
    found = acts.look(patrons.find_patron, text=text) if text else []
    now = {leader_id: stand.say("staff.people.leader_now")} if leader_id else {}
    names = {line.patron_id: f"{line.name} {line.phone_masked}" for line in found} if isinstance(found, list) else {}
    names = names or now
    st.selectbox(
        stand.say("staff.people.leader_choose"),
        list(names),
        key=f"leader-{stand.round}",
        index=0 if names else None,
        placeholder=stand.say("staff.people.leader_hint"),
        format_func=lambda each: names.get(each, str(each)),
    )


def _read(n: int, old: Form) -> Form:
    """Read the fields. Raises FactWrong for a day that is none."""
    kept = {field: str(st.session_state.get(f"{field}-{n}", "") or "") for field in _TEXTS}
    on = {field: days.read(field, kept.pop(field)) for field in ("birth_date", "consent_day")}
    chosen = {"kind": st.session_state.get(f"kind-{n}") or old.kind, "sex": st.session_state.get(f"sex-{n}") or old.sex}
    return replace(old, **kept, **on, **chosen, leader_id=st.session_state.get(f"leader-{n}", old.leader_id))  # type: ignore[arg-type]


def _register(n: int, gesture: UUID) -> None:
    stand = here()
    try:
        form = _read(n, Form(name=""))
    except FactWrong as refusal:
        stand.told = refusal
        return
    answer = acts.do(cards.register, form=form, gesture=gesture)
    if isinstance(answer, CardFace):
        stand.go("card")
        stand.take_patron(answer.patron_id)
    else:
        # The fields stay as they are: nothing typed is lost.
        stand.told = answer


def _correct(n: int, patron_id: UUID, old: Form, seen: str) -> None:
    stand = here()
    try:
        form = _read(n, old)
    except FactWrong as refusal:
        stand.told = refusal
        return
    answer = acts.do(patrons.correct, patron_id=patron_id, form=form, seen=seen)
    if isinstance(answer, Refusal | Broken):
        stand.told = answer
    else:
        stand.tell("corrected", Undo(undoing_house.patron_correct, {"patron_id": patron_id, "form": old}))


def _reissue(patron_id: UUID, gesture: UUID) -> None:
    stand = here()
    answer = acts.do(cards.reissue, patron_id=patron_id, gesture=gesture)
    if isinstance(answer, CardFace):
        stand.go("card")
    else:
        stand.tell(answer)


def _report_lost(card_id: UUID) -> None:
    stand = here()
    answer = acts.do(cards.report_lost, card_id=card_id)
    stand.tell(answer if acts.failed(answer) else "lost")


def _extend(card_id: UUID) -> None:
    stand = here()
    answer = acts.do(cards.extend, card_id=card_id)
    if acts.failed(answer):
        stand.tell(answer)
    else:
        stand.tell("extended", Undo(undoing.card_extend, {"card_id": card_id}))
