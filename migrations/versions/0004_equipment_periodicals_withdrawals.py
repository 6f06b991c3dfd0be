"""Equipment, periodicals, withdrawals

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "equipment_class",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("gb14885", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(code) BETWEEN 2 AND 4", name=op.f("ck_equipment_class_letters")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_equipment_class_named")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_equipment_class_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_class")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_equipment_class_hall_id_code")),
    )
    op.create_table(
        "photo",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", Id(), nullable=True),
        sa.CheckConstraint("(removed_at IS NULL) = (length(content) > 0)", name=op.f("ck_photo_removed_empty")),
        sa.CheckConstraint("length(content) <= 400000", name=op.f("ck_photo_size")),
        sa.CheckConstraint("width BETWEEN 1 AND 1600 AND height BETWEEN 1 AND 1600", name=op.f("ck_photo_sides")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_photo_hall_id")),
        sa.ForeignKeyConstraint(["removed_by"], ["staff.id"], name=op.f("fk_photo_removed_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_photo_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_hall_id"), ["hall_id"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("title_id", Id(), nullable=False),
        sa.Column(
            "press", sa.Enum("newspaper", "magazine", name="press", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column(
            "frequency",
            sa.Enum(
                "daily",
                "weekly",
                "ten_days",
                "half_monthly",
                "monthly",
                "bimonthly",
                "quarterly",
                "half_yearly",
                "yearly",
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("until_month", sa.Date(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("copies >= 1", name=op.f("ck_subscription_copies")),
        sa.CheckConstraint("day BETWEEN 1 AND 28", name=op.f("ck_subscription_day")),
        sa.CheckConstraint("first_month BETWEEN 1 AND 12", name=op.f("ck_subscription_first_month")),
        sa.CheckConstraint("length(weekdays) BETWEEN 1 AND 7", name=op.f("ck_subscription_weekdays")),
        sa.CheckConstraint("until_month > from_month", name=op.f("ck_subscription_months_forward")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_subscription_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_subscription_staff_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_subscription_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index("ix_subscription_hall", ["hall_id", "from_month"], unique=False)
        batch_op.create_index("ix_subscription_title", ["hall_id", "title_id"], unique=False)

    op.create_table(
        "weeding",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", Id(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", Id(), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_weeding_closed_by")),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= started_at", name=op.f("ck_weeding_closed_after")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_weeding_closed_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_weeding_hall_id")),
        sa.ForeignKeyConstraint(["started_by"], ["staff.id"], name=op.f("fk_weeding_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weeding")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_weeding_hall_id_number")),
    )
    with op.batch_alter_table("weeding", schema=None) as batch_op:
        batch_op.create_index(
            "uq_weeding_open",
            ["hall_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "asset",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("brand", sa.String(length=60), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("fund", sa.String(length=60), nullable=False),
        sa.Column("acquired_day", sa.Date(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.CheckConstraint("pieces >= 1", name=op.f("ck_asset_pieces")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_asset_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_asset_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_asset")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index("ix_asset_hall", ["hall_id", "acquired_day"], unique=False)

    op.create_table(
        "custody",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("custodian", sa.String(length=40), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("until_day IS NULL OR until_day >= from_day", name=op.f("ck_custody_span_forward")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_custody_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_custody_item_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_custody_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_custody_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
    )
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.create_index("ix_custody_item", ["hall_id", "item_id", "from_day"], unique=False)
        batch_op.create_index(
            "uq_custody_now",
            ["hall_id", "item_id"],
            unique=True,
            sqlite_where=sa.text("until_day IS NULL"),
            postgresql_where=sa.text("until_day IS NULL"),
        )

    op.create_table(
        "issue_arrival",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("subscription_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("copies >= 1", name=op.f("ck_issue_arrival_copies")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_issue_arrival_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_issue_arrival_staff_id")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_issue_arrival_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_arrival")),
    )
    with op.batch_alter_table("issue_arrival", schema=None) as batch_op:
        batch_op.create_index("ix_issue_arrival_of", ["hall_id", "subscription_id", "day"], unique=False)

    op.create_table(
        "issue_claim",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("subscription_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum("came", "not_published", "sold_out", name="ended_as", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_issue_claim_ended_with_outcome")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_issue_claim_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_issue_claim_staff_id")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_issue_claim_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_claim")),
    )
    with op.batch_alter_table("issue_claim", schema=None) as batch_op:
        batch_op.create_index("ix_issue_claim_of", ["hall_id", "subscription_id", "day"], unique=False)
        batch_op.create_index(
            "uq_issue_claim_open",
            ["hall_id", "subscription_id", "day"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "issue_disposal",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("subscription_id", Id(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column(
            "binding",
            sa.Enum("bound", "kept", "given", "recycled", name="binding", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("approver_id", Id(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(binding = 'bound') = (item_id IS NOT NULL)", name=op.f("ck_issue_disposal_bound_has_number")),
        sa.CheckConstraint(
            "binding NOT IN ('given', 'recycled') OR approver_id IS NOT NULL", name=op.f("ck_issue_disposal_gone_with_approver")
        ),
        sa.CheckConstraint("pieces >= 1", name=op.f("ck_issue_disposal_pieces")),
        sa.CheckConstraint("until_day > from_day", name=op.f("ck_issue_disposal_span_forward")),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name=op.f("fk_issue_disposal_approver_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_issue_disposal_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_issue_disposal_item_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_issue_disposal_staff_id")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_issue_disposal_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_disposal")),
    )
    with op.batch_alter_table("issue_disposal", schema=None) as batch_op:
        batch_op.create_index("ix_issue_disposal_of", ["hall_id", "subscription_id"], unique=False)

    op.create_table(
        "item_part",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_item_part_named")),
        sa.CheckConstraint("pieces >= 1", name=op.f("ck_item_part_count")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_item_part_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_part_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_part")),
    )
    with op.batch_alter_table("item_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_part_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            "uq_item_part_named",
            ["hall_id", "item_id", "name"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "item_photo",
        sa.Column("photo_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_item_photo_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_photo_item_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_item_photo_photo_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_item_photo")),
    )
    with op.batch_alter_table("item_photo", schema=None) as batch_op:
        batch_op.create_index("ix_item_photo_item", ["hall_id", "item_id"], unique=False)

    op.create_table(
        "weeding_line",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("weeding_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "worn",
                "lost",
                "outdated",
                "surplus",
                "replaced",
                "scrapped",
                "moved_out",
                name="weeding_cause",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", Id(), nullable=True),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_weeding_line_added_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_weeding_line_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_weeding_line_item_id")),
        sa.ForeignKeyConstraint(["weeding_id"], ["weeding.id"], name=op.f("fk_weeding_line_weeding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weeding_line")),
    )
    with op.batch_alter_table("weeding_line", schema=None) as batch_op:
        batch_op.create_index("ix_weeding_line_item", ["hall_id", "item_id"], unique=False)
        batch_op.create_index(
            "uq_weeding_line_once",
            ["hall_id", "weeding_id", "item_id"],
            unique=True,
            sqlite_where=sa.text("off_at IS NULL"),
            postgresql_where=sa.text("off_at IS NULL"),
        )

    op.create_table(
        "parts_check",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("loan_id", Id(), nullable=True),
        sa.Column(
            "moment", sa.Enum("out", "back", "here", name="moment", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("missing >= 0", name=op.f("ck_parts_check_missing")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_parts_check_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_parts_check_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_parts_check_loan_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_parts_check_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts_check")),
    )
    with op.batch_alter_table("parts_check", schema=None) as batch_op:
        batch_op.create_index("ix_parts_check_item", ["hall_id", "item_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_parts_check_loan_id"), ["loan_id"], unique=False)

    op.create_table(
        "withdrawal",
        sa.Column("condition_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("weeding_id", Id(), nullable=True),
        sa.Column(
            "cause",
            sa.Enum(
                "worn",
                "lost",
                "outdated",
                "surplus",
                "replaced",
                "scrapped",
                "moved_out",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("appraiser", sa.String(length=40), nullable=False),
        sa.Column(
            "disposal",
            sa.Enum(
                "recycled",
                "handed_up",
                "given_away",
                "kept",
                "destroyed",
                "nothing_left",
                name="disposal",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["condition_id"], ["item_condition.id"], name=op.f("fk_withdrawal_condition_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_withdrawal_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_withdrawal_item_id")),
        sa.ForeignKeyConstraint(["weeding_id"], ["weeding.id"], name=op.f("fk_withdrawal_weeding_id")),
        sa.PrimaryKeyConstraint("condition_id", name=op.f("pk_withdrawal")),
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index("ix_withdrawal_item", ["hall_id", "item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_withdrawal_weeding_id"), ["weeding_id"], unique=False)

    op.create_table(
        "part_seen",
        sa.Column("check_id", Id(), nullable=False),
        sa.Column("part_id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.CheckConstraint("seen >= 0", name=op.f("ck_part_seen_seen")),
        sa.ForeignKeyConstraint(["check_id"], ["parts_check.id"], name=op.f("fk_part_seen_check_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_part_seen_hall_id")),
        sa.ForeignKeyConstraint(["part_id"], ["item_part.id"], name=op.f("fk_part_seen_part_id")),
        sa.PrimaryKeyConstraint("check_id", "part_id", name=op.f("pk_part_seen")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("part_seen")
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawal_weeding_id"))
        batch_op.drop_index("ix_withdrawal_item")

    op.drop_table("withdrawal")
    with op.batch_alter_table("parts_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parts_check_loan_id"))
        batch_op.drop_index("ix_parts_check_item")

    op.drop_table("parts_check")
    with op.batch_alter_table("weeding_line", schema=None) as batch_op:
        batch_op.drop_index("uq_weeding_line_once", sqlite_where=sa.text("off_at IS NULL"), postgresql_where=sa.text("off_at IS NULL"))
        batch_op.drop_index("ix_weeding_line_item")

    op.drop_table("weeding_line")
    with op.batch_alter_table("item_photo", schema=None) as batch_op:
        batch_op.drop_index("ix_item_photo_item")

    op.drop_table("item_photo")
    with op.batch_alter_table("item_part", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_item_part_named", sqlite_where=sa.text("removed_at IS NULL"), postgresql_where=sa.text("removed_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_item_part_item_id"))

    op.drop_table("item_part")
    with op.batch_alter_table("issue_disposal", schema=None) as batch_op:
        batch_op.drop_index("ix_issue_disposal_of")

    op.drop_table("issue_disposal")
    with op.batch_alter_table("issue_claim", schema=None) as batch_op:
        batch_op.drop_index("uq_issue_claim_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_issue_claim_of")

    op.drop_table("issue_claim")
    with op.batch_alter_table("issue_arrival", schema=None) as batch_op:
        batch_op.drop_index("ix_issue_arrival_of")

    op.drop_table("issue_arrival")
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.drop_index("uq_custody_now", sqlite_where=sa.text("until_day IS NULL"), postgresql_where=sa.text("until_day IS NULL"))
        batch_op.drop_index("ix_custody_item")

    op.drop_table("custody")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index("ix_asset_hall")

    op.drop_table("asset")
    with op.batch_alter_table("weeding", schema=None) as batch_op:
        batch_op.drop_index("uq_weeding_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"))

    op.drop_table("weeding")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index("ix_subscription_title")
        batch_op.drop_index("ix_subscription_hall")

    op.drop_table("subscription")
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_hall_id"))

    op.drop_table("photo")
    op.drop_table("equipment_class")
