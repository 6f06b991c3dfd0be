"""One closure: its versions and papers, putting it off, reopening, and the proof that people were told."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Channel
from services import clock, closure_answers, closure_papers, closure_register, closures, photos, postings
from services.closure_answers import Given, Inside
from services.closure_register import Entry, State, Version
from services.journal import Actor
from services.refusals import Refusal
from ui.house import house
from ui.parts import parts
from ui.staff import acts, closing, draw, frame, inside, moments, photo_away, told
from ui.staff.stand import Stand, here

_PAPERS: Final = ("a4", "a3", "png")


def screen(stand: Stand) -> None:
    """Draw it; without one chosen, the list."""
    closure_id = st.session_state.get(closing.OPEN)
    entry = acts.look(_entry, closure_id=closure_id) if isinstance(closure_id, UUID) else None
    if not isinstance(entry, Entry):
        closing.screen(stand)
        return
    told.tell(stand)
    with st.container(key="closure-top", horizontal=True, vertical_alignment="center"):
        frame.button("closures", stand.say("staff.closure.list"), acts.open_screen, "closures", kind="tertiary")
        draw.html(closing.line(stand, entry))
    left, right = st.columns([1.1, 1], gap="small")
    with left:
        with frame.card("versions"):
            _versions(stand, entry)
        if entry.open:
            with frame.card("later"):
                _later(stand, entry)
    with right:
        given = acts.look(_given, closure_id=entry.closure_id)
        if isinstance(given, tuple) and given:
            with frame.card("answered"):
                draw.html(draw.heading(stand.say("inside.done"), stand.say("inside.done_small")), inside.done(stand, given))
        with frame.card("group"):
            _group(stand, entry)
        with frame.card("proof"):
            _proof(stand, entry)


def _entry(session: Session, *, closure_id: UUID, at: datetime, by: Actor) -> Entry:
    return closure_register.entry(session, closure_id=closure_id, at=at, by=by)


def _given(session: Session, *, closure_id: UUID, at: datetime, by: Actor) -> tuple[Given, ...]:  # noqa: ARG001  asked like every question
    return closure_answers.given(session, hall_id=by.hall_id, closure_id=closure_id)


def _versions(stand: Stand, entry: Entry) -> None:
    say = stand.say
    draw.html(draw.heading(say("staff.closure.versions"), say("staff.closure.versions_small")))
    for version in reversed(entry.versions):
        published = say("staff.closure.published", at=version.published_at)
        title = say("staff.closure.version", version=version.version, at=version.expected_reopen_at)
        flagged = say("staff.closure.flagged", reason=version.flag_reason) if version.flag_reason else ""
        draw.html(
            draw.line(title, published, version.reason, version.contact, version.signer, flagged),
            Markup('<p class="desk-links">{}</p>').format(_links(stand, entry, version)),
        )


def _links(stand: Stand, entry: Entry, version: Version) -> Markup:
    links = (
        Markup('<a class="desk-link{}" href="/desk/closure/{}/{}-{}.{}?lang={}" target="_blank">{}</a>').format(
            " desk-main" if version is entry.newest and paper == "a4" else "", entry.closure_id, version.version, paper,
            "png" if paper == "png" else "pdf", stand.lang, stand.say(f"staff.closure.{paper}"),
        )
        for paper in _PAPERS
    )  # fmt: skip
    return Markup(" ").join(links)


# -- putting it off, reopening -----------------------------------------------------------------------------------------


def _later(stand: Stand, entry: Entry) -> None:
    say, n = stand.say, stand.round
    late = entry.state is State.LATE
    draw.html(draw.heading(say("staff.closure.later"), say("staff.closure.later_small")))
    if late:
        draw.html(draw.notice("no", say("staff.closure.is_late"), say("staff.closure.is_late_next")))
    least = max(entry.expected_reopen_at, clock.now()) + timedelta(days=1)
    moments.ask(stand, "later", say("staff.closure.new_day"), least)
    closing.settle(stand, "later", entry.room_id)
    st.text_input(say("field.reason"), key=f"later-reason-{n}", max_chars=400)
    newly = _newly(stand, entry)
    inside.ask(stand, newly, entry.reason_code)
    with st.container(key="card-acts-later", horizontal=True):
        kind: frame.Kind = "secondary" if late else "primary"
        waits = inside.unanswered(stand, newly)
        frame.button("extend", say("staff.closure.extend"), _extend, entry, stand.gesture, kind=kind, disabled=waits)
        key = "staff.closure.call_off" if entry.state is State.COMING else "staff.closing.lift"
        frame.sure(stand, "lift", say(key), closing.lift, entry.closure_id, stand.gesture, kind="primary" if late else "secondary")


def _newly(stand: Stand, entry: Entry) -> tuple[Inside, ...]:
    """What a later reopening would fall upon."""
    later = closing.settled(stand, "later", entry.room_id)
    found = acts.look(closures.later_inside, closure_id=entry.closure_id, expected_reopen_at=later)
    return found if isinstance(found, tuple) else ()


def _extend(entry: Entry, gesture: UUID) -> None:
    stand = here()
    facts = {"closure_id": entry.closure_id, "contact": entry.newest.contact, "signer": entry.newest.signer}
    facts |= {"expected_reopen_at": closing.settled(stand, "later", entry.room_id), "reason": moments.written("later-reason", stand)}
    facts["answers"] = inside.answers(stand, _newly(stand, entry))
    answer = acts.do(closures.extend, **facts, gesture=gesture)
    if acts.failed(answer):
        # What was written stays in the fields.
        stand.told = answer
    else:
        stand.tell("put_off")


# -- telling people, and proving it ------------------------------------------------------------------------------------


def _group(stand: Stand, entry: Entry) -> None:
    say, version, hall = stand.say, entry.newest, house().hall.name
    draw.html(draw.heading(say("staff.closure.group"), say("staff.closure.group_small")))
    picture = f"/desk/closure/{entry.closure_id}/{version.version}-png.png?lang={stand.lang}"
    left, right = st.columns([1, 1.35], gap="small")
    with left:
        draw.html(
            Markup('<a class="closure-picture" href="{}" download><img src="{}" alt="{}"></a>').format(
                picture, picture, say("staff.closure.picture_alt")
            )
        )
    with right:
        text = closure_papers.group_text(entry, version, hall, stand.words)
        draw.html(Markup('<pre class="closure-text">{}</pre>').format(text))
        parts.copy(text, key="group", words=_copy_words(stand, "group"))
    loud = closure_papers.loudspeaker(entry, version, hall, stand.words)
    draw.html(draw.heading(say("staff.closure.loud")), Markup('<p class="closure-text">{}</p>').format(loud))
    parts.copy(loud, key="loud", words=_copy_words(stand, "loud"))


def _copy_words(stand: Stand, what: str) -> dict[str, str]:
    return {"copy": stand.say(f"staff.closure.copy_{what}"), "copied": stand.say("staff.closure.copied")}


def _proof(stand: Stand, entry: Entry) -> None:
    say, n = stand.say, stand.round
    draw.html(draw.heading(say("staff.closure.proof"), say("staff.closure.proof_small")))
    for place, posting in reversed(list(enumerate(entry.postings))):
        title = say("staff.closure.posted", channel=say(f"channel.{posting.channel}"), version=posting.version)
        with frame.row(f"posting-{place}"):
            draw.html(_posting(draw.line(title, stand.words.moment(posting.at), posting.by), posting.photo_id))
            if posting.photo_id:
                photo_away.ask(stand, posting.photo_id, place)
    st.pills(
        say("staff.closure.channels"), [channel for channel in Channel if channel is not Channel.KIOSK], selection_mode="multi",
        key=f"channels-{n}", format_func=lambda channel: say(f"channel.{channel}"),
    )  # fmt: skip
    with st.container(key=f"upload-{stand.lang}-proof"):
        st.file_uploader(say("staff.closure.photo"), key=f"proof-{n}", type=["jpg", "jpeg", "png", "webp"])
    frame.button("post", say("staff.closure.post"), _post, entry.closure_id, entry.newest.version, stand.gesture)


def _posting(line: Markup, photo_id: UUID | None) -> Markup:
    if photo_id is None:
        return Markup('<div class="closure-posting">{}</div>').format(line)
    image = Markup('<a href="/desk/closure/photo/{}.jpg" target="_blank"><img src="/desk/closure/photo/{}.jpg" alt=""></a>')
    return Markup('<div class="closure-posting">{}{}</div>').format(line, image.format(photo_id, photo_id))


def _post(closure_id: UUID, version: int, gesture: UUID) -> None:
    stand = here()
    channels: list[Channel] = st.session_state.get(f"channels-{stand.round}") or []
    file = st.session_state.get(f"proof-{stand.round}")
    try:
        photo = photos.small(file.getvalue()) if file else None
    except Refusal as refusal:
        stand.told = refusal
        return
    facts = {"closure_id": closure_id, "version": version, "channels": tuple(channels), "photo": photo}
    answer = acts.do(postings.post, **facts, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell("posted")
