"""Four months of lending in the sample village, told up to yesterday evening, so that every screen has something to show."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from models import (
    ActorKind,
    Closure,
    ClosureNotice,
    ClosureReason,
    FaultReport,
    Hold,
    HoldState,
    Item,
    JournalRow,
    Loan,
    LoanEnd,
    Medium,
    Patron,
    Purpose,
    Trouble,
)
from services import clock, policy
from services.calendars import Calendar
from services.sample.people import People
from services.sample.stock import Stock

_DAYS_TOLD, _LOAN_DAYS, _OVERDUE_LONG, _OVERDUE_SHORT = 120, 30, 35, 4
_DAY = timedelta(days=1)
# Rows of the story are found on their shelf by the names everybody in the village knows.
_WAITED_FOR, _KEPT, _CHILD_READS, _FULL_READS = "活着", "边城", ("草房子", "夏洛的网"), ("白鹿原", "亮剑", "围城")


@dataclass
class Story:
    """What happened, and the rows it takes."""

    hall_id: UUID
    staff_id: UUID
    at: datetime
    stock: Stock
    people: People
    library: Calendar
    stage: Calendar
    rows: list[SQLModel] = field(default_factory=list)
    _item_free: dict[UUID, date] = field(default_factory=dict)
    _patron_free: dict[UUID, date] = field(default_factory=dict)
    _told_for: set[UUID] = field(default_factory=set)

    @property
    def today(self) -> date:
        """The day the sample is made."""
        return clock.local_day(self.at)

    def copies(self, name: str) -> list[Item]:
        """Every copy of a title, by the beginning of its name."""
        titles = {title.id for title in self.stock.titles if title.name.startswith(name)}
        return [item for item in self.stock.items if item.title_id in titles]

    def open_day(self, day: date) -> date:
        """The last open day of the library up to a day."""
        while not self.library.is_open_day(day):
            day -= _DAY
        return day

    def moment(self, day: date, dice: Random) -> datetime:
        """Some moment of an open day, in opening hours."""
        span = dice.choice(self.library.spans_on(day))
        return span.start + (span.end - span.start) * dice.uniform(0.05, 0.95)

    def lend(self, item: Item, patron: Patron, out_at: datetime, back_at: datetime | None, **facts: Any) -> Loan:
        """Write one loan with its journal; a loan without `back_at` is still out."""
        out_day = clock.local_day(out_at)
        due_day = facts.pop("due_day", None) or self.library.first_open_day(out_day + timedelta(days=_LOAN_DAYS))
        age = policy.age_on(patron.birth_date, out_day)
        loan = Loan(
            hall_id=self.hall_id,
            item_id=item.id,
            title_id=item.title_id,
            patron_id=patron.id,
            counted=item.counted,
            out_at=out_at,
            out_day=out_day,
            due_day=due_day,
            due_at=self.library.last_closing(due_day),
            item_class=item.item_class,
            class_code=next(title.class_code for title in self.stock.titles if title.id == item.title_id),
            borrower_kind=policy.kind_of(patron.kind, age),
            age_band=policy.age_band(age, 60),
            sex=patron.sex,
            **facts,
        )
        self._record("check_out", loan.id, out_at)
        if back_at:
            loan.ended_at, loan.back_day, loan.ended_as, loan.returned = back_at, clock.local_day(back_at), LoanEnd.RETURNED, loan.quantity
            self._record("check_in", loan.id, back_at)
        free = clock.local_day(back_at) + _DAY if back_at else date.max
        self._item_free[item.id] = self._patron_free[patron.id] = free
        self.rows.append(loan)
        return loan

    def free(self, item: Item, day: date) -> bool:
        """May the story lend this item on a day?"""
        return not item.reference_only and not item.counted and self._item_free.get(item.id, date.min) <= day

    def idle(self, patron: Patron, day: date) -> bool:
        """Has the patron nothing at home on a day?"""
        return self._patron_free.get(patron.id, date.min) <= day

    def _record(self, verb: str, loan_id: UUID, at: datetime) -> None:
        self.rows.append(
            JournalRow(
                hall_id=self.hall_id,
                at=at,
                verb=verb,
                actor_kind=ActorKind.KIOSK,
                device="kiosk-1",
                subject="loan",
                subject_id=loan_id,
                facts={},
            )
        )


def told(story: Story, dice: Random) -> list[SQLModel]:
    """First what the cast is known for, then ordinary days around it."""
    _known_people(story, dice)
    _holds(story, dice)
    _team(story)
    _ordinary_days(story, dice)
    story.rows += [*_roof_repair(story), _broken_string(story)]
    return story.rows


def _known_people(story: Story, dice: Random) -> None:
    people, day = story.people, story.open_day
    for name, child in zip(_CHILD_READS, [people.one("child")] * 2, strict=True):
        story.lend(story.copies(name)[0], child, story.moment(day(story.today - timedelta(days=9)), dice), None)
    for name in _FULL_READS:
        story.lend(story.copies(name)[0], people.one("full"), story.moment(day(story.today - timedelta(days=6)), dice), None)
    mei = people.parts["reader"][0]
    story.lend(story.copies("我们仨")[0], mei, story.moment(day(story.today - timedelta(days=12)), dice), None)
    for part, name, overdue in (("overdue_long", "水浒传", _OVERDUE_LONG), ("overdue_short", "茶馆", _OVERDUE_SHORT)):
        due = day(story.today - timedelta(days=overdue))
        out = day(due - timedelta(days=_LOAN_DAYS))
        story.lend(story.copies(name)[0], people.one(part), story.moment(out, dice), None, due_day=due)


def _holds(story: Story, dice: Random) -> None:
    """One waits for a title of which every copy is out; for another a copy stands on the hold shelf."""
    out = story.open_day(story.today - timedelta(days=15))
    for copy, patron in zip(story.copies(_WAITED_FOR), story.people.parts["elder"] + story.people.parts["reader"][1:], strict=False):
        story.lend(copy, patron, story.moment(out, dice), None)
    ready_at = story.moment(story.open_day(story.today - _DAY), dice)
    kept_day = clock.local_day(ready_at)
    for _ in range(3):
        kept_day = story.library.first_open_day(kept_day + _DAY)
    kept = story.copies(_KEPT)[0]
    story._item_free[kept.id] = date.max  # noqa: SLF001  kept for its patron, so the story lends it to nobody
    story.rows += [
        Hold(
            hall_id=story.hall_id,
            title_id=story.copies(_WAITED_FOR)[0].title_id,
            patron_id=story.people.one("hold_waiting").id,
            placed_at=ready_at - timedelta(hours=3),
        ),
        Hold(
            hall_id=story.hall_id,
            title_id=kept.title_id,
            volume=kept.volume,
            patron_id=story.people.one("hold_ready").id,
            state=HoldState.READY,
            placed_at=ready_at - timedelta(days=8),
            item_id=kept.id,
            ready_at=ready_at,
            shelved_at=ready_at + timedelta(minutes=4),
            kept_until=story.library.last_closing(kept_day),
            kept_day=kept_day,
        ),
    ]


def _team(story: Story) -> None:
    """The drummers have twelve of the twenty drums out for a performance; an approver let them."""
    yesterday = story.today - _DAY
    while not story.stage.is_open_day(yesterday):
        yesterday -= _DAY
    due = story.stage.first_open_day(yesterday + timedelta(days=8))
    loan = story.lend(
        story.copies("腰鼓")[0],
        story.people.one("team"),
        story.stage.spans_on(yesterday)[0].start + timedelta(minutes=20),
        None,
        due_day=story.library.first_open_day(due),
        quantity=12,
        purpose=Purpose.PERFORMANCE,
        outside=True,
        approver_id=story.staff_id,
        at_desk=True,
    )
    loan.due_day, loan.due_at = due, story.stage.last_closing(due)


def _ordinary_days(story: Story, dice: Random) -> None:
    readers = [p for part, ps in story.people.parts.items() if part not in {"team", "suspended", "full", "overdue_long"} for p in ps]
    books = [item for item in story.stock.items if item.item_class is Medium.BOOK]
    for ago in range(_DAYS_TOLD, 0, -1):
        day = story.today - timedelta(days=ago)
        if not story.library.is_open_day(day):
            continue
        for _ in range(dice.choice((3, 4, 5, 6, 8))):
            patron = dice.choice(readers)
            item = dice.choice(books)
            if not (story.free(item, day) and story.idle(patron, day)):
                continue
            out_at = story.moment(day, dice)
            back = story.open_day(day + timedelta(days=dice.randint(3, 27)))
            # A book that would come back today or later is still out; it then must not be one the cast needs.
            back_at = story.moment(back, dice) if day < back < story.today else None
            if patron.registered_at < out_at and (back_at or ago < _LOAN_DAYS):
                story.lend(item, patron, out_at, back_at)


def _roof_repair(story: Story) -> list[SQLModel]:
    """An announced repair of the activity room, a week ahead, with its notice."""
    room = story.stock.rooms["R-ACT"]
    starts = clock.instant(story.today + timedelta(days=9), 0)
    reopens = clock.instant(story.today + timedelta(days=15), 9 * 60)
    closure = Closure(
        hall_id=story.hall_id,
        number=2,
        room_id=room,
        reason_code=ClosureReason.MAINTENANCE,
        starts_at=starts,
        expected_reopen_at=reopens,
    )
    notice = ClosureNotice(
        hall_id=story.hall_id,
        closure_id=closure.id,
        version=1,
        published_at=story.at - timedelta(hours=2),
        expected_reopen_at=reopens,
        reason="屋面渗水维修",
        contact="000-0000000",
        signer="周桂生",
        staff_id=story.staff_id,
    )
    return [closure, notice]


def _broken_string(story: Story) -> SQLModel:
    fiddle = story.copies("二胡")[0]
    return FaultReport(hall_id=story.hall_id, item_id=fiddle.id, trouble=Trouble.DEAD, at=story.at - timedelta(hours=20))
