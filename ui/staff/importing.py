"""批量导入: choose a file, see what it would do and what is wrong in it, and only then write."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Medium
from services import clock, codes, halls
from services.imports import entering, people, things
from services.imports import sheet as sheets
from services.imports.checking import Checked, Problem, Progress, place_of
from services.imports.columns import COLUMNS, Kind, guess, kind_of, missing
from services.imports.entering import Imported, Preview
from services.imports.sheet import Sheet
from services.journal import Actor
from services.refusals import Refusal
from ui.staff import acts, draw, frame, told
from ui.staff.stand import Stand

_KEY: Final = "importing"
_MOST_SHOWN: Final = 200
_SAMPLE: Final = 4
_IN_A_ROW: Final = 4
_NOT_USED: Final = -1


@dataclass
class Brought:
    """The file on the desk and what was found in it; nothing of it is a row of the register yet."""

    file_id: str = ""
    round: int = 0
    kind: Kind = Kind.BOOKS
    sheet: Sheet | None = None
    refusal: Refusal | None = None
    mapped: dict[str, int] = field(default_factory=dict)
    room_id: UUID | None = None
    checked: Checked | None = None
    preview: Preview | None = None
    leave_out: bool = False
    writing: bool = False


def screen(stand: Stand) -> None:
    """Draw the page from the choice of a file to the receipt."""
    brought = _here()
    told.tell(stand)
    if isinstance(stand.told, Imported):
        draw.html(_receipt(stand, stand.told))
    with frame.card("import"):
        draw.html(draw.heading(stand.say("staff.import.title"), _templates(stand)), draw.empty(stand.say("staff.import.lead")))
        _choose(stand, brought)
    if brought.refusal is not None:
        kindly = stand.words.refused(brought.refusal)
        draw.html(draw.notice("no", kindly.say, kindly.next))
    if brought.sheet is not None:
        _columns(stand, brought, brought.sheet)
        _what_it_would_do(stand, brought, brought.sheet)


def _here() -> Brought:
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Brought):
        kept = st.session_state[_KEY] = Brought()
    return kept


def _templates(stand: Stand) -> Markup:
    links = (
        Markup('<a class="desk-link" href="/desk/import/{}.xlsx?lang={}" download>{}</a>').format(
            kind, stand.lang, stand.say(f"import.kind.{kind}")
        )
        for kind in Kind
    )
    return Markup("{}：{}").format(stand.say("staff.import.template"), Markup(" ").join(links))


def _choose(stand: Stand, brought: Brought) -> None:
    with st.container(key=f"upload-{stand.lang}"):
        file = st.file_uploader(stand.say("staff.import.pick"), key=f"file-{brought.round}")
    if file is None:
        brought.file_id, brought.sheet, brought.refusal, brought.checked = "", None, None, None
        return
    if file.file_id == brought.file_id:
        return
    brought.file_id, brought.sheet, brought.refusal, brought.checked = file.file_id, None, None, None
    try:
        brought.sheet = sheets.read(file.name, file.getvalue())
    except Refusal as refusal:
        brought.refusal = refusal
        return
    stand.told = None
    brought.kind = kind_of(brought.sheet)
    brought.mapped = guess(brought.kind, brought.sheet)
    brought.leave_out = False


def _columns(stand: Stand, brought: Brought, sheet: Sheet) -> None:
    say = stand.say
    with frame.card("import-columns"):
        draw.html(draw.heading(say("staff.import.columns"), say("staff.import.of_file", name=sheet.name, first=sheet.first)))
        left, right = st.columns(2)
        kind = left.segmented_control(
            say("staff.import.kind"), list(Kind), default=brought.kind, key=f"kind-{brought.file_id}",
            format_func=lambda kind: say(f"import.kind.{kind}"),
        )  # fmt: skip
        if kind is not None and kind is not brought.kind:
            brought.kind, brought.mapped, brought.room_id, brought.checked = Kind(kind), guess(Kind(kind), sheet), None, None
        if brought.kind is not Kind.PATRONS:
            with right:
                _room(stand, brought)
        with st.expander(say("staff.import.columns_hint"), expanded=bool(missing(brought.kind, brought.mapped))):
            _pick_columns(stand, brought, sheet)


def _room(stand: Stand, brought: Brought) -> None:
    medium = Medium.EQUIPMENT if brought.kind is Kind.EQUIPMENT else Medium.BOOK
    rooms = acts.look(_rooms, medium=medium)
    named: dict[UUID, str] = rooms if isinstance(rooms, dict) else {}
    if brought.room_id not in named:
        brought.room_id = next(iter(named), None)
    chosen = st.selectbox(
        stand.say("staff.import.room"), list(named), index=list(named).index(brought.room_id) if brought.room_id else 0,
        format_func=named.__getitem__, key=f"room-{brought.file_id}-{medium}",
    )  # fmt: skip
    if chosen != brought.room_id:
        brought.room_id, brought.checked = chosen, None


def _rooms(session: Session, *, medium: Medium, at: object, by: Actor) -> dict[UUID, str]:  # noqa: ARG001  asked like every question
    return halls.rooms(session, hall_id=by.hall_id, medium=medium)


def _pick_columns(stand: Stand, brought: Brought, sheet: Sheet) -> None:
    places = [_NOT_USED, *range(len(sheet.headings))]

    def name(place: int) -> str:
        return stand.say("staff.import.not_used") if place == _NOT_USED else f"{place + 1} {sheet.headings[place]}"[:40]

    columns = COLUMNS[brought.kind]
    for start in range(0, len(columns), _IN_A_ROW):
        for column, spot in zip(columns[start : start + _IN_A_ROW], st.columns(_IN_A_ROW), strict=False):
            label = stand.say(f"import.fact.{column.field}") + ("*" if column.needed else "")
            now = brought.mapped.get(column.field, _NOT_USED)
            key = f"column-{brought.file_id}-{brought.kind}-{column.field}"
            chosen = spot.selectbox(label, places, index=places.index(now), format_func=name, key=key)
            if chosen != now:
                brought.checked = None
                brought.mapped.pop(column.field, None)
                if chosen != _NOT_USED:
                    brought.mapped[column.field] = chosen


def _what_it_would_do(stand: Stand, brought: Brought, sheet: Sheet) -> None:
    if lacking := missing(brought.kind, brought.mapped):
        names = "、".join(stand.say(f"import.fact.{fact}") for fact in lacking)
        draw.html(draw.notice("no", stand.say("staff.import.needed", names=names)))
        return
    if brought.checked is None:
        _check(stand, brought, sheet)
    if brought.writing:
        _write(stand, brought)
    seen = brought.preview
    if seen is None or brought.checked is None:
        return
    draw.html(_figures(stand, brought, seen))
    _accept(stand, brought, seen)
    if seen.problems:
        with frame.card("import-problems"):
            draw.html(draw.heading(stand.say("staff.import.problems"), str(len(seen.problems))), _problems(stand, seen))
    with frame.card("import-sample"):
        draw.html(draw.heading(stand.say("staff.import.sample")), _sample(sheet))


def _check(stand: Stand, brought: Brought, sheet: Sheet) -> None:
    bar = st.progress(0.0, stand.say("staff.import.checking"))
    answer = acts.look(_look, brought=brought, sheet=sheet, tell=lambda share: bar.progress(share, stand.say("staff.import.checking")))
    bar.empty()
    if isinstance(answer, tuple):
        brought.checked, brought.preview = answer
    else:
        stand.tell(answer)
        told.tell(stand)


def _look(session: Session, *, brought: Brought, sheet: Sheet, tell: Progress, at: Any, by: Actor) -> tuple[Checked, Preview]:
    today = clock.local_day(at)
    if brought.kind is Kind.PATRONS:
        checked = people.check_people(session, sheet=sheet, mapped=brought.mapped, today=today, hall_id=by.hall_id, tell=tell)
        return checked, people.preview(session, checked=checked, by=by)
    place = place_of(session, hall_id=by.hall_id, default_room=brought.room_id, today=today)
    checked = things.check_things(sheet, brought.kind, brought.mapped, place, tell)
    return checked, entering.preview(session, checked=checked, by=by)


def _write(stand: Stand, brought: Brought) -> None:
    brought.writing = False
    assert brought.checked is not None
    bar = st.progress(0.0, stand.say("staff.import.writing"))
    verb = people.accept if brought.kind is Kind.PATRONS else entering.accept
    answer = acts.do(
        verb, checked=brought.checked, leave_out=brought.leave_out, gesture=stand.gesture,
        tell=lambda share: bar.progress(share, stand.say("staff.import.writing")),
    )  # fmt: skip
    stand.tell(answer)
    if isinstance(answer, Imported):
        st.session_state[_KEY] = Brought(round=brought.round + 1, room_id=brought.room_id)
    else:
        brought.checked = None
    st.rerun()


def _figures(stand: Stand, brought: Brought, seen: Preview) -> Markup:
    say = stand.say
    new = say("staff.import.new_people") if brought.kind is Kind.PATRONS else say("staff.import.new_things")
    titles = "" if brought.kind is Kind.PATRONS else f"{say('staff.import.new_titles')} {seen.titles}"
    wrong = say("staff.import.stopped_small") if seen.stopped else say("staff.import.no_problems")
    return draw.figures([
        draw.figure(say("staff.import.rows"), str(seen.rows), say(f"import.kind.{brought.kind}")),
        draw.figure(new, str(seen.items), titles, "green" if seen.items else "plain"),
        draw.figure(say("staff.import.known"), str(seen.known), say("staff.import.known_small")),
        draw.figure(say("staff.import.stopped"), str(seen.stopped), wrong, "red" if seen.stopped else "green"),
    ])  # fmt: skip


def _accept(stand: Stand, brought: Brought, seen: Preview) -> None:
    with frame.card("acts-import"), st.container(key="import-acts", horizontal=True, vertical_alignment="center"):
        if seen.stopped:
            brought.leave_out = st.checkbox(stand.say("staff.import.leave_out"), value=brought.leave_out, key=f"leave-{brought.file_id}")
        may = bool(seen.items) and (brought.leave_out or not seen.stopped)
        frame.button("import-accept", stand.say("staff.import.accept"), _press, kind="primary", disabled=not may)
        frame.button("import-again", stand.say("staff.import.again"), _put_away)
    if not seen.items:
        draw.html(draw.empty(stand.say("staff.import.nothing_new")))


def _press() -> None:
    _here().writing = True


def _put_away() -> None:
    brought = _here()
    st.session_state[_KEY] = Brought(round=brought.round + 1, room_id=brought.room_id)


def _problems(stand: Stand, seen: Preview) -> Markup:
    heads = [stand.say(f"staff.import.{name}") for name in ("row", "column", "value", "what")]
    lines = [
        (str(problem.row), _column(stand, problem.column), problem.value, _what(stand, problem)) for problem in seen.problems[:_MOST_SHOWN]
    ]
    more = draw.empty(stand.say("staff.import.problems_more", count=_MOST_SHOWN)) if len(seen.problems) > _MOST_SHOWN else draw.NOTHING
    return draw.table(heads, lines, [problem.stops for problem in seen.problems[:_MOST_SHOWN]]) + more


def _what(stand: Stand, problem: Problem) -> str:
    said = stand.say(f"import.problem.{problem.code}")
    return said if problem.stops else f"{said}（{stand.say('staff.import.mind')}）"


def _column(stand: Stand, heading: str) -> str:
    """A fact no column states is called by our own word."""
    return stand.say(f"import.fact.{heading}") if stand.words.has(f"import.fact.{heading}") else heading


def _sample(sheet: Sheet) -> Markup:
    return draw.table(sheet.headings, [tuple(cell[:60] for cell in row) for row in sheet.rows[:_SAMPLE]])


def _receipt(stand: Stand, done: Imported) -> Markup:
    say = stand.say
    title = say(f"staff.import.done_{'people' if done.kind is Kind.PATRONS else 'things'}", titles=done.titles, items=done.items)
    small = [say("staff.import.done_numbers", first=codes.clear(done.first), last=codes.clear(done.last))] if done.first else []
    small += [say("staff.import.done_known", count=done.known)] if done.known else []
    return draw.notice("good", title, " · ".join(small))
