"""Time as the hall reads it: Asia/Shanghai, whatever the server's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# No loan can be older than the program that makes it: a clock before this day is wrong (rules.md §3, Clock).
BUILT = datetime(2026, 11, 1, tzinfo=UTC)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """The same instant on the hall's wall clock."""
    return at.astimezone(SHANGHAI)


def local_day(at: datetime) -> date:
    """The calendar day in the hall."""
    return at.astimezone(SHANGHAI).date()


def instant(day: date, minute: int) -> datetime:
    """The instant `minute` minutes after midnight of a hall day; 1440 and more reach into the next."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    # China has had no clock change since 1991, so wall-clock minutes are elapsed minutes.
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)
