"""iCalendar (RFC 5545, names of RFC 7986): a file anybody's calendar can follow, the same bytes for the same facts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import icalendar

from services import clock
from services.feeds import Entry

_EVERY: Final = timedelta(hours=1)
_EIGHT: Final = timedelta(hours=8)
# China has kept one time since then (no summer time).
_SINCE: Final = datetime(1992, 1, 1)  # noqa: DTZ001  a wall-clock time, as the rule of a zone is written


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """Write a calendar with its entries in the order of time."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Yimen//village hall//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for field in ("name", "x-wr-calname"):
        made.add(field, name)
    made.add("x-wr-timezone", "Asia/Shanghai")
    made.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    made.add_component(_shanghai())
    for entry in sorted(entries, key=lambda entry: (entry.span.start, entry.uid)):
        made.add_component(_event(entry))
    content: bytes = made.to_ical()
    return content


def _shanghai() -> icalendar.Timezone:
    zone, rule = icalendar.Timezone(), icalendar.TimezoneStandard()
    zone.add("tzid", "Asia/Shanghai")
    rule.add("dtstart", _SINCE)
    rule.add("tzoffsetfrom", _EIGHT)
    rule.add("tzoffsetto", _EIGHT)
    rule.add("tzname", "CST")
    zone.add_component(rule)
    return zone


def _event(entry: Entry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    # When the entry was last changed, not when the file was written: the file stays the same until something changes.
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("dtstart", clock.local(entry.span.start))
    event.add("dtend", clock.local(entry.span.end))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    for field, text in (("description", entry.note), ("contact", entry.contact)):
        if text:
            event.add(field, text)
    return event
