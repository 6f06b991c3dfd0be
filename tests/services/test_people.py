"""What the desk does for people besides lending: pause and resume, cancel a card, hand over what is kept, teams and their members."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pypdf
import pytest
from sqlmodel import Session, select

from models import CardEnd, Hold, HoldState, PatronKind, Suspension, Trouble
from services import (
    attendants,
    cards,
    circulation,
    database,
    holds,
    merging,
    own_data,
    own_data_papers,
    patrons,
    privacy,
    suspensions,
    teams,
    visit,
)
from services.refusals import (
    CardUnknown,
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    LoanOpen,
    MemberAlready,
    NotAllowed,
    PatronSuspended,
    ReasonMissing,
)
from services.registers import shelf
from services.words import LANGUAGES, words
from tests.cast import AT, Village, gesture
from tests.databases import rows
from tests.laws import held


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def ask(village: Village, question: Any, **facts: Any) -> Any:
    return database.read(village.engine, question, **{"at": AT, "by": village.zhou} | facts)


def lend(village: Village, what: str, who: str, **facts: Any) -> Any:
    return do(village, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), **facts)


def suspend(village: Village, who: str = "mei", **facts: Any) -> None:
    facts = {"until_day": date(2027, 3, 20), "reason": "多次弄湿图书"} | facts
    do(village, suspensions.suspend, patron_id=village.patrons[who].id, **facts)


def lift(village: Village, who: str = "mei", **facts: Any) -> None:
    do(village, suspensions.lift, patron_id=village.patrons[who].id, **facts)


def test_who_is_suspended_borrows_nothing_through_the_last_day_and_gives_back_as_always(village: Village) -> None:
    lend(village, "huozhe", "mei")
    once = gesture()
    for _ in range(2):
        suspend(village, gesture=once)
    with pytest.raises(PatronSuspended):
        lend(village, "biancheng", "mei")
    with pytest.raises(PatronSuspended):
        lend(village, "biancheng", "mei", at=AT + timedelta(days=10))
    do(village, circulation.check_in, item_id=village.item_id("huozhe"))
    lend(village, "biancheng", "mei", at=AT + timedelta(days=11))
    (pause,) = ask(village, suspensions.history, patron_id=village.patrons["mei"].id)
    assert (pause.since_day, pause.until_day, pause.staff, pause.running) == (date(2027, 3, 10), date(2027, 3, 20), "周桂生", True)


def test_a_suspension_without_an_end_ends_when_it_is_lifted(village: Village) -> None:
    suspend(village, until_day=None)
    with pytest.raises(PatronSuspended):
        lend(village, "huozhe", "mei", at=AT + timedelta(days=300))
    once = gesture()
    for _ in range(2):
        lift(village, gesture=once)
    lend(village, "huozhe", "mei", at=AT + timedelta(minutes=1))
    with pytest.raises(ChangedMeanwhile):
        lift(village, at=AT + timedelta(minutes=2))
    suspend(village, at=AT + timedelta(days=1))
    assert [pause.running for pause in ask(village, suspensions.history, patron_id=village.patrons["mei"].id, at=AT + timedelta(minutes=2))] == [False, False]


@pytest.mark.parametrize(
    ("facts", "refusal"), [({"reason": " "}, ReasonMissing), ({"until_day": date(2027, 3, 9)}, FactWrong), ({"by": None}, NotAllowed)]
)
def test_nobody_is_suspended_without_reason_or_into_the_past_or_by_a_stranger(village: Village, facts: Any, refusal: Any) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal):
        suspend(village, **(facts if "by" not in facts else {"by": village.kiosk}))
    assert rows(village.engine) == before


def test_nobody_is_suspended_twice_at_once(village: Village) -> None:
    suspend(village)
    with pytest.raises(PatronSuspended) as refused:
        suspend(village)
    assert refused.value.facts == {"until_day": date(2027, 3, 20)}
    with pytest.raises(CardUnknown):
        do(village, suspensions.suspend, patron_id=gesture(), until_day=None, reason="x")


def test_the_reason_of_a_suspension_goes_with_the_person(village: Village) -> None:
    suspend(village, reason="王梅说狗咬的")
    do(village, privacy.erase, patron_id=village.patrons["mei"].id)
    with Session(village.engine) as session:
        assert session.exec(select(Suspension.reason)).one() == privacy.BLANKED


def cancel(village: Village, who: str = "mei", **facts: Any) -> None:
    do(village, cards.cancel, patron_id=village.patrons[who].id, **{"reason": "搬走了"} | facts)


def test_a_cancelled_card_opens_nothing_and_its_hold_goes_to_the_next(village: Village) -> None:
    lend(village, "biancheng", "old_li")
    for who in ("mei", "yu"):
        do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id(who))
    do(village, circulation.check_in, item_id=village.item_id("biancheng"))
    once = gesture()
    for _ in range(2):
        cancel(village, gesture=once)
    with pytest.raises(CardUnknown):
        do(village, visit.scan, code=village.card_code("mei"), standing=visit.Standing())
    with Session(village.engine) as session:
        states = {hold.patron_id: hold.state for hold in session.exec(select(Hold))}
    assert states == {village.patrons["mei"].id: HoldState.CANCELLED, village.patrons["yu"].id: HoldState.READY}
    assert ask(village, patrons.sheet, patron_id=village.patrons["mei"].id).line.ended_as is CardEnd.CANCELLED
    face = do(village, cards.reissue, patron_id=village.patrons["mei"].id)
    assert face.number == village.cards["mei"].number
    lend_again = do(village, circulation.check_out, item_id=village.item_id("huozhe"), card_id=face.card_id)
    assert lend_again.name == "活着"


def test_a_card_is_not_cancelled_while_something_is_out_or_without_reason_or_twice(village: Village) -> None:
    lend(village, "huozhe", "mei")
    before = held.everything(village.engine)
    for facts, refusal in (({}, LoanOpen), ({"reason": ""}, ReasonMissing), ({"by": village.kiosk}, NotAllowed)):
        with pytest.raises(refusal):
            cancel(village, **facts)
    held.same(before, held.everything(village.engine), "refused")
    do(village, circulation.check_in, item_id=village.item_id("huozhe"))
    cancel(village)
    with pytest.raises(ChangedMeanwhile):
        cancel(village)


def test_the_list_of_everybody_has_pages_and_finds_by_typing(village: Village) -> None:
    for number in range(45):
        village.person(f"p{number}", f"村民{number:02d}", date(1980, 1, 1), phone=f"1390000{number:04d}")
    first, many = ask(village, patrons.page)
    third, _ = ask(village, patrons.page, page=2)
    assert (len(first), len(third), many) == (patrons.PAGE, 10, 50)
    names = [line.name for page in range(3) for line in ask(village, patrons.page, page=page)[0]]
    assert len(set(names)) == 50
    assert [line.name for line in ask(village, patrons.page, text="村民1")[0]] == [f"村民{number}" for number in range(10, 20)]
    assert [line.name for line in ask(village, patrons.page, text="0044")[0]] == ["村民44"]
    assert [line.name for line in ask(village, patrons.page, kind=PatronKind.TEAM)[0]] == ["腰鼓队"]
    assert ask(village, patrons.page, text="\x00") == ([], 0)
    assert ask(village, patrons.page, by=village.kiosk.__class__(village.kiosk.kind, gesture())) == ([], 0)


def data_of(village: Village, who: str) -> own_data.OwnData:
    return ask(village, own_data.own_data, patron_id=village.patrons[who].id)  # type: ignore[no-any-return]


def with_a_past(village: Village) -> None:
    lend(village, "huozhe", "mei")
    do(village, circulation.check_in, item_id=village.item_id("huozhe"), trouble=Trouble.TORN)
    lend(village, "weicheng", "old_li")
    do(village, holds.place, title_id=village.titles["weicheng"].id, card_id=village.card_id("mei"))
    suspend(village, reason="=1+1")
    do(village, teams.join, team_id=village.patrons["team"].id, patron_id=village.patrons["mei"].id, part="领队")
    do(village, cards.reissue, patron_id=village.patrons["mei"].id)


def test_all_that_is_kept_about_somebody_is_handed_over(village: Village) -> None:
    with_a_past(village)
    data = data_of(village, "mei")
    many = {section.key: len(section.rows) for section in data.sections}
    assert many == {"cards": 2, "loans": 1, "holds": 1, "reports": 1, "suspensions": 1, "teams": 1, "led": 1, "members": 0, "sign_ups": 0, "attendances": 0, "bookings": 0, "suggestions": 0}
    assert not any("李老汉" in str(cell) for section in data.sections for row in section.rows for cell in row)
    assert data_of(village, "old_li").sections[1].rows[0][1] == "围城"
    with pytest.raises(NotAllowed):
        ask(village, own_data.own_data, patron_id=village.patrons["mei"].id, by=village.kiosk)
    with pytest.raises(CardUnknown):
        ask(village, own_data.own_data, patron_id=gesture())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_file_and_the_print_say_the_same(village: Village, lang: str) -> None:
    with_a_past(village)
    data, spoken = data_of(village, "mei"), words(lang)
    book = openpyxl.load_workbook(io.BytesIO(own_data_papers.workbook(data, "示范村", spoken)))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"王梅", "13800001234", "=1+1", "活着", "围城", "腰鼓队", "领队"} <= cells
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    paper = pypdf.PdfReader(io.BytesIO(own_data_papers.pdf(data, "示范村", spoken)))
    text = "".join(page.extract_text() for page in paper.pages)
    assert paper.pages[0].mediabox.height > paper.pages[0].mediabox.width
    for said in ("王梅", "13800001234", "=1+1", "活着", spoken.say("own.section.loans"), spoken.say("card_end.replaced")):
        assert said in text, said


def test_every_table_that_names_a_patron_is_merged_shown_and_forgotten_knowingly() -> None:
    """A table that comes later and names a patron is added to `own_data` and `privacy.erase`, and then to this list."""
    known = {
        "card.patron_id", "loan.patron_id", "hold.patron_id", "suspension.patron_id", "patron.leader_id", "team_member.patron_id",
        "team_member.team_id", "event.team_id", "programme_act.team_id", "booking.team_id", "sign_up.patron_id", "attendance.patron_id",
        "suggestion.patron_id",
    }  # fmt: skip
    assert {f"{table.name}.{column.name}" for table, column in merging.references()} == known


def join(village: Village, who: str | None = "mei", **facts: Any) -> Any:
    patron_id = village.patrons[who].id if who else None
    return do(village, teams.join, **{"team_id": village.patrons["team"].id, "patron_id": patron_id} | facts)


def test_a_team_has_members_with_and_without_a_card(village: Village) -> None:
    once = gesture()
    member = join(village, gesture=once, part="鼓手")
    assert join(village, gesture=once) == member
    join(village, None, name=" 汤 美云 ")
    (team,) = ask(village, teams.teams)
    assert (team.name, team.leader, team.members) == ("腰鼓队", "王梅", 2)
    do(village, teams.leave, member_id=member, at=AT + timedelta(days=3))
    assert ask(village, teams.teams, at=AT + timedelta(days=4))[0].members == 1
    now, before = ask(village, teams.members, team_id=team.team_id)
    assert (now.name, now.patron_id, before.name, before.part, before.to_day) == ("汤 美云", None, "王梅", "鼓手", date(2027, 3, 13))
    join(village, at=AT + timedelta(days=5))


def test_who_is_in_the_team_does_not_join_again_and_a_team_joins_no_team(village: Village) -> None:
    join(village)
    join(village, None, name="汤美云")
    before = rows(village.engine)
    with pytest.raises(MemberAlready):
        join(village)
    with pytest.raises(MemberAlready):
        join(village, None, name="汤美云")
    with pytest.raises(FactMissing):
        join(village, None, name="\u200b")
    for wrong in ({"patron_id": village.patrons["team"].id}, {"team_id": village.patrons["yu"].id}, {"patron_id": gesture()}):
        with pytest.raises(CardUnknown):
            join(village, **wrong)
    with pytest.raises(NotAllowed):
        join(village, "yu", by=village.kiosk)
    with pytest.raises(ChangedMeanwhile):
        do(village, teams.leave, member_id=gesture())
    assert rows(village.engine) == before


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        (teams.teams, {}),
        (teams.members, {"team_id": gesture()}),
        (merging.doubles, {}),
        (merging.pair, {"kept_id": gesture(), "ended_id": gesture()}),
        (attendants.serving, {"since": AT.date(), "until": AT.date()}),
        (attendants.book, {"attendant_id": gesture(), "since": AT.date(), "until": AT.date()}),
        (shelf.page, {"register": "05", "since": AT.date(), "until": AT.date(), "words": words(LANGUAGES[0])}),
    ],
)
def test_names_are_for_staff_alone(village: Village, question: Any, facts: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        ask(village, question, by=village.kiosk, **facts)
