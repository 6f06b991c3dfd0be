"""The parts of a thing on the desk: one tap for each that is missing, none when all are there."""

from uuid import UUID

import streamlit as st

from services.parts import Part, Seen
from ui.staff import acts, draw, frame
from ui.staff.stand import Stand


def of(item_id: UUID) -> tuple[Part, ...]:
    """Give what belongs to the thing; nothing for most things."""
    found = acts.look(acts.parts_of, item_id=item_id)
    return found if isinstance(found, tuple) else ()


def ask(stand: Stand, mine: tuple[Part, ...], key: str) -> Seen:
    """Ask what is missing; what is not tapped is there."""
    names = {part.part_id: f"{part.name} ×{part.pieces}" if part.pieces > 1 else part.name for part in mine}
    gone = st.pills(
        stand.say("assets.missing"),
        list(names),
        selection_mode="multi",
        key=f"kind-parts-{key}-{stand.round}",
        format_func=lambda part_id: frame.plain(names[part_id]),
    )
    seen = {part.part_id: 0 if part.part_id in gone else part.pieces for part in mine}
    for part in mine:
        if part.pieces > 1 and part.part_id in gone:
            label = frame.plain(stand.say("assets.still_there", name=part.name))
            seen[part.part_id] = int(st.number_input(label, 0, part.pieces - 1, 0, key=f"left-{part.part_id}-{key}-{stand.round}"))
    return seen


def short(mine: tuple[Part, ...], seen: Seen) -> str:
    """Name what is missing; empty when all is there."""
    lacking = ((part.name, part.pieces - seen[part.part_id]) for part in mine)
    return "、".join(f"{name}×{count}" if count > 1 else name for name, count in lacking if count)


def label(stand: Stand, mine: tuple[Part, ...], seen: Seen, act: str) -> str:
    """Say on the button what was found, so that it is confirmed by the same tap."""
    if not mine:
        return act
    lacking = short(mine, seen)
    return stand.say("assets.short_and", lacking=lacking, act=act) if lacking else stand.say("assets.whole_and", act=act)


def line(stand: Stand, mine: tuple[Part, ...]) -> None:
    """List what belongs to a thing."""
    if mine:
        names = "、".join(f"{part.name}×{part.pieces}" if part.pieces > 1 else part.name for part in mine)
        draw.html(draw.empty(stand.say("assets.belongs", names=names)))
