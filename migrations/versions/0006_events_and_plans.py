"""Events and plans

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "event_rules",
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("new_titles", sa.Integer(), nullable=False),
        sa.Column("reading_events", sa.Integer(), nullable=False),
        sa.Column("first_days", sa.Integer(), nullable=False),
        sa.Column("second_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "new_titles >= 0 AND reading_events >= 0 AND first_days > second_days AND second_days >= 1", name=op.f("ck_event_rules_sane")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_event_rules_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_event_rules")),
    )
    op.create_table(
        "statutory_day",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "kind", sa.Enum("day_off", "work_day", name="kind", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_statutory_day_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_day")),
    )
    with op.batch_alter_table("statutory_day", schema=None) as batch_op:
        batch_op.create_index(
            "uq_statutory_day_in_force",
            ["hall_id", "day"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "plan_line",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "festival",
                "celebration",
                "reading",
                "training",
                "rehearsal",
                "lecture",
                "film",
                "sport",
                "themed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_plan_line_month")),
        sa.CheckConstraint("target >= 1", name=op.f("ck_plan_line_target")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_plan_line_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_plan_line_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_line")),
    )
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.create_index(
            "uq_plan_line_in_force",
            ["hall_id", "year", "month", "kind"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "themed_task",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("to_day >= from_day", name=op.f("ck_themed_task_span_forward")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_themed_task_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_themed_task_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themed_task")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_themed_task_hall_id_number")),
    )
    op.create_table(
        "event",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "festival",
                "celebration",
                "reading",
                "training",
                "rehearsal",
                "lecture",
                "film",
                "sport",
                "themed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "art",
            sa.Enum(
                "calligraphy_painting",
                "dance",
                "choral_singing",
                "quyi",
                "instrument",
                name="art",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("counts_as_reading", sa.Boolean(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=60), nullable=False),
        sa.Column("host", sa.String(length=60), nullable=False),
        sa.Column("in_charge", sa.String(length=40), nullable=False),
        sa.Column("teacher", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("task_id", Id(), nullable=True),
        sa.Column("team_id", Id(), nullable=True),
        sa.Column("programme_of_id", Id(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", Id(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind <> 'themed' OR task_id IS NOT NULL", name=op.f("ck_event_themed_has_task")),
        sa.CheckConstraint("kind <> 'training' OR art IS NOT NULL", name=op.f("ck_event_training_has_art")),
        sa.CheckConstraint("(cancelled_at IS NULL) = (length(cancel_reason) = 0)", name=op.f("ck_event_cancelled_with_reason")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_event_named")),
        sa.CheckConstraint("seats IS NULL OR seats >= 1", name=op.f("ck_event_seats")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_event_hall_id")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_event_made_by")),
        sa.ForeignKeyConstraint(["programme_of_id"], ["event.id"], name=op.f("fk_event_programme_of_id")),
        sa.ForeignKeyConstraint(["task_id"], ["themed_task.id"], name=op.f("fk_event_task_id")),
        sa.ForeignKeyConstraint(["team_id"], ["patron.id"], name=op.f("fk_event_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_event_hall_id_number")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_programme_of", ["hall_id", "programme_of_id"], unique=False)
        batch_op.create_index("ix_event_task", ["hall_id", "task_id"], unique=False)

    op.create_table(
        "task_report",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("task_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("filled_by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("events >= 0 AND people >= 0", name=op.f("ck_task_report_counts")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_task_report_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_task_report_staff_id")),
        sa.ForeignKeyConstraint(["task_id"], ["themed_task.id"], name=op.f("fk_task_report_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_report")),
        sa.UniqueConstraint("hall_id", "task_id", "version", name=op.f("uq_task_report_hall_id_task_id_version")),
    )
    op.create_table(
        "event_thing",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_event_thing_quantity")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_thing_event_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_event_thing_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_event_thing_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_thing")),
    )
    with op.batch_alter_table("event_thing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_thing_item",
            ["hall_id", "item_id"],
            unique=False,
            sqlite_where=sa.text("freed_at IS NULL"),
            postgresql_where=sa.text("freed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_event_thing_kept",
            ["hall_id", "event_id", "item_id"],
            unique=True,
            sqlite_where=sa.text("freed_at IS NULL"),
            postgresql_where=sa.text("freed_at IS NULL"),
        )

    op.create_table(
        "programme_act",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "song",
                "dance",
                "quyi",
                "opera",
                "instrument",
                "recital",
                "sketch",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("performers", sa.String(length=120), nullable=False),
        sa.Column("team_id", Id(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name=op.f("ck_programme_act_minutes")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_programme_act_placed")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_programme_act_event_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_programme_act_hall_id")),
        sa.ForeignKeyConstraint(["team_id"], ["patron.id"], name=op.f("fk_programme_act_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_act")),
    )
    with op.batch_alter_table("programme_act", schema=None) as batch_op:
        batch_op.create_index(
            "uq_programme_act_place",
            ["hall_id", "event_id", "position"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "sign_up",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("patron_id", Id(), nullable=True),
        sa.Column("guest_name", sa.String(length=40), nullable=False),
        sa.Column("guest_group", sa.String(length=40), nullable=False),
        sa.Column("ticket", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum("seated", "waiting", "cancelled", name="state", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "age_band",
            sa.Enum("child", "youth", "adult", "elder", "unknown", name="age_band", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "sex", sa.Enum("female", "male", "unsaid", name="sex", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'cancelled') = (ended_at IS NOT NULL)", name=op.f("ck_sign_up_cancelled")),
        sa.CheckConstraint("state <> 'seated' OR seated_at IS NOT NULL", name=op.f("ck_sign_up_seated_since")),
        sa.CheckConstraint("ticket LIKE '4_______'", name=op.f("ck_sign_up_kind_of_number")),
        sa.CheckConstraint("patron_id IS NOT NULL OR length(guest_name) > 0 OR unlinked_at IS NOT NULL", name=op.f("ck_sign_up_somebody")),
        sa.CheckConstraint("patron_id IS NULL OR length(guest_name) = 0", name=op.f("ck_sign_up_not_both")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_sign_up_event_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_sign_up_hall_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_sign_up_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint("hall_id", "event_id", "position", name=op.f("uq_sign_up_hall_id_event_id_position")),
        sa.UniqueConstraint("hall_id", "ticket", name=op.f("uq_sign_up_hall_id_ticket")),
    )
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.create_index("ix_sign_up_patron", ["hall_id", "patron_id"], unique=False)
        batch_op.create_index(
            "ix_sign_up_queue",
            ["hall_id", "event_id", "state", "position"],
            unique=False,
            sqlite_where=sa.text("state IN ('seated', 'waiting')"),
            postgresql_where=sa.text("state IN ('seated', 'waiting')"),
        )
        batch_op.create_index(
            "uq_sign_up_once",
            ["hall_id", "event_id", "patron_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('seated', 'waiting')"),
            postgresql_where=sa.text("state IN ('seated', 'waiting')"),
        )

    op.create_table(
        "sitting",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_sitting_span_forward")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_sitting_numbered")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_sitting_event_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_sitting_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_sitting_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("hall_id", "event_id", "number", name=op.f("uq_sitting_hall_id_event_id_number")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_event_id"), ["event_id"], unique=False)
        batch_op.create_index("ix_sitting_when", ["hall_id", "starts_at"], unique=False)

    op.create_table(
        "activity_photo",
        sa.Column("photo_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("sitting_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_activity_photo_hall_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_activity_photo_photo_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_activity_photo_sitting_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_activity_photo")),
    )
    with op.batch_alter_table("activity_photo", schema=None) as batch_op:
        batch_op.create_index("ix_activity_photo_sitting", ["hall_id", "sitting_id"], unique=False)

    op.create_table(
        "activity_record",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("sitting_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("elders", sa.Integer(), nullable=False),
        sa.Column("minors", sa.Integer(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=1000), nullable=False),
        sa.Column("feedback", sa.String(length=400), nullable=False),
        sa.Column("filled_by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint(
            "people >= 0 AND elders >= 0 AND minors >= 0 AND women >= 0 AND elders + minors <= people AND women <= people",
            name=op.f("ck_activity_record_counts"),
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_activity_record_hall_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_activity_record_sitting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_activity_record_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_record")),
        sa.UniqueConstraint("hall_id", "sitting_id", "version", name=op.f("uq_activity_record_hall_id_sitting_id_version")),
    )
    op.create_table(
        "attendance",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("sitting_id", Id(), nullable=False),
        sa.Column("sign_up_id", Id(), nullable=True),
        sa.Column("patron_id", Id(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "age_band",
            sa.Enum("child", "youth", "adult", "elder", "unknown", name="age_band", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "sex", sa.Enum("female", "male", "unsaid", name="sex", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_attendance_hall_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_attendance_patron_id")),
        sa.ForeignKeyConstraint(["sign_up_id"], ["sign_up.id"], name=op.f("fk_attendance_sign_up_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_attendance_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_patron", ["hall_id", "patron_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_sitting_id"), ["sitting_id"], unique=False)
        batch_op.create_index(
            "uq_attendance_patron",
            ["hall_id", "sitting_id", "patron_id"],
            unique=True,
            sqlite_where=sa.text("patron_id IS NOT NULL"),
            postgresql_where=sa.text("patron_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_attendance_sign_up",
            ["hall_id", "sitting_id", "sign_up_id"],
            unique=True,
            sqlite_where=sa.text("sign_up_id IS NOT NULL"),
            postgresql_where=sa.text("sign_up_id IS NOT NULL"),
        )

    op.create_table(
        "event_change",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("sitting_id", Id(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("made", "moved", "edited", "cancelled", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("old_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("old_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("old_room_id", Id(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'moved' OR (old_starts_at IS NOT NULL AND old_room_id IS NOT NULL AND sitting_id IS NOT NULL)",
            name=op.f("ck_event_change_moved_from"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_change_event_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_event_change_hall_id")),
        sa.ForeignKeyConstraint(["old_room_id"], ["room.id"], name=op.f("fk_event_change_old_room_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_event_change_sitting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_event_change_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_change")),
    )
    with op.batch_alter_table("event_change", schema=None) as batch_op:
        batch_op.create_index("ix_event_change_of", ["hall_id", "event_id", "at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("event_change", schema=None) as batch_op:
        batch_op.drop_index("ix_event_change_of")

    op.drop_table("event_change")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attendance_sign_up", sqlite_where=sa.text("sign_up_id IS NOT NULL"), postgresql_where=sa.text("sign_up_id IS NOT NULL")
        )
        batch_op.drop_index(
            "uq_attendance_patron", sqlite_where=sa.text("patron_id IS NOT NULL"), postgresql_where=sa.text("patron_id IS NOT NULL")
        )
        batch_op.drop_index(batch_op.f("ix_attendance_sitting_id"))
        batch_op.drop_index("ix_attendance_patron")

    op.drop_table("attendance")
    op.drop_table("activity_record")
    with op.batch_alter_table("activity_photo", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_photo_sitting")

    op.drop_table("activity_photo")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index("ix_sitting_when")
        batch_op.drop_index(batch_op.f("ix_sitting_event_id"))

    op.drop_table("sitting")
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sign_up_once",
            sqlite_where=sa.text("state IN ('seated', 'waiting')"),
            postgresql_where=sa.text("state IN ('seated', 'waiting')"),
        )
        batch_op.drop_index(
            "ix_sign_up_queue",
            sqlite_where=sa.text("state IN ('seated', 'waiting')"),
            postgresql_where=sa.text("state IN ('seated', 'waiting')"),
        )
        batch_op.drop_index("ix_sign_up_patron")

    op.drop_table("sign_up")
    with op.batch_alter_table("programme_act", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_programme_act_place", sqlite_where=sa.text("removed_at IS NULL"), postgresql_where=sa.text("removed_at IS NULL")
        )

    op.drop_table("programme_act")
    with op.batch_alter_table("event_thing", schema=None) as batch_op:
        batch_op.drop_index("uq_event_thing_kept", sqlite_where=sa.text("freed_at IS NULL"), postgresql_where=sa.text("freed_at IS NULL"))
        batch_op.drop_index("ix_event_thing_item", sqlite_where=sa.text("freed_at IS NULL"), postgresql_where=sa.text("freed_at IS NULL"))

    op.drop_table("event_thing")
    op.drop_table("task_report")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_task")
        batch_op.drop_index("ix_event_programme_of")

    op.drop_table("event")
    op.drop_table("themed_task")
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_plan_line_in_force", sqlite_where=sa.text("removed_at IS NULL"), postgresql_where=sa.text("removed_at IS NULL")
        )

    op.drop_table("plan_line")
    with op.batch_alter_table("statutory_day", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_statutory_day_in_force", sqlite_where=sa.text("removed_at IS NULL"), postgresql_where=sa.text("removed_at IS NULL")
        )

    op.drop_table("statutory_day")
    op.drop_table("event_rules")
