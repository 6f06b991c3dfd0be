"""Files that were imported

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


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("imported_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_row_run_id"))

    op.drop_table("imported_row")
    with op.batch_alter_table("accession", schema=None) as batch_op:
        batch_op.drop_index("ix_accession_batch")

    op.drop_table("accession")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index("ix_import_run_at")

    op.drop_table("import_run")
