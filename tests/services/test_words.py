"""Every word a person meets exists in both languages, and a refusal is kind in both."""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest

from models import (
    ActKind,
    AgeBand,
    AreaKind,
    Art,
    AttendantKind,
    Binding,
    BorrowerKind,
    CallEnd,
    Cause,
    Channel,
    CheckMoment,
    ClaimEnd,
    ClosureReason,
    Condition,
    Counted,
    DayOffKind,
    Disposal,
    Duty,
    EntryKind,
    EventChangeKind,
    EventKind,
    FactKind,
    Frequency,
    Medium,
    PhotoMoment,
    PlaceKind,
    Press,
    Pressure,
    Purpose,
    Role,
    Sharing,
    SignKind,
    SignPlace,
    SignUpState,
    Smile,
    Stage,
    Topic,
    Trouble,
    UseKind,
    Verdict,
    Way,
    WorkKind,
)
from services import words as words_module
from services.festivals import Festival
from services.hours_plans import Layer
from services.issues import State
from services.refusals import REFUSALS, CardExpired, FactMissing, KeypadResting, OutOfOrder, PatronSuspended, Refusal, TooManyLoans
from services.room_diary import BookingState
from services.settings import HOUSE
from services.suggestions import State as SuggestionState
from services.tasks import TaskState
from services.words import LANGUAGES, LOCALES, words

# Every fact any refusal carries, as the services give it.
FACTS = {
    "due_day": date(2026, 12, 3),
    "valid_until": date(2026, 11, 20),
    "until_day": date(2026, 12, 9),
    "free_at": datetime(2026, 12, 1, 1, tzinfo=UTC),
    "back_at": datetime(2026, 12, 1, 1, tzinfo=UTC),
    "reopens_at": datetime(2026, 12, 1, 1, tzinfo=UTC),
    "until": datetime(2026, 12, 1, 1, 5, tzinfo=UTC),
    "name": "<b>{x}</b> **x** :red[x] $x$ =1+1",
    "have": 2,
    "most": 2,
    "free": 3,
    "unit": "面",
    "asked": 5,
    "shelf": "I242",
    "room": "多功能活动厅",
    "field": "phone",
    "rule": "item_on_loan",
    "days": 7,
    "ending": ".csv",
    "count": 3,
    "number": 2,
    "starts_at": datetime(2026, 12, 1, 1, tzinfo=UTC),
    "ticket": "4 000045 1",
    "over": 6,
    "width": 300,
    "height": 120,
    "names": "旅游咨询点",
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_has_one_reason_and_one_next_step(code: str, lang: str) -> None:
    for child in (False, True):
        kindly = words(lang).refused(REFUSALS[code](**FACTS), child=child)
        assert kindly.say
        assert kindly.next
        assert kindly.say != kindly.next
        if lang == "zh-CN" and child:
            assert "您" not in kindly.say + kindly.next or code == "not_allowed"


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_speaks_of_no_more_than_its_facts(code: str) -> None:
    """The facts a class names in its docstring are all its sentence may use."""
    told = (REFUSALS[code].__doc__ or "").partition("Facts:")[2]
    allowed = set(re.findall(r"[a-z_]+", told))
    for lang in LANGUAGES:
        for key in words(lang).sentences:
            if key.startswith(f"refusal.{code}."):
                used = {field for _, field, _, _ in Formatter().parse(words(lang).sentences[key]) if field}
                assert used <= allowed, key


def test_both_languages_say_the_same_things() -> None:
    def plain(lang: str) -> set[str]:
        return {key.removesuffix(".child") for key in words(lang).sentences}

    assert plain("zh-CN") == plain("en")


def test_each_sentence_uses_the_same_facts_in_both_languages() -> None:
    for key in words("en").sentences:
        used = [{field for _, field, _, _ in Formatter().parse(words(lang).sentences[key]) if field} for lang in LANGUAGES]
        assert used[0] == used[1], key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_has_its_word(lang: str) -> None:
    for area, choices in {
        "trouble": Trouble,
        "booking_state": BookingState,
        "way": Way,
        "purpose": Purpose,
        "medium": Medium,
        "condition": Condition,
        "closure_reason": ClosureReason,
        "cause": Cause,
        "disposal": Disposal,
        "press": Press,
        "frequency": Frequency,
        "issue": State,
        "binding": Binding,
        "claim_end": ClaimEnd,
        "check_moment": CheckMoment,
        "channel": Channel,
        "counted": Counted,
        "attendant_kind": AttendantKind,
        "entry_kind": EntryKind,
        "duty": Duty,
        "stage": Stage,
        "area_kind": AreaKind,
        "sharing": Sharing,
        "hours_layer": Layer,
        "role": Role,
        "work_kind": WorkKind,
        "pressure": Pressure,
        "sign_kind": SignKind,
        "sign_place": SignPlace,
        "verdict": Verdict,
        "photo_moment": PhotoMoment,
        "festival": Festival,
        "event_kind": EventKind,
        "use_kind": UseKind,
        "art": Art,
        "sign_up_state": SignUpState,
        "event_change": EventChangeKind,
        "day_off_kind": DayOffKind,
        "act_kind": ActKind,
        "task_state": TaskState,
        "smile": Smile,
        "topic": Topic,
        "suggestion_state": SuggestionState,
        "place_kind": PlaceKind,
        "fact_kind": FactKind,
        "call_end": CallEnd,
        "patron_kind": {*BorrowerKind, *AgeBand} - {AgeBand.UNKNOWN},
    }.items():
        for one in choices:
            assert words(lang).say(f"{area}.{one}")


def written_verbs(folder: Path) -> set[str]:
    """Every act the services write into the journal: what is handed to a parameter called `verb`."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        places = {"record": 2} | {
            node.name: [arg.arg for arg in node.args.args].index("verb")
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and "verb" in [arg.arg for arg in node.args.args]
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            place = places.get(getattr(call.func, "attr", getattr(call.func, "id", "")))
            if place is not None and place < len(call.args):
                found |= {node.value for node in ast.walk(call.args[place]) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_act_has_its_word(lang: str) -> None:
    """Add `journal.verb.<verb>` to a locale file for each act that is new."""
    acts = written_verbs(HOUSE / "services")
    assert {"check_out", "closure_announce", "hours_week", "found", "patron_merge"} <= acts
    assert sorted(verb for verb in acts if not words(lang).has(f"journal.verb.{verb}")) == []


def test_the_house_keeps_one_word_for_a_thing() -> None:
    for key in words("zh-CN").sentences:
        sentence = words("zh-CN").sentences[key]
        for wrong in ("读者证", "借阅证", "图书证", "闭馆", "扫描口", "押金", "罚款", "赔偿", "元"):
            assert wrong not in re.sub("元宵|中元", "", sentence), key


def test_a_childs_limit_is_told_to_a_child() -> None:
    assert words("zh-CN").refused(TooManyLoans(have=2, most=2), child=True).say == "你已借2本（最多2本）。"
    assert words("zh-CN").refused(TooManyLoans(have=2, most=2)).say == "您已借2本（最多2本）。"


def test_dates_are_written_the_languages_way() -> None:
    zh, en, day = words("zh-CN"), words("en"), date(2026, 12, 3)
    assert (zh.due(day), en.due(day)) == ("12月3日", "3 December")
    assert (zh.long_day(day), en.long_day(day)) == ("2026年12月3日", "3 December 2026")
    assert (zh.weekday(day), en.weekday(day), zh.short_weekday(day), en.short_weekday(day)) == ("星期四", "Thursday", "周四", "Thu")
    at = datetime(2026, 12, 2, 16, 30, tzinfo=UTC)
    assert (zh.moment(at), en.moment(at)) == ("12月3日 0:30", "3 December, 0:30")
    assert (zh.minute(540), zh.minute(1440)) == ("9:00", "24:00")


def test_an_unknown_date_has_a_sentence_of_its_own() -> None:
    assert words("zh-CN").refused(OutOfOrder(back_at=None)).say == "这一件正在修理，还不知道哪天修好。"
    assert words("zh-CN").refused(PatronSuspended()).say == "这张证暂停借书。"
    assert words("en").refused(OutOfOrder(back_at=date(2026, 12, 3))).say.endswith("3 December.")


def test_a_rest_ends_at_a_time_and_a_card_on_a_long_day() -> None:
    assert "9:05" in words("zh-CN").refused(KeypadResting(until=FACTS["until"])).say
    assert words("zh-CN").refused(CardExpired(valid_until=FACTS["valid_until"])).say == "这张借书证2026年11月20日已到期。"


def test_an_empty_field_is_called_by_its_name() -> None:
    assert words("zh-CN").refused(FactMissing(field="guardian_name")).say == "“监护人姓名”还没有填。"


def test_a_title_is_a_fact_and_never_a_template() -> None:
    assert "<b>{x}</b> **x**" in words("zh-CN").refused(REFUSALS["patron_overdue"](**FACTS)).say


def test_a_missing_key_or_language_is_noticed() -> None:
    with pytest.raises(KeyError):
        words("en").say("refusal.nothing.say")
    with pytest.raises(ValueError, match="no words"):
        words("fr")


def test_a_key_said_twice_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en").mkdir()
    for name in ("a", "b"):
        (tmp_path / "en" / f"{name}.toml").write_text('[x]\ny = "z"\n')
    monkeypatch.setattr(words_module, "LOCALES", tmp_path)
    with pytest.raises(ValueError, match=r"x\.y is said twice"):
        words.__wrapped__("en")


def test_every_refusal_class_is_a_refusal() -> None:
    assert all(issubclass(refusal, Refusal) for refusal in REFUSALS.values())
    assert LOCALES.is_dir()


def test_a_limit_of_nothing_is_said_as_such() -> None:
    assert words("zh-CN").refused(TooManyLoans(have=0, most=0)).say == "这类东西不借给这种证。"
    assert words("zh-CN").refused(TooManyLoans(have=2, most=2)).next == "还一本就能再借。"
