"""使用管理制度: written from what the hall knows, kept as a draft, published with a signature; every version is read and printed."""

from datetime import datetime
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import clock, rule_offers, rule_sets, shelves
from services.journal import Actor
from services.rule_papers import SIZES
from services.rule_sets import EVERY_HALL_HAS, MOST, NEEDED, RuleLine, RuleSheet, Text
from ui.staff import acts, draw, frame, outcome, told
from ui.staff.stand import Stand, here

_LINE: Final = "rule-open"
_TALL: Final = {"duty": 118, "hours": 92, "upkeep": 92, "conduct": 118}


def screen(stand: Stand) -> None:
    """Draw what is in force, and the one in hand."""
    told.tell(stand)
    found = acts.look(_lines)
    lines: tuple[RuleLine, ...] = found if isinstance(found, tuple) else ()
    if lacking := [name for name in EVERY_HALL_HAS if not any(line.function == name and line.current and line.in_force for line in lines)]:
        draw.html(draw.notice("mind", stand.say("rule_desk.lacking", names="、".join(lacking)), stand.say("rule_desk.lacking_next")))
    if not lines:
        draw.html(draw.empty(stand.say("rule_desk.no_functions")))
        return
    first = next((line for line in lines if line.function in EVERY_HALL_HAS), lines[0])
    chosen = next((line for line in lines if (line.room_id, line.function) == st.session_state.get(_LINE)), first)
    left, right = st.columns([1, 1.35], gap="small")
    with left:
        with frame.card("rule-list"):
            draw.html(draw.heading(stand.say("staff.nav.rule_sets"), ""))
            for place, line in enumerate(lines):
                _line(stand, place, line, chosen=line is chosen, missing=line.function in lacking)
        with frame.card("rule-versions"):
            _versions(stand, chosen)
    with right, frame.card("rule-form"):
        if chosen.in_force:
            _form(stand, chosen)
        else:
            draw.html(draw.blank("notice", stand.say("rule_desk.gone"), stand.say("rule_desk.gone_next")))


def _line(stand: Stand, place: int, line: RuleLine, *, chosen: bool, missing: bool) -> None:
    say = stand.say
    with frame.row(f"rule-{place}"):
        state = say("rule_desk.none")
        if line.current:
            state = say("rule_desk.current", version=line.current.version, day=clock.local_day(line.current.published_at))
        draft = say("rule_desk.draft", at=line.draft.changed_at) if line.draft else ""
        draw.html(draw.line(line.function, line.room, state, draft, late=missing))
        label = say("room_desk.open_now" if chosen else "room_desk.open")
        frame.button(f"rule-{place}", label, _open, line.room_id, line.function, disabled=chosen)


def _open(room_id: UUID, function: str) -> None:
    stand = here()
    stand.told = None
    stand.ask_anew()
    st.session_state[_LINE] = (room_id, function)


# -- the form ----------------------------------------------------------------------------------------------------------


def _form(stand: Stand, line: RuleLine) -> None:
    say, name = stand.say, _name(stand, line)
    text = line.draft.text if line.draft else line.current.text if line.current else _proposal(line)
    small = "draft_small" if line.draft else "current_small" if line.current else "proposal_small"
    draw.html(draw.heading(f"{line.function} · {line.room}", say(f"rule_desk.{small}")))
    for field, most in MOST.items():
        label = say(f"field.rule_{field}") + ("" if field in NEEDED else say("rule_desk.may_be_empty"))
        if field in _TALL:
            st.text_area(label, getattr(text, field), key=f"{field}-{name}", max_chars=most, height=_TALL[field])
        else:
            st.text_input(label, getattr(text, field), key=f"{field}-{name}", max_chars=most, autocomplete="off")
    signer, approver = st.columns(2)
    signer.text_input(say("field.signer"), key=f"signer-{name}", max_chars=40, autocomplete="off")
    people = acts.look(shelves.approvers, room_id=line.room_id)
    names = dict(people) if isinstance(people, list) else {}
    approver.selectbox(
        say("staff.thing.approver"), list(names), index=None, key=f"approver-{name}", format_func=lambda each: names.get(each, ""),
        placeholder=say("staff.thing.approver_hint"),
    )  # fmt: skip
    with st.container(key="card-acts-rules", horizontal=True):
        version = line.current.version if line.current else 0
        frame.button("rules-publish", say("rule_desk.publish", version=version + 1), _publish, line, version, stand.gesture, kind="primary")
        frame.button("rules-draft", say("rule_desk.save_draft"), _draft, line, stand.gesture)


def _name(stand: Stand, line: RuleLine) -> str:
    return f"{line.room_id}-{line.function}-{stand.round}"


def _proposal(line: RuleLine) -> Text:
    found = acts.look(rule_offers.proposal, room_id=line.room_id, function=line.function)
    return found if isinstance(found, Text) else Text()


def _written(stand: Stand, line: RuleLine) -> Text:
    return Text(**{field: str(st.session_state.get(f"{field}-{_name(stand, line)}") or "") for field in MOST})


def _draft(line: RuleLine, gesture: UUID) -> None:
    stand = here()
    seen = line.draft.changed_at if line.draft else None
    text = _written(stand, line)
    answer = acts.do(rule_sets.save_draft, room_id=line.room_id, function=line.function, text=text, seen=seen, gesture=gesture)
    outcome.tell(stand, "rules_drafted", answer)


def _publish(line: RuleLine, version: int, gesture: UUID) -> None:
    stand, name = here(), _name(here(), line)
    approver = st.session_state.get(f"approver-{name}")
    answer = acts.do(
        rule_sets.publish, room_id=line.room_id, function=line.function, text=_written(stand, line), seen=version, gesture=gesture,
        draft_seen=line.draft.changed_at if line.draft else None,
        signer=str(st.session_state.get(f"signer-{name}") or ""), approver_id=approver if isinstance(approver, UUID) else None,
    )  # fmt: skip
    outcome.tell(stand, "rules_published", answer)


# -- what was published --------------------------------------------------------------------------------------------------


def _versions(stand: Stand, line: RuleLine) -> None:
    say = stand.say
    draw.html(draw.heading(say("rule_desk.versions"), f"{line.function} · {line.room}"))
    found = acts.look(_published, room_id=line.room_id, function=line.function)
    sheets: tuple[RuleSheet, ...] = found if isinstance(found, tuple) else ()
    if not sheets:
        draw.html(draw.empty(say("rule_desk.no_versions")))
    for sheet in sheets:
        with frame.row(f"version-{sheet.id}"):
            draw.html(_sheet(stand, sheet))
            for size in SIZES:
                st.link_button(size.upper(), f"/desk/rules/{sheet.id}/{size}.pdf", width="content")
        with st.expander(say("rule_desk.read", version=sheet.version)):
            texts = ((say(f"field.rule_{field}"), getattr(sheet.text, field)) for field in MOST)
            draw.html(draw.facts(texts))


def _sheet(stand: Stand, sheet: RuleSheet) -> Markup:
    say = stand.say
    day = stand.words.long_day(clock.local_day(sheet.published_at))
    signed = say("rule_desk.signed", name=sheet.signer, approver=sheet.approver)
    return draw.line(say("rule_paper.version", version=sheet.version), day, signed)


def _lines(session: Session, *, at: datetime, by: Actor) -> tuple[RuleLine, ...]:  # noqa: ARG001  asked like every question
    return rule_sets.overview(session, hall_id=by.hall_id)


def _published(session: Session, *, room_id: UUID, function: str, at: datetime, by: Actor) -> tuple[RuleSheet, ...]:  # noqa: ARG001  asked alike
    return rule_sets.versions(session, hall_id=by.hall_id, room_id=room_id, function=function)
