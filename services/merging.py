"""One person registered twice: all of one registration goes over to the other, and the first ends.

Shown side by side before anything is done; what cannot be undone is done once, under the locks of both patrons and of every
title they have or wait for (patron, title, item: rules.md §3).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from models import Card, CardEnd, Hold, Loan, Patron, PatronKind, PatronMerge, Sex, Suspension, TeamMember, Title, new_id
from models.circulation import HOLD_ACTIVE
from services import clock, journal, patrons, privacy, registration
from services.journal import Actor
from services.patrons import PatronLine, Sheet
from services.refusals import CardUnknown, ChangedMeanwhile, HoldsCollide, NotAllowed, PatronsDiffer, Refusal, RowsCollide

_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_member = TeamMember.__table__  # type: ignore[attr-defined]
_suspension = Suspension.__table__  # type: ignore[attr-defined]
_merge = PatronMerge.__table__  # type: ignore[attr-defined]

MOST_DOUBLES: Final = 10
# What the kept registration may take from the other one: where its own field is empty, or where the desk says so.
TAKEN: Final = (
    "sex", "birth_date", "phone", "villager_group", "guardian_name", "guardian_relation", "guardian_phone", "consent_day", "leader_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two registrations, and what hangs on it."""

    sheet: Sheet
    out: int
    past: int
    waiting: int
    paused: int
    cards: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Both side by side: what would move, where they say different things, and the first reason not to."""

    kept: Side
    ended: Side
    differing: tuple[str, ...]
    refusal: Refusal | None
    seen: str


def doubles(session: Session, *, at: datetime, by: Actor) -> list[tuple[PatronLine, PatronLine]]:
    """List who may be registered twice: one name and one birthday; the older registration first, 10 pairs at most. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    other = _patron.alias()
    here = [table.c.hall_id == by.hall_id for table in (_patron, other)] + [table.c.erased_at.is_(None) for table in (_patron, other)]
    older = sa.or_(
        _patron.c.registered_at < other.c.registered_at,
        sa.and_(_patron.c.registered_at == other.c.registered_at, _patron.c.id < other.c.id),
    )
    same = (_patron.c.name == other.c.name, _patron.c.birth_date == other.c.birth_date, _patron.c.kind == other.c.kind, older)
    pairs = session.execute(sa.select(_patron.c.id, other.c.id).where(*here, *same).order_by(_patron.c.name).limit(MOST_DOUBLES)).all()
    lines = {one: patrons.sheet(session, patron_id=one, at=at, by=by).line for found in pairs for one in found}
    return [(lines[first], lines[second]) for first, second in pairs]


def pair(session: Session, *, kept_id: UUID, ended_id: UUID, at: datetime, by: Actor) -> Pair:
    """Show two registrations side by side; nothing is written. Raises NotAllowed, CardUnknown."""
    if not by.is_staff:
        raise NotAllowed
    kept, ended = (_side(session, patron_id, at, by) for patron_id in (kept_id, ended_id))
    ours, theirs = kept.sheet.form, ended.sheet.form
    differing = tuple(
        name
        for name in TAKEN
        if not _empty(getattr(ours, name)) and getattr(theirs, name) not in {getattr(ours, name), None, "", Sex.UNSAID}
    )
    refusal = next(_reasons(session, _row(session, kept_id, by), _row(session, ended_id, by), by), None)
    return Pair(kept, ended, differing, refusal, kept.sheet.seen + ended.sheet.seen)


def merge(
    session: Session,
    *,
    kept_id: UUID,
    ended_id: UUID,
    taken: frozenset[str] = frozenset(),
    seen: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> None:
    """Move cards, loans, holds, suspensions, teams and all else of `ended` to `kept`, and end it.

    `taken` names fields whose word is the ended one's. Raises NotAllowed, CardUnknown, ChangedMeanwhile, PatronsDiffer, HoldsCollide,
    RowsCollide, and what `registration.checked` does of what came together.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "patron_merge", kept_id, ended_id)
    rows = patrons.lock(session, kept_id, ended_id, by=by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    kept, ended = rows.get(kept_id), rows.get(ended_id)
    if kept is None or ended is None or kept.erased_at or ended.erased_at:
        raise CardUnknown
    _lock_titles(session, kept_id, ended_id, by)
    if patrons.mark(kept) + patrons.mark(ended) != seen:
        raise ChangedMeanwhile
    for refusal in _reasons(session, kept, ended, by):
        raise refusal
    columns = _filled(session, kept, ended, taken, at, by)
    _one_card(session, kept_id, ended_id, at)
    _one_membership(session, kept_id, ended_id, at)
    _move(session, kept_id, ended_id)
    privacy.forget_names(session, patron_id=ended_id, at=at)
    session.execute(sa.update(_patron).where(_patron.c.id == kept_id).values(**columns))
    merge_id = new_id()
    row = {"id": merge_id, "hall_id": by.hall_id, "ended_id": ended_id, "kept_id": kept_id, "at": at, "staff_id": by.staff_id}
    session.execute(sa.insert(_merge), row)
    journal.record(session, by, "patron_merge", at=at, subject="patron_merge", subject_id=merge_id, gesture=effect)


def references() -> list[tuple[sa.Table, sa.Column[Any]]]:
    """Every column that names a patron, in every table there is: who adds one, adds it here and to what is exported and erased."""
    return [
        (table, column)
        for table in SQLModel.metadata.sorted_tables
        if table.name != PatronMerge.__tablename__
        for column in table.columns
        if any(key.column is _patron.c.id for key in column.foreign_keys)
    ]


def _side(session: Session, patron_id: UUID, at: datetime, by: Actor) -> Side:
    def count(table: Any, *where: Any) -> int:
        return int(
            session.execute(sa.select(sa.func.count()).select_from(table).where(table.c.patron_id == patron_id, *where)).scalar_one()
        )

    return Side(
        sheet=patrons.sheet(session, patron_id=patron_id, at=at, by=by),
        out=count(_loan, _loan.c.ended_at.is_(None)),
        past=count(_loan, _loan.c.ended_at.is_not(None)),
        waiting=count(_hold, HOLD_ACTIVE),
        paused=count(_suspension),
        cards=count(_card),
    )


def _row(session: Session, patron_id: UUID, by: Actor) -> Any:
    return session.execute(sa.select(_patron).where(_patron.c.id == patron_id, _patron.c.hall_id == by.hall_id)).one()


def _reasons(session: Session, kept: Any, ended: Any, by: Actor) -> Iterator[Refusal]:
    """Tell, in order, what speaks against it."""
    guest_grew_roots = (kept.kind, ended.kind) == (PatronKind.PERSON, PatronKind.TEMPORARY)
    if kept.id == ended.id or (kept.kind is not ended.kind and not guest_grew_roots):
        yield PatronsDiffer(field="kind")
    if _spelled(kept.name) != _spelled(ended.name):
        yield PatronsDiffer(field="name")
    if kept.birth_date and ended.birth_date and kept.birth_date != ended.birth_date:
        yield PatronsDiffer(field="birth_date")
    for name in _wanted_twice(session, kept.id, ended.id, by):
        yield HoldsCollide(name=name)


def _spelled(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _wanted_twice(session: Session, kept_id: UUID, ended_id: UUID, by: Actor) -> list[str]:
    """Name titles that both wait for, or that one waits for and the other has: together they would break a law or make no sense."""
    both = (kept_id, ended_id)
    other = _hold.alias()
    waits_too = sa.exists().where(
        other.c.patron_id.in_(both),
        other.c.patron_id != _hold.c.patron_id,
        other.c.title_id == _hold.c.title_id,
        other.c.volume == _hold.c.volume,
        other.c.ended_at.is_(None),
    )
    has_it = sa.exists().where(
        _loan.c.patron_id.in_(both),
        _loan.c.patron_id != _hold.c.patron_id,
        _loan.c.title_id == _hold.c.title_id,
        _loan.c.ended_at.is_(None),
    )
    twice = (
        sa.select(_title.c.name)
        .join(_hold, _hold.c.title_id == _title.c.id)
        .where(_hold.c.hall_id == by.hall_id, _hold.c.patron_id.in_(both), HOLD_ACTIVE, sa.or_(waits_too, has_it))
        .order_by(_title.c.name)
    )
    return list(session.execute(twice).scalars())


def _lock_titles(session: Session, kept_id: UUID, ended_id: UUID, by: Actor) -> None:
    """Nobody gives back, passes on or asks for what these two have or wait for until this is written."""
    touched = sa.union(
        *(
            sa.select(table.c.title_id).where(
                table.c.hall_id == by.hall_id, table.c.patron_id.in_((kept_id, ended_id)), table.c.ended_at.is_(None)
            )
            for table in (_loan, _hold)
        )
    )
    titles = sa.select(_title.c.id).where(_title.c.id.in_(touched)).order_by(_title.c.id)
    session.execute(titles.with_for_update(key_share=True)).all()


def _one_card(session: Session, kept_id: UUID, ended_id: UUID, at: datetime) -> None:
    """One card stays in force: the kept one's, or the other's if the kept one has none."""
    in_force = sa.select(_card.c.patron_id).where(_card.c.patron_id.in_((kept_id, ended_id)), _card.c.ended_at.is_(None))
    if len(session.execute(in_force).all()) > 1:
        second = sa.update(_card).where(_card.c.patron_id == ended_id, _card.c.ended_at.is_(None))
        session.execute(second.values(ended_at=at, ended_as=CardEnd.CANCELLED))


def _one_membership(session: Session, kept_id: UUID, ended_id: UUID, at: datetime) -> None:
    """In a team once, and of two teams that become one each member once."""
    mine = sa.select(_member.c.team_id).where(_member.c.patron_id == kept_id, _member.c.to_day.is_(None))
    theirs = sa.select(_member.c.patron_id).where(
        _member.c.team_id == kept_id, _member.c.to_day.is_(None), _member.c.patron_id.is_not(None)
    )
    today = clock.local_day(at)
    last = sa.case((_member.c.from_day > today, _member.c.from_day), else_=today)
    double = sa.or_(
        sa.and_(_member.c.patron_id == ended_id, _member.c.team_id.in_(mine)),
        sa.and_(_member.c.team_id == ended_id, _member.c.patron_id.in_(theirs)),
    )
    session.execute(sa.update(_member).where(double, _member.c.to_day.is_(None)).values(to_day=last))


def _move(session: Session, kept_id: UUID, ended_id: UUID) -> None:
    for table, column in references():
        try:
            session.execute(sa.update(table).where(column == ended_id).values({column.name: kept_id}))
        except IntegrityError as error:
            raise RowsCollide from error


def _filled(session: Session, kept: Any, ended: Any, taken: frozenset[str], at: datetime, by: Actor) -> dict[str, Any]:
    """Give the kept row's columns: empty fields are filled, and the history begins with the earlier registration."""
    form = patrons.form_of(kept)
    wanted = {
        name: getattr(ended, name) for name in TAKEN if not _empty(getattr(ended, name)) and (_empty(getattr(kept, name)) or name in taken)
    }
    pin_hash = kept.pin_hash or ended.pin_hash
    columns = registration.checked(session, replace(form, **wanted), hall_id=by.hall_id, today=clock.local_day(at), has_pin=bool(pin_hash))
    return {**columns, "pin_hash": pin_hash, "registered_at": min(kept.registered_at, ended.registered_at)}


def _empty(value: object) -> bool:
    return value in {None, "", Sex.UNSAID}
