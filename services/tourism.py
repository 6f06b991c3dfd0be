"""到哪里玩: places to go to, each fact confirmed by itself; what nobody has confirmed, or no longer, is not on the screen."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import FactCheck, FactKind, PlaceFact, PlaceKind, Staff, TourismPlace, new_id
from services import clock, journal
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, NothingConfirmed, PlaceKnown, ReasonMissing
from services.texts import plain

_place = TourismPlace.__table__  # type: ignore[attr-defined]
_fact = PlaceFact.__table__  # type: ignore[attr-defined]
_check = FactCheck.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]

GOOD_FOR: Final = timedelta(days=366)
"""A fact that was confirmed longer ago is off the screen again."""
_AHEAD: Final = timedelta(days=30)
"""So long before that it stands on the morning's list."""
_FURTHEST: Final = timedelta(days=2 * 366)
_NAME, _WORDS, _ASKED = 60, 200, 60


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing said of a place, and who made sure of it when; `good_until` is the last day it is shown."""

    fact_id: UUID
    kind: FactKind
    words: str
    check_id: UUID | None
    checked_at: datetime | None
    asked: str
    checked_by: str
    good_until: date | None

    def is_good(self, day: date) -> bool:
        """Whether it may be shown."""
        return self.good_until is not None and day <= self.good_until


@dataclass(frozen=True, slots=True)
class Place:
    """A place with all its facts, in the order of FactKind."""

    place_id: UUID
    name: str
    kind: PlaceKind
    valid_until: date | None
    facts: tuple[Fact, ...]

    def shown(self, day: date) -> tuple[Fact, ...]:
        """What its card shows on a day; nothing when the card hides itself."""
        if self.valid_until is None or day > self.valid_until:
            return ()
        return tuple(fact for fact in self.facts if fact.is_good(day))

    def unsure(self, day: date) -> tuple[Fact, ...]:
        """What somebody should confirm: never done, or nearly too long ago."""
        return tuple(fact for fact in self.facts if not fact.is_good(day + _AHEAD))

    def is_due(self, day: date) -> bool:
        """Whether the morning's list names it: its card is hidden or soon will be, or a fact wants confirming."""
        return not self.facts or bool(self.unsure(day)) or self.valid_until is None or self.valid_until < day + _AHEAD


_ours = (
    sa.select(_place)
    .where(_place.c.hall_id == bindparam("hall_id"), _place.c.ended_at.is_(None))
    .order_by(_place.c.registered_at, _place.c.id)
)
_said = (
    sa.select(_fact.c.place_id, _fact.c.id, _fact.c.kind, _fact.c.words)
    .join(_place, _place.c.id == _fact.c.place_id)
    .where(_fact.c.hall_id == bindparam("hall_id"), _fact.c.ended_at.is_(None), _place.c.ended_at.is_(None))
)
# In the order of time, so that the newest check of a fact is the one that stays.
_checks = (
    sa.select(_check.c.fact_id, _check.c.id, _check.c.at, _check.c.asked, sa.func.coalesce(_staff.c.name, "").label("name"))
    .join(_fact, _fact.c.id == _check.c.fact_id)
    .outerjoin(_staff, _staff.c.id == _check.c.staff_id)
    .where(_check.c.hall_id == bindparam("hall_id"), _check.c.ended_at.is_(None), _fact.c.ended_at.is_(None))
    .order_by(_check.c.at, _check.c.id)
)
_locked = (
    sa.select(_place)
    .where(_place.c.hall_id == bindparam("hall_id"), _place.c.id == bindparam("place_id"), _place.c.ended_at.is_(None))
    .with_for_update(key_share=True)
)


def cards(session: Session, *, hall_id: UUID, at: datetime) -> tuple[Place, ...]:
    """Give what the kiosk shows now: places whose card is valid, with their confirmed facts only."""
    day = clock.local_day(at)
    shown = ((place, place.shown(day)) for place in _places(session, hall_id))
    return tuple(Place(place.place_id, place.name, place.kind, place.valid_until, facts) for place, facts in shown if facts)


def book(session: Session, *, at: datetime, by: Actor) -> tuple[Place, ...]:  # noqa: ARG001  asked like every question
    """Give the keeper's whole list. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    return _places(session, by.hall_id)


def due(session: Session, *, at: datetime, by: Actor) -> tuple[Place, ...]:
    """Give the places somebody should look after. Raises NotAllowed."""
    return tuple(place for place in book(session, at=at, by=by) if place.is_due(clock.local_day(at)))


def register(
    session: Session, *, name: str, kind: PlaceKind, facts: Mapping[FactKind, str], at: datetime, gesture: UUID, by: Actor
) -> UUID:
    """Put a place into the book; nothing of it is on the screen yet. Raises NotAllowed, FactMissing (place_name), PlaceKnown."""
    effect = journal.gesture_key(gesture, "place_register")
    if done := _begin(session, effect, by):
        return UUID(done["place_id"])
    name = _named(session, name, None, by)
    place_id = new_id()
    row = {"id": place_id, "hall_id": by.hall_id, "name": name, "kind": kind, "valid_until": None, "registered_at": at}
    session.execute(sa.insert(_place), {**row, "staff_id": by.staff_id, "ended_at": None, "ended_reason": ""})
    for fact_kind, words in facts.items():
        if words := plain(words, _WORDS):
            _write(session, place_id, fact_kind, words, at, by)
    _record(session, by, "place_register", place_id, at, effect, place_id=str(place_id))
    return place_id


def rename(session: Session, *, place_id: UUID, name: str, kind: PlaceKind, at: datetime, gesture: UUID, by: Actor) -> None:
    """Correct its name or what kind of place it is. Raises NotAllowed, ChangedMeanwhile, FactMissing (place_name), PlaceKnown."""
    effect = journal.gesture_key(gesture, "place_rename", place_id)
    if _begin(session, effect, by) is not None:
        return
    old = _take(session, place_id, by)
    name = _named(session, name, place_id, by)
    session.execute(sa.update(_place).where(_place.c.id == place_id).values(name=name, kind=kind))
    facts = {"was": [old.name, old.kind.value], "now": [name, kind.value]}
    _record(session, by, "place_rename", place_id, at, effect, **facts)


def write_fact(
    session: Session, *, place_id: UUID, kind: FactKind, words: str, seen: UUID | None, at: datetime, gesture: UUID, by: Actor
) -> None:
    """Say something else of a place, or nothing: the old fact ends, the new one wants confirming. `seen` is the fact that was shown.

    Raises NotAllowed, ChangedMeanwhile.
    """
    effect = journal.gesture_key(gesture, "place_fact", place_id, kind)
    if _begin(session, effect, by) is not None:
        return
    _take(session, place_id, by)
    mine = (_fact.c.hall_id == by.hall_id, _fact.c.place_id == place_id, _fact.c.kind == kind, _fact.c.ended_at.is_(None))
    old = session.execute(sa.select(_fact.c.id, _fact.c.words).where(*mine)).one_or_none()
    if (old.id if old else None) != seen:
        raise ChangedMeanwhile
    words = plain(words, _WORDS)
    if old is not None and old.words == words:
        return
    session.execute(sa.update(_fact).where(*mine).values(ended_at=at))
    if words:
        _write(session, place_id, kind, words, at, by)
    _record(session, by, "place_fact", place_id, at, effect, kind=kind.value)


def confirm(session: Session, *, fact_id: UUID, asked: str, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Somebody made sure of one fact. Raises NotAllowed, ChangedMeanwhile (it says something else by now), FactMissing (asked)."""
    effect = journal.gesture_key(gesture, "fact_confirm", fact_id)
    if done := _begin(session, effect, by):
        return UUID(done["check_id"])
    now = (_fact.c.id == fact_id, _fact.c.hall_id == by.hall_id, _fact.c.ended_at.is_(None))
    fact = session.execute(sa.select(_fact.c.place_id, _fact.c.kind).where(*now).with_for_update(key_share=True)).one_or_none()
    if fact is None:
        raise ChangedMeanwhile
    if not (asked := plain(asked, _ASKED)):
        raise FactMissing(field="asked")
    row = {"id": new_id(), "hall_id": by.hall_id, "fact_id": fact_id, "asked": asked, "at": at, "staff_id": by.staff_id, "ended_at": None}
    session.execute(sa.insert(_check), row)
    _record(session, by, "fact_confirm", fact.place_id, at, effect, check_id=str(row["id"]), kind=fact.kind.value)
    return UUID(str(row["id"]))


def unconfirm(session: Session, *, check_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Confirmed by mistake: an earlier confirmation counts again, or none. Raises NotAllowed, ChangedMeanwhile."""
    effect = journal.gesture_key(gesture, "fact_unconfirm", check_id)
    if _begin(session, effect, by) is not None:
        return
    now = (_check.c.id == check_id, _check.c.hall_id == by.hall_id, _check.c.ended_at.is_(None))
    place_id = session.execute(
        sa.select(_fact.c.place_id).join(_check, _check.c.fact_id == _fact.c.id).where(*now)
    ).scalar_one_or_none()
    if place_id is None or session.execute(sa.update(_check).where(*now).values(ended_at=at)).rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    _record(session, by, "fact_unconfirm", place_id, at, effect)


def keep_until(session: Session, *, place_id: UUID, day: date | None, at: datetime, gesture: UUID, by: Actor) -> date | None:
    """Say the last day its card is shown; none takes it off the screen now. Gives the day before, for the way back.

    Raises NotAllowed, ChangedMeanwhile, FactWrong (keep_until: past, or more than two years ahead), NothingConfirmed.
    """
    effect = journal.gesture_key(gesture, "place_until", place_id)
    if done := _begin(session, effect, by):
        return date.fromisoformat(done["was"]) if done["was"] else None
    old = _take(session, place_id, by)
    today = clock.local_day(at)
    if day is not None and not today <= day <= today + _FURTHEST:
        raise FactWrong(field="keep_until")
    place = next(one for one in _places(session, by.hall_id) if one.place_id == place_id)
    if day is not None and not any(fact.is_good(today) for fact in place.facts):
        raise NothingConfirmed
    session.execute(sa.update(_place).where(_place.c.id == place_id).values(valid_until=day))
    was = old.valid_until.isoformat() if old.valid_until else ""
    _record(session, by, "place_until", place_id, at, effect, was=was, now=day.isoformat() if day else "")
    return old.valid_until  # type: ignore[no-any-return]


def close(session: Session, *, place_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Take a place out of the book. Raises NotAllowed, ChangedMeanwhile, ReasonMissing."""
    effect = journal.gesture_key(gesture, "place_close", place_id)
    if _begin(session, effect, by) is not None:
        return
    _take(session, place_id, by)
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    session.execute(sa.update(_place).where(_place.c.id == place_id).values(ended_at=at, ended_reason=reason))
    _record(session, by, "place_close", place_id, at, effect)


def reopen(session: Session, *, place_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Taken out by mistake. Raises NotAllowed, ChangedMeanwhile, PlaceKnown (another has its name by now)."""
    effect = journal.gesture_key(gesture, "place_reopen", place_id)
    if _begin(session, effect, by) is not None:
        return
    mine = (_place.c.id == place_id, _place.c.hall_id == by.hall_id, _place.c.ended_at.is_not(None))
    name = session.execute(sa.select(_place.c.name).where(*mine).with_for_update(key_share=True)).scalar_one_or_none()
    if name is None:
        raise ChangedMeanwhile
    _named(session, name, place_id, by)
    session.execute(sa.update(_place).where(*mine).values(ended_at=None, ended_reason=""))
    _record(session, by, "place_reopen", place_id, at, effect)


# -- helpers ---------------------------------------------------------------------------------------------------------------


def _places(session: Session, hall_id: UUID) -> tuple[Place, ...]:
    ours = {"hall_id": hall_id}
    places = session.execute(_ours, ours).all()
    if not places:
        return ()
    checks = {row.fact_id: row for row in session.execute(_checks, ours)}
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    for row in session.execute(_said, ours):
        facts[row.place_id].append(_known(row, checks.get(row.id)))
    order = list(FactKind)
    return tuple(
        Place(row.id, row.name, row.kind, row.valid_until, tuple(sorted(facts[row.id], key=lambda fact: order.index(fact.kind))))
        for row in places
    )


def _known(row: Any, check: Any) -> Fact:
    if check is None:
        return Fact(row.id, row.kind, row.words, None, None, "", "", None)
    return Fact(row.id, row.kind, row.words, check.id, check.at, check.asked, check.name, clock.local_day(check.at + GOOD_FOR))


def _begin(session: Session, effect: UUID, by: Actor) -> dict[str, Any] | None:
    if not by.is_staff:
        raise NotAllowed
    return journal.before(session, hall_id=by.hall_id, gesture=effect).done


def _take(session: Session, place_id: UUID, by: Actor) -> Any:
    row = session.execute(_locked, {"hall_id": by.hall_id, "place_id": place_id}).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    return row


def _named(session: Session, name: str, but: UUID | None, by: Actor) -> str:
    if not (name := plain(name, _NAME)):
        raise FactMissing(field="place_name")
    same = (_place.c.hall_id == by.hall_id, _place.c.name == name, _place.c.ended_at.is_(None), _place.c.id != (but or new_id()))
    if session.execute(sa.select(_place.c.id).where(*same)).first():
        raise PlaceKnown(name=name)
    return name


def _write(session: Session, place_id: UUID, kind: FactKind, words: str, at: datetime, by: Actor) -> None:
    row = {"id": new_id(), "hall_id": by.hall_id, "place_id": place_id, "kind": kind, "words": words, "written_at": at}
    session.execute(sa.insert(_fact), {**row, "staff_id": by.staff_id, "ended_at": None})


def _record(session: Session, by: Actor, verb: str, subject_id: UUID, at: datetime, effect: UUID, **facts: object) -> None:
    journal.record(session, by, verb, at=at, subject="tourism_place", subject_id=subject_id, gesture=effect, facts=facts)
