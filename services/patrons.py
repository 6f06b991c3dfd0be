"""The people of the hall as the desk sees them: found by typing, looked at, corrected."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Card, CardEnd, HouseRules, Patron, PatronKind
from models.circulation import AgeBand, BorrowerKind
from services import clock, codes, journal, policy, registration
from services.journal import Actor
from services.refusals import CardUnknown, ChangedMeanwhile, UnknownCode
from services.registration import Form
from services.statements import masked_phone

_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]

MOST: Final = 30
PAGE: Final = 20
LONGEST: Final = 60
_PHONE_END: Final = 4
_WHOLE_PHONE: Final = 7


@dataclass(frozen=True, slots=True)
class PatronLine:
    """Somebody in a list: the full name is for the desk, the phone stays masked."""

    patron_id: UUID
    name: str
    phone_masked: str
    birth_year: int | None
    villager_group: str
    kind: BorrowerKind
    age_band: AgeBand
    card_id: UUID | None
    number: str
    ended_as: CardEnd | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is kept about somebody, to be read out, printed and corrected; `seen` guards a correction."""

    line: PatronLine
    form: Form
    has_pin: bool
    leader: str
    registered_at: datetime
    seen: str


def find_patron(session: Session, *, text: str, at: datetime, by: Actor) -> list[PatronLine]:
    """Find by name, pinyin initials, the phone or its last four digits, or card number; the closest first, 30 at most."""
    wanted = " ".join(text.split())
    if not wanted.isprintable() or not 0 < len(wanted) <= LONGEST:
        return []
    rows = session.execute(
        _lines(by).where(sa.or_(*_ways(wanted))).order_by((_patron.c.name != wanted), _patron.c.name, _patron.c.id).limit(MOST)
    )
    return _newest_cards(rows, at)


def page(
    session: Session, *, text: str = "", kind: PatronKind | None = None, page: int = 0, at: datetime, by: Actor
) -> tuple[list[PatronLine], int]:
    """List one page of everybody registered, by name, and how many there are; `text` finds as `find_patron` does."""
    wanted = " ".join(text.split())
    if not wanted.isprintable() or len(wanted) > LONGEST:
        return [], 0
    here = [_patron.c.hall_id == by.hall_id, _patron.c.erased_at.is_(None)]
    here += [sa.or_(*_ways(wanted))] if wanted else []
    here += [_patron.c.kind == kind] if kind else []
    many = int(session.execute(sa.select(sa.func.count()).select_from(_patron).where(*here)).scalar_one())
    order = (_patron.c.initials, _patron.c.name, _patron.c.id)
    rows = session.execute(_lines(by).where(*here).order_by(*order).limit(PAGE).offset(max(0, page) * PAGE))
    return _newest_cards(rows, at), many


def sheet(session: Session, *, patron_id: UUID, at: datetime, by: Actor) -> Sheet:
    """Give all that is kept about somebody. Raises CardUnknown."""
    lines = _newest_cards(session.execute(_lines(by).where(_patron.c.id == patron_id)), at)
    row = session.execute(sa.select(_patron).where(_patron.c.id == patron_id, _patron.c.hall_id == by.hall_id)).one_or_none()
    if row is None or not lines:
        raise CardUnknown
    leader = session.execute(sa.select(_patron.c.name).where(_patron.c.id == row.leader_id)).scalar_one_or_none()
    return Sheet(lines[0], form_of(row), bool(row.pin_hash), str(leader or ""), row.registered_at, mark(row))


def patron_of_card(session: Session, *, card_id: UUID, by: Actor) -> UUID:
    """Tell whose card it is. Raises CardUnknown."""
    patron_id = session.execute(
        sa.select(_card.c.patron_id).where(_card.c.id == card_id, _card.c.hall_id == by.hall_id)
    ).scalar_one_or_none()
    if patron_id is None:
        raise CardUnknown
    return UUID(str(patron_id))


def correct(session: Session, *, patron_id: UUID, form: Form, seen: str, at: datetime, by: Actor) -> None:
    """Correct somebody's data, only if it still is what was looked at.

    Raises CardUnknown, ChangedMeanwhile, and what `registration.checked` does.
    """
    row = locked(session, patron_id, by=by)
    if mark(row) != seen:
        raise ChangedMeanwhile
    columns = registration.checked(session, form, hall_id=by.hall_id, today=clock.local_day(at), has_pin=bool(row.pin_hash))
    changed = sorted(name for name, value in columns.items() if getattr(row, name) != value)
    if not changed:
        return
    session.execute(sa.update(_patron).where(_patron.c.id == patron_id).values({name: columns[name] for name in changed}))
    # The journal names the card and the fields, never the person or what stood there.
    card_id = newest_card(session, patron_id)
    journal.record(session, by, "patron_correct", at=at, subject="card", subject_id=card_id, facts={"fields": ",".join(changed)})


def locked(session: Session, patron_id: UUID, *, by: Actor) -> Any:
    """Lock a patron, before any title or item, and give the row. Raises CardUnknown, also for who is forgotten."""
    row = lock(session, patron_id, by=by).get(patron_id)
    if row is None or row.erased_at is not None:
        raise CardUnknown
    return row


def lock(session: Session, *patron_ids: UUID, by: Actor) -> dict[UUID, Any]:
    """Lock patrons of this hall in one order, and give the rows of those there are."""
    mine = sa.select(_patron).where(_patron.c.id.in_(patron_ids), _patron.c.hall_id == by.hall_id)
    return {row.id: row for row in session.execute(mine.order_by(_patron.c.id).with_for_update())}


def newest_card(session: Session, patron_id: UUID) -> UUID:
    """Give the card somebody holds or held last: what the journal names where somebody is meant."""
    newest = sa.select(_card.c.id).where(_card.c.patron_id == patron_id)
    return UUID(str(session.execute(newest.order_by(_card.c.ended_at.is_(None).desc(), _card.c.issued_at.desc()).limit(1)).scalar_one()))


def _lines(by: Actor) -> Any:
    """Each patron with the card in force, else the newest issue."""
    columns = [_patron.c[name] for name in ("id", "name", "phone", "birth_date", "villager_group", "kind")]
    card = [_card.c.id.label("card_id"), _card.c.number, _card.c.ended_as, _card.c.valid_until, _card.c.issued_at]
    issue = _card.alias()
    newest = (
        sa.select(issue.c.id)
        .where(issue.c.patron_id == _patron.c.id, issue.c.hall_id == by.hall_id)
        .order_by(issue.c.ended_at.is_(None).desc(), issue.c.issued_at.desc())
        .limit(1)
        .correlate(_patron)
        .scalar_subquery()
    )
    return (
        sa.select(*columns, *card, _rules.c.elder_from_age)
        .select_from(_patron)
        .join(_rules, _rules.c.hall_id == _patron.c.hall_id)
        .outerjoin(_card, _card.c.id == newest)
        .where(_patron.c.hall_id == by.hall_id, _patron.c.erased_at.is_(None))
    )


def _ways(wanted: str) -> list[sa.ColumnElement[bool]]:
    ways: list[sa.ColumnElement[bool]] = [_patron.c.name.contains(wanted, autoescape=True)]
    if wanted.isascii() and wanted.isalpha():
        ways.append(_patron.c.initials.startswith(wanted.lower(), autoescape=True))
    if wanted.isdigit() and len(wanted) == _PHONE_END:
        ways.append(_patron.c.phone_end == wanted)
    if wanted.isdigit() and len(wanted) >= _WHOLE_PHONE:
        ways += [_patron.c.phone == wanted, _patron.c.guardian_phone == wanted]
    if number := _card_number(wanted):
        ways.append(_patron.c.id.in_(sa.select(_card.c.patron_id).where(_card.c.number == number)))
    return ways


def _card_number(text: str) -> str:
    try:
        code = codes.read(text)
    except UnknownCode:
        return ""
    return code.number if code.is_card else ""


def _newest_cards(rows: Any, at: datetime) -> list[PatronLine]:
    today, lines = clock.local_day(at), []
    for row in rows:
        age = policy.age_on(row.birth_date, today)
        lines.append(
            PatronLine(
                patron_id=row.id,
                name=row.name,
                phone_masked=masked_phone(row.phone) if row.phone else "",
                birth_year=row.birth_date.year if row.birth_date else None,
                villager_group=row.villager_group,
                kind=policy.kind_of(row.kind, age),
                age_band=policy.age_band(age, row.elder_from_age),
                card_id=row.card_id,
                number=row.number or "",
                ended_as=row.ended_as,
                valid_until=row.valid_until,
            )
        )
    return lines


def form_of(row: Any) -> Form:
    """Give what was filled in, as it stands now."""
    return Form(**{name: getattr(row, name) for name in Form.__dataclass_fields__ if name != "pin"})


def mark(row: Any) -> str:
    """A mark of everything that can be corrected: two desks never overwrite each other unseen."""
    kept = [getattr(row, name) for name in sorted(Form.__dataclass_fields__) if name != "pin"]
    return hashlib.sha256(repr((kept, row.pin_hash)).encode()).hexdigest()
