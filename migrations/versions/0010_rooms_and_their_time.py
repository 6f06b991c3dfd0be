"""Rooms and their time

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from models import timeline
from models.base import Id

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What was announced before takes its room from here on, the whole of it; the triggers and the exclusion come after.
_SITTINGS = """INSERT INTO room_use (id, hall_id, room_id, function, lanes, kind, source_id, starts_at, ends_at, note, taken_at, staff_id)
SELECT sitting.id, sitting.hall_id, sitting.room_id, '', 4095,
  CASE event.kind WHEN 'training' THEN 'lesson' WHEN 'rehearsal' THEN 'rehearsal' ELSE 'event' END,
  sitting.id, sitting.starts_at, sitting.ends_at, '', event.made_at, event.made_by
FROM sitting JOIN event ON event.id = sitting.event_id WHERE sitting.cancelled_at IS NULL"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "booking",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "rehearsal",
                "training",
                "performance",
                "sport",
                "reading",
                "wedding_funeral",
                "meeting",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("team_id", Id(), nullable=True),
        sa.Column("group_name", sa.String(length=60), nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("approver_id", Id(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum("cancelled", "no_show", name="ended_as", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_as IS NULL OR ended_as <> 'no_show' OR came_at IS NULL", name=op.f("ck_booking_came_or_not")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_booking_ended_how")),
        sa.CheckConstraint("NOT flagged OR approver_id IS NOT NULL", name=op.f("ck_booking_flagged_with_approver")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_span_forward")),
        sa.CheckConstraint("people >= 1", name=op.f("ck_booking_people")),
        sa.CheckConstraint("team_id IS NOT NULL OR length(group_name) > 0 OR unlinked_at IS NOT NULL", name=op.f("ck_booking_somebody")),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name=op.f("fk_booking_approver_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_booking_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_booking_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_booking_staff_id")),
        sa.ForeignKeyConstraint(["team_id"], ["patron.id"], name=op.f("fk_booking_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_booking_hall_id_number")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index("ix_booking_team", ["hall_id", "team_id"], unique=False)
        batch_op.create_index("ix_booking_when", ["hall_id", "starts_at"], unique=False)

    op.create_table(
        "integration_step",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("unbuilt", "building", "integrated", "accepted", name="stage", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_integration_step_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_integration_step_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration_step")),
    )
    with op.batch_alter_table("integration_step", schema=None) as batch_op:
        batch_op.create_index("ix_integration_step_at", ["hall_id", "at"], unique=False)

    op.create_table(
        "room_change",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area_m2", sa.Integer(), nullable=False),
        sa.Column(
            "area_kind",
            sa.Enum("service", "office", "outdoor", name="area_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("added", sa.String(length=40), nullable=False),
        sa.Column("removed", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_room_change_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_change_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_room_change_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_change")),
    )
    with op.batch_alter_table("room_change", schema=None) as batch_op:
        batch_op.create_index("ix_room_change_of", ["hall_id", "room_id", "at"], unique=False)

    op.create_table(
        "room_use",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "event", "lesson", "rehearsal", "booking", "maintenance", name="kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("source_id", Id(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_room_use_span_forward")),
        sa.CheckConstraint("lanes BETWEEN 1 AND 4095", name=op.f("ck_room_use_in_a_lane")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_room_use_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_use_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_room_use_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_use")),
    )
    with op.batch_alter_table("room_use", schema=None) as batch_op:
        batch_op.create_index(
            "ix_room_use_ends",
            ["room_id", "ends_at"],
            unique=False,
            sqlite_where=sa.text("freed_at IS NULL"),
            postgresql_where=sa.text("freed_at IS NULL"),
        )
        batch_op.create_index("ix_room_use_when", ["hall_id", "room_id", "starts_at"], unique=False)
        batch_op.create_index(
            "uq_room_use_source",
            ["hall_id", "source_id"],
            unique=True,
            sqlite_where=sa.text("freed_at IS NULL"),
            postgresql_where=sa.text("freed_at IS NULL"),
        )

    op.create_table(
        "rule_set",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=400), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("open_items", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=400), nullable=False),
        sa.Column("upkeep", sa.String(length=400), nullable=False),
        sa.Column("conduct", sa.String(length=1000), nullable=False),
        sa.Column("signer", sa.String(length=40), nullable=False),
        sa.Column("approver_id", Id(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint(
            "length(duty) > 0 AND length(person) > 0 AND length(open_items) > 0 AND length(hours) > 0 AND length(upkeep) > 0",
            name=op.f("ck_rule_set_nothing_empty"),
        ),
        sa.CheckConstraint("length(signer) > 0 AND version >= 1", name=op.f("ck_rule_set_signed")),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name=op.f("fk_rule_set_approver_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_rule_set_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_rule_set_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rule_set_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint("hall_id", "room_id", "function", "version", name=op.f("uq_rule_set_hall_id_room_id_function_version")),
    )
    op.create_table(
        "hall_photo",
        sa.Column("photo_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column(
            "moment", sa.Enum("before", "after", name="moment", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_hall_photo_hall_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_hall_photo_photo_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_hall_photo")),
    )
    with op.batch_alter_table("hall_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hall_photo_hall_id"), ["hall_id"], unique=False)

    op.execute(_SITTINGS)
    for statement in timeline.SQLITE if op.get_bind().dialect.name == "sqlite" else timeline.POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("hall_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hall_photo_hall_id"))

    op.drop_table("hall_photo")
    op.drop_table("rule_set")
    with op.batch_alter_table("room_use", schema=None) as batch_op:
        batch_op.drop_index("uq_room_use_source", sqlite_where=sa.text("freed_at IS NULL"), postgresql_where=sa.text("freed_at IS NULL"))
        batch_op.drop_index("ix_room_use_when")
        batch_op.drop_index("ix_room_use_ends", sqlite_where=sa.text("freed_at IS NULL"), postgresql_where=sa.text("freed_at IS NULL"))

    op.drop_table("room_use")
    with op.batch_alter_table("room_change", schema=None) as batch_op:
        batch_op.drop_index("ix_room_change_of")

    op.drop_table("room_change")
    with op.batch_alter_table("integration_step", schema=None) as batch_op:
        batch_op.drop_index("ix_integration_step_at")

    op.drop_table("integration_step")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_when")
        batch_op.drop_index("ix_booking_team")

    op.drop_table("booking")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP EXTENSION btree_gist")
