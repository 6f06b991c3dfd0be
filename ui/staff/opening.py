"""开放日志: the door in one tap, who comes in by taps, what was not kept and why, and the week's hours."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Counted
from services import clock, door_counts, opening_log, opening_register, openings_kept, undoing_house
from services.door_counts import NOBODY, Tally
from services.journal import Actor
from services.opening_log import Door, DoorRoom
from services.opening_register import Line
from services.openings_kept import Anomaly, Kind, Meter
from ui.staff import acts, draw, frame, moments, told
from ui.staff.stand import Stand, Undo, here

_STEPS: Final = (1, 5, 10, -1)
_BACK: Final = timedelta(days=31)
_SHOWN: Final = 8
_WHY: Final = "explaining"
_WEEK: Final = 7


def screen(stand: Stand) -> None:
    """Draw the door and the counters, then what was not kept and the meter."""
    told.tell(stand)
    found = acts.look(opening_log.door)
    if not isinstance(found, Door):
        return
    left, right = st.columns([1, 1.1], gap="small")
    with left:
        with frame.card("door"):
            door(stand, found)
        with frame.card("meter"):
            _meter(stand)
    with right:
        with frame.card("counting"):
            _counters(stand, found)
        with frame.card("anomalies"):
            _anomalies(stand, found)
    with frame.card("log"):
        _log(stand)


# -- the door ----------------------------------------------------------------------------------------------------------


def door(stand: Stand, found: Door) -> None:
    """Draw the one button, and a line for each room."""
    say = stand.say
    draw.html(draw.heading(say("staff.opening.door"), say("staff.opening.door_small")))
    tap(stand, found)
    for room in found.rooms:
        with frame.row(f"room-{room.room_id}"):
            draw.html(draw.line(room.name, _room_state(stand, room)))
            if room.opened_at:
                frame.button(f"shut-{room.room_id}", say("staff.opening.close_one"), _close, (room.room_id,), stand.gesture)
            else:
                frame.button(f"open-{room.room_id}", say("staff.opening.open_one"), _open, (room.room_id,), stand.gesture)


def tap(stand: Stand, found: Door) -> None:
    """Draw the one button that opens or closes the hall; nothing when it is neither time to open nor open."""
    say = stand.say
    if found.due:
        names = "、".join(room.name for room in found.due)
        frame.button("open-hall", say("staff.opening.open", rooms=names), _open, None, stand.gesture, kind="primary")
    if found.opened_at:
        frame.button(
            "close-hall", say("staff.opening.close"), _close, None, stand.gesture, kind="secondary" if found.due else "primary"
        )  # fmt: skip


def figure(stand: Stand, found: Door) -> Markup:
    """Draw the morning's figure: opened when, and the week's hours so far; nothing while the log says it is shut and nothing is due."""
    if found.opened_at is None:
        return draw.NOTHING
    say = stand.say
    answer = acts.look(this_week)
    meters: tuple[Meter, ...] = answer if isinstance(answer, tuple) else ()
    held = next((meter for meter in meters if meter.yardstick), None)
    small = say("staff.opening.week", planned=f"{_hours(held.planned):g}", real=f"{_hours(held.real):g}") if held else ""
    share = _share(held) if held else 0
    opened = say("staff.opening.opened", at=stand.words.time(found.opened_at))
    return draw.figure(
        say("staff.today.door"), opened, small + Markup('<u class="desk-share"><i style="width:{}%"></i></u>').format(share), "green"
    )


def _share(meter: Meter) -> float:
    whole = meter.planned / timedelta(hours=1) or 1
    return min(100, round(100 * (meter.real / timedelta(hours=1)) / whole, 1))


def _room_state(stand: Stand, room: DoorRoom) -> str:
    if room.opened_at:
        return stand.say("staff.opening.open_since", at=stand.words.time(room.opened_at), name=room.on_duty)
    return stand.say("staff.opening.due" if room.due else "staff.opening.shut")


def _open(rooms: tuple[UUID, ...] | None, gesture: UUID) -> None:
    answer = acts.do(opening_log.open_rooms, rooms=rooms, gesture=gesture) if rooms else acts.do(opening_log.open_hall, gesture=gesture)
    here().tell(answer if acts.failed(answer) else "hall_opened")


def _close(rooms: tuple[UUID, ...] | None, gesture: UUID) -> None:
    answer = acts.do(opening_log.close, rooms=rooms, gesture=gesture)
    acts.say(here(), "hall_closed", answer, Undo(undoing_house.hall_close, {}))


# -- who came ----------------------------------------------------------------------------------------------------------


def _counters(stand: Stand, found: Door) -> None:
    say, names = stand.say, {room.room_id: room.name for room in found.rooms}
    if not names:
        return
    head = st.container()
    left, right = st.columns([1, 1.15], vertical_alignment="bottom")
    room_id = left.selectbox(say("staff.opening.where"), list(names), key="door-room", format_func=names.__getitem__)
    step = (
        right.segmented_control(say("staff.opening.step"), list(_STEPS), default=1, key="door-step", format_func=lambda n: f"{n:+d}") or 1
    )
    answer = acts.look(_today)
    tallies: dict[UUID, Tally] = answer if isinstance(answer, dict) else {}
    tally = tallies.get(room_id, NOBODY)
    whole = door_counts.together(tallies.values()).total
    with head:
        draw.html(draw.heading(say("staff.opening.came"), say("staff.opening.came_small", count=whole)))
    with st.container(key="counters", horizontal=True):
        for who in Counted:
            label = f"{say(f'counted.{who}')}  \n{tally.of(who)}"
            frame.button(f"count-{who}", label, _count, who, step, room_id, stand.gesture, width="stretch")


def _count(who: Counted, step: int, room_id: UUID, gesture: UUID) -> None:
    stand, answer = here(), acts.do(door_counts.count, who=who, number=step, room_id=room_id, gesture=gesture)
    stand.told = answer if acts.failed(answer) else None
    # Not `ask_anew`: the fields of the other cards keep what is being written.
    stand.gesture = uuid4()


def _today(session: Session, *, at: datetime, by: Actor) -> dict[UUID, Tally]:
    day = clock.local_day(at)
    return {room_id: tally for (room_id, _), tally in door_counts.tallies(session, hall_id=by.hall_id, first=day, last=day).items()}


# -- what was not kept -------------------------------------------------------------------------------------------------


def _anomalies(stand: Stand, found: Door) -> None:
    say = stand.say
    answer = acts.look(_lately)
    wrong: tuple[Anomaly, ...] = answer if isinstance(answer, tuple) else ()
    unsaid = [those for those in _by_day(wrong) if not all(one.reason for one in those)]
    draw.html(draw.heading(say("staff.opening.anomalies"), say("staff.opening.anomalies_small", count=len(unsaid))))
    for left in found.left_open:
        with frame.row(f"left-{left.log_id}"):
            draw.html(
                draw.line(say("staff.opening.left_open", room=left.room, day=left.day), say("staff.opening.left_open_next"), late=True)
            )
            frame.button(f"left-{left.log_id}", say("staff.opening.add_closing"), _ask_why, ("left", left.log_id))
        if _asked(("left", left.log_id)):
            moments.ask(stand, "left", say("staff.opening.closed_at"), left.proposed_at)
            _reason_field(stand)
            frame.button("close-late", say("staff.opening.write_down"), _close_late, left.log_id, stand.gesture, kind="primary")
    shown = _by_day(wrong)[:_SHOWN]
    if not shown and not found.left_open:
        draw.html(draw.empty(say("staff.opening.all_kept")))
    for together in shown:
        _anomaly(stand, together)


def _by_day(wrong: Iterable[Anomaly]) -> list[tuple[Anomaly, ...]]:
    """Put what went wrong in one room on one day together; what nobody has explained comes first."""
    days: dict[tuple[date, UUID], list[Anomaly]] = {}
    for one in wrong:
        if one.kind is not Kind.NOT_CLOSED:
            days.setdefault((clock.local_day(one.planned.start), one.room_id), []).insert(0, one)
    return sorted((tuple(those) for those in days.values()), key=lambda those: all(one.reason for one in those))


def _anomaly(stand: Stand, those: tuple[Anomaly, ...]) -> None:
    say, words = stand.say, stand.words
    first = those[0]
    day = clock.local_day(first.planned.start)
    key = f"{first.room_id}-{day}"
    spans = " ".join(f"{words.time(one.planned.start)}–{words.time(one.planned.end)}" for one in those)
    kinds = dict.fromkeys(say(f"anomaly.{one.kind}") for one in those)
    reasons = dict.fromkeys(one.reason for one in those if one.reason)
    with frame.row(f"anomaly-{key}"):
        draw.html(draw.line(f"{first.room} {words.due(day)} {spans}", "、".join(kinds), *reasons, late=not reasons))
        frame.button(f"why-{key}", say("staff.opening.why_again" if reasons else "staff.opening.why"), _ask_why, (first.room_id, day))
    if _asked((first.room_id, day)):
        _reason_field(stand)
        facts = (first.room_id, tuple(one.planned.start for one in those), stand.gesture)
        frame.button("explain", say("staff.opening.write_down"), _explain, *facts, kind="primary")


def _ask_why(what: tuple[object, object]) -> None:
    here().told = None
    st.session_state[_WHY] = None if _asked(what) else what


def _asked(what: tuple[object, object]) -> bool:
    return bool(st.session_state.get(_WHY) == what)


def _reason_field(stand: Stand) -> None:
    st.text_input(stand.say("field.reason"), key=f"why-{stand.round}", max_chars=200, placeholder=stand.say("staff.opening.why_hint"))


def _explain(room_id: UUID, starts: tuple[datetime, ...], gesture: UUID) -> None:
    reason = moments.written("why", here())
    _done(acts.do(opening_log.explain, room_id=room_id, starts=starts, reason=reason, gesture=gesture), "explained")


def _close_late(log_id: UUID, gesture: UUID) -> None:
    stand = here()
    facts = {"log_id": log_id, "closed_at": moments.picked(stand, "left"), "reason": moments.written("why", stand)}
    _done(acts.do(opening_log.close_late, **facts, gesture=gesture), "log_added")


def _done(answer: object, told_as: str) -> None:
    stand = here()
    if acts.failed(answer):
        # What was written stays in the fields.
        stand.told = answer
        return
    st.session_state[_WHY] = None
    stand.tell(told_as)


def _lately(session: Session, *, at: datetime, by: Actor) -> tuple[Anomaly, ...]:
    today = clock.local_day(at)
    return openings_kept.anomalies(session, hall_id=by.hall_id, first=today - _BACK, last=today, at=at)


# -- hours -------------------------------------------------------------------------------------------------------------


def _meter(stand: Stand) -> None:
    say = stand.say
    answer = acts.look(this_week)
    meters: tuple[Meter, ...] = answer if isinstance(answer, tuple) else ()
    draw.html(draw.heading(say("staff.opening.meter"), say("staff.opening.meter_small")), *(bar(stand, meter) for meter in meters))


def bar(stand: Stand, meter: Meter) -> Markup:
    """Draw a room's hours against what was planned, with a mark at the yardstick where it has one."""
    planned, real = (_hours(length) for length in (meter.planned, meter.real))
    whole = max(planned, real, meter.yardstick or 0) or 1
    mark = Markup('<b style="left:{}%"></b>').format(round(100 * meter.yardstick / whole, 1)) if meter.yardstick else draw.NOTHING
    stick = stand.say("staff.opening.yardstick", hours=meter.yardstick) if meter.yardstick else ""
    figures = stand.say("staff.opening.hours", real=f"{real:g}", planned=f"{planned:g}")
    return Markup(
        '<div class="desk-meter"><span>{}<small>{}</small></span><div role="img" aria-label="{}"><i style="width:{}%"></i>{}</div></div>'
    ).format(meter.room, " · ".join(part for part in (figures, stick) if part), figures, round(100 * real / whole, 1), mark)


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 1)


def this_week(session: Session, *, at: datetime, by: Actor) -> tuple[Meter, ...]:
    """Give the meters of the week that runs."""
    today = clock.local_day(at)
    return openings_kept.week(session, hall_id=by.hall_id, monday=today - timedelta(days=today.weekday()), at=at)


# -- the log -----------------------------------------------------------------------------------------------------------


def _log(stand: Stand) -> None:
    say = stand.say
    answer = acts.look(_days)
    lines: list[Line] = list(answer) if isinstance(answer, tuple) else []
    draw.html(draw.heading(say("staff.opening.log"), say("staff.opening.log_small")))
    heads = [say(f"staff.opening.{name}") for name in ("day", "room", "planned", "real", "on_duty", "who", "lent_back", "remark")]
    rows = [_line(stand, line) for line in reversed(lines)]
    draw.html(draw.table(heads, rows, late=[bool(line.room_day.anomalies) for line in reversed(lines)]))
    with st.expander(say("staff.opening.add")):
        _add(stand)


def _line(stand: Stand, line: Line) -> tuple[str, ...]:
    words, say, day = stand.words, stand.say, line.room_day
    planned = " ".join(f"{words.time(span.start)}–{words.time(span.end)}" for span in day.planned)
    real = " ".join(f"{words.time(start)}–{words.time(end) if end else ''}" for start, end in day.real)
    wrong = [f"{say(f'anomaly.{one.kind}')}{f'（{one.reason}）' if one.reason else ''}" for one in day.anomalies]
    notices = [say("staff.closing.number", number=number) for number in day.notices]
    came = say("staff.opening.came_line", total=line.came.total, reading=line.came.reading)
    date = f"{words.due(day.day)} {words.short_weekday(day.day)}"
    return (
        date,
        day.room,
        planned,
        real,
        day.on_duty,
        came,
        f"{line.lent} / {line.back}",
        "；".join([*wrong, *notices, day.reason]).strip("；"),
    )


def _add(stand: Stand) -> None:
    say = stand.say
    answer = acts.look(opening_log.door)
    names = {room.room_id: room.name for room in answer.rooms} if isinstance(answer, Door) else {}
    draw.html(draw.empty(say("staff.opening.add_why")))
    st.selectbox(say("staff.announce.room"), list(names), key=f"add-room-{stand.round}", format_func=names.__getitem__)
    yesterday = clock.local_day(clock.now()) - timedelta(days=1)
    moments.ask(stand, "add-from", say("staff.opening.opened_at"), clock.instant(yesterday, 9 * 60))
    moments.ask(stand, "add-to", say("staff.opening.closed_at"), clock.instant(yesterday, 12 * 60))
    st.text_input(say("field.reason"), key=f"add-why-{stand.round}", max_chars=200)
    frame.button("add-log", say("staff.opening.write_down"), _add_log, stand.gesture)


def _add_log(gesture: UUID) -> None:
    stand = here()
    facts: dict[str, Any] = {"opened_at": moments.picked(stand, "add-from"), "closed_at": moments.picked(stand, "add-to")}
    facts |= {"room_id": st.session_state.get(f"add-room-{stand.round}"), "reason": moments.written("add-why", stand)}
    _done(acts.do(opening_log.enter, **facts, gesture=gesture), "log_added")


def _days(session: Session, *, at: datetime, by: Actor) -> tuple[Line, ...]:
    today = clock.local_day(at)
    return opening_register.lines(session, hall_id=by.hall_id, first=today - timedelta(days=_WEEK - 1), last=today, at=at)
