"""Signing in and out on the tablet: accounts, sessions that end by themselves, and a door that answers slower after each wrong try.

The password is checked outside any transaction (it takes long on purpose); the try is written down *before* it,
so that a hundred tries at once are a hundred tries.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Role, SignInTry, Staff, StaffSession, new_id
from services.keypad import blank_hash

_staff = Staff.__table__  # type: ignore[attr-defined]
_session = StaffSession.__table__  # type: ignore[attr-defined]
_try = SignInTry.__table__  # type: ignore[attr-defined]

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
# Writing the moment of use more often than this buys nothing.
_TOUCH_EVERY: Final = timedelta(minutes=1)

# Wrong tries that cost no waiting, how long one is remembered, and the longest wait: a delay, never a lock-out.
_FREE_TRIES: Final = {"account": 3, "address": 10}
_REMEMBERED: Final = timedelta(hours=1)
_LONGEST_WAIT: Final = timedelta(seconds=60)

# What Argon2id costs after OWASP's second choice (19 MiB, 2 passes): a village server has two cores.
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# An account that does not exist takes as long as one that does.
_NOBODY: Final = blank_hash(_hasher)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is signed in. Township and district have no hall: they see counts, never patrons."""

    session_id: UUID
    staff_id: UUID
    hall_id: UUID | None
    name: str
    login: str
    role: Role
    seen_at: datetime | None = None

    @property
    def keeps_the_desk(self) -> bool:
        """Whether this person may lend, and see who borrows."""
        return self.hall_id is not None and self.role in {Role.KEEPER, Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Knock:
    """A try at the door: either it has to wait until a moment, or it is written down and its password may be checked."""

    wait_until: datetime | None
    staff_id: UUID | None = None
    password_hash: str = ""


def hash_password(password: str) -> str:
    """Hash a password for the database."""
    return _hasher.hash(password)


def knock(session: Session, *, login: str, address: str, at: datetime, device: str = "") -> Knock:
    """Write a try down, or tell how long to wait first; an unknown account waits like a known one.

    A browser that has signed in to this account before (`device`) does not wait for what strangers do to the account: else
    whoever knows a name could keep its owner out. Its address waits like any other.
    """
    account = _account(login)
    row = session.execute(sa.select(_staff).where(_staff.c.login == _lower(login)).with_for_update()).one_or_none()
    until = _waits_until(session, "address", address[:64], at)
    if row is None or not _knows_device(row.id, row.password_hash, device):
        until = max(until, _waits_until(session, "account", account, at))
    if until > at:
        return Knock(until)
    session.execute(sa.insert(_try), {"id": new_id(), "account": account, "address": address[:64], "at": at})
    if row is None or row.disabled_at is not None:
        return Knock(None)
    return Knock(None, row.id, row.password_hash)


def fits(knocked: Knock, password: str) -> bool:
    """Check the password; takes as long for nobody as for somebody. Not inside a transaction."""
    try:
        _hasher.verify(knocked.password_hash or _NOBODY, password.encode(errors="replace"))
    except (VerificationError, InvalidHashError):
        return False
    return knocked.staff_id is not None


def device_mark(knocked: Knock) -> str:
    """What a browser keeps after the password fitted: made from the account and its password, so a new password makes it void."""
    return _device(knocked.staff_id, knocked.password_hash) if knocked.staff_id else ""


def begin(session: Session, *, staff_id: UUID, login: str, address: str, at: datetime) -> str:
    """Begin a session after the password fitted, and give its token: known to the browser, kept here as a hash only."""
    token = secrets.token_urlsafe(32)
    session.execute(sa.insert(_session), {"id": new_id(), "staff_id": staff_id, "token_hash": _digest(token), "made_at": at, "seen_at": at})
    own = sa.and_(_try.c.account == _account(login), _try.c.address == address[:64])
    session.execute(sa.delete(_try).where(sa.or_(own, _try.c.at < at - _REMEMBERED)))
    return token


_who = (
    sa.select(_session.c.id, _staff.c.id, _staff.c.hall_id, _staff.c.name, _staff.c.login, _staff.c.role, _session.c.seen_at)
    .join(_staff, _staff.c.id == _session.c.staff_id)
    .where(
        _session.c.token_hash == bindparam("token_hash"),
        _session.c.ended_at.is_(None),
        _session.c.made_at > bindparam("youngest"),
        _session.c.seen_at > bindparam("idle_since"),
        _staff.c.disabled_at.is_(None),
    )
)


def who(session: Session, *, token: str, at: datetime) -> Signed | None:
    """Tell whose live session a token is; None when it ended, was idle too long, or the account was closed."""
    if not token:
        return None
    asked = {"token_hash": _digest(token), "youngest": at - LONGEST, "idle_since": at - IDLE}
    row = session.execute(_who, asked).one_or_none()
    return Signed(*row) if row else None


def needs_touch(signed: Signed, at: datetime) -> bool:
    """Tell whether the moment of use is old enough to be written again."""
    return signed.seen_at is not None and signed.seen_at < at - _TOUCH_EVERY


def touch(session: Session, *, session_id: UUID, at: datetime) -> None:
    """Write that somebody is working: called for what a hand did, never for what a page does by itself."""
    session.execute(
        sa.update(_session)
        .where(_session.c.id == session_id, _session.c.ended_at.is_(None), _session.c.seen_at > at - IDLE, _session.c.seen_at < at)
        .values(seen_at=at)
    )


def sign_out(session: Session, *, token: str, at: datetime) -> None:
    """End a session; its open pages end with their next step."""
    session.execute(sa.update(_session).where(_session.c.token_hash == _digest(token), _session.c.ended_at.is_(None)).values(ended_at=at))


def end_all(session: Session, *, staff_id: UUID, at: datetime) -> None:
    """End every session of somebody: after a new password, or when the account is closed."""
    session.execute(sa.update(_session).where(_session.c.staff_id == staff_id, _session.c.ended_at.is_(None)).values(ended_at=at))


def _waits_until(session: Session, by: str, value: bytes | str, at: datetime) -> datetime:
    """Tell when the next try is welcome: each wrong one after the free ones doubles the wait, up to a minute."""
    count, last = session.execute(
        sa.select(sa.func.count(), sa.func.max(_try.c.at)).where(_try.c[by] == value, _try.c.at > at - _REMEMBERED, _try.c.at <= at)
    ).one()
    over = count - _FREE_TRIES[by]
    return at if over < 0 or last is None else last + min(timedelta(seconds=2 ** min(over, 10)), _LONGEST_WAIT)


def _device(staff_id: UUID, password_hash: str) -> str:
    return hmac.new(password_hash.encode(), b"device" + staff_id.bytes, hashlib.sha256).hexdigest()


def _knows_device(staff_id: UUID, password_hash: str, device: str) -> bool:
    return hmac.compare_digest(_device(staff_id, password_hash).encode(), device.encode())


def _lower(login: str) -> str:
    login = login.strip().lower()[:40]
    # What no account can be called is nobody's, and no engine is asked about it (a NUL stops PostgreSQL).
    return login if login.isprintable() else "?"


def _account(login: str) -> bytes:
    return hashlib.sha256(_lower(login).encode()).digest()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
