"""What upkeep has in hand on this tablet: the list, a thing or an order, and how an order stands in words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from services import clock, orders
from services.journal import Actor
from services.orders import Order
from ui.staff import acts
from ui.staff.stand import Stand, here

View = Literal["title", "rules", "past"]
_KEY: Final = "care"


@dataclass
class Place:
    """What is looked at: the list, and beside it a thing or an order."""

    view: View = "title"
    item_id: UUID | None = None
    order_id: UUID | None = None
    ticked: set[UUID] = field(default_factory=set)


def place() -> Place:
    """Where this tablet is; kept over reruns, rows never."""
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Place):
        kept = st.session_state[_KEY] = Place()
    return kept


def take(item_id: UUID | None) -> None:
    """Take a thing in hand, with the order that is open for it."""
    mine = place()
    known = acts.look(of_thing, item_id=item_id) if item_id else []
    going = [order for order in known if order.ended_as is None] if isinstance(known, list) else []
    mine.view, mine.item_id, mine.order_id = "title", item_id, going[0].id if going else None
    here().ask_anew()


def take_to(item_id: UUID | None = None) -> None:
    """Come here from another screen."""
    acts.open_fresh("care")
    take(item_id)


def state(stand: Stand, order: Order) -> str:
    """Say where an order stands: since when, and when the thing should serve again."""
    say = stand.say
    if order.out_since is None or order.back_at is not None:
        return say("care.since", day=clock.local_day(order.opened_at))
    if order.expected_back_at is None:
        return say("care.out_now")
    day = clock.local_day(order.expected_back_at)
    if is_late(order, clock.now()):
        return say("care.back_late", day=day, days=(clock.local_day(clock.now()) - day).days)
    return say("care.back_on", day=day)


def is_late(order: Order, at: datetime) -> bool:
    """Whether the day it should have served again has passed."""
    return order.expected_back_at is not None and order.back_at is None and clock.local_day(order.expected_back_at) < clock.local_day(at)


def of_thing(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> list[Order]:  # noqa: ARG001  asked like every question
    """Give a thing's orders, the newest first."""
    return orders.of_thing(session, item_id=item_id, by=by)
