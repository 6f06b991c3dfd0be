"""开放时间: the hours of a room by touch — its week, its seasons, single dates — looked at before they are saved."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import clock, closable, hours, hours_changes, hours_plans, hours_words, policy
from services.calendars import Slot
from services.closable import Places
from services.hours_changes import Past
from services.hours_plans import Change, Laid, Layer
from services.journal import Actor
from services.rule_papers import SIZES
from services.spans import Span
from ui.staff import acts, draw, frame, hours_preview, moments, told
from ui.staff.stand import Stand, here

_ROOM: Final = "hours-room"
_VIEW: Final = "hours-view"
_DROP: Final = "hours-drop"
_STEP: Final = 15
_MOST_SLOTS: Final = 4
_MIDNIGHT: Final = 24 * 60
_LATEST: Final = 30 * 60
_SPARE: Final = ((9 * 60, 12 * 60), (14 * 60 + 30, 17 * 60 + 30), (19 * 60, 21 * 60), (21 * 60, 22 * 60))


def screen(stand: Stand) -> None:
    """Draw the room, the form of a change, what it would do, and what was laid over the week before."""
    told.tell(stand)
    found = acts.look(closable.places)
    rooms = found.rooms if isinstance(found, Places) else {}
    if not rooms:
        return
    with st.container(key="hours-top", horizontal=True, vertical_alignment="center"):
        room_id = _chosen(_ROOM, list(rooms), lambda each: rooms[each], stand.say("field.room"))
        layer = _chosen(_VIEW, list(Layer), lambda each: stand.say(f"hours_layer.{each}"), stand.say("staff.hours.what"))
    left, right = st.columns([1.15, 1], gap="small")
    with left:
        with frame.card("hours-form"):
            _form(stand, room_id, layer)
        with frame.card("hours-layers"):
            _layers(stand, room_id)
    with right, frame.card("hours-preview"):
        dropped = _dropped(stand)
        change = dropped or _entered(stand, room_id, layer)
        hours_preview.draw_preview(stand, change, _save, _keep if dropped else None)


def _chosen(key: str, options: list[Any], name: Any, label: str) -> Any:
    chosen = st.segmented_control(
        label, options, default=options[0], key=key, format_func=lambda each: frame.plain(name(each)), required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen if chosen in options else options[0]


# -- the form ----------------------------------------------------------------------------------------------------------


def _form(stand: Stand, room_id: UUID, layer: Layer) -> None:
    say, n, today = stand.say, stand.round, clock.local_day(clock.now())
    draw.html(draw.heading(say(f"staff.hours.{layer}_title"), say(f"staff.hours.{layer}_small")))
    notice = acts.look(_notice)
    soon = today + timedelta(days=notice if isinstance(notice, int) else 0)
    if layer is not Layer.WEEK:
        hint = say(f"staff.hours.name_{layer}")
        st.text_input(say("field.hours_name"), key=f"hours-name-{n}", max_chars=36, placeholder=hint, autocomplete="off")
    first, last = st.columns(2)
    first.date_input(say(f"staff.hours.first_{layer}"), soon, min_value=today, key=f"hours-first-{n}", format="YYYY-MM-DD")
    if layer is Layer.SEASON:
        last.date_input(say("staff.hours.last"), soon + timedelta(days=30), min_value=today, key=f"hours-last-{n}", format="YYYY-MM-DD")
    week = acts.look(_week, room_id=room_id, day=_day(f"hours-first-{n}", soon))
    now: dict[int, tuple[Slot, ...]] = week if isinstance(week, dict) else {}
    if layer is not Layer.DAY:
        st.pills(
            say("staff.hours.which_days"), list(range(7)), selection_mode="multi", key=f"hours-days-{n}",
            format_func=lambda day: frame.plain(_weekday(stand, day, now.get(day, ()))),
        )  # fmt: skip
    days = _weekdays(stand, layer)
    if days:
        _slots(stand, room_id, days[0], now.get(days[0], ()))


def _weekday(stand: Stand, weekday: int, slots: Iterable[Slot]) -> str:
    hours_of_day = hours_words.of_day(slots, stand.words) or stand.say("staff.hours.shut")
    return f"{stand.words.short_weekday(date(2024, 1, 1 + weekday))}　{hours_of_day}"


def _weekdays(stand: Stand, layer: Layer) -> list[int]:
    """Give the weekdays in hand, Monday first."""
    if layer is Layer.DAY:
        return [_day(f"hours-first-{stand.round}", clock.local_day(clock.now())).weekday()]
    chosen = st.session_state.get(f"hours-days-{stand.round}") or []
    return sorted(day for day in chosen if isinstance(day, int))


def _slots(stand: Stand, room_id: UUID, weekday: int, now: tuple[Slot, ...]) -> None:
    """Ask for the hours of the days in hand; they begin as those of the first of them."""
    say, name = stand.say, f"{stand.round}-{room_id.hex}-{weekday}"
    count = int(st.session_state.setdefault(f"hours-count-{name}", len(now)))
    if not count:
        draw.html(draw.notice("mind", say("staff.hours.would_be_shut")))
    for place in range(count):
        offered = now[place] if place < len(now) else Span(*_SPARE[min(place, len(_SPARE) - 1)])
        left, right = st.columns(2)
        starts = _minute(
            left, stand, say("staff.hours.opens", number=place + 1), f"hours-from-{place}-{name}", range(0, _MIDNIGHT, _STEP), offered.start
        )
        _minute(right, stand, say("staff.hours.closes"), f"hours-to-{place}-{name}", range(starts + _STEP, _LATEST + 1, _STEP), offered.end)
    with st.container(key="hours-slots", horizontal=True):
        frame.button("slot-more", say("staff.hours.more"), _count, name, count + 1, disabled=count >= _MOST_SLOTS)
        frame.button("slot-less", say("staff.hours.less"), _count, name, count - 1, disabled=not count)
        frame.button("slot-none", say("staff.hours.none"), _count, name, 0, disabled=not count)


def _count(name: str, count: int) -> None:
    st.session_state[f"hours-count-{name}"] = count


def _entered(stand: Stand, room_id: UUID, layer: Layer) -> Change | None:
    """Read the form as it stands now; nothing while no day is chosen."""
    n, days = stand.round, _weekdays(stand, layer)
    if not days:
        return None
    today = clock.local_day(clock.now())
    first, name = _day(f"hours-first-{n}", today), f"{n}-{room_id.hex}-{days[0]}"
    last = _day(f"hours-last-{n}", today) if layer is Layer.SEASON else None
    count = int(st.session_state.get(f"hours-count-{name}", 0))
    slots = tuple(
        _slot(st.session_state.get(f"hours-from-{place}-{name}"), st.session_state.get(f"hours-to-{place}-{name}"))
        for place in range(count)
    )
    whole = tuple(sorted(slot for slot in slots if slot is not None))
    return Change(room_id, layer, first, last, moments.written("hours-name", stand), dict.fromkeys(days, whole))


def _minute(column: Any, stand: Stand, label: str, key: str, minutes: range, default: int) -> int:
    """Ask for a time of day by a list of quarters of an hour; nobody types one."""
    options = sorted({*minutes, default} if default >= minutes.start else minutes)
    chosen = column.selectbox(
        label,
        options,
        index=options.index(default) if default in options else 0,
        key=key,
        format_func=lambda each: hours_words.clock(each, stand.words),
    )
    return chosen if isinstance(chosen, int) else options[0]


def _slot(starts: Any, ends: Any) -> Slot | None:
    return Span(starts, ends) if isinstance(starts, int) and isinstance(ends, int) and starts < ends else None


def _day(key: str, default: date) -> date:
    value = st.session_state.get(key)
    return value if isinstance(value, date) else default


def _save(change: Change, gesture: UUID) -> None:
    stand = here()
    approver = st.session_state.get(f"hours-approver-{stand.round}")
    said = {"reason": moments.written("hours-reason", stand), "approver_id": approver if isinstance(approver, UUID) else None}
    hours_preview.tell(stand, acts.do(hours_changes.change, change=change, gesture=gesture, **said))


# -- what lies over the week -------------------------------------------------------------------------------------------


def _layers(stand: Stand, room_id: UUID) -> None:
    say = stand.say
    found = acts.look(_laid, room_id=room_id)
    laid: tuple[Laid, ...] = found if isinstance(found, tuple) else ()
    draw.html(draw.heading(say("staff.hours.layers"), say("staff.hours.layers_small")))
    if not laid:
        draw.html(draw.empty(say("staff.hours.no_layers")))
    for place, one in enumerate(laid):
        with frame.row(f"layer-{place}"):
            draw.html(_line(stand, one))
            if not (one.change.layer is Layer.WEEK and one.begun):
                label = say("staff.hours.end" if one.begun and one.change.layer is Layer.SEASON else "staff.hours.drop")
                frame.button(f"drop-{place}", label, _drop, one.change)
    with st.container(key="card-acts-notice", horizontal=True):
        for size in SIZES:
            st.link_button(say(f"staff.hours.notice_{size}"), f"/desk/hall/hours-{size}.pdf", type="secondary")
    past = acts.look(_past, room_id=room_id)
    if isinstance(past, tuple) and past:
        with st.expander(say("staff.hours.history")):
            draw.html(*(_past_line(stand, each) for each in past))


def _line(stand: Stand, one: Laid) -> Markup:
    words, change = stand.words, one.change
    when = words.due(change.first) if change.last is None else f"{words.due(change.first)} – {words.due(change.last)}"
    title = stand.say("staff.hours.from", day=when) if change.layer is Layer.WEEK else f"{change.name} · {when}"
    text = hours_words.week(change.week or {}, words)
    shut = [words.short_weekday(date(2024, 1, 1 + day)) for day, slots in sorted((change.week or {}).items()) if not slots]
    closed = stand.say("staff.hours.shut_on", days="、".join(shut)) if shut else ""
    return draw.line(title, text, closed, stand.say("staff.hours.begun") if one.begun else "")


def _past_line(stand: Stand, past: Past) -> Markup:
    say = stand.say
    verb = say(f"journal.verb.{past.verb}")
    title = say("staff.hours.undone", what=verb) if past.undone else verb
    since = say("staff.hours.from", day=stand.words.due(past.first)) if past.first else ""
    flagged = say("staff.hours.flagged", reason=past.reason) if past.flagged else past.reason
    return draw.line(title, since, past.who, stand.words.moment(past.at), flagged, late=past.flagged)


def _drop(change: Change) -> None:
    stand = here()
    stand.told = None
    stand.ask_anew()
    st.session_state[_DROP] = (stand.round, Change(change.room_id, change.layer, change.first, change.last, change.name))


def _dropped(stand: Stand) -> Change | None:
    n, change = st.session_state.get(_DROP) or (None, None)
    return change if n == stand.round and isinstance(change, Change) else None


def _keep() -> None:
    st.session_state.pop(_DROP, None)


def _notice(session: Session, *, at: datetime, by: Actor) -> int:  # noqa: ARG001  asked like every question
    return policy.notice_days(session, hall_id=by.hall_id)


def _week(session: Session, *, room_id: UUID, day: date, at: datetime, by: Actor) -> dict[int, tuple[Slot, ...]]:  # noqa: ARG001  asked alike
    return hours_plans.week_on(hours.calendar_of(session, room_id), day)


def _laid(session: Session, *, room_id: UUID, at: datetime, by: Actor) -> tuple[Laid, ...]:
    return hours_plans.layers(session, hall_id=by.hall_id, room_id=room_id, today=clock.local_day(at))


def _past(session: Session, *, room_id: UUID, at: datetime, by: Actor) -> tuple[Past, ...]:  # noqa: ARG001  asked alike
    return hours_changes.history(session, hall_id=by.hall_id, room_id=room_id)
