"""The keeper hears: suggestions are answered, hidden and shown; places are confirmed fact by fact; a call is a banner on every screen."""

import asyncio
import json
from typing import Any

from starlette.requests import Request

from models import FactKind, PlaceKind, Role, Topic
from services import database, help_calls, suggestions, tourism
from services.staff import Signed
from tests.cast import AT, Village, gesture
from tests.tablet import Desk, keys, press, seen
from ui.staff import calls


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou, **facts})


def posted(village: Village) -> list[str]:
    return [one.reply for one in database.read(village.engine, suggestions.posted, hall_id=village.hall.id).lines]


def test_a_suggestion_waits_on_the_morning_is_answered_and_taken_back(village: Village, desk: Desk) -> None:
    said = do(village, suggestions.leave, smile=2, topic=Topic.HOURS, words="**晚点**关门", by=village.kiosk)
    do(village, suggestions.leave, smile=5, by=village.kiosk)
    page = press(desk(), "voices-waiting")
    assert "**晚点**关门" in seen(page)
    assert "2人次 · 平均 3.5" in seen(page)
    press(page, f"voice-{said.suggestion_id}")
    press(page, "voice-reply")
    assert "回复" in seen(page)
    assert posted(village) == []
    page.text_area[0].set_value("周六开到七点")
    press(page, "voice-reply")
    assert posted(village) == ["周六开到七点"]
    press(page, "undo")
    assert posted(village) == []
    press(page, f"voice-{said.suggestion_id}")
    page.text_area[0].set_value("周六开到八点")
    press(page, "voice-reply")
    page.segmented_control[0].set_value("answered").run()
    press(page, f"voice-{said.suggestion_id}")
    next(field for field in page.text_input if "voice-why" in str(field.key)).set_value("再想想")
    press(page, "voice-hide")
    assert posted(village) == []
    page.segmented_control[0].set_value("hidden").run()
    press(press(page, f"voice-{said.suggestion_id}"), "voice-show")
    assert posted(village) == ["周六开到八点"]


def test_what_is_said_aloud_is_written_down(village: Village, desk: Desk) -> None:
    page = desk(screen="suggestions")
    page.text_area[0].set_value("门口太暗")
    press(page, "voice-note")
    assert "门口太暗" in seen(page)
    assert "口头" in seen(page)


def test_a_place_is_registered_confirmed_and_put_on_the_screen(village: Village, desk: Desk) -> None:
    def cards() -> list[list[str]]:
        found = database.read(village.engine, tourism.cards, hall_id=village.hall.id, at=AT)
        return [[fact.words for fact in place.facts] for place in found]

    page = desk(screen="tourism")

    def field(name: str) -> Any:
        return next(each for each in page.text_input if str(each.key).startswith(name))

    field("place-place_name").set_value("黄家湖")
    field("fact-where").set_value("长春镇")
    press(page, "place-register")
    (place,) = database.read(village.engine, tourism.book, at=AT, by=village.zhou)
    assert (place.name, place.kind, [fact.kind for fact in place.facts]) == ("黄家湖", PlaceKind.SIGHT, [FactKind.WHERE])
    assert "没有核实过" in seen(press(page, "until"))
    press(page, "confirm-where")
    assert "向谁核实的" in seen(page)
    field("asked").set_value("镇文化站")
    press(page, "confirm-where")
    assert "镇文化站" in seen(page)
    press(page, "until")
    assert cards() == [["长春镇"]]
    press(page, "until-none")
    assert cards() == []
    press(page, "undo")
    assert cards() == [["长春镇"]]
    field("fact-where").set_value("长春镇紫薇村")
    press(page, "write-where")
    assert cards() == []
    # What nobody has confirmed stands on the morning's list.
    assert "去处要核实：黄家湖" in seen(desk())
    page = desk(screen="tourism")
    press(page, f"place-{place.place_id}")
    field("close").set_value("在修")
    press(page, "place-close")
    press(page, "undo")
    field("rename").set_value("黄家湖湿地")
    press(press(page, f"place-{place.place_id}") if "do-place-rename" not in keys(page) else page, "place-rename")
    assert [one.name for one in database.read(village.engine, tourism.book, at=AT, by=village.zhou)] == ["黄家湖湿地"]


def test_the_year_of_reading_stands_on_the_morning_and_a_district_sees_no_words(village: Village, desk: Desk) -> None:
    do(village, suggestions.leave, smile=2, words="谁也不该看见", by=village.kiosk)
    assert "阅读活动 0/4 场" in seen(desk())
    above = desk(Role.DISTRICT)
    assert "do-voices-waiting" not in keys(above)
    assert "谁也不该看见" not in seen(above)


def asked(route: Any, signed: Signed, **params: Any) -> Any:
    scope = {
        "type": "http", "method": "POST", "path": "/", "query_string": b"lang=zh-CN", "headers": params.pop("headers", []), "hall.signed": signed,
        "path_params": params,
    }  # fmt: skip
    return asyncio.run(route(Request(scope)))


def test_the_banner_asks_and_answers_behind_the_gate(village: Village, desk: Desk, signed: Signed) -> None:
    desk()
    call_id = database.write(village.engine, help_calls.call, screen="find", at=AT, gesture=gesture(), by=village.kiosk)
    (call,) = json.loads(asked(calls.now, signed).body)["calls"]
    assert call == {"id": str(call_id), "text": "kiosk-1 · 10:00 · 在找书", "taken": ""}
    above = Signed(gesture(), signed.staff_id, None, "区里", "district", Role.DISTRICT)
    assert asked(calls.now, above).status_code == 404
    strange = [(b"origin", b"https://elsewhere.example"), (b"host", b"127.0.0.1"), (b"sec-fetch-site", b"cross-site")]
    assert asked(calls.come, signed, call_id=call_id, headers=strange).status_code == 404
    (call,) = json.loads(asked(calls.come, signed, call_id=call_id).body)["calls"]
    assert call["taken"] == "周桂生去了"
