"""规则: who may have how many for how long, and the rules of the house; changed by the head of the hall, on the record."""

from typing import Final

import streamlit as st
from markupsafe import Markup

from models import BorrowerKind, Medium
from services import keepers, no_shows, policy, undoing_house
from services.policy import SANE, Terms
from ui.staff import acts, draw, frame, told
from ui.staff.stand import Stand, Undo, here

_FIELDS: Final = ("max_items", "loan_days", "renewals", "renew_days")
_MOST: Final = {
    "max_items": policy.MOST_ITEMS,
    "loan_days": policy.MOST_DAYS,
    "renewals": policy.MOST_RENEWALS,
    "renew_days": policy.MOST_DAYS,
}
Matrix = dict[tuple[BorrowerKind, Medium], Terms]


def screen(stand: Stand) -> None:
    """Draw both tables; the fields are for the head of the hall."""
    told.tell(stand)
    found = acts.look(policy.matrix)
    matrix: Matrix = found if isinstance(found, dict) else {}
    head = isinstance(acts.look(keepers.everyone), list)
    with frame.card("policy"):
        small = stand.say("people.rules.running") if head else stand.say("people.account.head_only")
        draw.html(draw.heading(stand.say("people.rules.policy"), small), _table(stand, matrix))
        if head:
            _terms(stand, matrix)
    house = acts.look(policy.house)
    with frame.card("house"):
        draw.html(draw.heading(stand.say("people.rules.house")))
        _house(stand, house if isinstance(house, dict) else {}, head=head)
    with frame.card("booking-rules"):
        draw.html(draw.heading(stand.say("staff.nav.bookings")))
        _waits(stand, head=head)


def _table(stand: Stand, matrix: Matrix) -> Markup:
    heads = ["", *(stand.say(f"medium.{medium}") for medium in Medium)]
    lines = [(stand.say(f"patron_kind.{kind}"), *(_said(stand, matrix.get((kind, medium))) for medium in Medium)) for kind in BorrowerKind]
    return draw.table(heads, lines)


def _said(stand: Stand, terms: Terms | None) -> str:
    if terms is None or not terms.max_items:
        return stand.say("people.rules.nothing")
    if not terms.loan_days:
        return stand.say("people.rules.for_the_day", most=terms.max_items)
    renewals = stand.say("people.rules.renew", times=terms.renewals, days=terms.renew_days) if terms.renewals else ""
    return stand.say("people.rules.terms", most=terms.max_items, days=terms.loan_days) + renewals


def _terms(stand: Stand, matrix: Matrix) -> None:
    say, n = stand.say, stand.round
    left, right = st.columns(2)
    kind = left.segmented_control(
        say("people.rules.who"), list(BorrowerKind), default=BorrowerKind.ADULT, key=f"kind-borrower-{stand.lang}", required=True,
        format_func=lambda each: say(f"patron_kind.{each}"),
    )  # fmt: skip
    medium = right.segmented_control(
        say("people.rules.what"), list(Medium), default=Medium.BOOK, key=f"kind-medium-{stand.lang}", required=True,
        format_func=lambda each: say(f"medium.{each}"),
    )  # fmt: skip
    now = matrix.get((kind, medium), Terms(0, 0))
    for column, field in zip(st.columns(4), _FIELDS, strict=True):
        column.number_input(
            say(f"field.{field}"),
            min_value=0,
            max_value=_MOST[field],
            value=getattr(now, field),
            step=1,
            key=f"{field}-{kind}-{medium}-{n}",
        )
    frame.button("policy-save", say("people.rules.save"), _change, kind, medium, n, kind="primary")


def _house(stand: Stand, values: dict[str, int], *, head: bool) -> None:
    if not head:
        draw.html(draw.facts((stand.say(f"people.rules.{field}"), str(value)) for field, value in values.items()))
        return
    columns = st.columns(4)
    for place, (field, value) in enumerate(values.items()):
        columns[place % 4].number_input(
            stand.say(f"people.rules.{field}"), min_value=SANE[field][0], max_value=SANE[field][-1], value=value, step=1,
            key=f"house-{field}-{stand.round}",
        )  # fmt: skip
    frame.button("house-save", stand.say("people.rules.save_house"), _change_house, values, stand.round, kind="primary")


def _waits(stand: Stand, *, head: bool) -> None:
    """How long a room waits for the group that booked it."""
    found = acts.look(no_shows.minutes)
    now, label, key = found if isinstance(found, int) else no_shows.MINUTES, stand.say("field.no_show_minutes"), f"waits-{stand.round}"
    if not head:
        draw.html(draw.facts([(label, str(now))]))
        return
    st.columns(4)[0].number_input(label, no_shows.SANE[0], no_shows.SANE[-1], now, key=key)
    frame.button("waits-save", stand.say("people.rules.save_house"), _change_waits, now, key, kind="primary")


def _change_waits(shown: int, key: str) -> None:
    answer = acts.do(no_shows.set_patience, waits=int(st.session_state.get(key, shown)))
    here().tell(answer if acts.failed(answer) else draw.notice("good", here().say("people.told.rules")))


def _change(kind: BorrowerKind, medium: Medium, n: int) -> None:
    values = {field: int(st.session_state.get(f"{field}-{kind}-{medium}-{n}") or 0) for field in _FIELDS}
    which = {"borrower_kind": kind, "item_class": medium}
    _tell(here(), acts.do(policy.change, **which, terms=Terms(**values)), Undo(undoing_house.policy_change, which))


def _change_house(shown: dict[str, int], n: int) -> None:
    said = {field: int(st.session_state.get(f"house-{field}-{n}", value)) for field, value in shown.items()}
    # Only what was touched: another tablet may have changed the rest.
    changed = {field: value for field, value in said.items() if value != shown[field]}
    if changed:
        _tell(here(), acts.do(policy.change_house, **changed), Undo(undoing_house.rules_change, {}))


def _tell(stand: Stand, answer: object, way_back: Undo) -> None:
    if acts.failed(answer):
        stand.tell(answer)
    else:
        stand.tell(draw.notice("good", stand.say("people.told.rules"), stand.say("people.rules.running")), way_back)
