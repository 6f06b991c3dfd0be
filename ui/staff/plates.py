"""门牌和公示牌: one plate a room, the hours board, and the version of the scheme they follow."""

from datetime import datetime
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import SignKind
from services import clock, plates, vis
from services.journal import Actor
from services.plates import Door, Made
from services.vis import Scheme
from ui.house import house
from ui.staff import acts, draw, frame, sign
from ui.staff.stand import Stand, here


def screen(stand: Stand) -> None:
    """Draw the rooms' plates at the left, board and scheme at the right."""
    left, right = st.columns([1.25, 1], gap="small")
    with left, frame.card("plates"):
        _doors(stand)
    with right:
        with frame.card("board"):
            _board(stand)
        with frame.card("scheme"):
            _scheme(stand)


def _doors(stand: Stand) -> None:
    say = stand.say
    found = acts.look(_all_doors)
    draw.html(draw.heading(say("signs.plates"), say("signs.plates_lead")))
    doors: list[Door] = found if isinstance(found, list) else []
    for door in doors:
        with frame.row(f"door-{door.room_id}"):
            state = _state(stand, door.made, up_to_date=door.up_to_date)
            why = stand.words.refused(door.refusal).say if door.refusal else ""
            draw.html(draw.line(door.room, why or state, late=bool(why) or (door.made is not None and not door.up_to_date)))
            if door.made is not None:
                draw.html(sign.pdf_link(stand, door.made.sign_id))
            if door.refusal is None and not door.up_to_date:
                label = say("signs.again" if door.made else "signs.make")
                frame.button(f"plate-{door.room_id}", label, _make_door, door.room_id, stand.gesture, kind="primary")


def _state(stand: Stand, made: Made | None, *, up_to_date: bool) -> str:
    if made is None:
        return stand.say("signs.none_made")
    said = stand.say("signs.made", day=clock.local_day(made.at), version=made.version)
    return f"{said} · {stand.say('signs.up_to_date' if up_to_date else 'signs.changed')}"


def _make_door(room_id: UUID, gesture: UUID) -> None:
    answer = acts.do(plates.make_door_plate, room_id=room_id, gesture=gesture)
    here().tell(answer if acts.failed(answer) else "plate_made")


def _board(stand: Stand) -> None:
    say, n = stand.say, stand.round
    made = acts.look(_board_now)
    draw.html(draw.heading(say("signs.board"), ""))
    old = made if isinstance(made, Made) else None
    phone = str(old.facts["phone"][1]) if old else house().hall.phone
    if old is not None:
        with frame.row("board-made"):
            draw.html(draw.line(say("signs.made", day=clock.local_day(old.at), version=old.version)))
            draw.html(sign.pdf_link(stand, old.sign_id))
    st.text_input(say("field.oversight_phone"), phone, key=f"phone-{n}", max_chars=30, autocomplete="off")
    label = say("signs.again" if old else "signs.make_board")
    frame.button("board", label, _make_board, n, stand.gesture, kind="secondary" if old else "primary")


def _make_board(n: int, gesture: UUID) -> None:
    stand = here()
    answer = acts.do(plates.make_hours_board, oversight_phone=str(st.session_state.get(f"phone-{n}", "")), gesture=gesture)
    stand.tell(answer if acts.failed(answer) else "plate_made")


def _scheme(stand: Stand) -> None:
    say, now = stand.say, acts.look(_in_force)
    if not isinstance(now, Scheme):
        return
    since = say("signs.scheme_since", day=clock.local_day(now.since_at)) if now.since_at else say("signs.scheme_start")
    sizes = "、".join(f"{say(f'sign_kind.{one.kind}')} {one.width}×{one.height}" for one in now.plates.values())
    draw.html(draw.heading(say("signs.scheme"), ""), draw.line(say("signs.scheme_now", version=now.version), since), draw.empty(sizes))
    with st.expander(say("signs.adopt")):
        with st.container(key=f"upload-{stand.lang}"):
            file = st.file_uploader(say("signs.adopt_hint"), key=f"scheme-{stand.round}")
        if file is not None:
            frame.button("adopt", say("signs.adopt_it"), _adopt, file.getvalue(), stand.gesture, kind="primary")


def _adopt(data: bytes, gesture: UUID) -> None:
    answer = acts.do(vis.adopt, data=data, gesture=gesture)
    here().tell("vis_adopted" if isinstance(answer, Scheme) else answer)


def _all_doors(session: Session, *, at: datetime, by: Actor) -> list[Door]:  # noqa: ARG001  asked like every question
    return plates.doors(session, hall_id=by.hall_id)


def _board_now(session: Session, *, at: datetime, by: Actor) -> Made | None:  # noqa: ARG001  the same
    return plates.made_now(session, hall_id=by.hall_id, kind=SignKind.HOURS)


def _in_force(session: Session, *, at: datetime, by: Actor) -> Scheme:  # noqa: ARG001  the same
    return vis.in_force(session, hall_id=by.hall_id)
