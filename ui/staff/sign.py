"""One sign in hand: what it is, what becomes of it, that it was done, and its photos."""

from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import PhotoMoment, SignKind, SignPlace, Verdict
from services import clock, photos, signs
from services.refusals import Refusal
from services.signs import SignLine
from ui.staff import acts, draw, frame, photo_away, typed, wall
from ui.staff.stand import Stand, here

_BY_SIZE: Final = frozenset({SignKind.ROOM_PLATE, SignKind.PARTY, SignKind.WINDOW, SignKind.DESK, SignKind.HOURS, SignKind.NOTICE})


def one(stand: Stand, line: SignLine, lines: list[SignLine]) -> None:
    """Draw it with what can be done now."""
    say = stand.say
    draw.html(
        draw.heading(line.name, say("signs.number", number=line.number)), draw.line(say(f"sign_kind.{line.kind}"), *small(stand, line))
    )
    if line.made_here:
        draw.html(pdf_link(stand, line.id))
    if line.gone_at is None and line.decided is not None and line.decided.done_day is None:
        _carry_out(stand, line)
    elif line.gone_at is None:
        _decide(stand, line, lines)
    _photos(stand, line)
    frame.button("to-signs", say("signs.back"), wall.look_at, None)


def small(stand: Stand, line: SignLine) -> tuple[str, ...]:
    """Say in small where it hangs, its size, whether it conforms, and what was decided."""
    say = stand.say
    where = f"{line.room or say('signs.of_hall')} {say(f'sign_place.{line.place}')} {line.spot}".strip()
    fits = say("signs.conforms", version=line.vis_version) if line.conforms else say("signs.not")
    gone = say("signs.gone_on", day=clock.local_day(line.gone_at)) if line.gone_at else ""
    made = say("signs.made_here") if line.made_here else ""
    return where, say("signs.size", width=line.width, height=line.height), fits, made, decided(stand, line), gone


def decided(stand: Stand, line: SignLine) -> str:
    """Say what was decided, who answers for it, and whether it is done."""
    if line.decided is None:
        return ""
    one, say = line.decided, stand.say
    said = say("signs.decided", verdict=say(f"verdict.{one.verdict}"), owner=one.owner)
    into = f"（{say('signs.into', number=one.into)}）" if one.into is not None else ""
    return f"{said}{into} · {say('signs.done_on', day=one.done_day) if one.done_day else say('signs.waiting')}"


def pdf_link(stand: Stand, sign_id: UUID) -> Markup:
    """Link the plate's paper."""
    link = Markup('<a class="desk-link" href="/desk/plate/{}.pdf" download>{}</a>')
    return link.format(sign_id, stand.say("signs.pdf"))


def _decide(stand: Stand, line: SignLine, lines: list[SignLine]) -> None:
    say, n = stand.say, stand.round
    names = {verdict: say(f"verdict.{verdict}") for verdict in Verdict}
    verdict = st.segmented_control(say("signs.decide"), list(Verdict), default=None, key=f"kind-verdict-{n}", format_func=names.__getitem__)
    if verdict is Verdict.MERGE:
        # A plate made here, of the same room, is what most are merged into.
        others = sorted(
            (each for each in lines if each.gone_at is None and each.id != line.id),
            key=lambda each: (each.room_id != line.room_id, not each.made_here, each.number),
        )
        into = {each.id: f"{each.name} · {say('signs.number', number=each.number)}" for each in others}
        st.selectbox(say("field.sign_into"), list(into), key=f"into-{n}", format_func=into.__getitem__)
    left, right = st.columns(2, gap="small")
    left.text_input(say("field.sign_owner"), key=f"owner-{n}", max_chars=40, autocomplete="off")
    right.text_input(say("signs.note"), key=f"note-{n}", max_chars=200, autocomplete="off")
    frame.button("decide-sign", say("signs.decide_it"), _decided, line.id, n, stand.gesture, kind="primary", disabled=verdict is None)


def _decided(sign_id: UUID, n: int, gesture: UUID) -> None:
    stand, state = here(), st.session_state
    verdict = Verdict(state[f"kind-verdict-{n}"])
    answer = acts.do(
        signs.decide, sign_id=sign_id, verdict=verdict, owner=str(state.get(f"owner-{n}", "")), note=str(state.get(f"note-{n}", "")),
        into_id=state.get(f"into-{n}") if verdict is Verdict.MERGE else None, gesture=gesture,
    )  # fmt: skip
    _told(stand, answer, "sign_decided")


def _carry_out(stand: Stand, line: SignLine) -> None:
    say, n = stand.say, stand.round
    assert line.decided is not None
    if line.decided.verdict is Verdict.KEEP:
        places = {place: say(f"sign_place.{place}") for place in SignPlace}
        st.segmented_control(
            say("signs.moved_to"), list(SignPlace), default=line.place, key=f"kind-moved-{n}", format_func=places.__getitem__, required=True
        )
        st.text_input(say("field.sign_spot"), line.spot, key=f"moved-spot-{n}", max_chars=100, autocomplete="off")
        if line.kind in _BY_SIZE:
            st.checkbox(say("signs.conforms_too"), value=line.conforms, key=f"fits-{n}")
    st.text_input(say("field.sign_day"), clock.local_day(clock.now()).isoformat(), key=f"day-{n}", autocomplete="off")
    frame.button("carry-out", say("signs.carry_out"), _carried_out, line, n, stand.gesture, kind="primary")


def _carried_out(line: SignLine, n: int, gesture: UUID) -> None:
    stand, state = here(), st.session_state
    try:
        day = typed.day(str(state.get(f"day-{n}", "")), "sign_day") or clock.local_day(clock.now())
    except Refusal as refusal:
        stand.told = refusal
        return
    place, fits = state.get(f"kind-moved-{n}"), state.get(f"fits-{n}")
    answer = acts.do(
        signs.carry_out, sign_id=line.id, day=day, place=SignPlace(place) if place else None, spot=str(state.get(f"moved-spot-{n}", "")),
        conforms=fits if fits != line.conforms else None, gesture=gesture,
    )  # fmt: skip
    _told(stand, answer, "sign_done")


def _photos(stand: Stand, line: SignLine) -> None:
    say, n = stand.say, f"{line.id}-{stand.round}"
    picture = Markup('<div class="desk-photos"><figure><img src="/desk/photo/{}.jpg" alt="{}"><figcaption>{}</figcaption></figure></div>')
    for moment, photo_id in line.photos:
        with frame.row(f"photo-{photo_id}"):
            draw.html(picture.format(photo_id, line.name, say(f"photo_moment.{moment}")))
            photo_away.ask(stand, photo_id)
    with st.expander(say("signs.add_photo")):
        names = {moment: say(f"photo_moment.{moment}") for moment in PhotoMoment}
        usual = PhotoMoment.AFTER if line.decided and line.decided.done_day else PhotoMoment.BEFORE
        moment = st.segmented_control(
            say("signs.photos"), list(PhotoMoment), default=usual, key=f"kind-moment-{n}", format_func=names.__getitem__,
            required=True,
        )  # fmt: skip
        with st.container(key=f"upload-{stand.lang}"):
            file = st.file_uploader(say("signs.photo_file"), key=f"photo-{n}", label_visibility="collapsed")
        if file is not None:
            frame.button("keep-photo", say("signs.add_photo"), _keep, line.id, moment, file.getvalue(), stand.gesture, kind="primary")


def _keep(sign_id: UUID, moment: PhotoMoment, data: bytes, gesture: UUID) -> None:
    """Make it small before the transaction: nobody waits meanwhile."""
    stand = here()
    try:
        photo = photos.small(data)
    except Refusal as refusal:
        stand.told = refusal
        return
    _told(stand, acts.do(signs.add_photo, sign_id=sign_id, moment=moment, photo=photo, gesture=gesture), "sign_photo")


def _told(stand: Stand, answer: object, key: str) -> None:
    """Say what came of it; what was typed stays when it was refused."""
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell(key)
