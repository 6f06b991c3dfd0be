"""The keeper's morning: is it open, what is overdue, what to put aside, what is broken, what is closed."""

from datetime import date, datetime
from typing import Final

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import AreaKind, Duty
from services import almanac, clock, codes, hours, morning, opening_log
from services.hours import Notice, RoomStatus, Stage, Status
from services.journal import Actor
from services.morning import Counts, Kept, Morning, Overdue
from services.opening_log import Door
from services.reports import OpenReport
from services.staff import Signed
from services.words import Words
from ui.calm import calm
from ui.house import Trouble, ask, house
from ui.staff import acts, booking_morning, closing, draw, event_morning, frame, opening, room_desk, told, upkeep, voice_morning
from ui.staff.stand import Stand

_SHOWN: Final = 5
_NAMED: Final = 3


def today(stand: Stand, signed: Signed) -> None:
    """Draw the day; township and district see its numbers, never its names."""
    door = ask(_status)
    counted = ask(morning.counts, hall_id=house().hall.id, at=clock.now())
    if isinstance(door, Trouble) or isinstance(counted, Trouble):
        calm(door.reference if isinstance(door, Trouble) else counted.reference, stand.lang)  # type: ignore[union-attr]
        return
    assert isinstance(door, Status)
    assert isinstance(counted, Counts)
    lists = acts.look(_morning) if signed.keeps_the_desk else None
    log = acts.look(opening_log.door) if signed.keeps_the_desk else None
    told.tell(stand)
    opened = opening.figure(stand, log) if isinstance(log, Door) else draw.NOTHING
    draw.html(_figures(stand.words, opened or _door(stand.words, door), counted, lists if isinstance(lists, Morning) else None))
    if signed.keeps_the_desk and (warning := room_desk.warning(stand)):
        with st.container(key="row-not-whole", horizontal=True, vertical_alignment="center"):
            draw.html(warning)
            frame.button("not-whole", stand.say("staff.nav.rooms"), acts.open_fresh, "rooms")
    left, right = st.columns([1.15, 1], gap="small")
    with left, frame.card("todo"):
        if isinstance(lists, Morning):
            _todo(stand, door, lists, log if isinstance(log, Door) else None)
        else:
            draw.html(draw.heading(stand.say("staff.today.counts_only")), draw.empty(stand.say("staff.today.counts_only_why")))
    with right, frame.card("rooms"):
        _rooms(stand, door)
        if signed.keeps_the_desk:
            _often(stand, log if isinstance(log, Door) else None)
            voice_morning.reading(stand)


def _status(session: Session) -> Status:
    return hours.hall_status(session, house().hall.id, clock.now())


def _morning(session: Session, *, at: datetime, by: Actor) -> Morning:
    return morning.morning(session, hall_id=by.hall_id, at=at)


def _figures(words: Words, front: Markup, counted: Counts, lists: Morning | None) -> Markup:
    say = words.say
    to_shelve = sum(not kept.on_shelf for kept in lists.kept) if lists else 0
    waiting = say("staff.today.to_shelve", count=to_shelve) if to_shelve else say("staff.today.shelf_done")
    return draw.figures([
        front,
        draw.figure(say("staff.today.lent_back"), f"{counted.lent} / {counted.back}", say("staff.today.lent_back_small")),
        draw.figure(
            say("staff.today.overdue"),
            str(counted.overdue),
            say("staff.today.longest", days=counted.longest) if counted.overdue else say("staff.today.none_overdue"),
            "red" if counted.overdue else "green",
        ),
        draw.figure(say("staff.today.holds"), str(counted.holds_waiting), waiting if lists else ""),
    ])  # fmt: skip


def _door(words: Words, door: Status) -> Markup:
    say = words.say
    person = door.in_charge.name if door.in_charge else ""
    if door.is_open and door.until:
        return draw.figure(say("staff.today.door"), say("staff.today.open_until", time=words.time(door.until)), person, "green")
    if door.next_opening:
        when = say("staff.today.next_opening", at=_when(words, door.next_opening))
        return draw.figure(say("staff.today.door"), say("staff.today.closed_now"), when)
    return draw.figure(say("staff.today.door"), say("staff.today.closed_now"), "", "red")


def _when(words: Words, at: datetime) -> str:
    day, today = clock.local_day(at), clock.local_day(clock.now())
    if day == today:
        return words.time(at)
    return words.moment(at)


def _todo(stand: Stand, door: Status, lists: Morning, log: Door | None) -> None:
    """What is most urgent first; each with the one thing to do about it."""
    draw.html(draw.heading(stand.say("staff.today.todo"), stand.say("staff.today.urgent_first")))
    aside = [kept for kept in lists.kept if not kept.on_shelf]
    late = [notice for notice in door.closures if notice.stage is Stage.LATE]
    left = log.left_open if log else ()
    vacant = [room for room in door.rooms if room.area_kind is AreaKind.SERVICE and not _has_head(room)]
    gatherings, groups, heard = event_morning.due(), booking_morning.due(), voice_morning.due()
    lists_are_empty = not (lists.reports or lists.overdue or lists.due or lists.orders)
    if lists_are_empty and not (aside or late or left or vacant or gatherings or groups or heard):
        draw.html(draw.empty(stand.say("staff.today.nothing")))
    with st.container(key="list-todo"):
        for kept in aside[:_SHOWN]:
            _to_put_aside(stand, kept)
        for notice in late:
            with frame.row(f"closure-{notice.closure_id}"):
                draw.html(_closure(stand.words, notice))
                frame.button(f"closure-{notice.closure_id}", stand.say("staff.today.closure_next"), closing.show, notice.closure_id)
        for one in left:
            with frame.row(f"left-{one.log_id}"):
                draw.html(draw.line(stand.say("staff.opening.left_open", room=one.room, day=one.day), late=True))
                frame.button(f"left-{one.log_id}", stand.say("staff.opening.add_closing"), acts.open_screen, "opening")
        for room in vacant[:_SHOWN]:
            _without_head(stand, room)
        for report in lists.reports[:_SHOWN]:
            _broken(stand, report)
        _upkeep(stand, lists)
        for overdue in lists.overdue[:_SHOWN]:
            _overdue(stand, overdue)
        if (more := len(lists.overdue) - _SHOWN) > 0:
            draw.html(draw.empty(stand.say("staff.today.more", count=more)))
        for kept in [kept for kept in lists.kept if kept.on_shelf][:_SHOWN]:
            _on_the_shelf(stand, kept)
        booking_morning.lines(stand, groups)
        event_morning.lines(stand, gatherings)
        voice_morning.lines(stand, heard)


def _has_head(room: RoomStatus) -> bool:
    return any(person.duty is Duty.IN_CHARGE for person in room.people)


def _without_head(stand: Stand, room: RoomStatus) -> None:
    """A room that nobody is in charge of must not open (R41)."""
    with frame.row(f"vacant-{room.room_id}"):
        draw.html(draw.line(stand.say("people.duty.vacant", rooms=room.name), stand.say("people.duty.vacant_next"), late=True))
        frame.button(f"vacant-{room.room_id}", stand.say("staff.nav.duties"), acts.open_fresh, "duties")


def _to_put_aside(stand: Stand, kept: Kept) -> None:
    with frame.row(f"hold-{kept.hold_id}"):
        title = stand.say("staff.today.put_aside", name=draw.book(stand.words, kept.name, kept.number))
        draw.html(draw.line(title, codes.clear(kept.number), kept.patron, _phone_end(stand, kept.phone_end), _until(stand, kept.kept_day)))
        frame.button(f"shelve-{kept.hold_id}", stand.say("staff.today.shelved"), acts.put_on_shelf, kept.hold_id, kind="primary")


def _on_the_shelf(stand: Stand, kept: Kept) -> None:
    with frame.row(f"kept-{kept.hold_id}"):
        title = stand.say("staff.today.waits", name=draw.book(stand.words, kept.name, kept.number))
        draw.html(draw.line(title, codes.clear(kept.number), kept.patron, _phone_end(stand, kept.phone_end), _until(stand, kept.kept_day)))
        frame.button(f"to-{kept.hold_id}", stand.say("staff.today.see_patron"), acts.take_patron, kept.patron_id)


def _broken(stand: Stand, report: OpenReport) -> None:
    with frame.row(f"report-{report.report_id}"):
        what = stand.say(
            "staff.today.report", name=draw.book(stand.words, report.name, report.number), trouble=stand.say(f"trouble.{report.trouble}")
        )
        draw.html(draw.line(what, codes.clear(report.number), stand.words.moment(report.at), report.note))
        frame.button(f"see-{report.report_id}", stand.say("staff.today.see_thing"), acts.take_item, report.item_id)
        frame.button(f"repair-{report.report_id}", stand.say("care.repair_it"), upkeep.take_to, report.item_id)
        frame.button(f"done-{report.report_id}", stand.say("staff.today.report_done"), acts.report_done, report.report_id)


def _upkeep(stand: Stand, lists: Morning) -> None:
    """What is to be looked after today, and what is in work: a line each, the rest is on its own screen."""
    today = clock.local_day(clock.now())
    due_late, back_late = any(one.late(today) for one in lists.due), any(upkeep.is_late(one, clock.now()) for one in lists.orders)
    for key, found, late in (("due", lists.due, due_late), ("orders", lists.orders, back_late)):
        names = list(dict.fromkeys(one.name for one in found))
        if names:
            with frame.row(f"care-{key}"):
                said = "、".join(names[:_NAMED])
                said = stand.say("care.and_more", names=said) if len(names) > _NAMED else said
                draw.html(draw.line(stand.say(f"care.today_{key}", count=len(found)), said, late=late))
                frame.button(f"care-{key}", stand.say("care.see"), upkeep.take_to)


def _overdue(stand: Stand, overdue: Overdue) -> None:
    with frame.row(f"late-{overdue.loan_id}"):
        title = stand.say("staff.today.late", name=draw.book(stand.words, overdue.name, overdue.number), days=overdue.days)
        due = stand.say("staff.due", day=stand.words.due(overdue.due_day))
        draw.html(draw.line(title, overdue.patron, codes.clear(overdue.number), due, late=True))
        frame.button(f"who-{overdue.loan_id}", stand.say("staff.today.see_patron"), acts.take_patron, overdue.patron_id)


def _phone_end(stand: Stand, phone_end: str) -> str:
    return stand.say("staff.phone_end", end=phone_end) if phone_end else ""


def _until(stand: Stand, day: date) -> str:
    return stand.say("staff.kept_until", day=stand.words.due(day))


def _rooms(stand: Stand, door: Status) -> None:
    words, now = stand.words, clock.now()
    day = clock.local_day(now)
    draw.html(draw.heading(stand.say("staff.today.rooms"), f"{words.due(day)} {words.short_weekday(day)} · {almanac.lunar_day(day)}"))
    lines = [_closure(words, notice) for notice in door.closures]
    for room in door.rooms:
        if not room.is_open and room.next_opening is None:
            continue  # an office, or closed by a notice that stands above
        opens = words.say("staff.today.next_opening", at=_when(words, room.next_opening)) if room.next_opening else ""
        state = words.say("staff.today.room_open", time=words.time(room.until)) if room.is_open and room.until else opens
        lines.append(draw.line(room.name, state, "、".join(person.name for person in room.people)))
    draw.html(Markup('<div class="desk-rooms">{}</div>').format(draw.NOTHING.join(lines)))


def _closure(words: Words, notice: Notice) -> Markup:
    place = notice.service or notice.room or words.say("staff.today.whole_hall")
    reason = words.say(f"closure_reason.{notice.reason_code}")
    back = words.moment(notice.reopens_at or notice.expected_reopen_at)
    title = words.say(f"staff.today.closure_{notice.stage}", place=place, at=words.moment(notice.starts_at))
    return draw.line(title, reason, words.say("staff.today.reopens", at=back), late=notice.stage is Stage.LATE)


def _often(stand: Stand, log: Door | None) -> None:
    draw.html(draw.heading(stand.say("staff.today.often")))
    with st.container(key="often", horizontal=True):
        if log is not None:
            opening.tap(stand, log)
        frame.button("called-away", stand.say("staff.today.called_away"), acts.open_fresh, "closures")
        frame.button("often-desk", stand.say("staff.nav.desk"), acts.open_fresh, "desk", kind="primary")
        frame.button("often-register", stand.say("staff.nav.register"), acts.open_fresh, "register")
