"""The visual identity (VIS) the hall follows, by version: which sizes and colours plates have, and what they carry (R14)."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import SignKind, VisScheme, new_id
from services import journal
from services.journal import Actor
from services.refusals import ChangedMeanwhile, NotAllowed, SchemeKnown, SchemeWrong, SizeNotOfScheme
from services.settings import HOUSE
from services.texts import plain

_scheme = VisScheme.__table__  # type: ignore[attr-defined]

MOST_BYTES: Final = 100_000
TOLERANCE_MM: Final = 1
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_LONGEST_MM: Final = 3_000
# What a scheme calls its plates, by the beginning of the name; the labels on things are no signs.
_TYPES: Final = {
    "功能室门牌": SignKind.ROOM_PLATE,
    "党建类门牌": SignKind.PARTY,
    "窗口": SignKind.WINDOW,
    "桌牌": SignKind.DESK,
    "开放时间公示牌": SignKind.HOURS,
    "停止开放公告": SignKind.NOTICE,
}
_MADE: Final = (SignKind.ROOM_PLATE, SignKind.HOURS)


@dataclass(frozen=True, slots=True)
class Plate:
    """One kind of plate of a scheme: width and height in mm, colours as #RRGGBB, and what it may carry."""

    kind: SignKind
    type: str
    width: int
    height: int
    ink: str
    ground: str
    most_functions: int
    place: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A version of the scheme; without an id it is the one the program brings and nobody has put in force yet."""

    id: UUID | None
    version: str
    since_at: datetime | None
    note: str
    plates: dict[SignKind, Plate]

    def refuse_other_size(self, kind: SignKind, width: int, height: int) -> None:
        """Raises SizeNotOfScheme when the scheme has this kind of plate in another size."""
        plate = self.plates.get(kind)
        if plate and (abs(plate.width - width) > TOLERANCE_MM or abs(plate.height - height) > TOLERANCE_MM):
            raise SizeNotOfScheme(width=plate.width, height=plate.height)


def in_force(session: Session, *, hall_id: UUID) -> Scheme:
    """Give the scheme in force; until one is put in force, the one the program brings."""
    row = session.execute(sa.select(_scheme).where(_scheme.c.hall_id == hall_id, _scheme.c.ended_at.is_(None))).one_or_none()
    if row is None:
        return read(start())
    return read(row.scheme, scheme_id=row.id, since_at=row.since_at)


def versions(session: Session, *, hall_id: UUID) -> list[Scheme]:
    """List every version there was, the newest first."""
    rows = session.execute(sa.select(_scheme).where(_scheme.c.hall_id == hall_id).order_by(_scheme.c.since_at.desc(), _scheme.c.id.desc()))
    return [read(row.scheme, scheme_id=row.id, since_at=row.since_at) for row in rows]


def adopt(session: Session, *, data: bytes, at: datetime, gesture: UUID, by: Actor) -> Scheme:
    """Put a version in force, as the district or town hands it down (a JSON file); plates made before keep theirs.

    Raises NotAllowed, SchemeWrong, SchemeKnown (a version of that name), ChangedMeanwhile (the clock).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "vis_adopt")
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return in_force(session, hall_id=by.hall_id)
    given = _opened(data)
    wanted = read(given)
    scheme_id = _put(session, given, wanted.version, at, by)
    facts = {"version": wanted.version}
    journal.record(session, by, "vis_adopt", at=at, subject="vis_scheme", subject_id=scheme_id, gesture=effect, facts=facts)
    return in_force(session, hall_id=by.hall_id)


def settle(session: Session, *, at: datetime, by: Actor) -> Scheme:
    """Give the scheme in force as a row, so that what is made after it can refer to it; the first plate puts the start scheme in force."""
    found = in_force(session, hall_id=by.hall_id)
    if found.id is None:
        scheme_id = _put(session, start(), found.version, at, by)
        journal.record(session, by, "vis_adopt", at=at, subject="vis_scheme", subject_id=scheme_id, facts={"version": found.version})
        found = in_force(session, hall_id=by.hall_id)
    return found


@cache
def start() -> dict[str, Any]:
    """The scheme the program brings: to be replaced by what the district hands down."""
    given: dict[str, Any] = json.loads((HOUSE / "assets" / "vis" / "default.json").read_text(encoding="utf-8"))
    return given


def read(given: dict[str, Any], *, scheme_id: UUID | None = None, since_at: datetime | None = None) -> Scheme:
    """Read a scheme. Raises SchemeWrong where it lacks a version, a size, a colour, or a plate that is made here."""
    version = plain(str(given.get("version") or ""), 40)
    if not version:
        raise SchemeWrong(field="vis_version")
    colours = given.get("colors")
    if not isinstance(colours, dict):
        raise SchemeWrong(field="vis_colours")
    listed = given.get("plates")
    plates = [_plate(one, colours) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    known = {plate.kind: plate for plate in plates if plate is not None}
    if any(kind not in known for kind in _MADE):
        raise SchemeWrong(field="vis_plates")
    return Scheme(scheme_id, version, since_at, plain(str(given.get("note") or ""), 300), known)


def _plate(given: dict[str, Any], colours: dict[str, Any]) -> Plate | None:
    name = str(given.get("type", ""))
    kind = next((kind for start_, kind in _TYPES.items() if name.startswith(start_)), None)
    if kind is None:
        return None
    match given.get("mm"):
        case [int(width), int(height)] if 0 < width <= _LONGEST_MM and 0 < height <= _LONGEST_MM:
            pass
        case _:
            raise SchemeWrong(field="vis_sizes")
    most = given.get("max_functions", 4)
    if not isinstance(most, int) or most < 1:
        raise SchemeWrong(field="vis_plates")
    ink, ground = _colour(given.get("fg", "text"), colours, "text"), _colour(given.get("bg", "service"), colours, "service")
    return Plate(kind, name, width, height, ink, ground, most, plain(str(given.get("place") or ""), 100))


def _colour(said: object, colours: dict[str, Any], otherwise: str) -> str:
    """A colour by its name in the scheme or as #RRGGBB; a word nobody defined (红) is the party's red or the plate's own."""
    named = colours.get(str(said), said)
    if isinstance(named, str) and _COLOUR.fullmatch(named):
        return named
    found = colours.get("party" if said == "红" else otherwise)
    if not isinstance(found, str) or not _COLOUR.fullmatch(found):
        raise SchemeWrong(field="vis_colours")
    return found


def _opened(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise SchemeWrong(field="vis_file")
    try:
        given = json.loads(data.decode("utf-8-sig"))
        _refuse_what_no_database_keeps(given)
    except (ValueError, RecursionError) as error:
        raise SchemeWrong(field="vis_file") from error
    if not isinstance(given, dict):
        raise SchemeWrong(field="vis_file")
    return given


def _refuse_what_no_database_keeps(given: object) -> None:
    """NaN, a NUL or half a character stop PostgreSQL or UTF-8. Raises ValueError."""
    written = json.dumps(given, ensure_ascii=False, allow_nan=False)
    written.encode()
    if r"\u0000" in written:
        raise ValueError(written)


def _put(session: Session, given: dict[str, Any], version: str, at: datetime, by: Actor) -> UUID:
    mine = _scheme.c.hall_id == by.hall_id
    if session.execute(sa.select(_scheme.c.id).where(mine, _scheme.c.version == version)).first() is not None:
        raise SchemeKnown
    since = session.execute(sa.select(_scheme.c.since_at).where(mine, _scheme.c.ended_at.is_(None)).with_for_update()).scalar_one_or_none()
    if since is not None and since > at:
        raise ChangedMeanwhile
    session.execute(sa.update(_scheme).where(mine, _scheme.c.ended_at.is_(None)).values(ended_at=at))
    scheme_id = new_id()
    session.execute(sa.insert(_scheme), {
        "id": scheme_id, "hall_id": by.hall_id, "version": version, "scheme": given, "since_at": at, "staff_id": by.staff_id,
    })  # fmt: skip
    return scheme_id
