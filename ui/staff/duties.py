"""责任人: who answers for each room, from when; replacing one closes the old line, and past papers keep past names."""

from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import Duty
from services import clock, duties, keepers, undoing_house
from services.duties import Person, RoomDuty
from services.keepers import Account
from services.refusals import FactWrong
from ui.staff import accounts, acts, days, draw, frame, outcome, told
from ui.staff.stand import Stand, Undo, here

_ROOM: Final = "duty-room"


def screen(stand: Stand) -> None:
    """Draw the rooms with their people; the head of the hall may replace them."""
    told.tell(stand)
    answer = acts.look(duties.rooms)
    rooms: list[RoomDuty] = answer if isinstance(answer, list) else []
    if vacant := [room.room for room in rooms if room.vacant]:
        draw.html(draw.notice("mind", stand.say("people.duty.vacant", rooms="、".join(vacant)), stand.say("people.duty.vacant_next")))
    held = acts.look(keepers.everyone)
    head = isinstance(held, list)
    chosen = next((room for room in rooms if room.room_id == st.session_state.get(_ROOM)), None) if head else None
    left, right = st.columns([1.3, 1]) if head else (st.container(), None)
    with left, frame.card("duties"):
        draw.html(draw.heading(stand.say("staff.nav.duties"), "" if head else stand.say("people.account.head_only")))
        for room in rooms:
            _room(stand, room, head=head)
    if right is not None:
        with right, frame.card("duty"):
            if chosen is None:
                draw.html(draw.blank("no_card", stand.say("people.duty.choose"), stand.say("people.duty.choose_next")))
            else:
                _replace(stand, chosen, held if isinstance(held, list) else [])


def _room(stand: Stand, room: RoomDuty, *, head: bool) -> None:
    with frame.row(f"duty-{room.room_id}"):
        people = [_person(stand, person) for person in (*room.now, *room.coming)]
        draw.html(draw.line(room.room, *people or [stand.say("people.duty.nobody")], late=room.vacant))
        if head:
            frame.button(f"duty-{room.room_id}", stand.say("people.duty.change"), _choose, room.room_id)


def _person(stand: Stand, person: Person) -> str:
    since = stand.say("people.duty.since", day=person.from_day)
    return " ".join(each for each in (stand.say(f"duty.{person.duty}"), person.name, person.phone, since) if each)


def _replace(stand: Stand, room: RoomDuty, held: list[Account]) -> None:
    say, n = stand.say, stand.round
    draw.html(draw.heading(room.room, say("people.duty.change")))
    duty = st.segmented_control(
        say("people.duty.which"), list(Duty), default=Duty.IN_CHARGE, key=f"kind-duty-{n}", required=True,
        format_func=lambda each: say(f"duty.{each}"), label_visibility="collapsed",
    )  # fmt: skip
    names = {account.staff_id: account.name for account in held if account.disabled_at is None}
    st.selectbox(
        say("field.account"), [None, *names], key=f"account-{n}-{stand.lang}",
        format_func=lambda each: names[each] if each else say("people.duty.no_account"),
    )  # fmt: skip
    st.text_input(say("field.name"), key=f"name-{n}", max_chars=40, autocomplete="off", placeholder=say("people.duty.name_hint"))
    first, second = st.columns(2)
    first.text_input(say("field.phone"), key=f"phone-{n}", max_chars=20, autocomplete="off")
    with second:
        days.field(stand, "from_day", f"from-{n}", clock.local_day(clock.now()))
    before = room.holder(duty or Duty.IN_CHARGE)
    close = None
    if before is not None and before.staff_id in names:
        asked = st.checkbox(frame.plain(say("people.duty.close", name=before.name)), key=f"close-{n}")
        close = before.staff_id if asked else None
        draw.html(draw.empty(say("people.duty.close_hint")))
    with st.container(key="card-acts-duty", horizontal=True):
        frame.button("duty-save", say("people.save"), _entrust, room.room_id, names, close, stand.gesture, n, kind="primary")
        if before is not None:
            frame.button("duty-end", say("people.duty.end"), _release, room.room_id, before, stand.gesture)
    if room.past:
        draw.html(draw.heading(say("people.duty.past")), *(_past(stand, person) for person in room.past))


def _past(stand: Stand, person: Person) -> Markup:
    return draw.line(person.name, stand.say(f"duty.{person.duty}"), f"{days.written(person.from_day)} – {days.written(person.to_day)}")


def _choose(room_id: UUID) -> None:
    stand = here()
    stand.told = None
    stand.ask_anew()
    st.session_state[_ROOM] = room_id


def _entrust(room_id: UUID, names: dict[UUID, str], close: UUID | None, gesture: UUID, n: int) -> None:
    stand = here()
    said = {field: str(st.session_state.get(f"{field}-{n}") or "") for field in ("name", "phone", "from")}
    staff_id = st.session_state.get(f"account-{n}-{stand.lang}")
    duty = st.session_state.get(f"kind-duty-{n}") or Duty.IN_CHARGE
    try:
        from_day = days.read("from_day", said["from"]) or clock.local_day(clock.now())
    except FactWrong as refusal:
        stand.told = refusal
        return
    name = said["name"] or (names.get(staff_id, "") if staff_id else "")
    answer = acts.do(
        duties.entrust, room_id=room_id, duty=duty, name=name, phone=said["phone"], staff_id=staff_id,
        from_day=from_day, gesture=gesture,
    )  # fmt: skip
    outcome.tell(stand, "entrusted", answer)
    if close is not None and close != staff_id and not acts.failed(answer):
        accounts.close(close, gesture)


def _release(room_id: UUID, person: Person, gesture: UUID) -> None:
    stand = here()
    answer = acts.do(duties.release, room_id=room_id, duty=person.duty, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
    else:
        way_back = Undo(undoing_house.duty_release, {"charge_id": person.charge_id})
        stand.tell(draw.notice("mind", stand.say("people.told.released"), stand.say("people.duty.vacant_next")), way_back)
