"""意见: anybody may speak, nobody's name is read, an answer is public, and nothing is rubbed out."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from models import ActorKind, Smile, Suggestion, SuggestionReply, Topic
from services import database, privacy, suggestions
from services.journal import Actor
from services.own_data import own_data
from services.refusals import (
    CardUnknown,
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    NotAllowed,
    ReasonMissing,
    Refusal,
    SuggestionsResting,
)
from services.suggestions import Line, Posted, Said, State
from tests.cast import AT, Village, gesture, session_of
from tests.databases import rows
from tests.robust.racing import together

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou, **facts})


def leave(village: Village, smile: int = 4, **facts: Any) -> Said:
    return do(village, suggestions.leave, **{"smile": smile, "by": village.kiosk, **facts})


def book(village: Village, state: State | None = None, page: int = 0) -> list[Line]:
    return list(database.read(village.engine, suggestions.listing, state=state, page=page, at=AT, by=village.zhou).lines)


def posted(village: Village) -> list[Posted]:
    return list(database.read(village.engine, suggestions.posted, hall_id=village.hall.id).lines)


def refused(village: Village, refusal: type[Refusal], verb: Any, **facts: Any) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal):
        do(village, verb, **facts)
    assert rows(village.engine) == before


def test_somebody_speaks_without_a_name_and_reads_the_answer_where_they_said_it(village: Village) -> None:
    pressed = gesture()
    said = leave(village, 2, topic=Topic.HOURS, words=" 周末能不能晚点关门 ", gesture=pressed)
    assert leave(village, 2, gesture=pressed) == said
    assert leave(village, 5).number == said.number + 1
    (line,) = book(village, State.NEW)
    assert (line.number, line.smile, line.topic, line.words, line.named, line.name) == (1, Smile.BAD, Topic.HOURS, "周末能不能晚点关门", False, "")
    assert [one.state for one in book(village)] == [State.SMILE, State.NEW]
    assert posted(village) == []

    about = {"suggestion_id": said.suggestion_id}
    first = gesture()
    do(village, suggestions.reply, words="周六开到七点", gesture=first, **about)
    do(village, suggestions.reply, words="周六开到七点", gesture=first, **about)
    reply_id = do(village, suggestions.reply, words="从下周起，周六开到晚上七点", at=AT + DAY, **about)
    (one,) = posted(village)
    assert (one.number, one.words, one.reply, one.reply_day) == (1, "周末能不能晚点关门", "从下周起，周六开到晚上七点", date(2027, 3, 11))
    with session_of(village) as session:
        kept = session.exec(select(SuggestionReply).order_by(SuggestionReply.at)).all()  # type: ignore[arg-type]
    assert [(reply.words, reply.ended_at) for reply in kept] == [("周六开到七点", AT + DAY), ("从下周起，周六开到晚上七点", None)]

    hiding_id = do(village, suggestions.hide, reason="有人名", at=AT + DAY, **about)
    assert posted(village) == []
    assert [line.state for line in book(village, State.HIDDEN)] == [State.HIDDEN]
    refused(village, ChangedMeanwhile, suggestions.hide, reason="再来", at=AT + DAY, **about)
    for _ in range(2):
        do(village, suggestions.show_again, hiding_id=hiding_id, at=AT + 2 * DAY, gesture=first, **about)
    assert len(posted(village)) == 1
    do(village, suggestions.take_back_reply, reply_id=reply_id, at=AT + 2 * DAY, **about)
    assert posted(village) == []
    refused(village, ChangedMeanwhile, suggestions.take_back_reply, reply_id=reply_id, at=AT + 2 * DAY, **about)
    waiting = database.read(village.engine, suggestions.waiting, at=AT, by=village.zhou)
    assert (waiting.count, waiting.since) == (1, date(2027, 3, 10))


def test_what_cannot_be_is_refused_and_leaves_nothing(village: Village) -> None:
    said = leave(village, 3, words="椅子太少")
    about = {"suggestion_id": said.suggestion_id}
    kiosk = {"by": village.kiosk}
    refused(village, FactWrong, suggestions.leave, smile=6, **kiosk)
    refused(village, CardUnknown, suggestions.leave, smile=5, card_id=gesture(), **kiosk)
    refused(village, FactMissing, suggestions.reply, words="  ", **about)
    refused(village, ReasonMissing, suggestions.hide, reason="", **about)
    refused(village, FactMissing, suggestions.note_down, words="")
    refused(village, FactWrong, suggestions.note_down, words="灯不亮", room_id=gesture())
    refused(village, ChangedMeanwhile, suggestions.reply, words="好", suggestion_id=gesture())
    for verb, facts in (
        (suggestions.reply, {"words": "好", **about}), (suggestions.hide, {"reason": "好", **about}), (suggestions.note_down, {"words": "好"}),
    ):  # fmt: skip
        refused(village, NotAllowed, verb, **facts, **kiosk)
    with pytest.raises(NotAllowed):
        database.read(village.engine, suggestions.listing, state=None, page=0, at=AT, by=village.kiosk)


def test_a_child_tapping_for_minutes_is_asked_to_rest_and_nobody_else_is(village: Village) -> None:
    for second in range(6):
        leave(village, 1 + second % 5, at=AT + timedelta(seconds=second))
    with pytest.raises(SuggestionsResting) as resting:
        leave(village, at=AT + MINUTE)
    assert resting.value.facts == {"until": AT + 5 * MINUTE}
    leave(village, by=Actor(ActorKind.KIOSK, village.hall.id, device="kiosk-2"), at=AT + MINUTE)
    # A clock that ran ahead and was put right locks nobody out.
    leave(village, at=AT - DAY)
    leave(village, at=AT + 6 * MINUTE)
    do(village, suggestions.note_down, words="门口的灯不亮", topic=Topic.BROKEN, room_id=village.rooms["library"].id)
    assert [(one.room, one.smile, one.words) for one in book(village, State.NEW)] == [("文化旅游功能室", None, "门口的灯不亮")]


def test_with_a_card_it_is_known_whose_it_is_until_the_thread_is_cut(village: Village) -> None:
    leave(village, 4, words="谢谢管理员", card_id=village.card_id("mei"))
    leave(village, 2, words="王梅说书太旧", card_id=village.card_id("mei"), at=AT + DAY)
    assert [(line.named, line.name) for line in book(village, State.NEW)] == [(True, "王梅")] * 2
    mine = database.read(village.engine, own_data, patron_id=village.patrons["mei"].id, at=AT, by=village.zhou)
    assert [row[2] for section in mine.sections if section.key == "suggestions" for row in section.rows] == ["谢谢管理员", "王梅说书太旧"]

    later = {"hall_id": village.hall.id, "at": AT + timedelta(days=180, hours=1)}
    assert [database.write(village.engine, privacy.unlink_old, **later) for _ in range(2)] == [1, 0]
    assert [(line.words, line.named, line.name) for line in book(village, State.NEW)] == [
        ("谢谢管理员", True, ""), ("王梅说书太旧", True, "王梅"),
    ]  # fmt: skip
    (said,) = [line for line in book(village) if line.name]
    do(village, suggestions.reply, suggestion_id=said.suggestion_id, words="王梅，换了新的")
    do(village, suggestions.hide, suggestion_id=said.suggestion_id, reason="王梅的名字")
    do(village, privacy.erase, patron_id=village.patrons["mei"].id)
    (forgotten,) = [line for line in book(village) if line.suggestion_id == said.suggestion_id]
    assert (forgotten.words, forgotten.name, forgotten.reply, forgotten.hidden_because) == ("已脱敏", "", "已脱敏", "已脱敏")
    assert [(line.words, line.name) for line in book(village, State.NEW)] == [("谢谢管理员", "")]


def test_smiles_are_counted_by_month(village: Village) -> None:
    for days, smile in ((0, 5), (1, 5), (2, 1), (-40, 3), (-400, 2)):
        leave(village, smile, at=AT + days * DAY)
    counted = database.read(village.engine, suggestions.smiles, year=2027, at=AT, by=village.zhou)
    assert counted == {3: Counter({Smile.VERY_GOOD: 2, Smile.VERY_BAD: 1}), 1: Counter({Smile.SO_SO: 1})}


def test_a_long_list_is_turned_and_ids_are_numbered_without_a_gap(village: Village) -> None:
    for number in range(9):
        leave(village, 3, words=f"第{number}条", at=AT + number * MINUTE)
    first = database.read(village.engine, suggestions.listing, state=None, page=0, at=AT, by=village.zhou)
    assert ([line.number for line in first.lines], first.more) == (list(range(9, 1, -1)), True)
    assert [line.number for line in book(village, page=1)] == [1]
    with session_of(village) as session:
        assert all(isinstance(one.id, UUID) for one in session.exec(select(Suggestion)))


def test_people_at_several_kiosks_at_once_each_have_a_number_of_their_own(village: Village) -> None:
    kiosks = [Actor(ActorKind.KIOSK, village.hall.id, device=f"kiosk-{number}") for number in range(4)]
    assert together(*(lambda by=by: leave(village, 5, by=by) for by in kiosks)) == {"ok": 4}
    assert sorted(line.number for line in book(village)) == [1, 2, 3, 4]
