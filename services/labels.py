"""Labels: which things still want one, a run of them on a sheet or a roll, and every reprint remembered (rules.md §2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Hall, Item, LabelKind, LabelPrint, LabelRun, Medium, Title, Volume, new_id
from services import codes, journal, sheets
from services.journal import Actor
from services.refusals import FactMissing, FactWrong, UnknownCode
from services.sheets import Sheet

_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_run = LabelRun.__table__  # type: ignore[attr-defined]
_print = LabelPrint.__table__  # type: ignore[attr-defined]

MOST: Final = 2_000
"""Labels of one run: thirty sheets of the smallest kind."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label."""

    item_id: UUID
    number: str
    qr: str
    name: str
    call_number: str
    copy_no: int
    medium: Medium
    printed: int


@dataclass(frozen=True, slots=True)
class Run:
    """Labels ready for the printer; `again` of them had one before, `next_cell` is where the last sheet goes on."""

    run_id: UUID
    kind: LabelKind
    sheet: Sheet
    skip: int
    labels: int
    again: int

    @property
    def pages(self) -> int:
        """How many sheets, or how many labels of a roll."""
        return -(-(self.skip + self.labels) // self.sheet.cells)

    @property
    def next_cell(self) -> int:
        """Give the first unused cell of the last sheet, 0 when it is full."""
        return (self.skip + self.labels) % self.sheet.cells


@dataclass(frozen=True, slots=True)
class Job:
    """Everything a printer needs: the run, the hall's name, and the labels in their order."""

    run: Run
    hall: str
    labels: tuple[Label, ...]


def prepare(
    session: Session, *, items: Sequence[UUID], sheet: Sheet, skip: int, kind: LabelKind, at: datetime, gesture: UUID, by: Actor
) -> Run:
    """Remember a run of labels and each label of it.

    Raises FactMissing (nothing to print), FactWrong (a first cell that is not on the sheet, too many), UnknownCode (a thing not held here).
    """
    effect = journal.gesture_key(gesture, "labels")
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return _run_of(session, by.hall_id, UUID(done["run_id"]))
    items = list(dict.fromkeys(items))
    if not items:
        raise FactMissing(field="labels")
    if len(items) > MOST:
        raise FactWrong(field="labels")
    if not 0 <= skip < sheet.cells:
        raise FactWrong(field="first_cell")
    before = {label.item_id: label.printed for label in of_items(session, items=items, kind=kind, lock=True, by=by)}
    if len(before) != len(items):
        raise UnknownCode
    run_id, again = new_id(), sum(bool(count) for count in before.values())
    run = {
        "id": run_id, "hall_id": by.hall_id, "at": at, "staff_id": by.staff_id, "kind": kind, "sheet": sheet.facts(), "skip": skip,
        "labels": len(items),
    }  # fmt: skip
    session.execute(sa.insert(_run), run)
    rows = [
        {
            "id": new_id(), "hall_id": by.hall_id, "run_id": run_id, "item_id": item_id, "kind": kind, "position": position,
            "again": before[item_id] > 0,
        }
        for position, item_id in enumerate(items)
    ]  # fmt: skip
    session.execute(sa.insert(_print), rows)
    facts = {"run_id": str(run_id), "labels": len(items), "again": again}
    journal.record(session, by, "labels_print", at=at, subject="label_run", subject_id=run_id, gesture=effect, facts=facts)
    return Run(run_id, kind, sheet, skip, len(items), again)


def job(session: Session, *, run_id: UUID, by: Actor) -> Job:
    """Give a run again with its labels. Raises UnknownCode."""
    run = _run_of(session, by.hall_id, run_id)
    order = session.execute(
        sa.select(_print.c.item_id).where(_print.c.hall_id == by.hall_id, _print.c.run_id == run_id).order_by(_print.c.position)
    ).scalars()
    labels = of_items(session, items=list(order), kind=run.kind, by=by)
    name = session.execute(sa.select(_hall.c.name).where(_hall.c.id == by.hall_id)).scalar_one()
    return Job(run, str(name), tuple(labels))


def waiting(session: Session, *, kind: LabelKind, by: Actor, most: int = MOST) -> list[UUID]:
    """List what has no label yet, in the order it was registered; what never leaves the shelf by itself wears one too (R48)."""
    return list(session.execute(_waiting, {"hall_id": by.hall_id, "kind": kind, "most": most}).scalars())


def of_items(session: Session, *, items: Sequence[UUID], kind: LabelKind, by: Actor, lock: bool = False) -> list[Label]:
    """Give the labels of things in the order asked for; things not held here are left out."""
    found: dict[UUID, Any] = {}
    for start in range(0, len(items), _AT_ONCE):
        some = list(items[start : start + _AT_ONCE])
        if lock:
            # In the order of their ids, so that two tablets that print the same never wait for each other in a ring.
            session.execute(_lock, {"hall_id": by.hall_id, "ids": some})
        found |= {row.id: row for row in session.execute(_labels, {"hall_id": by.hall_id, "ids": some, "kind": kind})}
    return [_label(found[item_id]) for item_id in items if item_id in found]


def next_cell(session: Session, *, sheet: str, by: Actor) -> int:
    """Tell where the last sheet of a kind went on: a half-used sheet is the normal case."""
    rows = session.execute(sa.select(_run.c.id, _run.c.sheet).where(_run.c.hall_id == by.hall_id).order_by(_run.c.at.desc()).limit(50))
    last = next((row.id for row in rows if row.sheet["name"] == sheet), None)
    return _run_of(session, by.hall_id, last).next_cell if last else 0


_AT_ONCE: Final = 500
_waiting = (
    sa.select(_item.c.id)
    .where(
        _item.c.hall_id == bindparam("hall_id"),
        ~sa.exists().where(_print.c.hall_id == _item.c.hall_id, _print.c.item_id == _item.c.id, _print.c.kind == bindparam("kind")),
    )
    .order_by(_item.c.registered_at, _item.c.number)
    .limit(bindparam("most"))
)
_lock = (
    sa.select(_item.c.id)
    .where(_item.c.hall_id == bindparam("hall_id"), _item.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_item.c.id)
    .with_for_update(key_share=True)
)
_printed = (
    sa.select(sa.func.count())
    .where(_print.c.hall_id == _item.c.hall_id, _print.c.item_id == _item.c.id, _print.c.kind == bindparam("kind"))
    .scalar_subquery()
    .label("printed")
)
_labels = (
    sa.select(
        _item.c.id, _item.c.issuer_code, _item.c.number, _item.c.copy_no, _item.c.item_class, _title.c.name, _title.c.call_number,
        _volume.c.label.label("volume"), _printed,
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .outerjoin(_volume, sa.and_(_volume.c.title_id == _item.c.title_id, _volume.c.number == _item.c.volume))
    .where(_item.c.hall_id == bindparam("hall_id"), _item.c.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def _label(row: Any) -> Label:
    name = f"{row.name} {row.volume}" if row.volume else row.name
    return Label(
        row.id, row.number, codes.qr_text(row.issuer_code, row.number), name, row.call_number, row.copy_no, row.item_class, row.printed
    )


def _run_of(session: Session, hall_id: UUID, run_id: UUID) -> Run:
    row = session.execute(sa.select(_run).where(_run.c.hall_id == hall_id, _run.c.id == run_id)).one_or_none()
    if row is None:
        raise UnknownCode
    again = session.execute(
        sa.select(sa.func.count()).where(_print.c.hall_id == hall_id, _print.c.run_id == run_id, _print.c.again)
    ).scalar_one()
    return Run(row.id, LabelKind(row.kind), sheets.remembered(row.sheet), row.skip, row.labels, again)
