"""The planner: last year's plan on this year's dates."""

from datetime import date

import pytest

from services.planner import same_day


@pytest.mark.parametrize(
    ("day", "topic", "year", "then"),
    [
        (date(2026, 2, 18), "春节", 2027, date(2027, 2, 7)),  # 正月初二
        (date(2026, 2, 3), "春节", 2027, date(2027, 1, 23)),  # two weeks before it
        (date(2026, 2, 3), "", 2027, date(2027, 2, 3)),
        (date(2026, 9, 24), "中秋节", 2027, date(2027, 9, 14)),  # the eve of it
        (date(2026, 9, 23), "丰收节", 2027, date(2027, 9, 23)),
        (date(2026, 10, 18), "重阳节", 2027, date(2027, 10, 8)),
        (date(2026, 7, 1), "建党节", 2027, date(2027, 7, 1)),  # a fixed day stays
        (date(2026, 11, 12), "书画", 2027, date(2027, 11, 12)),
        (date(2026, 6, 19), "Dragon Boat Festival", 2027, date(2027, 6, 9)),
        (date(2028, 2, 29), "", 2029, date(2029, 2, 28)),
    ],
)
def test_a_day_goes_with_its_festival(day: date, topic: str, year: int, then: date) -> None:
    assert same_day(day, year, topic) == then
