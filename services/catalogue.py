"""Looking for a title: by its characters or its pinyin initials, what begins so first; and where its copies are now."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Condition, Hold, HoldState, Id, Item, ItemCondition, Loan, Medium, Title, Volume
from services import clock, spelling

_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]

PAGE_SIZE: Final = 10
LAST_PAGE: Final = 19
"""Nobody turns further; more letters find it sooner."""
_LONGEST: Final = 60
_AFTER_ALL: Final = "\U0010ffff"
_ISBN: Final = re.compile(r"(97[89])?[0-9]{9}[0-9X]")
_GONE: Final = (Condition.WITHDRAWN, Condition.LOST)


@dataclass(frozen=True, slots=True)
class Find:
    """A title, or one volume of a set: where it stands, how many are free now, and when the next is due if none is.

    `free` can be borrowed at once; `here_only` are copies that are read in the room; `waiting` is how many wait for it.
    """

    title_id: UUID
    name: str
    author: str
    medium: Medium
    call_number: str
    volume: int
    volume_label: str
    shelf: str
    copies: int
    free: int
    here_only: int
    next_due: date | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of finds; `more` when there is another after it."""

    finds: tuple[Find, ...]
    page: int
    more: bool


def search(session: Session, *, hall_id: UUID, text: str, at: datetime, page: int = 0) -> Page:
    """Find titles by characters of name or author, by pinyin initials or Latin letters, by call number or ISBN.

    What begins with the text comes first, in its order; then what contains it. Any text is a fair question.
    """
    page = min(max(page, 0), LAST_PAGE)
    first, beyond = page * PAGE_SIZE, (page + 1) * PAGE_SIZE
    ids = title_ids(session, hall_id=hall_id, text=text, most=beyond + 1)
    return Page(finds(session, hall_id, ids[first:beyond], at), page, len(ids) > beyond and page < LAST_PAGE)


def title_ids(session: Session, *, hall_id: UUID, text: str, most: int) -> list[UUID]:
    """Give the first `most` titles a text finds, in the order they are shown."""
    # What a keyboard cannot have typed is passed over; no engine takes all of it.
    text = "".join(filter(str.isprintable, " ".join(text[:_LONGEST].split())))
    letters = spelling.folded(text) if spelling.query_initials(text) else ""
    if letters:
        return _by_letters(session, hall_id, text, letters, most)
    wanted = spelling.query_grams(text).split()
    if not wanted:
        return []
    asked = _Asked(session, hall_id, most)
    begun = asked.begins("name", text)
    found = _merged(begun, asked.holds("grams", wanted, len(begun)), most)
    # Half pinyin, half characters: what the input method had not yet turned.
    spelled = spelling.initials(text)
    return found or (_by_letters(session, hall_id, text, spelled, most) if spelled != letters and any(map(str.isascii, wanted)) else [])


def _by_letters(session: Session, hall_id: UUID, text: str, letters: str, most: int) -> list[UUID]:
    asked = _Asked(session, hall_id, most)
    named = asked.is_exactly(text)
    begun = _merged(named, asked.begins("initials", letters), most)
    return _merged(begun, asked.holds("initial_grams", spelling.query_initials(letters).split(), len(begun), letters), most)


def _merged(first: Sequence[UUID], then: Iterable[UUID], most: int) -> list[UUID]:
    return list(dict.fromkeys((*first, *then)))[:most]


# -- the questions, as each engine answers them fastest ------------------------------------------------------------------


def _begins(column: sa.ColumnElement[str]) -> sa.Select[Any]:
    return (
        sa.select(_title.c.id)
        .where(_title.c.hall_id == bindparam("hall_id"), column >= bindparam("start"), column < bindparam("beyond"))
        .order_by(column)
        .limit(bindparam("most"))
    )


# COLLATE "C" is the order of the indexes, whatever the server's language.
_BEGINS = {
    "sqlite": {name: _begins(_title.c[name]) for name in ("name", "initials")},
    "postgresql": {name: _begins(_title.c[name].collate("C")) for name in ("name", "initials")},
}
# CROSS JOIN keeps SQLite from walking the hall's titles and asking the index about each.
_HOLDS_SQLITE = sa.text(
    "SELECT title.id FROM title_fts CROSS JOIN title ON title.search_no = title_fts.rowid"
    " WHERE title_fts MATCH :wanted AND title.hall_id = :hall_id AND instr(title.initials, :letters) > 0 LIMIT :most"
).columns(id=Id).bindparams(bindparam("hall_id", type_=Id))  # fmt: skip
_HOLDS_POSTGRES = {
    name: sa.text(
        f"SELECT id FROM title WHERE string_to_array({name}, ' ') @> CAST(:wanted AS text[]) AND hall_id = :hall_id"  # noqa: S608
        " AND strpos(initials, :letters) > 0 LIMIT :most"
    ).columns(id=Id).bindparams(bindparam("hall_id", type_=Id))
    for name in ("grams", "initial_grams")
}  # fmt: skip
_of_hall = sa.select(_title.c.id).where(_title.c.hall_id == bindparam("hall_id"))
_by_call_number = _of_hall.where(_title.c.call_number == bindparam("text"))
_by_isbn = _of_hall.where(_title.c.isbn == bindparam("text"))


@dataclass(frozen=True, slots=True)
class _Asked:
    session: Session
    hall_id: UUID
    most: int

    def begins(self, column: str, start: str) -> list[UUID]:
        """Ask what begins with a text; an exact match is the first of them."""
        question = _BEGINS[self.session.get_bind().dialect.name][column]
        facts = {"hall_id": self.hall_id, "start": start, "beyond": start + _AFTER_ALL, "most": self.most}
        return list(self.session.execute(question, facts).scalars())

    def holds(self, column: str, wanted: list[str], known: int, letters: str = "") -> list[UUID]:
        """Ask what holds all these grams anywhere, if what begins so does not fill the page. No order: a rank would read every match."""
        if known >= self.most:
            return []
        facts: dict[str, Any] = {"hall_id": self.hall_id, "letters": letters, "most": self.most + known}
        if self.session.get_bind().dialect.name == "sqlite":
            facts["wanted"] = " AND ".join(f'"{gram}"' for gram in wanted)
            return list(self.session.execute(_HOLDS_SQLITE, facts).scalars())
        return list(self.session.execute(_HOLDS_POSTGRES[column], facts | {"wanted": wanted}).scalars())

    def is_exactly(self, text: str) -> list[UUID]:
        """Ask what has this very call number or ISBN."""
        upper = text.upper()
        isbn = upper.replace("-", "").replace(" ", "")
        question, key = (_by_isbn, isbn) if _ISBN.fullmatch(isbn) else (_by_call_number, upper)
        return list(self.session.execute(question, {"hall_id": self.hall_id, "text": key}).scalars())


# -- where the copies are ----------------------------------------------------------------------------------------------

_of_item = (_loan.c.hall_id == _item.c.hall_id, _loan.c.item_id == _item.c.id, _loan.c.ended_at.is_(None))
_out = sa.select(sa.func.coalesce(sa.func.sum(_loan.c.quantity - _loan.c.returned), 0)).where(*_of_item).scalar_subquery()
_next_due = sa.select(sa.func.min(_loan.c.due_day)).where(*_of_item, _loan.c.due_day >= bindparam("today")).scalar_subquery()
_wrong = sa.select(sa.func.count()).where(
    _condition.c.hall_id == _item.c.hall_id, _condition.c.item_id == _item.c.id, _condition.c.ended_at.is_(None)
)
IS_GONE = _wrong.where(_condition.c.condition.in_(_GONE)).scalar_subquery()
"""How many marks say of a copy that it is withdrawn or lost; for a question about copies."""
_kept = sa.exists().where(
    _hold.c.hall_id == _item.c.hall_id,
    _hold.c.item_id == _item.c.id,
    _hold.c.state == HoldState.READY,
    _hold.c.kept_until >= bindparam("at"),
)
_titles = sa.select(_title.c.id, _title.c.name, _title.c.author, _title.c.medium, _title.c.call_number).where(
    _title.c.id.in_(bindparam("ids", expanding=True))
)
_copies = (
    sa.select(
        _item.c.title_id,
        _item.c.volume,
        _item.c.shelf,
        _item.c.quantity,
        sa.or_(_item.c.reference_only, _item.c.item_class == Medium.PERIODICAL).label("here_only"),
        _out.label("out"),
        _next_due.label("next_due"),
        _wrong.scalar_subquery().label("wrong"),
        IS_GONE.label("gone"),
        _kept.label("kept"),
    )
    .where(_item.c.hall_id == bindparam("hall_id"), _item.c.title_id.in_(bindparam("ids", expanding=True)))
    .order_by(_item.c.volume, _item.c.copy_no)
)
_labels = sa.select(_volume.c.title_id, _volume.c.number, _volume.c.label).where(
    _volume.c.hall_id == bindparam("hall_id"), _volume.c.title_id.in_(bindparam("ids", expanding=True))
)
_waiting = (
    sa.select(_hold.c.title_id, _hold.c.volume, sa.func.count().label("waiting"))
    .where(
        _hold.c.hall_id == bindparam("hall_id"),
        _hold.c.title_id.in_(bindparam("ids", expanding=True)),
        # Written as the partial index says it, so that both engines see that it answers.
        sa.text("hold.state IN ('waiting', 'ready')"),
        _hold.c.state == HoldState.WAITING,
    )
    .group_by(_hold.c.title_id, _hold.c.volume)
)


def finds(session: Session, hall_id: UUID, ids: Sequence[UUID], at: datetime) -> tuple[Find, ...]:
    """Tell of these titles where their copies are, in the order given."""
    if not ids:
        return ()
    facts = {"hall_id": hall_id, "ids": list(ids), "at": at, "today": clock.local_day(at)}
    titles = {row.id: row for row in session.execute(_titles, facts)}
    copies: dict[UUID, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in session.execute(_copies, facts):
        if not row.gone:
            copies[row.title_id][row.volume].append(row)
    labels = {(row.title_id, row.number): row.label for row in session.execute(_labels, facts)}
    waiting = {(row.title_id, row.volume): row.waiting for row in session.execute(_waiting, facts)}
    return tuple(
        _find(titles[title_id], volume, rows, labels.get((title_id, volume), ""), waiting.get((title_id, volume), 0))
        for title_id in ids
        for volume, rows in copies[title_id].items()
    )


def _find(title: Any, volume: int, rows: list[Any], label: str, waiting: int) -> Find:
    free = [0 if row.wrong or row.kept or row.here_only else row.quantity - row.out for row in rows]
    at_hand = next((row for row, count in zip(rows, free, strict=True) if count), rows[0])
    due = min((row.next_due for row in rows if row.next_due), default=None)
    return Find(
        title_id=title.id,
        name=title.name,
        author=title.author,
        medium=title.medium,
        call_number=title.call_number,
        volume=volume,
        volume_label=label,
        shelf=at_hand.shelf,
        copies=sum(row.quantity for row in rows),
        free=sum(free),
        here_only=sum(row.quantity for row in rows if row.here_only and not row.wrong),
        next_due=None if sum(free) else due,
        waiting=waiting,
    )
