"""What the taps on bookings do, each with its way back."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from services import bookings
from services.bookings import Booked, Draft
from services.room_diary import BookingLine
from services.spans import Span
from ui.staff import acts, booking_place, draw
from ui.staff.stand import Stand, Undo, here


def book(draft: Draft, span: Span[datetime], weeks: int, gesture: UUID) -> None:
    """Book, and say which weeks were left out."""
    stand = here()
    answer = acts.do(bookings.book, draft=draft, span=span, weeks=weeks, gesture=gesture)
    if not isinstance(answer, Booked):
        # What was written stays in the fields.
        stand.told, stand.undo = answer, None
        return
    booking_place.place().look_at()
    back = Undo(bookings.take_back, {"booking_ids": answer.booking_ids, "reason": stand.say("bookings.by_mistake")})
    stand.tell(draw.notice("good", stand.say("bookings.booked", count=len(answer.numbers)), _skipped(stand, answer)), back)


def change(line: BookingLine, draft: Draft, span: Span[datetime], gesture: UUID) -> None:
    """Change it."""
    stand = here()
    answer = acts.do(bookings.change, booking_id=line.booking_id, draft=draft, span=span, gesture=gesture)
    if acts.failed(answer):
        stand.told, stand.undo = answer, None
        return
    same = ("room_id", "purpose", "people", "team_id", "note", "function", "approver_id")
    before = replace(draft, **{name: getattr(line, name) for name in same})
    if line.team_id is None:
        before = replace(before, group_name=line.who, contact=line.contact, phone=line.phone)
    booking_place.place().look_at(booking_id=line.booking_id)
    back = Undo(bookings.change, {"booking_id": line.booking_id, "draft": before, "span": line.span})
    stand.tell(draw.notice("good", stand.say("bookings.changed")), back)


def cancel(line: BookingLine, reason: str, gesture: UUID) -> None:
    """Call it off."""
    _tell("cancelled", acts.do(bookings.cancel, booking_id=line.booking_id, reason=reason, gesture=gesture), bookings.restore, line)


def came(line: BookingLine, gesture: UUID) -> None:
    """They are here."""
    _tell("came", acts.do(bookings.came, booking_id=line.booking_id, gesture=gesture), bookings.not_come, line)


def _tell(key: str, answer: object, undo: Any, line: BookingLine) -> None:
    stand = here()
    if acts.failed(answer):
        stand.told, stand.undo = answer, None
    else:
        # The card stays; the next tap on it is another intention.
        booking_place.place().gesture = uuid4()
        stand.tell(draw.notice("good", stand.say(f"bookings.{key}", who=line.who)), Undo(undo, {"booking_id": line.booking_id}))


def _skipped(stand: Stand, answer: Booked) -> str:
    days = "、".join(stand.words.moment(at) for at in answer.skipped[:6])
    return stand.say("bookings.skipped", count=len(answer.skipped), days=days) if answer.skipped else ""
