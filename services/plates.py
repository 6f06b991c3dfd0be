"""Door plates and the hours board: drawn from what the rooms are and do, in the size and colours of the scheme, and kept as made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AreaKind, Hall, Opening, OpeningSlot, OpenItem, PlateMade, Room, RoomFunction, Season, SignKind, SignPlace, VisScheme
from services import clock, hours, hours_words, journal, papers, qr, signs, unity, vis
from services.journal import Actor
from services.offers import OFFERED
from services.refusals import (
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    FunctionWithoutRoom,
    NotAllowed,
    Refusal,
    RoomWithoutFunction,
    TooManyFunctions,
)
from services.signs import SignForm
from services.texts import plain
from services.vis import Scheme
from services.words import LANGUAGES, words

_made = PlateMade.__table__  # type: ignore[attr-defined]
_scheme = VisScheme.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]
_opening = Opening.__table__  # type: ignore[attr-defined]
_slot = OpeningSlot.__table__  # type: ignore[attr-defined]
_season = Season.__table__  # type: ignore[attr-defined]

# What hangs on a village's wall is Chinese, whoever had it made.
_WALL: Final = LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class Made:
    """A plate as it was made: its version and all that stands on it."""

    sign_id: UUID
    kind: SignKind
    version: str
    at: datetime
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """A room and its plate: the one made last, what speaks against making one, and whether the made one says what is true."""

    room_id: UUID
    room: str
    made: Made | None
    refusal: Refusal | None
    up_to_date: bool


def doors(session: Session, *, hall_id: UUID) -> list[Door]:
    """Look at every room's plate before any is made; nothing is written."""
    scheme = vis.in_force(session, hall_id=hall_id)
    rows = session.execute(sa.select(_room.c.id, _room.c.name).where(_room.c.hall_id == hall_id).order_by(_room.c.position, _room.c.code))
    found = []
    for row in rows.all():
        refusal, wanted = None, None
        try:
            wanted = _door_facts(session, hall_id, row.id, scheme)
        except Refusal as reason:
            refusal = reason
        made = made_now(session, hall_id=hall_id, kind=SignKind.ROOM_PLATE, room_id=row.id)
        found.append(Door(row.id, row.name, made, refusal, made is not None and made.facts == wanted))
    return found


def made_now(session: Session, *, hall_id: UUID, kind: SignKind, room_id: UUID | None = None) -> Made | None:
    """Find the plate of a room, or the board of the hall, that was made last and hangs."""
    which = _made.c.room_id == room_id if room_id else _made.c.room_id.is_(None)
    mine = _made.c.hall_id == hall_id, _made.c.kind == kind, which, _made.c.replaced_at.is_(None)
    row = session.execute(_plates.where(*mine)).one_or_none()
    return Made(*row) if row else None


def plate(session: Session, *, sign_id: UUID, by: Actor) -> Made:
    """Find what was made, also long ago. Raises ChangedMeanwhile for what was not made here."""
    row = session.execute(_plates.where(_made.c.sign_id == sign_id, _made.c.hall_id == by.hall_id)).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    return Made(*row)


def make_door_plate(
    session: Session, *, room_id: UUID, at: datetime, gesture: UUID, by: Actor, size: tuple[int, int] | None = None
) -> UUID:
    """Make the one plate of a room, with all its functions; the plate before it is replaced. Gives the sign.

    Raises NotAllowed, FactWrong (room), FunctionWithoutRoom, RoomWithoutFunction, TooManyFunctions, SizeNotOfScheme (`size` in mm is
    another one than the scheme's).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "plate_made", room_id)
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return UUID(str(done["sign_id"]))
    scheme = vis.settle(session, at=at, by=by)
    facts = _door_facts(session, by.hall_id, room_id, scheme)
    if size is not None:
        scheme.refuse_other_size(SignKind.ROOM_PLATE, *size)
    return _make(session, SignKind.ROOM_PLATE, room_id, f"{facts['name']}门牌", facts, scheme, at, effect, by)


def make_hours_board(
    session: Session, *, oversight_phone: str, at: datetime, gesture: UUID, by: Actor, size: tuple[int, int] | None = None
) -> UUID:
    """Make the hall's board: what is offered in which room, when, who answers for it, and whom to ring up. Gives the sign.

    Raises NotAllowed, FactMissing (oversight phone; a room without a person in charge; no hours at all), SizeNotOfScheme.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "plate_made", "hours")
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return UUID(str(done["sign_id"]))
    scheme = vis.settle(session, at=at, by=by)
    if not (phone := plain(oversight_phone, 30)):
        raise FactMissing(field="oversight_phone")
    facts = _board_facts(session, by.hall_id, scheme, phone, at)
    if size is not None:
        scheme.refuse_other_size(SignKind.HOURS, *size)
    return _make(session, SignKind.HOURS, None, str(facts["title"]), facts, scheme, at, effect, by)


def pdf(made: Made) -> bytes:
    """Set a plate as PDF, one page of its true size."""
    return papers.pdf("plates", {**made.facts, "kind": made.kind.value})


_plates = sa.select(_made.c.sign_id, _made.c.kind, _scheme.c.version, _made.c.at, _made.c.facts).join(
    _scheme, _scheme.c.id == _made.c.scheme_id
)


def _make(
    session: Session, kind: SignKind, room_id: UUID | None, name: str, facts: dict[str, Any], scheme: Scheme, at: datetime, effect: UUID,
    by: Actor,
) -> UUID:  # fmt: skip
    """Register the new sign and keep what stands on it; the same plate again is the one there is."""
    before = made_now(session, hall_id=by.hall_id, kind=kind, room_id=room_id)
    sign_id = before.sign_id if before else None
    if before is None or before.facts != facts:
        plate_of = scheme.plates[kind]
        form = SignForm(name, kind, room_id, SignPlace.OUTSIDE, plate_of.width, plate_of.height, spot=plate_of.place)
        sign_id = signs.insert(session, form, scheme.version, conforms=True, at=at, by=by)
        if before is not None:
            session.execute(sa.update(_made).where(_made.c.sign_id == before.sign_id).values(replaced_at=at))
            signs.take_down(session, before.sign_id, owner="村部", note="换成新做的", at=at, by=by)
        row = {"sign_id": sign_id, "hall_id": by.hall_id, "scheme_id": scheme.id, "kind": kind, "room_id": room_id, "facts": facts}
        session.execute(sa.insert(_made), row | {"at": at, "staff_id": by.staff_id, "replaced_at": None})
    assert sign_id is not None
    said = {"sign_id": str(sign_id), "version": scheme.version}
    journal.record(session, by, "plate_made", at=at, subject="sign", subject_id=sign_id, gesture=effect, facts=said)
    return sign_id


def _look(scheme: Scheme, kind: SignKind) -> dict[str, Any]:
    plate_of = scheme.plates[kind]
    return {
        "width": plate_of.width, "height": plate_of.height, "ink": plate_of.ink, "ground": plate_of.ground, "version": scheme.version,
    }  # fmt: skip


def _door_facts(session: Session, hall_id: UUID, room_id: UUID, scheme: Scheme) -> dict[str, Any]:
    room = session.execute(sa.select(_room.c.name).where(_room.c.id == room_id, _room.c.hall_id == hall_id)).one_or_none()
    if room is None:
        raise FactWrong(field="room")
    by_room = unity.functions(session, hall_id=hall_id)
    # The three functions every hall brings together (R06): no plate is made while one of them has no room.
    if lacking := unity.nowhere(by_room):
        raise FunctionWithoutRoom(names="、".join(lacking))
    names = by_room.get(room_id, ())
    if not names:
        raise RoomWithoutFunction
    most = scheme.plates[SignKind.ROOM_PLATE].most_functions
    if len(names) > most:
        raise TooManyFunctions(have=len(names), most=most)
    return {**_look(scheme, SignKind.ROOM_PLATE), "name": room.name, "functions": "·".join(names)}


# -- the hours board --------------------------------------------------------------------------------------------------------


def _board_facts(session: Session, hall_id: UUID, scheme: Scheme, phone: str, at: datetime) -> dict[str, Any]:
    hall = session.execute(sa.select(_hall.c.name, _hall.c.owner, _hall.c.address).where(_hall.c.id == hall_id)).one()
    spoken = words(_WALL)
    weeks = hours_words.of_hall(session, hall_id=hall_id, today=clock.local_day(at), spoken=spoken)
    people = hours.hall_status(session, hall_id, at)
    offered = _offered(session, hall_id)
    rows = []
    for room in people.rooms:
        if room.area_kind is AreaKind.OFFICE or room.room_id not in weeks:
            continue
        if not room.people:
            raise FactMissing(field="person_in_charge")
        items = "、".join(offered.get(room.room_id, ()))
        rows.append({"room": room.name, "items": items, "hours": weeks[room.room_id], "person": room.people[0].name})
    if not rows:
        raise FactMissing(field="board_hours")
    told = [hall.name, hall.address, *(f"{row['room']} {'；'.join(row['hours'])}" for row in rows), f"{spoken.say('plate.phone')} {phone}"]
    path, side = qr.text_vector("\n".join(filter(None, told)))
    heads = [spoken.say(f"plate.{name}") for name in ("room", "items", "hours", "person")]
    return {
        **_look(scheme, SignKind.HOURS), "title": spoken.say("plate.title"), "hall": hall.name, "heads": heads, "rows": rows,
        "phone": [spoken.say("plate.phone"), phone], "owner": [spoken.say("plate.owner"), hall.owner], "free": spoken.say("plate.free"),
        "qr": path, "side": side, "scan": spoken.say("plate.scan"),
    }  # fmt: skip


def _offered(session: Session, hall_id: UUID) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    mine = sa.select(_service.c.room_id, _service.c.name).where(_service.c.hall_id == hall_id, OFFERED).order_by(_service.c.id)
    for row in session.execute(mine):
        found.setdefault(row.room_id, []).append(row.name)
    return found
