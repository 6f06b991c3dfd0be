"""Proof that a notice was put up: which version, by which channel, by whom and when, with a photo where there is one."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Channel, ClosureNotice, ClosurePosting, new_id
from services import journal, photos
from services.journal import Actor
from services.photos import Small
from services.refusals import FactWrong, NotAllowed

_posting = ClosurePosting.__table__  # type: ignore[attr-defined]
_notice = ClosureNotice.__table__  # type: ignore[attr-defined]


def post(
    session: Session, *, closure_id: UUID, version: int, channels: tuple[Channel, ...], photo: Small | None, at: datetime, gesture: UUID,
    by: Actor,
) -> None:  # fmt: skip
    """Write down that a version was put up, sent or read out; the photo goes with what hangs on paper, else with the first channel.

    Raises NotAllowed, FactWrong (channel, closure).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "posting", closure_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    told = tuple(channel for channel in Channel if channel in channels and channel is not Channel.KIOSK)
    if not told:
        raise FactWrong(field="channel")
    mine = sa.select(_notice.c.id).where(_notice.c.hall_id == by.hall_id, _notice.c.closure_id == closure_id, _notice.c.version == version)
    if session.execute(mine).first() is None:
        raise FactWrong(field="closure")
    photo_id = photos.keep(session, photo=photo, at=at, by=by) if photo else None
    shown = Channel.PAPER if Channel.PAPER in told else told[0]
    rows = [
        {
            "id": new_id(), "hall_id": by.hall_id, "closure_id": closure_id, "version": version, "channel": channel, "at": at,
            "staff_id": by.staff_id, "photo_id": photo_id if channel is shown else None,
        }
        for channel in told
    ]  # fmt: skip
    session.execute(sa.insert(_posting), rows)
    facts = {"version": version, "channels": [str(channel) for channel in told], "photo": photo is not None}
    journal.record(session, by, "closure_posted", at=at, subject="closure", subject_id=closure_id, gesture=effect, facts=facts)
