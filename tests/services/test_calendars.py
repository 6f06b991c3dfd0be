"""Open now? Until when? When next? Held against a table with one cell for every minute."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services import clock, refusals
from services.calendars import HORIZON, Calendar, Openings, Season, Slot, Together
from services.spans import Span, joined, without

DAY = 24 * 60
START = date(2026, 1, 1)
MINUTE = timedelta(minutes=1)
WINDOW = 20
"""Days in a random table."""


def hm(text: str) -> Slot:
    """'09:00-12:00' as minutes; an end that is not after the start lies on the next day."""
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return Span(start, end if end > start else end + DAY)


def at(text: str) -> datetime:
    """'2026-05-20 09:00' on the hall's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


def week(*slots: str) -> dict[int, tuple[Slot, ...]]:
    """The same slots on every day of the week."""
    return dict.fromkeys(range(7), tuple(hm(slot) for slot in slots))


LIBRARY = Calendar(
    week={
        0: (),
        1: (hm("09:00-12:00"), hm("14:30-17:30")),
        2: (hm("09:00-12:00"), hm("14:30-17:30")),
        3: (hm("09:00-12:00"), hm("14:30-17:30")),
        4: (hm("09:00-12:00"), hm("14:30-17:30"), hm("19:00-21:00")),
        5: (hm("08:30-12:00"), hm("14:30-17:30"), hm("19:00-21:00")),
        6: (hm("08:30-12:00"), hm("14:00-18:00")),
    },
    seasons=(Season(Span(date(2026, 7, 6), date(2026, 9, 1)), {0: (hm("14:30-17:30"),)}),),
    exceptions={date(2026, 2, 16): (hm("09:00-11:30"),), date(2026, 2, 17): (hm("09:00-12:00"), hm("14:00-17:00"))},
)


# -- what the table says -----------------------------------------------------------------------------------------------


def minute_table(calendar: Calendar, first: date, days: int) -> bytearray:
    """One cell a minute, decided minute by minute from the words of the rule and not from the code under test."""
    table = bytearray((days + 1) * DAY)
    for number in range(-1, days):
        day = first + timedelta(days=number)
        for slot in hours_in_force(calendar, day):
            for minute in range(slot.start, slot.end):
                if number * DAY + minute >= 0:
                    table[number * DAY + minute] = 1
    midnight = clock.instant(first, 0)
    for closure in calendar.closures:
        begin = max(0, -((midnight - closure.start) // MINUTE))
        for minute in range(begin, min(len(table), (closure.end - midnight) // MINUTE)):
            table[minute] = 0
    return table[: days * DAY]


def hours_in_force(calendar: Calendar, day: date) -> tuple[Slot, ...]:
    if day in calendar.exceptions:
        return calendar.exceptions[day]
    hours, best = calendar.week.get(day.weekday(), ()), (date.min, 0)
    for season in calendar.seasons:
        rank = (season.days.start, -(season.days.end - date.min).days)
        if season.days.start <= day < season.days.end and day.weekday() in season.week and rank > best:
            hours, best = season.week[day.weekday()], rank
    return hours


def assert_right(openings: Openings, table: bytearray, first: date, minute: int) -> None:
    """Ask the three questions at one minute (and within it) and read the answers off the table."""
    moment = clock.instant(first, minute)
    is_open = bool(table[minute])
    assert openings.open_at(moment) is is_open
    assert openings.open_at(moment + timedelta(seconds=59, microseconds=999_999)) is is_open
    closing, opening = table.find(0, minute), table.find(1, minute)
    if closing >= 0:
        assert openings.until(moment) == (clock.instant(first, closing) if is_open else None)
    if opening >= 0:
        assert openings.next_opening(moment) == clock.instant(first, opening)


# -- random hours ------------------------------------------------------------------------------------------------------

slots = st.builds(lambda start, length: Span(start, start + length), st.integers(0, DAY - 1), st.integers(1, DAY))
hours = st.lists(slots, max_size=3).map(tuple)
day_numbers = st.integers(-2, WINDOW + 9)
weeks = st.dictionaries(st.integers(0, 6), hours, max_size=7)


def days(first: int, length: int) -> Span[date]:
    return Span(START + timedelta(days=first), START + timedelta(days=first + length))


seasons = st.builds(Season, st.builds(days, day_numbers, st.integers(1, 15)), weeks)
closures = st.builds(
    lambda day, minute, length: Span(clock.instant(START, day * DAY + minute), clock.instant(START, day * DAY + minute + length)),
    day_numbers,
    st.integers(0, DAY - 1),
    st.integers(1, 9 * DAY),
)
# Two seasons of the very same days would be a tie that no rule decides; the hall's law forbids it.
calendars = st.builds(
    Calendar,
    week=weeks,
    seasons=st.lists(seasons, max_size=3, unique_by=lambda season: season.days).map(tuple),
    exceptions=st.dictionaries(day_numbers.map(lambda number: START + timedelta(days=number)), hours, max_size=6),
    closures=st.lists(closures, max_size=3).map(joined),
)
minutes = st.lists(st.integers(0, WINDOW * DAY - 1), min_size=1, max_size=40)


@given(calendars, minutes)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_minute_is_right_under_random_layers(calendar: Calendar, asked: list[int]) -> None:
    table = minute_table(calendar, START, WINDOW)
    edges = [edge for edge in range(1, len(table)) if table[edge] != table[edge - 1]]
    for minute in {*asked, *edges[:80], *(edge - 1 for edge in edges[:80])}:
        assert_right(calendar, table, START, minute)


@given(st.lists(calendars, min_size=2, max_size=3), minutes)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_hall_is_open_while_any_room_is(rooms: list[Calendar], asked: list[int]) -> None:
    tables = [minute_table(room, START, WINDOW) for room in rooms]
    table = bytearray(max(cells) for cells in zip(*tables, strict=True))
    for minute in asked:
        assert_right(Together(tuple(rooms)), table, START, minute)


@given(calendars, st.integers(0, WINDOW))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_first_open_day_is_the_first_with_an_open_minute_of_its_own(calendar: Calendar, number: int) -> None:
    day = START + timedelta(days=number)
    try:
        found = calendar.first_open_day(day)
    except refusals.NoOpenDay:
        assert not any(own_minutes(calendar, day + timedelta(days=ahead)) for ahead in range(HORIZON))
        return
    assert own_minutes(calendar, found)
    assert not any(own_minutes(calendar, day + timedelta(days=ahead)) for ahead in range((found - day).days))
    closing = calendar.last_closing(found)
    assert calendar.open_at(closing - MINUTE)
    assert not any(
        slot.start < DAY and clock.instant(found, minute) >= closing and calendar.open_at(clock.instant(found, minute))
        for slot in hours_in_force(calendar, found)
        for minute in range(slot.start, slot.end)
    )


def own_minutes(calendar: Calendar, day: date) -> bool:
    """Has the day a minute, before midnight, that a slot of its own gives and no closure takes?"""
    given_minutes = {minute for slot in hours_in_force(calendar, day) for minute in range(slot.start, min(slot.end, DAY))}
    return any(not any(clock.instant(day, minute) in closure for closure in calendar.closures) for minute in given_minutes)


# -- the village -------------------------------------------------------------------------------------------------------


def test_a_whole_year_of_the_library_is_right_at_every_minute() -> None:
    table = minute_table(LIBRARY, START, 365)
    seen = bytearray(len(table))
    for number in range(365):
        for span in LIBRARY.spans_on(START + timedelta(days=number)):
            first = (span.start - clock.instant(START, 0)) // MINUTE
            seen[first : first + (span.end - span.start) // MINUTE] = b"\1" * ((span.end - span.start) // MINUTE)
    assert seen == table
    for minute in range(0, len(table) - 7 * DAY, 97):
        assert_right(LIBRARY, table, START, minute)


@pytest.mark.parametrize(
    ("moment", "is_open", "until", "following"),
    [
        ("2026-02-17 09:00", True, "2026-02-17 12:00", "2026-02-17 09:00"),  # Spring Festival, not its plain Tuesday
        ("2026-02-17 17:00", False, None, "2026-02-18 09:00"),
        ("2026-02-16 08:59", False, None, "2026-02-16 09:00"),  # the eve is a Monday, closed in a plain week
        ("2026-02-16 11:29", True, "2026-02-16 11:30", "2026-02-16 11:29"),
        ("2026-07-06 14:30", True, "2026-07-06 17:30", "2026-07-06 14:30"),  # Monday of the summer season
        ("2026-07-07 09:00", True, "2026-07-07 12:00", "2026-07-07 09:00"),  # a weekday the season does not name
        ("2026-08-31 15:00", True, "2026-08-31 17:30", "2026-08-31 15:00"),  # its last day counts
        ("2026-09-07 15:00", False, None, "2026-09-08 09:00"),
    ],
)
def test_holidays_and_seasons(moment: str, *, is_open: bool, until: str | None, following: str) -> None:
    assert LIBRARY.open_at(at(moment)) is is_open
    assert LIBRARY.until(at(moment)) == (at(until) if until else None)
    assert LIBRARY.next_opening(at(moment)) == at(following)


def test_a_slot_over_midnight_keeps_its_small_hours_even_before_a_closed_day() -> None:
    eve = Calendar(week={5: (hm("22:00-02:00"),)}, exceptions={date(2026, 1, 4): ()})
    assert eve.until(at("2026-01-03 23:30")) == at("2026-01-04 02:00")
    assert eve.open_at(at("2026-01-04 01:59"))
    assert not eve.open_at(at("2026-01-04 02:00"))
    assert not eve.is_open_day(date(2026, 1, 4))
    assert eve.last_closing(date(2026, 1, 3)) == at("2026-01-04 02:00")


def test_slots_that_meet_at_midnight_are_one_opening() -> None:
    night = Calendar(week={4: (hm("20:00-00:00"),), 5: (hm("00:00-03:00"),)})
    assert night.until(at("2026-01-02 21:00")) == at("2026-01-03 03:00")


def test_a_room_that_never_closes_has_no_closing_time() -> None:
    square = Calendar(week=week("00:00-00:00"))
    assert square.until(at("2026-05-01 12:00")) is None
    assert square.open_at(at("2026-05-01 12:00"))
    assert square.last_closing(date(2026, 5, 1)) == at("2026-05-02 00:00")


def test_later_season_wins_and_of_two_that_start_together_the_shorter() -> None:
    summer = Season(Span(date(2026, 7, 1), date(2026, 9, 1)), week("09:00-10:00"))
    harvest = Season(Span(date(2026, 7, 15), date(2026, 8, 6)), {1: (hm("19:00-21:30"),)})
    opening_week = Season(Span(date(2026, 7, 1), date(2026, 7, 8)), week("11:00-12:00"))
    for order in ((summer, harvest, opening_week), (opening_week, harvest, summer)):
        calendar = Calendar(week=week("06:00-07:00"), seasons=order)
        assert calendar.slots_on(date(2026, 7, 7)) == (hm("11:00-12:00"),)
        assert calendar.slots_on(date(2026, 7, 21)) == (hm("19:00-21:30"),)  # a Tuesday in the harvest
        assert calendar.slots_on(date(2026, 7, 22)) == (hm("09:00-10:00"),)  # a Wednesday: harvest does not name it
        assert calendar.slots_on(date(2026, 9, 1)) == (hm("06:00-07:00"),)


def test_a_closed_room_has_no_open_day_within_a_year_and_says_so() -> None:
    shut = Calendar(week=week("09:00-12:00"), closures=(Span(at("2026-01-01 00:00"), at("2027-06-01 00:00")),))
    with pytest.raises(refusals.NoOpenDay):
        shut.first_open_day(START)
    assert shut.next_opening(at("2026-01-01 10:00")) is None
    last_chance = Calendar(week={}, exceptions={START + timedelta(days=HORIZON - 1): (hm("09:00-12:00"),)})
    assert last_chance.first_open_day(START) == START + timedelta(days=HORIZON - 1)
    with pytest.raises(refusals.NoOpenDay):
        last_chance.first_open_day(START - timedelta(days=1))


def test_a_day_with_one_open_minute_left_is_an_open_day() -> None:
    almost = Calendar(week=week("09:00-12:00"), closures=(Span(at("2026-03-03 09:00"), at("2026-03-03 11:59")),))
    assert almost.first_open_day(date(2026, 3, 3)) == date(2026, 3, 3)
    gone = Calendar(week=week("09:00-12:00"), closures=(Span(at("2026-03-03 09:00"), at("2026-03-03 12:00")),))
    assert gone.first_open_day(date(2026, 3, 3)) == date(2026, 3, 4)
    plain = Calendar(week=week("09:00-12:00"))
    assert plain.first_open_day(date(2026, 3, 3), after=at("2026-03-03 11:59")) == date(2026, 3, 3)
    assert plain.first_open_day(date(2026, 3, 3), after=at("2026-03-03 12:00")) == date(2026, 3, 4)


def test_reopening_shows_the_first_opening_at_or_after_it() -> None:
    closed_until_noon = Calendar(week=LIBRARY.week, closures=(Span(at("2026-05-12 00:00"), at("2026-05-20 12:30")),))
    assert closed_until_noon.next_opening(at("2026-05-20 12:30")) == at("2026-05-20 14:30")
    assert closed_until_noon.next_opening(at("2026-05-14 10:00")) == at("2026-05-20 14:30")


# -- spans -------------------------------------------------------------------------------------------------------------

spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60), st.integers(1, 20))


@given(st.lists(spans), st.lists(spans))
def test_joining_and_cutting_agree_with_sets_of_minutes(some: list[Span[int]], holes: list[Span[int]]) -> None:
    def cells(many: Mapping[Span[int], None] | list[Span[int]] | tuple[Span[int], ...]) -> set[int]:
        return {cell for span in many for cell in range(span.start, span.end)}

    assert cells(joined(some)) == cells(some)
    assert cells(without(some, holes)) == cells(some) - cells(holes)
    for left, right in zip(joined(some), joined(some)[1:], strict=False):
        assert left.end < right.start


@given(spans, spans)
def test_overlap_is_sharing_a_moment(one: Span[int], other: Span[int]) -> None:
    shared = [moment for moment in range(one.start, one.end) if moment in other]
    assert one.overlaps(other) is bool(shared)
    inside = one.within(other)
    assert (inside is None) is (not shared)
    if inside:
        assert (inside.start, inside.end) == (shared[0], shared[-1] + 1)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5)])
def test_a_span_goes_forward(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="forward"):
        Span(start, end)
