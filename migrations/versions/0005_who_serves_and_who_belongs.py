"""Who serves, who belongs to a team, and registrations that were one

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "attendant",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column(
            "kind", sa.Enum("keeper", "volunteer", name="kind", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("initials", sa.String(length=40), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("speciality", sa.String(length=100), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2200", name=op.f("ck_attendant_birth_year")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_attendant_named")),
        sa.CheckConstraint("to_day IS NULL OR to_day >= from_day", name=op.f("ck_attendant_span_forward")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_attendant_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_attendant_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendant")),
    )
    with op.batch_alter_table("attendant", schema=None) as batch_op:
        batch_op.create_index("ix_attendant_name", ["hall_id", "name"], unique=False)
        batch_op.create_index(
            "uq_attendant_account",
            ["hall_id", "staff_id"],
            unique=True,
            sqlite_where=sa.text("staff_id IS NOT NULL AND to_day IS NULL"),
            postgresql_where=sa.text("staff_id IS NOT NULL AND to_day IS NULL"),
        )

    op.create_table(
        "patron_merge",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("ended_id", Id(), nullable=False),
        sa.Column("kept_id", Id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("ended_id <> kept_id", name=op.f("ck_patron_merge_two")),
        sa.ForeignKeyConstraint(["ended_id"], ["patron.id"], name=op.f("fk_patron_merge_ended_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_patron_merge_hall_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["patron.id"], name=op.f("fk_patron_merge_kept_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_patron_merge_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_merge")),
        sa.UniqueConstraint("hall_id", "ended_id", name=op.f("uq_patron_merge_hall_id_ended_id")),
    )
    with op.batch_alter_table("patron_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patron_merge_kept_id"), ["kept_id"], unique=False)

    op.create_table(
        "team_member",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("team_id", Id(), nullable=False),
        sa.Column("patron_id", Id(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_team_member_named")),
        sa.CheckConstraint("to_day IS NULL OR to_day >= from_day", name=op.f("ck_team_member_span_forward")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_team_member_hall_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_team_member_patron_id")),
        sa.ForeignKeyConstraint(["team_id"], ["patron.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_member_patron_id"), ["patron_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_member_team_id"), ["team_id"], unique=False)
        batch_op.create_index(
            "uq_team_member_now",
            ["hall_id", "team_id", "patron_id"],
            unique=True,
            sqlite_where=sa.text("patron_id IS NOT NULL AND to_day IS NULL"),
            postgresql_where=sa.text("patron_id IS NOT NULL AND to_day IS NULL"),
        )

    op.create_table(
        "attendant_entry",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("attendant_id", Id(), nullable=False),
        sa.Column(
            "kind", sa.Enum("service", "training", name="kind", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=200), nullable=False),
        sa.Column("given_by", sa.String(length=60), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(content) > 0", name=op.f("ck_attendant_entry_with_content")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_attendant_entry_minutes")),
        sa.CheckConstraint("struck_at IS NULL OR length(struck_reason) > 0", name=op.f("ck_attendant_entry_struck_with_reason")),
        sa.ForeignKeyConstraint(["attendant_id"], ["attendant.id"], name=op.f("fk_attendant_entry_attendant_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_attendant_entry_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_attendant_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendant_entry")),
    )
    with op.batch_alter_table("attendant_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendant_entry_attendant_id"), ["attendant_id"], unique=False)
        batch_op.create_index("ix_attendant_entry_day", ["hall_id", "day"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("attendant_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_attendant_entry_day")
        batch_op.drop_index(batch_op.f("ix_attendant_entry_attendant_id"))

    op.drop_table("attendant_entry")
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_team_member_now",
            sqlite_where=sa.text("patron_id IS NOT NULL AND to_day IS NULL"),
            postgresql_where=sa.text("patron_id IS NOT NULL AND to_day IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_team_member_team_id"))
        batch_op.drop_index(batch_op.f("ix_team_member_patron_id"))

    op.drop_table("team_member")
    with op.batch_alter_table("patron_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patron_merge_kept_id"))

    op.drop_table("patron_merge")
    with op.batch_alter_table("attendant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attendant_account",
            sqlite_where=sa.text("staff_id IS NOT NULL AND to_day IS NULL"),
            postgresql_where=sa.text("staff_id IS NOT NULL AND to_day IS NULL"),
        )
        batch_op.drop_index("ix_attendant_name")

    op.drop_table("attendant")
