"""The sample's hall as it stands: how it became one, what was changed in its rooms, and its rules of use, written as a keeper would."""

import io
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from PIL import Image, ImageDraw
from sqlmodel import Session

from models import ActorKind, AreaKind, PhotoMoment, RoomChange, Stage
from services import clock, furnishing, hall_profile, offers, photos, rule_offers, rule_sets
from services.journal import Actor

# Fictional like the village: before, three narrow rooms with a door each; after, one wide room with shelves.
_WALL, _FLOOR, _WOOD, _DOOR, _DARK = "#EFE6D4", "#C9B594", "#8A5A33", "#6E6256", "#3E362C"
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
    _stages(session, hall_id, then, at, by)
    _larger(session, hall_id, rooms["R-CUL"], then, staff_id)


def _stages(session: Session, hall_id: UUID, then: datetime, at: datetime, by: Actor) -> None:
    for moment, drawn in ((PhotoMoment.BEFORE, _apart()), (PhotoMoment.AFTER, _together())):
        small = photos.small(drawn)
        hall_profile.add_photo(session, moment=moment, photo=small, at=then, gesture=uuid5(hall_id, f"photo-{moment}"), by=by)
    for number, (stage, note) in enumerate(((Stage.BUILDING, "三间小屋打通成一间"), (Stage.INTEGRATED, "图书、活动、旅游咨询合在一间"))):
        moment_of = min(then + timedelta(days=20 * number), at)
        day = clock.local_day(moment_of)
        hall_profile.advance(session, stage=stage, day=day, note=note, at=moment_of, gesture=uuid5(hall_id, stage), by=by)


def _larger(session: Session, hall_id: UUID, room_id: UUID, then: datetime, staff_id: UUID) -> None:
    """The room was the village's meeting room before."""
    was = RoomChange(
        hall_id=hall_id, room_id=room_id, at=then, area_m2=60, area_kind=AreaKind.OFFICE, capacity=20, staff_id=staff_id,
        reason="村部会议室腾退，打通后作功能室",
    )  # fmt: skip
    furnishing.lay(session, [was])


def _apart() -> bytes:
    picture = Image.new("RGB", (960, 640), _WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 500, 960, 640), fill=_FLOOR)
    for left in (40, 350, 660):
        draw.rectangle((left, 120, left + 260, 500), outline=_DARK, width=8)
        draw.rectangle((left + 80, 220, left + 180, 500), fill=_DOOR)
        draw.rectangle((left + 90, 150, left + 170, 190), fill=_WOOD)
    return _jpeg(picture)


def _together() -> bytes:
    picture = Image.new("RGB", (960, 640), "#FBF5E6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 500, 960, 640), fill=_FLOOR)
    for shelf in range(4):
        draw.rectangle((40, 130 + shelf * 90, 420, 140 + shelf * 90), fill=_WOOD)
        for book in range(12):
            colour = ("#9B2D1F", "#1E5B46", "#0B5CAD", "#B98A2E")[(book + shelf) % 4]
            draw.rectangle((52 + book * 30, 75 + shelf * 90 + book % 3 * 6, 72 + book * 30, 130 + shelf * 90), fill=colour)
    draw.rectangle((520, 380, 900, 400), fill=_WOOD)
    for leg in (540, 870):
        draw.rectangle((leg, 400, leg + 14, 520), fill=_WOOD)
    draw.rectangle((560, 120, 860, 300), outline=_DARK, width=6)
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
