"""What comes again: weeks, months with and without a 31st, lunar months short, long and leap; and what it runs into."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import clock, festivals
from services.recurrence import MOST, Beat, Rule, days, free_of, spans
from services.refusals import FactWrong
from services.spans import Span


def test_every_week_on_its_own_weekday() -> None:
    assert days(Rule(Beat.WEEKLY, date(2027, 3, 3), count=3)) == (date(2027, 3, 3), date(2027, 3, 10), date(2027, 3, 17))


def test_twice_a_week_every_other_week_until_a_day_included() -> None:
    rule = Rule(Beat.WEEKLY, date(2027, 3, 2), every=2, weekdays=(1, 4), until=date(2027, 3, 19))
    assert days(rule) == (date(2027, 3, 2), date(2027, 3, 5), date(2027, 3, 16), date(2027, 3, 19))


def test_a_month_without_a_31st_has_it_on_its_last_day() -> None:
    rule = Rule(Beat.MONTHLY, date(2028, 1, 31), count=4)
    assert days(rule) == (date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30))


def test_a_lunar_month_of_29_days_has_its_thirtieth_on_the_29th() -> None:
    """农历每月三十: 2026 begins with the short twelfth month of 2025."""
    first = festivals.solar_day(festivals.Moon(2025, 11, 30))
    found = days(Rule(Beat.LUNAR, first, count=4))
    moons = [festivals.lunar(day) for day in found]
    assert [(moon.month, moon.day) for moon in moons] == [(11, 30), (12, 29), (1, 30), (2, 29)]


def test_a_leap_month_is_a_month_of_its_own() -> None:
    found = days(Rule(Beat.LUNAR, festivals.solar_day(festivals.Moon(2033, 10, 15)), count=4))
    assert [(festivals.lunar(day).month, festivals.lunar(day).leap) for day in found] == [(10, False), (11, False), (11, True), (12, False)]


@given(
    beat=st.sampled_from(Beat),
    first=st.dates(date(2026, 1, 1), date(2034, 12, 31)),
    every=st.integers(1, 6),
    count=st.integers(1, 60),
)
def test_any_rule_gives_as_many_days_as_asked_for_in_order(beat: Beat, first: date, every: int, count: int) -> None:
    found = days(Rule(beat, first, every=every, count=count))
    assert len(found) == count
    assert found[0] == first
    assert list(found) == sorted(set(found))
    if beat is not Beat.WEEKLY:
        shortest = 29 * every - 1 if beat is Beat.LUNAR else 28 * every
        assert all(later - earlier >= timedelta(days=shortest) for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"every": 0, "count": 3}, "every"),
        ({}, "until"),
        ({"until": date(2027, 5, 1), "count": 3}, "until"),
        ({"until": date(2027, 3, 1)}, "until"),
        ({"until": date(2040, 3, 1)}, "until"),
        ({"count": MOST + 1}, "count"),
        ({"count": 0}, "count"),
    ],
)
def test_a_rule_that_does_not_end_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(FactWrong) as refused:
        days(Rule(Beat.WEEKLY, date(2027, 3, 2), **wrong))
    assert refused.value.facts == {"field": field}


def test_the_hour_is_the_halls_own() -> None:
    (span,) = spans([date(2027, 3, 3)], starts=19 * 60, minutes=120)
    assert clock.local(span.start).isoformat() == "2027-03-03T19:00:00+08:00"
    assert span.end - span.start == timedelta(hours=2)


def moments() -> st.SearchStrategy[Span[datetime]]:
    start = clock.instant(date(2027, 3, 3), 0)
    return st.builds(
        lambda begins, lasts: Span(start + timedelta(minutes=begins), start + timedelta(minutes=begins + lasts)),
        st.integers(0, 3000),
        st.integers(1, 600),
    )


@given(wanted=st.lists(moments(), max_size=12), taken=st.lists(moments(), max_size=12))
def test_what_is_free_is_what_a_plain_look_at_every_pair_finds(wanted: list[Span[datetime]], taken: list[Span[datetime]]) -> None:
    free, clashing = free_of(wanted, taken)
    assert free == sorted(span for span in wanted if not any(span.overlaps(other) for other in taken))
    assert sorted(free + clashing) == sorted(wanted)
