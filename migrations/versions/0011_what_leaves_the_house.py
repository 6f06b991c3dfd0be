"""What leaves the house, and seats for guests

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "guest_rules",
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("most BETWEEN 1 AND 50 AND minutes BETWEEN 1 AND 240", name=op.f("ck_guest_rules_sane")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_guest_rules_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_guest_rules")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("kind", sa.Enum("public", name="kind", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_outbox_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_at", ["hall_id", "at"], unique=False)
        batch_op.create_index(
            "ix_outbox_waiting",
            ["hall_id", "kind", "at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_waiting", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"))
        batch_op.drop_index("ix_outbox_at")

    op.drop_table("outbox")
    op.drop_table("guest_rules")
