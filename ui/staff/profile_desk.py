"""馆情: how far the hall has come, its photos of before and after, its rooms and how much of them serves visitors; prints on one A4."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import PhotoMoment, Stage
from services import clock, hall_profile, photos, profile_papers
from services.hall_profile import STAGES, Profile
from services.journal import Actor
from services.refusals import FactMissing, Refusal
from ui.staff import acts, draw, frame, outcome, photo_away, room_desk, told
from ui.staff.stand import Stand, here


def screen(stand: Stand) -> None:
    """Draw all of it."""
    told.tell(stand)
    draw.html(room_desk.warning(stand))
    profile = acts.look(_profile)
    if not isinstance(profile, Profile):
        return
    left, right = st.columns([1, 1.15], gap="small")
    with left:
        with frame.card("profile-stages"):
            _stages(stand, profile)
        with frame.card("profile-photos"):
            _photos(stand, profile)
    with right, frame.card("profile-area"):
        _area(stand, profile)


# -- how far it has come -------------------------------------------------------------------------------------------------


def _stages(stand: Stand, profile: Profile) -> None:
    say, n, now = stand.say, stand.round, STAGES.index(profile.stage)
    draw.html(draw.heading(say("profile.stages"), profile.name))
    reached = {step.stage: step for step in reversed(profile.steps)}
    boxes = []
    for place, stage in enumerate(STAGES):
        step = reached.get(stage) if place <= now else None
        when = stand.words.due(clock.local_day(step.at)) if step else ""
        mark = Markup(' class="done"') if place <= now else draw.NOTHING
        boxes.append(Markup("<li{}><b>{}</b><small>{}</small></li>").format(mark, say(f"stage.{stage}"), when))
    draw.html(Markup('<ol class="hall-stages">{}</ol>').format(draw.NOTHING.join(boxes)))
    others = [stage for place, stage in enumerate(STAGES) if place <= now + 1 and place != now]
    chosen = STAGES[min(now + 1, len(STAGES) - 1)]
    st.segmented_control(
        say("profile.came_to"), others, default=chosen if chosen in others else others[-1], key=f"kind-stage-{n}", required=True,
        format_func=lambda each: say(f"stage.{each}"),
    )  # fmt: skip
    day, note = st.columns([1, 1.4])
    today = clock.local_day(clock.now())
    day.date_input(say("profile.day"), today, max_value=today, key=f"stage-day-{n}", format="YYYY-MM-DD")
    note.text_input(say("profile.note"), key=f"stage-note-{n}", max_chars=200, autocomplete="off")
    with st.container(key="card-acts-stage", horizontal=True):
        frame.button("stage-save", say("profile.keep"), _advance, stand.gesture, kind="primary")
    with st.expander(say("profile.steps")):
        lines = (
            draw.line(say(f"stage.{step.stage}"), stand.words.long_day(clock.local_day(step.at)), step.who, step.note)
            for step in profile.steps
        )
        draw.html(*lines) if profile.steps else draw.html(draw.empty(say("profile.no_steps")))


def _advance(gesture: UUID) -> None:
    stand = here()
    stage, day = (st.session_state.get(f"{name}-{stand.round}") for name in ("kind-stage", "stage-day"))
    if not isinstance(stage, Stage) or not isinstance(day, date):
        stand.told = FactMissing(field="stage")
        return
    note = str(st.session_state.get(f"stage-note-{stand.round}") or "")
    outcome.tell(stand, "stage_kept", acts.do(hall_profile.advance, stage=stage, day=day, note=note, gesture=gesture))


# -- before and after ----------------------------------------------------------------------------------------------------


def _photos(stand: Stand, profile: Profile) -> None:
    say, n = stand.say, stand.round
    draw.html(draw.heading(say("profile.photos"), say("profile.photos_small")))
    for moment in PhotoMoment:
        shown = [one for one in profile.photos if one.moment is moment]
        draw.html(draw.line(say(f"profile.moment.{moment}"), "" if shown else say("profile.no_photo"), late=not shown))
        for one in shown:
            with frame.row(f"photo-{one.photo_id}"):
                picture = Markup('<div class="gather-photos"><img src="/desk/photo/{}.jpg" alt="{}"></div>')
                draw.html(picture.format(one.photo_id, say(f"profile.moment.{moment}")))
                photo_away.ask(stand, one.photo_id)
    names = {moment: say(f"profile.moment.{moment}") for moment in PhotoMoment}
    st.segmented_control(
        say("profile.which"), list(names), default=PhotoMoment.BEFORE, key=f"kind-moment-{n}", format_func=names.__getitem__, required=True
    )
    st.file_uploader(say("profile.photo"), key=f"hall-photo-{n}", type=["jpg", "jpeg", "png", "webp"], label_visibility="collapsed")
    with st.container(key="card-acts-hall-photo", horizontal=True):
        frame.button("hall-photo", say("profile.add_photo"), _add_photo, stand.gesture)


def _add_photo(gesture: UUID) -> None:
    stand = here()
    upload: Any = st.session_state.get(f"hall-photo-{stand.round}")
    moment = st.session_state.get(f"kind-moment-{stand.round}") or PhotoMoment.BEFORE
    if upload is None:
        stand.told = FactMissing(field="hall_photo")
        return
    try:
        small = photos.small(upload.getvalue())
    except Refusal as refusal:
        stand.told = refusal
        return
    outcome.tell(stand, "hall_photo_kept", acts.do(hall_profile.add_photo, moment=moment, photo=small, gesture=gesture))


# -- its area ----------------------------------------------------------------------------------------------------------------


def _area(stand: Stand, profile: Profile) -> None:
    say = stand.say
    draw.html(draw.heading(say("profile.area_title"), say("profile.area_small")))
    now = profile.shares[0]
    small = say("profile.share_small", service=now.service_m2, office=now.office_m2, outdoor=now.outdoor_m2)
    bar = Markup('{}<u class="desk-share"><i style="width:{}%"></i></u>').format(small, now.percent)
    draw.html(draw.figures([draw.figure(say("profile.share_title"), f"{now.percent}%", bar)]))
    heads = [say(f"profile.{name}") for name in ("room", "kind", "area", "heads")]
    rows = [
        (one.shape.name, say(f"area_kind.{one.shape.area_kind}"), str(one.shape.area_m2), str(one.shape.capacity)) for one in profile.rooms
    ]
    draw.html(draw.table(heads, rows), draw.heading(say("profile.shares"), ""))
    draw.html(*(draw.line(profile_papers.share_line(share, stand.words)) for share in profile.shares))
    with st.container(key="card-acts-profile", horizontal=True):
        st.link_button(say("profile.print"), "/desk/hall/profile.pdf", type="primary")
        frame.button("profile-rooms", say("profile.to_rooms"), acts.open_fresh, "rooms")


def _profile(session: Session, *, at: datetime, by: Actor) -> Profile:  # noqa: ARG001  asked like every question
    return hall_profile.profile(session, hall_id=by.hall_id)
