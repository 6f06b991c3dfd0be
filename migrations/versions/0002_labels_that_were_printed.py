"""Labels that were printed

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "label_run",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("kind", sa.Enum("code", "spine", name="kind", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("skip", sa.Integer(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.CheckConstraint("skip >= 0 AND labels > 0", name=op.f("ck_label_run_cells")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_label_run_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_label_run_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_run")),
    )
    with op.batch_alter_table("label_run", schema=None) as batch_op:
        batch_op.create_index("ix_label_run_at", ["hall_id", "at"], unique=False)

    op.create_table(
        "label_print",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("run_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("kind", sa.Enum("code", "spine", name="kind", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_label_print_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_label_print_item_id")),
        sa.ForeignKeyConstraint(["run_id"], ["label_run.id"], name=op.f("fk_label_print_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_print")),
        sa.UniqueConstraint("hall_id", "run_id", "position", name=op.f("uq_label_print_hall_id_run_id_position")),
    )
    with op.batch_alter_table("label_print", schema=None) as batch_op:
        batch_op.create_index("ix_label_print_item", ["hall_id", "item_id"], unique=False)
        batch_op.create_index(
            "uq_label_print_first",
            ["hall_id", "item_id", "kind"],
            unique=True,
            sqlite_where=sa.text("NOT again"),
            postgresql_where=sa.text("NOT again"),
        )

    op.create_table(
        "unified_number",
        sa.Column("title_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.CheckConstraint("length(code) > 0", name=op.f("ck_unified_number_said")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_unified_number_hall_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_unified_number_title_id")),
        sa.PrimaryKeyConstraint("title_id", name=op.f("pk_unified_number")),
    )
    with op.batch_alter_table("unified_number", schema=None) as batch_op:
        batch_op.create_index("ix_unified_number_code", ["hall_id", "code"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("unified_number", schema=None) as batch_op:
        batch_op.drop_index("ix_unified_number_code")

    op.drop_table("unified_number")
    with op.batch_alter_table("label_print", schema=None) as batch_op:
        batch_op.drop_index("uq_label_print_first", sqlite_where=sa.text("NOT again"), postgresql_where=sa.text("NOT again"))
        batch_op.drop_index("ix_label_print_item")

    op.drop_table("label_print")
    with op.batch_alter_table("label_run", schema=None) as batch_op:
        batch_op.drop_index("ix_label_run_at")

    op.drop_table("label_run")
