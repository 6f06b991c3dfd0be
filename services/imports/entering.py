"""The rows of a checked file as rows of the register: seen against what is there, then all or nothing."""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Accession, ActorKind, Hall, ImportedRow, ImportRun, Item, ItemAlias, JournalRow, TakenNumber, Title, Volume, new_id
from models.base import new_order
from services import codes, journal
from services.imports.checking import Checked, Entry, Problem, Progress
from services.imports.columns import Kind, heading
from services.imports.things import Thing, TitleKey, key_of
from services.journal import Actor
from services.numbers import SERIALS, NumbersExhausted
from services.refusals import RowsWrong

_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_alias = ItemAlias.__table__  # type: ignore[attr-defined]
_taken = TakenNumber.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_run = ImportRun.__table__  # type: ignore[attr-defined]
_imported = ImportedRow.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]
# A question with more values than this is refused by some SQLite builds.
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """What accepting would do; looking at it writes nothing."""

    rows: int
    titles: int
    items: int
    known: int
    problems: tuple[Problem, ...]

    @property
    def stopped(self) -> int:
        """How many rows cannot be entered."""
        return len({problem.row for problem in self.problems if problem.stops})


@dataclass(frozen=True, slots=True)
class Imported:
    """What was entered: how many titles and things (or people), how many rows were there before, and the numbers they got."""

    run_id: UUID
    kind: Kind
    titles: int
    items: int
    known: int
    first: str
    last: str

    def facts(self) -> dict[str, Any]:
        """Give what the journal keeps of it."""
        return {
            "run_id": str(self.run_id), "kind": self.kind, "titles": self.titles, "items": self.items, "known": self.known,
            "first": self.first, "last": self.last,
        }  # fmt: skip

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Imported":
        """Give the first receipt again."""
        return cls(**{**facts, "run_id": UUID(facts["run_id"]), "kind": Kind(facts["kind"])})


def preview(session: Session, *, checked: Checked, by: Actor) -> Preview:
    """Tell what accepting a file of things would do, and what of it the register does not allow."""
    shelf = _Shelf(session, checked, by, lock=False)
    lines = [entry for entry in checked.entries if entry.mark not in shelf.known]
    problems = sorted((*checked.problems, *shelf.problems), key=lambda problem: (problem.row, not problem.stops))
    stopped = {problem.row for problem in problems if problem.stops}
    fresh = [entry.facts for entry in lines if entry.row not in stopped]
    new = {thing.key for thing in fresh if thing.key not in shelf.titles}
    things = sum(1 if thing.counted else thing.copies for thing in fresh)
    return Preview(checked.rows, len(new), things, len(checked.entries) - len(lines), tuple(problems))


def accept(
    session: Session, *, checked: Checked, leave_out: bool, at: datetime, gesture: UUID, by: Actor, tell: Progress = lambda _: None
) -> Imported:
    """Enter every row that is not there yet, all of them or nothing; the same file again enters nothing.

    Raises RowsWrong while rows are wrong and are not to be left out, ClockWrong.
    """
    effect = journal.gesture_key(gesture, "import")
    one_at_a_time(session, by)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Imported.of(before.done)
    journal.refuse_wrong_clock(before.newest_at, at)
    shelf = _Shelf(session, checked, by, lock=True)
    stopped = {problem.row for problem in (*checked.problems, *shelf.problems) if problem.stops}
    if stopped and not leave_out:
        raise RowsWrong(count=len(stopped))
    lines = [entry for entry in checked.entries if entry.mark not in shelf.known and entry.row not in stopped]
    with _uncollected():
        return shelf.enter(lines, effect, at, tell)


class _Shelf:
    """What the register holds that the file speaks of, and the rows that are about to join it."""

    def __init__(self, session: Session, checked: Checked, by: Actor, *, lock: bool) -> None:
        self._session, self._checked, self._by = session, checked, by
        self.known = known_marks(session, by.hall_id, checked.entries)
        things: list[Thing] = [entry.facts for entry in checked.entries]
        self.titles: dict[TitleKey, UUID] = dict(self._titles({thing.title.name for thing in things}))
        self._call_numbers = set(session.execute(sa.select(_title.c.call_number).where(_title.c.hall_id == by.hall_id)).scalars())
        self._serials: dict[str, int] = {}
        self._copies: dict[tuple[UUID, int], int] = {}
        self._volumes: dict[UUID, dict[str, int]] = defaultdict(dict)
        self._look_at_copies(set(self.titles.values()), lock=lock)
        self.problems = list(self._refused())
        self._rows: dict[sa.Table, list[dict[str, Any]]] = defaultdict(list)

    def enter(self, lines: Sequence[Entry], effect: UUID, at: datetime, tell: Progress) -> Imported:
        """Make the rows, number them, and write table after table."""
        run_id, kind = new_id(), self._checked.kind
        numbers = self._numbers("equipment" if kind is Kind.EQUIPMENT else "book")
        first = last = ""
        for entry in lines:
            for number in self._enter_row(entry.facts, numbers, at):
                first, last = first or number, number
        self._rows[_imported] = [{"hall_id": self._by.hall_id, "fingerprint": entry.mark, "run_id": run_id} for entry in lines]
        items = self._rows[_item]
        done = Imported(run_id, kind, len(self._rows[_title]), len(items), len(self._checked.entries) - len(lines), first, last)
        self._journal(items, run_id, at)
        write_run(self._session, self._by, self._checked, done, effect, at)
        tables = (_title, _volume, _taken, _item, _alias, _accession, _imported, _journal)
        for place, table in enumerate(tables, start=1):
            tell(place / (len(tables) + 1))
            if rows := self._rows[table]:
                self._session.execute(sa.insert(table), rows)
        return done

    def _titles(self, names: set[str]) -> Iterator[tuple[TitleKey, UUID]]:
        columns = (_title.c.id, _title.c.medium, _title.c.isbn, _title.c.name, _title.c.author, _title.c.publisher)
        for some in _in_parts(names):
            for row in self._session.execute(sa.select(*columns).where(_title.c.hall_id == self._by.hall_id, _title.c.name.in_(some))):
                yield key_of(row.medium, row.isbn, row.name, row.author, row.publisher), row.id

    def _refused(self) -> Iterator[Problem]:
        """Say what a row alone cannot know: a barcode or a call number that stands already."""
        kind = self._checked.kind
        barcodes = {entry.facts.barcode for entry in self._checked.entries if entry.facts.barcode}
        taken = set(self._taken_barcodes(barcodes))
        given: dict[str, TitleKey] = {}
        sets = {entry.facts.key for entry in self._checked.entries if entry.facts.volume}
        sets |= {key for key, title_id in self.titles.items() if self._volumes.get(title_id)}
        for entry in self._checked.entries:
            if entry.mark in self.known:
                continue
            thing: Thing = entry.facts
            if not thing.volume and thing.key in sets:
                yield Problem(entry.row, heading(kind, "volume"), "volume", thing.title.name[:60])
            if thing.barcode in taken:
                yield Problem(entry.row, heading(kind, "barcode"), "barcode_taken", thing.barcode)
            if not thing.call_number or thing.key in self.titles:
                continue
            if thing.call_number in self._call_numbers or given.setdefault(thing.call_number, thing.key) != thing.key:
                yield Problem(entry.row, heading(kind, "call_number"), "call_number_taken", thing.call_number)

    def _taken_barcodes(self, barcodes: set[str]) -> Iterator[str]:
        for some in _in_parts(barcodes):
            yield from self._session.execute(
                sa.select(_alias.c.code).where(_alias.c.hall_id == self._by.hall_id, _alias.c.code.in_(some))
            ).scalars()

    def _look_at_copies(self, titles: set[UUID], *, lock: bool) -> None:
        for some in _in_parts(sorted(titles)):
            if lock:  # in one order, so that no two copies of a title get the same copy number
                self._session.execute(
                    sa.select(_title.c.id).where(_title.c.id.in_(some)).order_by(_title.c.id).with_for_update(key_share=True)
                )
            highest = sa.func.max(_item.c.copy_no)
            for row in self._session.execute(
                sa.select(_item.c.title_id, _item.c.volume, highest.label("copy_no"))
                .where(_item.c.hall_id == self._by.hall_id, _item.c.title_id.in_(some))
                .group_by(_item.c.title_id, _item.c.volume)
            ):
                self._copies[row.title_id, row.volume] = row.copy_no
            for row in self._session.execute(
                sa.select(_volume.c.title_id, _volume.c.number, _volume.c.label).where(
                    _volume.c.hall_id == self._by.hall_id, _volume.c.title_id.in_(some)
                )
            ):
                self._volumes[row.title_id][row.label] = row.number

    def _numbers(self, kind: str) -> Iterator[str]:
        """Give numbers after the highest that was ever given out."""
        digit = codes.KIND[kind]
        issuer = self._session.execute(sa.select(_hall.c.code).where(_hall.c.id == self._by.hall_id)).scalar_one()
        self._issuer = str(issuer)
        last = self._session.execute(
            sa.select(sa.func.max(_taken.c.number)).where(
                _taken.c.issuer_code == issuer, _taken.c.number >= digit, _taken.c.number < str(int(digit) + 1)
            )
        ).scalar()
        for serial in range(int(last[1:7]) + 1 if last else 1, SERIALS):
            yield codes.Number.of(digit, serial).digits
        raise NumbersExhausted

    def _enter_row(self, thing: Thing, numbers: Iterator[str], at: datetime) -> Iterator[str]:
        hall_id = self._by.hall_id
        title_id = self.titles.get(thing.key) or self._new_title(thing)
        volume = self._volume_of(title_id, thing.volume)
        for _ in range(1 if thing.counted else thing.copies):
            item_id, number = new_id(), next(numbers)
            copy_no = self._copies[title_id, volume] = self._copies.get((title_id, volume), 0) + 1
            self._rows[_taken].append({"issuer_code": self._issuer, "number": number})
            self._rows[_item].append({
                "id": item_id, "hall_id": hall_id, "title_id": title_id, "volume": volume, "copy_no": copy_no, "issuer_code": self._issuer,
                "number": number, "item_class": thing.title.medium, "home_room_id": thing.room_id, "shelf": thing.shelf,
                "reference_only": False, "counted": thing.counted, "quantity": thing.copies if thing.counted else 1, "unit": thing.unit,
                "source": thing.source, "replaces_id": None, "registered_at": at,
            })  # fmt: skip
            if thing.barcode:
                self._rows[_alias].append({"id": new_id(), "hall_id": hall_id, "item_id": item_id, "code": thing.barcode})
            if thing.price_fen is not None or thing.batch:
                self._rows[_accession].append(
                    {"item_id": item_id, "hall_id": hall_id, "purchase_price_fen": thing.price_fen, "batch": thing.batch, "donor": ""}
                )
            yield number

    def _new_title(self, thing: Thing) -> UUID:
        form, title_id = thing.title, new_id()
        self.titles[thing.key] = title_id
        self._rows[_title].append({
            "id": title_id, "hall_id": self._by.hall_id, "search_no": new_order(), "medium": form.medium, "name": form.name,
            "author": form.author, "publisher": form.publisher, "year": form.year, "isbn": form.isbn, "class_code": form.class_code,
            "class_number": form.class_number, "gb14885": form.gb14885,
            "call_number": thing.call_number or self._next_call_number(form.class_number or form.class_code),
            "audience": form.audience, "adults_only": False, **thing.spelled,
        })  # fmt: skip
        return title_id

    def _next_call_number(self, start: str) -> str:
        """Give the next free class/serial; what was written by hand is passed over."""
        if not self._serials:
            self._serials[""] = 0
            for number in self._call_numbers:
                place, _, tail = number.partition("/")
                self._serials[place] = max(self._serials.get(place, 0), _serial(tail))
        while True:
            self._serials[start] = self._serials.get(start, 0) + 1
            call_number = f"{start}/{self._serials[start]}"
            if call_number not in self._call_numbers:
                self._call_numbers.add(call_number)
                return call_number

    def _volume_of(self, title_id: UUID, label: str) -> int:
        if not label:
            return 0
        known = self._volumes[title_id]
        if label not in known:
            known[label] = max(known.values(), default=0) + 1
            self._rows[_volume].append(
                {"id": new_id(), "hall_id": self._by.hall_id, "title_id": title_id, "number": known[label], "label": label}
            )
        return known[label]

    def _journal(self, items: list[dict[str, Any]], run_id: UUID, at: datetime) -> None:
        run = str(run_id)
        self._rows[_journal] = [
            journal_row(self._by, "item_add", "item", item["id"], at, {"item_id": str(item["id"]), "number": item["number"], "import": run})
            for item in items
        ]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector from walking hundreds of thousands of fresh rows again and again: a third of the time the lock is held."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def one_at_a_time(session: Session, by: Actor) -> None:
    """Let a second import wait for the first, so that it sees all of what that entered or nothing of it; lending goes on."""
    session.execute(sa.select(_hall.c.id).where(_hall.c.id == by.hall_id).with_for_update(key_share=True))


def known_marks(session: Session, hall_id: UUID, entries: Iterable[Entry]) -> set[bytes]:
    """Give the rows that were entered before, from whatever file."""
    found: set[bytes] = set()
    for some in _in_parts({entry.mark for entry in entries}):
        rows = session.execute(sa.select(_imported.c.fingerprint).where(_imported.c.hall_id == hall_id, _imported.c.fingerprint.in_(some)))
        found |= set(rows.scalars())
    return found


def write_run(session: Session, by: Actor, checked: Checked, done: Imported, effect: UUID, at: datetime) -> None:
    """Write the acceptance itself down, with its gesture."""
    run = {
        "id": done.run_id, "hall_id": by.hall_id, "at": at, "staff_id": by.staff_id, "kind": checked.kind, "file_name": checked.name[-120:],
        "added": done.items, "known": done.known,
    }  # fmt: skip
    session.execute(sa.insert(_run), run)
    journal.record(session, by, "import", at=at, subject="import_run", subject_id=done.run_id, gesture=effect, facts=done.facts())


def journal_row(by: Actor, verb: str, subject: str, subject_id: UUID, at: datetime, facts: dict[str, Any]) -> dict[str, Any]:
    """Give one row of the journal for many at once."""
    return {
        "id": new_id(), "hall_id": by.hall_id, "at": at, "verb": verb, "actor_kind": ActorKind(by.kind), "staff_id": by.staff_id,
        "device": by.device, "gesture": None, "subject": subject, "subject_id": subject_id, "facts": facts, "overridden": "", "reason": "",
        "clock_doubt": False,
    }  # fmt: skip


def _serial(tail: str) -> int:
    """Read the 3 of I242.4/3 and of I242.4/3-2."""
    serial = tail.split("-", maxsplit=1)[0]
    return int(serial) if serial.isascii() and serial.isdigit() else 0


def _in_parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
