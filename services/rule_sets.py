"""使用管理制度: a room's rules for one of its functions, drafted, approved, signed; every published version stays (R16, R42, R44)."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AreaKind, Room, RoomFunction, RuleDraft, RuleSet, Staff, new_id
from services import approvals, clock, journal, timeline
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed
from services.texts import lines, plain

_rule = RuleSet.__table__  # type: ignore[attr-defined]
_draft = RuleDraft.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]

EVERY_HALL_HAS: Final = ("图书室", "文体活动室")
"""The two sets that every hall publishes (R42)."""
NEEDED: Final = ("duty", "person", "open_items", "hours", "upkeep")
"""What no set leaves empty (R44); what else is asked of visitors may be."""
MOST: Final = {name: getattr(_rule.c, name).type.length for name in (*NEEDED, "conduct")}


@dataclass(frozen=True, slots=True)
class Text:
    """What the rules say."""

    duty: str = ""
    person: str = ""
    open_items: str = ""
    hours: str = ""
    upkeep: str = ""
    conduct: str = ""

    @classmethod
    def of(cls, row: Any) -> Self:
        """Read it off a row."""
        return cls(*(getattr(row, field.name) for field in fields(cls)))

    def columns(self) -> dict[str, str]:
        """Give it as it is kept. Raises FactWrong for a field that is too long."""
        return {name: lines(getattr(self, name), f"rule_{name}", most) for name, most in MOST.items()}


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """A published version, as it hangs on the wall."""

    id: UUID
    room_id: UUID
    room: str
    function: str
    version: int
    text: Text
    signer: str
    approver: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """The next version while it is written; `changed_at` is how it is known that nobody else wrote meanwhile."""

    text: Text
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One function of a room: the version in force, and the draft of the next."""

    room_id: UUID
    room: str
    function: str
    current: RuleSheet | None
    draft: Draft | None
    in_force: bool
    """Whether the room still has the function; if not, its rules are read and no more written."""


_sheets = (
    sa.select(_rule, _room.c.name.label("room"), _staff.c.name.label("approver"))
    .join(_room, _room.c.id == _rule.c.room_id)
    .join(_staff, _staff.c.id == _rule.c.approver_id)
    .where(_rule.c.hall_id == bindparam("hall_id"))
    .order_by(_room.c.position, _room.c.code, _rule.c.function, _rule.c.version)
)
_functions = (
    sa.select(_room.c.id, _room.c.name.label("room"), _function.c.name)
    .join(_function, sa.and_(_function.c.room_id == _room.c.id, _function.c.removed_at.is_(None)))
    .where(_room.c.hall_id == bindparam("hall_id"), _room.c.area_kind != AreaKind.OFFICE)
    .order_by(_room.c.position, _room.c.code, _function.c.id)
)
_drafts = sa.select(_draft).where(_draft.c.hall_id == bindparam("hall_id"))


def current(session: Session, *, hall_id: UUID, room_id: UUID) -> tuple[RuleSheet, ...]:
    """Give the rules in force in a room, one sheet for each of its functions that has any."""
    return tuple(line.current for line in overview(session, hall_id=hall_id) if line.room_id == room_id and line.in_force and line.current)


def overview(session: Session, *, hall_id: UUID) -> tuple[RuleLine, ...]:
    """List every function of every room with the rules it has, those of functions that are gone last."""
    newest = {(row.room_id, row.function): _sheet(row) for row in session.execute(_sheets, {"hall_id": hall_id})}
    drafts = {(row.room_id, row.function): Draft(Text.of(row), row.changed_at) for row in session.execute(_drafts, {"hall_id": hall_id})}
    found = {}
    for row in session.execute(_functions, {"hall_id": hall_id}):
        # 文体活动室:舞蹈 follows the rules of the activity room.
        which = row.id, row.name.partition(":")[0]
        found[which] = RuleLine(row.id, row.room, which[1], newest.get(which), drafts.get(which), in_force=True)
    gone = (RuleLine(which[0], sheet.room, which[1], sheet, None, in_force=False) for which, sheet in newest.items() if which not in found)
    return (*found.values(), *gone)


def lacking(session: Session, *, hall_id: UUID) -> tuple[str, ...]:
    """Name those of the two sets that no room has published (R42)."""
    have = {line.function for line in overview(session, hall_id=hall_id) if line.in_force and line.current}
    return tuple(name for name in EVERY_HALL_HAS if name not in have)


def versions(session: Session, *, hall_id: UUID, room_id: UUID, function: str) -> tuple[RuleSheet, ...]:
    """Read every version, the newest first."""
    mine = _sheets.where(_rule.c.room_id == room_id, _rule.c.function == function)
    return tuple(_sheet(row) for row in reversed(session.execute(mine, {"hall_id": hall_id}).all()))


def sheet(session: Session, *, rule_id: UUID, by: Actor) -> RuleSheet:
    """Read one version. Raises FactWrong for none of this hall."""
    row = session.execute(_sheets.where(_rule.c.id == rule_id), {"hall_id": by.hall_id}).one_or_none()
    if row is None:
        raise FactWrong(field="rules")
    return _sheet(row)


def save_draft(
    session: Session, *, room_id: UUID, function: str, text: Text, seen: datetime | None, at: datetime, gesture: UUID, by: Actor
) -> None:
    """Keep what is written so far; empty fields are for later. `seen` is when the draft that was looked at was changed, none for none.

    Raises NotAllowed, FactWrong (room, function, a text too long), ChangedMeanwhile (somebody else wrote).
    """
    effect = _begin(session, room_id, "rules_draft", gesture, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    _refuse_strange_function(session, room_id, function, by)
    new = text.columns() | {"changed_at": at, "staff_id": by.staff_id}
    which = {"hall_id": by.hall_id, "room_id": room_id, "function": function}
    _refuse_other_draft(session, seen, which)
    if seen is None:
        session.execute(sa.insert(_draft), {"id": new_id(), **which, **new})
    else:
        session.execute(sa.update(_draft).where(*_are(which)).values(**new))
    journal.record(session, by, "rules_draft", at=at, subject="room", subject_id=room_id, gesture=effect, facts={"function": function})


def publish(
    session: Session,
    *,
    room_id: UUID,
    function: str,
    text: Text,
    signer: str,
    seen: int,
    at: datetime,
    gesture: UUID,
    by: Actor,
    approver_id: UUID | None = None,
    draft_seen: datetime | None = None,
) -> RuleSheet:
    """Put the next version in force; `seen` is the version it follows, 0 for none. The draft that was seen is done with.

    Raises NotAllowed, FactWrong (room, function, a text too long), FactMissing for the first field left empty and for the signer,
    ApproverNotAllowed, ChangedMeanwhile (another version was published since, or drafted).
    """
    effect = _begin(session, room_id, "rules_publish", gesture, by)
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return sheet(session, rule_id=UUID(done["rule_id"]), by=by)
    _refuse_strange_function(session, room_id, function, by)
    said = text.columns()
    for name in NEEDED:
        if not said[name]:
            raise FactMissing(field=f"rule_{name}")
    if not (signed := plain(signer, 40)):
        raise FactMissing(field="signer")
    if (approver := approver_id or by.staff_id) is None:
        raise NotAllowed
    approvals.require(session, staff_id=approver, hall_id=by.hall_id, room_id=room_id, day=clock.local_day(at))
    which = {"hall_id": by.hall_id, "room_id": room_id, "function": function}
    newest = session.execute(sa.select(sa.func.max(_rule.c.version)).where(*(_rule.c[name] == value for name, value in which.items())))
    if (newest.scalar_one() or 0) != seen:
        raise ChangedMeanwhile
    _refuse_other_draft(session, draft_seen, which)
    rule_id = new_id()
    row = {"id": rule_id, **which, **said, "version": seen + 1, "signer": signed, "approver_id": approver, "published_at": at}
    session.execute(sa.insert(_rule), {**row, "staff_id": by.staff_id})
    session.execute(sa.delete(_draft).where(*_are(which)))
    facts = {"rule_id": str(rule_id), "function": function, "version": seen + 1}
    journal.record(session, by, "rules_publish", at=at, subject="room", subject_id=room_id, gesture=effect, facts=facts)
    return sheet(session, rule_id=rule_id, by=by)


def _begin(session: Session, room_id: UUID, verb: str, gesture: UUID, by: Actor) -> UUID:
    if not by.is_staff:
        raise NotAllowed
    timeline.hold(session, hall_id=by.hall_id, room_ids=[room_id])
    return journal.gesture_key(gesture, verb, room_id)


def _refuse_strange_function(session: Session, room_id: UUID, function: str, by: Actor) -> None:
    names = (row.name.partition(":")[0] for row in session.execute(_functions, {"hall_id": by.hall_id}) if row.id == room_id)
    if function not in set(names):
        raise FactWrong(field="function")


def _refuse_other_draft(session: Session, seen: datetime | None, which: dict[str, Any]) -> None:
    if session.execute(sa.select(_draft.c.changed_at).where(*_are(which))).scalar_one_or_none() != seen:
        raise ChangedMeanwhile


def _are(which: dict[str, Any]) -> list[Any]:
    return [_draft.c[name] == value for name, value in which.items()]


def _sheet(row: Any) -> RuleSheet:
    return RuleSheet(row.id, row.room_id, row.room, row.function, row.version, Text.of(row), row.signer, row.approver, row.published_at)
