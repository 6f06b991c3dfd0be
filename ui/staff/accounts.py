"""账号: who may sign in, and as what. For the head of the hall alone; a password is drawn, shown once, and kept nowhere."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import Role
from services import keepers, staff
from services.keepers import Account
from ui.staff import acts, draw, frame, gate, outcome, told
from ui.staff.stand import Stand, Undo, here

_CHOSEN: Final = "account-chosen"


@dataclass(frozen=True)
class Fresh:
    """A password that was just drawn: on the screen until the next tap, and nowhere else."""

    login: str
    password: str


def screen(stand: Stand) -> None:
    """Draw the list on the left; on the right the account that was tapped, or the form for a new one."""
    if isinstance(stand.told, Fresh):
        draw.html(_fresh(stand, stand.told))
    else:
        told.tell(stand)
    answer = acts.look(keepers.everyone)
    if not isinstance(answer, list):
        with frame.card("head-only"):
            draw.html(draw.blank("no_card", stand.say("people.account.head_only"), stand.say("people.account.head_only_next")))
        return
    chosen = next((account for account in answer if account.staff_id == st.session_state.get(_CHOSEN)), None)
    left, right = st.columns([1.2, 1])
    with left, frame.card("accounts"):
        draw.html(draw.heading(stand.say("staff.nav.accounts"), stand.say("people.account.rule")))
        for account in answer:
            _line(stand, account, chosen)
    with right, frame.card("account"):
        if chosen is None:
            _new(stand)
        else:
            _one(stand, chosen)


def _fresh(stand: Stand, fresh: Fresh) -> Markup:
    text = stand.say("people.account.once")
    return draw.notice("good", stand.say("people.account.password", login=fresh.login, password=fresh.password), text)


def _line(stand: Stand, account: Account, chosen: Account | None) -> None:
    with frame.row(f"account-{account.staff_id}"):
        state = _state(stand, account)
        draw.html(draw.line(account.name, account.login, stand.say(f"role.{account.role}"), state, late=account.disabled_at is not None))
        shown = chosen is not None and chosen.staff_id == account.staff_id
        frame.button(
            f"account-{account.staff_id}", stand.say("people.open"), _choose, account.staff_id, kind="primary" if shown else "secondary"
        )


def _state(stand: Stand, account: Account) -> str:
    if account.disabled_at is not None:
        return stand.say("people.account.closed", day=account.disabled_at)
    if account.signed_in:
        return stand.say("people.account.here_now")
    return stand.say("people.account.seen", at=account.last_seen) if account.last_seen else stand.say("people.account.never")


def _new(stand: Stand) -> None:
    say, n = stand.say, stand.round
    draw.html(draw.heading(say("people.account.new")))
    st.text_input(say("field.name"), key=f"name-{n}", max_chars=40, autocomplete="off")
    st.text_input(say("field.login"), key=f"login-{n}", max_chars=40, autocomplete="off", placeholder=say("people.account.login_hint"))
    _role(stand, Role.KEEPER)
    frame.button("account-make", say("people.account.make"), _make, stand.gesture, n, kind="primary")


def _role(stand: Stand, role: Role) -> None:
    st.segmented_control(
        stand.say("field.role"), list(keepers.ROLES), default=role, key=f"kind-role-{stand.round}", required=True,
        format_func=lambda each: stand.say(f"role.{each}"),
    )  # fmt: skip


def _one(stand: Stand, account: Account) -> None:
    say, n = stand.say, stand.round
    draw.html(draw.heading(account.login, _state(stand, account)))
    st.text_input(say("field.name"), account.name, key=f"name-{n}", max_chars=40, autocomplete="off")
    _role(stand, account.role)
    with st.container(key="card-acts-account", horizontal=True):
        frame.button("account-save", say("staff.people.save"), _change, account, stand.gesture, n, kind="primary")
        frame.button("account-new", say("people.account.new"), _choose, None)
    draw.html(draw.empty(say("people.account.reset_hint")))
    with st.container(key="card-acts-account-more", horizontal=True):
        # One's own page would end before the new password was read.
        if account.staff_id != stand.staff_id:
            frame.sure(stand, "account-reset", say("people.account.reset"), _reset, account.staff_id, account.login, stand.gesture)
        if account.disabled_at is None:
            frame.button("account-close", say("people.account.close"), close, account.staff_id, stand.gesture)
        else:
            frame.button("account-open", say("people.account.open"), _reopen, account.staff_id, stand.gesture)


def _choose(staff_id: UUID | None) -> None:
    stand = here()
    stand.told = None
    stand.ask_anew()
    st.session_state[_CHOSEN] = staff_id


def _make(gesture: UUID, n: int) -> None:
    stand = here()
    name, login = (str(st.session_state.get(f"{field}-{n}") or "").strip() for field in ("name", "login"))
    role, password = st.session_state.get(f"kind-role-{n}") or Role.KEEPER, keepers.draw_password()
    hashed = staff.hash_password(password)
    answer = acts.do(keepers.appoint, login=login, name=name, role=role, password_hash=hashed, gesture=gesture)
    _show(stand, answer, Fresh(login.lower(), password))


def _reset(staff_id: UUID, login: str, gesture: UUID) -> None:
    stand, password = here(), keepers.draw_password()
    answer = acts.do(keepers.reset, staff_id=staff_id, password_hash=staff.hash_password(password), gesture=gesture)
    _show(stand, answer, Fresh(login, password))
    gate.look_again()


def _show(stand: Stand, answer: object, fresh: Fresh) -> None:
    """Show the password that holds: a second tap has drawn another one, which opens nothing."""
    if acts.failed(answer):
        stand.told = answer
    elif answer:
        stand.ask_anew()
        # Not by `tell`: what was told is kept for a while, and a password is not.
        stand.told, stand.undo = fresh, None


def _change(old: Account, gesture: UUID, n: int) -> None:
    role = st.session_state.get(f"kind-role-{n}") or Role.KEEPER
    name = str(st.session_state.get(f"name-{n}") or "")
    way_back = Undo(keepers.change, {"staff_id": old.staff_id, "name": old.name, "role": old.role})
    answer = acts.do(keepers.change, staff_id=old.staff_id, name=name, role=role, gesture=gesture)
    outcome.tell(here(), "account_changed", answer, way_back)


def close(staff_id: UUID, gesture: UUID) -> None:
    """Close an account; its open pages end at once, on whatever tablet."""
    stand = here()
    way_back = Undo(keepers.restore, {"staff_id": staff_id})
    outcome.tell(stand, "account_closed", acts.do(keepers.dismiss, staff_id=staff_id, gesture=gesture), way_back)
    gate.look_again()


def _reopen(staff_id: UUID, gesture: UUID) -> None:
    way_back = Undo(keepers.dismiss, {"staff_id": staff_id})
    outcome.tell(here(), "account_opened", acts.do(keepers.restore, staff_id=staff_id, gesture=gesture), way_back)
