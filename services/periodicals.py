"""报刊: subscribe, take each issue in by one tap, claim what is missing, bind or dispose of what was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import (
    Binding,
    ClaimEnd,
    Frequency,
    IssueArrival,
    IssueClaim,
    IssueDisposal,
    Medium,
    Press,
    Room,
    Subscription,
    Title,
    new_id,
)
from services import accession, approvals, clock, journal, subscriptions
from services.accession import ItemForm, Registered, TitleForm
from services.issues import State
from services.journal import Actor
from services.refusals import ApproverNotAllowed, ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, ReasonMissing
from services.subscriptions import Handled, Issue, Run
from services.texts import fact, plain

_subscription = Subscription.__table__  # type: ignore[attr-defined]
_arrival = IssueArrival.__table__  # type: ignore[attr-defined]
_claim = IssueClaim.__table__  # type: ignore[attr-defined]
_disposal = IssueDisposal.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

_MOST_COPIES: Final = 50
_LONGEST_YEARS: Final = 2
_GONE: Final = frozenset({Binding.GIVEN, Binding.RECYCLED})
SUBSCRIBED: Final = "订阅"
"""The source the register has for a bound volume."""
SHELF: Final = "报刊架"
"""Where it stands until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class SubscriptionForm:
    """A subscription as it is ordered; `title_id` names a periodical that is in the catalogue already, for another year of it."""

    press: Press
    frequency: Frequency
    from_month: date
    until_month: date
    title_id: UUID | None = None
    name: str = ""
    class_code: str = ""
    weekdays: str = "1"
    day: int = 1
    first_month: int = 1
    agency: str = ""
    copies: int = 1


def subscribe(session: Session, *, form: SubscriptionForm, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Enter a subscription; a periodical new to the hall gets its class and call number first (R48).

    Raises NotAllowed, FactMissing (name, class), FactWrong (months, copies, days, a title that is no periodical).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "subscribe")
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return UUID(done["subscription_id"])
    _refuse_what_cannot_be(form)
    agency = fact(form.agency, "agency", 60)
    title_id = form.title_id or _new_title(session, form, at, gesture, by)
    mine = sa.select(_title.c.id).where(_title.c.id == title_id, _title.c.hall_id == by.hall_id, _title.c.medium == Medium.PERIODICAL)
    if session.execute(mine).one_or_none() is None:
        raise FactWrong(field="title")
    subscription_id = new_id()
    session.execute(sa.insert(_subscription), {
        "id": subscription_id, "hall_id": by.hall_id, "title_id": title_id, "press": form.press, "frequency": form.frequency,
        "weekdays": form.weekdays, "day": form.day, "first_month": form.first_month, "agency": agency, "from_month": form.from_month,
        "until_month": form.until_month, "copies": form.copies, "made_at": at, "staff_id": by.staff_id, "ended_reason": "",
    })  # fmt: skip
    facts = {"subscription_id": str(subscription_id)}
    journal.record(session, by, "subscribe", at=at, subject="subscription", subject_id=subscription_id, gesture=effect, facts=facts)
    return subscription_id


def give_up(session: Session, *, subscription_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """End a subscription before its last month: nothing more is expected. Raises NotAllowed, ReasonMissing, ChangedMeanwhile."""
    if not by.is_staff:
        raise NotAllowed
    if not plain(reason, 200):
        raise ReasonMissing
    effect = journal.gesture_key(gesture, "give_up", subscription_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    mine = sa.update(_subscription).where(
        _subscription.c.id == subscription_id, _subscription.c.hall_id == by.hall_id, _subscription.c.ended_at.is_(None)
    )
    if session.execute(mine.values(ended_at=at, ended_reason=plain(reason, 200))).rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    _record(session, by, "give_up", subscription_id, at, effect, reason=reason)


def receive(
    session: Session, *, subscription_id: UUID, day: date, at: datetime, gesture: UUID, by: Actor, copies: int | None = None
) -> Issue:
    """Take an issue in: all copies that are still wanted, or so many. What was claimed has come.

    Raises NotAllowed, UnknownCode, FactWrong (no issue of that day; more copies than wanted).
    """
    run, issue, effect, done = _of(session, subscription_id, day, "receive", at, gesture, by)
    wanted = run.copies - issue.came
    if done:
        return issue
    count = wanted if copies is None else copies
    if not 1 <= count <= wanted:
        raise FactWrong(field="copies")
    session.execute(sa.insert(_arrival), {
        "id": new_id(), "hall_id": by.hall_id, "subscription_id": subscription_id, "day": day, "copies": count, "at": at,
        "staff_id": by.staff_id,
    })  # fmt: skip
    if count == wanted:
        _end_claim(session, by, subscription_id, day, ClaimEnd.CAME, at)
    _record(session, by, "issue_in", subscription_id, at, effect, facts={"day": day.isoformat(), "copies": count})
    now = subscriptions.run(session, subscription_id=subscription_id, at=at, by=by).on(day)
    return now or issue


def take_back(session: Session, *, subscription_id: UUID, day: date, at: datetime, gesture: UUID, by: Actor) -> None:
    """It had not come after all: the tap was a mistake. Raises NotAllowed, UnknownCode, FactWrong, ChangedMeanwhile (nothing to undo)."""
    _, _, effect, done = _of(session, subscription_id, day, "take_back", at, gesture, by)
    if done:
        return
    standing = sa.update(_arrival).where(
        _arrival.c.hall_id == by.hall_id, _arrival.c.subscription_id == subscription_id, _arrival.c.day == day,
        _arrival.c.undone_at.is_(None),
    )  # fmt: skip
    if not session.execute(standing.values(undone_at=at)).rowcount:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    _record(session, by, "issue_back", subscription_id, at, effect, facts={"day": day.isoformat()})


def claim(session: Session, *, subscription_id: UUID, days: Sequence[date], at: datetime, gesture: UUID, by: Actor) -> int:
    """Ask for missing issues where they were ordered; gives how many were asked for.

    Raises NotAllowed, UnknownCode, ChangedMeanwhile (one of them came, or was claimed).
    """
    run = subscriptions.run(session, subscription_id=subscription_id, at=at, by=by, lock=True)
    effect = journal.gesture_key(gesture, "claim", subscription_id)
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return int(done["claimed"])
    missing = {issue.day for issue in run.having(State.MISSING, State.PART)}
    wanted = sorted(set(days))
    if not wanted or not missing.issuperset(wanted):
        raise ChangedMeanwhile
    session.execute(sa.insert(_claim), [
        {"id": new_id(), "hall_id": by.hall_id, "subscription_id": subscription_id, "day": day, "at": at, "staff_id": by.staff_id}
        for day in wanted
    ])  # fmt: skip
    _record(session, by, "issue_claim", subscription_id, at, effect, facts={"claimed": len(wanted), "days": list(map(str, wanted))})
    return len(wanted)


def answer(session: Session, *, subscription_id: UUID, day: date, outcome: ClaimEnd, at: datetime, gesture: UUID, by: Actor) -> None:
    """Write down what the post office said: the issue never appeared (合刊、停刊), or there is none left.

    Raises NotAllowed, UnknownCode, FactWrong, ChangedMeanwhile (it is not claimed).
    """
    _, _, effect, done = _of(session, subscription_id, day, outcome, at, gesture, by)
    if done:
        return
    if outcome is ClaimEnd.CAME:
        raise FactWrong(field="condition")
    if not _end_claim(session, by, subscription_id, day, outcome, at):
        raise ChangedMeanwhile
    _record(session, by, "issue_answer", subscription_id, at, effect, facts={"day": day.isoformat(), "outcome": outcome.value})


def dispose(
    session: Session,
    *,
    subscription_id: UUID,
    from_day: date,
    until_day: date,
    binding: Binding,
    at: datetime,
    gesture: UUID,
    by: Actor,
    room_id: UUID | None = None,
    approver_id: UUID | None = None,
    note: str = "",
) -> Handled:
    """Bind, keep, give on or recycle the issues of a span; a bound volume is registered with a number of its own.

    Raises NotAllowed, UnknownCode, FactWrong (the span), ChangedMeanwhile (nothing of it here, or handled already),
    FactMissing (room), ApproverNotAllowed (what leaves needs an approver).
    """
    run = subscriptions.run(session, subscription_id=subscription_id, at=at, by=by, lock=True)
    effect = journal.gesture_key(gesture, "dispose", subscription_id, from_day)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return next(each for each in reversed(run.handled) if each.from_day == from_day)
    if not from_day < until_day:
        raise FactWrong(field="months")
    pieces = sum(issue.came for issue in run.issues if from_day <= issue.day < until_day)
    if not pieces or any(each.from_day < until_day and from_day < each.until_day for each in run.handled):
        raise ChangedMeanwhile
    room = _room_of(session, room_id, by)
    approver = _approver(session, room, approver_id, at, by) if binding in _GONE else None
    item = _bound(session, run, room, at, gesture, by) if binding is Binding.BOUND else None
    session.execute(sa.insert(_disposal), {
        "id": new_id(), "hall_id": by.hall_id, "subscription_id": subscription_id, "from_day": from_day, "until_day": until_day,
        "binding": binding, "pieces": pieces, "item_id": item.item_id if item else None, "at": at, "staff_id": by.staff_id,
        "approver_id": approver, "note": fact(note, "note", 200),
    })  # fmt: skip
    facts = {"binding": binding.value, "pieces": pieces, "from": str(from_day), "until": str(until_day)}
    _record(session, by, "issue_dispose", subscription_id, at, effect, facts=facts)
    return Handled(from_day, until_day, binding, pieces, item.number if item else "", note.strip())


def _of(
    session: Session, subscription_id: UUID, day: date, verb: str, at: datetime, gesture: UUID, by: Actor
) -> tuple[Run, Issue, UUID, bool]:
    """Lock the subscription, find the issue of a day, and tell whether this gesture has had its effect."""
    run = subscriptions.run(session, subscription_id=subscription_id, at=at, by=by, lock=True)
    issue = run.on(day)
    if issue is None:
        raise FactWrong(field="issue")
    effect = journal.gesture_key(gesture, verb, subscription_id, day)
    return run, issue, effect, journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None


def _record(
    session: Session, by: Actor, verb: str, subscription_id: UUID, at: datetime, effect: UUID, *,
    facts: dict[str, Any] | None = None, reason: str = "",
) -> None:  # fmt: skip
    journal.record(session, by, verb, at=at, subject="subscription", subject_id=subscription_id, gesture=effect, facts=facts, reason=reason)


def _end_claim(session: Session, by: Actor, subscription_id: UUID, day: date, outcome: ClaimEnd, at: datetime) -> bool:
    standing = sa.update(_claim).where(
        _claim.c.hall_id == by.hall_id, _claim.c.subscription_id == subscription_id, _claim.c.day == day, _claim.c.ended_at.is_(None)
    )
    return bool(session.execute(standing.values(ended_at=at, ended_as=outcome)).rowcount)  # type: ignore[attr-defined]


def _refuse_what_cannot_be(form: SubscriptionForm) -> None:
    if form.title_id is None and not form.name.strip():
        raise FactMissing(field="periodical_name")
    if form.from_month.day != 1 or form.until_month.day != 1 or not form.from_month < form.until_month <= _months_on(form.from_month):
        raise FactWrong(field="months")
    if not 1 <= form.copies <= _MOST_COPIES:
        raise FactWrong(field="copies")
    signs = set(form.weekdays)
    one = form.frequency is Frequency.WEEKLY
    if not signs or not signs <= set("1234567") or len(signs) < len(form.weekdays) or (one and len(signs) > 1):
        raise FactWrong(field="weekdays")
    if not (1 <= form.day <= 28 and 1 <= form.first_month <= 12):  # noqa: PLR2004  days every month has; months
        raise FactWrong(field="issue_day")


def _months_on(month: date) -> date:
    """The month two years on: nobody orders for longer."""
    return month.replace(year=month.year + _LONGEST_YEARS)


def _new_title(session: Session, form: SubscriptionForm, at: datetime, gesture: UUID, by: Actor) -> UUID:
    title = TitleForm(name=form.name, class_code=form.class_code, medium=Medium.PERIODICAL)
    return accession.add_title(session, form=title, at=at, gesture=gesture, by=by).title_id


def _room_of(session: Session, room_id: UUID | None, by: Actor) -> UUID:
    found = session.execute(sa.select(_room.c.id).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id)).scalar_one_or_none()
    if found is None:
        raise FactMissing(field="room")
    return UUID(str(found))


def _approver(session: Session, room_id: UUID, approver_id: UUID | None, at: datetime, by: Actor) -> UUID:
    approver = approver_id or by.staff_id
    if approver is None:
        raise ApproverNotAllowed
    approvals.require(session, staff_id=approver, hall_id=by.hall_id, room_id=room_id, day=clock.local_day(at))
    return approver


def _bound(session: Session, run: Run, room_id: UUID, at: datetime, gesture: UUID, by: Actor) -> Registered:
    form = ItemForm(title_id=run.title_id, home_room_id=room_id, shelf=SHELF, reference_only=True, source=SUBSCRIBED)
    return accession.add_item(session, form=form, at=at, gesture=gesture, by=by)
