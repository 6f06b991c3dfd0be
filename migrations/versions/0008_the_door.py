"""The door

Revision ID: 0008
Revises: 0007
"""

import csv
from datetime import date

import sqlalchemy as sa
from alembic import op

from models.base import Id, new_id
from services.settings import HOUSE

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "opening_rules",
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("tolerance_min", sa.Integer(), nullable=False),
        sa.Column("week_hours", sa.Integer(), nullable=False),
        sa.CheckConstraint("tolerance_min BETWEEN 0 AND 120 AND week_hours BETWEEN 0 AND 168", name=op.f("ck_opening_rules_sane")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_opening_rules_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_opening_rules")),
    )
    op.create_table(
        "anomaly_note",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_anomaly_note_said")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_anomaly_note_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_anomaly_note_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_anomaly_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomaly_note")),
    )
    with op.batch_alter_table("anomaly_note", schema=None) as batch_op:
        batch_op.create_index("ix_anomaly_note_day", ["hall_id", "day"], unique=False)

    op.create_table(
        "door_count",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "who",
            sa.Enum("minor", "elder", "woman", "other", "reading", name="who", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("number BETWEEN -500 AND 500 AND number <> 0", name=op.f("ck_door_count_some")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_door_count_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_door_count_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_door_count_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_count")),
    )
    with op.batch_alter_table("door_count", schema=None) as batch_op:
        batch_op.create_index("ix_door_count_day", ["hall_id", "day"], unique=False)

    op.create_table(
        "opening_log",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", Id(), nullable=True),
        sa.Column("on_duty", sa.String(length=40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", Id(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("NOT late OR length(reason) > 0", name=op.f("ck_opening_log_late_with_reason")),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name=op.f("ck_opening_log_span_forward")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_opening_log_closed_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_opening_log_hall_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_opening_log_opened_by")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_opening_log_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_log")),
        sa.UniqueConstraint("hall_id", "room_id", "opened_at", name=op.f("uq_opening_log_hall_id_room_id_opened_at")),
    )
    with op.batch_alter_table("opening_log", schema=None) as batch_op:
        batch_op.create_index("ix_opening_log_day", ["hall_id", "day"], unique=False)
        batch_op.create_index(
            "uq_opening_log_open",
            ["hall_id", "room_id", "day"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "closure_hours",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("closure_id", Id(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts >= 0 AND ends > starts AND ends <= 1440", name=op.f("ck_closure_hours_span_forward")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_closure_hours_closure_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_closure_hours_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_hours")),
        sa.UniqueConstraint("hall_id", "closure_id", "starts", name=op.f("uq_closure_hours_hall_id_closure_id_starts")),
    )
    with op.batch_alter_table("closure_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_hours_closure_id"), ["closure_id"], unique=False)

    op.create_table(
        "closure_posting",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("closure_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("kiosk", "paper", "group", "loudspeaker", name="channel", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("photo_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_closure_posting_closure_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_closure_posting_hall_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_closure_posting_photo_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_closure_posting_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_posting")),
    )
    with op.batch_alter_table("closure_posting", schema=None) as batch_op:
        batch_op.create_index("ix_closure_posting_of", ["hall_id", "closure_id", "version"], unique=False)

    _give_days_off()


def _give_days_off() -> None:
    """Halls that are there already have the days off that are announced by now, as a new hall has."""
    table = sa.table(
        "statutory_day",
        *(
            sa.column(name, kind)
            for name, kind in (("id", Id()), ("hall_id", Id()), ("day", sa.Date()), ("name", sa.String()), ("kind", sa.String()))
        ),
    )
    known = HOUSE / "assets" / "start" / "statutory_days.csv"
    halls = op.get_bind().execute(sa.select(sa.column("id", Id())).select_from(sa.table("hall"))).scalars().all()
    with known.open(encoding="utf-8") as lines:
        days = [(date.fromisoformat(line["date"]), line["name"], line["kind"]) for line in csv.DictReader(lines)]
    rows = [{"id": new_id(), "hall_id": hall, "day": day, "name": name, "kind": kind} for hall in halls for day, name, kind in days]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("closure_posting", schema=None) as batch_op:
        batch_op.drop_index("ix_closure_posting_of")

    op.drop_table("closure_posting")
    with op.batch_alter_table("closure_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_hours_closure_id"))

    op.drop_table("closure_hours")
    with op.batch_alter_table("opening_log", schema=None) as batch_op:
        batch_op.drop_index("uq_opening_log_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"))
        batch_op.drop_index("ix_opening_log_day")

    op.drop_table("opening_log")
    with op.batch_alter_table("door_count", schema=None) as batch_op:
        batch_op.drop_index("ix_door_count_day")

    op.drop_table("door_count")
    with op.batch_alter_table("anomaly_note", schema=None) as batch_op:
        batch_op.drop_index("ix_anomaly_note_day")

    op.drop_table("anomaly_note")
    op.drop_table("opening_rules")
