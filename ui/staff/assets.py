"""A thing's sheet in the asset register: what it is and how it came, who answers for it, its parts, and how it looks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Medium
from services import clock, codes, custody, equipment, item_photos, parts, photos, undoing_things
from services.equipment import AssetSheet
from services.item_photos import Kept
from services.journal import Actor
from services.refusals import FactWrong, Refusal
from ui.staff import acts, draw, fields, frame, parts_shown, titles, told
from ui.staff.fields import Fields
from ui.staff.stand import Stand, Undo, here

_PART: Final = re.compile(r"(.+?)\s*[×xX*＊]\s*([0-9]{1,3})")
_BETWEEN: Final = re.compile(r"[、，,；;\n]+")


def screen(stand: Stand) -> None:
    """Draw the sheet of the thing that lies on the desk."""
    told.tell(stand)
    sheet = acts.look(equipment.sheet, item_id=stand.item_id) if stand.item_id else None
    if not isinstance(sheet, AssetSheet):
        draw.html(draw.notice("mind", stand.say("assets.none")) if sheet is None else told.paper(stand, sheet))
        return
    left, right = st.columns([1.15, 1], gap="small")
    with left:
        with frame.card("asset"):
            _facts(stand, sheet)
        with frame.card("asset-stays"):
            _stays(stand, sheet)
    with right:
        with frame.card("asset-parts"):
            _parts(stand, sheet)
        with frame.card("asset-photos"):
            _photos(stand, sheet)


# -- what it is ---------------------------------------------------------------------------------------------------------------


def _facts(stand: Stand, sheet: AssetSheet) -> None:
    say, facts, came = stand.say, sheet.facts, sheet.came
    marks = [say(f"condition.{condition}") + (f"：{reason}" if reason else "") for condition, reason in sheet.conditions]
    tags = draw.NOTHING.join(Markup("<em>{}</em>").format(mark) for mark in marks)
    small = f"{codes.clear(sheet.number)} · {sheet.call_number}"
    draw.html(draw.heading(sheet.name, small), Markup('<div class="desk-thing"><p>{}</p></div>').format(tags) if marks else draw.NOTHING)
    count = f"{sheet.quantity} {sheet.unit}" + (say("assets.came_as", count=sheet.pieces) if sheet.pieces != sheet.quantity else "")
    draw.html(
        draw.facts(
            [
                (say("field.class_code"), f"{sheet.class_code} {sheet.class_name}"),
                (say("field.gb14885"), sheet.gb14885),
                (say("field.brand"), facts.brand),
                (say("field.model"), facts.model),
                (say("field.quantity"), count),
                (say("field.purchase_price"), fields.price(came.purchase_fen)),
                (say("assets.worth"), fields.price(sheet.worth_fen) if sheet.pieces > 1 else ""),
                (say("field.source"), " · ".join(part for part in (came.source, facts.fund, came.donor) if part)),
                (say("field.batch"), came.batch),
                (say("field.acquired_day"), stand.words.long_day(facts.acquired_day)),
                (say("field.shelf"), came.shelf),
                (say("field.disposal"), say(f"disposal.{sheet.disposal}") if sheet.disposal else ""),
            ]
        )
    )
    with st.expander(say("titles.correct")):
        form = Fields(stand, "asset")
        left, right = st.columns(2, gap="small")
        with left:
            form.text("brand", facts.brand, most=60)
            form.text("fund", facts.fund, most=60)
        with right:
            form.text("model", facts.model, most=80)
            form.text("acquired_day", facts.acquired_day.isoformat(), most=10)
        titles.came(form, came)
        frame.button("correct-asset", say("titles.save"), _correct, sheet, stand.gesture, kind="primary")
    with st.container(key="card-acts-asset", horizontal=True):
        frame.button("asset-lay", say("staff.today.see_thing"), acts.take_item, sheet.item_id)


def _correct(sheet: AssetSheet, gesture: UUID) -> None:
    stand, form = here(), Fields(here(), "asset")
    try:
        new = replace(
            sheet.facts,
            brand=form.read("brand"),
            model=form.read("model"),
            fund=form.read("fund"),
            acquired_day=day(form.read("acquired_day")),
        )
        came = titles.came_now(form, sheet.came)
    except Refusal as refusal:
        stand.told = refusal
        return
    seen = (sheet.facts, sheet.came)
    answer = acts.do(equipment.correct, item_id=sheet.item_id, seen=seen, facts=(new, came), gesture=gesture)
    _say(stand, "copy_corrected", answer, Undo(undoing_things.asset_correct, {"item_id": sheet.item_id, "facts": seen}))


def day(text: str) -> date:
    """Read 2027-3-10, 2027.3.10 or 2027/3/10. Raises FactWrong."""
    found = re.fullmatch(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?", text.strip())
    if not found:
        raise FactWrong(field="acquired_day")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise FactWrong(field="acquired_day") from None


def _say(stand: Stand, key: str, answer: object, way_back: Undo | None = None) -> None:
    """Tell what came of it; what was typed stays when it is refused."""
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell(key, way_back)


# -- who answers for it ---------------------------------------------------------------------------------------------------------


def _stays(stand: Stand, sheet: AssetSheet) -> None:
    say = stand.say
    draw.html(draw.heading(say("field.custodian")))
    for stay in sheet.stays:
        words = stand.words
        until = words.long_day(stay.until_day) if stay.until_day else ""
        span = f"{words.long_day(stay.from_day)} – {until}" if until else say("assets.since", day=stay.from_day)
        draw.html(draw.line(stay.custodian or say("assets.nobody"), stay.room, span, stay.reason))
    if sheet.disposal:
        return
    with st.expander(say("assets.hand_over")):
        form = Fields(stand, "hand-over")
        left, right = st.columns(2, gap="small")
        with left:
            form.text("custodian", most=40)
        with right:
            form.room(Medium.EQUIPMENT, sheet.room_id)
        form.text("reason", hint=say("staff.thing.why_hint"))
        frame.button("hand-over", say("assets.hand_over"), _hand_over, sheet.item_id, stand.gesture, kind="primary")


def _hand_over(item_id: UUID, gesture: UUID) -> None:
    stand, form = here(), Fields(here(), "hand-over")
    facts = {"items": [item_id], "room_id": form.held("room"), "custodian": form.read("custodian"), "reason": form.read("reason")}
    _say(stand, "handed_over", acts.do(custody.hand_over, gesture=gesture, **facts))


# -- its parts ------------------------------------------------------------------------------------------------------------------


def _parts(stand: Stand, sheet: AssetSheet) -> None:
    say = stand.say
    last = sheet.checked
    small = say("assets.checked", moment=say(f"check_moment.{last.moment}"), day=last.at) if last else ""
    draw.html(draw.heading(say("field.parts"), small))
    if last and last.missing:
        draw.html(draw.notice("mind", say("assets.was_short", lacking=last.note)))
    if sheet.disposal:
        parts_shown.line(stand, sheet.parts)
    if sheet.counted:
        draw.html(draw.empty(say("assets.no_parts_of_sets")))
        return
    if sheet.parts and not sheet.disposal:
        seen = parts_shown.ask(stand, sheet.parts, "here")
        label = parts_shown.label(stand, sheet.parts, seen, say("assets.count_now"))
        frame.button("parts-check", label, _check, sheet.item_id, seen, stand.gesture)
    elif not sheet.parts:
        draw.html(draw.empty(say("assets.no_parts")))
    if not sheet.disposal:
        with st.expander(say("assets.write_parts")):
            form = Fields(stand, "parts")
            text = "、".join(f"{part.name}×{part.pieces}" if part.pieces > 1 else part.name for part in sheet.parts)
            form.text("parts", text, hint=say("assets.parts_hint"), most=400)
            frame.button("parts-write", say("titles.save"), _write, sheet, stand.gesture, kind="primary")


def _check(item_id: UUID, seen: parts.Seen, gesture: UUID) -> None:
    stand = here()
    _say(stand, "parts_checked", acts.do(parts.check, item_id=item_id, seen=seen, gesture=gesture))


def _write(sheet: AssetSheet, gesture: UUID) -> None:
    stand = here()
    named = tuple(_named(Fields(stand, "parts").read("parts")))
    was = tuple((part.name, part.pieces) for part in sheet.parts)
    answer = acts.do(parts.write_down, item_id=sheet.item_id, parts=named, gesture=gesture)
    _say(stand, "parts_written", answer, Undo(undoing_things.parts_written, {"item_id": sheet.item_id, "named": was}))


def _named(text: str) -> Iterator[tuple[str, int]]:
    """Read 弓、琴盒、松香×2."""
    for piece in filter(None, map(str.strip, _BETWEEN.split(text))):
        found = _PART.fullmatch(piece)
        yield (found[1], int(found[2])) if found else (piece, 1)


# -- how it looks ---------------------------------------------------------------------------------------------------------------


def _photos(stand: Stand, sheet: AssetSheet) -> None:
    say = stand.say
    found = acts.look(_kept, item_id=sheet.item_id)
    kept: list[Kept] = found if isinstance(found, list) else []
    draw.html(draw.heading(say("assets.photos")))
    for photo in kept:
        with frame.row(f"photo-{photo.photo_id}"):
            draw.html(_picture(stand, photo))
            frame.button(f"away-{photo.photo_id}", say("assets.take_away"), _take_away, photo.photo_id, stand.gesture)
    form = Fields(stand, "photo")
    form.text("note", hint=say("assets.photo_hint_away" if kept else "assets.photo_hint"))
    with st.container(key=f"upload-{stand.lang}-photo"):
        file = st.file_uploader(say("assets.photo"), key=form.key("file"), type=["jpg", "jpeg", "png", "webp"])
    if file is not None:
        frame.button("photo-keep", say("assets.keep_photo"), _keep, sheet.item_id, stand.gesture, kind="primary")


def _picture(stand: Stand, photo: Kept) -> Markup:
    caption = f"{stand.words.long_day(clock.local_day(photo.at))} {photo.note}"
    return Markup(
        '<a class="desk-photo" href="/desk/photo/{0}.jpg" target="_blank"><img src="/desk/photo/{0}.jpg" alt="{1}" loading="lazy">'
        "<small>{1}</small></a>"
    ).format(photo.photo_id, caption)


def _keep(item_id: UUID, gesture: UUID) -> None:
    stand, form = here(), Fields(here(), "photo")
    file = form.held("file")
    if file is None:
        return
    try:
        small = photos.small(file.getvalue())
    except Refusal as refusal:
        stand.told = refusal
        return
    answer = acts.do(item_photos.keep, item_id=item_id, photo=small, note=form.read("note"), gesture=gesture)
    back = {"photo_id": answer, "reason": stand.say("staff.undo.reason")}
    _say(stand, "photo_kept", answer, Undo(item_photos.take_away, back))


def _take_away(photo_id: UUID, gesture: UUID) -> None:
    stand = here()
    reason = Fields(stand, "photo").read("note")
    _say(stand, "photo_away", acts.do(item_photos.take_away, photo_id=photo_id, reason=reason, gesture=gesture))


def _kept(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> list[Kept]:  # noqa: ARG001  asked like every question
    return item_photos.of_item(session, item_id=item_id, by=by)
