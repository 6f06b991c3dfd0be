"""暂停开放: called away in two taps and a time, and the list of all notices with what can still be done about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import ClosureReason
from services import called_away, clock, closure_papers, closure_register, closures
from services.called_away import Chip, Return, Signature
from services.closure_answers import Answers
from services.closure_plans import Plan
from services.closure_register import Entry, State
from services.closures import Announced, Preview
from services.journal import Actor
from services.moving import Moved
from ui.staff import acts, draw, frame, inside, moments, told
from ui.staff.stand import Stand, here

OPEN: Final = "closure-open"
_OTHER: Final = "other"
_PAST: Final = 12
_TONE: Final = {State.LATE: "no", State.NOW: "mind", State.COMING: "mind"}


def screen(stand: Stand) -> None:
    """Draw both."""
    told.tell(stand)
    published(stand)
    left, right = st.columns([1, 1.15], gap="small")
    with left, frame.card("called-away"):
        _called_away(stand)
    with right, frame.card("closures"):
        _list(stand)


def published(stand: Stand) -> None:
    """Say what was just published, and lead to its papers."""
    if not isinstance(stand.told, Announced):
        return
    done, say = stand.told, stand.say
    moved = say("staff.closing.moved", count=len(done.moved)) if done.moved else ""
    back = say("staff.closing.back", at=done.reopens_at or done.expected_reopen_at)
    with st.container(key="row-published", horizontal=True, vertical_alignment="center"):
        draw.html(
            draw.notice("good", say("staff.closing.published", number=done.number), " · ".join(part for part in (back, moved) if part))
        )
        frame.button("papers", say("staff.closing.papers"), show, done.closure_id, kind="primary")
    if done.answered:
        with frame.card("answered"):
            draw.html(draw.heading(say("inside.done"), say("inside.done_small")), inside.done(stand, done.answered))


def show(closure_id: UUID) -> None:
    """Turn to one closure."""
    here().go("closure")
    st.session_state[OPEN] = closure_id


def lift(closure_id: UUID, gesture: UUID) -> None:
    """It is open again, from now on."""
    stand, answer = here(), acts.do(closures.lift, closure_id=closure_id, gesture=gesture)
    if isinstance(answer, tuple) and answer:
        names = "、".join(f"{one.title} {stand.words.moment(one.old.start)}" for one in answer)
        stand.tell(draw.notice("mind", stand.say("inside.stay_cancelled", count=len(answer)), names))
    else:
        stand.tell(answer if acts.failed(answer) else "lifted")


# -- called away -------------------------------------------------------------------------------------------------------


def _called_away(stand: Stand) -> None:
    say = stand.say
    draw.html(draw.heading(say("staff.closing.called_away"), say("staff.closing.called_away_small")))
    offered = acts.look(called_away.chips)
    chips: dict[str, Chip] = {chip.back.value: chip for chip in offered} if isinstance(offered, tuple) else {}
    chosen = st.pills(
        say("staff.closing.until"), [*chips, _OTHER], key=f"chips-{stand.round}", format_func=lambda name: _chip(stand, chips.get(name))
    )
    if chosen == _OTHER:
        moments.ask(stand, "away", say("staff.closing.back_day"), clock.now() + timedelta(hours=2))
        settle(stand, "away", None)
    reopens_at = _back_at(stand, chips)
    signed = acts.look(called_away.signature)
    offer = signed if isinstance(signed, Signature) else Signature("", "")
    with st.expander(frame.plain(say("staff.closing.signature", contact=offer.contact, signer=offer.signer))):
        st.text_input(say("field.contact"), offer.contact, key=f"away-contact-{stand.round}", max_chars=40)
        st.text_input(say("field.signer"), offer.signer, key=f"away-signer-{stand.round}", max_chars=40)
    waits = reopens_at is None
    if reopens_at is not None:
        looked = acts.look(_preview, plan=_away(stand, reopens_at))
        if isinstance(looked, Preview):
            draw.html(would_move(stand, looked))
            inside.ask(stand, looked.inside, ClosureReason.CALLED_AWAY)
            waits = inside.unanswered(stand, looked.inside)
    with st.container(key="card-acts-away", horizontal=True):
        frame.button("publish-away", say("staff.closing.publish"), _publish_away, chips, stand.gesture, kind="primary", disabled=waits)
        frame.button("announce", say("staff.closing.other_notice"), acts.open_screen, "announce")


def _away(stand: Stand, reopens_at: datetime) -> Plan:
    """From now on, whenever now is: the tablet may have lain there for a while since it was drawn."""
    contact, signer = (moments.written(f"away-{name}", stand) for name in ("contact", "signer"))
    return Plan(ClosureReason.CALLED_AWAY, clock.now(), reopens_at, contact, signer)


def _back_at(stand: Stand, chips: Mapping[str, Chip]) -> datetime | None:
    chosen = str(st.session_state.get(f"chips-{stand.round}"))
    return chips[chosen].reopens_at if chosen in chips else settled(stand, "away", None) if chosen == _OTHER else None


def _chip(stand: Stand, chip: Chip | None) -> str:
    if chip is None:
        return stand.say("staff.closing.chip.other")
    same_day = clock.local_day(chip.reopens_at) == clock.local_day(clock.now())
    when = stand.words.time(chip.reopens_at) if same_day else stand.words.moment(chip.reopens_at)
    far = chip.back is Return.HOUR and chip.reopens_at - clock.now() > timedelta(hours=2)
    return stand.say("staff.closing.chip.next" if far else f"staff.closing.chip.{chip.back}", at=when)


def settle(stand: Stand, key: str, room_id: UUID | None) -> None:
    """Warn of a time in closed hours and propose the next opening; the keeper may insist."""
    meant, opens = moments.picked(stand, key), _opening(stand, key, room_id)
    if opens != meant:
        draw.html(draw.notice("mind", stand.say("staff.closing.closed_then", at=stand.words.moment(meant)), ""))
        label = stand.say("staff.closing.take_next", at=stand.words.moment(opens))
        st.checkbox(label, value=True, key=f"next-{key}-{stand.round}-{meant.isoformat()}")


def settled(stand: Stand, key: str, room_id: UUID | None) -> datetime:
    """Read what was settled: the time picked, or the opening after it."""
    meant, opens = moments.picked(stand, key), _opening(stand, key, room_id)
    return opens if st.session_state.get(f"next-{key}-{stand.round}-{meant.isoformat()}", True) else meant


def _opening(stand: Stand, key: str, room_id: UUID | None) -> datetime:
    meant = moments.picked(stand, key)
    opens = acts.look(_opens, moment=meant, room_id=room_id)
    return opens if isinstance(opens, datetime) else meant


def would_move(stand: Stand, looked: Preview) -> Markup:
    """Say what the notice would move, thing by thing, and name nobody."""
    say = stand.say
    if not looked.moved:
        return draw.empty(say("staff.closing.moves_nothing"))
    title = say("staff.closing.would_move", loans=len(looked.loans), pickups=len(looked.pickups))
    heads = [say(f"staff.closing.{name}") for name in ("thing", "old_day", "new_day")]
    return draw.notice("mind", title) + draw.table(heads, [_moved(stand, one) for one in looked.moved])


def _moved(stand: Stand, one: Moved) -> Sequence[str]:
    name = draw.book(stand.words, one.name, one.number)
    if one.is_pickup:
        name = stand.say("staff.closing.pickup", name=name)
    return name, stand.words.due(one.old_day), stand.words.due(one.new_day)


def _preview(session: Session, *, plan: Plan, at: datetime, by: Actor) -> Preview:
    return closures.preview(session, hall_id=by.hall_id, plan=plan, at=at)


def _opens(session: Session, *, moment: datetime, room_id: UUID | None, at: Any, by: Actor) -> datetime | None:  # noqa: ARG001  asked like every question
    return called_away.proposed(session, hall_id=by.hall_id, moment=moment, room_id=room_id)


def _publish_away(chips: Mapping[str, Chip], gesture: UUID) -> None:
    stand = here()
    if (reopens_at := _back_at(stand, chips)) is not None:
        plan = _away(stand, reopens_at)
        answer = acts.do(closures.announce, plan=plan, gesture=gesture, answers=chosen(stand, plan))
        if acts.failed(answer):
            # What was chosen stays.
            stand.told = answer
        else:
            stand.tell(answer)


def chosen(stand: Stand, plan: Plan) -> Answers:
    """Read what becomes of that which is inside a plan now."""
    looked = acts.look(_preview, plan=plan)
    return inside.answers(stand, looked.inside) if isinstance(looked, Preview) else {}


# -- the list ----------------------------------------------------------------------------------------------------------


def _list(stand: Stand) -> None:
    say = stand.say
    found = acts.look(_entries)
    entries: tuple[Entry, ...] = found if isinstance(found, tuple) else ()
    open_ = sorted((entry for entry in entries if entry.open), key=lambda entry: (entry.state is not State.LATE, entry.starts_at))
    past = [entry for entry in entries if not entry.open][:_PAST]
    draw.html(draw.heading(say("staff.closing.in_force")))
    if not open_:
        draw.html(draw.empty(say("staff.closing.none_in_force")))
    for entry in open_:
        _row(stand, entry)
    draw.html(draw.heading(say("staff.closing.past")))
    if not past:
        draw.html(draw.empty(say("staff.closing.none_past")))
    for entry in past:
        _row(stand, entry)


def _row(stand: Stand, entry: Entry) -> None:
    with frame.row(f"closure-{entry.closure_id}"):
        draw.html(line(stand, entry))
        if entry.state in {State.LATE, State.NOW}:
            frame.sure(
                stand, f"lift-{entry.closure_id}", stand.say("staff.closing.lift"), lift, entry.closure_id, stand.gesture,
                kind="primary" if entry.state is State.LATE else "secondary",
            )  # fmt: skip
        frame.button(f"show-{entry.closure_id}", stand.say("staff.closing.show"), show, entry.closure_id)


def line(stand: Stand, entry: Entry) -> Markup:
    """Draw a closure as a line of a list."""
    words, say = stand.words, stand.say
    reason = say(f"closure_reason.{entry.reason_code}")
    title = f"{closure_papers.place(entry, words)} · {reason}"
    state = say(f"closing_state.{entry.state}", at=entry.reopened_at or entry.expected_reopen_at, start=entry.starts_at)
    extra = [
        closure_papers.hours_kept(entry, words),
        say("staff.closing.extended", count=entry.extensions) if entry.extensions else "",
        say("staff.closing.flagged") if entry.first.flag_reason else "",
    ]
    number = say("staff.closing.number", number=entry.number)
    return draw.line(title, number, state, *extra, late=entry.state is State.LATE)


def _entries(session: Session, *, at: datetime, by: Actor) -> tuple[Entry, ...]:
    return closure_register.entries(session, hall_id=by.hall_id, at=at)
