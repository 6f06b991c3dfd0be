"""意见 (visit 11): how content somebody is and what they say; answered in public, hidden with a reason, never rubbed out."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Card, Patron, Room, Smile, Staff, Suggestion, SuggestionHiding, SuggestionReply, Topic, new_id
from models.voices import MOST_ANSWERED, MOST_SAID
from services import clock, journal, numbers
from services.journal import Actor
from services.refusals import CardUnknown, ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, ReasonMissing, SuggestionsResting
from services.texts import plain

_said = Suggestion.__table__  # type: ignore[attr-defined]
_reply = SuggestionReply.__table__  # type: ignore[attr-defined]
_hiding = SuggestionHiding.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

BLANKED: Final = "已脱敏"
PAGE_SIZE: Final = 8
POSTED: Final = 3
# A queue of children at the screen is welcome; one child tapping for ten minutes is not.
_MOST, _WITHIN = 6, timedelta(minutes=5)


class State(StrEnum):
    """Where a suggestion stands; derived from its rows."""

    NEW = "new"
    ANSWERED = "answered"
    HIDDEN = "hidden"
    SMILE = "smile"


@dataclass(frozen=True, slots=True)
class Said:
    """What the kiosk gives in return: the number in the book, to ask after."""

    suggestion_id: UUID
    number: int

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Said":
        """Read the first receipt again."""
        return cls(UUID(facts["suggestion_id"]), facts["number"])


@dataclass(frozen=True, slots=True)
class Line:
    """One suggestion for the keeper's eyes; `name` is whose card it was, until the thread is cut."""

    suggestion_id: UUID
    number: int
    at: datetime
    day: date
    smile: Smile | None
    topic: Topic | None
    room: str
    words: str
    named: bool
    name: str
    reply_id: UUID | None
    reply: str
    reply_day: date | None
    replied_by: str
    hiding_id: UUID | None
    hidden_because: str

    @property
    def state(self) -> State:
        """Hidden before answered; a smile without a word waits for nothing."""
        if self.hiding_id is not None:
            return State.HIDDEN
        if self.reply_id is not None:
            return State.ANSWERED
        return State.NEW if self.words or self.topic else State.SMILE


@dataclass(frozen=True, slots=True)
class Posted:
    """A suggestion with its public answer, as anybody may read it."""

    number: int
    day: date
    smile: Smile | None
    topic: Topic | None
    words: str
    reply: str
    reply_day: date


@dataclass(frozen=True, slots=True)
class Turned:
    """One page of a list; `more` when there is another after it."""

    lines: tuple[Any, ...]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an answer: how many, and since which day the oldest does."""

    count: int
    since: date | None


_mine = (_said.c.hall_id == bindparam("hall_id"),)
_lately = sa.select(sa.func.count(), sa.func.min(_said.c.at)).where(
    *_mine, _said.c.device == bindparam("device"), _said.c.at > bindparam("since"), _said.c.at <= bindparam("at")
)
_holder = sa.select(_card.c.patron_id).where(
    _card.c.hall_id == bindparam("hall_id"), _card.c.id == bindparam("card_id"), _card.c.ended_at.is_(None)
)
_locked = sa.select(_said.c.id).where(*_mine, _said.c.id == bindparam("suggestion_id")).with_for_update(key_share=True)
_now_replied = sa.and_(_reply.c.hall_id == _said.c.hall_id, _reply.c.suggestion_id == _said.c.id, _reply.c.ended_at.is_(None))
_now_hidden = sa.and_(_hiding.c.hall_id == _said.c.hall_id, _hiding.c.suggestion_id == _said.c.id, _hiding.c.ended_at.is_(None))
_lines = (
    sa.select(
        _said.c.id.label("suggestion_id"), _said.c.number, _said.c.at, _said.c.day, _said.c.smile, _said.c.topic,
        sa.func.coalesce(_room.c.name, "").label("room"), _said.c.words, _said.c.named,
        sa.func.coalesce(_patron.c.name, "").label("name"), _reply.c.id.label("reply_id"),
        sa.func.coalesce(_reply.c.words, "").label("reply"), _reply.c.day.label("reply_day"),
        sa.func.coalesce(_staff.c.name, "").label("replied_by"), _hiding.c.id.label("hiding_id"),
        sa.func.coalesce(_hiding.c.reason, "").label("hidden_because"),
    )
    .select_from(_said)
    .outerjoin(_room, _room.c.id == _said.c.room_id)
    .outerjoin(_patron, _patron.c.id == _said.c.patron_id)
    .outerjoin(_reply, _now_replied)
    .outerjoin(_staff, _staff.c.id == _reply.c.staff_id)
    .outerjoin(_hiding, _now_hidden)
    .where(*_mine)
)  # fmt: skip
_needs_word = sa.or_(_said.c.words != "", _said.c.topic.is_not(None))
_in_state = {
    State.NEW: (_reply.c.id.is_(None), _hiding.c.id.is_(None), _needs_word),
    State.ANSWERED: (_reply.c.id.is_not(None), _hiding.c.id.is_(None)),
    State.HIDDEN: (_hiding.c.id.is_not(None),),
    State.SMILE: (_reply.c.id.is_(None), _hiding.c.id.is_(None), sa.not_(_needs_word)),
}
_counted = (
    sa.select(sa.func.count(), sa.func.min(_said.c.day))
    .select_from(_said)
    .outerjoin(_reply, _now_replied)
    .outerjoin(_hiding, _now_hidden)
    .where(*_mine, *_in_state[State.NEW])
)
_posted = (
    sa.select(*(_said.c[name] for name in ("number", "day", "smile", "topic", "words")), _reply.c.words.label("reply"), _reply.c.day)
    .join(_reply, _now_replied)
    .outerjoin(_hiding, _now_hidden)
    .where(*_mine, _hiding.c.id.is_(None))
    .order_by(_reply.c.at.desc(), _said.c.number.desc())
)
_smiles = sa.select(_said.c.day, _said.c.smile).where(
    *_mine, _said.c.day >= bindparam("since"), _said.c.day < bindparam("until"), _said.c.smile.is_not(None)
)


def leave(
    session: Session,
    *,
    smile: Smile,
    at: datetime,
    gesture: UUID,
    by: Actor,
    topic: Topic | None = None,
    words: str = "",
    card_id: UUID | None = None,
) -> Said:
    """Write down what a villager says at the kiosk; with a card only when the villager means it to be known whose it is.

    Raises, in order: SuggestionsResting (too many at this kiosk in five minutes), FactWrong (smile), CardUnknown.
    """
    effect = journal.gesture_key(gesture, "suggest")
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Said.of(before.done)
    lately, first = session.execute(_lately, {"hall_id": by.hall_id, "device": by.device, "since": at - _WITHIN, "at": at}).one()
    if lately >= _MOST:
        raise SuggestionsResting(until=first + _WITHIN)
    if smile not in set(Smile):
        raise FactWrong(field="smile")
    patron_id = _patron_of(session, card_id, by) if card_id else None
    doubt = journal.clock_is_wrong(before.newest_at, at)
    return _write(session, by, at, effect, smile=smile, topic=topic, words=plain(words, MOST_SAID), patron_id=patron_id, doubt=doubt)


def note_down(
    session: Session,
    *,
    words: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
    topic: Topic | None = None,
    room_id: UUID | None = None,
) -> Said:
    """Write down what somebody has said aloud or in the paper book, without a name.

    Raises NotAllowed, FactMissing (words), FactWrong (room).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "suggest")
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return Said.of(done)
    if not (words := plain(words, MOST_SAID)):
        raise FactMissing(field="words")
    ours = sa.select(_room.c.id).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id)
    if room_id is not None and session.execute(ours).first() is None:
        raise FactWrong(field="room")
    return _write(session, by, at, effect, smile=None, topic=topic, words=words, room_id=room_id)


def reply(session: Session, *, suggestion_id: UUID, words: str, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Answer in public; a later answer takes the earlier one's place. Raises NotAllowed, ChangedMeanwhile, FactMissing (reply)."""
    effect = journal.gesture_key(gesture, "suggestion_reply", suggestion_id)
    if done := _take(session, suggestion_id, effect, by):
        return UUID(done["reply_id"])
    if not (words := plain(words, MOST_ANSWERED)):
        raise FactMissing(field="reply")
    now = (_reply.c.hall_id == by.hall_id, _reply.c.suggestion_id == suggestion_id, _reply.c.ended_at.is_(None))
    session.execute(sa.update(_reply).where(*now).values(ended_at=_not_before(_reply, at), ended_by=by.staff_id))
    row = {"id": new_id(), "hall_id": by.hall_id, "suggestion_id": suggestion_id, "words": words, "at": at, "day": clock.local_day(at)}
    session.execute(sa.insert(_reply), {**row, "staff_id": by.staff_id, "ended_at": None, "ended_by": None})
    _record(session, by, "suggestion_reply", suggestion_id, at, effect, reply_id=row["id"])
    return row["id"]  # type: ignore[return-value]


def take_back_reply(session: Session, *, suggestion_id: UUID, reply_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Answered by mistake: the answer leaves the screen and stays in the book. Raises NotAllowed, ChangedMeanwhile."""
    _end(session, _reply, reply_id, suggestion_id, "suggestion_reply_end", at, gesture, by)


def hide(session: Session, *, suggestion_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Keep it off the public screen. Raises NotAllowed, ChangedMeanwhile (also when it is hidden already), ReasonMissing."""
    effect = journal.gesture_key(gesture, "suggestion_hide", suggestion_id)
    if done := _take(session, suggestion_id, effect, by):
        return UUID(done["hiding_id"])
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    now = (_hiding.c.hall_id == by.hall_id, _hiding.c.suggestion_id == suggestion_id, _hiding.c.ended_at.is_(None))
    if session.execute(sa.select(_hiding.c.id).where(*now)).first():
        raise ChangedMeanwhile
    row = {"id": new_id(), "hall_id": by.hall_id, "suggestion_id": suggestion_id, "reason": reason, "at": at, "staff_id": by.staff_id}
    session.execute(sa.insert(_hiding), {**row, "ended_at": None, "ended_by": None})
    _record(session, by, "suggestion_hide", suggestion_id, at, effect, hiding_id=row["id"])
    return row["id"]  # type: ignore[return-value]


def show_again(session: Session, *, suggestion_id: UUID, hiding_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """No longer hidden. Raises NotAllowed, ChangedMeanwhile."""
    _end(session, _hiding, hiding_id, suggestion_id, "suggestion_show", at, gesture, by)


# -- questions -----------------------------------------------------------------------------------------------------------


def listing(session: Session, *, state: State | None, page: int, at: datetime, by: Actor) -> Turned:  # noqa: ARG001  asked like every question
    """Turn the keeper's list, the newest first; those that wait, the oldest first. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    order = _said.c.number if state is State.NEW else _said.c.number.desc()
    mine = _lines.where(*_in_state[state] if state else ()).order_by(order)
    return _turned(session, mine, by.hall_id, page, PAGE_SIZE, _line)


def posted(session: Session, *, hall_id: UUID, page: int = 0, most: int = POSTED) -> Turned:
    """Turn what anybody may read: answered and not hidden, the newest answer first; never whose it was."""
    return _turned(session, _posted, hall_id, page, most, _as_posted)


def waiting(session: Session, *, at: datetime, by: Actor) -> Waiting:  # noqa: ARG001  asked like every question
    """How many wait for an answer. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    return Waiting(*session.execute(_counted, {"hall_id": by.hall_id}).one())


def smiles(session: Session, *, year: int, at: datetime, by: Actor) -> dict[int, Counter[Smile]]:  # noqa: ARG001  asked like every question
    """Count a year's smiles by month; a month in which nobody said anything is not in it. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    months: dict[int, Counter[Smile]] = {}
    facts = {"hall_id": by.hall_id, "since": date(year, 1, 1), "until": date(year + 1, 1, 1)}
    for row in session.execute(_smiles, facts):
        months.setdefault(row.day.month, Counter())[Smile(row.smile)] += 1
    return months


# -- privacy (rules.md §3) -------------------------------------------------------------------------------------------------


def unlink_old(session: Session, *, hall_id: UUID, before: datetime, at: datetime, most: int) -> int:
    """Cut the thread from suggestions made before a moment to their patrons; what was said stays."""
    old = sa.select(_said.c.id).where(_said.c.hall_id == hall_id, _said.c.patron_id.is_not(None), _said.c.at < before).limit(most)
    ids = list(session.execute(old).scalars())
    session.execute(sa.update(_said).where(_said.c.id.in_(ids)).values(patron_id=None, unlinked_at=at))
    return len(ids)


def unlink_patron(session: Session, *, hall_id: UUID, patron_id: UUID, at: datetime) -> None:
    """Cut it for one who asks to be forgotten.

    A name may stand in their own words, in the answer, or in why they were hidden: these go as well.
    """
    mine = (_said.c.hall_id == hall_id, _said.c.patron_id == patron_id)
    for table, column in ((_hiding, "reason"), (_reply, "words")):
        theirs = table.c.suggestion_id.in_(sa.select(_said.c.id).where(*mine))
        session.execute(sa.update(table).where(theirs).values({column: BLANKED}))
    words = sa.case((_said.c.words != "", BLANKED), else_="")
    session.execute(sa.update(_said).where(*mine).values(patron_id=None, unlinked_at=at, words=words))


# -- helpers ---------------------------------------------------------------------------------------------------------------


def _write(session: Session, by: Actor, at: datetime, effect: UUID, *, doubt: bool = False, **columns: Any) -> Said:
    # Two kiosks at once take the same number: the law refuses one, which looks again.
    said = Said(new_id(), numbers.running(session, _said, by.hall_id))
    row = {"id": said.suggestion_id, "hall_id": by.hall_id, "number": said.number, "at": at, "day": clock.local_day(at)}
    who = {"device": by.device, "staff_id": by.staff_id, "patron_id": None, "room_id": None, "unlinked_at": None, **columns}
    session.execute(sa.insert(_said), {**row, **who, "named": who["patron_id"] is not None})
    facts = {"suggestion_id": str(said.suggestion_id), "number": said.number}
    journal.record(
        session, by, "suggest", at=at, subject="suggestion", subject_id=said.suggestion_id, gesture=effect, facts=facts, clock_doubt=doubt
    )
    return said


def _patron_of(session: Session, card_id: UUID, by: Actor) -> UUID:
    patron_id = session.execute(_holder, {"hall_id": by.hall_id, "card_id": card_id}).scalar_one_or_none()
    if patron_id is None:
        raise CardUnknown
    return UUID(str(patron_id))


def _take(session: Session, suggestion_id: UUID, effect: UUID, by: Actor) -> dict[str, Any] | None:
    """Take a suggestion in hand: the facts of the first effect when this gesture has had it."""
    if not by.is_staff:
        raise NotAllowed
    if session.execute(_locked, {"hall_id": by.hall_id, "suggestion_id": suggestion_id}).first() is None:
        raise ChangedMeanwhile
    return journal.before(session, hall_id=by.hall_id, gesture=effect).done


def _end(session: Session, table: sa.Table, row_id: UUID, suggestion_id: UUID, verb: str, at: datetime, gesture: UUID, by: Actor) -> None:
    effect = journal.gesture_key(gesture, verb, row_id)
    if _take(session, suggestion_id, effect, by) is not None:
        return
    now = (table.c.id == row_id, table.c.hall_id == by.hall_id, table.c.suggestion_id == suggestion_id, table.c.ended_at.is_(None))
    done = session.execute(sa.update(table).where(*now).values(ended_at=_not_before(table, at), ended_by=by.staff_id))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    _record(session, by, verb, suggestion_id, at, effect)


def _not_before(table: sa.Table, at: datetime) -> sa.ColumnElement[datetime]:
    """The clock may have been set back since a row began; it never ends before that."""
    return sa.case((table.c.at > at, table.c.at), else_=at)


def _record(session: Session, by: Actor, verb: str, suggestion_id: UUID, at: datetime, effect: UUID, **ids: object) -> None:
    facts = {name: str(one) for name, one in ids.items()}
    journal.record(session, by, verb, at=at, subject="suggestion", subject_id=suggestion_id, gesture=effect, facts=facts)


def _turned(session: Session, question: Any, hall_id: UUID, page: int, size: int, read: Any) -> Turned:
    page = max(0, page)
    rows = session.execute(question.offset(page * size).limit(size + 1), {"hall_id": hall_id}).all()
    return Turned(tuple(map(read, rows[:size])), page, len(rows) > size)


def _line(row: Any) -> Line:
    return Line(**{**row._asdict(), "smile": Smile(row.smile) if row.smile else None})


def _as_posted(row: Any) -> Posted:
    return Posted(row.number, row[1], Smile(row.smile) if row.smile else None, row.topic, row.words, row.reply, row[6])
