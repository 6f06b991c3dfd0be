"""到哪里玩: places in the book, each fact confirmed by itself, and the last day a card is shown."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

import streamlit as st

from models import FactKind, PlaceKind
from services import clock, tourism
from services.tourism import Fact, Place
from ui.staff import acts, draw, frame, told
from ui.staff.fields import Fields
from ui.staff.stand import Stand, Undo, here

_OPEN: Final = "touring-open"
_NEW: Final = "new"
_HALF_A_YEAR: Final = timedelta(days=183)


def screen(stand: Stand) -> None:
    """Draw the book on the left, and the place in hand, or a new one, on the right."""
    told.tell(stand)
    found = acts.look(tourism.book)
    places: tuple[Place, ...] = found if isinstance(found, tuple) else ()
    in_hand = st.session_state.get(_OPEN)
    left, right = st.columns([1, 1.35], gap="small")
    with left, frame.card("places"):
        draw.html(draw.heading(stand.say("staff.nav.tourism"), str(len(places))))
        frame.button("place-new", stand.say("touring.new"), open_place, _NEW, width="stretch")
        if not places:
            draw.html(draw.empty(stand.say("touring.none")))
        for place in places:
            with frame.row(f"place-{place.place_id}"):
                shown, late = state(stand, place)
                draw.html(draw.line(place.name, stand.say(f"place_kind.{place.kind}"), shown, late=late))
                kind = "primary" if place.place_id == in_hand else "secondary"
                frame.button(f"place-{place.place_id}", stand.say("touring.look"), open_place, place.place_id, kind=kind)  # type: ignore[arg-type]
    with right:
        opened = next((place for place in places if place.place_id == in_hand), None)
        if opened is not None:
            _place(stand, opened)
        elif in_hand == _NEW or not places:
            _new(stand)
        else:
            with frame.card("no-place"):
                draw.html(draw.blank("scan", stand.say("touring.choose"), stand.say("touring.choose_next")))


def open_place(place_id: UUID | str | None) -> None:
    """Take a place in hand, on this screen or from the morning."""
    stand = here()
    if stand.screen != "tourism":
        acts.open_fresh("tourism")
    stand.told = None
    stand.ask_anew()
    st.session_state[_OPEN] = place_id


def state(stand: Stand, place: Place) -> tuple[str, bool]:
    """Say whether its card is on the screen, until when, or why not."""
    say, today = stand.say, clock.local_day(clock.now())
    if place.shown(today) and place.valid_until:
        return f"{say('touring.shown')} · {say('touring.valid', day=place.valid_until)}", False
    if place.valid_until and place.valid_until < today:
        return f"{say('touring.off')} · {say('touring.off_past', day=place.valid_until)}", True
    sure = any(fact.is_good(today) for fact in place.facts)
    return f"{say('touring.off')} · {say('touring.off_until' if sure else 'touring.off_nothing')}", True


def _new(stand: Stand) -> None:
    fields = Fields(stand, "place")
    with frame.card("place-new"):
        draw.html(draw.heading(stand.say("touring.new")))
        fields.text("place_name", most=60)
        fields.choice("place_kind", PlaceKind, "place_kind", PlaceKind.SIGHT)
        for kind in FactKind:
            _ask(stand, kind, f"fact-{kind}-{stand.round}", "")
        frame.button("place-register", stand.say("touring.register"), _register, stand.gesture, kind="primary", width="stretch")


def _ask(stand: Stand, kind: FactKind, key: str, value: str) -> None:
    hint = stand.say("touring.fact_hint")
    st.text_input(stand.say(f"fact_kind.{kind}"), value, key=key, placeholder=hint, max_chars=200, autocomplete="off")


def _place(stand: Stand, place: Place) -> None:
    say, n = stand.say, stand.round
    with frame.card("place"):
        draw.html(draw.heading(place.name, state(stand, place)[0]))
        asked = f"asked-{n}"
        st.text_input(say("field.asked"), key=asked, placeholder=say("touring.confirm_hint"), max_chars=60, autocomplete="off")
        known = {fact.kind: fact for fact in place.facts}
        for kind in FactKind:
            _fact(stand, place, kind, known.get(kind), asked)
        left, middle, right = st.columns([1.2, 1, 1], vertical_alignment="bottom")
        today = clock.local_day(clock.now())
        first = place.valid_until if place.valid_until and place.valid_until >= today else today + _HALF_A_YEAR
        left.date_input(say("field.keep_until"), first, key=f"until-{n}", format="YYYY-MM-DD")
        with middle:
            on = (place.place_id, f"until-{n}", stand.gesture)
            frame.button("until", say("touring.until_save"), _until, *on, kind="primary", width="stretch")
        with right:
            off = (place.place_id, None, stand.gesture)
            frame.button("until-none", say("touring.until_none"), _until, *off, width="stretch", disabled=place.valid_until is None)
        _end(stand, place)


def _fact(stand: Stand, place: Place, kind: FactKind, fact: Fact | None, asked: str) -> None:
    key = f"fact-{kind}-{stand.round}"
    left, middle, right = st.columns([3, 0.95, 1.1], vertical_alignment="bottom")
    with left:
        _ask(stand, kind, key, fact.words if fact else "")
    with middle:
        seen = fact.fact_id if fact else None
        frame.button(f"write-{kind}", stand.say("touring.save"), _write, place.place_id, kind, key, seen, stand.gesture, width="stretch")
    if fact is None:
        return
    with right:
        sure = fact.is_good(clock.local_day(clock.now()))
        facts = (fact.fact_id, asked, stand.gesture)
        frame.button(
            f"confirm-{kind}", stand.say("touring.confirm"), _confirm, *facts, kind="secondary" if sure else "primary", width="stretch"
        )
    draw.html(draw.line("", _checked(stand, fact), late=not sure))


def _checked(stand: Stand, fact: Fact) -> str:
    if fact.checked_at is None or fact.good_until is None:
        return stand.say("touring.fact_new")
    day = clock.local_day(fact.checked_at)
    if not fact.is_good(clock.local_day(clock.now())):
        return stand.say("touring.fact_old", day=day)
    return stand.say("touring.fact_good", name=fact.checked_by, day=day, asked=fact.asked, until=fact.good_until)


def _end(stand: Stand, place: Place) -> None:
    say, n = stand.say, stand.round
    with st.expander(say("touring.more")):
        name = f"rename-{n}"
        st.text_input(say("field.place_name"), place.name, key=name, max_chars=60, autocomplete="off")
        frame.button("place-rename", say("touring.rename"), _rename, place.place_id, name, place.kind, stand.gesture)
        why = f"close-{n}"
        st.text_input(say("touring.close_why"), key=why, max_chars=200, autocomplete="off")
        frame.button("place-close", say("touring.close"), _close, place.place_id, why, stand.gesture)


# -- what a touch does -----------------------------------------------------------------------------------------------------


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "")


def _register(gesture: UUID) -> None:
    stand = here()
    fields = Fields(stand, "place")
    facts = {kind: _typed(f"fact-{kind}-{stand.round}") for kind in FactKind}
    kind = fields.chosen("place_kind", PlaceKind.SIGHT)
    answer = acts.do(tourism.register, name=fields.read("place_name"), kind=kind, facts=facts, gesture=gesture)
    if _say("place_registered", answer):
        st.session_state[_OPEN] = answer


def _rename(place_id: UUID, key: str, kind: PlaceKind, gesture: UUID) -> None:
    _say("place_renamed", acts.do(tourism.rename, place_id=place_id, name=_typed(key), kind=kind, gesture=gesture))


def _write(place_id: UUID, kind: FactKind, key: str, seen: UUID | None, gesture: UUID) -> None:
    answer = acts.do(tourism.write_fact, place_id=place_id, kind=kind, words=_typed(key), seen=seen, gesture=gesture)
    _say("fact_written", answer)


def _confirm(fact_id: UUID, asked: str, gesture: UUID) -> None:
    answer = acts.do(tourism.confirm, fact_id=fact_id, asked=_typed(asked), gesture=gesture)
    # The next fact was very likely asked of the same office.
    said = _typed(asked)
    if _say("fact_confirmed", answer, Undo(tourism.unconfirm, {"check_id": answer})):
        st.session_state[f"asked-{here().round}"] = said


def _until(place_id: UUID, key: str | None, gesture: UUID) -> None:
    day = st.session_state.get(key) if key else None
    was = acts.do(tourism.keep_until, place_id=place_id, day=day, gesture=gesture)
    # A day that has passed cannot be set again.
    back = was is None or (isinstance(was, date) and was >= clock.local_day(clock.now()))
    _say("place_until" if key else "place_off", was, Undo(tourism.keep_until, {"place_id": place_id, "day": was}) if back else None)


def _close(place_id: UUID, key: str, gesture: UUID) -> None:
    answer = acts.do(tourism.close, place_id=place_id, reason=_typed(key), gesture=gesture)
    _say("place_closed", answer, Undo(tourism.reopen, {"place_id": place_id}))


def _say(word: str, answer: object, undo: Undo | None = None) -> bool:
    """What was typed stays where it was refused."""
    stand = here()
    if acts.failed(answer):
        stand.told = answer
        return False
    stand.tell(word, undo)
    return True
