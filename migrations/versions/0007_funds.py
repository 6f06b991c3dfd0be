"""Funds

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "fund",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "central", "province", "city", "district", "village", "donation",
                name="source", native_enum=False, create_constraint=True, length=24,
            ),
            nullable=False,
        ),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("budget_fen", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("budget_fen >= 0", name=op.f("ck_fund_budget")),
        sa.CheckConstraint("length(item) > 0", name=op.f("ck_fund_named")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2199", name=op.f("ck_fund_year")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_fund_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_fund_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("hall_id", "year", "source", "item", name=op.f("uq_fund_hall_id_year_source_item")),
    )  # fmt: skip
    op.create_table(
        "fund_entry",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("fund_id", Id(), nullable=False),
        sa.Column("flow", sa.Enum("in", "out", name="flow", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("sum_fen", sa.Integer(), nullable=False),
        sa.Column("voucher", sa.String(length=40), nullable=False),
        sa.Column("strikes_id", Id(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("(strikes_id IS NULL) = (sum_fen > 0) AND sum_fen <> 0", name=op.f("ck_fund_entry_red_only_to_strike")),
        sa.CheckConstraint("flow <> 'out' OR length(voucher) > 0", name=op.f("ck_fund_entry_out_with_voucher")),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_fund_entry_named")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_entry_fund_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_fund_entry_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_fund_entry_staff_id")),
        sa.ForeignKeyConstraint(["strikes_id"], ["fund_entry.id"], name=op.f("fk_fund_entry_strikes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_entry")),
    )
    with op.batch_alter_table("fund_entry", schema=None) as batch_op:
        batch_op.create_index("ix_fund_entry_fund", ["hall_id", "fund_id", "day"], unique=False)
        batch_op.create_index(
            "uq_fund_entry_struck_once",
            ["hall_id", "strikes_id"],
            unique=True,
            sqlite_where=sa.text("strikes_id IS NOT NULL"),
            postgresql_where=sa.text("strikes_id IS NOT NULL"),
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("fund_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_fund_entry_struck_once",
            sqlite_where=sa.text("strikes_id IS NOT NULL"),
            postgresql_where=sa.text("strikes_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_fund_entry_fund")

    op.drop_table("fund_entry")
    op.drop_table("fund")
