"""Readers from a file: each held against the rules of registration, then all given their cards in one go."""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Card, Hall, ImportedRow, JournalRow, Patron, PatronKind, Sex, TakenNumber, new_id
from services import cards, codes, journal, registration
from services.imports.checking import Checked, Entry, Problem, Progress, Row, Wrong, check, day
from services.imports.columns import Kind, Mapped, heading
from services.imports.entering import Imported, Preview, journal_row, known_marks, one_at_a_time, write_run
from services.imports.sheet import Sheet
from services.journal import Actor
from services.numbers import SERIALS, NumbersExhausted
from services.refusals import ConsentMissing, FactMissing, FactWrong, RowsWrong, SecondFactMissing
from services.registration import Form

_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_taken = TakenNumber.__table__  # type: ignore[attr-defined]
_imported = ImportedRow.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]

_SEX: Final = {"": Sex.UNSAID, "女": Sex.FEMALE, "男": Sex.MALE, "f": Sex.FEMALE, "m": Sex.MALE, "female": Sex.FEMALE, "male": Sex.MALE}
_PERSON: Final = frozenset({"", "个人", "成人", "少年", "少儿", "青少年", "儿童", "老人", "person", "adult", "youth", "child"})
_GUEST: Final = frozenset({"临时", "temporary", "guest"})


def check_people(session: Session, *, sheet: Sheet, mapped: Mapped, today: date, hall_id: UUID, tell: Progress = lambda _: None) -> Checked:
    """Check a file of readers. A team is registered at the desk: it needs its responsible person."""

    def look(row: Row) -> dict[str, Any]:
        try:
            return registration.checked(session, _form(row), hall_id=hall_id, today=today)
        except FactMissing as missing:
            raise Wrong(str(missing.facts["field"]), "missing") from None
        except FactWrong as wrong:
            raise Wrong(str(wrong.facts["field"]), "text") from None
        except ConsentMissing:
            raise Wrong("consent_day", "consent") from None
        except SecondFactMissing:
            raise Wrong("phone", "phone") from None

    return check(sheet, Kind.PATRONS, mapped, look, tell)


def preview(session: Session, *, checked: Checked, by: Actor) -> Preview:
    """Tell what accepting a file of readers would do, and who of it is registered already."""
    known = known_marks(session, by.hall_id, checked.entries)
    problems = sorted((*checked.problems, *_there(session, checked, known, by)), key=lambda problem: (problem.row, not problem.stops))
    stopped = {problem.row for problem in problems if problem.stops}
    fresh = [entry for entry in checked.entries if entry.mark not in known and entry.row not in stopped]
    return Preview(checked.rows, 0, len(fresh), sum(entry.mark in known for entry in checked.entries), tuple(problems))


def accept(
    session: Session, *, checked: Checked, leave_out: bool, at: datetime, gesture: UUID, by: Actor, tell: Progress = lambda _: None
) -> Imported:
    """Register everybody who is not there yet and make their cards, all of them or nobody.

    Raises RowsWrong while rows are wrong and are not to be left out, ClockWrong.
    """
    effect = journal.gesture_key(gesture, "import")
    one_at_a_time(session, by)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Imported.of(before.done)
    journal.refuse_wrong_clock(before.newest_at, at)
    known = known_marks(session, by.hall_id, checked.entries)
    stopped = {problem.row for problem in (*checked.problems, *_there(session, checked, known, by)) if problem.stops}
    if stopped and not leave_out:
        raise RowsWrong(count=len(stopped))
    lines = [entry for entry in checked.entries if entry.mark not in known and entry.row not in stopped]
    tell(0.5)
    return _enter(session, checked, lines, effect, at, by)


def _enter(session: Session, checked: Checked, lines: list[Entry], effect: UUID, at: datetime, by: Actor) -> Imported:
    rows: dict[sa.Table, list[dict[str, Any]]] = defaultdict(list)
    issuer = str(session.execute(sa.select(_hall.c.code).where(_hall.c.id == by.hall_id)).scalar_one())
    ends = {kind: cards.term_ends(session, by, kind, at) for kind in (PatronKind.PERSON, PatronKind.TEMPORARY)}
    done = Imported(new_id(), Kind.PATRONS, 0, len(lines), len(checked.entries) - len(lines), "", "")
    numbers = _draw(session, issuer)
    for entry in lines:
        patron_id, card_id, number = new_id(), new_id(), next(numbers)
        rows[_patron].append({"id": patron_id, "hall_id": by.hall_id, "registered_at": at, **entry.facts})
        rows[_taken].append({"issuer_code": issuer, "number": number})
        rows[_card].append({
            "id": card_id, "hall_id": by.hall_id, "patron_id": patron_id, "issuer_code": issuer, "number": number,
            "secret": codes.new_secret(), "issued_at": at, "valid_until": ends[entry.facts["kind"]],
        })  # fmt: skip
        facts = {"card_id": str(card_id), "import": str(done.run_id)}
        rows[_journal].append(journal_row(by, "register", "card", card_id, at, facts))
        rows[_imported].append({"hall_id": by.hall_id, "fingerprint": entry.mark, "run_id": done.run_id})
    write_run(session, by, checked, done, effect, at)
    for table, some in rows.items():
        session.execute(sa.insert(table), some)
    return done


def _there(session: Session, checked: Checked, known: set[bytes], by: Actor) -> Iterator[Problem]:
    """Say who has a card already: one name, one birth date, one phone, here or earlier in the file."""
    columns = (_patron.c.name, _patron.c.birth_date, _patron.c.phone_end)
    rows = session.execute(sa.select(*columns).where(_patron.c.hall_id == by.hall_id, _patron.c.erased_at.is_(None)))
    there = {(row.name, row.birth_date, row.phone_end) for row in rows}
    for entry in checked.entries:
        if entry.mark in known:
            continue
        who = (entry.facts["name"], entry.facts["birth_date"], entry.facts["phone_end"])
        if who in there:
            yield Problem(entry.row, heading(Kind.PATRONS, "name"), "there", who[0])
        there.add(who)


def _form(row: Row) -> Form:
    kind, sex = row["kind"].casefold(), row["sex"].casefold()
    if kind not in _PERSON | _GUEST:
        raise Wrong("kind", "kind")
    if sex not in _SEX:
        raise Wrong("sex", "sex")
    return Form(
        name=row["name"], kind=PatronKind.TEMPORARY if kind in _GUEST else PatronKind.PERSON, sex=_SEX[sex],
        birth_date=day(row["birth_date"], "birth_date"), phone=row["phone"], villager_group=row["villager_group"],
        guardian_name=row["guardian_name"], guardian_relation=row["guardian_relation"], guardian_phone=row["guardian_phone"],
        consent_day=day(row["consent_day"], "consent_day"),
    )  # fmt: skip


def _draw(session: Session, issuer: str) -> Iterator[str]:
    """Draw card numbers at random, none that was ever given out."""
    digit = codes.KIND["card"]
    between = (_taken.c.number >= digit, _taken.c.number < str(int(digit) + 1))
    taken = set(session.execute(sa.select(_taken.c.number).where(_taken.c.issuer_code == issuer, *between)).scalars())
    while len(taken) < SERIALS:
        number = codes.Number.of(digit, secrets.randbelow(SERIALS)).digits
        if number not in taken:
            taken.add(number)
            yield number
    raise NumbersExhausted
