"""What the hall subscribes to, and where every expected issue stands: came, missing, claimed, bound. Questions only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Binding, ClaimEnd, IssueArrival, IssueClaim, IssueDisposal, Item, Press, Subscription, Title
from services import clock, issues
from services.issues import Cycle, State
from services.journal import Actor
from services.refusals import NotAllowed, UnknownCode

_subscription = Subscription.__table__  # type: ignore[attr-defined]
_arrival = IssueArrival.__table__  # type: ignore[attr-defined]
_claim = IssueClaim.__table__  # type: ignore[attr-defined]
_disposal = IssueDisposal.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]

# The longest way to the next issue: a yearly that has just come.
_AHEAD = timedelta(days=400)
_ANSWERED = {ClaimEnd.NOT_PUBLISHED: State.NOT_PUBLISHED, ClaimEnd.SOLD_OUT: State.SOLD_OUT}


@dataclass(frozen=True, slots=True)
class Issue:
    """One expected issue: its day, its number in the year (None of a daily), the copies that came, and where it stands."""

    day: date
    number: int | None
    came: int
    state: State


@dataclass(frozen=True, slots=True)
class Handled:
    """Issues of a span that were bound or disposed of; `number` is the bound volume's."""

    from_day: date
    until_day: date
    binding: Binding
    pieces: int
    number: str
    note: str


@dataclass(frozen=True, slots=True)
class Run:
    """A subscription with its issues up to now and the next one; `until_month` is the month after its last."""

    id: UUID
    title_id: UUID
    name: str
    class_code: str
    press: Press
    cycle: Cycle
    agency: str
    from_month: date
    until_month: date
    copies: int
    ended_day: date | None
    issues: tuple[Issue, ...]
    handled: tuple[Handled, ...]

    def having(self, *states: State) -> list[Issue]:
        """Those of its issues that stand so."""
        return [issue for issue in self.issues if issue.state in states]

    def on(self, day: date) -> Issue | None:
        """The issue that is expected on a day."""
        return next((issue for issue in self.issues if issue.day == day), None)


def runs(session: Session, *, since: date, until: date, at: datetime, by: Actor) -> list[Run]:
    """List the subscriptions that run at any time from `since` to before `until`, in the order of their names. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    rows = session.execute(_running, {"hall_id": by.hall_id, "since": since, "until": until}).all()
    return _runs(session, rows, at)


def run(session: Session, *, subscription_id: UUID, at: datetime, by: Actor, lock: bool = False) -> Run:
    """Give one subscription with its issues. Raises NotAllowed, UnknownCode."""
    if not by.is_staff:
        raise NotAllowed
    rows = session.execute(_one_locked if lock else _one, {"id": subscription_id, "hall_id": by.hall_id}).all()
    if not rows:
        raise UnknownCode
    return _runs(session, rows, at)[0]


_columns = (
    _subscription.c.id, _subscription.c.title_id, _title.c.name, _title.c.class_code, _subscription.c.press, _subscription.c.frequency,
    _subscription.c.weekdays, _subscription.c.day, _subscription.c.first_month, _subscription.c.agency, _subscription.c.from_month,
    _subscription.c.until_month, _subscription.c.copies, _subscription.c.ended_at,
)  # fmt: skip
_all = sa.select(*_columns).join(_title, _title.c.id == _subscription.c.title_id).where(_subscription.c.hall_id == bindparam("hall_id"))
_running = _all.where(_subscription.c.from_month < bindparam("until"), _subscription.c.until_month > bindparam("since")).order_by(
    _title.c.name, _subscription.c.from_month
)
_one = _all.where(_subscription.c.id == bindparam("id"))
_one_locked = _one.with_for_update(of=_subscription)
_came = (
    sa.select(_arrival.c.subscription_id, _arrival.c.day, sa.func.sum(_arrival.c.copies).label("copies"))
    .where(_arrival.c.subscription_id.in_(bindparam("ids", expanding=True)), _arrival.c.undone_at.is_(None))
    .group_by(_arrival.c.subscription_id, _arrival.c.day)
)
_claims = (
    sa.select(_claim.c.subscription_id, _claim.c.day, _claim.c.ended_as)
    .where(_claim.c.subscription_id.in_(bindparam("ids", expanding=True)))
    .order_by(_claim.c.at, _claim.c.id)
)
_handled = (
    sa.select(
        _disposal.c.subscription_id, _disposal.c.from_day, _disposal.c.until_day, _disposal.c.binding, _disposal.c.pieces,
        _item.c.number, _disposal.c.note,
    )
    .outerjoin(_item, _item.c.id == _disposal.c.item_id)
    .where(_disposal.c.subscription_id.in_(bindparam("ids", expanding=True)))
    .order_by(_disposal.c.from_day, _disposal.c.id)
)  # fmt: skip


def _runs(session: Session, rows: Sequence[Any], at: datetime) -> list[Run]:
    facts = {"ids": [row.id for row in rows]}
    came = {(row.subscription_id, row.day): int(row.copies) for row in session.execute(_came, facts)} if rows else {}
    claims = {(row.subscription_id, row.day): row for row in session.execute(_claims, facts)} if rows else {}
    handled: dict[UUID, list[Handled]] = defaultdict(list)
    for row in session.execute(_handled, facts) if rows else ():
        handled[row.subscription_id].append(Handled(row.from_day, row.until_day, row.binding, row.pieces, row.number or "", row.note))
    return [_run(row, came, claims, handled[row.id], clock.local_day(at)) for row in rows]


def _run(row: Any, came: dict[Any, int], claims: dict[Any, Any], handled: Iterable[Handled], today: date) -> Run:
    cycle = Cycle(row.frequency, row.weekdays, row.day, row.first_month)
    ended = clock.local_day(row.ended_at) if row.ended_at else None
    found = []
    for day in issues.days(cycle, row.from_month, min(row.until_month, today + _AHEAD)):
        key = (row.id, day)
        if ended and day > ended and key not in came:
            continue
        issue = Issue(day, issues.number(cycle, day), came.get(key, 0), _state(row, cycle, day, came.get(key, 0), claims.get(key), today))
        found.append(issue)
        if day > today and issue.state is State.EXPECTED:
            break
    return Run(
        row.id, row.title_id, row.name, row.class_code, row.press, cycle, row.agency, row.from_month, row.until_month, row.copies, ended,
        tuple(found), tuple(handled),
    )  # fmt: skip


def _state(row: Any, cycle: Cycle, day: date, came: int, claim: Any, today: date) -> State:
    if came >= row.copies:
        return State.RECEIVED
    if claim is not None and claim.ended_as is not ClaimEnd.CAME:
        return _ANSWERED.get(claim.ended_as, State.CLAIMED)
    if came:
        return State.PART
    return State.MISSING if issues.is_missed(cycle, day, today) else State.EXPECTED


def spans(run_: Run, *states: State) -> list[tuple[Issue, Issue]]:
    """Join neighbouring issues that stand so: (first, last) of each row of them, as a register writes 1–6、8."""
    found: list[tuple[Issue, Issue]] = []
    before: Issue | None = None
    for issue in run_.issues:
        if issue.state in states:
            joined = found and before is not None and found[-1][1] is before
            found[-1:] = [(found[-1][0], issue)] if joined else [*found[-1:], (issue, issue)]
        before = issue
    return found
