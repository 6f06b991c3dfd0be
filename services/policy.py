"""Who counts as what on the day of lending, and the policy a hall starts with (rules.md §3)."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AgeBand, BorrowerKind, HouseRules, Medium, PatronKind, Policy, new_id
from services import approvals, journal
from services.journal import Actor
from services.refusals import FactWrong
from services.settings import HOUSE

_policy = Policy.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]

YOUTH_FROM, ADULT_FROM = 14, 18
MOST_ITEMS, MOST_DAYS, MOST_RENEWALS = 200, 366, 12
# What a house rule may be; beyond it somebody has mistyped.
SANE: Final = {
    "holds_max": range(21),
    "hold_shelf_open_days": range(1, 31),
    "card_valid_years": range(1, 21),
    "elder_from_age": range(50, 81),
    "block_from_day": range(1, 367),
    "unlink_after_days": range(1, 3651),
    "notice_days": range(91),
    "outside_max_days": range(1, 91),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What one kind of patron may have of one class of things; 0 days is for the day, inside the hall."""

    max_items: int
    loan_days: int
    renewals: int = 0
    renew_days: int = 0


def notice_days(session: Session, *, hall_id: UUID) -> int:
    """How many days ahead a stop or fewer hours have to be said (rules.md §4)."""
    return session.execute(sa.select(_rules.c.notice_days).where(_rules.c.hall_id == hall_id)).scalar_one()  # type: ignore[no-any-return]


def age_on(birth_date: date | None, day: date) -> int | None:
    """Full years on that day; None when nobody knows. Someone born on 29 February is a year older from 1 March."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def kind_of(kind: PatronKind, age: int | None) -> BorrowerKind:
    """The kind the policy speaks of: teams and guests are what they are, a person is what the age makes them."""
    if kind is not PatronKind.PERSON:
        return BorrowerKind(kind.value)
    if age is None or age >= ADULT_FROM:
        return BorrowerKind.ADULT
    return BorrowerKind.YOUTH if age >= YOUTH_FROM else BorrowerKind.CHILD


def age_band(age: int | None, elder_from: int) -> AgeBand:
    """For counts."""
    if age is None:
        return AgeBand.UNKNOWN
    if age < YOUTH_FROM:
        return AgeBand.CHILD
    if age < ADULT_FROM:
        return AgeBand.YOUTH
    return AgeBand.ELDER if age >= elder_from else AgeBand.ADULT


def set_up(session: Session, hall_id: UUID) -> None:
    """Give a new hall the default policy; staff change it later."""
    rules = json.loads((HOUSE / "assets" / "policy" / "default.json").read_text(encoding="utf-8"))
    session.add(HouseRules(hall_id=hall_id, **rules["house"]))
    session.add_all(
        Policy(hall_id=hall_id, borrower_kind=BorrowerKind(kind), item_class=Medium(item_class), **limits)
        for kind, classes in rules["policy"].items()
        for item_class, limits in classes.items()
    )


def matrix(session: Session, *, at: datetime, by: Actor) -> dict[tuple[BorrowerKind, Medium], Terms]:  # noqa: ARG001  asked like every question
    """Give what every kind of patron may have; a pair without a row may have nothing."""
    rows = session.execute(sa.select(_policy).where(_policy.c.hall_id == by.hall_id))
    return {(row.borrower_kind, row.item_class): Terms(row.max_items, row.loan_days, row.renewals, row.renew_days) for row in rows}


def house(session: Session, *, at: datetime, by: Actor) -> dict[str, int]:  # noqa: ARG001  asked like every question
    """Give the rules of the house by their names."""
    row = session.execute(sa.select(_rules).where(_rules.c.hall_id == by.hall_id)).one()
    return {field: int(getattr(row, field)) for field in SANE}


def change(session: Session, *, borrower_kind: BorrowerKind, item_class: Medium, terms: Terms, at: datetime, by: Actor) -> None:
    """Set what a kind of patron may have; loans that are running stay as they are. Raises NotAllowed, FactWrong."""
    approvals.require_admin(session, by)
    sane = {"max_items": MOST_ITEMS, "loan_days": MOST_DAYS, "renewals": MOST_RENEWALS, "renew_days": MOST_DAYS}
    for field, most in sane.items():
        if not 0 <= getattr(terms, field) <= most:
            raise FactWrong(field=field)
    here = _which(by, borrower_kind, item_class)
    old = session.execute(sa.select(_policy).where(*here).with_for_update()).one_or_none()
    row_id, now = old.id if old else new_id(), asdict(terms)
    if old:
        session.execute(sa.update(_policy).where(*here).values(**now))
    else:
        row = {"id": row_id, "hall_id": by.hall_id, "borrower_kind": borrower_kind, "item_class": item_class, **now}
        session.execute(sa.insert(_policy), row)
    was = {field: getattr(old, field) for field in now} if old else {}
    facts = {"kind": borrower_kind.value, "class": item_class.value, "was": was, "now": now}
    journal.record(session, by, "policy_change", at=at, subject="policy", subject_id=row_id, facts=facts)


def lock(session: Session, *, borrower_kind: BorrowerKind, item_class: Medium, by: Actor) -> UUID | None:
    """Hold the row of what a kind of patron may have, and give its id; None while there is none."""
    here = _which(by, borrower_kind, item_class)
    return session.execute(sa.select(_policy.c.id).where(*here).with_for_update()).scalar_one_or_none()


def change_house(session: Session, *, at: datetime, by: Actor, **values: int) -> None:
    """Set rules of the house by their names in HouseRules. Raises NotAllowed, FactWrong."""
    approvals.require_admin(session, by)
    for field, value in values.items():
        if value not in SANE.get(field, range(0)):
            raise FactWrong(field=field)
    old: Any = session.execute(sa.select(_rules).where(_rules.c.hall_id == by.hall_id).with_for_update()).one()
    session.execute(sa.update(_rules).where(_rules.c.hall_id == by.hall_id).values(**values))
    facts = {"was": {field: getattr(old, field) for field in values}, "now": values}
    journal.record(session, by, "rules_change", at=at, subject="hall", subject_id=by.hall_id, facts=facts)


def _which(by: Actor, borrower_kind: BorrowerKind, item_class: Medium) -> tuple[Any, ...]:
    return (_policy.c.hall_id == by.hall_id, _policy.c.borrower_kind == borrower_kind, _policy.c.item_class == item_class)
