"""Putting right what was registered; what stood before stays in the journal, and no call number ever stands twice."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from models import JournalRow, Title, UnifiedNumber
from services import books, corrections, database
from services.books import BookForm
from services.corrections import CopyFacts, TitleFacts
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, UnknownCode
from tests.cast import AT, Village, gesture
from tests.robust.dumps import everything

RIGHT, WRONG = "9787020002207", "9787020002208"


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def sheet(village: Village, what: str) -> corrections.TitleSheet:
    return database.read(village.engine, corrections.title, title_id=village.titles[what].id, by=village.zhou)


def copy_of(village: Village, what: str) -> CopyFacts:
    return database.read(village.engine, corrections.copy, item_id=village.item_id(what), by=village.zhou)


def correct(village: Village, what: str, *, seen: TitleFacts | None = None, as_printed: bool = False, act: Any = None, **new: Any) -> Any:
    seen = seen or sheet(village, what).facts
    said = {"seen": seen, "facts": replace(seen, **new), "as_printed": as_printed, "gesture": act or gesture()}
    return do(village, corrections.correct_title, title_id=village.titles[what].id, **said)


def correct_copy(village: Village, what: str, *, seen: CopyFacts | None = None, **new: Any) -> Any:
    seen = seen or copy_of(village, what)
    return do(village, corrections.correct_copy, item_id=village.item_id(what), seen=seen, facts=replace(seen, **{"source": "购买"} | new))


def journal(village: Village, verb: str) -> list[JournalRow]:
    with Session(village.engine) as session:
        return list(session.exec(select(JournalRow).where(JournalRow.verb == verb)).all())


def test_a_title_is_put_right_and_found_by_its_new_name(village: Village) -> None:
    assert correct(village, "huozhe", name="活着（新版）", publisher="作家出版社", year=2012, isbn="978-7-02-000220-7") == "I/001"
    found = sheet(village, "huozhe")
    assert (found.facts.name, found.facts.isbn, found.isbn_wrong, len(found.copies)) == ("活着（新版）", RIGHT, False, 2)
    with Session(village.engine) as session:
        assert session.get(Title, village.titles["huozhe"].id).initials.startswith("hzxb")
    (row,) = journal(village, "title_correct")
    assert row.facts["changed"]["name"] == ["活着", "活着（新版）"]
    assert "author" not in row.facts["changed"]


def test_another_class_brings_the_next_free_call_number(village: Village) -> None:
    new = BookForm(room_id=village.rooms["library"].id, source="bought", name="乡土中国", class_code="C")
    taken = do(village, books.register, form=new).call_number
    assert taken == "C/1"
    act = gesture()
    assert correct(village, "huozhe", class_code="C", act=act) == "C/2"
    assert correct(village, "biancheng", class_code="C", class_number="C912.82") == "C912.82/1"
    assert journal(village, "title_correct")[0].facts["changed"]["call_number"] == ["I/001", "C/2"]


def test_one_press_corrects_once_and_what_changed_meanwhile_is_looked_at_again(village: Village) -> None:
    seen, act = sheet(village, "huozhe").facts, gesture()
    for _ in range(2):
        correct(village, "huozhe", seen=seen, act=act, class_code="C")
    assert len(journal(village, "title_correct")) == 1
    with pytest.raises(ChangedMeanwhile):
        correct(village, "huozhe", seen=seen, name="死去")
    old = copy_of(village, "huozhe")
    correct_copy(village, "huozhe", shelf="I-4")
    with pytest.raises(ChangedMeanwhile):
        correct_copy(village, "huozhe", seen=old, shelf="I-5")


@pytest.mark.parametrize(
    ("refusal", "new"),
    [
        (FactMissing, {"name": " "}),
        (FactMissing, {"class_code": ""}),
        (FactWrong, {"class_code": "YQ"}),
        (FactWrong, {"class_number": "K2"}),
        (FactWrong, {"isbn": WRONG}),
        (FactWrong, {"unified": "12-34"}),
        (FactWrong, {"year": 212}),
        (FactWrong, {"name": "长" * 201}),
        (FactWrong, {"author": "\x00"}),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(village: Village, refusal: type[Exception], new: dict[str, Any]) -> None:
    before = everything(village.engine)
    with pytest.raises(refusal):
        correct(village, "huozhe", **new)
    assert everything(village.engine) == before


def test_a_wrong_isbn_stays_as_printed_with_its_mark(village: Village) -> None:
    correct(village, "huozhe", isbn=WRONG, as_printed=True)
    assert sheet(village, "huozhe").isbn_wrong
    correct(village, "huozhe", author="余　华", unified="10019.1234")
    correct(village, "huozhe", unified="10019.1235")
    correct(village, "huozhe", unified="")
    assert sheet(village, "huozhe").facts.unified == ""
    with Session(village.engine) as session:
        assert session.exec(select(UnifiedNumber)).all() == []


def test_a_copy_gets_its_place_and_how_it_came(village: Village) -> None:
    activity = village.rooms["activity"].id
    correct_copy(village, "huozhe", room_id=activity, shelf="I-9", reference_only=True, batch="2027-02", purchase_fen=2800, donor="王志明")
    assert copy_of(village, "huozhe") == CopyFacts(activity, "I-9", True, "购买", "2027-02", 2800, "王志明")
    correct_copy(village, "huozhe", purchase_fen=None)
    changed = [row.facts["changed"] for row in journal(village, "copy_correct")]
    assert changed[0]["purchase_fen"] == [None, 2800]
    assert changed[1] == {"purchase_fen": [2800, None]}


def test_a_copy_refuses_what_cannot_be_and_strangers(village: Village) -> None:
    before = everything(village.engine)
    for refusal, new in [
        (FactMissing, {"source": " "}),
        (FactMissing, {"room_id": gesture()}),
        (FactWrong, {"purchase_fen": -1}),
        (FactWrong, {"shelf": "长" * 41}),
    ]:
        with pytest.raises(refusal):
            correct_copy(village, "huozhe", **new)
    with pytest.raises(FactWrong):
        correct_copy(village, "erhu", room_id=village.rooms["library"].id)
    for question, facts in [(corrections.title, {"title_id": gesture()}), (corrections.copy, {"item_id": gesture()})]:
        with pytest.raises(UnknownCode):
            database.read(village.engine, question, by=village.zhou, **facts)
        with pytest.raises(NotAllowed):
            database.read(village.engine, question, by=village.kiosk, **facts)
    with pytest.raises(NotAllowed):
        do(village, corrections.correct_title, title_id=gesture(), seen=None, facts=None, as_printed=False, by=village.kiosk)
    with pytest.raises(NotAllowed):
        do(village, corrections.correct_copy, item_id=gesture(), seen=None, facts=None, by=village.kiosk)
    assert everything(village.engine) == before
