"""The kiosk hears: somebody is called, an opinion is left, places are looked at, and new books stand on their shelf."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from models import FactKind, PlaceKind, Smile, Topic
from services import database, help_calls, suggestions, tourism
from services.composing import candidates
from tests.cast import AT, Village, gesture
from tests.screens.test_kiosk_screens import Kiosk, after, kiosk, press, shown, stand_of, village
from ui.kiosk import call_acts, event_acts
from ui.kiosk.stand import Stand

__all__ = ["kiosk", "village"]

MINUTE = timedelta(minutes=1)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou, **facts})


def calls(village: Village) -> list[help_calls.Call]:
    return list(database.read(village.engine, help_calls.open_calls, hall_id=village.hall.id, at=AT))


def test_a_call_lies_over_the_screen_and_says_who_comes_or_which_number_to_ring(village: Village, kiosk: Kiosk) -> None:
    page = press(press(kiosk(), "home-places"), "call")
    assert "正在叫周桂生" in shown(page)
    (call,) = calls(village)
    assert call.screen == "places"
    # Back where one was; another tap is the same call.
    assert "到哪里玩" in shown(press(page, "call-back"))
    press(page, "call")
    assert [one.call_id for one in calls(village)] == [call.call_id]
    late = kiosk(Stand(screen="places", call_id=call.call_id), at=AT + 3 * MINUTE)
    assert "还没有人来" in shown(late)
    assert '<b class="hall-phone">000-0000000</b>' in " ".join(piece.proto.body for piece in late.get("html"))
    database.write(village.engine, help_calls.answer, call_id=call.call_id, at=AT, by=village.zhou)
    page = kiosk(Stand(screen="places", call_id=call.call_id))
    assert "周桂生来了" in shown(page)
    assert "do-never-mind" not in {button.key for button in page.button}
    # Whoever needs help again, on the same screen, calls anew.
    press(press(page, "call-back"), "call")
    assert "正在叫周桂生" in shown(page)
    press(page, "never-mind")
    assert "到哪里玩" in shown(page)
    assert [one.ended_as for one in calls(village)] == ["answered"]


def test_who_waits_for_help_keeps_the_call_and_nothing_else(village: Village, kiosk: Kiosk) -> None:
    page = press(kiosk(after(village, village.card_code("mei"))), "call")
    stand = stand_of(page)
    assert "王" not in shown(page)
    call_acts.gone(stand)
    assert (stand.card_id, stand.screen, stand.call_id) == (None, "home", calls(village)[0].call_id)
    database.write(village.engine, help_calls.answer, call_id=calls(village)[0].call_id, at=AT, by=village.zhou)
    call_acts.gone(stand)
    assert stand.call_id is None


def test_an_opinion_takes_three_taps_and_has_no_name(village: Village, kiosk: Kiosk) -> None:
    page = press(press(kiosk(), "home-suggest"), "smile-2")
    assert "想说哪方面" in shown(page)
    press(page, "topic-broken")
    event_acts.write(stand_of(page), "灯不亮", 100)
    page.run()
    assert "灯不亮" in shown(page)
    page = press(page, "send")
    assert "意见第1号" in shown(page)
    (line,) = database.read(village.engine, suggestions.listing, state=None, page=0, at=AT, by=village.zhou).lines
    assert (line.smile, line.topic, line.words, line.named) == (Smile.BAD, Topic.BROKEN, "灯不亮", False)
    assert "还没有公开的回复" in shown(press(page, "posted"))
    do(village, suggestions.reply, suggestion_id=line.suggestion_id, words="<b>换好了</b>")
    said = " ".join(piece.proto.body for piece in page.run().get("html"))
    assert "灯不亮" in said
    assert "&lt;b&gt;换好了" in said


def test_with_a_card_one_may_sign_and_a_card_shown_while_writing_loses_no_word(village: Village, kiosk: Kiosk) -> None:
    stand = Stand(screen="suggest_words", smile=5, topic=Topic.SERVICE, written="谢谢")
    stand.new_visitor()
    assert (stand.screen, stand.smile, stand.topic, stand.written) == ("suggest_words", 5, Topic.SERVICE, "谢谢")
    stand.card_id = village.card_id("mei")
    # The next card is another person, to whom none of it belongs.
    other = replace(stand)
    other.new_visitor()
    assert (other.screen, other.smile, other.topic, other.written, other.card_id) == ("suggest", 0, None, "", None)
    page = kiosk(stand)
    assert "王\\*" in page.button(key="do-send-named").label
    press(page, "send-named")
    (line,) = database.read(village.engine, suggestions.listing, state=None, page=0, at=AT, by=village.zhou).lines
    assert (line.named, line.name) == (True, "王梅")
    # The seventh in five minutes is asked, kindly, to come back later.
    for _ in range(5):
        do(village, suggestions.leave, smile=3, by=village.kiosk)
    assert "歇一会儿" in shown(press(press(kiosk(Stand(screen="suggest")), "smile-1"), "send"))


def test_a_place_shows_what_is_confirmed_and_nothing_else(village: Village, kiosk: Kiosk) -> None:
    assert "还没有核实过的去处" in shown(press(kiosk(), "home-places"))
    facts = {FactKind.WHERE: "村口<i>", FactKind.PHONE: "0737-0000000", FactKind.OPENING: "不一定"}
    place_id = do(village, tourism.register, name="老樟树", kind=PlaceKind.SIGHT, facts=facts)
    (place,) = database.read(village.engine, tourism.book, at=AT, by=village.zhou)
    for fact in place.facts:
        if fact.kind is not FactKind.OPENING:
            do(village, tourism.confirm, fact_id=fact.fact_id, asked="村委会")
    do(village, tourism.keep_until, place_id=place_id, day=date(2027, 4, 1))
    page = press(press(kiosk(), "home-places"), f"place-{place_id.hex}")
    said = " ".join(piece.proto.body for piece in page.get("html"))
    for text in ("村口&lt;i&gt;", "0737-0000000", "2027年3月10日向村委会核实", "有效到2027年4月1日", "data:image/svg+xml"):
        assert text in said
    assert "不一定" not in said
    long = {kind: "长" * 200 for kind in FactKind if kind is not FactKind.PHONE} | {FactKind.PHONE: "问村委会"}
    far = do(village, tourism.register, name="很远的地方", kind=PlaceKind.SIGHT, facts=long)
    (one,) = [place for place in database.read(village.engine, tourism.book, at=AT, by=village.zhou) if place.place_id == far]
    for fact in one.facts:
        do(village, tourism.confirm, fact_id=fact.fact_id, asked="村委会")
    do(village, tourism.keep_until, place_id=far, day=date(2027, 4, 1))
    page = press(press(kiosk(), "home-places"), f"place-{far.hex}")
    assert "data:image/svg+xml" in " ".join(piece.proto.body for piece in page.get("html"))
    assert not page.exception
    assert "还没有核实过的去处" in shown(kiosk(Stand(screen="places"), at=AT + timedelta(days=23)))


def test_new_books_stand_there_before_anything_is_typed(village: Village, kiosk: Kiosk) -> None:
    page = shown(press(kiosk(), "home-find"))
    for text in ("新书架", "活着", "架上有 2 本"):
        assert text in page
    assert "农家历" not in page
    # Ninety days later they are not new any more.
    assert "新书架" not in shown(kiosk(Stand(screen="find"), at=AT + timedelta(days=91)))


def test_letters_become_words_of_the_house_and_usual_characters() -> None:
    assert candidates("kongtiao")[0] == "空调"
    assert candidates("gcw")[0] == "广场舞"
    assert candidates("shu")[0] == "书"
    assert candidates("de")[0] == "的"
    assert candidates("WiFi")[-1] == "WiFi"
    assert (candidates("8"), candidates("")) == (("8",), ())
