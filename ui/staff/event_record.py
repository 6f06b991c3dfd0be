"""Who came to a sitting, by ticket, card or list; and its record with photos (活动记录)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import agenda, attendance, item_photos, photos, sign_ups
from services.agenda import EventSheet
from services.attendance import Arrived, Heads, Written
from services.journal import Actor
from services.photos import Small
from services.refusals import Refusal
from services.sign_ups import Name
from ui.staff import acts, draw, event_page, frame, gathering, told
from ui.staff.gathering import Gathering, value
from ui.staff.stand import Stand, here

_PHOTOS: Final = 6
_COUNTS: Final = ("people", "elders", "minors", "women")


def screen(stand: Stand) -> None:
    """Draw both halves."""
    mine = gathering.here()
    told.tell(stand)
    if isinstance(stand.told, Arrived):
        draw.html(_arrived(stand, stand.told))
    asked = acts.look(_asked, event_id=mine.event_id, sitting_id=mine.sitting_id)
    if not isinstance(asked, tuple):
        draw.html(draw.empty(stand.say("refusal.event_gone.say")))
        return
    sheet, names, ticked, heads, written = asked
    line = next(line for line in sheet.lines if line.sitting_id == mine.sitting_id)
    words = stand.words
    when = f"{words.due(line.day)} {words.short_weekday(line.day)}　{words.time(line.starts_at)}–{words.time(line.ends_at)}　{line.room}"
    left, right = st.columns([1, 1.35], gap="small")
    with left, frame.card("came"):
        _came(stand, sheet, names, ticked, heads)
    with right, frame.card("record"):
        draw.html(draw.heading(f"{sheet.draft.title}{event_page.lesson(stand, line)}", when))
        _record(stand, mine, sheet, heads, written)


def scanned(code: str, gesture: UUID) -> None:
    """A ticket or a card was held under the scanner: its owner is here."""
    stand, mine = here(), gathering.here()
    if mine.sitting_id is None:
        acts.scanned(code, gesture)
        return
    stand.told = acts.do(attendance.arrive, sitting_id=mine.sitting_id, code=code)
    stand.ask_anew()


def _asked(
    session: Session, *, event_id: UUID, sitting_id: UUID, at: datetime, by: Actor  # noqa: ARG001  asked like every question
) -> tuple[EventSheet, tuple[Name, ...], frozenset[UUID], Heads, Written | None]:
    return (
        agenda.sheet(session, event_id=event_id, by=by), sign_ups.names(session, event_id=event_id, by=by),
        attendance.here(session, sitting_id=sitting_id, by=by), attendance.heads(session, sitting_id=sitting_id, by=by),
        attendance.written_of(session, sitting_id=sitting_id, by=by),
    )  # fmt: skip


def _arrived(stand: Stand, arrived: Arrived) -> Markup:
    key = "gathering.again" if arrived.again else "gathering.arrived" if arrived.listed else "gathering.walked_in"
    return draw.notice("mind" if arrived.again else "good", stand.say(key, name=arrived.name))


def _came(stand: Stand, sheet: EventSheet, names: tuple[Name, ...], ticked: frozenset[UUID], heads: Heads) -> None:
    say = stand.say
    draw.html(draw.heading(say("gathering.attendance"), say("gathering.came", count=heads.people)))
    key = f"field-ticket-{stand.round}"
    st.text_input(
        say("gathering.ticket"), key=key, placeholder=say("gathering.ticket"), label_visibility="collapsed", max_chars=80,
        icon=":material/barcode_scanner:", on_change=_typed, args=(key, stand.gesture), autocomplete="off",
    )  # fmt: skip
    seated = [name for name in names if name.state.value == "seated"]
    if not seated:
        draw.html(draw.empty(say("gathering.no_list")))
    with st.container(key="came-list", height=430 if len(seated) > 5 else "content", border=False):  # noqa: PLR2004  what fits without scrolling
        for name in seated:
            with frame.row(f"came-{name.sign_up_id.hex}"):
                draw.html(draw.line(name.name or say("gathering.unnamed"), name.group))
                if name.sign_up_id in ticked:
                    draw.html(Markup('<span class="gather-here">✓ {}</span>').format(say("gathering.is_here")))
                else:
                    frame.button(f"tick-{name.sign_up_id.hex}", say("gathering.tick"), _tick, name.sign_up_id)
    frame.button("to-event", say("gathering.to_event"), event_page.open_event, sheet.id)


def _typed(key: str, gesture: UUID) -> None:
    if text := str(st.session_state.get(key, "")).strip():
        scanned(text, gesture)


def _tick(sign_up_id: UUID) -> None:
    stand, mine = here(), gathering.here()
    answer = acts.do(attendance.tick, sitting_id=mine.sitting_id, sign_up_id=sign_up_id)
    stand.told = answer if acts.failed(answer) else None


def _record(stand: Stand, mine: Gathering, sheet: EventSheet, heads: Heads, written: Written | None) -> None:
    say = stand.say
    filled = written.heads if written else heads
    if written:
        by = say("gathering.version", version=written.version, who=written.filled_by, at=stand.words.moment(written.at))
        link = Markup('<a class="desk-link" href="/desk/event/{}/record.pdf?sitting={}&lang={}" download>{}</a>')
        draw.html(draw.heading(say("gathering.written"), link.format(sheet.id, mine.sitting_id, stand.lang, say("gathering.paper.record"))))
        draw.html(draw.empty(by))
    for place, name in zip(st.columns(4, gap="small"), _COUNTS, strict=True):
        place.number_input(say(f"gathering.{name}"), 0, 100_000, getattr(filled, name), key=mine.key(name))
    st.text_area(say("field.content"), written.content if written else "", key=mine.key("content"), height=110, max_chars=1000)
    left, right = st.columns([2, 1], gap="small")
    left.text_input(say("gathering.feedback"), written.feedback if written else "", key=mine.key("feedback"), max_chars=400)
    who = written.filled_by if written else ""
    right.text_input(say("field.filled_by"), who, key=mine.key("filled_by"), max_chars=40, autocomplete="off")
    key = f"upload-{stand.lang}-{mine.key('photos')}"
    st.file_uploader(say("gathering.photos"), type=["jpg", "jpeg", "png", "webp"], accept_multiple_files=True, key=key)
    if written and written.photos:
        shown = (Markup('<img src="/desk/photo/{}.jpg" alt="{}">').format(photo, say("gathering.photo")) for photo in written.photos)
        draw.html(Markup('<div class="gather-photos">{}</div>').format(draw.NOTHING.join(shown)))
        with st.expander(say("gathering.photo_off")):
            st.text_input(say("field.reason"), key=mine.key("photo_why"), max_chars=200, autocomplete="off")
            with st.container(key="card-acts-photos", horizontal=True):
                for number, photo in enumerate(written.photos, 1):
                    frame.button(f"away-{photo}", say("gathering.photo_off_one", number=number), _take_away, photo, mine.gesture)
    label = say("gathering.correct" if written else "gathering.keep")
    frame.button("record-save", label, _save, written.version if written else 0, mine.gesture, kind="primary")


def _save(seen_version: int, gesture: UUID) -> None:
    stand, mine = here(), gathering.here()
    uploads: list[Any] = st.session_state.get(f"upload-{stand.lang}-{mine.key('photos')}") or []
    try:
        pictures: list[Small] = [photos.small(upload.getvalue()) for upload in uploads[:_PHOTOS]]
    except Refusal as refusal:
        stand.told = refusal
        return
    heads = Heads(**{name: int(value(mine, name, 0)) for name in _COUNTS})
    said = {name: str(value(mine, name, "")) for name in ("content", "feedback", "filled_by")}
    facts = {"sitting_id": mine.sitting_id, "heads": heads, "seen_version": seen_version, "pictures": pictures, **said}
    answer = acts.do(attendance.record, **facts, gesture=gesture)
    if isinstance(answer, Written):
        mine.anew()
        stand.tell("gathering_recorded")
    else:
        stand.told = answer


def _take_away(photo_id: UUID, gesture: UUID) -> None:
    stand, mine = here(), gathering.here()
    answer = acts.do(item_photos.take_away, photo_id=photo_id, reason=str(value(mine, "photo_why", "")), gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell("photo_away")
