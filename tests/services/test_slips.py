"""Slips from a power cut, entered when the thing has moved on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import Loan, LoanEnd
from services import circulation, conditions, database, slips
from services.refusals import ItemWithdrawn
from tests.cast import AT, Village, gesture

THEN = AT - timedelta(days=2)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(
        village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou, "item_id": village.item_id("biancheng")} | facts
    )


def loans(village: Village) -> list[Loan]:
    with Session(village.engine) as session:
        return list(session.exec(select(Loan).order_by(Loan.out_at)))


def test_the_slip_of_a_book_withdrawn_since_is_entered_closed(village: Village) -> None:
    do(village, conditions.withdraw, reason="虫蛀", at=AT - timedelta(hours=1))
    do(village, slips.lent, card_id=village.card_id("mei"), out_at=THEN)
    (loan,) = loans(village)
    assert (loan.from_slip, loan.ended_as, loan.ended_at) == (True, LoanEnd.RETURNED, AT - timedelta(hours=1))
    for out_at, back_at in ((AT - timedelta(minutes=30), None), (THEN, AT)):
        with pytest.raises(ItemWithdrawn):
            do(village, slips.lent, card_id=village.card_id("old_li"), out_at=out_at, back_at=back_at)


def test_lent_again_and_then_withdrawn_it_ends_where_the_next_loan_began(village: Village) -> None:
    do(village, circulation.check_out, card_id=village.card_id("old_li"), at=AT - timedelta(days=1))
    do(village, circulation.check_in, at=AT - timedelta(hours=5))
    do(village, conditions.withdraw, reason="虫蛀", at=AT - timedelta(hours=1))
    later = loans(village)
    do(village, slips.lent, card_id=village.card_id("mei"), out_at=THEN)
    slip, other = loans(village)
    assert slip.ended_at == other.out_at
    assert [other] == later  # nothing later changed
