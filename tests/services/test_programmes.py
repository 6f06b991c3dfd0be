"""The programme list: numbers in their order, moved and taken off, with their minutes; rehearsals belong to it; an event is edited whole."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from models import ActKind, EventKind
from services import agenda, database, event_papers, events, programmes
from services.event_things import Wanted
from services.programmes import ActForm, Programme
from services.refusals import ChangedMeanwhile, EventGone, FactMissing, FactWrong, NotAllowed, Refusal, ThingKept
from services.words import words
from tests.cast import Village, gesture
from tests.services.test_events import TALK, do, evening, make

DRUM = ActForm("开场鼓《洞庭丰年》", ActKind.INSTRUMENT, "腰鼓队", 6)
SONG = ActForm("合唱《在希望的田野上》", ActKind.SONG, "合唱班", 4)
SKETCH = ActForm("小品《还书》", ActKind.SKETCH, "返乡青年", 12)


def listed(village: Village, event_id: UUID) -> Programme:
    return database.read(village.engine, programmes.programme, event_id=event_id, by=village.zhou)


def titles(village: Village, event_id: UUID) -> list[str]:
    return [act.form.title[:2] for act in listed(village, event_id).acts]


def test_numbers_stand_in_their_order_and_change_places(village: Village) -> None:
    event_id = make(village).event_id
    drum, song, sketch = (do(village, programmes.add, event_id=event_id, form=form) for form in (DRUM, SONG, SKETCH))
    assert (titles(village, event_id), listed(village, event_id).minutes) == (["开场", "合唱", "小品"], 22)
    same = gesture()
    for _ in range(2):
        do(village, programmes.shift, act_id=sketch, up=True, gesture=same)
    assert titles(village, event_id) == ["开场", "小品", "合唱"]
    do(village, programmes.shift, act_id=drum, up=True)
    do(village, programmes.shift, act_id=drum, up=False)
    assert titles(village, event_id) == ["小品", "开场", "合唱"]
    do(village, programmes.remove, act_id=drum)
    do(village, programmes.change, act_id=song, form=replace(SONG, minutes=5))
    do(village, programmes.shift, act_id=song, up=True)
    do(village, programmes.add, event_id=event_id, form=DRUM)
    now = listed(village, event_id)
    assert ([act.place for act in now.acts], titles(village, event_id), now.minutes) == ([1, 2, 3], ["合唱", "小品", "开场"], 23)


def test_what_a_programme_refuses(village: Village) -> None:
    event_id = make(village).event_id
    act_id = do(village, programmes.add, event_id=event_id, form=DRUM)
    do(village, programmes.remove, act_id=act_id)
    wrong: list[tuple[type[Refusal], Any, dict[str, Any]]] = [
        (FactMissing, programmes.add, {"event_id": event_id, "form": replace(DRUM, title="  ")}),
        (FactWrong, programmes.add, {"event_id": event_id, "form": replace(DRUM, minutes=0)}),
        (NotAllowed, programmes.add, {"event_id": event_id, "form": DRUM, "by": village.kiosk}),
        (EventGone, programmes.add, {"event_id": village.hall.id, "form": DRUM}),
        (ChangedMeanwhile, programmes.change, {"act_id": act_id, "form": DRUM}),
        (ChangedMeanwhile, programmes.shift, {"act_id": act_id, "up": True}),
        (ChangedMeanwhile, programmes.remove, {"act_id": village.hall.id}),
    ]
    for kind, verb, facts in wrong:
        with pytest.raises(kind):
            do(village, verb, **facts)
    do(village, events.cancel, event_id=event_id, reason="大雪")
    with pytest.raises(EventGone):
        do(village, programmes.add, event_id=event_id, form=DRUM)


def test_a_rehearsal_belongs_to_it_and_the_sheet_prints(village: Village) -> None:
    event_id = make(village, replace(TALK, title="村晚 <b>#1</b>")).event_id
    draft = replace(TALK, title="村晚排练", kind=EventKind.REHEARSAL, programme_of_id=event_id, seats=None)
    make(village, draft, spans=[evening(hour=9)])
    gone = make(village, draft, spans=[evening(evening().start.date() + timedelta(days=1))])
    do(village, events.cancel, event_id=gone.event_id, reason="停电")
    for form in (DRUM, SONG):
        do(village, programmes.add, event_id=event_id, form=form)
    whole = listed(village, event_id)
    assert [(one.title, one.starts_at) for one in whole.rehearsals] == [("村晚排练", evening(hour=9).start)]
    sheet = database.read(village.engine, agenda.sheet, event_id=event_id, by=village.zhou)
    for lang, title in (("zh-CN", "节目单"), ("en", "Programme")):
        pdf = PdfReader(BytesIO(event_papers.programme(sheet, whole, village.hall.name, words(lang))))
        text = pdf.pages[0].extract_text()
        assert len(pdf.pages) == 1
        assert title in text
        assert "村晚 <b>#1</b>" in text
        assert text.index("洞庭丰年") < text.index("希望的田野")
        assert "10" in text


def test_an_edited_event_keeps_other_things(village: Village) -> None:
    erhu, drums = (Wanted(village.item_id(name)) for name in ("erhu", "drums"))
    event_id = make(village, things=[erhu]).event_id
    facts = {"event_id": event_id, "draft": replace(TALK, title="新题目", note="有茶")}
    do(village, events.edit, **facts, things=[drums])
    sheet = database.read(village.engine, agenda.sheet, event_id=event_id, by=village.zhou)
    assert (sheet.draft.title, sheet.draft.note, [kept.item_id for kept in sheet.things]) == ("新题目", "有茶", [drums.item_id])
    make(village, room="library", things=[erhu])
    with pytest.raises(ThingKept):
        do(village, events.edit, **facts, things=[drums, erhu])
    do(village, events.edit, **facts)
    assert len(database.read(village.engine, agenda.sheet, event_id=event_id, by=village.zhou).things) == 1
