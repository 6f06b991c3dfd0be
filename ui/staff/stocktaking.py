"""盘点: begin, scan with whatever is at hand, see what is missing, close and sign; any tablet goes on where another stopped."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Medium
from services import halls, shelves, stocktake, stocktake_papers
from services.journal import Actor
from services.stocktake import SAMPLE, Mark, Marked, Sheet
from ui.parts import parts
from ui.staff import acts, draw, frame, told
from ui.staff.stand import Stand, here

_KEY: Final = "stocktaking"
_SHOWN: Final = 150
_TONE: Final = {Mark.SEEN: "good", Mark.AGAIN: "mind", Mark.MISPLACED: "mind", Mark.LENT: "mind", Mark.SURPLUS: "mind", Mark.UNKNOWN: "no"}


@dataclass
class Walk:
    """Where this tablet is in the hall, and what it scanned last; the stocktake itself is in the database."""

    room_id: UUID | None = None
    sample: bool = False
    camera: bool = False
    declare: bool = False
    approver_id: UUID | None = None
    last: Marked | None = None


def screen(stand: Stand) -> None:
    """Draw the open stocktake, or the way to begin one and the list of those before."""
    told.tell(stand)
    if isinstance(stand.told, Sheet):
        draw.html(_closed(stand, stand.told))
    take_id = acts.look(_open_now)
    rooms = acts.look(_rooms)
    named: dict[UUID, str] = rooms if isinstance(rooms, dict) else {}
    if isinstance(take_id, UUID):
        sheet = acts.look(_sheet, stocktake_id=take_id)
        if isinstance(sheet, Sheet):
            _going_on(stand, sheet, named)
    else:
        _begin(stand, named)
        _past(stand)


def scanned(code: str, gesture: UUID) -> None:
    """Something was held under the scanner: mark it in the stocktake that is open."""
    stand, walk = here(), _walk()
    take_id = acts.look(_open_now)
    if not isinstance(take_id, UUID):
        acts.scanned(code, gesture)
        return
    answer = acts.do(stocktake.scan, stocktake_id=take_id, code=code, room_id=walk.room_id, gesture=gesture)
    walk.last = answer if isinstance(answer, Marked) else None
    stand.told = None
    if walk.last is None:
        stand.tell(answer)
    stand.ask_anew()


def _walk() -> Walk:
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Walk):
        kept = st.session_state[_KEY] = Walk()
    return kept


def _open_now(session: Session, *, at: Any, by: Actor) -> UUID | None:  # noqa: ARG001  asked like every question
    return stocktake.open_now(session, by=by)


def _rooms(session: Session, *, at: Any, by: Actor) -> dict[UUID, str]:  # noqa: ARG001  asked like every question
    return halls.rooms(session, hall_id=by.hall_id, medium=Medium.BOOK)


def _sheet(session: Session, *, stocktake_id: UUID, at: Any, by: Actor) -> Sheet:  # noqa: ARG001  asked like every question
    return stocktake.sheet(session, stocktake_id=stocktake_id, by=by)


def _earlier(session: Session, *, at: Any, by: Actor) -> list[Sheet]:  # noqa: ARG001  asked like every question
    return [stocktake.sheet(session, stocktake_id=take_id, by=by) for take_id in stocktake.past(session, by=by)]


def _begin(stand: Stand, rooms: dict[UUID, str]) -> None:
    walk, say = _walk(), stand.say
    with frame.card("stocktake"):
        draw.html(draw.heading(say("staff.stocktake.title")), draw.empty(say("staff.stocktake.lead")))
        left, right = st.columns(2, vertical_alignment="bottom")
        walk.room_id = left.selectbox(
            say("staff.stocktake.scope"), [None, *rooms], key=f"scope-{stand.round}-{stand.lang}",
            format_func=lambda room_id: rooms[room_id] if room_id else say("staff.stocktake.everywhere"),
        )  # fmt: skip
        walk.sample = right.checkbox(say("staff.stocktake.sample"), key=f"sample-{stand.round}")
        frame.button("stocktake-start", say("staff.stocktake.start"), _start, stand.gesture, kind="primary")


def _start(gesture: UUID) -> None:
    stand, walk = here(), _walk()
    answer = acts.do(stocktake.start, room_id=walk.room_id, share=SAMPLE if walk.sample else 100, gesture=gesture)
    walk.last = None
    stand.tell(answer if acts.failed(answer) else None)


def _going_on(stand: Stand, sheet: Sheet, rooms: dict[UUID, str]) -> None:
    walk, say = _walk(), stand.say
    if walk.room_id not in rooms:
        walk.room_id = sheet.room_id or next(iter(rooms), None)
    if walk.last is not None:
        mark = walk.last
        draw.html(
            draw.notice(_TONE[mark.mark], f"{mark.name or mark.code} · {say(f'stocktake.mark.{mark.mark}')}", f"{mark.code} {mark.place}")
        )
    with frame.card("stocktake"):
        draw.html(draw.heading(say("staff.stocktake.heading", number=sheet.number), stocktake_papers.head(sheet, stand.words)))
        left, right = st.columns(2, vertical_alignment="bottom")
        options = list(rooms)
        walk.room_id = left.selectbox(
            say("staff.stocktake.here"), options, index=options.index(walk.room_id) if walk.room_id else 0, key=f"here-{sheet.id}",
            format_func=rooms.__getitem__,
        )  # fmt: skip
        walk.camera = right.checkbox(say("staff.stocktake.camera"), value=walk.camera, key=f"camera-{sheet.id}")
        key = f"field-take-{stand.round}"
        st.text_input(
            say("staff.stocktake.field"), key=key, placeholder=say("staff.stocktake.field"), label_visibility="collapsed", max_chars=80,
            icon=":material/barcode_scanner:", on_change=_typed, args=(key, stand.gesture),
        )  # fmt: skip
        if walk.camera:
            parts.camera(words={name: say(f"staff.stocktake.{name}") for name in ("camera", "photo")})
    draw.html(_figures(stand, sheet))
    _close(stand, sheet)
    with frame.card("stocktake-differences"):
        draw.html(draw.heading(say("staff.stocktake.differences"), _papers(stand, sheet)), _lines(stand, sheet))


def _typed(key: str, gesture: UUID) -> None:
    if text := str(st.session_state.get(key, "")).strip():
        scanned(text, gesture)


def _figures(stand: Stand, sheet: Sheet) -> Markup:
    say = stand.say
    return draw.figures([
        draw.figure(say("staff.stocktake.expected"), str(sheet.expected), sheet.people),
        draw.figure(say("staff.stocktake.seen"), str(sheet.seen), say("staff.stocktake.again", count=sheet.again), "green"),
        draw.figure(say("staff.stocktake.on_loan"), str(sheet.on_loan), say("staff.stocktake.on_loan_small")),
        draw.figure(
            say("staff.stocktake.missing"), str(sheet.missing), say("staff.stocktake.missing_small"), "red" if sheet.missing else "green"
        ),
    ])  # fmt: skip


def _close(stand: Stand, sheet: Sheet) -> None:
    walk, say = _walk(), stand.say
    with st.expander(say("staff.stocktake.close")):
        walk.declare = bool(sheet.missing) and st.checkbox(say("staff.stocktake.declare"), value=walk.declare, key=f"declare-{sheet.id}")
        walk.approver_id = None
        if walk.declare:
            answer = acts.look(_approvers, room_id=sheet.room_id or walk.room_id)
            people: dict[UUID, str] = answer if isinstance(answer, dict) else {}
            walk.approver_id = st.selectbox(
                say("staff.stocktake.approver"), list(people), index=None, key=f"approver-{sheet.id}", format_func=people.__getitem__,
                placeholder=say("staff.thing.approver_hint"),
            )  # fmt: skip
        frame.button("stocktake-close", say("staff.stocktake.close"), _sign, sheet.id, stand.gesture, kind="primary")


def _approvers(session: Session, *, room_id: UUID, at: Any, by: Actor) -> dict[UUID, str]:
    return dict(shelves.approvers(session, room_id=room_id, at=at, by=by))


def _sign(stocktake_id: UUID, gesture: UUID) -> None:
    walk = _walk()
    answer = acts.do(stocktake.close, stocktake_id=stocktake_id, lost=walk.declare, approver_id=walk.approver_id, gesture=gesture)
    here().tell(answer)
    if isinstance(answer, Sheet):
        st.session_state[_KEY] = Walk()


def _past(stand: Stand) -> None:
    sheets = acts.look(_earlier)
    with frame.card("stocktake-past"):
        draw.html(draw.heading(stand.say("staff.stocktake.past")))
        if not isinstance(sheets, list) or not sheets:
            draw.html(draw.empty(stand.say("staff.stocktake.none_past")))
            return
        for sheet in sheets:
            with frame.row(f"take-{sheet.id}"):
                draw.html(draw.line(stocktake_papers.head(sheet, stand.words), stocktake_papers.summary(sheet, stand.words), sheet.people))
                draw.html(_papers(stand, sheet))


def _papers(stand: Stand, sheet: Sheet) -> Markup:
    links = (
        Markup('<a class="desk-link" href="/desk/stocktake/{}.{}?lang={}" download>{}</a>').format(
            sheet.id, ending, stand.lang, stand.say(f"staff.stocktake.{ending}")
        )
        for ending in ("pdf", "xlsx")
    )
    return Markup("").join(links)


def _lines(stand: Stand, sheet: Sheet) -> Markup:
    if not sheet.lines:
        return draw.empty(stand.say("staff.stocktake.no_differences"))
    heads = [stand.say(f"staff.stocktake.{name}") for name in ("kind", "code", "name", "place", "found")]
    lines = [stocktake_papers.row(line, stand.words)[:5] for line in sheet.lines[:_SHOWN]]
    more = draw.empty(stand.say("staff.stocktake.more", count=_SHOWN)) if len(sheet.lines) > _SHOWN else draw.NOTHING
    return draw.table(heads, lines) + more


def _closed(stand: Stand, sheet: Sheet) -> Markup:
    title = stand.say("staff.stocktake.closed", number=sheet.number, missing=sheet.missing, lost=sheet.lost)
    return draw.notice("good", title, stocktake_papers.summary(sheet, stand.words))
