"""Drafts of rules, and services that are offered no more

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "rule_draft",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.Column("duty", sa.String(length=400), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("open_items", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=400), nullable=False),
        sa.Column("upkeep", sa.String(length=400), nullable=False),
        sa.Column("conduct", sa.String(length=1000), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_rule_draft_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_rule_draft_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rule_draft_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_draft")),
        sa.UniqueConstraint("hall_id", "room_id", "function", name=op.f("uq_rule_draft_hall_id_room_id_function")),
    )
    op.create_table(
        "open_item_stop",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("open_item_id", Id(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_open_item_stop_with_reason")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_open_item_stop_hall_id")),
        sa.ForeignKeyConstraint(["open_item_id"], ["open_item.id"], name=op.f("fk_open_item_stop_open_item_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_open_item_stop_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_item_stop")),
    )
    op.create_index(
        "uq_open_item_stop_now",
        "open_item_stop",
        ["hall_id", "open_item_id"],
        unique=True,
        sqlite_where=sa.text("resumed_at IS NULL"),
        postgresql_where=sa.text("resumed_at IS NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("uq_open_item_stop_now", table_name="open_item_stop")
    op.drop_table("open_item_stop")
    op.drop_table("rule_draft")
