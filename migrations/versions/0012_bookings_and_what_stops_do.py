"""Bookings, and what stops do to what is inside them

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "booking_rules",
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("no_show_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("no_show_minutes BETWEEN 5 AND 120", name=op.f("ck_booking_rules_sane")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_booking_rules_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_booking_rules")),
    )
    op.create_table(
        "closure_answer",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("closure_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sitting_id", Id(), nullable=True),
        sa.Column("booking_id", Id(), nullable=True),
        sa.Column(
            "way",
            sa.Enum("moved", "cancelled", "stays", name="way", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("old_room_id", Id(), nullable=False),
        sa.Column("old_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("(sitting_id IS NULL) <> (booking_id IS NULL)", name=op.f("ck_closure_answer_one_of_them")),
        sa.CheckConstraint("old_ends_at > old_starts_at", name=op.f("ck_closure_answer_span_forward")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_closure_answer_booking_id")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_closure_answer_closure_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_closure_answer_hall_id")),
        sa.ForeignKeyConstraint(["old_room_id"], ["room.id"], name=op.f("fk_closure_answer_old_room_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_closure_answer_sitting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_closure_answer_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_answer")),
    )
    with op.batch_alter_table("closure_answer", schema=None) as batch_op:
        batch_op.create_index("ix_closure_answer_booking", ["hall_id", "booking_id"], unique=False)
        batch_op.create_index("ix_closure_answer_of", ["hall_id", "closure_id", "version"], unique=False)
        batch_op.create_index("ix_closure_answer_sitting", ["hall_id", "sitting_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("closure_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_closure_answer_sitting")
        batch_op.drop_index("ix_closure_answer_of")
        batch_op.drop_index("ix_closure_answer_booking")

    op.drop_table("closure_answer")
    op.drop_table("booking_rules")
