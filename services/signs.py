"""The register of signs: what hangs where, whether it conforms, and what was decided and done about it (R13 to R15)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Photo, PhotoMoment, PlateMade, Room, Sign, SignDecision, SignKind, SignPhoto, SignPlace, Verdict, new_id
from services import clock, journal, numbers, photos, vis
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, SignGone
from services.texts import plain

_sign = Sign.__table__  # type: ignore[attr-defined]
_decision = SignDecision.__table__  # type: ignore[attr-defined]
_shown = SignPhoto.__table__  # type: ignore[attr-defined]
_photo = Photo.__table__  # type: ignore[attr-defined]
_made = PlateMade.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

_SIZES: Final = range(1, 20_001)
_WHEREVER: Final = (SignKind.DESK, SignKind.RULES, SignKind.GUIDE)


@dataclass(frozen=True, slots=True)
class SignForm:
    """A sign as it hangs, or as it will: width and height in mm."""

    name: str
    kind: SignKind
    room_id: UUID | None
    place: SignPlace
    width: int
    height: int
    spot: str = ""
    conforms: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a sign, and when it was carried out."""

    verdict: Verdict
    owner: str
    note: str
    done_day: date | None
    into: int | None


@dataclass(frozen=True, slots=True)
class SignLine:
    """One sign: a line of register 18. Photos are ids, by moment."""

    id: UUID
    number: int
    name: str
    kind: SignKind
    room_id: UUID | None
    room: str
    place: SignPlace
    spot: str
    width: int
    height: int
    vis_version: str
    conforms: bool
    made_here: bool
    gone_at: datetime | None
    registered_at: datetime
    decided: Decided | None
    photos: tuple[tuple[PhotoMoment, UUID], ...]

    @property
    def hangs_wrong(self) -> bool:
        """Inside, or at another room (R13); desk signs, rules on the wall and guide signs belong where they are."""
        return self.gone_at is None and self.place is not SignPlace.OUTSIDE and self.kind not in _WHEREVER


@dataclass(frozen=True, slots=True)
class Count:
    """The signs of the hall that hang now, and how many of them are not yet as they should be."""

    hanging: int
    wrong_place: int
    not_conforming: int
    undecided: int
    to_do: int
    gone: int


def register(session: Session, *, form: SignForm, new: bool, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Write down a sign: a new one has the size of the scheme in force, an old one is taken as it hangs.

    Raises NotAllowed, FactMissing (name), FactWrong (size, room), SizeNotOfScheme (new, or said to conform, but of another size).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "sign_register")
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return UUID(str(done["sign_id"]))
    _refuse_wrong_form(session, form, by)
    scheme = vis.in_force(session, hall_id=by.hall_id)
    if new or form.conforms:
        scheme.refuse_other_size(form.kind, form.width, form.height)
    sign_id = insert(session, form, scheme.version, conforms=new or form.conforms, at=at, by=by)
    facts = {"sign_id": str(sign_id), "kind": form.kind.value}
    journal.record(session, by, "sign_register", at=at, subject="sign", subject_id=sign_id, gesture=effect, facts=facts)
    return sign_id


def insert(session: Session, form: SignForm, version: str, *, conforms: bool, at: datetime, by: Actor) -> UUID:
    """Write the row of a sign that the caller has looked at."""
    sign_id, number = new_id(), numbers.running(session, _sign, by.hall_id)
    session.execute(sa.insert(_sign), {
        "id": sign_id, "hall_id": by.hall_id, "number": number, "name": plain(form.name, 80), "kind": form.kind,
        "room_id": form.room_id, "place": form.place, "spot": plain(form.spot, 100), "width_mm": form.width, "height_mm": form.height,
        "vis_version": version, "conforms": conforms, "registered_at": at, "staff_id": by.staff_id, "gone_at": None,
    })  # fmt: skip
    return sign_id


def decide(
    session: Session,
    *,
    sign_id: UUID,
    verdict: Verdict,
    owner: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
    into_id: UUID | None = None,
    note: str = "",
) -> None:
    """Decide what becomes of a sign, and who answers for it; a decision not yet carried out is replaced, and stays in the book.

    Raises NotAllowed, SignGone, FactMissing (owner; what it is merged into), FactWrong (merged into itself, or into one that is gone).
    """
    effect = journal.gesture_key(gesture, "sign_decide", sign_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    _hanging(session, sign_id, by)
    if not plain(owner, 40):
        raise FactMissing(field="sign_owner")
    if verdict is Verdict.MERGE:
        _refuse_wrong_target(session, sign_id, into_id, by)
    _replace_decision(session, sign_id, at)
    row = _decided_row(by, sign_id, verdict, plain(owner, 40), at)
    row |= {"into_id": into_id if verdict is Verdict.MERGE else None, "note": plain(note, 200)}
    session.execute(sa.insert(_decision), row)
    facts = {"verdict": verdict.value}
    journal.record(session, by, "sign_decide", at=at, subject="sign", subject_id=sign_id, gesture=effect, facts=facts)


def carry_out(
    session: Session,
    *,
    sign_id: UUID,
    day: date,
    at: datetime,
    gesture: UUID,
    by: Actor,
    place: SignPlace | None = None,
    spot: str = "",
    conforms: bool | None = None,
) -> None:
    """Say that a decision was carried out: what is kept hangs at `place` now, what is merged or removed is gone.

    Raises NotAllowed, SignGone, ChangedMeanwhile (nothing to carry out), FactWrong (day), SizeNotOfScheme (said to conform).
    """
    effect = journal.gesture_key(gesture, "sign_done", sign_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    sign = _hanging(session, sign_id, by)
    if day > clock.local_day(at):
        raise FactWrong(field="sign_day")
    now = _decision.c.sign_id == sign_id, _decision.c.replaced_at.is_(None), _decision.c.done_at.is_(None)
    decision = session.execute(sa.select(_decision).where(*now)).one_or_none()
    if decision is None:
        raise ChangedMeanwhile
    if decision.verdict is Verdict.KEEP:
        changed = _rehang(session, sign, place or sign.place, plain(spot, 100) or sign.spot, conforms, by)
    else:
        changed = {"gone_at": max(at, sign.registered_at)}
        session.execute(sa.update(_made).where(_made.c.sign_id == sign_id, _made.c.replaced_at.is_(None)).values(replaced_at=at))
    session.execute(sa.update(_sign).where(_sign.c.id == sign_id).values(**changed))
    session.execute(sa.update(_decision).where(_decision.c.id == decision.id).values(done_day=day, done_at=at, done_by=by.staff_id))
    facts = {"verdict": decision.verdict.value, "was": sign.place.value, "spot": sign.spot}
    journal.record(session, by, "sign_done", at=at, subject="sign", subject_id=sign_id, gesture=effect, facts=facts)


def take_down(session: Session, sign_id: UUID, *, owner: str, note: str, at: datetime, by: Actor) -> None:
    """Take down a sign that a new one replaces: decided and carried out at once; part of the use case that makes the new one."""
    _replace_decision(session, sign_id, at)
    done = {"done_day": clock.local_day(at), "done_at": at, "done_by": by.staff_id, "note": note, "into_id": None}
    session.execute(sa.insert(_decision), _decided_row(by, sign_id, Verdict.REMOVE, owner, at) | done)
    session.execute(sa.update(_sign).where(_sign.c.id == sign_id).values(gone_at=at))


def add_photo(session: Session, *, sign_id: UUID, moment: PhotoMoment, photo: photos.Small, at: datetime, gesture: UUID, by: Actor) -> None:
    """Keep a photo of a sign, before or after. Raises NotAllowed, ChangedMeanwhile (no such sign)."""
    photo_id = photos.keep(session, photo=photo, at=at, by=by)
    effect = journal.gesture_key(gesture, "sign_photo", sign_id, photo_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if session.execute(sa.select(_sign.c.id).where(_sign.c.id == sign_id, _sign.c.hall_id == by.hall_id)).first() is None:
        raise ChangedMeanwhile
    known = _shown.c.sign_id == sign_id, _shown.c.photo_id == photo_id
    if session.execute(sa.select(_shown.c.photo_id).where(*known)).first() is None:
        session.execute(sa.insert(_shown), {"photo_id": photo_id, "hall_id": by.hall_id, "sign_id": sign_id, "moment": moment})
    journal.record(session, by, "sign_photo", at=at, subject="sign", subject_id=sign_id, gesture=effect)


def lines(session: Session, *, hall_id: UUID) -> list[SignLine]:
    """Give register 18 (标识标牌台账): every sign there was, what hangs wrong or waits for a decision before the rest."""
    into = _sign.alias("into")
    rows = session.execute(
        sa.select(
            _sign, _room.c.name.label("room"), _made.c.sign_id.label("made"), _decision.c.verdict, _decision.c.owner, _decision.c.note,
            _decision.c.done_day, into.c.number.label("into"),
        )
        .outerjoin(_room, _room.c.id == _sign.c.room_id)
        .outerjoin(_made, _made.c.sign_id == _sign.c.id)
        .outerjoin(_decision, sa.and_(_decision.c.sign_id == _sign.c.id, _decision.c.replaced_at.is_(None)))
        .outerjoin(into, into.c.id == _decision.c.into_id)
        .where(_sign.c.hall_id == hall_id)
        .order_by(_sign.c.number)
    ).all()  # fmt: skip
    seen: dict[UUID, list[tuple[PhotoMoment, UUID]]] = {}
    of_hall = sa.select(_shown).join(_photo, _photo.c.id == _shown.c.photo_id)
    for shown in session.execute(of_hall.where(_shown.c.hall_id == hall_id, _photo.c.removed_at.is_(None)).order_by(_photo.c.at)):
        seen.setdefault(shown.sign_id, []).append((shown.moment, shown.photo_id))
    return [_line(row, tuple(seen.get(row.id, ()))) for row in rows]


def count(signs: list[SignLine]) -> Count:
    """Count what hangs, and what is not yet as it should be (R15: per hall)."""
    hanging = [sign for sign in signs if sign.gone_at is None]
    return Count(
        hanging=len(hanging),
        wrong_place=sum(sign.hangs_wrong for sign in hanging),
        not_conforming=sum(not sign.conforms for sign in hanging),
        undecided=sum(undecided(sign) for sign in hanging),
        to_do=sum(sign.decided is not None and sign.decided.done_day is None for sign in hanging),
        gone=len(signs) - len(hanging),
    )


def undecided(sign: SignLine) -> bool:
    """An old sign about which nothing was decided; a plate made here needs no decision while it hangs where it should."""
    return sign.gone_at is None and sign.decided is None and (not sign.conforms or sign.hangs_wrong or not sign.made_here)


def _line(row: Any, seen: tuple[tuple[PhotoMoment, UUID], ...]) -> SignLine:
    decided = Decided(row.verdict, row.owner, row.note, row.done_day, row.into) if row.verdict is not None else None
    return SignLine(
        row.id, row.number, row.name, row.kind, row.room_id, row.room or "", row.place, row.spot, row.width_mm, row.height_mm,
        row.vis_version, bool(row.conforms), row.made is not None, row.gone_at, row.registered_at, decided, seen,
    )  # fmt: skip


def _refuse_wrong_form(session: Session, form: SignForm, by: Actor) -> None:
    if not plain(form.name, 80):
        raise FactMissing(field="sign_name")
    if form.width not in _SIZES or form.height not in _SIZES:
        raise FactWrong(field="sign_size")
    mine = sa.select(_room.c.id).where(_room.c.id == form.room_id, _room.c.hall_id == by.hall_id)
    if form.room_id is not None and session.execute(mine).first() is None:
        raise FactWrong(field="room")


def _hanging(session: Session, sign_id: UUID, by: Actor) -> sa.Row[Any]:
    if not by.is_staff:
        raise NotAllowed
    row = session.execute(sa.select(_sign).where(_sign.c.id == sign_id, _sign.c.hall_id == by.hall_id).with_for_update()).one_or_none()
    if row is None or row.gone_at is not None:
        raise SignGone
    return row


def _refuse_wrong_target(session: Session, sign_id: UUID, into_id: UUID | None, by: Actor) -> None:
    if into_id is None:
        raise FactMissing(field="sign_into")
    there = sa.select(_sign.c.id).where(_sign.c.id == into_id, _sign.c.hall_id == by.hall_id, _sign.c.gone_at.is_(None))
    if into_id == sign_id or session.execute(there).first() is None:
        raise FactWrong(field="sign_into")


def _replace_decision(session: Session, sign_id: UUID, at: datetime) -> None:
    session.execute(sa.update(_decision).where(_decision.c.sign_id == sign_id, _decision.c.replaced_at.is_(None)).values(replaced_at=at))


def _decided_row(by: Actor, sign_id: UUID, verdict: Verdict, owner: str, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(), "hall_id": by.hall_id, "sign_id": sign_id, "verdict": verdict, "owner": owner, "decided_at": at,
        "staff_id": by.staff_id, "done_day": None, "done_at": None, "done_by": None, "replaced_at": None,
    }  # fmt: skip


def _rehang(session: Session, sign: sa.Row[Any], place: SignPlace, spot: str, conforms: bool | None, by: Actor) -> dict[str, Any]:  # noqa: FBT001  None: as it was
    scheme = vis.in_force(session, hall_id=by.hall_id)
    if conforms:
        scheme.refuse_other_size(sign.kind, sign.width_mm, sign.height_mm)
    fits = sign.conforms if conforms is None else conforms
    return {"place": place, "spot": spot, "conforms": fits, "vis_version": sign.vis_version if conforms is None else scheme.version}
