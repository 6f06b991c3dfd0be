"""The sample village: fictional people, real titles, and enough of a past that every screen has something to show."""

import csv
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from models import Card, District, Duty, Hall, Item, Loan, Patron, PersonInCharge, Role, Room, Staff, Title, Township
from services import clock, equipment_classes, furnishing, holidays, hours, policy
from services.sample.attendants import attendants, members
from services.sample.bookings import Diary, booked
from services.sample.door import at_the_door, notice_of_the_past
from services.sample.events import year_of
from services.sample.funds import books
from services.sample.hall import stand
from services.sample.people import villagers
from services.sample.signs import hang
from services.sample.stock import FOLDER, shelves
from services.sample.story import Story, told
from services.sample.things import books_about
from services.sample.upkeep import upkeep
from services.sample.voices import put_out_new, voices
from services.settings import SAMPLE_CODE

_card = Card.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_READER = "王梅香"
_SHOWN = ("红楼梦", "乡土中国", "人间草木", "窗边的小豆豆", "二胡")
_SEED = 430902
_DISTRICT = ("430902", "资阳区")
_TOWNSHIP = "430902106"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a first look at the sample needs: a card to hold up, with its keypad facts, and free things to scan."""

    name: str
    card: tuple[str, str]
    phone_end: str
    things: tuple[tuple[str, str, str], ...]


def make(session: Session, *, at: datetime, passwords: dict[str, str]) -> UUID:
    """Make the whole village in an empty database; `passwords` are argon2 hashes by login (zhou, lan)."""
    dice = Random(_SEED)  # noqa: S311  the same village every time; nothing secret is drawn from it
    hall, above = _hall(at)
    zhou = Staff(hall_id=hall.id, login="zhou", name="周桂生", role=Role.ADMIN, password_hash=passwords["zhou"], made_at=at)
    lan = Staff(hall_id=hall.id, login="lan", name="李小兰", role=Role.KEEPER, password_hash=passwords["lan"], made_at=at)
    rooms, furniture = _rooms(hall.id, at, {person.name: person.id for person in (zhou, lan)})
    furnishing.lay(session, [*above, hall, zhou, lan, *holidays.start(hall.id), *furniture])
    policy.set_up(session, hall.id)
    equipment_classes.set_up(session, hall.id)
    session.flush()
    furnishing.lay(session, notice_of_the_past(hall.id, lan.id, rooms["R-HALL"], clock.local_day(at), lan.name))
    stock = shelves(hall.id, rooms, at - timedelta(days=200), dice)
    people = villagers(hall.id, at, dice, zhou.id)
    library, stage = (hours.calendar_of(session, rooms[code]) for code in ("R-CUL", "R-ACT"))
    story = Story(hall.id, zhou.id, at, stock, people, library, stage)
    served = attendants(hall.id, at, Random(_SEED), {account.login: account.id for account in (zhou, lan)})  # noqa: S311  as above
    kept = books_about(stock, at, {account.login: account.id for account in (zhou, lan)})
    cared = upkeep(hall.id, at, Random(_SEED), stock, zhou.id)  # noqa: S311  as above
    past = [*told(story, dice)]
    put_out_new(stock.rows, past, at)
    furnishing.lay(session, [*stock.rows, *people.rows, *past, *served, *members(people), *kept, *cared])
    events = year_of(hall.id, at, rooms, people, Random(_SEED))  # noqa: S311  as above
    doors = {code: hours.calendar_of(session, rooms[code]) for code in ("R-ACT", "R-CUL", "R-SQ")}
    furnishing.lay(session, [*events, *booked(Diary(hall.id, at, rooms, doors, events, zhou.id), people)])
    furnishing.lay(session, books(hall.id, zhou.id, at))
    furnishing.lay(session, voices(hall.id, at, zhou.id, zhou.name))
    furnishing.lay(session, _door(session, hall.id, zhou.id, at, rooms, furniture))
    hang(session, hall_id=hall.id, staff_id=zhou.id, rooms=rooms, at=at)
    stand(session, hall_id=hall.id, staff_id=zhou.id, rooms=rooms, at=at)
    return hall.id


def _door(
    session: Session, hall_id: UUID, staff_id: UUID, at: datetime, rooms: dict[str, UUID], furniture: list[SQLModel]
) -> list[SQLModel]:
    on_duty = {row.room_id: row.name for row in furniture if isinstance(row, PersonInCharge) and row.duty is Duty.IN_CHARGE}
    doors = {rooms[code]: hours.calendar_of(session, rooms[code]) for code in ("R-HALL", "R-CUL", "R-ACT")}
    return at_the_door(hall_id, staff_id, at, doors, on_duty, Random(_SEED))  # noqa: S311  as above


def _hall(at: datetime) -> tuple[Hall, list[SQLModel]]:
    village = json.loads((FOLDER / "village.json").read_text(encoding="utf-8"))
    district = District(code=_DISTRICT[0], name=_DISTRICT[1])
    with (FOLDER / "townships.csv").open(encoding="utf-8") as table:
        townships = [Township(district_id=district.id, code=row["code9"], name=row["name"]) for row in csv.DictReader(table)]
    own = next(unit for unit in townships if unit.code == _TOWNSHIP)
    hall = Hall(
        code=SAMPLE_CODE,
        name=village["center_name"],
        address=f"{own.name}{village['name']}",
        phone="000-0000000",
        township_id=own.id,
        sample=True,
        made_at=at,
    )
    return hall, [district, *townships]


def _rooms(hall_id: UUID, at: datetime, accounts: dict[str, UUID]) -> tuple[dict[str, UUID], list[SQLModel]]:
    """Rooms, persons in charge and hours; exceptions of the year that the plan was written for, and the next two Spring Festivals."""
    today = clock.local_day(at)
    years = (today.year - 1, today.year, today.year + 1)
    week = furnishing.read_plan(FOLDER, "opening_hours.json")
    week["holiday_overrides"] = furnishing.new_year_days(week["holiday_overrides"], years)
    made = furnishing.rooms(hall_id, furnishing.read_plan(FOLDER, "rooms.json"), today.replace(month=1, day=1), accounts.get)
    rows = [row for room_rows in made.values() for row in room_rows]
    rooms = [row for row in rows if isinstance(row, Room)]
    return {room.code: room.id for room in rooms}, [*rows, *(row for room in rooms for row in furnishing.hours(room, week, years))]


def shown(session: Session) -> Shown:
    """Look up a card without worries and some things on the shelf, as (number, QR digits, name)."""
    owner = session.execute(
        sa.select(_card.c.number, _card.c.issuer_code, _card.c.secret, _patron.c.name, _patron.c.phone_end)
        .join(_patron, _patron.c.id == _card.c.patron_id)
        .where(_card.c.ended_at.is_(None), _patron.c.name == _READER)
    ).one()
    out = sa.exists().where(_loan.c.item_id == _item.c.id, _loan.c.ended_at.is_(None))
    things = session.execute(
        sa.select(_item.c.number, _item.c.issuer_code, _title.c.name)
        .join(_title, _title.c.id == _item.c.title_id)
        .where(_title.c.name.in_(_SHOWN), _item.c.copy_no == 1, ~out)
        .order_by(_item.c.number)
    ).all()
    return Shown(
        name=owner.name,
        card=(owner.number, owner.issuer_code + owner.number + owner.secret),
        phone_end=owner.phone_end,
        things=tuple((thing.number, thing.issuer_code + thing.number, thing.name) for thing in things),
    )
