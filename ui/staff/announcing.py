"""The whole form of a notice: reason, what is closed, from when, expected reopening; what it would do is shown before it is written."""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import ClosureReason
from services import called_away, clock, closable, closures
from services.calendars import Slot
from services.called_away import Signature
from services.closable import Places
from services.closure_plans import SET_ASIDE, Plan
from services.closures import Announced, Preview
from services.journal import Actor
from services.refusals import Refusal
from services.spans import Span
from ui.staff import acts, closing, draw, frame, inside, moments, told
from ui.staff.stand import Stand, here

_REASONS: Final = [reason for reason in ClosureReason if reason is not ClosureReason.CALLED_AWAY]
_DAYS_AHEAD: Final = 8


def screen(stand: Stand) -> None:
    """Draw the form, and beside it what would come of it."""
    if isinstance(stand.told, Announced):
        closing.screen(stand)
        return
    told.tell(stand)
    left, right = st.columns([1.1, 1], gap="small")
    with left, frame.card("announce"):
        _form(stand)
    with right, frame.card("announce-preview"):
        _preview(stand, _plan(stand))


def _form(stand: Stand) -> None:
    say, n = stand.say, stand.round
    draw.html(draw.heading(say("staff.announce.title"), say("staff.announce.small")))
    kind, text = st.columns([1, 1.4])
    kind.selectbox(say("staff.announce.reason_code"), _REASONS, key=f"reason-{n}", format_func=lambda code: say(f"closure_reason.{code}"))
    text.text_input(say("staff.announce.reason"), key=f"why-{n}", max_chars=400, placeholder=say("staff.announce.reason_hint"))
    _scope(stand)
    soon = clock.local_day(clock.now()) + timedelta(days=_DAYS_AHEAD)
    moments.ask(stand, "from", say("staff.announce.from"), clock.instant(soon, 0))
    moments.ask(stand, "until", say("staff.announce.until"), clock.instant(soon + timedelta(days=1), 9 * 60))
    closing.settle(stand, "until", _picked(f"room-{n}"))
    _kept(stand)
    offered = acts.look(called_away.signature)
    offer = offered if isinstance(offered, Signature) else Signature("", "")
    left, right = st.columns(2)
    left.text_input(say("field.contact"), offer.contact, key=f"contact-{n}", max_chars=40)
    right.text_input(say("field.signer"), offer.signer, key=f"signer-{n}", max_chars=40)


def _scope(stand: Stand) -> None:
    say, n = stand.say, stand.round
    found = acts.look(closable.places)
    places = found if isinstance(found, Places) else Places({}, {})
    left, right = st.columns([1, 1.4])
    room_id = left.selectbox(
        say("staff.announce.room"), [None, *places.rooms], key=f"room-{n}",
        format_func=lambda room_id: places.rooms[room_id] if room_id else say("staff.today.whole_hall"),
    )  # fmt: skip
    services = places.services.get(room_id, {}) if room_id else {}
    right.selectbox(
        say("staff.announce.service"), [None, *services], key=f"service-{n}-{room_id}", disabled=not services,
        format_func=lambda service_id: services[service_id] if service_id else say("staff.announce.all_services"),
    )  # fmt: skip


def _kept(stand: Stand) -> None:
    say, n = stand.say, stand.round
    if st.checkbox(say("staff.announce.shorter"), key=f"shorter-{n}"):
        left, right = st.columns(2)
        left.time_input(say("staff.announce.opens"), time(14, 30), key=f"opens-{n}")
        right.time_input(say("staff.announce.closes"), time(17, 30), key=f"closes-{n}")


def _plan(stand: Stand) -> Plan:
    """Read the form as it stands now: in a callback that is newer than what was drawn."""
    n, room_id = stand.round, _picked(f"room-{stand.round}")
    reason_code, service_id = st.session_state.get(f"reason-{n}"), _picked(f"service-{n}-{room_id}")
    contact, signer, reason = (moments.written(name, stand) for name in ("contact", "signer", "why"))
    return Plan(
        reason_code if isinstance(reason_code, ClosureReason) else _REASONS[0], moments.picked(stand, "from"),
        closing.settled(stand, "until", room_id), contact, signer, reason, room_id, service_id, _hours_kept(n),
    )  # fmt: skip


def _hours_kept(n: int) -> tuple[Slot, ...]:
    opens, closes = (st.session_state.get(f"{name}-{n}") for name in ("opens", "closes"))
    if not st.session_state.get(f"shorter-{n}") or not isinstance(opens, time) or not isinstance(closes, time) or closes <= opens:
        return ()
    return (Span(opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute),)


def _picked(key: str) -> UUID | None:
    value = st.session_state.get(key)
    return value if isinstance(value, UUID) else None


def _preview(stand: Stand, plan: Plan) -> None:
    say, words = stand.say, stand.words
    draw.html(draw.heading(say("staff.announce.preview"), say("staff.announce.preview_small")))
    looked = acts.look(_look, plan=plan)
    if not isinstance(looked, Preview):
        return
    firm = [refusal for refusal in looked.refusals if not isinstance(refusal, SET_ASIDE)]
    if looked.refusals:
        draw.html(draw.reasons((*_words(stand, refusal), refusal in firm) for refusal in looked.refusals))
    if looked.reopens_at is not None:
        draw.html(draw.facts([(say("staff.announce.shown"), words.moment(looked.reopens_at))]), closing.would_move(stand, looked))
        inside.ask(stand, looked.inside, plan.reason_code)
    if looked.refusals and not firm:
        _aside(stand, plan)
    with st.container(key="card-acts-announce", horizontal=True):
        frame.button(
            "publish",
            say("staff.closing.publish"),
            _publish,
            stand.gesture,
            kind="primary",
            disabled=bool(firm) or inside.unanswered(stand, looked.inside),
        )
        frame.button("closures", say("staff.closure.list"), acts.open_screen, "closures")


def _words(stand: Stand, refusal: Refusal) -> tuple[str, str]:
    kindly = stand.words.refused(refusal)
    return kindly.say, kindly.next


def _aside(stand: Stand, plan: Plan) -> None:
    """Ask for an approver's reason: the notice is then flagged for whoever inspects."""
    say, n = stand.say, stand.round
    st.text_input(say("staff.announce.aside"), key=f"aside-{n}", max_chars=200, placeholder=say("staff.announce.aside_hint"))
    found = acts.look(closable.approvers, room_id=plan.room_id)
    people: dict[UUID, str] = found if isinstance(found, dict) else {}
    st.selectbox(
        say("staff.stocktake.approver"), list(people), index=None, key=f"aside-by-{n}", format_func=people.__getitem__,
        placeholder=say("staff.thing.approver_hint"),
    )  # fmt: skip


def _publish(gesture: UUID) -> None:
    stand = here()
    plan = _plan(stand)
    facts = {"plan": plan, "short_notice_reason": moments.written("aside", stand), "answers": closing.chosen(stand, plan)}
    answer = acts.do(closures.announce, **facts, approver_id=_picked(f"aside-by-{stand.round}"), gesture=gesture)
    if isinstance(answer, Announced):
        stand.go("closures")
        stand.tell(answer)
    else:
        # What was written stays in the fields.
        stand.told = answer


def _look(session: Session, *, plan: Plan, at: datetime, by: Actor) -> Preview:
    return closures.preview(session, hall_id=by.hall_id, plan=plan, at=at)
