"""Who forgot the card types its number and a second fact; wrong tries make the keypad rest, never the scanner."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session

from models import Card, Hall, HouseRules, KeypadTry, Patron, new_id
from services import codes
from services.journal import Actor
from services.refusals import KeypadResting, UnknownCode

_card = Card.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_try = KeypadTry.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]

TRIES: Final = 5
REST: Final = timedelta(minutes=5)
_REMEMBERED: Final = timedelta(minutes=20)
_DIGITS: Final = 4


def blank_hash(hasher: PasswordHasher) -> str:
    """Make what no word fits, and what takes as long to try as a real one; hashing a word for it is dear at every start."""
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${'A' * 22}${'A' * 43}"


# Four digits are guessed at the keypad's pace, not offline; the cost only has to keep a stolen file from being read at once.
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=8_192, parallelism=1)
_NO_PIN: Final = blank_hash(_hasher)

_one_at_a_time: Final = sa.select(_rules.c.hall_id).where(_rules.c.hall_id == sa.bindparam("hall_id")).with_for_update()


def hash_pin(pin: str) -> str:
    """Hash a PIN for the database."""
    return _hasher.hash(pin)


def by_keypad(session: Session, *, number: str, fact: str, at: datetime, by: Actor) -> UUID | None:
    """Give the card whose number and second fact were typed, or None; an unknown number and a wrong fact look the same.

    None writes the wrong try down, so run it with `database.write`. Raises KeypadResting.
    """
    typed = _digits(number)
    # One try after the other: of many at once each would count the tries before all of them.
    session.execute(_one_at_a_time, {"hall_id": by.hall_id})
    _refuse_while_resting(session, sa.and_(_try.c.hall_id == by.hall_id, _try.c.kiosk == by.device), at)
    if typed:
        _refuse_while_resting(session, sa.and_(_try.c.hall_id == by.hall_id, _try.c.card_number == typed), at)
    row = _newest_issue(session, by.hall_id, typed)
    if _knows(row, fact.strip() if fact.isascii() else ""):
        return UUID(str(row.id))
    session.execute(sa.insert(_try), {"id": new_id(), "hall_id": by.hall_id, "kiosk": by.device, "card_number": typed, "at": at})
    return None


def tried(session: Session, *, number: str, find: Callable[[str], UUID | None], at: datetime, by: Actor) -> UUID | None:
    """Look up any other typed number under the same throttle; a wrong one is written down. Raises KeypadResting."""
    typed = _digits(number)
    session.execute(_one_at_a_time, {"hall_id": by.hall_id})
    _refuse_while_resting(session, sa.and_(_try.c.hall_id == by.hall_id, _try.c.kiosk == by.device), at)
    if typed and (found := find(typed)):
        return found
    session.execute(sa.insert(_try), {"id": new_id(), "hall_id": by.hall_id, "kiosk": by.device, "card_number": typed, "at": at})
    return None


def _digits(number: str) -> str:
    try:
        return codes.read(number).number
    except UnknownCode:
        return ""


def _refuse_while_resting(session: Session, whose: sa.ColumnElement[bool], at: datetime) -> None:
    tries = session.execute(sa.select(_try.c.at).where(whose, _try.c.at > at - _REMEMBERED, _try.c.at <= at).order_by(_try.c.at)).scalars()
    for count, tried_at in enumerate(tries, 1):
        if count % TRIES == 0 and at < tried_at + REST:
            raise KeypadResting(until=tried_at + REST)


def _newest_issue(session: Session, hall_id: UUID, number: str) -> Any:
    """Our own code first, then the card in force, then the newest: a lost card is told so after its second fact."""
    return session.execute(
        sa.select(_card.c.id, _patron.c.phone_end, _patron.c.pin_hash)
        .join(_patron, _patron.c.id == _card.c.patron_id)
        .join(_hall, _hall.c.id == _card.c.hall_id)
        .where(_card.c.hall_id == hall_id, _card.c.number == number, _patron.c.erased_at.is_(None))
        .order_by((_card.c.issuer_code == _hall.c.code).desc(), _card.c.ended_at.is_(None).desc(), _card.c.issued_at.desc())
        .limit(1)
    ).one_or_none()


def _knows(row: Any, fact: str) -> bool:
    """Hold the fact against phone and PIN; the slow hash runs every time, so that the time tells nothing."""
    pin_hash, phone_end = (row.pin_hash, row.phone_end) if row is not None else ("", "")
    pin_fits = _verifies(pin_hash or _NO_PIN, fact) and bool(pin_hash)
    phone_fits = len(phone_end) == _DIGITS and hmac.compare_digest(phone_end.encode(), fact.encode())
    return len(fact) == _DIGITS and (pin_fits or phone_fits)


def _verifies(pin_hash: str, pin: str) -> bool:
    try:
        return _hasher.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
