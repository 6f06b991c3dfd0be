"""Who counts as what on the day of lending, and the policy a hall starts with (rules.md §3)."""

import json
from datetime import date
from uuid import UUID

from sqlmodel import Session

from models import AgeBand, BorrowerKind, HouseRules, Medium, PatronKind, Policy
from services.settings import HOUSE

YOUTH_FROM, ADULT_FROM = 14, 18


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
