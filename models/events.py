"""What happens in the hall: events and their sittings, who signed up and who came, what was written down of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, only_some, ref
from models.circulation import AgeBand
from models.people import Sex


class EventKind(StrEnum):
    """What an event is (rules.md §5)."""

    FESTIVAL = "festival"
    CELEBRATION = "celebration"
    READING = "reading"
    TRAINING = "training"
    REHEARSAL = "rehearsal"
    LECTURE = "lecture"
    FILM = "film"
    SPORT = "sport"
    THEMED = "themed"


class Art(StrEnum):
    """The five arts a course or a rehearsal is of (R60)."""

    CALLIGRAPHY_PAINTING = "calligraphy_painting"
    DANCE = "dance"
    CHORAL_SINGING = "choral_singing"
    QUYI = "quyi"
    INSTRUMENT = "instrument"


class Event(SQLModel, table=True):
    """An event of one sitting or of many (a course, a weekly evening); people sign up for the whole of it."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "number"),
        law("named", "length(title) > 0"),
        law("seats", "seats IS NULL OR seats >= 1"),
        law("training_has_art", "kind <> 'training' OR art IS NOT NULL"),
        law("themed_has_task", "kind <> 'themed' OR task_id IS NOT NULL"),
        law("cancelled_with_reason", "(cancelled_at IS NULL) = (length(cancel_reason) = 0)"),
        sa.Index("ix_event_task", "hall_id", "task_id"),
        sa.Index("ix_event_programme_of", "hall_id", "programme_of_id"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int = Field(description="in the hall's register")
    title: str = Field(max_length=80)
    kind: EventKind = choice(EventKind, "kind")
    art: Art | None = choice(Art, "art", optional=True)
    topic: str = Field(default="", max_length=40, description="the festival or subject it is about")
    counts_as_reading: bool = False
    seats: int | None = Field(default=None, description="none: come as you are, nobody signs up")
    audience: str = Field(default="", max_length=60)
    host: str = Field(default="", max_length=60)
    in_charge: str = Field(default="", max_length=40)
    teacher: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=400)
    task_id: UUID | None = ref("themed_task.id", optional=True)
    team_id: UUID | None = ref("patron.id", optional=True)
    # A rehearsal is for the programme of this event.
    programme_of_id: UUID | None = ref("event.id", optional=True)
    made_at: datetime
    made_by: UUID | None = ref("staff.id", optional=True)
    cancelled_at: datetime | None = None
    cancel_reason: str = Field(default="", max_length=200)


class Sitting(SQLModel, table=True):
    """One time an event happens: the evening itself, or a lesson of a course."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "event_id", "number"),
        law("span_forward", "ends_at > starts_at"),
        law("numbered", "number >= 1"),
        sa.Index("ix_sitting_when", "hall_id", "starts_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    event_id: UUID = ref("event.id", index=True)
    number: int = 1
    room_id: UUID = ref("room.id")
    starts_at: datetime
    ends_at: datetime
    day: date = Field(description="the local day it starts on")
    cancelled_at: datetime | None = None


class EventChangeKind(StrEnum):
    """What became of an event after it was made."""

    MADE = "made"
    MOVED = "moved"
    EDITED = "edited"
    CANCELLED = "cancelled"


class EventChange(SQLModel, table=True):
    """Who changed an event, when and why, with the old time and room; only ever added to. A calendar's sequence is how many there are."""

    __tablename__ = "event_change"
    __table_args__ = (
        law("moved_from", "kind <> 'moved' OR (old_starts_at IS NOT NULL AND old_room_id IS NOT NULL AND sitting_id IS NOT NULL)"),
        sa.Index("ix_event_change_of", "hall_id", "event_id", "at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    event_id: UUID = ref("event.id")
    sitting_id: UUID | None = ref("sitting.id", optional=True)
    kind: EventChangeKind = choice(EventChangeKind, "kind")
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    reason: str = Field(default="", max_length=200)
    old_starts_at: datetime | None = None
    old_ends_at: datetime | None = None
    old_room_id: UUID | None = ref("room.id", optional=True)


class EventThing(SQLModel, table=True):
    """A piece of equipment kept for every sitting of an event; free again when the event is cancelled or the thing is let go."""

    __tablename__ = "event_thing"
    __table_args__ = (
        only_one("uq_event_thing_kept", "hall_id", "event_id", "item_id", where="freed_at IS NULL"),
        only_some("ix_event_thing_item", "hall_id", "item_id", where="freed_at IS NULL"),
        law("quantity", "quantity >= 1"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    event_id: UUID = ref("event.id")
    item_id: UUID = ref("item.id")
    quantity: int = 1
    kept_at: datetime
    freed_at: datetime | None = None


class SignUpState(StrEnum):
    """Where somebody who signed up stands."""

    SEATED = "seated"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class SignUp(SQLModel, table=True):
    """One person who wants to come: by card, or as a guest with a name; both get a ticket. Personal columns can be blanked."""

    __tablename__ = "sign_up"
    __table_args__ = (
        only_one("uq_sign_up_once", "hall_id", "event_id", "patron_id", where="state IN ('seated', 'waiting')"),
        sa.UniqueConstraint("hall_id", "ticket"),
        only_some("ix_sign_up_queue", "hall_id", "event_id", "state", "position", where="state IN ('seated', 'waiting')"),
        sa.UniqueConstraint("hall_id", "event_id", "position"),
        sa.Index("ix_sign_up_patron", "hall_id", "patron_id"),
        law("kind_of_number", "ticket LIKE '4_______'"),
        law("somebody", "patron_id IS NOT NULL OR length(guest_name) > 0 OR unlinked_at IS NOT NULL"),
        law("not_both", "patron_id IS NULL OR length(guest_name) = 0"),
        law("cancelled", "(state = 'cancelled') = (ended_at IS NOT NULL)"),
        law("seated_since", "state <> 'seated' OR seated_at IS NOT NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    event_id: UUID = ref("event.id")
    position: int = Field(description="in the order of coming; the waiting list moves up by it")
    patron_id: UUID | None = ref("patron.id", optional=True)
    guest_name: str = Field(default="", max_length=40)
    guest_group: str = Field(default="", max_length=40)
    ticket: str = Field(max_length=8)
    state: SignUpState = choice(SignUpState, "state", default=SignUpState.SEATED)
    signed_at: datetime
    seated_at: datetime | None = None
    ended_at: datetime | None = None
    age_band: AgeBand = choice(AgeBand, "age_band", default=AgeBand.UNKNOWN)
    sex: Sex = choice(Sex, "sex", default=Sex.UNSAID)
    unlinked_at: datetime | None = None


class Attendance(SQLModel, table=True):
    """Somebody came to a sitting: a ticket or a card was scanned, or the keeper ticked the list. Age and sex stay for the counts."""

    __table_args__ = (
        only_one("uq_attendance_sign_up", "hall_id", "sitting_id", "sign_up_id", where="sign_up_id IS NOT NULL"),
        only_one("uq_attendance_patron", "hall_id", "sitting_id", "patron_id", where="patron_id IS NOT NULL"),
        sa.Index("ix_attendance_patron", "hall_id", "patron_id"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    sitting_id: UUID = ref("sitting.id", index=True)
    sign_up_id: UUID | None = ref("sign_up.id", optional=True)
    patron_id: UUID | None = ref("patron.id", optional=True)
    at: datetime
    age_band: AgeBand = choice(AgeBand, "age_band", default=AgeBand.UNKNOWN)
    sex: Sex = choice(Sex, "sex", default=Sex.UNSAID)


class ActivityRecord(SQLModel, table=True):
    """What is written down after a sitting (活动记录); a mistake is answered by the next version."""

    __tablename__ = "activity_record"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "sitting_id", "version"),
        law("counts", "people >= 0 AND elders >= 0 AND minors >= 0 AND women >= 0 AND elders + minors <= people AND women <= people"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    sitting_id: UUID = ref("sitting.id")
    version: int = 1
    people: int
    elders: int = 0
    minors: int = 0
    women: int = 0
    content: str = Field(default="", max_length=1000)
    feedback: str = Field(default="", max_length=400)
    filled_by: str = Field(max_length=40)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class ActivityPhoto(SQLModel, table=True):
    """A photo of a sitting; the picture itself is a row of `photo`."""

    __tablename__ = "activity_photo"
    __table_args__ = (sa.Index("ix_activity_photo_sitting", "hall_id", "sitting_id"),)

    photo_id: UUID = Field(foreign_key="photo.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    sitting_id: UUID = ref("sitting.id")
