"""Keepers and volunteers: registered, their days of service and trainings written down, struck out when wrong, forgotten when they ask."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from models import AttendantKind, EntryKind
from services import attendants, database
from services.attendants import Form
from services.privacy import BLANKED
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, ReasonMissing
from tests.cast import AT, Village, gesture
from tests.databases import rows

TODAY = date(2027, 3, 10)
HUA = Form(name="罗桂花", birth_year=1966, phone="139 1234 7609", speciality="歌咏", from_day=date(2027, 1, 1))
YEAR = {"since": date(2027, 1, 1), "until": date(2027, 12, 31)}


def do(village: Village, verb: Any, **facts: Any) -> Any:
    facts = {"at": AT, "by": village.zhou, **({} if verb is attendants.correct else {"gesture": gesture()})} | facts
    return database.write(village.engine, verb, **facts)


def ask(village: Village, question: Any, **facts: Any) -> Any:
    return database.read(village.engine, question, **{"at": AT, "by": village.zhou} | YEAR | facts)


def register(village: Village, form: Form = HUA, **facts: Any) -> Any:
    return do(village, attendants.register, form=form, **facts)


def enter(village: Village, attendant_id: Any, **facts: Any) -> Any:
    facts = {"kind": EntryKind.SERVICE, "day": TODAY, "minutes": 90, "content": "整理图书"} | facts
    return do(village, attendants.enter, attendant_id=attendant_id, **facts)


def book(village: Village, attendant_id: Any, **facts: Any) -> attendants.Book:
    return ask(village, attendants.book, attendant_id=attendant_id, **facts)  # type: ignore[no-any-return]


def test_a_volunteer_s_hours_and_trainings_stand_in_the_book(village: Village) -> None:
    once = gesture()
    hua = register(village, gesture=once)
    assert register(village, gesture=once) == hua
    once = gesture()
    first = enter(village, hua, gesture=once)
    assert enter(village, hua, gesture=once) == first
    enter(village, hua, day=date(2027, 2, 1), minutes=30, content="带读")
    enter(village, hua, kind=EntryKind.TRAINING, day=date(2027, 1, 20), minutes=120, content="图书排架", given_by="镇综合文化站")
    kept = book(village, hua)
    assert [(entry.day, entry.minutes, entry.content, entry.given_by) for entry in kept.entries] == [
        (TODAY, 90, "整理图书", ""),
        (date(2027, 2, 1), 30, "带读", ""),
        (date(2027, 1, 20), 120, "图书排架", "镇综合文化站"),
    ]
    assert (kept.line.minutes, kept.line.times, kept.line.trainings, kept.line.form.phone) == (120, 2, 1, "13912347609")
    assert book(village, hua, since=date(2027, 3, 1)).line.minutes == 90


def test_a_line_that_was_a_mistake_is_struck_out_and_stays_to_be_read(village: Village) -> None:
    hua = register(village)
    wrong = enter(village, hua)
    for reason, refusal in ((" ", ReasonMissing), ("记重了", None), ("记重了", ChangedMeanwhile)):
        if refusal is None:
            do(village, attendants.strike, entry_id=wrong, reason=reason)
            continue
        with pytest.raises(refusal):
            do(village, attendants.strike, entry_id=wrong, reason=reason)
    kept = book(village, hua)
    assert (kept.line.minutes, kept.entries[0].struck_reason) == (0, "记重了")


@pytest.mark.parametrize(
    ("facts", "refusal", "field"),
    [
        ({"day": TODAY + timedelta(days=1)}, FactWrong, "day"),
        ({"day": date(2026, 12, 31)}, FactWrong, "day"),
        ({"minutes": 0}, FactWrong, "minutes"),
        ({"minutes": 1441}, FactWrong, "minutes"),
        ({"content": "\u200b"}, FactMissing, "content"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(village: Village, facts: Any, refusal: Any, field: str) -> None:
    hua = register(village)
    before = rows(village.engine)
    with pytest.raises(refusal) as refused:
        enter(village, hua, **facts)
    assert refused.value.facts == {"field": field}
    assert rows(village.engine) == before


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"name": ""}, FactMissing, "name"),
        ({"birth_year": 2026}, FactWrong, "birth_year"),
        ({"birth_year": 1900}, FactWrong, "birth_year"),
        ({"phone": "12x"}, FactWrong, "phone"),
        ({"from_day": TODAY + timedelta(days=1)}, FactWrong, "from_day"),
        ({"staff_id": gesture()}, FactWrong, "account"),
    ],
)
def test_a_registration_that_cannot_be_is_refused(village: Village, change: Any, refusal: Any, field: str) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal) as refused:
        register(village, replace(HUA, **change))
    assert refused.value.facts == {"field": field}
    assert rows(village.engine) == before


def test_strangers_write_nothing(village: Village) -> None:
    hua = register(village)
    entry = enter(village, hua)
    for verb, facts in (
        (attendants.register, {"form": HUA}),
        (attendants.enter, {"attendant_id": hua, "kind": EntryKind.SERVICE, "day": TODAY, "minutes": 1, "content": "x"}),
        (attendants.strike, {"entry_id": entry, "reason": "x"}),
        (attendants.end, {"attendant_id": hua}),
        (attendants.erase, {"attendant_id": hua}),
        (attendants.correct, {"attendant_id": hua, "form": HUA, "seen": ""}),
    ):
        with pytest.raises(NotAllowed):
            do(village, verb, by=village.kiosk, **facts)
    with pytest.raises(ChangedMeanwhile):
        enter(village, hua, by=replace(village.zhou, hall_id=gesture()))


def test_what_was_written_is_corrected_if_nobody_else_did(village: Village) -> None:
    hua = register(village)
    seen = book(village, hua).line.seen
    do(village, attendants.correct, attendant_id=hua, form=replace(HUA, speciality="歌咏、书画"), seen=seen)
    with pytest.raises(ChangedMeanwhile):
        do(village, attendants.correct, attendant_id=hua, form=HUA, seen=seen)
    assert book(village, hua).line.form.speciality == "歌咏、书画"


def test_who_has_left_is_in_the_other_list_and_can_be_forgotten(village: Village) -> None:
    hua = register(village)
    enter(village, hua)
    with pytest.raises(ChangedMeanwhile):
        do(village, attendants.erase, attendant_id=hua)
    once = gesture()
    for _ in range(2):
        do(village, attendants.end, attendant_id=hua, gesture=once)
    with pytest.raises(FactWrong):
        enter(village, hua, day=TODAY + timedelta(days=1), at=AT + timedelta(days=1))
    tomorrow = {"at": AT + timedelta(days=1)}
    assert ask(village, attendants.serving, **tomorrow) == ([], 0)
    ((line,), many) = ask(village, attendants.serving, past=True, **tomorrow)
    assert (line.form.name, line.minutes, many) == ("罗桂花", 90, 1)
    once = gesture()
    for _ in range(2):
        do(village, attendants.erase, attendant_id=hua, gesture=once, **tomorrow)
    assert ask(village, attendants.serving, past=True, **tomorrow) == ([], 0)
    kept = book(village, hua).line
    assert (kept.form.name, kept.form.phone, kept.form.birth_year, kept.minutes) == (BLANKED, "", None, 90)


def test_the_list_finds_by_name_initials_and_speciality_page_by_page(village: Village) -> None:
    for number in range(25):
        register(village, replace(HUA, name=f"志愿{number:02d}", speciality="花鼓戏" if number == 7 else ""))
    first, many = ask(village, attendants.serving)
    second, _ = ask(village, attendants.serving, page=1)
    assert (len(first), len(second), many) == (20, 5, 25)
    assert [line.form.name for line in ask(village, attendants.serving, text="花鼓")[0]] == ["志愿07"]
    assert ask(village, attendants.serving, text="zy")[1] == 25
    assert ask(village, attendants.serving, text="%") == ([], 0)


def test_a_keeper_with_an_account_is_registered_once(village: Village) -> None:
    assert [name for _, name in database.read(village.engine, attendants.unregistered, at=AT, by=village.zhou)] == ["周桂生", "李小兰"]
    keeper = Form(name="李小兰", kind=AttendantKind.KEEPER, staff_id=village.staff["lan"].id)
    lan = register(village, keeper)
    assert book(village, lan).line.login == "lan"
    assert [name for _, name in database.read(village.engine, attendants.unregistered, at=AT, by=village.zhou)] == ["周桂生"]
    with pytest.raises(ChangedMeanwhile):
        register(village, keeper)
    do(village, attendants.end, attendant_id=lan)
    register(village, keeper)
