"""Two registrations side by side, and the one tap that makes them one."""

from typing import Final
from uuid import UUID

import streamlit as st

from services import codes, merging
from services.merging import Pair, Side
from ui.staff import acts, draw, frame, told
from ui.staff.stand import Stand, here

_OTHER: Final = "merge-other"


def begin(kept_id: UUID, ended_id: UUID) -> None:
    """Lay two registrations side by side."""
    stand = here()
    stand.go("merge")
    stand.take_patron(kept_id)
    st.session_state[_OTHER] = ended_id


def screen(stand: Stand) -> None:
    """Draw both, what differs, what speaks against it, and the button."""
    told.tell(stand)
    other = st.session_state.get(_OTHER)
    pair = acts.look(merging.pair, kept_id=stand.patron_id, ended_id=other) if stand.patron_id and other else None
    if not isinstance(pair, Pair):
        frame.button("to-list", stand.say("staff.nav.patrons"), acts.open_fresh, "patrons", kind="primary")
        return
    left, right = st.columns(2)
    with left, frame.card("kept"):
        _side(stand, pair.kept, "kept")
    with right, frame.card("ended"):
        _side(stand, pair.ended, "ended")
    with frame.card("merge"):
        taken = _differences(stand, pair)
        if pair.refusal is not None:
            draw.html(told.paper(stand, pair.refusal))
        else:
            draw.html(draw.empty(stand.say("people.merge.what")))
        sure = st.checkbox(stand.say("people.merge.sure"), key=f"sure-{stand.round}", disabled=pair.refusal is not None)
        with st.container(key="card-acts-merge", horizontal=True):
            facts = (pair.kept.sheet.line.patron_id, pair.ended.sheet.line.patron_id, taken, pair.seen, stand.gesture)
            frame.button("merge", stand.say("people.more.merge"), _merge, *facts, kind="primary", disabled=not sure)
            frame.button("swap", stand.say("people.merge.swap"), begin, pair.ended.sheet.line.patron_id, pair.kept.sheet.line.patron_id)
            frame.button("back", stand.say("people.merge.back"), acts.open_screen, "patron")


def _side(stand: Stand, side: Side, which: str) -> None:
    say, form, line = stand.say, side.sheet.form, side.sheet.line
    draw.html(draw.heading(form.name, say(f"people.merge.{which}")))
    born = stand.words.long_day(form.birth_date) if form.birth_date else ""
    state = say(f"staff.person.card_{line.ended_as}") if line.ended_as else ""
    draw.html(
        draw.facts([
            (say("field.number"), f"{codes.clear(line.number)} {state}" if line.number else say("staff.person.no_card")),
            (say("field.kind"), say(f"patron_kind.{line.kind}")),
            (say("field.birth_date"), born),
            (say("field.phone"), form.phone or form.guardian_phone),
            (say("field.villager_group"), form.villager_group),
            (say("field.guardian_name"), form.guardian_name),
            (say("field.leader"), side.sheet.leader),
            (say("own.column.registered"), say("own.day", day=side.sheet.registered_at)),
            (say("own.section.loans"), say("people.merge.loans", out=side.out, past=side.past)),
            (say("own.section.holds"), str(side.waiting)),
            (say("own.section.suspensions"), str(side.paused) if side.paused else ""),
        ])
    )  # fmt: skip


def _differences(stand: Stand, pair: Pair) -> frozenset[str]:
    """Where both are filled in and differ, the kept one's word stands unless the other's is chosen."""
    if not pair.differing:
        return frozenset()
    draw.html(draw.heading(stand.say("people.merge.differing"), stand.say("people.merge.choose")))
    labels = {"leader_id": "leader"}
    return frozenset(
        name
        for name in pair.differing
        if st.checkbox(stand.say("people.merge.take", field=stand.say(f"field.{labels.get(name, name)}")), key=f"take-{name}-{stand.round}")
    )


def _merge(kept_id: UUID, ended_id: UUID, taken: frozenset[str], seen: str, gesture: UUID) -> None:
    stand = here()
    answer = acts.do(merging.merge, kept_id=kept_id, ended_id=ended_id, taken=taken, seen=seen, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
        return
    st.session_state.pop(_OTHER, None)
    stand.go("patron")
    stand.take_patron(kept_id)
    stand.tell(draw.notice("good", stand.say("people.told.merged"), stand.say("people.told.merged_next")))
