"""到哪里玩: what nobody has confirmed is not on the screen, and what was confirmed does not stay there for ever."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from models import FactKind, PlaceKind
from services import database, tourism
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, NothingConfirmed, PlaceKnown, ReasonMissing, Refusal
from services.tourism import Place
from tests.cast import AT, Village, gesture
from tests.databases import rows

DAY = timedelta(days=1)
TODAY = date(2027, 3, 10)
FACTS = {FactKind.WHERE: "资阳区，濒临资江", FactKind.PHONE: "0737-0000000", FactKind.OPENING: ""}


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou, **facts})


def register(village: Village, **facts: Any) -> UUID:
    return do(village, tourism.register, **{"name": "明清古巷", "kind": PlaceKind.SIGHT, "facts": FACTS, **facts})


def book(village: Village) -> list[Place]:
    return list(database.read(village.engine, tourism.book, at=AT, by=village.zhou))


def cards(village: Village, at: Any = AT) -> list[tuple[str, list[str]]]:
    return [
        (place.name, [fact.words for fact in place.facts])
        for place in database.read(village.engine, tourism.cards, hall_id=village.hall.id, at=at)
    ]


def refused(village: Village, refusal: type[Refusal], verb: Any, **facts: Any) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal):
        do(village, verb, **facts)
    assert rows(village.engine) == before


def test_a_card_shows_confirmed_facts_until_its_day_and_then_hides_itself(village: Village) -> None:
    pressed = gesture()
    place_id = register(village, gesture=pressed)
    assert register(village, gesture=pressed) == place_id
    where, phone = book(village)[0].facts
    assert (where.kind, phone.kind, where.checked_at) == (FactKind.WHERE, FactKind.PHONE, None)
    refused(village, NothingConfirmed, tourism.keep_until, place_id=place_id, day=TODAY)
    check_id = do(village, tourism.confirm, fact_id=where.fact_id, asked="区文旅局", gesture=pressed)
    assert do(village, tourism.confirm, fact_id=where.fact_id, asked="区文旅局", gesture=pressed) == check_id
    assert cards(village) == []
    for refusal_day in (TODAY - DAY, TODAY + 800 * DAY):
        refused(village, FactWrong, tourism.keep_until, place_id=place_id, day=refusal_day)
    for _ in range(2):
        do(village, tourism.keep_until, place_id=place_id, day=TODAY + 30 * DAY, gesture=pressed)
    assert cards(village) == [("明清古巷", ["资阳区，濒临资江"])]
    assert cards(village, AT + 30 * DAY) == cards(village)
    assert cards(village, AT + 31 * DAY) == []
    do(village, tourism.unconfirm, check_id=check_id)
    assert cards(village) == []
    refused(village, ChangedMeanwhile, tourism.unconfirm, check_id=check_id)


def test_changed_words_are_another_fact_and_a_fact_too_old_is_off_the_screen(village: Village) -> None:
    place_id = register(village)
    where, phone = book(village)[0].facts
    for fact in (where, phone):
        do(village, tourism.confirm, fact_id=fact.fact_id, asked="区文旅局")
    do(village, tourism.keep_until, place_id=place_id, day=TODAY + 700 * DAY)
    changed = {"place_id": place_id, "kind": FactKind.PHONE, "words": "0737-1111111", "seen": phone.fact_id}
    do(village, tourism.write_fact, **changed)
    assert cards(village) == [("明清古巷", ["资阳区，濒临资江"])]
    refused(village, ChangedMeanwhile, tourism.write_fact, **changed)
    refused(village, ChangedMeanwhile, tourism.confirm, fact_id=phone.fact_id, asked="区文旅局")
    new = book(village)[0].facts[1]
    do(village, tourism.confirm, fact_id=new.fact_id, asked="景区电话", at=AT + 200 * DAY)
    assert cards(village, AT + 366 * DAY)[0][1] == ["资阳区，濒临资江", "0737-1111111"]
    assert cards(village, AT + 367 * DAY)[0][1] == ["0737-1111111"]
    do(village, tourism.write_fact, place_id=place_id, kind=FactKind.PHONE, words="", seen=new.fact_id)
    assert [fact.kind for fact in book(village)[0].facts] == [FactKind.WHERE]


def test_the_morning_names_what_nobody_is_sure_of(village: Village) -> None:
    def due(at: Any) -> list[str]:
        return [place.name for place in database.read(village.engine, tourism.due, at=at, by=village.zhou)]

    place_id = register(village, facts={FactKind.WHERE: "资阳区"})
    assert due(AT) == ["明清古巷"]
    do(village, tourism.confirm, fact_id=book(village)[0].facts[0].fact_id, asked="区文旅局")
    assert due(AT) == ["明清古巷"]
    do(village, tourism.keep_until, place_id=place_id, day=TODAY + 60 * DAY)
    assert (due(AT), due(AT + 30 * DAY), due(AT + 31 * DAY)) == ([], [], ["明清古巷"])


def test_a_place_is_named_once_renamed_taken_out_and_put_back(village: Village) -> None:
    place_id = register(village)
    refused(village, PlaceKnown, tourism.register, name=" 明清古巷 ", kind=PlaceKind.FOOD, facts={})
    refused(village, FactMissing, tourism.register, name=" ", kind=PlaceKind.FOOD, facts={})
    do(village, tourism.rename, place_id=place_id, name="石码头古巷", kind=PlaceKind.HERITAGE)
    other = register(village)
    refused(village, PlaceKnown, tourism.rename, place_id=other, name="石码头古巷", kind=PlaceKind.SIGHT)
    refused(village, ReasonMissing, tourism.close, place_id=place_id, reason="")
    do(village, tourism.close, place_id=place_id, reason="在修")
    assert [place.name for place in book(village)] == ["明清古巷"]
    refused(village, ChangedMeanwhile, tourism.close, place_id=place_id, reason="在修")
    do(village, tourism.reopen, place_id=place_id)
    refused(village, ChangedMeanwhile, tourism.reopen, place_id=place_id)
    assert sorted(place.name for place in book(village)) == ["明清古巷", "石码头古巷"]


def test_the_kiosk_changes_nothing(village: Village) -> None:
    place_id = register(village)
    fact_id, by = book(village)[0].facts[0].fact_id, village.kiosk
    refused(village, NotAllowed, tourism.register, name="黄家湖", kind=PlaceKind.NATURE, facts={}, by=by)
    refused(village, NotAllowed, tourism.confirm, fact_id=fact_id, asked="我", by=by)
    refused(village, NotAllowed, tourism.keep_until, place_id=place_id, day=TODAY, by=by)
    refused(village, FactMissing, tourism.confirm, fact_id=fact_id, asked=" ")
    with pytest.raises(NotAllowed):
        database.read(village.engine, tourism.book, at=AT, by=by)
