"""房间: what each is and is for, what is offered there, who shares it; a warning while no room brings the three functions together."""

from datetime import datetime
from itertools import combinations
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import AreaKind, Medium, Sharing
from services import clock, offers, room_book, room_changes
from services import unity as unities
from services.journal import Actor
from services.room_book import RoomPage, Was
from services.room_changes import Shape
from services.unity import EVERY_HALL_HAS, Unity
from ui.staff import acts, draw, frame, outcome, told
from ui.staff.stand import Stand, here

_ROOM: Final = "room-open"
_LENDS: Final = (None, Medium.BOOK, Medium.PERIODICAL, Medium.EQUIPMENT)


def screen(stand: Stand) -> None:
    """Draw the rooms, and the one in hand."""
    told.tell(stand)
    draw.html(warning(stand))
    found = acts.look(_rooms)
    pages: tuple[RoomPage, ...] = found if isinstance(found, tuple) else ()
    if not pages:
        return
    page = next((one for one in pages if one.room_id == st.session_state.get(_ROOM)), pages[0])
    left, right = st.columns([1, 1.25], gap="small")
    with left:
        with frame.card("room-list"):
            draw.html(draw.heading(stand.say("staff.nav.rooms"), ""))
            for one in pages:
                _line(stand, one, chosen=one is page)
        with frame.card("room-shape"):
            _shape(stand, page)
    with right:
        with frame.card("room-functions"):
            _functions(stand, page)
        with frame.card("room-offers"):
            _offers(stand, page)
        with frame.card("room-past"):
            _past(stand, page)


def warning(stand: Stand) -> Markup:
    """Say so while no one room holds the three functions that every hall brings together (R06); nothing when one does."""
    found = acts.look(_unity)
    if not isinstance(found, Unity) or found.whole:
        return draw.NOTHING
    say = stand.say
    text = say("room_desk.lacks", room=found.room, names="、".join(found.lacks)) if found.room else ""
    nowhere = say("room_desk.nowhere", names="、".join(found.nowhere)) if found.nowhere else ""
    return draw.notice("no", say("room_desk.not_whole"), " ".join(part for part in (text, nowhere) if part))


def _line(stand: Stand, page: RoomPage, *, chosen: bool) -> None:
    shape, say = page.shape, stand.say
    with frame.row(f"room-{page.room_id}"):
        size = say("room_desk.size", area=shape.area_m2, heads=shape.capacity)
        draw.html(draw.line(shape.name, say(f"area_kind.{shape.area_kind}"), size, "、".join(page.functions)))
        label = say("room_desk.open_now" if chosen else "room_desk.open")
        frame.button(f"room-{page.room_id}", label, _open, page.room_id, disabled=chosen)


def _open(room_id: UUID) -> None:
    stand = here()
    stand.told = None
    stand.ask_anew()
    st.session_state[_ROOM] = room_id


# -- what it is ----------------------------------------------------------------------------------------------------------


def _shape(stand: Stand, page: RoomPage) -> None:
    say, n, shape = stand.say, f"{stand.round}-{page.room_id}", page.shape
    draw.html(draw.heading(shape.name, page.code))
    name, floor = st.columns([2, 1])
    name.text_input(say("field.room_name"), shape.name, key=f"room-name-{n}", max_chars=40, autocomplete="off")
    floor.text_input(say("room_desk.floor"), shape.floor, key=f"room-floor-{n}", max_chars=8, autocomplete="off")
    st.segmented_control(
        say("room_desk.kind"), list(AreaKind), default=shape.area_kind, key=f"kind-room-{n}", required=True,
        format_func=lambda each: say(f"area_kind.{each}"),
    )  # fmt: skip
    area, heads = st.columns(2)
    area.number_input(say("field.area_m2"), 0, 100_000, shape.area_m2, key=f"room-area-{n}")
    heads.number_input(say("field.capacity"), 0, 100_000, shape.capacity, key=f"room-heads-{n}")
    st.text_input(
        say("room_desk.why_change"), key=f"room-why-{n}", max_chars=200, placeholder=say("room_desk.why_change_hint"), autocomplete="off"
    )
    with st.container(key="card-acts-room", horizontal=True):
        frame.button("room-save", say("room_desk.save"), _reshape, page.room_id, shape, stand.gesture, kind="primary")


def _reshape(room_id: UUID, seen: Shape, gesture: UUID) -> None:
    stand = here()
    held = {
        name: st.session_state.get(f"{name}-{stand.round}-{room_id}") for name in ("room-name", "room-floor", "room-area", "room-heads")
    }
    kind = st.session_state.get(f"kind-room-{stand.round}-{room_id}") or seen.area_kind
    shape = Shape(str(held["room-name"]), str(held["room-floor"]), int(held["room-area"] or 0), kind, int(held["room-heads"] or 0))
    reason = str(st.session_state.get(f"room-why-{stand.round}-{room_id}") or "")
    _tell("room_saved", acts.do(room_changes.reshape, room_id=room_id, seen=seen, shape=shape, reason=reason, gesture=gesture))


# -- what it is for --------------------------------------------------------------------------------------------------------


def _functions(stand: Stand, page: RoomPage) -> None:
    say, n = stand.say, f"{stand.round}-{page.room_id}"
    draw.html(draw.heading(say("room_desk.functions"), page.shape.name))
    for place, name in enumerate(page.functions):
        with frame.row(f"function-{place}"):
            shares = [other for pair in page.together if name in {part.partition(":")[0] for part in pair} for other in pair]
            others = list(dict.fromkeys(other for other in shares if other.partition(":")[0] != name))
            draw.html(draw.line(name, say("room_desk.shares", names="、".join(others)) if others else say("room_desk.alone")))
            _with_reason(stand, f"function-{place}-{n}", say("room_desk.remove"), _remove, page.room_id, name)
    if not page.functions:
        draw.html(draw.empty(say("room_desk.no_functions")))
    with st.popover(say("room_desk.add_function"), width="content"):
        usual = [name for name in EVERY_HALL_HAS if name not in page.functions]
        st.selectbox(
            say("field.function"),
            usual,
            index=None,
            key=f"function-name-{n}",
            accept_new_options=True,
            placeholder=say("room_desk.function_hint"),
        )
        if page.named:
            st.pills(
                say("room_desk.shares_with"), list(page.named), selection_mode="multi", key=f"function-with-{n}", format_func=frame.plain
            )
        frame.button("function-add", say("room_desk.add"), _add, page.room_id, stand.gesture, kind="primary", width="stretch")
    pairs = list(combinations(page.named, 2))
    if pairs:
        with st.expander(say("room_desk.sharing")):
            draw.html(draw.empty(say("room_desk.sharing_small")))
            for place, pair in enumerate(pairs):
                _pair(stand, page, place, pair)


def _pair(stand: Stand, page: RoomPage, place: int, pair: tuple[str, str]) -> None:
    shared = pair in page.together or pair[::-1] in page.together
    with frame.row(f"pair-{place}"):
        draw.html(draw.line(" + ".join(pair), stand.say("sharing.together" if shared else "sharing.apart")))
        how = Sharing.APART if shared else Sharing.TOGETHER
        frame.button(f"pair-{place}", stand.say(f"room_desk.make_{how}"), _share, page.room_id, *pair, how, stand.gesture)


def _add(room_id: UUID, gesture: UUID) -> None:
    stand = here()
    name = str(st.session_state.get(f"function-name-{stand.round}-{room_id}") or "")
    together = st.session_state.get(f"function-with-{stand.round}-{room_id}") or []
    _tell("function_added", acts.do(room_changes.add_function, room_id=room_id, name=name, together=together, gesture=gesture))


def _remove(room_id: UUID, name: str, reason: str, gesture: UUID) -> None:
    _tell("function_removed", acts.do(room_changes.remove_function, room_id=room_id, name=name, reason=reason, gesture=gesture))


def _share(room_id: UUID, first: str, second: str, how: Sharing, gesture: UUID) -> None:
    _tell("shared", acts.do(room_changes.share, room_id=room_id, first=first, second=second, how=how, gesture=gesture))


# -- what is offered -------------------------------------------------------------------------------------------------------


def _offers(stand: Stand, page: RoomPage) -> None:
    say, n = stand.say, f"{stand.round}-{page.room_id}"
    draw.html(draw.heading(say("room_desk.offers"), say("room_desk.offers_small")))
    for place, offer in enumerate(page.offers):
        with frame.row(f"offer-{place}"):
            draw.html(draw.line(offer.name, say("room_desk.lends", what=say(f"medium.{offer.lends}")) if offer.lends else ""))
            _with_reason(stand, f"offer-{place}-{n}", say("room_desk.stop"), _stop, offer.id)
    if not page.offers:
        draw.html(draw.empty(say("room_desk.no_offers")))
    with st.popover(say("room_desk.add_offer"), width="content"):
        st.text_input(say("field.service"), key=f"offer-name-{n}", max_chars=40, autocomplete="off")
        st.selectbox(
            say("room_desk.what_lends"), list(_LENDS), key=f"offer-lends-{n}",
            format_func=lambda each: say(f"medium.{each}") if each else say("room_desk.lends_nothing"),
        )  # fmt: skip
        frame.button("offer-add", say("room_desk.add"), _offer, page.room_id, stand.gesture, kind="primary", width="stretch")


def _offer(room_id: UUID, gesture: UUID) -> None:
    stand = here()
    name, lends = (st.session_state.get(f"offer-{field}-{stand.round}-{room_id}") for field in ("name", "lends"))
    _tell("offer_added", acts.do(offers.add, room_id=room_id, name=str(name or ""), lends=lends, gesture=gesture))


def _stop(open_item_id: UUID, reason: str, gesture: UUID) -> None:
    _tell("offer_stopped", acts.do(offers.stop, open_item_id=open_item_id, reason=reason, gesture=gesture))


# -- what it was -----------------------------------------------------------------------------------------------------------


def _past(stand: Stand, page: RoomPage) -> None:
    say, words = stand.say, stand.words
    draw.html(draw.heading(say("room_desk.past"), ""))
    if not page.changes and not page.gone_offers:
        draw.html(draw.empty(say("room_desk.no_past")))
    draw.html(*(_was(stand, was) for was in page.changes))
    draw.html(*(draw.line(say("room_desk.offer_gone", name=gone.name), words.moment(gone.at), gone.reason) for gone in page.gone_offers))


def _was(stand: Stand, was: Was) -> Markup:
    say = stand.say
    size = f"{say(f'area_kind.{was.area_kind}')} {say('room_desk.size', area=was.area_m2, heads=was.capacity)}"
    title = (
        say("room_desk.got", name=was.added)
        if was.added
        else say("room_desk.lost", name=was.removed)
        if was.removed
        else say("room_desk.was", size=size)
    )
    return draw.line(title, stand.words.long_day(clock.local_day(was.at)), was.who, was.reason)


def _with_reason(stand: Stand, key: str, label: str, act: Any, *args: Any) -> None:
    """A button that asks why before it does what stays in the history."""
    with st.popover(label, key=f"ask-{key}", width="content"):
        st.text_input(stand.say("field.reason"), key=f"why-{key}", max_chars=200, autocomplete="off")
        frame.button(f"why-{key}", label, _reasoned, f"why-{key}", act, args, stand.gesture, kind="primary", width="stretch")


def _reasoned(key: str, act: Any, args: tuple[Any, ...], gesture: UUID) -> None:
    act(*args, str(st.session_state.get(key) or ""), gesture)


def _tell(key: str, answer: object) -> None:
    outcome.tell(here(), key, answer)


def _rooms(session: Session, *, at: datetime, by: Actor) -> tuple[RoomPage, ...]:  # noqa: ARG001  asked like every question
    return room_book.rooms(session, hall_id=by.hall_id)


def _unity(session: Session, *, at: datetime, by: Actor) -> Unity:  # noqa: ARG001  asked like every question
    return unities.unity(session, hall_id=by.hall_id)
