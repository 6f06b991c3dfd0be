"""05 读者(借书证)登记 and 23 管理员·志愿者登记: who was given a card, and who serves; who was forgotten is 已脱敏."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AgeBand, Attendant, AttendantEntry, Card, CardEnd, EntryKind, HouseRules, Patron, Sex
from services import clock, codes, policy
from services.registers.register import Frame, Line, Register, day, stream
from services.ruled import Cell
from services.statements import masked_phone

_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_attendant = Attendant.__table__  # type: ignore[attr-defined]
_entry = AttendantEntry.__table__  # type: ignore[attr-defined]
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


def attendants(session: Session, frame: Frame) -> Iterator[Line]:
    """Everybody who served at any time of the period, a line for each service and training in it, or one without any."""
    for _, lines in groupby(stream(session, _served, frame.days()), key=lambda row: row.id):
        for row in lines:
            age = None if row.birth_year is None else frame.today.year - row.birth_year
            service, training = row.entry is EntryKind.SERVICE, row.entry is EntryKind.TRAINING
            hours = Decimal(row.minutes or 0) / 60
            taught = " ".join(part for part in (day(row.day), row.content, row.given_by) if part) if training else ""
            yield Line(None, (
                row.name, frame.words.say(f"attendant_kind.{row.kind}"), _age(frame, age, row.elder_from_age),
                masked_phone(row.phone) if row.phone else "", row.speciality, day(row.from_day), taught,
                day(row.day) if service else "", hours.quantize(Decimal("0.01")) if service else "", row.content if service else "", "",
            ))  # fmt: skip


REGISTERS: Final = (
    Register("05", readers, (7, 6, 3.5, 4.5, 6, 6, 7.5, 8, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 5)),
    Register("23", attendants, (6, 5, 5, 8, 12, 6.5, 20, 6.5, 5, 20, 6), by_days=False),
)

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

_served = (
    sa.select(
        _attendant.c.id, _attendant.c.name, _attendant.c.kind, _attendant.c.birth_year, _attendant.c.phone, _attendant.c.speciality,
        _attendant.c.from_day, _rules.c.elder_from_age, _entry.c.kind.label("entry"), _entry.c.day, _entry.c.minutes, _entry.c.content,
        _entry.c.given_by,
    )
    .join(_rules, _rules.c.hall_id == _attendant.c.hall_id)
    .outerjoin(
        _entry,
        sa.and_(
            _entry.c.hall_id == _attendant.c.hall_id, _entry.c.attendant_id == _attendant.c.id, _entry.c.struck_at.is_(None),
            _entry.c.day >= bindparam("since"), _entry.c.day < bindparam("until"),
        ),
    )
    .where(
        _attendant.c.hall_id == bindparam("hall_id"), _attendant.c.from_day < bindparam("until"),
        sa.or_(_attendant.c.to_day.is_(None), _attendant.c.to_day >= bindparam("since")),
    )
    .order_by(_attendant.c.kind, _attendant.c.from_day, _attendant.c.id, _entry.c.day, _entry.c.id)
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
