"""Borrower's cards: made at registration, issued again, extended, reported lost. One number for life, a new secret each time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Card, CardEnd, Hall, HouseRules, Patron, PatronKind, new_id
from services import clock, codes, journal, numbers, patrons, privacy, registration
from services.journal import Actor
from services.keypad import by_keypad
from services.refusals import CardUnknown, ChangedMeanwhile, NotAllowed, ReasonMissing
from services.registration import Form
from services.statements import statement as show
from services.texts import plain

__all__ = ["CardFace", "Form", "by_keypad", "cancel", "extend", "face", "register", "reissue", "report_lost", "show"]

_card = Card.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]

# A guest's card: long enough for a New Year at home.
TEMPORARY_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class CardFace:
    """What is printed on a card; for the desk's eyes, never for the kiosk's."""

    card_id: UUID
    patron_id: UUID
    hall: str
    name: str
    number: str
    qr_digits: str
    valid_until: date


def register(session: Session, *, form: Form, at: datetime, gesture: UUID, by: Actor) -> CardFace:
    """Register somebody and make the card; the same gesture shows the card that was made.

    Raises what `registration.checked` does, and ClockWrong.
    """
    effect = journal.gesture_key(gesture, "register")
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return face(session, card_id=UUID(before.done["card_id"]), by=by)
    journal.refuse_wrong_clock(before.newest_at, at)
    columns = registration.checked(session, form, hall_id=by.hall_id, today=clock.local_day(at))
    patron_id = new_id()
    session.execute(sa.insert(_patron), {"id": patron_id, "hall_id": by.hall_id, "registered_at": at, **columns})
    issuer = str(session.execute(sa.select(_hall.c.code).where(_hall.c.id == by.hall_id)).scalar_one())
    number = numbers.draw(session, issuer_code=issuer, kind="card")
    card_id = _issue(session, by, patron_id, issuer, number, columns["kind"], at)
    journal.record(session, by, "register", at=at, subject="card", subject_id=card_id, gesture=effect, facts={"card_id": str(card_id)})
    return face(session, card_id=card_id, by=by)


def reissue(session: Session, *, patron_id: UUID, at: datetime, gesture: UUID, by: Actor) -> CardFace:
    """Issue a card again: the number stays, the old card opens nothing from now on.

    Raises CardUnknown for somebody who never had one, ClockWrong.
    """
    effect = journal.gesture_key(gesture, "reissue", patron_id)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return face(session, card_id=UUID(before.done["card_id"]), by=by)
    journal.refuse_wrong_clock(before.newest_at, at)
    patron = patrons.locked(session, patron_id, by=by)
    newest = _newest(session, by, patron_id)
    session.execute(
        sa.update(_card).where(_card.c.id == newest.id, _card.c.ended_at.is_(None)).values(ended_at=at, ended_as=CardEnd.REPLACED)
    )
    card_id = _issue(session, by, patron_id, newest.issuer_code, newest.number, patron.kind, at)
    journal.record(session, by, "card_reissue", at=at, subject="card", subject_id=card_id, gesture=effect, facts={"card_id": str(card_id)})
    return face(session, card_id=card_id, by=by)


def extend(session: Session, *, card_id: UUID, at: datetime, by: Actor) -> date:
    """Let a card in force open things for another term from today; said twice it is once.

    Raises ChangedMeanwhile when it is not in force any more.
    """
    mine = _card.c.id == card_id, _card.c.hall_id == by.hall_id, _card.c.ended_at.is_(None)
    found = session.execute(
        sa.select(_card.c.valid_until, _patron.c.kind)
        .join(_patron, _patron.c.id == _card.c.patron_id)
        .where(*mine)
        .with_for_update(of=_card, key_share=True)
    ).one_or_none()
    if found is None:
        raise ChangedMeanwhile
    until = term_ends(session, by, found.kind, at)
    if until == found.valid_until:
        return until
    session.execute(sa.update(_card).where(*mine).values(valid_until=until))
    facts = {"old_day": found.valid_until.isoformat()}
    journal.record(session, by, "card_extend", at=at, subject="card", subject_id=card_id, facts=facts)
    return until


def report_lost(session: Session, *, card_id: UUID, at: datetime, by: Actor) -> None:
    """Stop a lost card at once. Raises ChangedMeanwhile when it had ended already."""
    ended = session.execute(
        sa.update(_card)
        .where(_card.c.id == card_id, _card.c.hall_id == by.hall_id, _card.c.ended_at.is_(None))
        .values(ended_at=at, ended_as=CardEnd.LOST)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    journal.record(session, by, "card_lost", at=at, subject="card", subject_id=card_id)


def cancel(session: Session, *, patron_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Cancel somebody's card for good or until it is issued again; what they waited for goes to the next.

    Raises NotAllowed, ReasonMissing, CardUnknown, LoanOpen (also of a team they answer for), ChangedMeanwhile when no card is in force.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "card_cancel", patron_id)
    patrons.locked(session, patron_id, by=by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not plain(reason, 200):
        raise ReasonMissing
    privacy.refuse_while_open(session, by.hall_id, patron_id)
    mine = (_card.c.patron_id == patron_id, _card.c.ended_at.is_(None))
    card_id = session.execute(sa.select(_card.c.id).where(*mine)).scalar_one_or_none()
    if card_id is None:
        raise ChangedMeanwhile
    privacy.let_go_of_holds(session, patron_id=patron_id, at=at, gesture=gesture, by=by)
    session.execute(sa.update(_card).where(*mine).values(ended_at=at, ended_as=CardEnd.CANCELLED))
    journal.record(session, by, "card_cancel", at=at, subject="card", subject_id=card_id, gesture=effect, reason=reason)


def face(session: Session, *, card_id: UUID, by: Actor) -> CardFace:
    """Give what is printed on a card. Raises CardUnknown."""
    row = session.execute(
        sa.select(_card, _patron.c.name.label("who"), _hall.c.name.label("hall"))
        .join(_patron, _patron.c.id == _card.c.patron_id)
        .join(_hall, _hall.c.id == _card.c.hall_id)
        .where(_card.c.id == card_id, _card.c.hall_id == by.hall_id)
    ).one_or_none()
    if row is None:
        raise CardUnknown
    digits = codes.qr_text(row.issuer_code, row.number, row.secret)
    return CardFace(row.id, row.patron_id, row.hall, row.who, row.number, digits, row.valid_until)


def _issue(session: Session, by: Actor, patron_id: UUID, issuer: str, number: str, kind: PatronKind, at: datetime) -> UUID:
    card_id = new_id()
    session.execute(
        sa.insert(_card),
        {
            "id": card_id,
            "hall_id": by.hall_id,
            "patron_id": patron_id,
            "issuer_code": issuer,
            "number": number,
            "secret": _fresh_secret(session, issuer, number),
            "issued_at": at,
            "valid_until": term_ends(session, by, kind, at),
        },
    )
    return card_id


def _fresh_secret(session: Session, issuer: str, number: str) -> str:
    """Draw a secret no issue of this card has had: an old card must never open again."""
    had = set(session.execute(sa.select(_card.c.secret).where(_card.c.issuer_code == issuer, _card.c.number == number)).scalars())
    while (secret := codes.new_secret()) in had:
        pass
    return secret


def term_ends(session: Session, by: Actor, kind: PatronKind | None, at: datetime) -> date:
    """Give the last day of a card that is issued now."""
    today = clock.local_day(at)
    if kind is PatronKind.TEMPORARY:
        return today + timedelta(days=TEMPORARY_DAYS)
    years = int(session.execute(sa.select(_rules.c.card_valid_years).where(_rules.c.hall_id == by.hall_id)).scalar_one())
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + years, day=28 if leap_day else today.day)


def _newest(session: Session, by: Actor, patron_id: UUID) -> Any:
    row = session.execute(
        sa.select(_card)
        .where(_card.c.patron_id == patron_id, _card.c.hall_id == by.hall_id)
        .order_by(_card.c.ended_at.is_(None).desc(), _card.c.issued_at.desc(), _card.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise CardUnknown
    return row
