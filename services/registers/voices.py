"""15 意见簿: what villagers said, who answered what, and whether anybody may read it; without a name unless one was given."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Patron, Room, Staff, Suggestion, SuggestionHiding, SuggestionReply
from services.privacy import BLANKED
from services.registers.register import Frame, Line, Register, day, stream

_said = Suggestion.__table__  # type: ignore[attr-defined]
_reply = SuggestionReply.__table__  # type: ignore[attr-defined]
_hiding = SuggestionHiding.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]


def suggestions(session: Session, frame: Frame) -> Iterator[Line]:
    """Each suggestion by the day it was said, with the answer in force."""
    for row in stream(session, _suggestions, frame.days()):
        said = [frame.words.say(f"smile.{int(row.smile)}")] if row.smile else []
        said += [frame.words.say(f"topic.{row.topic}")] if row.topic else []
        public = row.reply and not row.hidden
        yield Line(row.day, (
            day(row.day), _who(frame, row), "；".join([*said, *([row.words] if row.words else [])]), row.room, row.staff,
            row.reply, day(row.reply_day), frame.say("yes" if public else "no"),
        ))  # fmt: skip


REGISTERS: Final = (Register("15", suggestions, (6.5, 6, 26, 9, 6, 24, 6.5, 5)),)

_suggestions = (
    sa.select(
        _said.c.day, _said.c.smile, _said.c.topic, _said.c.words, _said.c.named, _patron.c.name,
        sa.func.coalesce(_room.c.name, "").label("room"), sa.func.coalesce(_staff.c.name, "").label("staff"),
        sa.func.coalesce(_reply.c.words, "").label("reply"), _reply.c.day.label("reply_day"), _hiding.c.id.is_not(None).label("hidden"),
    )
    .outerjoin(_patron, _patron.c.id == _said.c.patron_id)
    .outerjoin(_room, _room.c.id == _said.c.room_id)
    .outerjoin(_reply, sa.and_(_reply.c.hall_id == _said.c.hall_id, _reply.c.suggestion_id == _said.c.id, _reply.c.ended_at.is_(None)))
    .outerjoin(_staff, _staff.c.id == _reply.c.staff_id)
    .outerjoin(_hiding, sa.and_(_hiding.c.hall_id == _said.c.hall_id, _hiding.c.suggestion_id == _said.c.id, _hiding.c.ended_at.is_(None)))
    .where(_said.c.hall_id == bindparam("hall_id"), _said.c.day >= bindparam("since"), _said.c.day < bindparam("until"))
    .order_by(_said.c.day, _said.c.number)
)  # fmt: skip


def _who(frame: Frame, row: Any) -> str:
    if not row.named:
        return frame.say("anonymous")
    return row.name or BLANKED
