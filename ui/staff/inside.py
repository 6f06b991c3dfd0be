"""What a stop falls upon, asked one by one: another time, called off, or the stop waits; and whom to ring up about it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import ClosureReason, Way
from services.closure_answers import Answer, Given, Inside, ToCall
from services.spans import Span
from ui.staff import draw, frame, gathering, moments
from ui.staff.stand import Stand

_NOT_YET: Final = "not_yet"
_NAMED: Final = 12


def ask(stand: Stand, found: Iterable[Inside], reason: ClosureReason) -> None:
    """Draw each with its ways; nothing at all when nothing is inside."""
    listed = list(found)
    if not listed:
        return
    draw.html(draw.notice("mind", stand.say("inside.head", count=len(listed)), stand.say("inside.head_next")))
    for one in listed:
        with st.container(key=f"inside-{one.source_id.hex}"):
            draw.html(
                draw.line(one.title or stand.say("inside.nameless"), stand.say(f"use_kind.{one.kind}"), _when(stand, one.span), one.room)
            )
            _one(stand, one, reason)


def answers(stand: Stand, found: Iterable[Inside]) -> dict[UUID, Answer]:
    """Read what was chosen, as it stands now: in a callback that is newer than what was drawn."""
    chosen = {one.source_id: (one, st.session_state.get(_key(stand, "way", one))) for one in found}
    return {source_id: _answer(stand, one, way) for source_id, (one, way) in chosen.items() if isinstance(way, Way)}


def unanswered(stand: Stand, found: Iterable[Inside]) -> bool:
    """Whether something still waits for its answer: the notice is not published before."""
    listed = list(found)
    return len(answers(stand, listed)) < len(listed)


def done(stand: Stand, given: Iterable[Given]) -> Markup:
    """Say what became of each, and whom to ring up."""
    pieces = []
    for one in given:
        moved = stand.say("inside.moved_to", at=stand.words.moment(one.now.start), room=one.room) if one.way is Way.MOVED else ""
        said = moved or stand.say(f"way.{one.way}")
        pieces.append(draw.line(one.title or stand.say("inside.unlinked"), _when(stand, one.old), said))
        if one.way is not Way.STAYS:
            pieces.append(_to_call(stand, one.to_call, len(one.to_call)))
    return draw.NOTHING.join(pieces)


def _one(stand: Stand, one: Inside, reason: ClosureReason) -> None:
    words = {Way.MOVED: "inside.move", Way.CANCELLED: "inside.cancel", _NOT_YET: "inside.not_yet"}
    if reason is ClosureReason.EVENT:
        words = {Way.STAYS: "inside.stay", **words}
    way = st.segmented_control(
        stand.say("inside.what"), list(words), key=_key(stand, "way", one), format_func=lambda each: stand.say(words[each]),
        label_visibility="collapsed",
    )  # fmt: skip
    if way is Way.MOVED:
        _where_to(stand, one)
    elif way == _NOT_YET:
        draw.html(draw.empty(stand.say("inside.not_yet_next")))
    if way in {Way.MOVED, Way.CANCELLED}:
        draw.html(_to_call(stand, one.to_call))


def _where_to(stand: Stand, one: Inside) -> None:
    offered = one.proposed or Span(one.span.start + timedelta(weeks=1), one.span.end + timedelta(weeks=1))
    moments.ask(stand, _name("to", one), stand.say("inside.to_day"), offered.start)
    rooms = gathering.rooms()
    if one.room_id in rooms:
        ids = list(rooms)
        st.selectbox(
            stand.say("inside.to_room"), ids, index=ids.index(one.room_id), key=_key(stand, "room", one),
            format_func=lambda room_id: frame.plain(rooms[room_id][0]),
        )  # fmt: skip


def _answer(stand: Stand, one: Inside, way: Way) -> Answer:
    if way is not Way.MOVED:
        return Answer(way)
    start = moments.picked(stand, _name("to", one))
    room_id: Any = st.session_state.get(_key(stand, "room", one), one.room_id)
    return Answer(way, Span(start, start + (one.span.end - one.span.start)), room_id)


def _to_call(stand: Stand, people: tuple[ToCall, ...], most: int = _NAMED) -> Markup:
    if not people:
        return draw.empty(stand.say("inside.nobody_to_call"))
    named = Markup("、").join(Markup("<span>{}</span>").format(f"{one.name} {one.phone}".strip()) for one in people[:most])
    more = stand.say("inside.and_more", count=len(people) - most) if len(people) > most else ""
    return Markup('<p class="inside-call"><b>{}</b> {}{}</p>').format(stand.say("inside.to_call", count=len(people)), named, more)


def _when(stand: Stand, span: Span[Any]) -> str:
    return f"{stand.words.moment(span.start)}–{stand.words.time(span.end)}"


def _name(what: str, one: Inside) -> str:
    return f"{what}-{one.source_id.hex}"


def _key(stand: Stand, what: str, one: Inside) -> str:
    return f"{_name(what, one)}-{stand.round}"
