"""The sample's hall as it stands: how it became one, what was changed in its rooms, and its rules of use, written as a keeper would."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlmodel import Session

from models import ActorKind
from services import clock, offers, rule_offers, rule_sets
from services.journal import Actor

_RULES: Final = (("R-CUL", "图书室"), ("R-ACT", "文体活动室"))


def stand(session: Session, *, hall_id: UUID, staff_id: UUID, rooms: dict[str, UUID], at: datetime) -> None:
    """Write it down; every gesture is drawn from the hall's id, so that the village is the same every time."""
    by = Actor(ActorKind.STAFF, hall_id, staff_id=staff_id, device="tablet")
    # Nobody was in charge before the year began.
    then = max(at - timedelta(days=40), clock.instant(clock.local_day(at).replace(month=1, day=1), 0))
    for code, function in _RULES:
        text = rule_offers.proposal(session, room_id=rooms[code], function=function, at=then, by=by)
        gesture = uuid5(hall_id, f"rules-{code}")
        rule_sets.publish(
            session, room_id=rooms[code], function=function, text=text, signer="周桂生", seen=0, at=then, gesture=gesture, by=by
        )  # fmt: skip
    stopped = offers.add(session, room_id=rooms["R-ACT"], name="排灯课", at=then, gesture=uuid5(hall_id, "offer"), by=by)
    offers.stop(session, open_item_id=stopped, reason="老师回城，开春再办", at=then, gesture=uuid5(hall_id, "stop"), by=by)
