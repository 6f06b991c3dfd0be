"""剔旧: gather by scanning, see what would leave, have it judged, and close the list under one approver."""

from datetime import datetime
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Cause
from services import clock, codes, finding, weeding
from services.finding import FoundItem
from services.journal import Actor
from services.refusals import UnknownCode
from services.weeding import Line, Sheet
from ui.staff import acts, draw, fields, frame, leaving, told
from ui.staff.fields import Fields
from ui.staff.stand import Stand, here

_SHOWN: Final = 200
_CAUSE: Final = "weeding-cause"


def screen(stand: Stand) -> None:
    """Draw the open list and those that were signed."""
    told.tell(stand)
    if isinstance(stand.told, Sheet):
        draw.html(_signed(stand, stand.told))
    weeding_id = acts.look(_open_now)
    sheet = acts.look(_sheet, weeding_id=weeding_id) if isinstance(weeding_id, UUID) else None
    now = sheet if isinstance(sheet, Sheet) else None
    with frame.card("weeding"):
        _gather(stand, now)
        for line in now.lines[:_SHOWN] if now else ():
            _line(stand, line)
    if now and now.lines:
        with frame.card("weeding-close"):
            _close(stand, now)
    _past(stand)


def scanned(code: str, gesture: UUID) -> None:
    """Something was held under the scanner: it goes on the list, for the cause that is chosen."""
    stand = here()
    stand.told = None
    found = acts.look(_found, text=code)
    if not isinstance(found, FoundItem):
        stand.tell(found if acts.failed(found) else UnknownCode())
        return
    cause = st.session_state.get(f"kind-{_CAUSE}") or Cause.WORN
    answer = acts.do(weeding.put_on, item_id=found.item_id, cause=cause, gesture=gesture)
    stand.tell(answer if acts.failed(answer) else None)


def _gather(stand: Stand, now: Sheet | None) -> None:
    say = stand.say
    count = say("weeding.count", count=len(now.lines), number=now.number) if now else ""
    draw.html(draw.heading(say("weeding.title"), Markup("{} {}").format(count, _papers(stand, now) if now and now.lines else "")))
    words = {cause: say(f"cause.{cause}") for cause in leaving.CHOICES}
    st.segmented_control(
        say("weeding.next_cause"), list(words), default=Cause.WORN, key=f"kind-{_CAUSE}", format_func=words.__getitem__, required=True
    )
    key = f"field-weeding-{stand.round}"
    st.text_input(
        say("weeding.field"), key=key, placeholder=say("weeding.field"), label_visibility="collapsed", max_chars=80,
        icon=":material/barcode_scanner:", on_change=_typed, args=(key, stand.gesture), autocomplete="off",
    )  # fmt: skip
    if now is None or not now.lines:
        draw.html(draw.empty(say("weeding.lead")))


def _typed(key: str, gesture: UUID) -> None:
    if text := str(st.session_state.get(key, "")).strip():
        scanned(text, gesture)


def _line(stand: Stand, line: Line) -> None:
    say = stand.say
    with frame.row(f"weed-{line.item_id}"):
        stops = say("weeding.gone") if line.gone else say("books.out", day=line.due_day) if line.due_day else ""
        name = draw.name(stand.words, line.name, line.medium)
        draw.html(
            draw.line(name, codes.clear(line.number), say(f"cause.{line.cause}"), fields.price(line.purchase_fen), stops, late=bool(stops))
        )
        frame.button(f"off-{line.item_id}", say("weeding.take_off"), _take_off, line.item_id, stand.gesture)


def _take_off(item_id: UUID, gesture: UUID) -> None:
    stand = here()
    answer = acts.do(weeding.take_off, item_id=item_id, gesture=gesture)
    stand.tell(answer if acts.failed(answer) else None)


def _close(stand: Stand, now: Sheet) -> None:
    form, say = Fields(stand, "weeding"), stand.say
    draw.html(draw.heading(say("weeding.sign"), say("weeding.stopped") if now.stopped else ""))
    left, middle, right = st.columns(3, gap="small")
    with left:
        form.text("appraiser", most=40)
    with middle:
        leaving.disposal(form)
    with right:
        form.approver(now.lines[0].room_id)
    label = say("weeding.close", count=len(now.lines))
    frame.sure(stand, "weeding-close", label, _sign, now.id, stand.gesture, kind="primary", disabled=now.stopped)


def _sign(weeding_id: UUID, gesture: UUID) -> None:
    stand = here()
    form = Fields(stand, "weeding")
    answer = acts.do(
        weeding.close, weeding_id=weeding_id, appraiser=form.read("appraiser"), disposal=leaving.disposal_of(form),
        approver_id=form.held("approver"), gesture=gesture,
    )  # fmt: skip
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell(answer)


def _past(stand: Stand) -> None:
    found = acts.look(_earlier)
    sheets: list[Sheet] = found if isinstance(found, list) else []
    if not sheets:
        return
    with frame.card("weeding-past"):
        draw.html(draw.heading(stand.say("weeding.past")))
        for sheet in sheets:
            with st.expander(f"{_head(stand, sheet)} · {stand.say('weeding.things', count=len(sheet.lines))}"):
                draw.html(_table(stand, sheet))


def _head(stand: Stand, sheet: Sheet) -> str:
    day = stand.words.long_day(clock.local_day(sheet.closed_at)) if sheet.closed_at else ""
    return stand.say("weeding.heading", number=sheet.number, day=day)


def _table(stand: Stand, sheet: Sheet) -> Markup:
    say = stand.say
    heads = [say("weeding.code"), say("field.title"), say("field.purchase_price"), say("field.cause")]
    lines = [(codes.clear(line.number), line.name, fields.price(line.purchase_fen), say(f"cause.{line.cause}")) for line in sheet.lines]
    return draw.empty(_who(stand, sheet)) + draw.table(heads, lines) + Markup("<p>{}</p>").format(_papers(stand, sheet))


def _papers(stand: Stand, sheet: Sheet) -> Markup:
    link = Markup('<a class="desk-link" href="/desk/registers/weeding/{}.{}" download>{}</a>')
    return draw.NOTHING.join(link.format(sheet.id, ending, stand.say(f"staff.stocktake.{ending}")) for ending in ("pdf", "xlsx"))


def _who(stand: Stand, sheet: Sheet) -> str:
    disposal = stand.say(f"disposal.{sheet.disposal}") if sheet.disposal else ""
    return stand.say("weeding.who", appraiser=sheet.appraiser, approver=sheet.approver, keeper=sheet.keeper, disposal=disposal)


def _signed(stand: Stand, sheet: Sheet) -> Markup:
    return draw.notice("good", stand.say("weeding.closed", number=sheet.number, count=len(sheet.lines)), _who(stand, sheet))


def _open_now(session: Session, *, at: datetime, by: Actor) -> UUID | None:  # noqa: ARG001  asked like every question
    return weeding.open_now(session, by=by)


def _sheet(session: Session, *, weeding_id: UUID, at: datetime, by: Actor) -> Sheet:  # noqa: ARG001  the same
    return weeding.sheet(session, weeding_id=weeding_id, by=by)


def _earlier(session: Session, *, at: datetime, by: Actor) -> list[Sheet]:  # noqa: ARG001  the same
    return [weeding.sheet(session, weeding_id=each, by=by) for each in weeding.past(session, by=by)]


def _found(session: Session, *, text: str, at: datetime, by: Actor) -> object:  # noqa: ARG001  the same
    return finding.find(session, hall_id=by.hall_id, text=text)
