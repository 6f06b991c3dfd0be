"""文艺队: the teams, and who belongs to each."""

from typing import Final
from uuid import UUID

import streamlit as st

from services import patrons, teams, undoing_house
from services.patrons import Sheet
from services.teams import Member
from ui.staff import acts, draw, frame, outcome, told
from ui.staff.stand import Stand, Undo, here

_OPEN: Final = "team-open"


def screen(stand: Stand) -> None:
    """Draw the teams on the left, and the one that was tapped on the right."""
    told.tell(stand)
    found = acts.look(teams.teams)
    listed = found if isinstance(found, list) else []
    team_id = st.session_state.get(_OPEN)
    left, right = st.columns([1, 1.3])
    with left, frame.card("teams"):
        draw.html(draw.heading(stand.say("staff.nav.teams"), str(len(listed))))
        if not listed:
            draw.html(draw.empty(stand.say("people.team.none")))
        for team in listed:
            with frame.row(f"team-{team.team_id}"):
                leader = stand.say("staff.person.leader", name=team.leader)
                draw.html(draw.line(team.name, leader, team.group, stand.say("people.team.count", count=team.members)))
                kind = "primary" if team.team_id == team_id else "secondary"
                frame.button(f"team-{team.team_id}", stand.say("people.team.members"), open_team, team.team_id, kind=kind)  # type: ignore[arg-type]
        draw.html(draw.empty(stand.say("people.team.make")))
    with right:
        sheet = acts.look(patrons.sheet, patron_id=team_id) if team_id else None
        if isinstance(sheet, Sheet):
            _team(stand, sheet)
        else:
            with frame.card("no-team"):
                draw.html(draw.blank("no_card", stand.say("people.team.choose"), ""))


def open_team(team_id: UUID) -> None:
    """Show who belongs to a team."""
    stand = here()
    if stand.screen != "teams":
        stand.go("teams")
    stand.told = None
    stand.ask_anew()
    st.session_state[_OPEN] = team_id


def _team(stand: Stand, sheet: Sheet) -> None:
    members = acts.look(teams.members, team_id=sheet.line.patron_id)
    listed: list[Member] = members if isinstance(members, list) else []
    with frame.card("members"):
        draw.html(draw.heading(sheet.form.name, stand.say("staff.person.leader", name=sheet.leader)))
        _join(stand, sheet.line.patron_id)
        for member in listed:
            with frame.row(f"member-{member.member_id}"):
                since = stand.say("people.team.since", day=member.from_day)
                left = stand.say("people.team.left", day=member.to_day) if member.to_day else ""
                card = "" if member.patron_id else stand.say("people.team.no_card")
                draw.html(draw.line(member.name, member.part, since, left, card, late=bool(left)))
                if member.to_day is None:
                    frame.button(f"leave-{member.member_id}", stand.say("people.team.leave"), _leave, member.member_id, stand.gesture)


def _join(stand: Stand, team_id: UUID) -> None:
    say, n = stand.say, stand.round
    left, middle, right = st.columns([1.2, 1, 0.8], vertical_alignment="bottom")
    text = left.text_input(say("people.team.who"), key=f"who-{n}", placeholder=say("people.team.who_hint"), max_chars=60)
    found = acts.look(patrons.find_patron, text=text) if text else []
    people = [line for line in found if line.kind != "team"][:4] if isinstance(found, list) else []
    middle.text_input(say("field.part"), key=f"part-{n}", max_chars=40)
    with right:
        frame.button("join-name", say("people.team.join_name"), _add, team_id, None, stand.gesture, n, disabled=not text)
    for line in people:
        with frame.row(f"found-{line.patron_id}"):
            draw.html(draw.line(line.name, line.phone_masked, line.villager_group))
            join = (team_id, line.patron_id, stand.gesture, n)
            frame.button(f"join-{line.patron_id}", say("people.team.join"), _add, *join, kind="primary")


def _add(team_id: UUID, patron_id: UUID | None, gesture: UUID, n: int) -> None:
    stand = here()
    who, part = (str(st.session_state.get(f"{name}-{n}") or "") for name in ("who", "part"))
    answer = acts.do(teams.join, team_id=team_id, patron_id=patron_id, name=who, part=part, gesture=gesture)
    outcome.tell(stand, "joined", answer, Undo(teams.leave, {"member_id": answer}))


def _leave(member_id: UUID, gesture: UUID) -> None:
    way_back = Undo(undoing_house.team_leave, {"member_id": member_id})
    outcome.tell(here(), "left", acts.do(teams.leave, member_id=member_id, gesture=gesture), way_back)
