"""The sample's villagers: thirty people who do not exist, with their cards. Phone numbers begin with 100, which no real one does."""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from argon2 import PasswordHasher
from sqlmodel import SQLModel

from models import Card, CardEnd, Patron, PatronKind, Sex, Suspension, TakenNumber
from services import clock, codes, spelling
from services.sample.stock import FOLDER
from services.settings import SAMPLE_CODE

_CONSENT_BELOW, _VALID_YEARS, _GUEST_DAYS = 14, 5, 60
# The twins share their father's phone, so a PIN tells them apart at the keypad.
_PINS = ("2580", "3691")


@dataclass
class People:
    """Patrons by the part they play in the story, and the rows they take."""

    hall_id: UUID
    at: datetime
    rows: list[SQLModel] = field(default_factory=list)
    patrons: list[Patron] = field(default_factory=list)
    cards: dict[UUID, Card] = field(default_factory=dict)
    parts: dict[str, list[Patron]] = field(default_factory=dict)

    def one(self, part: str) -> Patron:
        """Who plays a part."""
        return self.parts[part][0]


def villagers(hall_id: UUID, at: datetime, dice: Random, staff_id: UUID) -> People:
    """Everybody registered half a year ago, each with a card in force unless the story says otherwise."""
    people = People(hall_id, at)
    serials = dice.sample(range(1_000_000), 40)
    pins = list(_PINS)
    with (FOLDER / "patrons.csv").open(encoding="utf-8") as table:
        for entry in csv.DictReader(table):
            patron = _patron(people, entry, pins)
            people.patrons.append(patron)
            people.parts.setdefault(entry["story"], []).append(patron)
            people.rows.append(patron)
            _cards(people, patron, entry["story"], serials.pop(), dice)
    people.rows.append(
        Suspension(
            hall_id=hall_id,
            patron_id=people.one("suspended").id,
            since_at=at - timedelta(days=5),
            until_at=at + timedelta(days=25),
            reason="多次损坏图书，暂停外借",
            staff_id=staff_id,
        )
    )
    return people


def _patron(people: People, entry: dict[str, str], pins: list[str]) -> Patron:
    today = clock.local_day(people.at)
    born = _birth_date(entry, today)
    leader = next((patron.id for patron in people.patrons if entry["kind"] == "team" and patron.name == entry["guardian"]), None)
    young = entry["kind"] == "person" and entry["guardian"] != ""
    return Patron(
        hall_id=people.hall_id,
        kind=PatronKind(entry["kind"]),
        name=entry["name"],
        initials=spelling.initials(entry["name"]),
        sex=Sex(entry["sex"]),
        birth_date=born,
        phone="" if young else entry["phone"],
        phone_end=entry["phone"][-4:],
        pin_hash=PasswordHasher().hash(pins.pop(0)) if entry["story"] == "twin" else "",
        villager_group=entry["group"],
        guardian_name=entry["guardian"] if young else "",
        guardian_relation=entry["relation"],
        guardian_phone=entry["phone"] if young else "",
        consent_day=today - timedelta(days=200) if young else None,
        leader_id=leader,
        registered_at=people.at - timedelta(days=200),
    )


def _birth_date(entry: dict[str, str], today: date) -> date | None:
    """Whoever is eleven in the story is eleven today: the birthday of this year may still come."""
    if not entry["born"]:
        return None
    month, day = map(int, entry["born"].split("-"))
    return date(today.year - int(entry["age"]) - ((today.month, today.day) < (month, day)), month, day)


def _cards(people: People, patron: Patron, story: str, serial: int, dice: Random) -> None:
    number = codes.Number.of(codes.KIND["card"], serial).digits
    people.rows.append(TakenNumber(issuer_code=SAMPLE_CODE, number=number))
    today = clock.local_day(people.at)
    valid = {"guest": today + timedelta(days=_GUEST_DAYS - 12), "expired_card": today - timedelta(days=3)}
    card = Card(
        hall_id=people.hall_id,
        patron_id=patron.id,
        issuer_code=SAMPLE_CODE,
        number=number,
        secret=f"{dice.randrange(1_000_000):06d}",
        issued_at=people.at - timedelta(days=200 if story != "guest" else 12),
        valid_until=valid.get(story, today.replace(year=today.year + _VALID_YEARS, day=1)),
    )
    if story == "lost_card":
        card.ended_at, card.ended_as = people.at - timedelta(days=2), CardEnd.LOST
    people.cards[patron.id] = card
    people.rows.append(card)
