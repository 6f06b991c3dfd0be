"""The thing on the desk: what may be done with it, every reason not to, and how to set a reason aside."""

from typing import Final, Literal
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import Condition, Medium, Purpose, Trouble
from services import circulation, codes, shelves
from services.circulation import NEVER_OVERRIDDEN
from services.lending_rules import Wish, needs_approver
from services.refusals import PartsMissing, Refusal
from services.shelves import ItemSheet, OutLine
from ui.staff import acts, draw, frame, journal, leaving, parts_shown, told
from ui.staff.acts import NotRenewed
from ui.staff.fields import Fields
from ui.staff.stand import Stand

# Answered by asking, not set aside.
_ASKED: Final = frozenset({"purpose_missing", "approval_missing"})
_MENDED: Final = (Condition.DAMAGED, Condition.OUT_OF_ORDER, Condition.PARTS_MISSING)
_WHILE_OUT: Final = (Condition.LOST, Condition.CLAIMS_RETURNED)
_HERE: Final = (Condition.LOST, Condition.DAMAGED, Condition.OUT_OF_ORDER, Condition.PARTS_MISSING)
_DAYS: Final = 10


def panel(stand: Stand, item_id: UUID) -> None:
    """Draw a thing with what can be done now."""
    sheet = acts.look(shelves.sheet, item_id=item_id)
    if not isinstance(sheet, ItemSheet):
        draw.html(told.paper(stand, sheet))
        return
    _head(stand, sheet)
    for out in sheet.out:
        _out(stand, sheet, out)
    if sheet.thing.free > 0 and stand.patron_id is not None:
        _lend(stand, sheet)
    elif sheet.thing.free > 0:
        draw.html(draw.notice("mind", stand.say("staff.thing.card_wanted"), stand.say("staff.thing.card_wanted_next")))
    _more(stand, sheet)


def _head(stand: Stand, sheet: ItemSheet) -> None:
    thing, say = sheet.thing, stand.say
    where = " · ".join(each for each in (codes.clear(thing.number), thing.call_number, sheet.room, sheet.shelf) if each)
    marks = [say(f"condition.{condition}") for condition, _ in sheet.conditions]
    marks += [say(f"staff.thing.{name}") for name in ("adults_only", "reference_only", "kept") if getattr(sheet, name)]
    if thing.counted:
        marks.append(say("staff.thing.free_of", free=thing.free, quantity=thing.quantity, unit=thing.unit))
    if sheet.waiting:
        marks.append(say("staff.thing.waiting", count=sheet.waiting))
    name = draw.name(stand.words, thing.name, thing.medium, sheet.volume)
    tags = draw.NOTHING.join(Markup("<em>{}</em>").format(mark) for mark in marks)
    draw.html(
        Markup('<div class="desk-thing"><b>{}</b><span>{}</span><small>{}</small><p>{}</p></div>').format(name, thing.author, where, tags)
    )


def _out(stand: Stand, sheet: ItemSheet, out: OutLine) -> None:
    """Who has it; the desk may know. A set comes back in pieces."""
    mine = out.patron_id == stand.patron_id
    with frame.row(f"out-{out.loan_id}"):
        due = stand.say("staff.overdue" if out.overdue else "staff.due", day=out.due_day)
        pieces = stand.say("staff.told.pieces", count=out.quantity) if sheet.thing.counted else ""
        draw.html(draw.line(stand.say("staff.thing.with", name=out.patron) + pieces, due, late=out.overdue))
        back = acts.give_back, sheet.thing.item_id, out.loan_id, stand.gesture
        mine_parts = parts_shown.of(sheet.thing.item_id) if sheet.thing.medium is Medium.EQUIPMENT else ()
        if sheet.thing.counted and out.quantity > 1:
            count = _pieces(stand, f"back-{out.loan_id}", out.quantity)
            frame.button(f"out-back-{out.loan_id}", stand.say("staff.thing.back_pieces", count=count), *back, count, kind="primary")
        elif not mine_parts:
            frame.button(f"out-back-{out.loan_id}", stand.say("staff.person.back"), *back, kind="primary")
        if mine:
            frame.button(f"out-renew-{out.loan_id}", stand.say("staff.person.renew"), acts.renew, out.loan_id, stand.gesture)
        else:
            frame.button(f"who-{out.loan_id}", stand.say("staff.today.see_patron"), acts.take_patron, out.patron_id)
    if mine_parts:
        seen = parts_shown.ask(stand, mine_parts, "back")
        label = parts_shown.label(stand, mine_parts, seen, stand.say("staff.person.back"))
        frame.button(f"out-back-{out.loan_id}", label, *back, None, None, seen, kind="primary", width="stretch")
    if mine and isinstance(stand.told, NotRenewed):
        set_aside_renewal(stand, stand.told)


def _lend(stand: Stand, sheet: ItemSheet) -> None:
    """All reasons at once; with none left, one button."""
    wish = _wish(stand, sheet)
    card_id = acts.card_of(stand.patron_id) if stand.patron_id else None
    found = acts.look(circulation.look, item_id=sheet.thing.item_id, card_id=card_id, wish=wish) if card_id else None
    reasons: list[Refusal] = [each for each in found if each.code not in _ASKED] if isinstance(found, list) else []
    asked = {each.code for each in found} & _ASKED if isinstance(found, list) else set()
    if found is None or (not isinstance(found, list)):
        draw.html(draw.notice("no", stand.say("staff.person.no_card")) if found is None else told.paper(stand, found))
        return
    mine = parts_shown.of(sheet.thing.item_id) if sheet.thing.medium is Medium.EQUIPMENT else ()
    seen = parts_shown.ask(stand, mine, "out") if mine else {}
    if mine:
        # Counted now: what an earlier count found is over, what this one finds is a reason.
        reasons = [each for each in reasons if not isinstance(each, PartsMissing)]
        reasons += [PartsMissing()] if parts_shown.short(mine, seen) else []
    if reasons:
        _reasons(stand, reasons)
    firm = [each for each in reasons if each.code in NEVER_OVERRIDDEN]
    if firm:
        return
    label = stand.say("staff.thing.lend_anyway" if reasons else "staff.thing.lend")
    why = _why(stand) if reasons else ""
    codes_ = frozenset(each.code for each in reasons)
    ready = not asked and (not reasons or bool(why.strip()))
    label, act = parts_shown.label(stand, mine, seen, label), (acts.lend, stand.gesture, wish, codes_, why, seen)
    frame.button("lend", label, *act, kind="primary", width="stretch", disabled=not ready)


def _reasons(stand: Stand, reasons: list[Refusal]) -> None:
    lines = []
    for each in reasons:
        kindly = stand.words.refused(each)
        lines.append((kindly.say, kindly.next, each.code in NEVER_OVERRIDDEN))
    draw.html(draw.heading(stand.say("staff.thing.reasons", count=len(reasons))), draw.reasons(lines))


def _why(stand: Stand) -> str:
    """Ask for the reason that the journal will keep."""
    label = stand.say("staff.thing.why")
    return st.text_input(label, key=f"why-{stand.round}", placeholder=stand.say("staff.thing.why_hint"), max_chars=200)


def _wish(stand: Stand, sheet: ItemSheet) -> Wish:
    """What equipment goes out for, how many, and whether it leaves the hall."""
    if sheet.thing.medium is not Medium.EQUIPMENT:
        return Wish()
    draw.html(draw.heading(stand.say("staff.thing.purpose")))
    with st.container(key="purposes", horizontal=True):
        for purpose in Purpose:
            kind: frame.Kind = "primary" if stand.purpose is purpose else "secondary"
            frame.button(f"purpose-{purpose}", stand.say(f"purpose.{purpose}"), acts.choose_purpose, purpose, kind=kind)
    with st.container(key="purposes-where", horizontal=True):
        for outside in (False, True):
            label = stand.say("staff.thing.outside" if outside else "staff.thing.inside")
            chosen: frame.Kind = "primary" if stand.outside is outside else "secondary"
            frame.button(f"outside-{outside}", label, _choose_outside, outside, kind=chosen)
    quantity = _pieces(stand, "lend", sheet.thing.free) if sheet.thing.counted else 1
    days = None
    if stand.outside:
        days = int(st.number_input(stand.say("staff.thing.days"), 1, _DAYS, min(3, _DAYS), key=f"days-{stand.round}"))
    wish = Wish(quantity=quantity, purpose=stand.purpose, outside_days=days)
    return Wish(quantity, stand.purpose, days, _approver(stand, sheet)) if needs_approver(wish) else wish


def _choose_outside(outside: bool) -> None:  # noqa: FBT001  bound by the button
    acts.choose_outside(outside=outside)


def _approver(stand: Stand, sheet: ItemSheet) -> UUID | None:
    people = acts.look(shelves.approvers, room_id=sheet.room_id)
    names = dict(people) if isinstance(people, list) else {}
    return st.selectbox(
        stand.say("staff.thing.approver"),
        list(names),
        index=None,
        key=f"approver-{stand.round}",
        placeholder=stand.say("staff.thing.approver_hint"),
        format_func=lambda staff_id: names.get(staff_id, str(staff_id)),
    )


def _pieces(stand: Stand, key: str, most: int) -> int:
    """Ask how many: one to begin with when lending, all when they come back."""
    first = 1 if key == "lend" else most
    seen: Literal["visible", "collapsed"] = "visible" if key == "lend" else "collapsed"
    return int(st.number_input(stand.say("staff.thing.pieces"), 1, most, first, key=f"pieces-{key}-{stand.round}", label_visibility=seen))


def set_aside_renewal(stand: Stand, refused: NotRenewed) -> None:
    """Renew all the same, with a reason."""
    if refused.refusal.code in NEVER_OVERRIDDEN or refused.refusal.code == "loan_gone":
        return
    why = _why(stand)
    act = acts.renew, refused.loan_id, stand.gesture, frozenset({refused.refusal.code}), why
    frame.button("renew-anyway", stand.say("staff.thing.renew_anyway"), *act, kind="primary", disabled=not why.strip())


def _more(stand: Stand, sheet: ItemSheet) -> None:
    """What else befalls a thing: reported broken, found again, kept for the card on the desk."""
    item_id = sheet.thing.item_id
    with st.container(key="more", horizontal=True):
        if stand.patron_id is not None and not sheet.thing.free and all(out.patron_id != stand.patron_id for out in sheet.out):
            frame.button("hold", stand.say("staff.thing.hold"), acts.hold, sheet.thing.title_id, sheet.thing.volume, stand.gesture)
        if any(condition in _WHILE_OUT for condition, _ in sheet.conditions):
            frame.button("found", stand.say("staff.thing.found"), acts.give_back, item_id, None, stand.gesture)
        if sheet.thing.medium is Medium.EQUIPMENT:
            frame.button("asset", stand.say("assets.open"), acts.open_screen, "asset")
        else:
            frame.button("title", stand.say("titles.open"), acts.open_title, sheet.thing.title_id)
        frame.button("journal", stand.say("people.journal.of_thing"), journal.of_thing, sheet.thing.number)
        frame.button("away", stand.say("staff.thing.away"), acts.take_item, None)
    with st.expander(stand.say("staff.thing.report")), st.container(key="troubles", horizontal=True):
        for trouble in Trouble:
            frame.button(f"trouble-{trouble}", stand.say(f"trouble.{trouble}"), acts.report, item_id, trouble, stand.gesture)
    if Condition.WITHDRAWN in {condition for condition, _ in sheet.conditions}:
        return
    with st.expander(stand.say("staff.thing.befell")):
        _befell(stand, sheet)
    with st.expander(stand.say("weeding.leave")):
        leaving.panel(stand, sheet)


def _befell(stand: Stand, sheet: ItemSheet) -> None:
    """Lost, damaged, mended, written off: one reason, one tap."""
    why = st.text_input(
        stand.say("staff.thing.why"), key=f"befell-{stand.round}", placeholder=stand.say("staff.thing.why_hint"), max_chars=200
    )
    facts = (why, stand.gesture)
    item_id, ready = sheet.thing.item_id, bool(why.strip())
    there = {condition for condition, _ in sheet.conditions}
    with st.container(key="troubles-befell", horizontal=True):
        for condition in _WHILE_OUT if sheet.out else _HERE:
            if condition not in there:
                label = stand.say(f"condition.{condition}")
                frame.button(f"mark-{condition}", label, acts.mark, item_id, condition, *facts, disabled=not ready)
        for condition in [each for each in _MENDED if each in there]:
            label = stand.say("staff.thing.mended", condition=stand.say(f"condition.{condition}"))
            frame.button(f"mend-{condition}", label, acts.mend, item_id, condition, *facts, disabled=not ready)
    if sheet.out:
        # The desk's own approver unless another is named.
        approved = (*facts, Fields(stand, "befell").approver(sheet.room_id))
        with st.container(key="troubles-loss", horizontal=True):
            for out in sheet.out:
                in_kind, off = (acts.replace_in_kind, out.loan_id, *approved), (acts.write_off, out.loan_id, *approved)
                frame.button(f"in-kind-{out.loan_id}", stand.say("staff.thing.in_kind"), *in_kind, disabled=not ready)
                frame.button(f"off-{out.loan_id}", stand.say("staff.thing.write_off"), *off, disabled=not ready)
