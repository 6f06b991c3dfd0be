"""Who came: by ticket, by card, ticked on the list or counted; then the record that is written down of it (活动记录)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import ActivityPhoto, ActivityRecord, AgeBand, Attendance, Card, Patron, Photo, Sex, SignUp, SignUpState, Sitting, new_id
from services import codes, finding, journal, known, photos
from services.finding import FoundCard, TypedCard
from services.journal import Actor
from services.photos import Small
from services.refusals import (
    CardUnknown,
    ChangedMeanwhile,
    EventGone,
    EventNotYet,
    FactMissing,
    FactWrong,
    NotAllowed,
    SignUpGone,
    UnknownCode,
)
from services.texts import plain

_attendance = Attendance.__table__  # type: ignore[attr-defined]
_record = ActivityRecord.__table__  # type: ignore[attr-defined]
_photo = ActivityPhoto.__table__  # type: ignore[attr-defined]
_picture = Photo.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_sign_up = SignUp.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]

_TICKET = codes.KIND["ticket"]
_MOST_PEOPLE = 100_000


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody is here; `listed` when the name is on the list, `again` when it was noted before."""

    name: str
    listed: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Heads:
    """How many came, and among them."""

    people: int = 0
    elders: int = 0
    minors: int = 0
    women: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """The record of a sitting as it stands: the newest version."""

    version: int
    heads: Heads
    content: str
    feedback: str
    filled_by: str
    at: datetime
    photos: tuple[UUID, ...]


def arrive(session: Session, *, sitting_id: UUID, code: str, at: datetime, by: Actor) -> Arrived:
    """Note who shows a ticket or a card; the same one again is noted once.

    Raises NotAllowed, EventGone, UnknownCode (neither ticket nor card), CardUnknown, SignUpGone (another event's ticket, or cancelled).
    """
    sitting = _taking_place(session, sitting_id, by)
    if codes.read(code).number.startswith(_TICKET):
        return _by_sign_up(session, sitting, _signed(session, sitting, by, ticket=codes.read(code).number), at)
    found = finding.find(session, hall_id=by.hall_id, text=code)
    if not isinstance(found, FoundCard | TypedCard):
        raise UnknownCode
    card_id = found.card_id if isinstance(found, FoundCard) else _card_of(session, found.number, by)
    who = known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=at, lock=False)
    mine = _signed(session, sitting, by, patron_id=who.row.patron_id, missing_ok=True)
    if mine is not None:
        return _by_sign_up(session, sitting, mine, at)
    same = (_attendance.c.sitting_id == sitting_id, _attendance.c.patron_id == who.row.patron_id)
    if session.execute(sa.select(_attendance.c.id).where(*same)).first() is not None:
        return Arrived(who.row.name, listed=False, again=True)
    row = {"sign_up_id": None, "patron_id": who.row.patron_id, "age_band": who.age_band, "sex": who.row.sex}
    _note(session, sitting, row, at)
    return Arrived(who.row.name, listed=False, again=False)


def tick(session: Session, *, sitting_id: UUID, sign_up_id: UUID, at: datetime, by: Actor) -> Arrived:
    """Tick a name on the list. Raises NotAllowed, EventGone, SignUpGone."""
    sitting = _taking_place(session, sitting_id, by)
    return _by_sign_up(session, sitting, _signed(session, sitting, by, sign_up_id=sign_up_id), at)


def here(session: Session, *, sitting_id: UUID, by: Actor) -> frozenset[UUID]:
    """Give the sign-ups that are ticked. Raises NotAllowed."""
    _refuse_strangers(by)
    rows = sa.select(_attendance.c.sign_up_id).where(_attendance.c.hall_id == by.hall_id, _attendance.c.sitting_id == sitting_id)
    return frozenset(session.execute(rows.where(_attendance.c.sign_up_id.is_not(None))).scalars())


def heads(session: Session, *, sitting_id: UUID, by: Actor) -> Heads:
    """Count who was noted, by age and sex as copied on the day."""
    band = _attendance.c.age_band
    row = session.execute(
        sa.select(
            sa.func.count().label("people"),
            sa.func.count().filter(band == AgeBand.ELDER).label("elders"),
            sa.func.count().filter(band.in_((AgeBand.CHILD, AgeBand.YOUTH))).label("minors"),
            sa.func.count().filter(_attendance.c.sex == Sex.FEMALE).label("women"),
        ).where(_attendance.c.hall_id == by.hall_id, _attendance.c.sitting_id == sitting_id)
    ).one()
    return Heads(row.people, row.elders, row.minors, row.women)


def record(
    session: Session,
    *,
    sitting_id: UUID,
    heads: Heads,
    content: str,
    filled_by: str,
    seen_version: int,
    at: datetime,
    gesture: UUID,
    by: Actor,
    feedback: str = "",
    pictures: Sequence[Small] = (),
) -> Written:
    """Write down how it was; a correction is a new version, and the older ones stay.

    Raises NotAllowed, EventGone, EventNotYet, FactMissing (content, filled by), FactWrong (counts), ChangedMeanwhile (somebody else
    wrote a version since).
    """
    effect = journal.gesture_key(gesture, "activity_record", sitting_id)
    sitting = _taking_place(session, sitting_id, by, lock=True)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is None:
        if sitting.starts_at > at:
            raise EventNotYet(starts_at=sitting.starts_at)
        said = {"content": plain(content, 1000), "filled_by": plain(filled_by, 40)}
        for field, text in said.items():
            if not text:
                raise FactMissing(field=field)
        _refuse_odd(heads)
        if _version(session, sitting_id) != seen_version:
            raise ChangedMeanwhile
        session.execute(sa.insert(_record), {
            "id": new_id(), "hall_id": by.hall_id, "sitting_id": sitting_id, "version": seen_version + 1, "people": heads.people,
            "elders": heads.elders, "minors": heads.minors, "women": heads.women, **said, "feedback": plain(feedback, 400), "at": at,
            "staff_id": by.staff_id,
        })  # fmt: skip
        for picture in pictures:
            _keep_photo(session, sitting_id, picture, at, by)
        journal.record(session, by, "activity_record", at=at, subject="sitting", subject_id=sitting_id, gesture=effect)
    written = written_of(session, sitting_id=sitting_id, by=by)
    assert written
    return written


def written_of(session: Session, *, sitting_id: UUID, by: Actor) -> Written | None:
    """Read the newest version of a sitting's record, with its photos."""
    mine = sa.select(_record).where(_record.c.hall_id == by.hall_id, _record.c.sitting_id == sitting_id)
    row = session.execute(mine.order_by(_record.c.version.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    kept = sa.select(_photo.c.photo_id).join(_picture, _picture.c.id == _photo.c.photo_id).where(_picture.c.removed_at.is_(None))
    shown = kept.where(_photo.c.hall_id == by.hall_id, _photo.c.sitting_id == sitting_id)
    counted = Heads(row.people, row.elders, row.minors, row.women)
    pictures = tuple(session.execute(shown.order_by(_photo.c.photo_id)).scalars())
    return Written(row.version, counted, row.content, row.feedback, row.filled_by, row.at, pictures)


def _refuse_strangers(by: Actor) -> None:
    if not by.is_staff:
        raise NotAllowed


def _taking_place(session: Session, sitting_id: UUID, by: Actor, *, lock: bool = False) -> Any:
    _refuse_strangers(by)
    asked = sa.select(_sitting).where(_sitting.c.id == sitting_id, _sitting.c.hall_id == by.hall_id)
    row = session.execute(asked.with_for_update() if lock else asked).one_or_none()
    if row is None or row.cancelled_at is not None:
        raise EventGone
    return row


def _signed(session: Session, sitting: Any, by: Actor, *, missing_ok: bool = False, **which: Any) -> Any:
    active = (_sign_up.c.hall_id == by.hall_id, _sign_up.c.event_id == sitting.event_id, _sign_up.c.state != SignUpState.CANCELLED)
    mine = (_sign_up.c["id" if name == "sign_up_id" else name] == value for name, value in which.items())
    row = session.execute(
        sa.select(_sign_up, _patron.c.name).outerjoin(_patron, _patron.c.id == _sign_up.c.patron_id).where(*active, *mine)
    ).one_or_none()
    if row is None and not missing_ok:
        raise SignUpGone
    return row


def _by_sign_up(session: Session, sitting: Any, row: Any, at: datetime) -> Arrived:
    name = row.name or row.guest_name
    same = (_attendance.c.sitting_id == sitting.id, _attendance.c.sign_up_id == row.id)
    if session.execute(sa.select(_attendance.c.id).where(*same)).first() is not None:
        return Arrived(name, listed=True, again=True)
    _note(session, sitting, {"sign_up_id": row.id, "patron_id": row.patron_id, "age_band": row.age_band, "sex": row.sex}, at)
    return Arrived(name, listed=True, again=False)


def _note(session: Session, sitting: Any, row: dict[str, Any], at: datetime) -> None:
    session.execute(sa.insert(_attendance), {"id": new_id(), "hall_id": sitting.hall_id, "sitting_id": sitting.id, "at": at, **row})


def _card_of(session: Session, number: str, by: Actor) -> UUID:
    mine = sa.select(_card.c.id).where(_card.c.hall_id == by.hall_id, _card.c.number == number, _card.c.ended_at.is_(None))
    card_id = session.execute(mine).scalars().first()
    if card_id is None:
        raise CardUnknown
    return UUID(str(card_id))


def _refuse_odd(heads: Heads) -> None:
    parts = (heads.elders, heads.minors, heads.women)
    if min(heads.people, *parts) < 0 or heads.people > _MOST_PEOPLE:
        raise FactWrong(field="people")
    if heads.elders + heads.minors > heads.people or heads.women > heads.people:
        raise FactWrong(field="people")


def _version(session: Session, sitting_id: UUID) -> int:
    return int(session.execute(sa.select(sa.func.max(_record.c.version)).where(_record.c.sitting_id == sitting_id)).scalar() or 0)


def _keep_photo(session: Session, sitting_id: UUID, picture: Small, at: datetime, by: Actor) -> None:
    photo_id = photos.keep(session, photo=picture, at=at, by=by)
    if session.execute(sa.select(_photo.c.photo_id).where(_photo.c.photo_id == photo_id)).first() is None:
        session.execute(sa.insert(_photo), {"photo_id": photo_id, "hall_id": by.hall_id, "sitting_id": sitting_id})
