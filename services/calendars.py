"""When a room is open: week, seasons, dated exceptions and closures laid over each other. Pure; no table is read here."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services import clock, refusals
from services.spans import Span, joined, without

Slot = Span[int]
"""Minutes since midnight of the day the slot starts on; an end above 1440 lies on the next day."""

HORIZON = 366
"""Days that are searched for an opening; every week and every yearly season comes round in them."""

NO_END = date(9999, 12, 31)
"""Where a season ends that has no last day: from its first day on, its hours are the plain week."""

_DAY = timedelta(days=1)


class Openings(ABC):
    """What is open at which spans of time: one room, or several taken together."""

    @abstractmethod
    def spans_on(self, day: date) -> tuple[Span[datetime], ...]:
        """List what is open of the slots that start on this day, closures cut out, sorted; the last may end after midnight."""

    def open_at(self, at: datetime) -> bool:
        """Tell whether it is open at this instant."""
        today = clock.local_day(at)
        # The slot of last evening may run over midnight.
        return any(at in span for day in (today - _DAY, today) for span in self.spans_on(day))

    def until(self, at: datetime) -> datetime | None:
        """Tell when what is open at this instant closes; None when it is closed, or does not close within the horizon."""
        end = at
        for span in self._from(at):
            if span.start > end:
                break
            end = max(end, span.end)
        beyond = clock.instant(clock.local_day(at) + timedelta(days=HORIZON), 0)
        return end if at < end < beyond else None

    def next_opening(self, at: datetime) -> datetime | None:
        """Tell the first open moment at or after this instant (itself, when open); None when there is none in the horizon."""
        return next((max(at, span.start) for span in self._from(at)), None)

    def is_open_day(self, day: date, *, after: datetime | None = None) -> bool:
        """Tell whether any minute of the day is open, of those left after an instant when one is given.

        The small hours of a slot that began the evening before do not make an open day: nobody is sent to the hall for them.
        """
        midnight = clock.instant(day, 24 * 60)
        return any(span.start < midnight and (after is None or after < min(span.end, midnight)) for span in self.spans_on(day))

    def first_open_day(self, day: date, *, after: datetime | None = None) -> date:
        """Give the day itself if it is open, else the first open day after it. Raises NoOpenDay when a year brings none."""
        for ahead in range(HORIZON):
            candidate = day + timedelta(days=ahead)
            if self.is_open_day(candidate, after=after):
                return candidate
        raise refusals.NoOpenDay(day=day)

    def last_closing(self, day: date) -> datetime:
        """Give the last closing of an open day, after midnight where its slot runs over. Raises NoOpenDay for a closed day."""
        if not self.is_open_day(day):
            raise refusals.NoOpenDay(day=day)
        return self.spans_on(day)[-1].end

    def _from(self, at: datetime) -> Iterator[Span[datetime]]:
        """Yield what is open from this instant on, in the order of its beginning."""
        today = clock.local_day(at)
        waiting: list[Span[datetime]] = []
        for ahead in range(-1, HORIZON):
            day = today + timedelta(days=ahead)
            waiting += (span for span in self.spans_on(day) if span.end > at)
            # What a closure left of the small hours may begin after the first slot of the next day.
            midnight = clock.instant(day + _DAY, 0)
            yield from sorted(span for span in waiting if span.start < midnight)
            waiting = [span for span in waiting if span.start >= midnight]


@dataclass(frozen=True)
class Season:
    """Other hours for a span of days, on the weekdays it names (0 is Monday); a weekday it does not name keeps the week."""

    days: Span[date]
    week: Mapping[int, tuple[Slot, ...]]


@dataclass(frozen=True)
class Calendar(Openings):
    """The hours of one room. The exception wins over the season, the season over the week; closures are cut out of all.

    Of several seasons that name a day, the one that starts later wins; of those that start together, the shorter. One without an
    end is a new plain week: any season that ends wins over it.
    A slot belongs to the day it starts on and takes its small hours with it, whatever holds for the day after.
    """

    week: Mapping[int, tuple[Slot, ...]] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    exceptions: Mapping[date, tuple[Slot, ...]] = field(default_factory=dict)
    closures: tuple[Span[datetime], ...] = ()

    def slots_on(self, day: date) -> tuple[Slot, ...]:
        """List the hours planned for this day, in minutes, before closures; none means the day is closed."""
        if day in self.exceptions:
            return joined(self.exceptions[day])
        weekday = day.weekday()
        named = [season for season in self.seasons if day in season.days and weekday in season.week]
        if named:
            narrowest = max(named, key=lambda season: (season.days.end < NO_END, season.days.start, -season.days.end.toordinal()))
            return joined(narrowest.week[weekday])
        return joined(self.week.get(weekday, ()))

    def spans_on(self, day: date) -> tuple[Span[datetime], ...]:
        """List what is open of the slots that start on this day, closures cut out."""
        planned = [Span(clock.instant(day, slot.start), clock.instant(day, slot.end)) for slot in self.slots_on(day)]
        return without(planned, self.closures)


@dataclass(frozen=True)
class Together(Openings):
    """Several rooms as one: open while any of them is."""

    rooms: tuple[Openings, ...]

    def spans_on(self, day: date) -> tuple[Span[datetime], ...]:
        """List what is open in any of the rooms, of the slots that start on this day."""
        return joined(span for room in self.rooms for span in room.spans_on(day))
