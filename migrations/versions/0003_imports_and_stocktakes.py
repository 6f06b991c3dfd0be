"""Imports and stocktakes

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "import_run",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.CheckConstraint("added >= 0 AND known >= 0", name=op.f("ck_import_run_counts")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_import_run_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_import_run_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index("ix_import_run_at", ["hall_id", "at"], unique=False)

    op.create_table(
        "stocktake",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("room_id", Id(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", Id(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", Id(), nullable=True),
        sa.Column("approver_id", Id(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("on_loan", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("people", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_stocktake_closed_by")),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= started_at", name=op.f("ck_stocktake_span_forward")),
        sa.CheckConstraint("lost = 0 OR approver_id IS NOT NULL", name=op.f("ck_stocktake_lost_with_approver")),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_stocktake_share")),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name=op.f("fk_stocktake_approver_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_stocktake_closed_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_stocktake_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_stocktake_room_id")),
        sa.ForeignKeyConstraint(["started_by"], ["staff.id"], name=op.f("fk_stocktake_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_stocktake_hall_id_number")),
    )
    with op.batch_alter_table("stocktake", schema=None) as batch_op:
        batch_op.create_index(
            "uq_stocktake_open",
            ["hall_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "accession",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("purchase_price_fen", sa.Integer(), nullable=True),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("donor", sa.String(length=60), nullable=False),
        sa.CheckConstraint("purchase_price_fen >= 0", name=op.f("ck_accession_purchase_price")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_accession_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_accession_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_accession")),
    )
    with op.batch_alter_table("accession", schema=None) as batch_op:
        batch_op.create_index("ix_accession_batch", ["hall_id", "batch"], unique=False)

    op.create_table(
        "imported_row",
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("run_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_imported_row_hall_id")),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_imported_row_run_id")),
        sa.PrimaryKeyConstraint("hall_id", "fingerprint", name=op.f("pk_imported_row")),
    )
    with op.batch_alter_table("imported_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_row_run_id"), ["run_id"], unique=False)

    op.create_table(
        "stocktake_difference",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("stocktake_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "missing", "misplaced", "lent", "surplus", "unknown", name="kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("item_id", Id(), nullable=True),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=240), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("found", sa.String(length=100), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT lost OR kind = 'missing'", name=op.f("ck_stocktake_difference_lost_is_missing")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_stocktake_difference_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_stocktake_difference_item_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_difference_stocktake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_difference")),
        sa.UniqueConstraint("hall_id", "stocktake_id", "position", name=op.f("uq_stocktake_difference_hall_id_stocktake_id_position")),
    )
    op.create_table(
        "stocktake_line",
        sa.Column("stocktake_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_stocktake_line_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_stocktake_line_item_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_line_stocktake_id")),
        sa.PrimaryKeyConstraint("stocktake_id", "item_id", name=op.f("pk_stocktake_line")),
    )
    op.create_table(
        "stocktake_scan",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("stocktake_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("room_id", Id(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_stocktake_scan_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_stocktake_scan_item_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_stocktake_scan_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_stocktake_scan_staff_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_scan_stocktake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_scan")),
    )
    with op.batch_alter_table("stocktake_scan", schema=None) as batch_op:
        batch_op.create_index("ix_stocktake_scan_of", ["hall_id", "stocktake_id", "item_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("stocktake_scan", schema=None) as batch_op:
        batch_op.drop_index("ix_stocktake_scan_of")

    op.drop_table("stocktake_scan")
    op.drop_table("stocktake_line")
    op.drop_table("stocktake_difference")
    with op.batch_alter_table("imported_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_row_run_id"))

    op.drop_table("imported_row")
    with op.batch_alter_table("accession", schema=None) as batch_op:
        batch_op.drop_index("ix_accession_batch")

    op.drop_table("accession")
    with op.batch_alter_table("stocktake", schema=None) as batch_op:
        batch_op.drop_index("uq_stocktake_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"))

    op.drop_table("stocktake")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index("ix_import_run_at")

    op.drop_table("import_run")
