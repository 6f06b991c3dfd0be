"""05 读者(借书证)登记: everybody who was given a card, with what became of it; who was forgotten is 已脱敏."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AgeBand, Card, CardEnd, HouseRules, Patron, Sex
from services import clock, codes, policy
from services.registers.register import Frame, Line, Register, day, stream
from services.ruled import Cell
from services.statements import masked_phone

_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]


def readers(session: Session, frame: Frame) -> Iterator[Line]:
    """Each patron registered in the period, one line for all issues of the card."""
    for _, issues in groupby(stream(session, _issues, frame.moments()), key=lambda row: row.id):
        cards = list(issues)
        who, first, newest = cards[0], cards[0], cards[-1]
        age = policy.age_on(who.birth_date, frame.today)
        lost = [card.ended_at for card in cards if card.ended_as is CardEnd.LOST]
        cancelled = newest.ended_at if newest.ended_as is CardEnd.CANCELLED else None
        registered = clock.local_day(who.registered_at)
        yield Line(registered, (
            codes.clear(newest.number) if newest.number else "", who.name, _sex(frame, who), _age(frame, age, who.elder_from_age),
            who.villager_group, frame.say(f"kind.{policy.kind_of(who.kind, age)}"), masked_phone(who.phone) if who.phone else "",
            " ".join(part for part in (who.guardian_name, who.guardian_relation) if part), day(who.consent_day),
            _on(first.issued_at), day(newest.valid_until), _on(lost[-1] if lost else None),
            _on(newest.issued_at if len(cards) > 1 else None), _on(cancelled), _state(frame, newest),
        ))  # fmt: skip


REGISTERS: Final = (Register("05", readers, (7, 6, 3.5, 4.5, 6, 6, 7.5, 8, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 5)),)

_issues = (
    sa.select(
        _patron.c.id, _patron.c.name, _patron.c.sex, _patron.c.birth_date, _patron.c.villager_group, _patron.c.kind, _patron.c.phone,
        _patron.c.guardian_name, _patron.c.guardian_relation, _patron.c.consent_day, _patron.c.registered_at, _rules.c.elder_from_age,
        _card.c.number, _card.c.issued_at, _card.c.valid_until, _card.c.ended_at, _card.c.ended_as,
    )
    .join(_rules, _rules.c.hall_id == _patron.c.hall_id)
    .outerjoin(_card, _card.c.patron_id == _patron.c.id)
    .where(
        _patron.c.hall_id == bindparam("hall_id"), _patron.c.registered_at >= bindparam("since"),
        _patron.c.registered_at < bindparam("until"),
    )
    .order_by(_patron.c.registered_at, _patron.c.id, _card.c.issued_at, _card.c.id)
)  # fmt: skip


def _sex(frame: Frame, who: Any) -> str:
    return frame.words.say(f"staff.sex.{who.sex}") if who.sex is not Sex.UNSAID else ""


def _age(frame: Frame, age: int | None, elder_from: int) -> str:
    band = policy.age_band(age, elder_from)
    return frame.words.say(f"patron_kind.{band}") if band is not AgeBand.UNKNOWN else ""


def _on(at: Any) -> str:
    return day(clock.local_day(at)) if at else ""


def _state(frame: Frame, card: Any) -> Cell:
    if card.number is None:
        return frame.say("no_card")
    if card.ended_as is not None:
        return frame.say(f"card.{card.ended_as}")
    return frame.say("card.expired" if card.valid_until < frame.today else "card.valid")
