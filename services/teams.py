"""Teams (文艺队): a patron of their own with one responsible person, and who belongs to them from when to when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Patron, PatronKind, TeamMember, new_id
from services import clock, journal, patrons
from services.journal import Actor
from services.refusals import CardUnknown, ChangedMeanwhile, FactMissing, MemberAlready, NotAllowed
from services.texts import plain

_patron = Patron.__table__  # type: ignore[attr-defined]
_member = TeamMember.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Team:
    """A team as the list shows it."""

    team_id: UUID
    name: str
    leader: str
    group: str
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team, now or before."""

    member_id: UUID
    patron_id: UUID | None
    name: str
    part: str
    from_day: date
    to_day: date | None


def teams(session: Session, *, at: datetime, by: Actor) -> list[Team]:
    """List the teams by name, with how many belong to them today. Raises NotAllowed."""
    _refuse_strangers(by)
    leader, today = _patron.alias(), clock.local_day(at)
    belongs = (
        sa.select(sa.func.count())
        .where(
            _member.c.team_id == _patron.c.id, _member.c.from_day <= today, sa.or_(_member.c.to_day.is_(None), _member.c.to_day >= today)
        )
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(_patron.c.id, _patron.c.name, sa.func.coalesce(leader.c.name, "").label("leader"), _patron.c.villager_group, belongs)
        .outerjoin(leader, leader.c.id == _patron.c.leader_id)
        .where(_patron.c.hall_id == by.hall_id, _patron.c.kind == PatronKind.TEAM, _patron.c.erased_at.is_(None))
        .order_by(_patron.c.name, _patron.c.id)
    )
    return [Team(*row) for row in rows]


def members(session: Session, *, team_id: UUID, at: datetime, by: Actor) -> list[Member]:  # noqa: ARG001  asked like every question
    """List who belongs to a team, then who did. Raises NotAllowed."""
    _refuse_strangers(by)
    rows = session.execute(
        sa.select(_member.c.id, _member.c.patron_id, _member.c.name, _member.c.part, _member.c.from_day, _member.c.to_day)
        .where(_member.c.team_id == team_id, _member.c.hall_id == by.hall_id)
        .order_by(_member.c.to_day.is_not(None), _member.c.from_day, _member.c.id)
    )
    return [Member(*row) for row in rows]


def join(
    session: Session,
    *,
    team_id: UUID,
    patron_id: UUID | None = None,
    name: str = "",
    part: str = "",
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> UUID:
    """Let somebody belong to a team from today: a patron of the hall, or a name alone.

    Raises NotAllowed, CardUnknown (no such team or patron), FactMissing (name), MemberAlready.
    """
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "team_join", team_id, patron_id or plain(name, 60))
    rows = patrons.lock(session, team_id, patron_id or team_id, by=by)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return UUID(before.done["member_id"])
    team, member = rows.get(team_id), rows.get(patron_id) if patron_id else None
    if team is None or team.kind is not PatronKind.TEAM or team.erased_at or _is_nobody(patron_id, member):
        raise CardUnknown
    name = member.name if member else plain(name, 60)
    if not name:
        raise FactMissing(field="name")
    _refuse_twice(session, team_id, patron_id, name)
    member_id = new_id()
    row = {"id": member_id, "hall_id": by.hall_id, "team_id": team_id, "patron_id": patron_id, "name": name, "part": plain(part, 40)}
    session.execute(sa.insert(_member), {**row, "from_day": clock.local_day(at)})
    _record(session, by, "team_join", member_id, at, effect)
    return member_id


def leave(session: Session, *, member_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Let somebody leave a team today; that they belonged to it stays. Raises NotAllowed, ChangedMeanwhile."""
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "team_leave", member_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    today = clock.local_day(at)
    last = sa.case((_member.c.from_day > today, _member.c.from_day), else_=today)
    mine = (_member.c.id == member_id, _member.c.hall_id == by.hall_id, _member.c.to_day.is_(None))
    left: Any = session.execute(sa.update(_member).where(*mine).values(to_day=last))
    if left.rowcount != 1:
        raise ChangedMeanwhile
    _record(session, by, "team_leave", member_id, at, effect)


def _refuse_strangers(by: Actor) -> None:
    if not by.is_staff:
        raise NotAllowed


def _is_nobody(patron_id: UUID | None, member: Any) -> bool:
    return patron_id is not None and (member is None or member.kind is PatronKind.TEAM or member.erased_at is not None)


def _refuse_twice(session: Session, team_id: UUID, patron_id: UUID | None, name: str) -> None:
    same = _member.c.patron_id == patron_id if patron_id else sa.and_(_member.c.patron_id.is_(None), _member.c.name == name)
    if session.execute(sa.select(_member.c.id).where(_member.c.team_id == team_id, _member.c.to_day.is_(None), same)).first():
        raise MemberAlready


def _record(session: Session, by: Actor, verb: str, member_id: UUID, at: datetime, effect: UUID) -> None:
    facts = {"member_id": str(member_id)}
    journal.record(session, by, verb, at=at, subject="team_member", subject_id=member_id, gesture=effect, facts=facts)
