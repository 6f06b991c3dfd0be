"""Scanning without saying what you want works: what a scan means, by what lies under the scanner and who stands there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from models import Card, CardEnd, Condition, FormerCode, Purpose
from services import codes, database, refusals, visit
from services.lending_rules import Wish
from services.visit import (
    Back,
    CardWanted,
    Choose,
    HowManyBack,
    JustLent,
    KeypadWanted,
    Lent,
    OthersLoan,
    PurposeWanted,
    Standing,
    Welcome,
    YoursUntil,
)
from tests.cast import AT, CODE, NEXT_VILLAGE, Village, gesture
from tests.databases import rows
from tests.services.test_lending import befall, change, lend

NOBODY = Standing()
LATER = AT + timedelta(hours=1)


def scan(village: Village, code: str, standing: Standing = NOBODY, at: Any = AT, hand: UUID | None = None) -> Any:
    return database.write(village.engine, visit.scan, code=code, standing=standing, at=at, gesture=hand or gesture(), by=village.kiosk)


def mei(village: Village, **facts: Any) -> Standing:
    return Standing(card_id=village.card_id("mei"), **facts)


def test_a_card_opens_a_visit_with_a_masked_name(village: Village) -> None:
    seen = scan(village, village.card_code("mei"))
    assert isinstance(seen, Welcome)
    assert (seen.statement.name_masked, seen.statement.can_borrow) == ("王*", 3)


def test_card_then_book_lends(village: Village) -> None:
    seen = scan(village, village.code("huozhe"), mei(village))
    assert isinstance(seen, Lent)
    assert seen.statement is not None
    assert seen.statement.have == 1


def test_book_then_card_lends(village: Village) -> None:
    first = scan(village, village.code("huozhe"))
    assert isinstance(first, CardWanted)
    assert rows(village.engine)["loan"] == 0
    assert isinstance(scan(village, village.card_code("mei"), Standing(item_id=first.thing.item_id)), Lent)


def test_a_book_that_is_out_and_no_card_goes_back(village: Village) -> None:
    lend(village, "huozhe", "mei")
    seen = scan(village, village.code("huozhe"), at=LATER)
    assert isinstance(seen, Back)
    assert seen.slip.was_out


def test_a_book_left_under_the_reader_does_not_return_itself(village: Village) -> None:
    lend(village, "huozhe", "mei")
    assert isinstance(scan(village, village.code("huozhe"), at=AT + timedelta(minutes=4)), JustLent)
    assert isinstance(scan(village, village.code("huozhe"), at=AT + timedelta(minutes=5)), Back)


def test_lent_in_this_visit_is_yours_until(village: Village) -> None:
    lent = lend(village, "huozhe", "mei")
    seen = scan(village, village.code("huozhe"), mei(village, lent=(lent.item_id,)))
    assert isinstance(seen, YoursUntil)
    assert seen.due_day == lent.due_day


def test_the_own_loan_asks_renew_or_give_back(village: Village) -> None:
    lent = lend(village, "huozhe", "mei")
    seen = scan(village, village.code("huozhe"), mei(village), at=LATER)
    assert isinstance(seen, Choose)
    assert seen.loan_id == lent.loan_id


def test_anothers_loan_offers_to_give_it_back_and_names_nobody(village: Village) -> None:
    lend(village, "huozhe", "old_li")
    seen = scan(village, village.code("huozhe"), mei(village), at=LATER)
    assert isinstance(seen, OthersLoan)
    assert "李" not in repr(seen)


def test_equipment_asks_what_for(village: Village) -> None:
    assert isinstance(scan(village, village.code("erhu"), mei(village)), PurposeWanted)


def test_of_a_counted_set_it_asks_how_many_come_back(village: Village) -> None:
    lend(village, "drums", "team", wish=Wish(quantity=12, purpose=Purpose.REHEARSAL))
    seen = scan(village, village.code("drums"), at=LATER)
    assert isinstance(seen, HowManyBack)
    assert seen.pieces == 12
    # Eight are still here: a card borrows of those.
    assert isinstance(scan(village, village.code("drums"), Standing(card_id=village.card_id("old_li"))), PurposeWanted)


def test_a_scan_that_arrives_twice_shows_the_first_receipt_also_after_a_reload(village: Village) -> None:
    hand = gesture()
    first = scan(village, village.code("huozhe"), mei(village), hand=hand)
    again = scan(village, village.code("huozhe"), mei(village), hand=hand, at=LATER)
    assert again.receipt == first.receipt
    reloaded = scan(village, village.code("huozhe"), hand=hand, at=LATER)
    assert reloaded == Lent(first.receipt, None)
    assert rows(village.engine)["loan"] == 1


def test_the_same_return_twice_is_one_return(village: Village) -> None:
    lend(village, "huozhe", "mei")
    hand = gesture()
    first = scan(village, village.code("huozhe"), hand=hand, at=LATER)
    assert scan(village, village.code("huozhe"), hand=hand, at=LATER).slip == first.slip


def test_a_card_number_without_its_secret_asks_for_the_second_fact(village: Village) -> None:
    assert scan(village, village.cards["mei"].number) == KeypadWanted(village.cards["mei"].number)


def test_a_typed_item_number_and_an_old_label_find_the_thing(village: Village) -> None:
    assert isinstance(scan(village, village.items["huozhe"].number), CardWanted)


def test_a_scan_with_a_chinese_input_method_on_and_a_tab_behind_is_read(village: Village) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in village.code("huozhe"))
    assert isinstance(scan(village, f" {wide}\t\r\n"), CardWanted)


def test_a_book_of_another_hall_is_foreign_whatever_its_prefix(village: Village) -> None:
    with pytest.raises(refusals.ForeignCode):
        scan(village, codes.qr_text(NEXT_VILLAGE, codes.Number.of("2", 7).digits))


def test_our_own_code_with_a_number_we_never_gave_is_unknown(village: Village) -> None:
    with pytest.raises(refusals.UnknownCode):
        scan(village, codes.qr_text(CODE, codes.Number.of("2", 999).digits))


def test_a_former_code_of_the_hall_is_as_good_as_its_own(village: Village) -> None:
    village.save(FormerCode(hall_id=village.hall.id, code=NEXT_VILLAGE))
    with pytest.raises(refusals.UnknownCode):
        scan(village, codes.qr_text(NEXT_VILLAGE, codes.Number.of("2", 7).digits))


def test_a_card_of_nobody_and_a_replaced_one(village: Village) -> None:
    card = village.cards["mei"]
    with pytest.raises(refusals.CardUnknown):
        scan(village, codes.qr_text(CODE, card.number, "987654"))
    change(village, Card, Card.id == card.id, ended_at=AT, ended_as=CardEnd.REPLACED)
    with pytest.raises(refusals.CardReplaced):
        scan(village, village.card_code("mei"))


def test_a_refused_thing_is_refused_before_the_card_is_asked_for(village: Village) -> None:
    with pytest.raises(refusals.ReferenceOnly):
        scan(village, village.code("dujia"))


def test_a_lost_book_under_the_scanner_is_found(village: Village) -> None:
    befall(village, "huozhe", Condition.LOST)
    assert isinstance(scan(village, village.code("huozhe")), CardWanted)
    with village.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM item_condition WHERE ended_at IS NULL")).scalar_one() == 0


@pytest.mark.parametrize("junk", ["", "   ", "hello world", "9" * 10_000, "\x00\x01\x02", "📚📚📚", "'; DROP TABLE loan; --", "2 000045 9"])
def test_anything_else_is_an_unknown_code_and_the_next_scan_works(village: Village, junk: str) -> None:
    with pytest.raises(refusals.UnknownCode):
        scan(village, junk)
    assert isinstance(scan(village, village.code("huozhe")), CardWanted)
