"""Taking back what was corrected a moment ago in the register of things: what stood there before stands there again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from services import corrections, equipment, known, parts, taken_back
from services.corrections import CopyFacts, TitleFacts
from services.equipment import AssetFacts
from services.journal import Actor


def title_correct(session: Session, *, title_id: UUID, facts: TitleFacts, at: datetime, gesture: UUID, by: Actor) -> None:
    """A title's facts as they were. Raises NotAllowed, ChangedMeanwhile, and what `corrections.correct_title` does."""
    now = corrections.title(session, title_id=title_id, by=by).facts
    if _is_undone(session, title_id, "title_correct", gesture, by):
        return
    corrections.correct_title(session, title_id=title_id, seen=now, facts=facts, as_printed=True, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "title_correct", "title", title_id, at, gesture)


def copy_correct(session: Session, *, item_id: UUID, facts: CopyFacts, at: datetime, gesture: UUID, by: Actor) -> None:
    """A copy's place and origin as they were. Raises NotAllowed, ChangedMeanwhile, and what `corrections.correct_copy` does."""
    now = corrections.copy(session, item_id=item_id, by=by)
    if _is_undone(session, item_id, "copy_correct", gesture, by):
        return
    corrections.correct_copy(session, item_id=item_id, seen=now, facts=facts, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "copy_correct", "item", item_id, at, gesture)


def asset_correct(session: Session, *, item_id: UUID, facts: tuple[AssetFacts, CopyFacts], at: datetime, gesture: UUID, by: Actor) -> None:
    """What the asset register said of a thing. Raises NotAllowed, ChangedMeanwhile, and what `equipment.correct` does."""
    now = equipment.sheet(session, item_id=item_id, at=at, by=by)
    if _is_undone(session, item_id, "asset_correct", gesture, by):
        return
    equipment.correct(session, item_id=item_id, seen=(now.facts, now.came), facts=facts, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "asset_correct", "item", item_id, at, gesture)


def parts_written(
    session: Session, *, item_id: UUID, named: Sequence[tuple[str, int]], at: datetime, gesture: UUID, by: Actor
) -> None:  # fmt: skip
    """The list of a thing's parts as it was. Raises NotAllowed, ChangedMeanwhile, and what `parts.write_down` does."""
    known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    if _is_undone(session, item_id, "parts", gesture, by):
        return
    parts.write_down(session, item_id=item_id, parts=named, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "parts", "item", item_id, at, gesture)


def _is_undone(session: Session, subject_id: UUID, verb: str, gesture: UUID, by: Actor) -> bool:
    """Whether this gesture has done it; if not, nobody else may have acted since. Raises NotAllowed, ChangedMeanwhile."""
    taken_back.refuse_strangers(by)
    if taken_back.was_done(session, by, gesture, subject_id):
        return True
    taken_back.last_must_be(session, by, subject_id, verb)
    return False
