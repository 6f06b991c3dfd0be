"""What has to be known about somebody before a card is made; checked in order, written by `cards` and `patrons`."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Patron, PatronKind, Sex
from services import keypad, spelling
from services.policy import ADULT_FROM, YOUTH_FROM, age_on
from services.refusals import ConsentMissing, FactMissing, FactWrong, SecondFactMissing

_patron = Patron.__table__  # type: ignore[attr-defined]

_PHONE: Final = re.compile(r"\+?[0-9]{7,15}")
_PIN: Final = re.compile(r"[0-9]{4}")
_OLDEST: Final = 125
_LONGEST = {"name": 60, "villager_group": 40, "guardian_name": 40, "guardian_relation": 20}


@dataclass(frozen=True, slots=True)
class Form:
    """A registration as filled in at the desk; `pin` empty leaves what is there."""

    name: str
    kind: PatronKind = PatronKind.PERSON
    sex: Sex = Sex.UNSAID
    birth_date: date | None = None
    phone: str = ""
    pin: str = ""
    villager_group: str = ""
    guardian_name: str = ""
    guardian_relation: str = ""
    guardian_phone: str = ""
    consent_day: date | None = None
    leader_id: UUID | None = None


def checked(session: Session, form: Form, *, hall_id: UUID, today: date, has_pin: bool = False) -> dict[str, Any]:
    """Give the patron's columns of a form, trimmed.

    Raises FactMissing, FactWrong, ConsentMissing (under 14 the guardian's consent comes first), SecondFactMissing.
    """
    form = _trimmed(form)
    if not form.name:
        raise FactMissing(field="name")
    _refuse_what_cannot_be(form, today)
    child = form.kind is PatronKind.PERSON and (age_on(form.birth_date, today) or 0) < YOUTH_FROM
    if child and not (form.guardian_name and form.consent_day):
        raise ConsentMissing
    phone_end = (form.guardian_phone if child else form.phone)[-4:]
    if form.kind is PatronKind.TEAM:
        leaders = _leaders_phone_end(session, form, hall_id, today)
        phone_end = phone_end or leaders
    if not phone_end and not form.pin and not has_pin:
        raise SecondFactMissing
    return _columns(form, phone_end)


def _refuse_what_cannot_be(form: Form, today: date) -> None:
    for field in ("name", *(_LONGEST.keys() - {"name"})):
        text = getattr(form, field)
        if len(text) > _LONGEST[field] or any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} for sign in text):
            raise FactWrong(field=field)
    if form.kind is PatronKind.PERSON and form.birth_date is None:
        raise FactMissing(field="birth_date")
    if form.birth_date and not (form.birth_date <= today and (age_on(form.birth_date, today) or 0) <= _OLDEST):
        raise FactWrong(field="birth_date")
    for field, pattern in (("phone", _PHONE), ("guardian_phone", _PHONE), ("pin", _PIN)):
        if (text := getattr(form, field)) and not pattern.fullmatch(text):
            raise FactWrong(field=field)
    if form.consent_day and (form.consent_day > today or (form.birth_date and form.consent_day < form.birth_date)):
        raise FactWrong(field="consent_day")


def _leaders_phone_end(session: Session, form: Form, hall_id: UUID, today: date) -> str:
    """A team borrows through one grown-up person of this hall."""
    if form.leader_id is None:
        raise FactMissing(field="leader")
    leader = session.execute(
        sa.select(_patron.c.birth_date, _patron.c.phone_end).where(
            _patron.c.id == form.leader_id,
            _patron.c.hall_id == hall_id,
            _patron.c.kind == PatronKind.PERSON,
            _patron.c.erased_at.is_(None),
        )
    ).one_or_none()
    if leader is None or (age_on(leader.birth_date, today) or 0) < ADULT_FROM:
        raise FactWrong(field="leader")
    return str(leader.phone_end)


def _trimmed(form: Form) -> Form:
    def plain(text: str) -> str:
        return unicodedata.normalize("NFKC", text).strip()

    def digits(text: str) -> str:
        return re.sub(r"[\s()-]", "", plain(text))

    return replace(
        form,
        name=" ".join(plain(form.name).split()),
        phone=digits(form.phone),
        guardian_phone=digits(form.guardian_phone),
        pin=plain(form.pin),
        villager_group=plain(form.villager_group),
        guardian_name=plain(form.guardian_name),
        guardian_relation=plain(form.guardian_relation),
    )


def _columns(form: Form, phone_end: str) -> dict[str, Any]:
    return {
        "kind": form.kind,
        "name": form.name,
        "initials": spelling.initials(form.name)[:60],
        "sex": form.sex,
        "birth_date": form.birth_date,
        "phone": form.phone,
        "phone_end": phone_end,
        "villager_group": form.villager_group,
        "guardian_name": form.guardian_name,
        "guardian_relation": form.guardian_relation,
        "guardian_phone": form.guardian_phone,
        "consent_day": form.consent_day,
        "leader_id": form.leader_id if form.kind is PatronKind.TEAM else None,
        **({"pin_hash": keypad.hash_pin(form.pin)} if form.pin else {}),
    }
