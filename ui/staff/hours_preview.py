"""What a change of hours would do, beside its form: this week, the days that change, what is due, what is on, the week's hours."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import closable, closures, hours_changes, hours_plans, hours_words
from services.closure_plans import SET_ASIDE
from services.hours_changes import Changed
from services.hours_plans import Change, DayHours, Preview
from services.journal import Actor
from services.refusals import HolidayShorter, Refusal
from services.rooms import Use
from ui.staff import acts, closing, draw, frame, moments
from ui.staff.stand import Stand, Undo

_NEXT: Final = 6
_OUTSIDE: Final = 6


def draw_preview(stand: Stand, change: Change | None, save: Callable[..., None], keep: Callable[[], None] | None) -> None:
    """Draw it, and the button that saves; `keep` is the way back from taking a layer away."""
    say = stand.say
    draw.html(draw.heading(say("staff.hours.preview"), say("staff.hours.preview_small")))
    if change is None:
        draw.html(draw.blank("notice", say("staff.hours.choose"), say("staff.hours.choose_next")))
        return
    looked = acts.look(_look, change=change, reason=moments.written("hours-reason", stand))
    if not isinstance(looked, Preview):
        return
    if keep is not None:
        title = say("staff.hours.taking_away", what=change.name or say("staff.hours.from", day=change.first))
        draw.html(draw.notice("mind", title))
    # A reason alone is enough for a shorter holiday; the rest wants somebody who may approve.
    soft = (*SET_ASIDE, HolidayShorter)
    firm = [refusal for refusal in looked.refusals if not isinstance(refusal, soft)]
    if looked.refusals:
        draw.html(draw.reasons((*_words(stand, refusal), refusal in firm) for refusal in looked.refusals))
    if not firm:
        _effects(stand, looked)
    if not firm and (looked.refusals or moments.written("hours-reason", stand)):
        _aside(stand, change.room_id)
    with st.container(key="card-acts-hours", horizontal=True):
        label = say("staff.hours.save" if keep is None else "staff.hours.drop_now")
        frame.button("hours-save", label, save, change, stand.gesture, kind="primary", disabled=bool(firm) or not looked.changed)
        if keep is not None:
            frame.button("hours-keep", say("staff.hours.keep"), keep)


def tell(stand: Stand, answer: object) -> None:
    """Say what came of it, with the way back."""
    if not isinstance(answer, Changed):
        stand.told, stand.undo = answer, None
        return
    moved = stand.say("staff.closing.moved", count=answer.moved) if answer.moved else ""
    flagged = stand.say("staff.hours.saved_flagged") if answer.flagged else ""
    text = " · ".join(part for part in (moved, flagged) if part)
    stand.tell(draw.notice("good", stand.say("staff.hours.saved"), text), Undo(hours_changes.undo, {"room_id": answer.room_id}))


def _effects(stand: Stand, looked: Preview) -> None:
    say = stand.say
    if not looked.changed:
        draw.html(draw.empty(say("staff.hours.changes_nothing")))
        return
    draw.html(_meter(stand, looked))
    this_week = [one for one in looked.this_week if one.differs]
    if not this_week:
        draw.html(draw.empty(say("staff.hours.week_stays")))
    heads = [say(f"staff.hours.{name}") for name in ("day", "was", "will")]
    # What changes this week stands first; the rest are the next dates.
    rows = looked.this_week if this_week else ()
    later = [one for one in looked.changed if one not in rows][:_NEXT]
    draw.html(draw.table(heads, [_day(stand, one) for one in (*rows, *later)], [one.differs for one in rows] + [False] * len(later)))
    draw.html(draw.empty(say("staff.hours.days_changed", count=len(looked.changed))))
    if looked.moved:
        draw.html(closing.would_move(stand, closures.Preview((), None, looked.moved)))
    if looked.outside:
        draw.html(draw.notice("mind", say("staff.hours.outside", count=len(looked.outside))))
        draw.html(*(_use(stand, use) for use in looked.outside[:_OUTSIDE]))


def _meter(stand: Stand, looked: Preview) -> Markup:
    """The week's hours, held against the yardstick where the room has one."""
    say, planned = stand.say, looked.planned / timedelta(hours=1)
    was = say("staff.hours.meter_was", hours=f"{looked.was_planned / timedelta(hours=1):g}")
    enough = looked.yardstick is None or planned >= looked.yardstick
    against = say("staff.hours.meter_against", hours=looked.yardstick) if looked.yardstick else ""
    share = min(100, round(100 * planned / looked.yardstick)) if looked.yardstick else 100
    bar = Markup('<u class="desk-share"><i style="width:{}%"></i></u>').format(share) if looked.yardstick else draw.NOTHING
    small = Markup("{}{}").format(" · ".join(part for part in (was, against) if part), bar)
    return draw.figures(
        [draw.figure(say("staff.hours.meter"), say("staff.hours.meter_hours", hours=f"{planned:g}"), small, "green" if enough else "red")]
    )


def _day(stand: Stand, one: DayHours) -> tuple[str, str, str]:
    shut, words = stand.say("staff.hours.shut"), stand.words
    day = f"{words.due(one.day)} {words.short_weekday(one.day)}"
    will = hours_words.of_day(one.will, words) or shut
    return day, hours_words.of_day(one.was, words) or shut, will if one.differs else stand.say("staff.hours.same")


def _use(stand: Stand, use: Use) -> Markup:
    words = stand.words
    title = use.title or (stand.say(f"purpose.{use.purpose}") if use.purpose else stand.say("staff.hours.taken"))
    return draw.line(title, f"{words.moment(use.span.start)}–{words.time(use.span.end)}")


def _aside(stand: Stand, room_id: UUID) -> None:
    """Ask for the reason, and who approves: the change is then flagged for whoever inspects."""
    say, n = stand.say, stand.round
    st.text_input(say("staff.announce.aside"), key=f"hours-reason-{n}", max_chars=200, placeholder=say("staff.announce.aside_hint"))
    found = acts.look(closable.approvers, room_id=room_id)
    people: dict[UUID, str] = found if isinstance(found, dict) else {}
    st.selectbox(
        say("staff.stocktake.approver"), list(people), index=None, key=f"hours-approver-{n}", format_func=people.__getitem__,
        placeholder=say("staff.thing.approver_hint"),
    )  # fmt: skip


def _words(stand: Stand, refusal: Refusal) -> tuple[str, str]:
    kindly = stand.words.refused(refusal)
    return kindly.say, kindly.next


def _look(session: Session, *, change: Change, reason: str, at: datetime, by: Actor) -> Preview:
    return hours_plans.preview(session, hall_id=by.hall_id, change=change, reason=reason, at=at)
