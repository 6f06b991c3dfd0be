"""The tables of the house

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from models import search_index
from models.base import Id

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "district",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("code", name=op.f("uq_district_code")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", Id(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_try_account", ["account", "at"], unique=False)
        batch_op.create_index("ix_sign_in_try_address", ["address", "at"], unique=False)

    op.create_table(
        "taken_number",
        sa.Column("issuer_code", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.CheckConstraint("length(number) = 8", name=op.f("ck_taken_number_digits")),
        sa.PrimaryKeyConstraint("issuer_code", "number", name=op.f("pk_taken_number")),
    )
    op.create_table(
        "township",
        sa.Column("id", Id(), nullable=False),
        sa.Column("district_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_township_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_township")),
        sa.UniqueConstraint("code", name=op.f("uq_township_code")),
    )
    with op.batch_alter_table("township", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_township_district_id"), ["district_id"], unique=False)

    op.create_table(
        "hall",
        sa.Column("id", Id(), nullable=False),
        sa.Column("township_id", Id(), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("calendar_token", Id(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(code) = 12", name=op.f("ck_hall_code_digits")),
        sa.ForeignKeyConstraint(["township_id"], ["township.id"], name=op.f("fk_hall_township_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall")),
        sa.UniqueConstraint("code", name=op.f("uq_hall_code")),
    )
    with op.batch_alter_table("hall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hall_township_id"), ["township_id"], unique=False)

    op.create_table(
        "former_code",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_former_code_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_code")),
        sa.UniqueConstraint("code", name=op.f("uq_former_code_code")),
    )
    op.create_table(
        "house_rules",
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("holds_max", sa.Integer(), nullable=False),
        sa.Column("hold_shelf_open_days", sa.Integer(), nullable=False),
        sa.Column("card_valid_years", sa.Integer(), nullable=False),
        sa.Column("elder_from_age", sa.Integer(), nullable=False),
        sa.Column("block_from_day", sa.Integer(), nullable=False),
        sa.Column("remind_days", sa.String(length=40), nullable=False),
        sa.Column("unlink_after_days", sa.Integer(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("outside_max_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "holds_max >= 0 AND hold_shelf_open_days >= 1 AND block_from_day >= 1 AND unlink_after_days >= 1",
            name=op.f("ck_house_rules_sane"),
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_house_rules_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_house_rules")),
    )
    op.create_table(
        "keypad_try",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("kiosk", sa.String(length=40), nullable=False),
        sa.Column("card_number", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_keypad_try_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keypad_try")),
    )
    with op.batch_alter_table("keypad_try", schema=None) as batch_op:
        batch_op.create_index("ix_keypad_try_card", ["hall_id", "card_number", "at"], unique=False)
        batch_op.create_index("ix_keypad_try_kiosk", ["hall_id", "kiosk", "at"], unique=False)

    op.create_table(
        "patron",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("person", "team", "temporary", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("initials", sa.String(length=60), nullable=False),
        sa.Column(
            "sex", sa.Enum("female", "male", "unsaid", name="sex", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("phone_end", sa.String(length=4), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("villager_group", sa.String(length=40), nullable=False),
        sa.Column("guardian_name", sa.String(length=40), nullable=False),
        sa.Column("guardian_relation", sa.String(length=20), nullable=False),
        sa.Column("guardian_phone", sa.String(length=20), nullable=False),
        sa.Column("consent_day", sa.Date(), nullable=True),
        sa.Column("leader_id", Id(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind <> 'person' OR birth_date IS NOT NULL OR erased_at IS NOT NULL", name=op.f("ck_patron_birth_date_known")),
        sa.CheckConstraint("kind <> 'team' OR leader_id IS NOT NULL OR erased_at IS NOT NULL", name=op.f("ck_patron_team_has_leader")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_patron_hall_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["patron.id"], name=op.f("fk_patron_leader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron")),
    )
    with op.batch_alter_table("patron", schema=None) as batch_op:
        batch_op.create_index("ix_patron_initials", ["hall_id", "initials"], unique=False)
        batch_op.create_index("ix_patron_name", ["hall_id", "name"], unique=False)
        batch_op.create_index("ix_patron_phone_end", ["hall_id", "phone_end"], unique=False)

    op.create_table(
        "policy",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column(
            "borrower_kind",
            sa.Enum(
                "adult", "youth", "child", "team", "temporary", name="borrower_kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "item_class",
            sa.Enum("book", "periodical", "equipment", name="item_class", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("max_items", sa.Integer(), nullable=False),
        sa.Column("loan_days", sa.Integer(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("renew_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("max_items >= 0 AND loan_days >= 0 AND renewals >= 0 AND renew_days >= 0", name=op.f("ck_policy_sane")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_policy_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("hall_id", "borrower_kind", "item_class", name=op.f("uq_policy_hall_id_borrower_kind_item_class")),
    )
    op.create_table(
        "room",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("floor", sa.String(length=8), nullable=False),
        sa.Column("area_m2", sa.Integer(), nullable=False),
        sa.Column(
            "area_kind",
            sa.Enum("service", "office", "outdoor", name="area_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("area_m2 >= 0 AND capacity >= 0", name=op.f("ck_room_area")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_room_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_room_hall_id_code")),
    )
    op.create_table(
        "season",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.CheckConstraint("to_day >= from_day", name=op.f("ck_season_span_forward")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_season_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("hall_id", "name", "from_day", name=op.f("uq_season_hall_id_name_from_day")),
    )
    op.create_table(
        "staff",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=True),
        sa.Column("township_id", Id(), nullable=True),
        sa.Column("district_id", Id(), nullable=True),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "role",
            sa.Enum("keeper", "township", "district", "admin", name="role", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role NOT IN ('keeper', 'admin') OR hall_id IS NOT NULL", name=op.f("ck_staff_keeper_has_hall")),
        sa.CheckConstraint("login = lower(login) AND length(login) > 0", name=op.f("ck_staff_login_lower")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_staff_district_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_staff_hall_id")),
        sa.ForeignKeyConstraint(["township_id"], ["township.id"], name=op.f("fk_staff_township_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_hall_id"), ["hall_id"], unique=False)

    op.create_table(
        "title",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("search_no", sa.BigInteger(), nullable=False),
        sa.Column(
            "medium",
            sa.Enum("book", "periodical", "equipment", name="medium", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("publisher", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("class_code", sa.String(length=8), nullable=False),
        sa.Column("class_number", sa.String(length=40), nullable=False),
        sa.Column("gb14885", sa.String(length=12), nullable=False),
        sa.Column("call_number", sa.String(length=60), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("adults_only", sa.Boolean(), nullable=False),
        sa.Column("grams", sa.String(), nullable=False),
        sa.Column("initial_grams", sa.String(), nullable=False),
        sa.Column("initials", sa.String(), nullable=False),
        sa.CheckConstraint("length(class_code) > 0 AND length(call_number) > 0", name=op.f("ck_title_classed")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_title_named")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_title_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title")),
        sa.UniqueConstraint("hall_id", "call_number", name=op.f("uq_title_hall_id_call_number")),
        sa.UniqueConstraint("search_no", name=op.f("uq_title_search_no")),
    )
    with op.batch_alter_table("title", schema=None) as batch_op:
        batch_op.create_index("ix_title_class", ["hall_id", "class_code"], unique=False)
        batch_op.create_index("ix_title_isbn", ["hall_id", "isbn"], unique=False)

    op.create_table(
        "card",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("patron_id", Id(), nullable=False),
        sa.Column("issuer_code", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("secret", sa.String(length=6), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum("replaced", "lost", "cancelled", name="ended_as", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.CheckConstraint("number LIKE '1_______'", name=op.f("ck_card_kind_of_number")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_card_ended_with_reason")),
        sa.CheckConstraint("length(secret) = 6", name=op.f("ck_card_secret_digits")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_card_hall_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_card_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("issuer_code", "number", "secret", name=op.f("uq_card_issuer_code_number_secret")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_patron_id"), ["patron_id"], unique=False)
        batch_op.create_index(
            "uq_card_in_force",
            ["issuer_code", "number"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_card_one_each",
            ["hall_id", "patron_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "function_pair",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("first", sa.String(length=40), nullable=False),
        sa.Column("second", sa.String(length=40), nullable=False),
        sa.Column(
            "sharing", sa.Enum("together", "apart", name="sharing", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.CheckConstraint("first < second", name=op.f("ck_function_pair_ordered")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_function_pair_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_function_pair_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_function_pair")),
        sa.UniqueConstraint("hall_id", "room_id", "first", "second", name=op.f("uq_function_pair_hall_id_room_id_first_second")),
    )
    with op.batch_alter_table("function_pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_function_pair_room_id"), ["room_id"], unique=False)

    op.create_table(
        "item",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("title_id", Id(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("copy_no", sa.Integer(), nullable=False),
        sa.Column("issuer_code", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column(
            "item_class",
            sa.Enum("book", "periodical", "equipment", name="item_class", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("home_room_id", Id(), nullable=False),
        sa.Column("shelf", sa.String(length=40), nullable=False),
        sa.Column("reference_only", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("replaces_id", Id(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number LIKE '2_______' OR number LIKE '3_______'", name=op.f("ck_item_kind_of_number")),
        sa.CheckConstraint("quantity >= 1 AND (counted OR quantity = 1)", name=op.f("ck_item_quantity")),
        sa.CheckConstraint("volume >= 0", name=op.f("ck_item_volume")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_item_hall_id")),
        sa.ForeignKeyConstraint(["home_room_id"], ["room.id"], name=op.f("fk_item_home_room_id")),
        sa.ForeignKeyConstraint(
            ["issuer_code", "number"], ["taken_number.issuer_code", "taken_number.number"], name=op.f("fk_item_issuer_code_number")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["item.id"], name=op.f("fk_item_replaces_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_item_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("issuer_code", "number", name=op.f("uq_item_issuer_code_number")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index("ix_item_number", ["number"], unique=False)
        batch_op.create_index("ix_item_room", ["hall_id", "home_room_id"], unique=False)
        batch_op.create_index("ix_item_title", ["hall_id", "title_id", "volume"], unique=False)

    op.create_table(
        "journal",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=24), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum("kiosk", "staff", "system", name="actor_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("gesture", Id(), nullable=True),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("overridden", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("clock_doubt", sa.Boolean(), nullable=False),
        sa.CheckConstraint("actor_kind <> 'staff' OR staff_id IS NOT NULL", name=op.f("ck_journal_staff_named")),
        sa.CheckConstraint("overridden = '' OR length(reason) > 0", name=op.f("ck_journal_override_with_reason")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_journal_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_journal_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("hall_id", "gesture", name=op.f("uq_journal_hall_id_gesture")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("ix_journal_at", ["hall_id", "at"], unique=False)
        batch_op.create_index("ix_journal_subject", ["hall_id", "subject_id"], unique=False)

    op.create_table(
        "open_item",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "lends",
            sa.Enum("book", "periodical", "equipment", name="lends", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_open_item_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_open_item_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_item")),
        sa.UniqueConstraint("hall_id", "room_id", "name", name=op.f("uq_open_item_hall_id_room_id_name")),
    )
    with op.batch_alter_table("open_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open_item_room_id"), ["room_id"], unique=False)

    op.create_table(
        "opening",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("season_id", Id(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("(weekday IS NULL) <> (day IS NULL)", name=op.f("ck_opening_weekday_or_day")),
        sa.CheckConstraint("season_id IS NULL OR weekday IS NOT NULL", name=op.f("ck_opening_season_by_weekday")),
        sa.CheckConstraint("weekday IS NULL OR weekday BETWEEN 0 AND 6", name=op.f("ck_opening_weekday")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_opening_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_opening_room_id")),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_opening_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.create_index(
            "uq_opening_day",
            ["hall_id", "room_id", "day"],
            unique=True,
            sqlite_where=sa.text("day IS NOT NULL"),
            postgresql_where=sa.text("day IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_opening_season",
            ["hall_id", "room_id", "season_id", "weekday"],
            unique=True,
            sqlite_where=sa.text("season_id IS NOT NULL"),
            postgresql_where=sa.text("season_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_opening_week",
            ["hall_id", "room_id", "weekday"],
            unique=True,
            sqlite_where=sa.text("season_id IS NULL AND day IS NULL"),
            postgresql_where=sa.text("season_id IS NULL AND day IS NULL"),
        )

    op.create_table(
        "person_in_charge",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column(
            "duty", sa.Enum("in_charge", "deputy", name="duty", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.CheckConstraint("to_day IS NULL OR to_day >= from_day", name=op.f("ck_person_in_charge_span_forward")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_person_in_charge_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_person_in_charge_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_person_in_charge_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_in_charge")),
    )
    with op.batch_alter_table("person_in_charge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_in_charge_room_id"), ["room_id"], unique=False)
        batch_op.create_index(
            "uq_person_in_charge_now",
            ["hall_id", "room_id", "duty"],
            unique=True,
            sqlite_where=sa.text("to_day IS NULL"),
            postgresql_where=sa.text("to_day IS NULL"),
        )

    op.create_table(
        "room_function",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("removed_at IS NULL OR length(removed_reason) > 0", name=op.f("ck_room_function_removed_with_reason")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_room_function_hall_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_function_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_function")),
    )
    with op.batch_alter_table("room_function", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_function_room_id"), ["room_id"], unique=False)
        batch_op.create_index(
            "uq_room_function_in_force",
            ["hall_id", "room_id", "name"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "staff_session",
        sa.Column("id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "suspension",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("patron_id", Id(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_suspension_with_reason")),
        sa.CheckConstraint("until_at IS NULL OR until_at > since_at", name=op.f("ck_suspension_span_forward")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_suspension_hall_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_suspension_patron_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_suspension_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_patron_id"), ["patron_id"], unique=False)

    op.create_table(
        "volume",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("title_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_volume_from_one")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_volume_hall_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_volume_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume")),
        sa.UniqueConstraint("hall_id", "title_id", "number", name=op.f("uq_volume_hall_id_title_id_number")),
    )
    with op.batch_alter_table("volume", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_volume_title_id"), ["title_id"], unique=False)

    op.create_table(
        "closure",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("room_id", Id(), nullable=True),
        sa.Column("open_item_id", Id(), nullable=True),
        sa.Column(
            "reason_code",
            sa.Enum(
                "maintenance",
                "hours_change",
                "training",
                "stocktake",
                "event",
                "staff_leave",
                "called_away",
                "force_majeure",
                "other",
                name="reason_code",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_reopen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expected_reopen_at > starts_at", name=op.f("ck_closure_reopening_after_start")),
        sa.CheckConstraint("open_item_id IS NULL OR room_id IS NOT NULL", name=op.f("ck_closure_service_in_room")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_closure_hall_id")),
        sa.ForeignKeyConstraint(["open_item_id"], ["open_item.id"], name=op.f("fk_closure_open_item_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_closure_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_closure_hall_id_number")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index("ix_closure_in_force", ["hall_id", "starts_at"], unique=False)

    op.create_table(
        "hold",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("title_id", Id(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("patron_id", Id(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "ready", "fulfilled", "cancelled", "expired", name="state", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shelved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_day", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state IN ('waiting', 'ready')) = (ended_at IS NULL)", name=op.f("ck_hold_ended")),
        sa.CheckConstraint(
            "state <> 'ready' OR (item_id IS NOT NULL AND kept_until IS NOT NULL AND kept_day IS NOT NULL AND ready_at IS NOT NULL)",
            name=op.f("ck_hold_ready_with_item"),
        ),
        sa.CheckConstraint("state <> 'waiting' OR item_id IS NULL", name=op.f("ck_hold_waiting_without_item")),
        sa.CheckConstraint("patron_id IS NOT NULL OR unlinked_at IS NOT NULL", name=op.f("ck_hold_patron_or_unlinked")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_hold_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_hold_item_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_hold_patron_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_hold_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index("ix_hold_patron", ["hall_id", "patron_id"], unique=False)
        batch_op.create_index(
            "ix_hold_queue",
            ["hall_id", "title_id", "volume", "placed_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'ready')"),
            postgresql_where=sa.text("state IN ('waiting', 'ready')"),
        )
        batch_op.create_index(
            "uq_hold_kept_item",
            ["hall_id", "item_id"],
            unique=True,
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        )
        batch_op.create_index(
            "uq_hold_once",
            ["hall_id", "patron_id", "title_id", "volume"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'ready')"),
            postgresql_where=sa.text("state IN ('waiting', 'ready')"),
        )

    op.create_table(
        "item_alias",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_item_alias_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_alias_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_alias")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_item_alias_hall_id_code")),
    )
    with op.batch_alter_table("item_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_alias_item_id"), ["item_id"], unique=False)

    op.create_table(
        "item_condition",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column(
            "condition",
            sa.Enum(
                "lost",
                "damaged",
                "claims_returned",
                "out_of_order",
                "parts_missing",
                "withdrawn",
                name="condition",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("expected_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("approver_id", Id(), nullable=True),
        sa.CheckConstraint(
            "condition <> 'withdrawn' OR (length(reason) > 0 AND approver_id IS NOT NULL)",
            name=op.f("ck_item_condition_withdrawn_with_approver"),
        ),
        sa.CheckConstraint("condition <> 'withdrawn' OR ended_at IS NULL", name=op.f("ck_item_condition_withdrawn_for_good")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= since_at", name=op.f("ck_item_condition_span_forward")),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name=op.f("fk_item_condition_approver_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_item_condition_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_condition_item_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_item_condition_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_condition")),
    )
    with op.batch_alter_table("item_condition", schema=None) as batch_op:
        batch_op.create_index(
            "uq_item_condition_now",
            ["hall_id", "item_id", "condition"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "loan",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("title_id", Id(), nullable=False),
        sa.Column("patron_id", Id(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("out_day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("renewed_day", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_day", sa.Date(), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum("returned", "replaced", "written_off", name="ended_as", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column(
            "purpose",
            sa.Enum(
                "rehearsal",
                "training",
                "performance",
                "sport",
                "reading",
                "wedding_funeral",
                "meeting",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("approver_id", Id(), nullable=True),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("from_slip", sa.Boolean(), nullable=False),
        sa.Column("at_desk", sa.Boolean(), nullable=False),
        sa.Column(
            "item_class",
            sa.Enum("book", "periodical", "equipment", name="item_class", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("class_code", sa.String(length=8), nullable=False),
        sa.Column(
            "borrower_kind",
            sa.Enum(
                "adult", "youth", "child", "team", "temporary", name="borrower_kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "age_band",
            sa.Enum("child", "youth", "adult", "elder", "unknown", name="age_band", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "sex", sa.Enum("female", "male", "unsaid", name="sex", native_enum=False, create_constraint=True, length=24), nullable=False
        ),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_as IS NULL OR ended_as <> 'returned' OR returned = quantity", name=op.f("ck_loan_all_back")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_loan_ended_with_kind")),
        sa.CheckConstraint("NOT outside OR approver_id IS NOT NULL", name=op.f("ck_loan_outside_with_approver")),
        sa.CheckConstraint("due_at > out_at OR from_slip", name=op.f("ck_loan_due_after_out")),
        sa.CheckConstraint("ended_at IS NOT NULL OR returned < quantity", name=op.f("ck_loan_open_remainder")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= out_at", name=op.f("ck_loan_back_after_out")),
        sa.CheckConstraint("patron_id IS NOT NULL OR unlinked_at IS NOT NULL", name=op.f("ck_loan_patron_or_unlinked")),
        sa.CheckConstraint(
            "quantity >= 1 AND returned >= 0 AND returned <= quantity AND (counted OR quantity = 1)", name=op.f("ck_loan_quantity")
        ),
        sa.CheckConstraint("unlinked_at IS NULL OR ended_at IS NOT NULL", name=op.f("ck_loan_unlinked_when_ended")),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name=op.f("fk_loan_approver_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_loan_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_loan_item_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_loan_patron_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_loan_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
    )
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.create_index("ix_loan_back_day", ["hall_id", "back_day"], unique=False)
        batch_op.create_index("ix_loan_item", ["hall_id", "item_id", "out_at"], unique=False)
        batch_op.create_index(
            "ix_loan_open_due",
            ["hall_id", "due_day"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_loan_open_patron",
            ["hall_id", "patron_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_loan_out_day", ["hall_id", "out_day"], unique=False)
        batch_op.create_index("ix_loan_patron", ["hall_id", "patron_id", "out_at"], unique=False)
        batch_op.create_index(
            "uq_loan_open_item",
            ["hall_id", "item_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND counted = 0"),
            postgresql_where=sa.text("ended_at IS NULL AND NOT counted"),
        )

    op.create_table(
        "opening_slot",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("opening_id", Id(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "starts >= 0 AND starts < 1440 AND ends > starts AND ends <= starts + 1440", name=op.f("ck_opening_slot_span_forward")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_opening_slot_hall_id")),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_opening_slot_opening_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_slot")),
        sa.UniqueConstraint("hall_id", "opening_id", "starts", name=op.f("uq_opening_slot_hall_id_opening_id_starts")),
    )
    with op.batch_alter_table("opening_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_slot_opening_id"), ["opening_id"], unique=False)

    op.create_table(
        "closure_notice",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("closure_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_reopen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("signer", sa.String(length=40), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("flag_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("NOT flagged OR length(flag_reason) > 0", name=op.f("ck_closure_notice_flag_with_reason")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_closure_notice_closure_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_closure_notice_hall_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_closure_notice_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_notice")),
        sa.UniqueConstraint("hall_id", "closure_id", "version", name=op.f("uq_closure_notice_hall_id_closure_id_version")),
    )
    with op.batch_alter_table("closure_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_notice_closure_id"), ["closure_id"], unique=False)

    op.create_table(
        "due_move",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("closure_id", Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("loan_id", Id(), nullable=True),
        sa.Column("hold_id", Id(), nullable=True),
        sa.Column("old_day", sa.Date(), nullable=False),
        sa.Column("new_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(loan_id IS NULL) <> (hold_id IS NULL)", name=op.f("ck_due_move_loan_or_hold")),
        sa.CheckConstraint("new_day > old_day", name=op.f("ck_due_move_forward")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_due_move_closure_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_due_move_hall_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_due_move_hold_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_due_move_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_move")),
    )
    with op.batch_alter_table("due_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_move_closure_id"), ["closure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_due_move_hold_id"), ["hold_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_due_move_loan_id"), ["loan_id"], unique=False)
        batch_op.create_index(
            "uq_due_move_hold",
            ["hall_id", "hold_id", "closure_id", "version"],
            unique=True,
            sqlite_where=sa.text("hold_id IS NOT NULL"),
            postgresql_where=sa.text("hold_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_due_move_loan",
            ["hall_id", "loan_id", "closure_id", "version"],
            unique=True,
            sqlite_where=sa.text("loan_id IS NOT NULL"),
            postgresql_where=sa.text("loan_id IS NOT NULL"),
        )

    op.create_table(
        "fault_report",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("loan_id", Id(), nullable=True),
        sa.Column(
            "trouble",
            sa.Enum("torn", "parts", "wet", "dead", "other", name="trouble", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", Id(), nullable=True),
        sa.Column("done_note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_fault_report_done_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_fault_report_hall_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_fault_report_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_fault_report_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_report")),
    )
    with op.batch_alter_table("fault_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_report_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            "ix_fault_report_open",
            ["hall_id", "at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "reminder",
        sa.Column("id", Id(), nullable=False),
        sa.Column("hall_id", Id(), nullable=False),
        sa.Column("loan_id", Id(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_reminder_done_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_reminder_hall_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_reminder_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("hall_id", "loan_id", "due_day", "offset_days", name=op.f("uq_reminder_hall_id_loan_id_due_day_offset_days")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_loan_id"), ["loan_id"], unique=False)
    for statement in search_index.SQLITE if op.get_bind().dialect.name == "sqlite" else search_index.POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    for statement in search_index.SQLITE_DROP if op.get_bind().dialect.name == "sqlite" else search_index.POSTGRES_DROP:
        op.execute(statement)
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_loan_id"))

    op.drop_table("reminder")
    with op.batch_alter_table("fault_report", schema=None) as batch_op:
        batch_op.drop_index("ix_fault_report_open", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_fault_report_item_id"))

    op.drop_table("fault_report")
    with op.batch_alter_table("due_move", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_due_move_loan", sqlite_where=sa.text("loan_id IS NOT NULL"), postgresql_where=sa.text("loan_id IS NOT NULL")
        )
        batch_op.drop_index(
            "uq_due_move_hold", sqlite_where=sa.text("hold_id IS NOT NULL"), postgresql_where=sa.text("hold_id IS NOT NULL")
        )
        batch_op.drop_index(batch_op.f("ix_due_move_loan_id"))
        batch_op.drop_index(batch_op.f("ix_due_move_hold_id"))
        batch_op.drop_index(batch_op.f("ix_due_move_closure_id"))

    op.drop_table("due_move")
    with op.batch_alter_table("closure_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_notice_closure_id"))

    op.drop_table("closure_notice")
    with op.batch_alter_table("opening_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_slot_opening_id"))

    op.drop_table("opening_slot")
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_loan_open_item",
            sqlite_where=sa.text("ended_at IS NULL AND counted = 0"),
            postgresql_where=sa.text("ended_at IS NULL AND NOT counted"),
        )
        batch_op.drop_index("ix_loan_patron")
        batch_op.drop_index("ix_loan_out_day")
        batch_op.drop_index("ix_loan_open_patron", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_loan_open_due", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_loan_item")
        batch_op.drop_index("ix_loan_back_day")

    op.drop_table("loan")
    with op.batch_alter_table("item_condition", schema=None) as batch_op:
        batch_op.drop_index("uq_item_condition_now", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))

    op.drop_table("item_condition")
    with op.batch_alter_table("item_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_alias_item_id"))

    op.drop_table("item_alias")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hold_once", sqlite_where=sa.text("state IN ('waiting', 'ready')"), postgresql_where=sa.text("state IN ('waiting', 'ready')")
        )
        batch_op.drop_index("uq_hold_kept_item", sqlite_where=sa.text("state = 'ready'"), postgresql_where=sa.text("state = 'ready'"))
        batch_op.drop_index(
            "ix_hold_queue",
            sqlite_where=sa.text("state IN ('waiting', 'ready')"),
            postgresql_where=sa.text("state IN ('waiting', 'ready')"),
        )
        batch_op.drop_index("ix_hold_patron")

    op.drop_table("hold")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index("ix_closure_in_force")

    op.drop_table("closure")
    with op.batch_alter_table("volume", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_volume_title_id"))

    op.drop_table("volume")
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspension_patron_id"))

    op.drop_table("suspension")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_staff_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("room_function", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_room_function_in_force", sqlite_where=sa.text("removed_at IS NULL"), postgresql_where=sa.text("removed_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_room_function_room_id"))

    op.drop_table("room_function")
    with op.batch_alter_table("person_in_charge", schema=None) as batch_op:
        batch_op.drop_index("uq_person_in_charge_now", sqlite_where=sa.text("to_day IS NULL"), postgresql_where=sa.text("to_day IS NULL"))
        batch_op.drop_index(batch_op.f("ix_person_in_charge_room_id"))

    op.drop_table("person_in_charge")
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_opening_week",
            sqlite_where=sa.text("season_id IS NULL AND day IS NULL"),
            postgresql_where=sa.text("season_id IS NULL AND day IS NULL"),
        )
        batch_op.drop_index(
            "uq_opening_season", sqlite_where=sa.text("season_id IS NOT NULL"), postgresql_where=sa.text("season_id IS NOT NULL")
        )
        batch_op.drop_index("uq_opening_day", sqlite_where=sa.text("day IS NOT NULL"), postgresql_where=sa.text("day IS NOT NULL"))

    op.drop_table("opening")
    with op.batch_alter_table("open_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_item_room_id"))

    op.drop_table("open_item")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_subject")
        batch_op.drop_index("ix_journal_at")

    op.drop_table("journal")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index("ix_item_title")
        batch_op.drop_index("ix_item_room")
        batch_op.drop_index("ix_item_number")

    op.drop_table("item")
    with op.batch_alter_table("function_pair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_function_pair_room_id"))

    op.drop_table("function_pair")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index("uq_card_one_each", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("uq_card_in_force", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_card_patron_id"))

    op.drop_table("card")
    with op.batch_alter_table("title", schema=None) as batch_op:
        batch_op.drop_index("ix_title_isbn")
        batch_op.drop_index("ix_title_class")

    op.drop_table("title")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_hall_id"))

    op.drop_table("staff")
    op.drop_table("season")
    op.drop_table("room")
    op.drop_table("policy")
    with op.batch_alter_table("patron", schema=None) as batch_op:
        batch_op.drop_index("ix_patron_phone_end")
        batch_op.drop_index("ix_patron_name")
        batch_op.drop_index("ix_patron_initials")

    op.drop_table("patron")
    with op.batch_alter_table("keypad_try", schema=None) as batch_op:
        batch_op.drop_index("ix_keypad_try_kiosk")
        batch_op.drop_index("ix_keypad_try_card")

    op.drop_table("keypad_try")
    op.drop_table("house_rules")
    op.drop_table("former_code")
    with op.batch_alter_table("hall", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hall_township_id"))

    op.drop_table("hall")
    with op.batch_alter_table("township", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_township_district_id"))

    op.drop_table("township")
    op.drop_table("taken_number")
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_try_address")
        batch_op.drop_index("ix_sign_in_try_account")

    op.drop_table("sign_in_try")
    op.drop_table("district")
