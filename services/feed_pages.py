"""The hall for the village's website: a page that needs nothing else, and the same facts as JSON."""

import json
from collections.abc import Iterable
from datetime import datetime
from string import Template
from typing import Any, Final

from markupsafe import Markup

from services import clock, closure_papers
from services.agenda import EventLine
from services.calendars import Slot
from services.feeds import Feed, RoomFeed
from services.hours import Notice, RoomStatus, Stage, Status
from services.settings import HOUSE
from services.spans import Span
from services.words import Words, words

FORMAT: Final = 1
_PAGE: Final = HOUSE / "assets" / "pages" / "public.html"
_EVENTS: Final = 20
_NOTHING: Final = Markup()


def written_at(content: bytes) -> datetime | None:
    """Read when a file of facts was written; None for none of ours."""
    try:
        return datetime.fromisoformat(json.loads(content)["written_at"])
    except (KeyError, TypeError, ValueError):
        return None


def facts(feed: Feed, at: datetime) -> bytes:
    """Write the facts as JSON; docs/feeds.md says what each field means."""
    hall, status = feed.hall, feed.status
    told = {
        "format": FORMAT,
        "written_at": _iso(at),
        "hall": {"code": hall.code, "name": hall.name, "address": hall.address, "phone": hall.phone},
        "open": _open(status),
        "in_charge": status.in_charge.name if status.in_charge else None,
        "notices": [_notice(notice) for notice in status.closures],
        "rooms": [_room(room) for room in feed.rooms],
        "events": [_event(line) for line in feed.coming],
        "calendars": {"events": "events.ics", **{room.status.code: room.file for room in feed.rooms}},
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _iso(at: datetime | None) -> str | None:
    return clock.local(at).isoformat(timespec="minutes") if at else None


def _open(status: Status | RoomStatus) -> dict[str, Any]:
    return {"now": status.is_open, "until": _iso(status.until), "next": _iso(status.next_opening)}


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "number": notice.number, "version": notice.version, "stage": notice.stage.value, "room": notice.room, "service": notice.service,
        "reason": _reason(notice), "from": _iso(notice.starts_at), "expected_reopening": _iso(notice.expected_reopen_at),
        "opens": _iso(notice.reopens_at), "reopened": _iso(notice.reopened_at), "open_all_the_same": _slots(notice.kept),
        "contact": notice.contact,
    }  # fmt: skip


def _room(room: RoomFeed) -> dict[str, Any]:
    days = [{"day": day.isoformat(), "hours": [[_iso(span.start), _iso(span.end)] for span in spans]} for day, spans in room.days]
    people = [person.name for person in room.status.people]
    return {"code": room.status.code, "name": room.status.name, "open": _open(room.status), "in_charge": people, "days": days}


def _event(line: EventLine) -> dict[str, Any]:
    return {
        "id": str(line.event_id), "title": line.title, "kind": line.kind.value, "room": line.room, "starts": _iso(line.starts_at),
        "ends": _iso(line.ends_at), "lesson": line.lesson, "lessons": line.lessons, "audience": line.audience, "seats": line.seats,
        "free": None if line.seats is None else line.free, "waiting": line.waiting,
    }  # fmt: skip


def _reason(notice: Notice) -> str:
    return notice.reason or words("zh-CN").say(f"closure_reason.{notice.reason_code}")


def _slots(slots: Iterable[Slot]) -> list[str]:
    spoken = words("zh-CN")
    return [f"{spoken.minute(slot.start)}–{spoken.minute(slot.end)}" for slot in slots]


# -- the page ----------------------------------------------------------------------------------------------------------


def page(feed: Feed, at: datetime) -> bytes:
    """Set the page: Chinese, with English headings; no script, no font, nothing fetched from anywhere."""
    spoken, hall = words("zh-CN"), feed.hall
    where = [part for part in (hall.address, spoken.say("feeds.phone", phone=hall.phone) if hall.phone else "") if part]
    template = Template(_PAGE.read_text(encoding="utf-8"))
    return template.substitute(
        hall=Markup("{}").format(hall.name), now=_now(feed.status), where=Markup("{}").format(" · ".join(where)),
        notices=_section("notices", [_closure(notice, spoken) for notice in feed.status.closures]),
        events=_section("events", [_line(line, spoken) for line in feed.coming[:_EVENTS]]),
        week=_week(feed.rooms, spoken), calendars=_calendars(feed, spoken), written=Markup("{}").format(spoken.say("feeds.written", at=at)),
        sample=Markup("<p class=sample>{}</p>").format(_both("feeds.sample")) if hall.sample else _NOTHING,
    ).encode()  # fmt: skip


def _both(key: str, **facts: object) -> Markup:
    return Markup('{} <span lang="en">{}</span>').format(words("zh-CN").say(key, **facts), words("en").say(key, **facts))


def _now(status: Status) -> Markup:
    state = "open" if status.is_open else "shut"
    moment = status.until or status.next_opening
    text = _both(f"feeds.{state}")
    when = _both(f"feeds.{state}_until", at=moment) if moment else _NOTHING
    return Markup('<p class="now {}"><b>{}</b> {}</p>').format(state, text, when)


def _section(name: str, lines: list[Markup]) -> Markup:
    inner = Markup("<ul>{}</ul>").format(_NOTHING.join(lines)) if lines else Markup("<p>{}</p>").format(_both(f"feeds.{name}_none"))
    return Markup('<section class="{}"><h2>{}</h2>{}</section>').format(name, _both(f"feeds.{name}"), inner)


def _closure(notice: Notice, spoken: Words) -> Markup:
    place = " · ".join(part for part in (notice.room or spoken.say("closure_paper.everywhere"), notice.service) if part)
    back = notice.reopened_at or notice.reopens_at or notice.expected_reopen_at
    kept = "、".join(_slots(notice.kept))
    stage = "shorter" if kept and notice.stage is Stage.NOW else notice.stage.value
    rows = [
        _reason(notice), spoken.say("feeds.from", at=closure_papers.moment(notice.starts_at, spoken)),
        spoken.say("feeds.back_since" if notice.reopened_at else "feeds.back", at=closure_papers.moment(back, spoken)),
        spoken.say("feeds.kept", hours=kept) if kept else "", notice.contact,
    ]  # fmt: skip
    told = Markup("<br>").join(row for row in rows if row)
    return Markup('<li class="{}"><b>{}</b> {}<br>{}</li>').format(notice.stage.value, place, spoken.say(f"feeds.stage.{stage}"), told)


def _line(line: EventLine, spoken: Words) -> Markup:
    when = f"{spoken.due(line.day)} {spoken.short_weekday(line.day)} {_span(Span(line.starts_at, line.ends_at), spoken)}"
    lessons = spoken.say("events.lessons", lesson=line.lesson, lessons=line.lessons) if line.lessons > 1 else ""
    key = "events.open" if line.seats is None else "events.free" if line.free else "events.full"
    parts = (when, line.room, line.audience, lessons, spoken.say(key, count=line.free))
    return Markup("<li><b>{}</b><br>{}</li>").format(line.title, "　".join(part for part in parts if part))


def _span(span: Span[datetime], spoken: Words) -> str:
    return f"{spoken.time(span.start)}–{spoken.time(span.end)}"


def _week(rooms: tuple[RoomFeed, ...], spoken: Words) -> Markup:
    """The hours of the next days, a row for each room that keeps hours."""
    kept = [room for room in rooms if any(spans for _, spans in room.days)]
    if not kept:
        return _NOTHING
    heads = _NOTHING.join(
        Markup("<th scope=col>{}<br>{}</th>").format(spoken.due(day), spoken.short_weekday(day)) for day, _ in kept[0].days
    )
    rows = _NOTHING.join(_row(room, spoken) for room in kept)
    return Markup(
        '<section class="hours"><h2>{}</h2><div class=scroll tabindex=0 role=region aria-label="{}"><table>'
        "<thead><tr><th scope=col>{}</th>{}</tr></thead><tbody>{}</tbody></table></div></section>"
    ).format(_both("feeds.hours"), spoken.say("feeds.hours"), spoken.say("feeds.room"), heads, rows)


def _row(room: RoomFeed, spoken: Words) -> Markup:
    people = "、".join(person.name for person in room.status.people)
    name = (
        Markup("{}<br><small>{}</small>").format(room.status.name, spoken.say("feeds.in_charge", names=people))
        if people
        else room.status.name
    )
    cells = _NOTHING.join(
        Markup("<td>{}</td>").format(Markup("<br>").join(_span(span, spoken) for span in spans) or spoken.say("feeds.rest"))
        for _, spans in room.days
    )
    return Markup("<tr><th scope=row>{}</th>{}</tr>").format(name, cells)


def _calendars(feed: Feed, spoken: Words) -> Markup:
    named = [("events.ics", spoken.say("feeds.events")), *((room.file, room.status.name) for room in feed.rooms), ("hall.json", "JSON")]
    return Markup(" · ").join(Markup('<a href="{}">{}</a>').format(file, name) for file, name in named)
