"""04 借阅登记簿 and 08 器材借用登记: what was lent. A register equals the loans; whose they were is forgotten with the loan."""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import (
    AgeBand,
    CheckMoment,
    Condition,
    FaultReport,
    Item,
    ItemCondition,
    JournalRow,
    Loan,
    LoanEnd,
    Medium,
    PartsCheck,
    Patron,
    Sex,
    Staff,
    Title,
    Volume,
)
from services import codes
from services.privacy import BLANKED
from services.registers.register import Frame, Line, Register, day, stream

_loan = Loan.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_report = FaultReport.__table__  # type: ignore[attr-defined]
_check = PartsCheck.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]


def books(session: Session, frame: Frame) -> Iterator[Line]:
    """Each loan of a book or a periodical, by the day it went out; a slip's loan stands under its true day."""
    said = _reports(session, frame)
    for number, row in zip(count(1), stream(session, _books_lent, frame.days()), strict=False):
        yield Line(row.out_day, (
            number, day(row.out_day), _who(row), _kind_of_person(frame, row), row.villager_group or "", row.phone_end or "",
            codes.clear(row.number), f"{row.title} {row.label}" if row.label else row.title, day(row.due_day), _renewed(frame, row),
            day(row.back_day) if row.ended_as is LoanEnd.RETURNED else "", _state(frame, row, said.get(row.id)), _how(frame, row),
            _remarks(frame, row),
        ))  # fmt: skip


def equipment(session: Session, frame: Frame) -> Iterator[Line]:
    """Each loan of equipment: for what, in which state it went out and came back, and what was done about damage."""
    said, checks, wrong = _reports(session, frame), _checks(session, frame), _conditions(session, frame)
    for row in stream(session, _things_lent, frame.days()):
        before = checks.get((row.id, CheckMoment.OUT), 0)
        at_first = [frame.words.say(f"condition.{was.condition}") for was in wrong.get(row.item_id, ()) if _was_so(was, row.out_at)]
        at_first += [frame.say("missing", count=before)] if before else []
        yield Line(row.out_day, (
            day(row.out_day), _who(row), frame.words.say(f"purpose.{row.purpose}") if row.purpose else "", codes.clear(row.number),
            row.title, row.quantity, "、".join(at_first) or frame.say("good"), day(row.due_day),
            day(row.back_day) if row.ended_as is LoanEnd.RETURNED else "", _came_back(frame, row, said.get(row.id), checks),
            _mended(frame, row, said.get(row.id)), _how(frame, row),
        ))  # fmt: skip


REGISTERS: Final = (
    Register("04", books, (3.5, 6.5, 5, 6, 6, 5, 7, 18, 6.5, 6.5, 6.5, 6.5, 6, 7)),
    Register("08", equipment, (6.5, 8, 5, 7, 12, 3.5, 7, 6.5, 6.5, 10, 7, 6.5)),
)

_lent = (
    sa.select(
        _loan.c.id, _loan.c.item_id, _loan.c.out_at, _loan.c.out_day, _loan.c.due_day, _loan.c.renewals, _loan.c.renewed_day,
        _loan.c.back_day, _loan.c.ended_as, _loan.c.quantity, _loan.c.returned, _loan.c.counted, _loan.c.purpose, _loan.c.outside,
        _loan.c.at_desk, _loan.c.assisted, _loan.c.from_slip, _loan.c.age_band, _loan.c.sex, _loan.c.unlinked_at,
        _item.c.number, _title.c.name.label("title"), _volume.c.label, _patron.c.name.label("who"), _patron.c.villager_group,
        _patron.c.phone_end, _staff.c.name.label("keeper"),
    )
    .join(_item, _item.c.id == _loan.c.item_id)
    .join(_title, _title.c.id == _loan.c.title_id)
    .outerjoin(_volume, sa.and_(_volume.c.title_id == _item.c.title_id, _volume.c.number == _item.c.volume))
    .outerjoin(_patron, _patron.c.id == _loan.c.patron_id)
    .outerjoin(
        _journal,
        sa.and_(
            _loan.c.at_desk, _journal.c.hall_id == _loan.c.hall_id, _journal.c.subject_id == _loan.c.id,
            _journal.c.verb.in_(("check_out", "slip")),
        ),
    )
    .outerjoin(_staff, _staff.c.id == _journal.c.staff_id)
    .where(_loan.c.hall_id == bindparam("hall_id"), _loan.c.out_day >= bindparam("since"), _loan.c.out_day < bindparam("until"))
    .order_by(_loan.c.out_day, _loan.c.out_at, _loan.c.id)
)  # fmt: skip
_books_lent, _things_lent = _lent.where(_loan.c.item_class != Medium.EQUIPMENT), _lent.where(_loan.c.item_class == Medium.EQUIPMENT)
# What was lent in the period came back then or later: these are few, and asked for once.
_reported = (
    sa.select(_report.c.loan_id, _report.c.trouble, _report.c.done_at)
    .where(_report.c.hall_id == bindparam("hall_id"), _report.c.loan_id.is_not(None), _report.c.at >= bindparam("since"))
    .order_by(_report.c.at.desc())
)
_checked = sa.select(_check.c.loan_id, _check.c.moment, _check.c.missing).where(
    _check.c.hall_id == bindparam("hall_id"), _check.c.loan_id.is_not(None), _check.c.at >= bindparam("since")
)
_wrong = (
    sa.select(_condition.c.item_id, _condition.c.condition, _condition.c.since_at, _condition.c.ended_at)
    .join(_item, _item.c.id == _condition.c.item_id)
    .where(
        _condition.c.hall_id == bindparam("hall_id"), _item.c.item_class == Medium.EQUIPMENT,
        _condition.c.condition.in_((Condition.DAMAGED, Condition.PARTS_MISSING, Condition.OUT_OF_ORDER)),
    )
)  # fmt: skip


def _reports(session: Session, frame: Frame) -> dict[UUID, Any]:
    """Give the first thing that was said of each loan's thing."""
    return {row.loan_id: row for row in session.execute(_reported, frame.moments())}


def _checks(session: Session, frame: Frame) -> dict[tuple[UUID, CheckMoment], int]:
    return {(row.loan_id, row.moment): row.missing for row in session.execute(_checked, frame.moments())}


def _conditions(session: Session, frame: Frame) -> dict[UUID, list[Any]]:
    wrong: dict[UUID, list[Any]] = {}
    for row in session.execute(_wrong, {"hall_id": frame.hall_id}):
        wrong.setdefault(row.item_id, []).append(row)
    return wrong


def _was_so(was: Any, at: Any) -> bool:
    return bool(was.since_at <= at and (was.ended_at is None or was.ended_at > at))


def _who(row: Any) -> str:
    return str(row.who) if row.unlinked_at is None else BLANKED


def _kind_of_person(frame: Frame, row: Any) -> str:
    sex = frame.words.say(f"staff.sex.{row.sex}") if row.sex is not Sex.UNSAID else ""
    age = frame.words.say(f"patron_kind.{row.age_band}") if row.age_band is not AgeBand.UNKNOWN else ""
    return "/".join(part for part in (sex, age) if part)


def _renewed(frame: Frame, row: Any) -> str:
    return day(row.renewed_day) + (frame.say("times", count=row.renewals) if row.renewals > 1 else "")


def _state(frame: Frame, row: Any, report: Any) -> str:
    if row.ended_as in {LoanEnd.REPLACED, LoanEnd.WRITTEN_OFF}:
        return frame.say(str(row.ended_as))
    if report is not None:
        return frame.words.say(f"trouble.{report.trouble}")
    return frame.say("good") if row.ended_as is LoanEnd.RETURNED else ""


def _came_back(frame: Frame, row: Any, report: Any, checks: dict[tuple[UUID, CheckMoment], int]) -> str:
    missing = checks.get((row.id, CheckMoment.BACK), 0)
    parts = [frame.say("part_back", count=row.returned, of=row.quantity)] if 0 < row.returned < row.quantity else []
    parts += [frame.say("missing", count=missing)] if missing else []
    state = _state(frame, row, report)
    return "、".join([*parts, *([state] if state and not (missing and state == frame.say("good")) else [])])


def _mended(frame: Frame, row: Any, report: Any) -> str:
    """Repair, replacement in kind, or none: never a sum."""
    if row.ended_as is LoanEnd.REPLACED:
        return frame.say("in_kind")
    return frame.say("mended") if report is not None and report.done_at is not None else ""


def _how(frame: Frame, row: Any) -> str:
    return f"{row.keeper or ''}/{frame.say('desk')}".strip("/") if row.at_desk else frame.say("kiosk")


def _remarks(frame: Frame, row: Any) -> str:
    said = [frame.say(name) for name in ("from_slip", "assisted") if getattr(row, name)]
    return "、".join(said)


