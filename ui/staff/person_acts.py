"""What may be done with somebody's registration besides correcting it: pause, cancel, hand over, merge, forget."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import PatronKind
from services import cards, patrons, privacy, suspensions, undoing_house
from services.patrons import Sheet
from services.refusals import FactWrong
from services.suspensions import Pause
from ui.staff import acts, days, draw, frame, merge, outcome, teams
from ui.staff.stand import Stand, Undo, here

_FORMATS: Final = ("pdf", "xlsx")


def panels(stand: Stand, sheet: Sheet) -> None:
    """Draw the choice, and below it the one that was chosen."""
    wanted: dict[str, Callable[[Stand, Sheet], None]] = {"pause": _pause, "own": _own, "merge": _merge, "erase": _erase}
    if sheet.line.card_id and sheet.line.ended_as is None:
        wanted["cancel"] = _cancel
    if sheet.form.kind is PatronKind.TEAM:
        wanted["members"] = _members
    with frame.card("person-more"):
        chosen = st.segmented_control(
            stand.say("people.more.title"), list(wanted), key=f"kind-more-{sheet.line.patron_id}-{stand.lang}",
            format_func=lambda each: stand.say(f"people.more.{each}"), label_visibility="collapsed",
        )  # fmt: skip
        if chosen:
            wanted[chosen](stand, sheet)


def _pause(stand: Stand, sheet: Sheet) -> None:
    pauses = acts.look(suspensions.history, patron_id=sheet.line.patron_id)
    past: list[Pause] = pauses if isinstance(pauses, list) else []
    if any(pause.running for pause in past):
        frame.button("lift", stand.say("people.pause.lift"), _lift, sheet.line.patron_id, stand.gesture, kind="primary")
    else:
        left, right = st.columns([1, 2])
        with left:
            days.field(stand, "until_day", f"until-{stand.round}")
        right.text_input(stand.say("field.reason"), key=f"why-{stand.round}", max_chars=200, autocomplete="off")
        draw.html(draw.empty(stand.say("people.pause.hint")))
        frame.button("suspend", stand.say("people.more.pause"), _suspend, sheet.line.patron_id, stand.gesture, stand.round, kind="primary")
    draw.html(*(_pause_line(stand, pause) for pause in past))


def _pause_line(stand: Stand, pause: Pause) -> Markup:
    until = stand.say("people.pause.until", day=pause.until_day) if pause.until_day else stand.say("people.pause.open")
    state = stand.say("people.pause.running" if pause.running else "people.pause.over")
    return draw.line(pause.reason, stand.say("people.pause.since", day=pause.since_day), until, pause.staff, state, late=pause.running)


def _cancel(stand: Stand, sheet: Sheet) -> None:
    draw.html(draw.empty(stand.say("people.cancel.hint")))
    st.text_input(stand.say("field.reason"), key=f"why-{stand.round}", max_chars=200, autocomplete="off")
    facts = (sheet.line.patron_id, stand.gesture, stand.round)
    frame.sure(stand, "cancel", stand.say("people.more.cancel"), _cancel_card, *facts, kind="primary")


def _own(stand: Stand, sheet: Sheet) -> None:
    draw.html(draw.empty(stand.say("people.own.hint")))
    links = (
        Markup('<a class="desk-link" href="/desk/patron/{}.{}?lang={}" download>{}</a>').format(
            sheet.line.patron_id, ending, stand.lang, stand.say(f"people.own.{ending}")
        )
        for ending in _FORMATS
    )
    draw.html(Markup("<p>{}</p>").format(draw.NOTHING.join(links)))


def _merge(stand: Stand, sheet: Sheet) -> None:
    draw.html(draw.empty(stand.say("people.merge.hint")))
    text = st.text_input(stand.say("people.merge.find"), value=sheet.form.name, key=f"twin-{sheet.line.patron_id}", max_chars=60)
    found = acts.look(patrons.find_patron, text=text) if text else []
    others = [line for line in found if line.patron_id != sheet.line.patron_id] if isinstance(found, list) else []
    if not others:
        draw.html(draw.empty(stand.say("people.merge.nobody")))
    for line in others[:5]:
        with frame.row(f"twin-{line.patron_id}"):
            born = str(line.birth_year or "")
            draw.html(draw.line(line.name, born, line.villager_group, line.phone_masked))
            frame.button(f"pair-{line.patron_id}", stand.say("people.merge.look"), merge.begin, sheet.line.patron_id, line.patron_id)


def _erase(stand: Stand, sheet: Sheet) -> None:
    draw.html(draw.empty(stand.say("people.erase.hint")))
    sure = st.checkbox(stand.say("people.erase.sure"), key=f"sure-{stand.round}")
    frame.button("erase", stand.say("people.more.erase"), _forget, sheet.line.patron_id, stand.gesture, kind="primary", disabled=not sure)


def _members(stand: Stand, sheet: Sheet) -> None:
    frame.button("members", stand.say("people.team.open"), teams.open_team, sheet.line.patron_id, kind="primary")


def _written(name: str, n: int) -> str:
    return str(st.session_state.get(f"{name}-{n}") or "")


def _suspend(patron_id: UUID, gesture: UUID, n: int) -> None:
    stand = here()
    try:
        until = days.read("until_day", _written("until", n))
    except FactWrong as refusal:
        stand.told = refusal
        return
    answer = acts.do(suspensions.suspend, patron_id=patron_id, until_day=until, reason=_written("why", n), gesture=gesture)
    outcome.tell(stand, "suspended", answer, Undo(suspensions.lift, {"patron_id": patron_id}))


def _lift(patron_id: UUID, gesture: UUID) -> None:
    way_back = Undo(undoing_house.suspend_lift, {"patron_id": patron_id})
    outcome.tell(here(), "lifted", acts.do(suspensions.lift, patron_id=patron_id, gesture=gesture), way_back)


def _cancel_card(patron_id: UUID, gesture: UUID, n: int) -> None:
    outcome.tell(here(), "cancelled", acts.do(cards.cancel, patron_id=patron_id, reason=_written("why", n), gesture=gesture))


def _forget(patron_id: UUID, gesture: UUID) -> None:
    stand = here()
    answer = acts.do(privacy.erase, patron_id=patron_id, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
        return
    stand.go("patrons")
    stand.take_patron(None)
    stand.tell(draw.notice("good", stand.say("people.told.erased")))
