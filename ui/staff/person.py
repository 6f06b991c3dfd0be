"""The card on the desk: who it is, what is out, what is waited for, and what stands in the way."""

from uuid import UUID

from markupsafe import Markup

from services import codes, patrons, statements
from services.patrons import PatronLine, Sheet
from services.statements import HoldLine, LoanLine, Statement
from ui.staff import acts, draw, frame, thing, told
from ui.staff.acts import NotRenewed
from ui.staff.stand import Stand


def panel(stand: Stand, patron_id: UUID) -> None:
    """Draw somebody's account with its buttons."""
    sheet = acts.look(patrons.sheet, patron_id=patron_id)
    if not isinstance(sheet, Sheet):
        draw.html(told.paper(stand, sheet))
        return
    head(stand, sheet)
    with frame.row("patron-acts"):
        frame.button("next", stand.say("staff.person.next"), acts.clear_desk, kind="primary")
        frame.button("sheet", stand.say("staff.person.sheet"), acts.open_screen, "patron")
    account = acts.look(statements.statement, card_id=sheet.line.card_id) if sheet.line.card_id else None
    if not isinstance(account, Statement):
        return
    if account.blocked and stand.item_id is None:
        blocked = stand.words.has(f"staff.blocked.{account.blocked}")
        draw.html(draw.notice("mind", stand.say(f"staff.blocked.{account.blocked}" if blocked else "staff.blocked.other")))
    _loans(stand, account)
    if isinstance(stand.told, NotRenewed):
        thing.set_aside_renewal(stand, stand.told)
    _holds(stand, account)


def head(stand: Stand, sheet: Sheet) -> None:
    """Name, number, kind; what else the desk has to know at a glance."""
    line = sheet.line
    small = [kind(stand, line), line.phone_masked, line.villager_group]
    if sheet.leader:
        small.append(stand.say("staff.person.leader", name=sheet.leader))
    if sheet.form.guardian_name:
        small.append(stand.say("staff.person.guardian", name=sheet.form.guardian_name))
    number = codes.clear(line.number) if line.number else stand.say("staff.person.no_card")
    ended = stand.say(f"staff.person.card_{line.ended_as}") if line.ended_as else ""
    draw.html(
        Markup('<div class="desk-person"><b>{}</b><span>{}{}</span><small>{}</small></div>').format(
            line.name,
            number,
            Markup(" <em>{}</em>").format(ended) if ended else "",
            Markup(" · ").join(each for each in small if each),
        )
    )


def kind(stand: Stand, line: PatronLine) -> str:
    """Say what somebody is for the policy; who is an elder is told so."""
    return stand.say(f"patron_kind.{'elder' if line.age_band == 'elder' and line.kind == 'adult' else line.kind}")


def _loans(stand: Stand, account: Statement) -> None:
    small = stand.say("staff.person.of", have=account.have, most=account.max_items)
    draw.html(draw.heading(stand.say("staff.person.loans"), small))
    if not account.loans:
        draw.html(draw.empty(stand.say("staff.person.no_loans")))
    for loan in account.loans:
        with frame.row(f"loan-{loan.loan_id}"):
            draw.html(_loan(stand, loan))
            frame.button(f"renew-{loan.loan_id}", stand.say("staff.person.renew"), acts.renew, loan.loan_id, stand.gesture)
            frame.button(f"back-{loan.loan_id}", stand.say("staff.person.back"), *_give_back(stand, loan))


def _give_back(stand: Stand, loan: LoanLine) -> tuple:  # type: ignore[type-arg]
    """A single thing comes back with one tap; of a set it is asked how many."""
    if loan.quantity > 1:
        return acts.take_item, loan.item_id
    return acts.give_back, loan.item_id, loan.loan_id, stand.gesture


def _loan(stand: Stand, loan: LoanLine) -> Markup:
    volume = stand.say("staff.volume", volume=loan.volume) if loan.volume else ""
    pieces = stand.say("staff.told.pieces", count=loan.quantity) if loan.quantity > 1 else ""
    due = stand.say("staff.overdue" if loan.overdue else "staff.due", day=loan.due_day)
    return draw.line(draw.name(stand.words, loan.name, loan.item_class, volume) + pieces, due, late=loan.overdue)


def _holds(stand: Stand, account: Statement) -> None:
    if not account.holds:
        return
    draw.html(draw.heading(stand.say("staff.person.holds")))
    for hold in account.holds:
        with frame.row(f"hold-{hold.hold_id}"):
            draw.html(_hold(stand, hold))
            frame.button(f"unhold-{hold.hold_id}", stand.say("staff.person.unhold"), acts.cancel_hold, hold.hold_id, stand.gesture)


def _hold(stand: Stand, hold: HoldLine) -> Markup:
    volume = stand.say("staff.volume", volume=hold.volume) if hold.volume else ""
    state = stand.say("staff.kept_until", day=hold.kept_day) if hold.kept_day else stand.say("staff.person.waits")
    return draw.line(stand.say("staff.book", name=f"{hold.name} {volume}".strip()), state)
