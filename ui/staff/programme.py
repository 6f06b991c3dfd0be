"""节目单: the numbers of an event in their order, moved by touch, printed on one sheet; and what is rehearsed for it."""

from datetime import datetime
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import ActKind, EventKind
from services import agenda, programmes
from services.agenda import EventSheet
from services.journal import Actor
from services.programmes import LONGEST, Act, ActForm, Programme
from ui.staff import acts, draw, event_form, event_page, frame, gathering, told
from ui.staff.stand import Stand, here

_KINDS: Final = list(ActKind)


def open_programme(event_id: UUID) -> None:
    """Come here."""
    mine = gathering.here()
    mine.anew()
    mine.event_id = event_id
    here().go("programme")


def screen(stand: Stand) -> None:
    """Draw the list on the left, the form and the rehearsals on the right."""
    mine = gathering.here()
    told.tell(stand)
    asked = acts.look(_asked, event_id=mine.event_id)
    if not isinstance(asked, tuple):
        draw.html(draw.empty(stand.say("refusal.event_gone.say")))
        return
    sheet, whole = asked
    left, right = st.columns([1.6, 1], gap="small")
    with left, frame.card("numbers"):
        _list(stand, sheet, whole)
    with right:
        if not sheet.cancelled_at:
            with frame.card("number"):
                _form(stand, sheet, next((act for act in whole.acts if act.id == mine.moving), None))
        with frame.card("rehearsals"):
            _rehearsals(stand, sheet, whole)


def _asked(session: Session, *, event_id: UUID, at: datetime, by: Actor) -> tuple[EventSheet, Programme]:  # noqa: ARG001  asked like every question
    return agenda.sheet(session, event_id=event_id, by=by), programmes.programme(session, event_id=event_id, by=by)


def _list(stand: Stand, sheet: EventSheet, whole: Programme) -> None:
    say = stand.say
    total = say("programme.total", count=len(whole.acts), minutes=whole.minutes)
    draw.html(draw.heading(say("programme.of", name=sheet.draft.title), total))
    if not whole.acts:
        draw.html(draw.empty(say("programme.none")))
    for act in whole.acts:
        with frame.row(f"act-{act.id.hex}"):
            minutes = say("gathering.minutes", count=act.form.minutes)
            draw.html(draw.line(f"{act.place}　{act.form.title}", say(f"act_kind.{act.form.kind}"), act.form.performers, minutes))
            for way, up, stays in (("up", True, act.place == 1), ("down", False, act.place == len(whole.acts))):
                key = f"act-{way}-{act.id.hex}"
                frame.button(key, say(f"programme.{way}"), _shift, act.id, up, stand.gesture, disabled=stays or bool(sheet.cancelled_at))
            frame.button(f"act-edit-{act.id.hex}", say("programme.edit"), _take, act.id)
    with st.container(key="programme-acts", horizontal=True, vertical_alignment="center"):
        frame.button("to-event", say("programme.to_event"), event_page.open_event, sheet.id)
        if whole.acts:
            link = Markup('<a class="desk-link" href="/desk/event/{}/programme.pdf?lang={}" download>{}</a>')
            draw.html(link.format(sheet.id, stand.lang, say("programme.print")))


def _take(act_id: UUID | None) -> None:
    """Take a number into the form, or begin a new one."""
    mine = gathering.here()
    mine.anew()
    mine.moving = act_id


def _form(stand: Stand, sheet: EventSheet, act: Act | None) -> None:
    say, mine = stand.say, gathering.here()
    form = act.form if act else ActForm("", ActKind.SONG)
    draw.html(draw.heading(say("programme.change" if act else "programme.add")))
    st.text_input(say("field.act_title"), form.title, key=mine.key("act"), max_chars=60, autocomplete="off")
    left, right = st.columns([1.3, 1], gap="small")
    left.selectbox(
        say("programme.kind"), _KINDS, index=_KINDS.index(form.kind), key=mine.key("act-kind"),
        format_func=lambda kind: say(f"act_kind.{kind}"),
    )  # fmt: skip
    right.number_input(say("field.minutes"), 1, LONGEST, form.minutes, key=mine.key("act-minutes"))
    st.text_input(say("field.performers"), form.performers, key=mine.key("performers"), max_chars=120, autocomplete="off")
    with st.container(key="act-acts", horizontal=True):
        frame.button("act-save", say("programme.save"), _save, sheet.id, act.id if act else None, mine.gesture, kind="primary")
        if act:
            frame.button("act-off", say("programme.remove"), _remove, act.id, mine.gesture)
            frame.button("act-leave", say("gathering.leave"), _take, None)


def _save(event_id: UUID, act_id: UUID | None, gesture: UUID) -> None:
    mine = gathering.here()
    form = ActForm(
        str(gathering.value(mine, "act", "")), gathering.value(mine, "act-kind", ActKind.SONG),
        str(gathering.value(mine, "performers", "")), int(gathering.value(mine, "act-minutes", 1)),
    )  # fmt: skip
    if act_id is None:
        answer: object = acts.do(programmes.add, event_id=event_id, form=form, gesture=gesture)
    else:
        answer = acts.do(programmes.change, act_id=act_id, form=form, gesture=gesture)
    _done(answer)


def _remove(act_id: UUID, gesture: UUID) -> None:
    _done(acts.do(programmes.remove, act_id=act_id, gesture=gesture))


def _shift(act_id: UUID, up: bool, gesture: UUID) -> None:  # noqa: FBT001  bound to its button when it is drawn
    answer = acts.do(programmes.shift, act_id=act_id, up=up, gesture=gesture)
    stand = here()
    stand.tell(answer if acts.failed(answer) else None)


def _done(answer: object) -> None:
    stand = here()
    if acts.failed(answer):
        stand.told = answer
        return
    gathering.here().anew()
    stand.tell("programme_saved")


def _rehearsals(stand: Stand, sheet: EventSheet, whole: Programme) -> None:
    words = stand.words
    draw.html(draw.heading(stand.say("programme.rehearsals"), str(len(whole.rehearsals)) if whole.rehearsals else ""))
    if not whole.rehearsals:
        draw.html(draw.empty(stand.say("programme.no_rehearsals")))
    for one in whole.rehearsals:
        day = one.starts_at
        draw.html(draw.line(one.title, words.moment(day), f"–{words.time(one.ends_at)}", one.room))
    if not sheet.cancelled_at:
        given = {
            "title": stand.say("programme.rehearsal_of", name=sheet.draft.title)[:80], "kind": EventKind.REHEARSAL,
            "programme_of_id": sheet.id, "in_charge": sheet.draft.in_charge, "art": sheet.draft.art,
        }  # fmt: skip
        frame.button("rehearse", stand.say("programme.rehearse"), _rehearse, given)


def _rehearse(given: dict[str, object]) -> None:
    event_form.begin(**given)
