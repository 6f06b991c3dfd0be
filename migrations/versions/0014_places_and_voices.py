"""Places to go to, suggestions, calls for help.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from models.base import Id

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "help_call",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("screen", sa.String(length=24), nullable=False),
        sa.Column("called", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum("answered", "withdrawn", "lapsed", name="ended_as", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column("ended_by", Id(), nullable=True),
        sa.CheckConstraint(
            "ended_as IS NULL OR ended_as <> 'answered' OR ended_by IS NOT NULL", name=op.f("ck_help_call_answered_by_somebody")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_help_call_ended_somehow")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= at", name=op.f("ck_help_call_span_forward")),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name=op.f("fk_help_call_ended_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_help_call_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_call")),
    )
    with op.batch_alter_table("help_call", schema=None) as batch_op:
        batch_op.create_index("ix_help_call_day", ["hall_id", "day"], unique=False)
        batch_op.create_index(
            "ix_help_call_open",
            ["hall_id", "at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_help_call_open",
            ["hall_id", "device"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "suggestion",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("smile", sa.Integer(), nullable=True),
        sa.Column(
            "topic",
            sa.Enum(
                "books",
                "activities",
                "hours",
                "broken",
                "service",
                "other",
                name="topic",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("room_id", Id(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("patron_id", Id(), nullable=True),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("NOT named OR patron_id IS NOT NULL OR unlinked_at IS NOT NULL", name=op.f("ck_suggestion_named_or_unlinked")),
        sa.CheckConstraint("length(words) <= 200", name=op.f("ck_suggestion_length")),
        sa.CheckConstraint("patron_id IS NULL OR (named AND unlinked_at IS NULL)", name=op.f("ck_suggestion_nobody_unless_named")),
        sa.CheckConstraint("smile BETWEEN 1 AND 5", name=op.f("ck_suggestion_on_the_scale")),
        sa.CheckConstraint("smile IS NOT NULL OR length(words) > 0", name=op.f("ck_suggestion_something_said")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_suggestion_hall_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_suggestion_patron_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_suggestion_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_suggestion_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_suggestion_hall_id_number")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index("ix_suggestion_day", ["hall_id", "day"], unique=False)
        batch_op.create_index("ix_suggestion_device", ["hall_id", "device", "at"], unique=False)
        batch_op.create_index("ix_suggestion_patron", ["hall_id", "patron_id"], unique=False)

    op.create_table(
        "tourism_place",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sight",
                "nature",
                "heritage",
                "food",
                "lodging",
                "produce",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= registered_at", name=op.f("ck_tourism_place_span_forward")),
        sa.CheckConstraint("ended_at IS NULL OR length(ended_reason) > 0", name=op.f("ck_tourism_place_ended_with_reason")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_tourism_place_named")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_tourism_place_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_tourism_place_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tourism_place")),
    )
    with op.batch_alter_table("tourism_place", schema=None) as batch_op:
        batch_op.create_index(
            "uq_tourism_place_named",
            ["hall_id", "name"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "place_fact",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("place_id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("where", "about", "opening", "way", "phone", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= written_at", name=op.f("ck_place_fact_span_forward")),
        sa.CheckConstraint("length(words) > 0", name=op.f("ck_place_fact_said")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_place_fact_hall_id")),
        sa.ForeignKeyConstraint(["place_id"], ["tourism_place.id"], name=op.f("fk_place_fact_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_place_fact_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_fact")),
    )
    with op.batch_alter_table("place_fact", schema=None) as batch_op:
        batch_op.create_index("ix_place_fact_of", ["hall_id", "place_id"], unique=False)
        batch_op.create_index(
            "uq_place_fact_now",
            ["hall_id", "place_id", "kind"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "suggestion_hiding",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("suggestion_id", Id(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", Id(), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= at", name=op.f("ck_suggestion_hiding_span_forward")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_suggestion_hiding_with_reason")),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name=op.f("fk_suggestion_hiding_ended_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_suggestion_hiding_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_suggestion_hiding_staff_id")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_suggestion_hiding_suggestion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_hiding")),
    )
    with op.batch_alter_table("suggestion_hiding", schema=None) as batch_op:
        batch_op.create_index(
            "uq_suggestion_hiding_now",
            ["hall_id", "suggestion_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "suggestion_reply",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("suggestion_id", Id(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", Id(), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= at", name=op.f("ck_suggestion_reply_span_forward")),
        sa.CheckConstraint("length(words) > 0", name=op.f("ck_suggestion_reply_said")),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name=op.f("fk_suggestion_reply_ended_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_suggestion_reply_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_suggestion_reply_staff_id")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_suggestion_reply_suggestion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_reply")),
    )
    with op.batch_alter_table("suggestion_reply", schema=None) as batch_op:
        batch_op.create_index("ix_suggestion_reply_of", ["hall_id", "suggestion_id", "at"], unique=False)
        batch_op.create_index(
            "uq_suggestion_reply_now",
            ["hall_id", "suggestion_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "fact_check",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("fact_id", Id(), nullable=False),
        sa.Column("asked", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= at", name=op.f("ck_fact_check_span_forward")),
        sa.CheckConstraint("length(asked) > 0", name=op.f("ck_fact_check_asked_somebody")),
        sa.ForeignKeyConstraint(["fact_id"], ["place_fact.id"], name=op.f("fk_fact_check_fact_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_fact_check_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_fact_check_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_check")),
    )
    with op.batch_alter_table("fact_check", schema=None) as batch_op:
        batch_op.create_index("ix_fact_check_of", ["hall_id", "fact_id", "at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("fact_check", schema=None) as batch_op:
        batch_op.drop_index("ix_fact_check_of")

    op.drop_table("fact_check")
    with op.batch_alter_table("suggestion_reply", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suggestion_reply_now", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index("ix_suggestion_reply_of")

    op.drop_table("suggestion_reply")
    with op.batch_alter_table("suggestion_hiding", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suggestion_hiding_now", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )

    op.drop_table("suggestion_hiding")
    with op.batch_alter_table("place_fact", schema=None) as batch_op:
        batch_op.drop_index("uq_place_fact_now", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_place_fact_of")

    op.drop_table("place_fact")
    with op.batch_alter_table("tourism_place", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tourism_place_named", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )

    op.drop_table("tourism_place")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index("ix_suggestion_patron")
        batch_op.drop_index("ix_suggestion_device")
        batch_op.drop_index("ix_suggestion_day")

    op.drop_table("suggestion")
    with op.batch_alter_table("help_call", schema=None) as batch_op:
        batch_op.drop_index("uq_help_call_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_help_call_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_help_call_day")

    op.drop_table("help_call")
