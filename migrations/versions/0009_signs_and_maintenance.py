"""Signs and maintenance

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "care_rule",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("class_code", sa.String(length=8), nullable=False),
        sa.Column("title_id", Id(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=100), nullable=False),
        sa.Column("gauged", sa.Boolean(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= since_at", name=op.f("ck_care_rule_span_forward")),
        sa.CheckConstraint("length(task) > 0 AND length(class_code) > 0", name=op.f("ck_care_rule_with_task")),
        sa.CheckConstraint("months BETWEEN 0 AND 120", name=op.f("ck_care_rule_months")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_care_rule_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_care_rule_staff_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_care_rule_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_rule")),
    )
    with op.batch_alter_table("care_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_rule_title_id"), ["title_id"], unique=False)
        batch_op.create_index(
            "uq_care_rule_class_now",
            ["hall_id", "class_code"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND title_id IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND title_id IS NULL"),
        )
        batch_op.create_index(
            "uq_care_rule_title_now",
            ["hall_id", "title_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND title_id IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND title_id IS NOT NULL"),
        )

    op.create_table(
        "sign",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "room_plate",
                "party",
                "window",
                "desk",
                "hours",
                "notice",
                "rules",
                "guide",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("room_id", Id(), nullable=True),
        sa.Column(
            "place",
            sa.Enum("outside", "inside", "elsewhere", name="place", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("spot", sa.String(length=100), nullable=False),
        sa.Column("width_mm", sa.Integer(), nullable=False),
        sa.Column("height_mm", sa.Integer(), nullable=False),
        sa.Column("vis_version", sa.String(length=40), nullable=False),
        sa.Column("conforms", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("NOT conforms OR length(vis_version) > 0", name=op.f("ck_sign_conforms_to_a_version")),
        sa.CheckConstraint("gone_at IS NULL OR gone_at >= registered_at", name=op.f("ck_sign_span_forward")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_sign_named")),
        sa.CheckConstraint("width_mm BETWEEN 1 AND 20000 AND height_mm BETWEEN 1 AND 20000", name=op.f("ck_sign_size")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_sign_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_sign_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_sign_hall_id_number")),
    )
    with op.batch_alter_table("sign", schema=None) as batch_op:
        batch_op.create_index("ix_sign_room", ["hall_id", "room_id"], unique=False)

    op.create_table(
        "vis_scheme",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("scheme", sa.JSON(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= since_at", name=op.f("ck_vis_scheme_span_forward")),
        sa.CheckConstraint("length(version) > 0", name=op.f("ck_vis_scheme_named")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_vis_scheme_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_vis_scheme_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vis_scheme")),
        sa.UniqueConstraint("hall_id", "version", name=op.f("uq_vis_scheme_hall_id_version")),
    )
    with op.batch_alter_table("vis_scheme", schema=None) as batch_op:
        batch_op.create_index(
            "uq_vis_scheme_now",
            ["hall_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "plate_made",
        sa.Column("sign_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("scheme_id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "room_plate",
                "party",
                "window",
                "desk",
                "hours",
                "notice",
                "rules",
                "guide",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("room_id", Id(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind <> 'room_plate' OR room_id IS NOT NULL", name=op.f("ck_plate_made_of_a_room")),
        sa.CheckConstraint("kind IN ('room_plate', 'hours')", name=op.f("ck_plate_made_a_plate")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_plate_made_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_plate_made_room_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["vis_scheme.id"], name=op.f("fk_plate_made_scheme_id")),
        sa.ForeignKeyConstraint(["sign_id"], ["sign.id"], name=op.f("fk_plate_made_sign_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_plate_made_staff_id")),
        sa.PrimaryKeyConstraint("sign_id", name=op.f("pk_plate_made")),
    )
    with op.batch_alter_table("plate_made", schema=None) as batch_op:
        batch_op.create_index(
            "uq_plate_made_of_hall",
            ["hall_id", "kind"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL AND room_id IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND room_id IS NULL"),
        )
        batch_op.create_index(
            "uq_plate_made_of_room",
            ["hall_id", "room_id", "kind"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL AND room_id IS NOT NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND room_id IS NOT NULL"),
        )

    op.create_table(
        "sign_decision",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("sign_id", Id(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("keep", "merge", "remove", name="verdict", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("into_id", Id(), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("done_day", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", Id(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(verdict = 'merge') = (into_id IS NOT NULL)", name=op.f("ck_sign_decision_merge_into")),
        sa.CheckConstraint("(done_day IS NULL) = (done_at IS NULL)", name=op.f("ck_sign_decision_done_once")),
        sa.CheckConstraint("into_id IS NULL OR into_id <> sign_id", name=op.f("ck_sign_decision_not_into_itself")),
        sa.CheckConstraint("length(owner) > 0", name=op.f("ck_sign_decision_owned")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_sign_decision_done_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_sign_decision_hall_id")),
        sa.ForeignKeyConstraint(["into_id"], ["sign.id"], name=op.f("fk_sign_decision_into_id")),
        sa.ForeignKeyConstraint(["sign_id"], ["sign.id"], name=op.f("fk_sign_decision_sign_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_decision_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_decision")),
    )
    with op.batch_alter_table("sign_decision", schema=None) as batch_op:
        batch_op.create_index(
            "uq_sign_decision_now",
            ["hall_id", "sign_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "sign_photo",
        sa.Column("sign_id", Id(), nullable=False),
        sa.Column("photo_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column(
            "moment", sa.Enum("before", "after", name="moment", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_sign_photo_hall_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_sign_photo_photo_id")),
        sa.ForeignKeyConstraint(["sign_id"], ["sign.id"], name=op.f("fk_sign_photo_sign_id")),
        sa.PrimaryKeyConstraint("sign_id", "photo_id", name=op.f("pk_sign_photo")),
    )
    op.create_table(
        "work_order",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("inspection", "upkeep", "repair", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("rule_id", Id(), nullable=True),
        sa.Column("condition_id", Id(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", Id(), nullable=True),
        sa.Column("found", sa.String(length=200), nullable=False),
        sa.Column("repairer", sa.String(length=40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", Id(), nullable=True),
        sa.Column(
            "ended_as", sa.Enum("done", "dropped", name="ended_as", native_enum=False, create_constraint=True, length=24), nullable=True
        ),
        sa.Column("done_day", sa.Date(), nullable=True),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("cost_fen", sa.Integer(), nullable=False),
        sa.Column("accepted_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "(done_day IS NOT NULL) = (ended_as IS NOT NULL AND ended_as = 'done')", name=op.f("ck_work_order_done_on_a_day")
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_work_order_closed_as")),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name=op.f("ck_work_order_span_forward")),
        sa.CheckConstraint("cost_fen >= 0", name=op.f("ck_work_order_cost")),
        sa.CheckConstraint(
            "done_day IS NULL OR (length(measure) > 0 AND length(accepted_by) > 0)", name=op.f("ck_work_order_done_and_accepted")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_work_order_closed_by")),
        sa.ForeignKeyConstraint(["condition_id"], ["item_condition.id"], name=op.f("fk_work_order_condition_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_work_order_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_work_order_item_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_work_order_opened_by")),
        sa.ForeignKeyConstraint(["rule_id"], ["care_rule.id"], name=op.f("fk_work_order_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_work_order_hall_id_number")),
    )
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.create_index("ix_work_order_day", ["hall_id", "done_day"], unique=False)
        batch_op.create_index("ix_work_order_item", ["hall_id", "item_id", "done_day"], unique=False)
        batch_op.create_index(
            "ix_work_order_open",
            ["hall_id", "opened_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_work_order_open",
            ["hall_id", "item_id", "kind"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "gauge_reading",
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column(
            "pressure",
            sa.Enum("green", "low", "high", name="pressure", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_gauge_reading_hall_id")),
        sa.ForeignKeyConstraint(["order_id"], ["work_order.id"], name=op.f("fk_gauge_reading_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_gauge_reading")),
    )
    op.create_table(
        "order_report",
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_order_report_hall_id")),
        sa.ForeignKeyConstraint(["order_id"], ["work_order.id"], name=op.f("fk_order_report_order_id")),
        sa.ForeignKeyConstraint(["report_id"], ["fault_report.id"], name=op.f("fk_order_report_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_order_report")),
    )
    with op.batch_alter_table("order_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_report_order_id"), ["order_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("order_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_report_order_id"))

    op.drop_table("order_report")
    op.drop_table("gauge_reading")
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.drop_index("uq_work_order_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"))
        batch_op.drop_index("ix_work_order_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"))
        batch_op.drop_index("ix_work_order_item")
        batch_op.drop_index("ix_work_order_day")

    op.drop_table("work_order")
    op.drop_table("sign_photo")
    with op.batch_alter_table("sign_decision", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sign_decision_now", sqlite_where=sa.text("replaced_at IS NULL"), postgresql_where=sa.text("replaced_at IS NULL")
        )

    op.drop_table("sign_decision")
    with op.batch_alter_table("plate_made", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_plate_made_of_room",
            sqlite_where=sa.text("replaced_at IS NULL AND room_id IS NOT NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND room_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_plate_made_of_hall",
            sqlite_where=sa.text("replaced_at IS NULL AND room_id IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL AND room_id IS NULL"),
        )

    op.drop_table("plate_made")
    with op.batch_alter_table("vis_scheme", schema=None) as batch_op:
        batch_op.drop_index("uq_vis_scheme_now", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))

    op.drop_table("vis_scheme")
    with op.batch_alter_table("sign", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_room")

    op.drop_table("sign")
    with op.batch_alter_table("care_rule", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_care_rule_title_now",
            sqlite_where=sa.text("ended_at IS NULL AND title_id IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND title_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_care_rule_class_now",
            sqlite_where=sa.text("ended_at IS NULL AND title_id IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND title_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_care_rule_title_id"))

    op.drop_table("care_rule")
