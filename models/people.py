"""Who comes and who keeps the hall: staff and their sessions, patrons and their cards."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, only_one, ref


class Role(StrEnum):
    """What a member of staff may do, from one hall up to the district."""

    KEEPER = "keeper"
    TOWNSHIP = "township"
    DISTRICT = "district"
    ADMIN = "admin"


class Staff(SQLModel, table=True):
    """Somebody who signs in on the tablet."""

    __table_args__ = (
        law("login_lower", "login = lower(login) AND length(login) > 0"),
        law("keeper_has_hall", "role NOT IN ('keeper', 'admin') OR hall_id IS NOT NULL"),
    )

    id: UUID = key()
    hall_id: UUID | None = ref("hall.id", index=True, optional=True)
    township_id: UUID | None = ref("township.id", optional=True)
    district_id: UUID | None = ref("district.id", optional=True)
    login: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=40)
    role: Role = choice(Role, "role", default=Role.KEEPER)
    password_hash: str = Field(max_length=200)
    made_at: datetime
    disabled_at: datetime | None = None


class StaffSession(SQLModel, table=True):
    """One sign-in; the cookie's token is kept only as its SHA-256."""

    __tablename__ = "staff_session"

    id: UUID = key()
    staff_id: UUID = ref("staff.id", index=True)
    token_hash: bytes = Field(max_length=32, unique=True)
    made_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


class SignInTry(SQLModel, table=True):
    """A failed sign-in; what is asked for is kept as a hash, since people type passwords into the wrong field."""

    __tablename__ = "sign_in_try"
    __table_args__ = (sa.Index("ix_sign_in_try_account", "account", "at"), sa.Index("ix_sign_in_try_address", "address", "at"))

    id: UUID = key()
    account: bytes = Field(max_length=32)
    address: str = Field(max_length=64)
    at: datetime


class PatronKind(StrEnum):
    """What a patron is for the policy: a person's kind follows the birth date on the day of lending."""

    PERSON = "person"
    TEAM = "team"
    TEMPORARY = "temporary"


class Sex(StrEnum):
    """For counts only."""

    FEMALE = "female"
    MALE = "male"
    UNSAID = "unsaid"


class Patron(SQLModel, table=True):
    """A villager, a team with its responsible person, or a guest; the personal columns can be blanked."""

    __table_args__ = (
        law("birth_date_known", "kind <> 'person' OR birth_date IS NOT NULL OR erased_at IS NOT NULL"),
        law("team_has_leader", "kind <> 'team' OR leader_id IS NOT NULL OR erased_at IS NOT NULL"),
        sa.Index("ix_patron_name", "hall_id", "name"),
        sa.Index("ix_patron_initials", "hall_id", "initials"),
        sa.Index("ix_patron_phone_end", "hall_id", "phone_end"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    kind: PatronKind = choice(PatronKind, "kind", default=PatronKind.PERSON)
    name: str = Field(max_length=60)
    initials: str = Field(default="", max_length=60, description="pinyin initials, to find by typing")
    sex: Sex = choice(Sex, "sex", default=Sex.UNSAID)
    birth_date: date | None = None
    phone: str = Field(default="", max_length=20)
    phone_end: str = Field(default="", max_length=4, description="last four digits; a child's: the guardian's")
    pin_hash: str = Field(default="", max_length=200)
    villager_group: str = Field(default="", max_length=40)
    guardian_name: str = Field(default="", max_length=40)
    guardian_relation: str = Field(default="", max_length=20)
    guardian_phone: str = Field(default="", max_length=20)
    consent_day: date | None = Field(default=None, description="the guardian's consent; before the card is made, under 14")
    leader_id: UUID | None = ref("patron.id", optional=True)
    registered_at: datetime
    erased_at: datetime | None = None


class Suspension(SQLModel, table=True):
    """A patron may not borrow for a while, with who and why; never for money."""

    __table_args__ = (law("span_forward", "until_at IS NULL OR until_at > since_at"), law("with_reason", "length(reason) > 0"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    patron_id: UUID = ref("patron.id", index=True)
    since_at: datetime
    until_at: datetime | None = None
    reason: str = Field(max_length=200)
    staff_id: UUID | None = ref("staff.id", optional=True)


class CardEnd(StrEnum):
    """Why an issue of a card no longer opens anything."""

    REPLACED = "replaced"
    LOST = "lost"
    CANCELLED = "cancelled"


class Card(SQLModel, table=True):
    """One issue of a patron's card: the number stays for life, the secret is new with each issue."""

    __table_args__ = (
        sa.UniqueConstraint("issuer_code", "number", "secret"),
        only_one("uq_card_in_force", "issuer_code", "number", where="ended_at IS NULL"),
        only_one("uq_card_one_each", "hall_id", "patron_id", where="ended_at IS NULL"),
        law("kind_of_number", "number LIKE '1_______'"),
        law("secret_digits", "length(secret) = 6"),
        law("ended_with_reason", "(ended_at IS NULL) = (ended_as IS NULL)"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    patron_id: UUID = ref("patron.id", index=True)
    issuer_code: str = Field(max_length=12)
    number: str = Field(max_length=8)
    secret: str = Field(max_length=6)
    issued_at: datetime
    valid_until: date = Field(description="the last day it opens anything")
    ended_at: datetime | None = None
    ended_as: CardEnd | None = choice(CardEnd, "ended_as", optional=True)


class KeypadTry(SQLModel, table=True):
    """A wrong second fact at a kiosk's keypad (rules.md §2)."""

    __tablename__ = "keypad_try"
    __table_args__ = (
        sa.Index("ix_keypad_try_kiosk", "hall_id", "kiosk", "at"),
        sa.Index("ix_keypad_try_card", "hall_id", "card_number", "at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    kiosk: str = Field(max_length=40)
    card_number: str = Field(max_length=8)
    at: datetime
