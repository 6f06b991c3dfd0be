"""标牌: what hangs where, what hangs wrong, and what was decided; new ones are registered, plates are made."""

from datetime import datetime
from typing import Final, get_args
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import SignKind, SignPlace
from services import signs, vis
from services.journal import Actor
from services.refusals import FactWrong
from services.signs import SignForm, SignLine
from ui.staff import acts, draw, frame, plates, sign, told, wall
from ui.staff.stand import Stand, here
from ui.staff.wall import View

_VIEWS: Final[tuple[View, ...]] = get_args(View)
_MOST: Final = 200


def screen(stand: Stand) -> None:
    """Draw the register and the sign in hand, the form of a new one, or the plates."""
    mine, say = wall.wall(), stand.say
    told.tell(stand)
    names = {view: say(f"signs.{view}") for view in _VIEWS}
    mine.view = st.segmented_control(
        say("staff.nav.signs"), list(_VIEWS), default=mine.view, key=f"kind-signs-{stand.round}-{stand.lang}",
        format_func=names.__getitem__, required=True, label_visibility="collapsed",
    )  # fmt: skip
    if mine.view == "plates":
        plates.screen(stand)
        return
    lines = wall.all_signs()
    if mine.view == "register":
        with frame.card("sign-form"):
            _form(stand)
        return
    draw.html(_figures(stand, lines))
    left, right = st.columns([1.25, 1], gap="small")
    with left, frame.card("signs"):
        _list(stand, lines)
    with right, frame.card("sign"):
        chosen = next((line for line in lines if line.id == mine.sign_id), None)
        if chosen is not None:
            sign.one(stand, chosen, lines)
        else:
            _wrong(stand, lines)


def _figures(stand: Stand, lines: list[SignLine]) -> Markup:
    say, count = stand.say, signs.count(lines)
    version = acts.look(_scheme)
    by = say("signs.version_small", version=version.version) if isinstance(version, vis.Scheme) else ""
    figures = (
        ("hanging", count.hanging, say("signs.gone_small", count=count.gone), False),
        ("wrong_place", count.wrong_place, say("signs.wrong_place_small"), True),
        ("not_conforming", count.not_conforming, by, True),
        ("undecided", count.undecided, say("signs.to_do_small", count=count.to_do), True),
    )
    return draw.figures(
        draw.figure(say(f"signs.{name}"), str(number), small, ("red" if number else "green") if judged else "plain")
        for name, number, small, judged in figures
    )


def _list(stand: Stand, lines: list[SignLine]) -> None:
    mine, say = wall.wall(), stand.say
    draw.html(draw.heading(say("signs.list"), ""))
    mine.gone_too = st.checkbox(say("signs.show_gone"), value=mine.gone_too, key=f"gone-{stand.lang}")
    shown = [line for line in lines if mine.gone_too or line.gone_at is None]
    if not shown:
        draw.html(draw.empty(say("signs.none")))
    # What is not yet as it should be comes first.
    for line in sorted(shown, key=lambda line: (line.gone_at is not None, not line.hangs_wrong, not signs.undecided(line), line.number))[
        :_MOST
    ]:
        with frame.row(f"sign-{line.id}"):
            draw.html(draw.line(f"{line.name} · {say(f'sign_kind.{line.kind}')}", *sign.small(stand, line), late=line.hangs_wrong))
            frame.button(f"see-{line.id}", say("signs.see"), wall.look_at, line.id)


def _urgent(line: SignLine) -> tuple[bool, bool, bool, int]:
    return line.gone_at is not None, not line.hangs_wrong, not signs.undecided(line), line.number


def _wrong(stand: Stand, lines: list[SignLine]) -> None:
    """The list that should be empty (R13)."""
    wrong = [line for line in lines if line.hangs_wrong]
    draw.html(draw.heading(stand.say("signs.wrong_list"), ""))
    if not wrong:
        draw.html(draw.notice("good", stand.say("signs.wrong_none")))
    for line in wrong:
        where = f"{stand.say(f'sign_place.{line.place}')} {line.spot}".strip()
        draw.html(draw.line(line.name, where, sign.decided(stand, line), late=True))


# -- a new line of the register


def _form(stand: Stand) -> None:
    say, n, rooms = stand.say, stand.round, wall.all_rooms()
    draw.html(draw.heading(say("signs.register"), ""))
    ages = {age: say(f"signs.{age}") for age in ("is_old", "is_new")}
    st.segmented_control(say("signs.age"), list(ages), default="is_old", key=f"kind-age-{n}", format_func=ages.__getitem__, required=True)
    left, right = st.columns(2, gap="small")
    kinds = {kind: say(f"sign_kind.{kind}") for kind in SignKind}
    with left:
        st.text_input(say("field.sign_name"), key=f"name-{n}", max_chars=80, autocomplete="off")
        st.selectbox(
            say("signs.room"), [None, *rooms], key=f"room-{n}-{stand.lang}",
            format_func=lambda room_id: rooms[room_id] if room_id else say("signs.of_hall"),
        )  # fmt: skip
    with right:
        st.selectbox(say("field.sign_kind"), list(SignKind), key=f"sign-kind-{n}-{stand.lang}", format_func=kinds.__getitem__)
        width, height = st.columns(2, gap="small")
        width.text_input(say("field.sign_width"), key=f"width-{n}", placeholder="300", max_chars=5, autocomplete="off")
        height.text_input(say("field.sign_height"), key=f"height-{n}", placeholder="120", max_chars=5, autocomplete="off")
    places = {place: say(f"sign_place.{place}") for place in SignPlace}
    left, right = st.columns(2, gap="small")
    left.segmented_control(
        say("field.sign_place"), list(SignPlace), default=SignPlace.OUTSIDE, key=f"kind-place-{n}", format_func=places.__getitem__,
        required=True,
    )  # fmt: skip
    right.text_input(say("field.sign_spot"), key=f"spot-{n}", placeholder=say("signs.spot_hint"), max_chars=100, autocomplete="off")
    st.checkbox(say("signs.conforms_too"), key=f"conforms-{n}")
    frame.button("save-sign", say("signs.save"), _save, n, stand.lang, stand.gesture, kind="primary")


def _save(n: int, lang: str, gesture: UUID) -> None:
    stand, state = here(), st.session_state
    try:
        form = SignForm(
            str(state.get(f"name-{n}", "")), SignKind(state[f"sign-kind-{n}-{lang}"]), state.get(f"room-{n}-{lang}"),
            SignPlace(state.get(f"kind-place-{n}") or SignPlace.OUTSIDE), _mm(f"width-{n}"), _mm(f"height-{n}"),
            str(state.get(f"spot-{n}", "")), bool(state.get(f"conforms-{n}")),
        )  # fmt: skip
    except FactWrong as refusal:
        stand.told = refusal
        return
    answer = acts.do(signs.register, form=form, new=state.get(f"kind-age-{n}") == "is_new", gesture=gesture)
    if not isinstance(answer, UUID):
        stand.told = answer
        return
    wall.wall().view, wall.wall().sign_id = "list", answer
    stand.tell("sign_registered")


def _mm(key: str) -> int:
    text = str(st.session_state.get(key, "")).strip()
    if not text.isascii() or not text.isdigit():
        raise FactWrong(field="sign_size")
    return int(text)


def _scheme(session: Session, *, at: datetime, by: Actor) -> vis.Scheme:  # noqa: ARG001  asked like every question
    return vis.in_force(session, hall_id=by.hall_id)
