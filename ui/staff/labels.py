"""打印标签: what to print at the left, on which paper at the right; scanning adds, and a half-used sheet goes on where it was left."""

from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import LabelKind
from services import codes, finding, labels, mixups, undoing
from services.finding import FoundItem
from services.journal import Actor
from services.labels import Label, Run
from services.refusals import FactWrong, UnknownCode
from services.sheets import Sheet
from ui.house import ask
from ui.staff import acts, draw, frame, told
from ui.staff.stand import Stand, Undo, here
from ui.staff.tray import Tray, tray

_SHOWN: Final = 7
_OF_KIND: Final = {LabelKind.CODE: ("L7160", "L7163", "L7651", "roll", "free"), LabelKind.SPINE: ("spine", "L7651", "free")}
_PAIR: Final = 2


def screen(stand: Stand) -> None:
    """Draw the screen."""
    mine = tray()
    told.tell(stand)
    if mine.run is not None:
        _ready(stand, mine.run)
    left, right = st.columns([1, 1.05], gap="small")
    with left, frame.card("picks"):
        _picks(stand, mine)
    with right, frame.card("paper"):
        _paper(stand, mine)


def scanned(code: str, _gesture: UUID) -> None:
    """Something was held under the scanner here: its label is to be printed again."""
    stand, mine = here(), tray()
    stand.told = None
    by = acts.actor()
    found = UnknownCode() if by is None else ask(finding.find, hall_id=by.hall_id, text=code)
    if isinstance(found, FoundItem):
        mine.add(found.item_id)
        mine.run = None
    else:
        stand.told = found if acts.failed(found) else UnknownCode()


def print_these(items: tuple[UUID, ...]) -> None:
    """Come here with things to be labelled, and nothing else."""
    here().go("labels")
    mine = tray()
    mine.picks, mine.run = list(items), None


# -- what ----------------------------------------------------------------------------------------------------------------


def _picks(stand: Stand, mine: Tray) -> None:
    chosen = acts.look(lines, items=mine.picks, kind=mine.kind) if mine.picks else []
    found: list[Label] = chosen if isinstance(chosen, list) else []
    draw.html(draw.heading(stand.say("labels.what"), stand.say("labels.count", count=len(found)) if found else ""))
    left_over = acts.look(_waiting, kind=mine.kind)
    with st.container(key="card-acts-picks", horizontal=True):
        if isinstance(left_over, list) and left_over:
            frame.button("waiting", stand.say("labels.waiting", count=len(left_over)), _take, tuple(left_over))
        if found:
            frame.button("clear", stand.say("labels.clear"), _clear)
    if not found:
        draw.html(draw.empty(stand.say("labels.none")), draw.empty(stand.say("labels.swap_hint")))
        return
    if len(found) == _PAIR:
        frame.button("swap", stand.say("labels.swap"), _swap, found[0].item_id, found[1].item_id, stand.gesture)
    for label in reversed(found[-_SHOWN:]):
        with frame.row(f"pick-{label.item_id}"):
            again = stand.say("labels.printed", count=label.printed) if label.printed else ""
            name = draw.name(stand.words, label.name, label.medium)
            draw.html(draw.line(name, codes.clear(label.number), label.call_number, again))
            frame.button(f"drop-{label.item_id}", stand.say("labels.remove"), _drop, label.item_id)
    if len(found) > _SHOWN:
        draw.html(draw.empty(stand.say("labels.more", count=len(found) - _SHOWN)))


def lines(session: Session, *, items: list[UUID], kind: LabelKind, at: object, by: Actor) -> list[Label]:  # noqa: ARG001  asked like every question
    """Give the labels of things on the tray."""
    return labels.of_items(session, items=items, kind=kind, by=by)


def _waiting(session: Session, *, kind: LabelKind, at: object, by: Actor) -> list[UUID]:  # noqa: ARG001  the same
    return labels.waiting(session, kind=kind, by=by)


def _take(items: tuple[UUID, ...]) -> None:
    mine = tray()
    mine.picks, mine.run = list(items), None


def _clear() -> None:
    tray().picks.clear()


def _drop(item_id: UUID) -> None:
    mine = tray()
    mine.picks = [item for item in mine.picks if item != item_id]


def _swap(item_id: UUID, other_id: UUID, gesture: UUID) -> None:
    answer = acts.do(mixups.swap_labels, item_id=item_id, other_id=other_id, gesture=gesture)
    if acts.failed(answer):
        here().told = answer
    else:
        here().tell("labels_swapped", Undo(undoing.labels_swapped, {"item_id": item_id, "other_id": other_id}))


# -- on which paper ----------------------------------------------------------------------------------------------------


def _paper(stand: Stand, mine: Tray) -> None:
    draw.html(draw.heading(stand.say("labels.paper")))
    mine.kind = _choice(stand, "kind", tuple(LabelKind), mine.kind, "labels.kinds") or mine.kind
    sheets = _OF_KIND[mine.kind]
    mine.sheet = _choice(stand, "sheet", sheets, mine.sheet if mine.sheet in sheets else sheets[0], "labels.sheets") or sheets[0]
    if mine.sheet == "free":
        _grid(stand, mine)
    try:
        sheet = mine.paper()
    except FactWrong as refusal:
        draw.html(told.paper(stand, refusal))
        return
    first = _first_cell(stand, mine, sheet) if sheet.cells > 1 else 0
    draw.html(_picture(sheet, first, len(mine.picks)))
    with st.container(key="card-acts-paper", horizontal=True):
        facts = (mine.kind, sheet, first, stand.gesture)
        frame.button("make", stand.say("labels.make"), _make, *facts, kind="primary", disabled=not mine.picks)
        with st.container(key="trial", width="content"):
            st.link_button(frame.plain(stand.say("labels.trial")), _trial_address(mine))
    draw.html(draw.empty(stand.say("labels.trial_hint")))


def _choice(stand: Stand, field: str, options: tuple[Any, ...], value: Any, words: str) -> Any:
    # The kind is in the key, so that the sheets of one kind never stay chosen for the other.
    key = f"kind-label-{field}-{len(options)}"
    names = {option: stand.say(f"{words}.{option}") for option in options}
    label = stand.say("labels.kind") if field == "kind" else stand.say("labels.paper")
    return st.segmented_control(label, options, default=value, key=key, format_func=names.__getitem__, required=True)


def _grid(stand: Stand, mine: Tray) -> None:
    columns = st.columns(4, gap="small")
    for place, (name, value) in enumerate(mine.grid.items()):
        count = name in {"columns", "rows"}
        limits: dict[str, Any] = (
            {"step": 1, "min_value": 1, "value": int(value)} if count else {"step": 0.1, "min_value": 0.0, "value": float(value)}
        )
        with columns[place % 4]:
            mine.grid[name] = st.number_input(
                stand.say(f"labels.grid.{name}"), key=f"grid-{name}", format="%d" if count else "%.1f", **limits
            )


def _first_cell(stand: Stand, mine: Tray, sheet: Sheet) -> int:
    if sheet.name not in mine.first:
        left = acts.look(_next_cell, sheet=sheet.name)
        mine.first[sheet.name] = left if isinstance(left, int) else 0
    cell = min(mine.first[sheet.name], sheet.cells - 1) + 1
    key = f"first-{sheet.name}-{sheet.cells}-{stand.round}"
    chosen = st.number_input(stand.say("labels.first"), 1, sheet.cells, cell, key=key, help=stand.say("labels.first_hint"))
    mine.first[sheet.name] = int(chosen) - 1
    return mine.first[sheet.name]


def _next_cell(session: Session, *, sheet: str, at: object, by: Actor) -> int:  # noqa: ARG001  asked like every question
    return labels.next_cell(session, sheet=sheet, by=by)


def _picture(sheet: Sheet, first: int, count: int) -> Markup:
    """Draw the first sheet small: what is gone, what will be printed, what stays free."""
    signs = ("gone" if cell < first else "next" if cell < first + count else "free" for cell in range(sheet.cells))
    cells = draw.NOTHING.join(Markup('<i class="{}"></i>').format(sign) for sign in signs)
    wide = Markup("grid-template-columns:repeat({},1fr);aspect-ratio:{}/{}").format(sheet.columns, *sheet.page)
    return Markup('<div class="label-sheet" aria-hidden="true" style="{}">{}</div>').format(wide, cells)


def _trial_address(mine: Tray) -> str:
    asked = "&".join(f"{name}={value}" for name, value in mine.grid.items()) if mine.sheet == "free" else ""
    return f"/desk/labels/trial/{mine.sheet}.pdf" + (f"?{asked}" if asked else "")


def _make(kind: LabelKind, sheet: Sheet, first: int, gesture: UUID) -> None:
    stand, mine = here(), tray()
    answer = acts.do(labels.prepare, items=tuple(mine.picks), sheet=sheet, skip=first, kind=kind, gesture=gesture)
    if not isinstance(answer, Run):
        stand.told = answer
        return
    mine.run, mine.picks = answer, []
    mine.first[sheet.name] = answer.next_cell
    stand.told = None
    stand.ask_anew()


def _ready(stand: Stand, run: Run) -> None:
    say = stand.say
    again = say("labels.ready_again", again=run.again) if run.again else ""
    onward = say("labels.next", cell=run.next_cell) if run.sheet.cells > 1 and run.next_cell else ""
    text = " ".join(part for part in (again, say("labels.ready_next"), onward) if part)
    draw.html(draw.notice("good", say("labels.ready", labels=run.labels, pages=run.pages), text))
    with st.container(key="card-acts-ready", horizontal=True):
        st.link_button(frame.plain(say("labels.open")), f"/desk/labels/{run.run_id}.pdf", type="primary")
        if run.sheet.name == "roll":
            st.link_button(frame.plain(say("labels.picture")), f"/desk/labels/{run.run_id}.zip")
