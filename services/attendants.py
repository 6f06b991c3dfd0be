"""Who serves in the hall: keepers and volunteers, and the book of their services and trainings (register 23)."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Attendant, AttendantEntry, AttendantKind, EntryKind, Staff, new_id
from services import clock, journal, spelling
from services.journal import Actor
from services.privacy import BLANKED
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, ReasonMissing
from services.texts import plain

_one = Attendant.__table__  # type: ignore[attr-defined]
_entry = AttendantEntry.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]

_LONGEST_DAY: Final = 1440
_YEARS: Final = range(5, 110)
PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Form:
    """A registration as filled in."""

    name: str
    kind: AttendantKind = AttendantKind.VOLUNTEER
    birth_year: int | None = None
    phone: str = ""
    speciality: str = ""
    from_day: date | None = None
    staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody in the list; minutes and times are of the period that was asked for."""

    attendant_id: UUID
    form: Form
    to_day: date | None
    login: str
    minutes: int
    times: int
    trainings: int
    seen: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of somebody's book."""

    entry_id: UUID
    kind: EntryKind
    day: date
    minutes: int
    content: str
    given_by: str
    struck_reason: str


@dataclass(frozen=True, slots=True)
class Book:
    """Somebody and what they did, the newest day first."""

    line: Line
    entries: tuple[Entry, ...]


def register(session: Session, *, form: Form, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Register a volunteer or a keeper from a day on. Raises NotAllowed, FactMissing (name), FactWrong (field), ChangedMeanwhile."""
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "attendant_register")
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return UUID(before.done["attendant_id"])
    columns = _columns(session, form, clock.local_day(at), by)
    attendant_id = new_id()
    session.execute(sa.insert(_one), {"id": attendant_id, "hall_id": by.hall_id, "registered_at": at, **columns})
    _record(session, by, "attendant_register", attendant_id, at, effect)
    return attendant_id


def correct(session: Session, *, attendant_id: UUID, form: Form, seen: str, at: datetime, by: Actor) -> None:
    """Correct what was written, only if it still is what was looked at. Raises what `register` does."""
    _refuse_strangers(by)
    row = _locked(session, attendant_id, by)
    if _mark(row) != seen:
        raise ChangedMeanwhile
    columns = _columns(session, form, clock.local_day(at), by, but=attendant_id)
    if row.to_day is not None and columns["from_day"] > row.to_day:
        raise FactWrong(field="from_day")
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if changed:
        session.execute(sa.update(_one).where(_one.c.id == attendant_id).values(**changed))
        facts = {"fields": ",".join(sorted(changed))}
        journal.record(session, by, "attendant_correct", at=at, subject="attendant", subject_id=attendant_id, facts=facts)


def end(session: Session, *, attendant_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Today is somebody's last day; the book stays. Raises NotAllowed, ChangedMeanwhile."""
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "attendant_end", attendant_id)
    row = _locked(session, attendant_id, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if row.to_day is not None:
        raise ChangedMeanwhile
    last = max(row.from_day, clock.local_day(at))
    session.execute(sa.update(_one).where(_one.c.id == attendant_id).values(to_day=last))
    _record(session, by, "attendant_end", attendant_id, at, effect)


def erase(session: Session, *, attendant_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Forget who it was; hours and trainings stay as counts. Raises NotAllowed, ChangedMeanwhile (still serving)."""
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "attendant_erase", attendant_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if _locked(session, attendant_id, by).to_day is None:
        raise ChangedMeanwhile
    nobody = {"name": BLANKED, "initials": "", "birth_year": None, "phone": "", "speciality": "", "staff_id": None, "erased_at": at}
    session.execute(sa.update(_one).where(_one.c.id == attendant_id).values(**nobody))
    _record(session, by, "attendant_erase", attendant_id, at, effect)


def enter(
    session: Session,
    *,
    attendant_id: UUID,
    kind: EntryKind,
    day: date,
    minutes: int,
    content: str,
    given_by: str = "",
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> UUID:
    """Write a service or a training into somebody's book.

    Raises NotAllowed, ChangedMeanwhile (nobody, or forgotten), FactWrong (day before the first, after the last or to come; minutes),
    FactMissing (content).
    """
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "attendant_enter", attendant_id)
    row = _locked(session, attendant_id, by)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return UUID(before.done["entry_id"])
    if not row.from_day <= day <= min(clock.local_day(at), row.to_day or date.max):
        raise FactWrong(field="day")
    if not 1 <= minutes <= _LONGEST_DAY:
        raise FactWrong(field="minutes")
    if not (content := plain(content, 200)):
        raise FactMissing(field="content")
    entry_id = new_id()
    session.execute(sa.insert(_entry), {
        "id": entry_id, "hall_id": by.hall_id, "attendant_id": attendant_id, "kind": kind, "day": day, "minutes": minutes,
        "content": content, "given_by": plain(given_by, 60), "written_at": at, "staff_id": by.staff_id,
    })  # fmt: skip
    facts = {"entry_id": str(entry_id), "kind": kind.value, "day": day.isoformat(), "minutes": minutes}
    journal.record(session, by, "attendant_enter", at=at, subject="attendant", subject_id=attendant_id, gesture=effect, facts=facts)
    return entry_id


def strike(session: Session, *, entry_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Strike out a line that was a mistake: it stays to be read, and counts no more. Raises NotAllowed, ReasonMissing, ChangedMeanwhile."""
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "attendant_strike", entry_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    mine = (_entry.c.id == entry_id, _entry.c.hall_id == by.hall_id, _entry.c.struck_at.is_(None))
    struck: Any = session.execute(sa.update(_entry).where(*mine).values(struck_at=at, struck_reason=reason))
    if struck.rowcount != 1:
        raise ChangedMeanwhile
    attendant_id = session.execute(sa.select(_entry.c.attendant_id).where(_entry.c.id == entry_id)).scalar_one()
    facts = {"entry_id": str(entry_id)}
    journal.record(session, by, "attendant_strike", at=at, subject="attendant", subject_id=attendant_id, gesture=effect, facts=facts)


def serving(
    session: Session, *, text: str = "", past: bool = False, since: date, until: date, page: int = 0, at: datetime, by: Actor
) -> tuple[list[Line], int]:
    """List one page of who serves now (or did), and how many there are; counts are of the days from `since` to `until`."""
    _refuse_strangers(by)
    today, wanted = clock.local_day(at), plain(text, 40)
    here = [_one.c.hall_id == by.hall_id, _one.c.erased_at.is_(None), _is_past(today) if past else ~_is_past(today)]
    if wanted:
        ways = [_one.c.name.contains(wanted, autoescape=True), _one.c.speciality.contains(wanted, autoescape=True)]
        here.append(sa.or_(*ways, _one.c.initials.startswith(wanted.lower(), autoescape=True)))
    many = int(session.execute(sa.select(sa.func.count()).select_from(_one).where(*here)).scalar_one())
    rows = session.execute(_lines(since, until).where(*here).order_by(_one.c.kind, _one.c.name, _one.c.id).limit(PAGE).offset(page * PAGE))
    return [_line(row) for row in rows], many


def book(session: Session, *, attendant_id: UUID, since: date, until: date, at: datetime, by: Actor) -> Book:  # noqa: ARG001  asked like every question
    """Give somebody with all that stands in their book for a period. Raises NotAllowed, ChangedMeanwhile."""
    _refuse_strangers(by)
    row = session.execute(_lines(since, until).where(_one.c.id == attendant_id, _one.c.hall_id == by.hall_id)).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    columns = [_entry.c[name] for name in ("id", "kind", "day", "minutes", "content", "given_by", "struck_reason")]
    mine = (_entry.c.attendant_id == attendant_id, _entry.c.day.between(since, until))
    entries = session.execute(sa.select(*columns).where(*mine).order_by(_entry.c.day.desc(), _entry.c.written_at.desc()))
    return Book(_line(row), tuple(Entry(*entry) for entry in entries))


def unregistered(session: Session, *, at: datetime, by: Actor) -> list[tuple[UUID, str]]:  # noqa: ARG001  asked like every question
    """List accounts of the hall whose keeper is not in the register yet."""
    registered = sa.exists().where(_one.c.staff_id == _staff.c.id, _one.c.hall_id == by.hall_id, _one.c.to_day.is_(None))
    mine = (_staff.c.hall_id == by.hall_id, _staff.c.disabled_at.is_(None), ~registered)
    return [(row.id, row.name) for row in session.execute(sa.select(_staff.c.id, _staff.c.name).where(*mine).order_by(_staff.c.made_at))]


def _refuse_strangers(by: Actor) -> None:
    if not by.is_staff:
        raise NotAllowed


def _locked(session: Session, attendant_id: UUID, by: Actor) -> Any:
    mine = sa.select(_one).where(_one.c.id == attendant_id, _one.c.hall_id == by.hall_id, _one.c.erased_at.is_(None))
    row = session.execute(mine.with_for_update()).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    return row


def _columns(session: Session, form: Form, today: date, by: Actor, but: UUID | None = None) -> dict[str, Any]:
    name, phone = plain(form.name, 40), "".join(form.phone.split())
    if not name:
        raise FactMissing(field="name")
    if form.birth_year is not None and today.year - form.birth_year not in _YEARS:
        raise FactWrong(field="birth_year")
    if phone and not (phone.removeprefix("+").isascii() and phone.removeprefix("+").isdigit() and len(phone) in range(7, 17)):
        raise FactWrong(field="phone")
    if form.from_day is not None and form.from_day > today:
        raise FactWrong(field="from_day")
    if form.staff_id is not None:
        _refuse_wrong_account(session, form.staff_id, by, but)
    told = {"speciality": plain(form.speciality, 100), "from_day": form.from_day or today, "initials": spelling.initials(name)[:40]}
    return {**asdict(form), **told, "name": name, "phone": phone}


def _refuse_wrong_account(session: Session, staff_id: UUID, by: Actor, but: UUID | None) -> None:
    account = sa.select(_staff.c.id).where(_staff.c.id == staff_id, _staff.c.hall_id == by.hall_id)
    if session.execute(account.with_for_update()).first() is None:
        raise FactWrong(field="account")
    taken = sa.select(_one.c.id).where(_one.c.staff_id == staff_id, _one.c.to_day.is_(None), _one.c.hall_id == by.hall_id)
    if any(other != but for other in session.execute(taken).scalars()):
        raise ChangedMeanwhile


def _is_past(today: date) -> sa.ColumnElement[bool]:
    return sa.and_(_one.c.to_day.is_not(None), _one.c.to_day < today)


def _lines(since: date, until: date) -> Any:
    def total(what: Any, kind: EntryKind) -> Any:
        counted = (
            _entry.c.attendant_id == _one.c.id,
            _entry.c.kind == kind,
            _entry.c.struck_at.is_(None),
            _entry.c.day.between(since, until),
        )
        return sa.select(what).where(*counted).scalar_subquery()

    return sa.select(
        _one,
        sa.func.coalesce(_staff.c.login, "").label("login"),
        total(sa.func.coalesce(sa.func.sum(_entry.c.minutes), 0), EntryKind.SERVICE).label("minutes"),
        total(sa.func.count(), EntryKind.SERVICE).label("times"),
        total(sa.func.count(), EntryKind.TRAINING).label("trainings"),
    ).outerjoin(_staff, _staff.c.id == _one.c.staff_id)


def _line(row: Any) -> Line:
    form = Form(**{name: getattr(row, name) for name in Form.__dataclass_fields__})
    return Line(row.id, form, row.to_day, row.login, int(row.minutes), row.times, row.trainings, _mark(row))


def _mark(row: Any) -> str:
    """A mark of everything that can be corrected."""
    return hashlib.sha256(repr([getattr(row, name) for name in sorted(Form.__dataclass_fields__)]).encode()).hexdigest()


def _record(session: Session, by: Actor, verb: str, attendant_id: UUID, at: datetime, effect: UUID) -> None:
    facts = {"attendant_id": str(attendant_id)}
    journal.record(session, by, verb, at=at, subject="attendant", subject_id=attendant_id, gesture=effect, facts=facts)
