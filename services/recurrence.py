"""When something comes again: every so many weeks, on a day of each month, or on a day of each lunar month; pure, it knows no table."""

from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from services import clock, festivals
from services.refusals import FactWrong
from services.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST: Final = 400
"""More sittings than any event has: a rule without an end is refused before it is expanded."""
_SHORTEST_MONTH: Final = 28


class Beat(StrEnum):
    """In what step it comes again."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    LUNAR = "lunar"


@dataclass(frozen=True, slots=True)
class Rule:
    """A first day and how it goes on: until a day (included) or so many times, one of the two.

    `weekdays` (0 Monday) are for weeks; empty means the first day's own. A month without the first day's date, 31st or lunar 三十,
    has it on its last day, as people keep it. Lunar leap months count as months of their own.
    """

    beat: Beat
    first: date
    every: int = 1
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None


def days(rule: Rule) -> tuple[date, ...]:
    """Expand a rule into its days, in order.

    Raises FactWrong (every, until, count) for a step below one, no end or two, or more than 400 days.
    """
    _refuse_endless(rule)
    coming = {Beat.WEEKLY: _weekly, Beat.MONTHLY: _monthly, Beat.LUNAR: _lunar}[rule.beat](rule)
    limit = rule.count or MOST + 1
    found = tuple(day for day in islice(_until(coming, rule.until), limit))
    if len(found) > MOST:
        raise FactWrong(field="until")
    return found


def spans(on: "Iterable[date]", *, starts: int, minutes: int) -> tuple[Span[datetime], ...]:
    """Put the same hour on each day: minutes after midnight in the hall, and for how long."""
    length = timedelta(minutes=minutes)
    return tuple(Span(start, start + length) for start in (clock.instant(day, starts) for day in on))


def free_of(wanted: "Iterable[Span[datetime]]", taken: "Iterable[Span[datetime]]") -> tuple[list[Span[datetime]], list[Span[datetime]]]:
    """Part the spans into those that overlap nothing taken and those that do."""
    free: list[Span[datetime]] = []
    clashing: list[Span[datetime]] = []
    others = sorted(taken, key=attrgetter("start"))
    starts = [other.start for other in others]
    # The latest end among an other and all that start before it: what is taken may overlap among itself.
    latest = list(accumulate((other.end for other in others), max))
    for span in sorted(wanted):
        before = bisect_left(starts, span.end)
        clash = before > 0 and latest[before - 1] > span.start
        (clashing if clash else free).append(span)
    return free, clashing


def _refuse_endless(rule: Rule) -> None:
    if not 1 <= rule.every <= _SHORTEST_MONTH:
        raise FactWrong(field="every")
    if (rule.until is None) == (rule.count is None) or (rule.until is not None and rule.until < rule.first):
        raise FactWrong(field="until")
    if rule.count is not None and not 1 <= rule.count <= MOST:
        raise FactWrong(field="count")


def _until(coming: "Iterable[date]", until: date | None) -> "Iterator[date]":
    for day in coming:
        if until is not None and day > until:
            return
        yield day


def _weekly(rule: Rule) -> "Iterator[date]":
    monday = rule.first - timedelta(days=rule.first.weekday())
    weekdays = sorted(set(rule.weekdays)) or [rule.first.weekday()]
    for week in range(0, rule.every * (MOST + 2), rule.every):
        for weekday in weekdays:
            day = monday + timedelta(weeks=week, days=weekday)
            if day >= rule.first:
                yield day


def _monthly(rule: Rule) -> "Iterator[date]":
    begun = rule.first.year * 12 + rule.first.month - 1
    for month in range(begun, begun + rule.every * (MOST + 1), rule.every):
        year, number = month // 12, month % 12 + 1
        yield date(year, number, min(rule.first.day, monthrange(year, number)[1]))


def _lunar(rule: Rule) -> "Iterator[date]":
    """Step from new moon to new moon: every month has 29 or 30 days, leap months among them."""
    moon = festivals.lunar(rule.first)
    new_moon = rule.first - timedelta(days=moon.day - 1)
    for step in range(rule.every * (MOST + 1)):
        month = festivals.lunar(new_moon)
        length = festivals.month_length(month.year, month.month, leap=month.leap)
        if step % rule.every == 0:
            yield new_moon + timedelta(days=min(moon.day, length) - 1)
        new_moon += timedelta(days=length)
        if new_moon.year >= festivals.YEARS[-1]:
            return
