"""馆情: how far the hall has come in being one, with photos of before and after, and how its area is used (R06, R07)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AreaKind, Hall, HallPhoto, IntegrationStep, Photo, PhotoMoment, Staff, Stage, new_id
from services import clock, journal, photos, room_book, timetable, unity
from services.journal import Actor
from services.photos import Small
from services.refusals import DayAhead, FactWrong, NotAllowed, PhotosMissing, StageSkipped
from services.room_book import RoomPage
from services.texts import plain
from services.unity import Unity

_step = IntegrationStep.__table__  # type: ignore[attr-defined]
_shown = HallPhoto.__table__  # type: ignore[attr-defined]
_photo = Photo.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]

STAGES: Final = tuple(Stage)
"""未建, 在建, 已整合, 已验收: one after the other; back as far as it must be."""


@dataclass(frozen=True, slots=True)
class Step:
    """The hall came to a stage."""

    stage: Stage
    at: datetime
    note: str
    who: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo of the hall."""

    photo_id: UUID
    moment: PhotoMoment
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """Of the area under a roof, how much serves visitors, from a day on."""

    since: date | None
    service_m2: int
    office_m2: int
    outdoor_m2: int

    @property
    def percent(self) -> int:
        """The service share of what is under a roof (服务面积占比)."""
        roofed = self.service_m2 + self.office_m2
        return round(100 * self.service_m2 / roofed) if roofed else 0


@dataclass(frozen=True, slots=True)
class Profile:
    """The hall as it stands; `shares` are the newest first, each from the day on which a room was changed."""

    name: str
    code: str
    address: str
    owner: str
    phone: str
    stage: Stage
    steps: tuple[Step, ...]
    photos: tuple[Shown, ...]
    rooms: tuple[RoomPage, ...]
    shares: tuple[Share, ...]
    unity: Unity


_steps = (
    sa.select(_step.c.stage, _step.c.at, _step.c.note, sa.func.coalesce(_staff.c.name, "").label("who"))
    .outerjoin(_staff, _staff.c.id == _step.c.staff_id)
    .where(_step.c.hall_id == bindparam("hall_id"))
    .order_by(_step.c.at.desc(), _step.c.id.desc())
)
_photos = (
    sa.select(_shown.c.photo_id, _shown.c.moment, _shown.c.note, _photo.c.at)
    .join(_photo, _photo.c.id == _shown.c.photo_id)
    .where(_shown.c.hall_id == bindparam("hall_id"), _photo.c.removed_at.is_(None))
    .order_by(_photo.c.at, _photo.c.id)
)


def profile(session: Session, *, hall_id: UUID) -> Profile:
    """Give all of it."""
    hall = session.execute(sa.select(_hall).where(_hall.c.id == hall_id)).one()
    steps = tuple(Step(*row) for row in session.execute(_steps, {"hall_id": hall_id}))
    pages = room_book.rooms(session, hall_id=hall_id)
    return Profile(
        hall.name, hall.code, hall.address, hall.owner, hall.phone, steps[0].stage if steps else Stage.UNBUILT, steps,
        tuple(Shown(*row) for row in session.execute(_photos, {"hall_id": hall_id})), pages, tuple(shares(pages)),
        unity.unity(session, hall_id=hall_id),
    )  # fmt: skip


def advance(session: Session, *, stage: Stage, day: date, note: str = "", at: datetime, gesture: UUID, by: Actor) -> None:
    """Write down on which day the hall came to a stage: the next one, or back to an earlier one.

    Raises NotAllowed, DayAhead (a day to come), FactWrong (before the step that was last), StageSkipped, and PhotosMissing for
    已整合 and 已验收 without a photo of before and one of after.
    """
    if not by.is_staff:
        raise NotAllowed
    # Two tablets that write a step queue here; the hours are not touched.
    timetable.queue_up(session, by.hall_id)
    effect = journal.gesture_key(gesture, "integration", stage)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if day > clock.local_day(at):
        raise DayAhead
    last = session.execute(_steps.limit(1), {"hall_id": by.hall_id}).one_or_none()
    if last is not None and day < clock.local_day(last.at):
        raise FactWrong(field="day")
    now = STAGES.index(last.stage) if last is not None else 0
    if STAGES.index(stage) > now + 1 or (last is not None and last.stage is stage):
        raise StageSkipped
    if STAGES.index(stage) >= STAGES.index(Stage.INTEGRATED):
        _refuse_without_photos(session, by)
    # A step of today stands at this moment, one of an earlier day at its midday; never before the step that was last.
    moment = at if day == clock.local_day(at) else clock.instant(day, 12 * 60)
    moment = max(moment, last.at + timedelta(seconds=1)) if last is not None else moment
    step_id = new_id()
    row = {"id": step_id, "hall_id": by.hall_id, "stage": stage, "note": plain(note, 200), "at": moment, "staff_id": by.staff_id}
    session.execute(sa.insert(_step), row)
    facts = {"stage": stage.value, "day": str(day)}
    journal.record(session, by, "integration", at=at, subject="hall", subject_id=by.hall_id, gesture=effect, facts=facts)


def add_photo(session: Session, *, moment: PhotoMoment, photo: Small, note: str = "", at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Keep a photo of the hall before its integration or after it. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "hall_photo", moment)
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return UUID(done["photo_id"])
    photo_id = photos.keep(session, photo=photo, at=at, by=by, once=False)
    row = {"photo_id": photo_id, "hall_id": by.hall_id, "moment": moment, "note": plain(note, 100)}
    session.execute(sa.insert(_shown), row)
    facts = {"photo_id": str(photo_id)}
    journal.record(session, by, "hall_photo", at=at, subject="hall", subject_id=by.hall_id, gesture=effect, facts=facts)
    return photo_id


def shares(pages: Iterable[RoomPage]) -> list[Share]:
    """Give how the area is used now, and how it was before each change of a room, the newest first."""
    rooms = {page.room_id: (page.shape.area_kind, page.shape.area_m2) for page in pages}
    past = sorted(
        ((was.at, page.room_id, was) for page in pages for was in page.changes if was.reshaped), key=lambda one: one[0], reverse=True
    )
    found = []
    for at, room_id, was in past:
        found.append(_share(rooms.values(), clock.local_day(at)))
        rooms[room_id] = (was.area_kind, was.area_m2)
    return [*found, _share(rooms.values(), None)]


def _share(rooms: Iterable[tuple[AreaKind, int]], since: date | None) -> Share:
    sums: dict[AreaKind, int] = dict.fromkeys(AreaKind, 0)
    for kind, area in rooms:
        sums[kind] += area
    return Share(since, sums[AreaKind.SERVICE], sums[AreaKind.OFFICE], sums[AreaKind.OUTDOOR])


def _refuse_without_photos(session: Session, by: Actor) -> None:
    there: set[Any] = {row.moment for row in session.execute(_photos, {"hall_id": by.hall_id})}
    if there != set(PhotoMoment):
        raise PhotosMissing
