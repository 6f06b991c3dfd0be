"""意见: what villagers say, answered in public, hidden with a reason; how content they are, month by month."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Medium, Smile, Topic
from models.voices import MOST_ANSWERED, MOST_SAID
from services import clock, halls, suggestions
from services.journal import Actor
from services.suggestions import Line, State, Turned
from services.words import Words
from ui.staff import acts, draw, frame, told
from ui.staff.stand import Stand, Undo, here

_KEY: Final = "voices"
_ALL: Final = "all"


@dataclass
class Place:
    """Which list is looked at, which page of it, and which suggestion is in hand."""

    state: State | None = State.NEW
    page: int = 0
    suggestion_id: UUID | None = None


def screen(stand: Stand) -> None:
    """Draw the list on the left, and beside it the one in hand, or the year's smiles."""
    told.tell(stand)
    mine = _place()
    found = acts.look(suggestions.listing, state=mine.state, page=mine.page)
    lines: tuple[Line, ...] = found.lines if isinstance(found, Turned) else ()
    left, right = st.columns([1.35, 1], gap="small")
    with left, frame.card("voices"):
        draw.html(draw.heading(stand.say("staff.nav.suggestions")))
        _states(stand, mine)
        if not lines:
            draw.html(draw.empty(stand.say("voice.none")))
        for line in lines:
            _row(stand, line, opened=line.suggestion_id == mine.suggestion_id)
        if isinstance(found, Turned):
            _pages(stand, found)
    with right:
        opened = next((line for line in lines if line.suggestion_id == mine.suggestion_id), None)
        if opened is not None:
            with frame.card("voice"):
                _one(stand, opened)
        else:
            _smiles(stand)
            _note(stand)


def open_waiting() -> None:
    """Come here from the morning."""
    acts.open_fresh("suggestions")
    st.session_state[_KEY] = Place()


def title(words: Words, line: Line) -> str:
    """What was said; where nothing was, what it is about, or the smile."""
    if line.words:
        return line.words
    if line.topic:
        return words.say(f"topic.{line.topic}")
    return words.say(f"smile.{line.smile}") if line.smile else ""


def _states(stand: Stand, mine: Place) -> None:
    words = {_ALL: stand.say("voice.all"), **{state.value: stand.say(f"suggestion_state.{state}") for state in State}}
    st.segmented_control(
        stand.say("staff.nav.suggestions"), list(words), default=mine.state.value if mine.state else _ALL, key="voice-state", required=True,
        format_func=words.__getitem__, label_visibility="collapsed", on_change=_choose,
    )  # fmt: skip


def _row(stand: Stand, line: Line, *, opened: bool) -> None:
    say, words = stand.say, stand.words
    with frame.row(f"voice-{line.suggestion_id}"):
        said = title(words, line)
        smile = say(f"smile.{line.smile}") if line.smile else say("voice.spoken")
        topic = say(f"topic.{line.topic}") if line.topic and line.words else ""
        about = (say("voice.number", number=line.number), words.due(line.day), smile if smile != said else "", topic, line.room)
        draw.html(draw.line(said, *about, _who(stand, line), _state(stand, line)))
        kind: frame.Kind = "primary" if opened else "secondary"
        frame.button(f"voice-{line.suggestion_id}", say("voice.reply"), _open, line.suggestion_id, kind=kind)


def _who(stand: Stand, line: Line) -> str:
    if not line.named:
        return stand.say("voice.nameless")
    return line.name or stand.say("voice.unlinked")


def _state(stand: Stand, line: Line) -> str:
    if line.hiding_id is not None:
        return stand.say("voice.hidden", reason=line.hidden_because)
    return stand.say("suggestion_state.answered") if line.reply_id else ""


def _one(stand: Stand, line: Line) -> None:
    """Answer it, take the answer back, keep it off the screen, show it again."""
    say, n = stand.say, stand.round
    facts = (say("voice.number", number=line.number), stand.words.due(line.day), _who(stand, line))
    draw.html(draw.heading(title(stand.words, line), " · ".join(facts)))
    about = {"suggestion_id": line.suggestion_id}
    if line.reply_id is not None and line.reply_day is not None:
        day = stand.words.due(line.reply_day)
        draw.html(draw.line(line.reply, say("voice.replied", name=line.replied_by, day=day)))
        facts_of = {**about, "reply_id": line.reply_id}
        frame.button("voice-reply-back", say("voice.reply_back"), _take_back, facts_of, stand.gesture)
    if line.state is not State.HIDDEN:
        key = f"voice-reply-{n}"
        st.text_area(say("field.reply"), key=key, placeholder=say("voice.reply_hint"), max_chars=MOST_ANSWERED, height=110)
        label = say("voice.reply_again" if line.reply_id else "voice.reply_send")
        frame.button("voice-reply", label, _reply, line.suggestion_id, key, stand.gesture, kind="primary", width="stretch")
        why = f"voice-why-{n}"
        st.text_input(say("voice.hide_why"), key=why, max_chars=200, autocomplete="off")
        with st.container(key="card-acts-voice", horizontal=True):
            frame.button("voice-hide", say("voice.hide"), _hide, line.suggestion_id, why, stand.gesture)
            frame.button("voice-close", say("touring.back"), _open, None)
    else:
        draw.html(draw.empty(say("voice.hidden", reason=line.hidden_because)))
        frame.button("voice-show", say("voice.show_again"), _show, {**about, "hiding_id": line.hiding_id}, stand.gesture, kind="primary")
        frame.button("voice-close", say("touring.back"), _open, None)


def _smiles(stand: Stand) -> None:
    year = clock.local_day(clock.now()).year
    counted = acts.look(suggestions.smiles, year=year)
    months: dict[int, Counter[Smile]] = counted if isinstance(counted, dict) else {}
    with frame.card("smiles"):
        draw.html(draw.heading(stand.say("voice.smiles"), stand.say("voice.smiles_sub", year=year)))
        if not months:
            draw.html(draw.empty(stand.say("voice.smiles_none")))
            return
        draw.html(Markup('<div class="desk-smiles">{}</div>').format(
            draw.NOTHING.join(_month(stand, month, months[month]) for month in sorted(months, reverse=True))
        ))  # fmt: skip


def _month(stand: Stand, month: int, counted: Counter[Smile]) -> Markup:
    """One month: a bar in five parts, each with its number, so that no colour has to be told from another."""
    total = counted.total()
    bars = draw.NOTHING.join(
        Markup('<i class="desk-smile-{}" style="flex:{}"><em role="img" aria-label="{}"></em>{}</i>').format(
            int(smile), counted[smile], stand.say(f"smile.{smile}"), counted[smile]
        )
        for smile in reversed(Smile)
        if counted[smile]
    )
    average = sum(smile * count for smile, count in counted.items()) / total
    figures = f"{stand.say('voice.count', count=total)} · {stand.say('voice.average', figure=f'{average:.1f}')}"
    return Markup("<div><span>{}</span><b>{}</b><small>{}</small></div>").format(stand.say("voice.month", month=month), bars, figures)


def _note(stand: Stand) -> None:
    """What somebody said aloud, or wrote into the paper book."""
    say, n = stand.say, stand.round
    with frame.card("voice-note"):
        draw.html(draw.heading(say("voice.note_title")))
        key = f"voice-words-{n}"
        hint = say("voice.note_hint")
        st.text_area(hint, key=key, placeholder=hint, label_visibility="collapsed", max_chars=MOST_SAID, height=80)
        left, right = st.columns(2)
        rooms = acts.look(_rooms)
        names: dict[UUID, str] = rooms if isinstance(rooms, dict) else {}
        left.selectbox(
            say("voice.about"), list(Topic), index=None, key=f"voice-topic-{n}", placeholder=say("voice.no_topic"),
            format_func=lambda topic: say(f"topic.{topic}"),
        )  # fmt: skip
        right.selectbox(
            say("field.room"), list(names), index=None, key=f"voice-room-{n}", placeholder=say("voice.no_room"),
            format_func=lambda room_id: names.get(room_id, ""),
        )  # fmt: skip
        frame.button("voice-note", say("voice.note_send"), _write_down, n, stand.gesture, width="stretch")


def _pages(stand: Stand, found: Turned) -> None:
    if not (found.page or found.more):
        return
    with st.container(key="card-acts-voices", horizontal=True):
        frame.button("voices-back", stand.say("books.page_back"), _turn, found.page - 1, disabled=not found.page)
        frame.button("voices-on", stand.say("books.page_on"), _turn, found.page + 1, disabled=not found.more)


# -- what a touch does -----------------------------------------------------------------------------------------------------


def _place() -> Place:
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Place):
        kept = st.session_state[_KEY] = Place()
    return kept


def _choose() -> None:
    chosen = st.session_state.get("voice-state") or _ALL
    st.session_state[_KEY] = Place(None if chosen == _ALL else State(chosen))
    here().told = None


def _turn(page: int) -> None:
    mine = _place()
    mine.page, mine.suggestion_id = max(0, page), None
    here().told = None


def _open(suggestion_id: UUID | None) -> None:
    mine, stand = _place(), here()
    mine.suggestion_id = suggestion_id
    stand.told = None
    stand.ask_anew()


def _reply(suggestion_id: UUID, key: str, gesture: UUID) -> None:
    answer = acts.do(suggestions.reply, suggestion_id=suggestion_id, words=str(st.session_state.get(key) or ""), gesture=gesture)
    _say("voice_replied", answer, Undo(suggestions.take_back_reply, {"suggestion_id": suggestion_id, "reply_id": answer}))


def _take_back(facts: dict[str, UUID], gesture: UUID) -> None:
    _say("voice_taken_back", acts.do(suggestions.take_back_reply, gesture=gesture, **facts))


def _hide(suggestion_id: UUID, key: str, gesture: UUID) -> None:
    answer = acts.do(suggestions.hide, suggestion_id=suggestion_id, reason=str(st.session_state.get(key) or ""), gesture=gesture)
    _say("voice_hidden", answer, Undo(suggestions.show_again, {"suggestion_id": suggestion_id, "hiding_id": answer}))


def _show(facts: dict[str, UUID], gesture: UUID) -> None:
    _say("voice_shown", acts.do(suggestions.show_again, gesture=gesture, **facts))


def _write_down(n: int, gesture: UUID) -> None:
    kept = st.session_state
    said = {"words": str(kept.get(f"voice-words-{n}") or ""), "topic": kept.get(f"voice-topic-{n}"), "room_id": kept.get(f"voice-room-{n}")}
    _say("voice_noted", acts.do(suggestions.note_down, gesture=gesture, **said))


def _say(word: str, answer: object, undo: Undo | None = None) -> None:
    """What was typed stays where it was refused; what is done leaves the hand."""
    stand = here()
    if acts.failed(answer):
        stand.told = answer
    else:
        _place().suggestion_id = None
        stand.tell(word, undo)


def _rooms(session: Session, *, at: datetime, by: Actor) -> dict[UUID, str]:  # noqa: ARG001  asked like every question
    return halls.rooms(session, hall_id=by.hall_id, medium=Medium.BOOK)
