"""The people the tests speak of: Mei borrows, Old Zhou runs the hall, Yu is eleven, Bo is from the next village and may not."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from models import (
    ActorKind,
    AreaKind,
    BorrowerKind,
    Card,
    Duty,
    Hall,
    HouseRules,
    Item,
    Medium,
    Opening,
    OpeningSlot,
    OpenItem,
    Patron,
    PatronKind,
    PersonInCharge,
    Policy,
    Role,
    Room,
    Sex,
    Staff,
    TakenNumber,
    Title,
    Volume,
    new_id,
)
from services import codes, database, spelling
from services.journal import Actor

CODE = "430902106399"
NEXT_VILLAGE = "430902106400"
# A Wednesday morning after the build, in opening hours: 10:00 in the hall.
AT = datetime(2027, 3, 10, 2, 0, tzinfo=UTC)
PASSWORD = "paper-lantern-7"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

_INSERTS = {table.name: table.insert() for table in SQLModel.metadata.sorted_tables}
MORNING, AFTERNOON = (9 * 60, 12 * 60), (14 * 60 + 30, 17 * 60 + 30)


@dataclass
class Village:
    """A small hall: a library open Tuesday to Sunday, six patrons, a handful of things."""

    engine: Engine
    hall: Hall
    rooms: dict[str, Room]
    staff: dict[str, Staff]
    patrons: dict[str, Patron] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    titles: dict[str, Title] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    _serial: int = 0
    _waiting: list[SQLModel] | None = field(default_factory=list)

    @property
    def kiosk(self) -> Actor:
        """The touch screen in the hall."""
        return Actor(ActorKind.KIOSK, self.hall.id, device="kiosk-1")

    @property
    def zhou(self) -> Actor:
        """Old Zhou, signed in on the tablet."""
        return Actor(ActorKind.STAFF, self.hall.id, staff_id=self.staff["zhou"].id, device="tablet")

    def card_code(self, who: str) -> str:
        """What the scanner reads from somebody's card."""
        card = self.cards[who]
        return codes.qr_text(card.issuer_code, card.number, card.secret)

    def code(self, what: str) -> str:
        """What the scanner reads from a thing's label."""
        item = self.items[what]
        return codes.qr_text(item.issuer_code, item.number)

    def card_id(self, who: str) -> UUID:
        """Somebody's card."""
        return self.cards[who].id

    def item_id(self, what: str) -> UUID:
        """A thing."""
        return self.items[what].id

    def book(
        self, key: str, name: str, *, author: str = "", class_code: str = "I", copies: int = 1, volumes: int = 0, **facts: object
    ) -> None:
        """Put a title with its copies on the shelf; items are known as key, key-2, … or key-v1, key-v2, … for a set."""
        title = self._title(key, name, author, class_code, Medium(facts.pop("medium", Medium.BOOK)))
        added: list[SQLModel] = [title]
        for volume in range(1, volumes + 1):
            added.append(Volume(hall_id=self.hall.id, title_id=title.id, number=volume, label=f"第{volume}册"))
            added += self._item(f"{key}-v{volume}", title, "book", volume=volume, **facts)
        for copy in range(1, copies + 1) if not volumes else ():
            added += self._item(key if copy == 1 else f"{key}-{copy}", title, "book", copy_no=copy, **facts)
        self.save(*added)

    def equipment(self, key: str, name: str, *, quantity: int = 1, **facts: object) -> None:
        """Put a thing, or a counted set of them, in the activity room."""
        title = self._title(key, name, "", "YQ", Medium.EQUIPMENT)
        facts = {"home_room_id": self.rooms["activity"].id, "counted": quantity > 1, "quantity": quantity, "unit": "件", **facts}
        self.save(title, *self._item(key, title, "equipment", item_class=Medium.EQUIPMENT, **facts))

    def person(self, key: str, name: str, born: date | None, *, kind: PatronKind = PatronKind.PERSON, **facts: object) -> None:
        """Register somebody and give them a card."""
        facts = {"sex": Sex.UNSAID, "phone": "", "phone_end": str(facts.get("phone", ""))[-4:], **facts}
        patron = Patron(
            hall_id=self.hall.id, kind=kind, name=name, initials=spelling.initials(name), birth_date=born, registered_at=AT, **facts
        )
        self.patrons[key] = patron
        number = self._number("card")
        self.cards[key] = Card(
            hall_id=self.hall.id,
            patron_id=patron.id,
            issuer_code=CODE,
            number=number.number,
            secret=f"{self._serial:06d}",
            issued_at=AT,
            valid_until=date(2032, 3, 9),
        )
        self.save(number, patron, self.cards[key])

    def save(self, *new: SQLModel) -> None:
        """Write rows as they are, past the services: the stage before the play."""
        if self._waiting is not None:
            self._waiting += new
            return
        rows: dict[str, list[dict[str, object]]] = defaultdict(list)
        for row in new:
            rows[str(row.__tablename__)].append(row.model_dump())
        with self.engine.connect().execution_options(writes=True) as connection:
            for name in filter(rows.__contains__, _INSERTS):
                connection.execute(_INSERTS[name], rows[name])
            connection.commit()

    def curtain_up(self) -> None:
        """Write all that was put on the stage so far, in one transaction."""
        waiting, self._waiting = self._waiting or [], None
        self.save(*waiting)

    def _title(self, key: str, name: str, author: str, class_code: str, medium: Medium) -> Title:
        self.titles[key] = Title(
            hall_id=self.hall.id,
            medium=medium,
            name=name,
            author=author,
            class_code=class_code,
            call_number=f"{class_code}/{len(self.titles) + 1:03d}",
            **spelling.found_by(name, author),
        )
        return self.titles[key]

    def _item(self, key: str, title: Title, kind: str, **facts: object) -> tuple[SQLModel, SQLModel]:
        number = self._number(kind)
        facts = {"home_room_id": self.rooms["library"].id, "item_class": title.medium, **facts}
        self.items[key] = Item(
            hall_id=self.hall.id, title_id=title.id, issuer_code=CODE, number=number.number, shelf="I-3", registered_at=AT, **facts
        )
        return number, self.items[key]

    def _number(self, kind: str) -> TakenNumber:
        self._serial += 1
        return TakenNumber(issuer_code=CODE, number=codes.Number.of(codes.KIND[kind], self._serial).digits)


def build(engine: Engine) -> Village:
    """Make the village in an empty database."""
    hall = Hall(code=CODE, name="示范村综合文化服务中心", phone="000-0000000", made_at=AT)
    library = Room(hall_id=hall.id, code="R-CUL", name="文化旅游功能室", area_m2=90, area_kind=AreaKind.SERVICE, capacity=40)
    activity = Room(hall_id=hall.id, code="R-ACT", name="多功能活动厅", area_m2=80, area_kind=AreaKind.SERVICE, capacity=80, position=1)
    zhou = Staff(hall_id=hall.id, login="zhou", name="周桂生", role=Role.ADMIN, password_hash=_CHEAP.hash(PASSWORD), made_at=AT)
    lan = Staff(hall_id=hall.id, login="lan", name="李小兰", role=Role.KEEPER, password_hash=_CHEAP.hash(PASSWORD), made_at=AT)
    village = Village(engine, hall, {"library": library, "activity": activity}, {"zhou": zhou, "lan": lan})
    village.save(hall, HouseRules(hall_id=hall.id), library, activity, zhou, lan, *_policies(hall), *_services(village), *_hours(village))
    village.person("mei", "王梅", date(1985, 6, 1), sex=Sex.FEMALE, phone="13800001234")
    village.person("old_li", "李老汉", date(1955, 2, 3), sex=Sex.MALE, phone="13800005678")
    village.person(
        "yu", "陈小雨", date(2016, 1, 9), sex=Sex.FEMALE, phone_end="4321", guardian_name="陈大山", guardian_relation="父亲",
        guardian_phone="13800004321", consent_day=date(2026, 12, 1),
    )  # fmt: skip
    village.person("guest", "赵归", None, kind=PatronKind.TEMPORARY, phone="13900009999")
    village.person("team", "腰鼓队", None, kind=PatronKind.TEAM, leader_id=village.patrons["mei"].id)
    village.book("huozhe", "活着", author="余华", copies=2)
    village.book("biancheng", "边城", author="沈从文")
    village.book("weicheng", "围城", author="钱锺书")
    village.book("pingfan", "平凡的世界", author="路遥", volumes=3)
    village.book("dujia", "农家历", class_code="S", medium=Medium.PERIODICAL, reference_only=True)
    village.equipment("erhu", "二胡")
    village.equipment("drums", "腰鼓", quantity=20)
    village.curtain_up()
    return village


def _policies(hall: Hall) -> list[Policy]:
    books = {"adult": (3, 30, 1, 30), "youth": (3, 30, 1, 30), "child": (2, 30, 1, 30), "team": (0, 0, 0, 0), "temporary": (1, 15, 0, 0)}
    things = {"adult": 3, "youth": 3, "child": 1, "team": 40, "temporary": 0}
    return [
        Policy(
            hall_id=hall.id, borrower_kind=BorrowerKind(kind), item_class=Medium.BOOK, max_items=m, loan_days=d, renewals=r, renew_days=n
        )
        for kind, (m, d, r, n) in books.items()
    ] + [
        Policy(hall_id=hall.id, borrower_kind=BorrowerKind(kind), item_class=Medium.EQUIPMENT, max_items=most, loan_days=0)
        for kind, most in things.items()
    ]


def _services(village: Village) -> list[SQLModel]:
    hall, library, activity = village.hall, village.rooms["library"], village.rooms["activity"]
    return [
        OpenItem(hall_id=hall.id, room_id=library.id, name="图书借阅"),
        OpenItem(hall_id=hall.id, room_id=activity.id, name="器乐"),
        PersonInCharge(
            hall_id=hall.id, room_id=library.id, duty=Duty.IN_CHARGE, name="周桂生", phone="000-0000000",
            staff_id=village.staff["zhou"].id, from_day=date(2026, 1, 1),
        ),
    ]  # fmt: skip


def _hours(village: Village) -> list[SQLModel]:
    """Tuesday to Sunday, mornings and afternoons; Monday is closed."""
    rows: list[SQLModel] = []
    for room in village.rooms.values():
        for weekday in range(7):
            opening = Opening(hall_id=village.hall.id, room_id=room.id, weekday=weekday)
            rows.append(opening)
            if weekday:
                rows += [
                    OpeningSlot(hall_id=village.hall.id, opening_id=opening.id, starts=starts, ends=ends)
                    for starts, ends in (MORNING, AFTERNOON)
                ]
    return rows


def gesture() -> UUID:
    """A new intention."""
    return new_id()


@pytest.fixture
def at() -> datetime:
    """The moment a test speaks of."""
    return AT


@pytest.fixture
def village(engine: Engine) -> Village:
    """The village in an empty database, on both engines."""
    return build(engine)


@pytest.fixture
def file_village(sqlite_engine: Engine) -> Village:
    """The village in a SQLite file, for what only a file can show."""
    return build(sqlite_engine)


@pytest.fixture
def pg_village(pg_engine: Engine) -> Village:
    """The village on a PostgreSQL server, for what only a server can show."""
    return build(pg_engine)


def session_of(village: Village) -> Session:
    """A session for reading."""
    return Session(village.engine, autoflush=False)


__all__ = ["AT", "CODE", "NEXT_VILLAGE", "PASSWORD", "Village", "build", "database", "gesture", "session_of"]
