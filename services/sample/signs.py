"""The sample's signs: the old ones that the clean-up found, what was decided about them, and the plates made after the scheme."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlmodel import Session

from models import ActorKind, SignKind, SignPlace, Verdict
from services import clock, plates, signs
from services.journal import Actor
from services.signs import SignForm

_INSIDE, _OUTSIDE, _ELSEWHERE = SignPlace.INSIDE, SignPlace.OUTSIDE, SignPlace.ELSEWHERE
# Name, kind, room, place, spot, mm, verdict, owner, whether it is done.
_OLD: Final = (
    ("农家书屋", SignKind.ROOM_PLATE, "R-CUL", _INSIDE, "东墙", (400, 250), Verdict.MERGE, "王志明", True),
    ("图书室", SignKind.ROOM_PLATE, "R-CUL", _OUTSIDE, "门楣", (350, 120), Verdict.MERGE, "王志明", True),
    ("旅游咨询服务点", SignKind.ROOM_PLATE, "R-CUL", _ELSEWHERE, "便民服务大厅西墙", (500, 300), Verdict.MERGE, "王志明", False),
    ("文体活动室", SignKind.ROOM_PLATE, "R-ACT", _INSIDE, "舞台旁", (400, 200), Verdict.REMOVE, "陈桂英", True),
    ("道德讲堂", SignKind.OTHER, "R-ACT", _INSIDE, "后墙", (600, 400), None, "", False),
    ("图书借阅制度", SignKind.RULES, "R-CUL", _INSIDE, "北墙", (600, 900), Verdict.KEEP, "王志明", True),
)


def hang(session: Session, *, hall_id: UUID, staff_id: UUID, rooms: dict[str, UUID], at: datetime) -> None:
    """Write it down as the keeper would; every gesture is drawn from the hall's id, so that the village is the same every time."""
    by = Actor(ActorKind.STAFF, hall_id, staff_id=staff_id, device="tablet")
    # Nobody was in charge before the year began.
    then = max(at - timedelta(days=20), clock.instant(clock.local_day(at).replace(month=1, day=1), 0))
    made = {}
    for code in ("R-CUL", "R-ACT"):
        made[code] = plates.make_door_plate(session, room_id=rooms[code], at=then, gesture=uuid5(hall_id, code), by=by)
    plates.make_hours_board(session, oversight_phone="000-0000000", at=then, gesture=uuid5(hall_id, "hours"), by=by)
    for name, kind, code, place, spot, size, verdict, owner, done in _OLD:
        gesture = uuid5(hall_id, name)
        form = SignForm(name, kind, rooms[code], place, *size, spot=spot)
        sign_id = signs.register(session, form=form, new=False, at=then, gesture=gesture, by=by)
        if verdict is None:
            continue
        into = made[code] if verdict is Verdict.MERGE else None
        signs.decide(session, sign_id=sign_id, verdict=verdict, owner=owner, into_id=into, at=then, gesture=gesture, by=by)
        if done:
            day = min(then + timedelta(days=5), at)
            signs.carry_out(session, sign_id=sign_id, day=clock.local_day(day), at=day, gesture=gesture, by=by)
