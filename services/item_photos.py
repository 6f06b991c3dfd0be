"""What a thing looks like, photographed with the tablet: kept with the data, seen behind the gate, taken away when it must be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import ActivityPhoto, ClosurePosting, HallPhoto, Item, ItemPhoto, Photo, SignPhoto
from services import journal, photos
from services.journal import Actor
from services.photos import Small
from services.refusals import ChangedMeanwhile, NotAllowed, ReasonMissing, UnknownCode
from services.texts import plain

_photo = Photo.__table__  # type: ignore[attr-defined]
_of_item = ItemPhoto.__table__  # type: ignore[attr-defined]
_of_event = ActivityPhoto.__table__  # type: ignore[attr-defined]
_of_posting = ClosurePosting.__table__  # type: ignore[attr-defined]
_of_sign = SignPhoto.__table__  # type: ignore[attr-defined]
_of_hall = HallPhoto.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo in a list; `note` says what it shows."""

    photo_id: UUID
    at: datetime
    width: int
    height: int
    note: str


def keep(session: Session, *, item_id: UUID, photo: Small, note: str, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Keep a photo of a thing, and what it shows. Raises NotAllowed, UnknownCode."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "photo", item_id)
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return UUID(done["photo_id"])
    if session.execute(sa.select(_item.c.id).where(_item.c.id == item_id, _item.c.hall_id == by.hall_id)).one_or_none() is None:
        raise UnknownCode
    photo_id = photos.keep(session, photo=photo, at=at, by=by, once=False)
    said = {"photo_id": photo_id, "hall_id": by.hall_id, "item_id": item_id, "note": plain(note, 200)}
    session.execute(sa.insert(_of_item), said)
    facts = {"photo_id": str(photo_id)}
    journal.record(session, by, "photo", at=at, subject="item", subject_id=item_id, gesture=effect, facts=facts)
    return photo_id


def of_item(session: Session, *, item_id: UUID, by: Actor) -> list[Kept]:
    """List a thing's photos, the newest first. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    return [Kept(*row) for row in session.execute(_photos, {"hall_id": by.hall_id, "item_id": item_id})]


def take_away(session: Session, *, photo_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Empty a photo of a thing, an event, a posted notice, a sign or the hall that should not be kept (somebody is on it, a mistake).

    That there was one stays written, and why it went.

    Raises NotAllowed, ReasonMissing, ChangedMeanwhile (gone already, or never here).
    """
    if not by.is_staff:
        raise NotAllowed
    if not plain(reason, 200):
        raise ReasonMissing
    effect = journal.gesture_key(gesture, "photo_away", photo_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    facts: dict[str, Any] = {"photo": photo_id, "of_hall": by.hall_id, "when": at, "who": by.staff_id}
    if session.execute(_emptied, facts).rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    journal.record(session, by, "photo_away", at=at, subject="photo", subject_id=photo_id, gesture=effect, reason=reason)


_photos = (
    sa.select(_photo.c.id, _photo.c.at, _photo.c.width, _photo.c.height, _of_item.c.note)
    .join(_of_item, _of_item.c.photo_id == _photo.c.id)
    .where(_of_item.c.hall_id == bindparam("hall_id"), _of_item.c.item_id == bindparam("item_id"), _photo.c.removed_at.is_(None))
    .order_by(_photo.c.id.desc())
)
_emptied = (
    sa.update(_photo)
    .where(
        _photo.c.id == bindparam("photo"),
        _photo.c.hall_id == bindparam("of_hall"),
        _photo.c.removed_at.is_(None),
        sa.or_(*(sa.exists().where(shown.c.photo_id == _photo.c.id) for shown in (_of_item, _of_event, _of_posting, _of_sign, _of_hall))),
    )
    .values(content=b"", removed_at=bindparam("when"), removed_by=bindparam("who"))
)
