"""Cards and their people: registered with consent, found by typing, corrected, reissued, lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from models import Card, CardEnd, JournalRow, Patron, PatronKind, TakenNumber
from services import cards, codes, database, finding, patrons
from services.cards import Form
from services.refusals import (
    CardUnknown,
    ChangedMeanwhile,
    ClockWrong,
    ConsentMissing,
    FactMissing,
    FactWrong,
    KeypadResting,
    SecondFactMissing,
)
from tests.cast import AT, CODE, Village, gesture
from tests.databases import rows

CHILD = Form(
    name="周小满", birth_date=date(2016, 5, 1), guardian_name="周桂生", guardian_relation="祖父",
    guardian_phone="138 0000-4321", consent_day=date(2027, 3, 9),
)  # fmt: skip
GROWN_UP = Form(name="欧阳镕", birth_date=date(1960, 2, 29), phone="１３９１２３４７６０９", villager_group="三组")


def register(village: Village, form: Form = GROWN_UP, by_gesture=None, at=AT) -> cards.CardFace:
    return database.write(village.engine, cards.register, form=form, at=at, gesture=by_gesture or gesture(), by=village.zhou)


def patron(village: Village, face: cards.CardFace) -> Patron:
    with Session(village.engine) as session:
        return session.get_one(Patron, face.patron_id)


def scanned(village: Village, text: str):
    return database.read(village.engine, finding.find, hall_id=village.hall.id, text=text)


def test_a_villager_is_registered_and_the_card_opens_at_once(village: Village) -> None:
    face = register(village)
    assert scanned(village, face.qr_digits) == finding.FoundCard(face.card_id)
    assert face.qr_digits[:12] == CODE
    assert face.valid_until == date(2032, 3, 10)
    kept = patron(village, face)
    assert (kept.phone, kept.phone_end, kept.initials) == ("13912347609", "7609", "oyr")


def test_registering_twice_with_one_gesture_makes_one_card(village: Village) -> None:
    once = gesture()
    first = register(village, by_gesture=once)
    before = rows(village.engine)
    assert register(village, by_gesture=once) == first
    assert rows(village.engine) == before


def test_a_child_needs_the_guardians_consent_before_the_card_is_made(village: Village) -> None:
    before = rows(village.engine)
    for missing in ({"consent_day": None}, {"guardian_name": " "}):
        with pytest.raises(ConsentMissing):
            register(village, replace(CHILD, **missing))
    assert rows(village.engine) == before
    assert patron(village, register(village, CHILD)).phone_end == "4321"


def test_at_fourteen_nobody_asks_the_guardian(village: Village) -> None:
    fourteen = Form(name="陈禾", birth_date=date(2013, 3, 10), phone="13912345678")
    assert register(village, fourteen)
    with pytest.raises(ConsentMissing):
        register(village, replace(fourteen, birth_date=date(2013, 3, 11)))


def test_without_a_phone_a_pin_is_chosen(village: Village) -> None:
    with pytest.raises(SecondFactMissing):
        register(village, replace(GROWN_UP, phone=""))
    face = register(village, replace(GROWN_UP, phone="", pin="0417"))
    assert patron(village, face).pin_hash.startswith("$argon2id$")
    with pytest.raises(SecondFactMissing):
        register(village, replace(CHILD, guardian_phone="", phone="13912345678"))


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"name": "  "}, FactMissing, "name"),
        ({"name": "王\x00明"}, FactWrong, "name"),
        ({"name": "王\u202e明"}, FactWrong, "name"),
        ({"name": "王" * 61}, FactWrong, "name"),
        ({"birth_date": None}, FactMissing, "birth_date"),
        ({"birth_date": date(2027, 3, 11)}, FactWrong, "birth_date"),
        ({"birth_date": date(1890, 1, 1)}, FactWrong, "birth_date"),
        ({"phone": "12"}, FactWrong, "phone"),
        ({"phone": "'; DROP TABLE card"}, FactWrong, "phone"),
        ({"pin": "12a4"}, FactWrong, "pin"),
        ({"pin": "12345"}, FactWrong, "pin"),
        ({"villager_group": "组" * 41}, FactWrong, "villager_group"),
        ({"kind": PatronKind.TEAM}, FactMissing, "leader"),
    ],
)
def test_a_form_that_cannot_be_right_is_refused_and_writes_nothing(village: Village, change, refusal, field) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal) as refused:
        register(village, replace(GROWN_UP, **change))
    assert refused.value.facts == {"field": field}
    assert rows(village.engine) == before


def test_consent_is_not_given_tomorrow_or_before_birth(village: Village) -> None:
    for day in (date(2027, 3, 11), date(2010, 1, 1)):
        with pytest.raises(FactWrong):
            register(village, replace(CHILD, consent_day=day))


def test_a_team_borrows_through_a_grown_up_of_the_hall(village: Village) -> None:
    team = Form(name="舞龙队", kind=PatronKind.TEAM, leader_id=village.patrons["mei"].id)
    assert patron(village, register(village, team)).leader_id == village.patrons["mei"].id
    for wrong in (village.patrons["yu"].id, village.patrons["team"].id, gesture()):
        with pytest.raises(FactWrong):
            register(village, replace(team, leader_id=wrong))


def test_a_guests_card_lasts_sixty_days(village: Village) -> None:
    guest = Form(name="赵归", kind=PatronKind.TEMPORARY, phone="13912345678")
    assert register(village, guest).valid_until == date(2027, 3, 10) + timedelta(days=60)


def test_no_card_is_made_by_a_wrong_clock(village: Village) -> None:
    register(village)
    with pytest.raises(ClockWrong):
        register(village, at=AT - timedelta(minutes=6))


def test_the_journal_names_the_card_and_never_the_person(village: Village) -> None:
    face = register(village)
    with Session(village.engine) as session:
        (row,) = session.exec(select(JournalRow)).scalars()
    assert (row.verb, row.subject, row.subject_id) == ("register", "card", face.card_id)
    assert "欧阳" not in str(row.model_dump())
    assert "7609" not in str(row.facts)


def test_card_numbers_are_drawn_at_random_and_kept_for_ever(village: Village) -> None:
    faces = [register(village, replace(GROWN_UP, name=f"张{n}")) for n in "一二三四五六"]
    numbers = [face.number for face in faces]
    assert len(set(numbers)) == 6
    assert all(codes.read(number).is_card for number in numbers)
    with Session(village.engine) as session:
        assert set(numbers) <= set(session.exec(select(TakenNumber.number)).scalars())


def test_a_card_issued_again_keeps_its_number_and_stops_the_old_one(village: Village) -> None:
    face = register(village)
    once = gesture()
    again = database.write(village.engine, cards.reissue, patron_id=face.patron_id, at=AT, gesture=once, by=village.zhou)
    assert (again.number, again.qr_digits == face.qr_digits) == (face.number, False)
    with Session(village.engine) as session:
        assert session.get_one(Card, face.card_id).ended_as is CardEnd.REPLACED
    before = rows(village.engine)
    assert database.write(village.engine, cards.reissue, patron_id=face.patron_id, at=AT, gesture=once, by=village.zhou) == again
    assert rows(village.engine) == before


def test_a_lost_card_stops_at_once_and_is_issued_again(village: Village) -> None:
    face = register(village)
    database.write(village.engine, cards.report_lost, card_id=face.card_id, at=AT, by=village.zhou)
    with pytest.raises(ChangedMeanwhile):
        database.write(village.engine, cards.report_lost, card_id=face.card_id, at=AT, by=village.zhou)
    again = database.write(village.engine, cards.reissue, patron_id=face.patron_id, at=AT, gesture=gesture(), by=village.zhou)
    with Session(village.engine) as session:
        assert session.get_one(Card, face.card_id).ended_as is CardEnd.LOST
        assert session.get_one(Card, again.card_id).ended_as is None


def test_a_card_is_extended_from_today(village: Village) -> None:
    later = AT + timedelta(days=400)
    assert database.write(village.engine, cards.extend, card_id=village.card_id("mei"), at=later, by=village.zhou) == date(2033, 4, 13)
    leap = AT.replace(year=2028, month=2, day=29)
    assert database.write(village.engine, cards.extend, card_id=village.card_id("mei"), at=leap, by=village.zhou) == date(2033, 2, 28)


def test_another_halls_cards_are_none_of_our_business(village: Village) -> None:
    stranger = replace(village.zhou, hall_id=gesture())
    face = register(village)
    with pytest.raises(CardUnknown):
        database.read(village.engine, cards.face, card_id=face.card_id, by=stranger)
    with pytest.raises(CardUnknown):
        database.read(village.engine, patrons.sheet, patron_id=face.patron_id, at=AT, by=stranger)
    assert database.read(village.engine, patrons.find_patron, text="欧阳", at=AT, by=stranger) == []


def find(village: Village, text: str) -> list[str]:
    return [line.name for line in database.read(village.engine, patrons.find_patron, text=text, at=AT, by=village.zhou)]


def test_somebody_is_found_by_name_initials_phone_or_number(village: Village) -> None:
    face = register(village)
    for text in ("欧阳镕", "欧阳", " 镕 ", "oyr", "OY", "7609", "13912347609", face.number, codes.clear(face.number)):
        assert find(village, text) == ["欧阳镕"], text


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "' OR 1=1", "99", "\x00", "x" * 1000, "📚"])
def test_what_finds_nobody_finds_nobody(village: Village, text: str) -> None:
    register(village)
    assert find(village, text) == []


def test_a_list_shows_no_whole_phone(village: Village) -> None:
    register(village)
    (line,) = database.read(village.engine, patrons.find_patron, text="欧阳镕", at=AT, by=village.zhou)
    assert line.phone_masked == "139****7609"
    assert "13912347609" not in str(line)


def test_a_mistake_is_corrected_and_the_journal_says_which_field(village: Village) -> None:
    face = register(village)
    sheet = database.read(village.engine, patrons.sheet, patron_id=face.patron_id, at=AT, by=village.zhou)
    right = replace(sheet.form, name="欧阳蓉", phone="13800001111")
    database.write(village.engine, patrons.correct, patron_id=face.patron_id, form=right, seen=sheet.seen, at=AT, by=village.zhou)
    kept = patron(village, face)
    assert (kept.name, kept.initials, kept.phone_end) == ("欧阳蓉", "oyr", "1111")
    with Session(village.engine) as session:
        row = session.exec(select(JournalRow).where(JournalRow.verb == "patron_correct")).scalar_one()
    assert row.facts == {"fields": "name,phone,phone_end"}


def test_two_desks_never_overwrite_each_other(village: Village) -> None:
    face = register(village)
    sheet = database.read(village.engine, patrons.sheet, patron_id=face.patron_id, at=AT, by=village.zhou)
    for name, expected in (("甲", None), ("乙", ChangedMeanwhile)):
        facts = {"patron_id": face.patron_id, "form": replace(sheet.form, name=name), "seen": sheet.seen, "at": AT, "by": village.zhou}
        if expected is None:
            database.write(village.engine, patrons.correct, **facts)
        else:
            with pytest.raises(expected):
                database.write(village.engine, patrons.correct, **facts)
    assert patron(village, face).name == "甲"


def test_a_correction_that_changes_nothing_writes_nothing(village: Village) -> None:
    face = register(village)
    sheet = database.read(village.engine, patrons.sheet, patron_id=face.patron_id, at=AT, by=village.zhou)
    before = rows(village.engine)
    database.write(village.engine, patrons.correct, patron_id=face.patron_id, form=sheet.form, seen=sheet.seen, at=AT, by=village.zhou)
    assert rows(village.engine) == before


def test_a_pin_stays_when_the_form_leaves_it_empty(village: Village) -> None:
    face = register(village, replace(GROWN_UP, phone="", pin="0417"))
    sheet = database.read(village.engine, patrons.sheet, patron_id=face.patron_id, at=AT, by=village.zhou)
    assert sheet.has_pin
    facts = {
        "patron_id": face.patron_id,
        "form": replace(sheet.form, villager_group="五组"),
        "seen": sheet.seen,
        "at": AT,
        "by": village.zhou,
    }
    database.write(village.engine, patrons.correct, **facts)
    assert keypad(village, face.number, "0417") == face.card_id


def keypad(village: Village, number: str, fact: str, at=AT):
    return database.write(village.engine, cards.by_keypad, number=number, fact=fact, at=at, by=village.kiosk)


def test_the_keypad_knows_a_number_with_the_phones_last_four(village: Village) -> None:
    face = register(village)
    assert keypad(village, codes.clear(face.number), "7609") == face.card_id


@pytest.mark.parametrize("fact", ["", "0000", "567", "56789", "٥٦٧٨", "\x00", "a" * 10_000])
def test_the_keypad_knows_nobody_by_a_wrong_fact(village: Village, fact: str) -> None:
    face = register(village)
    assert keypad(village, face.number, fact) is None


def test_an_empty_phone_never_matches_an_empty_fact(village: Village) -> None:
    face = register(village, replace(GROWN_UP, phone="", pin="0417"))
    assert keypad(village, face.number, "") is None


def test_after_five_wrong_tries_the_keypad_rests_for_five_minutes_for_everybody_there(village: Village) -> None:
    mei, face = village.cards["mei"].number, register(village)
    for _ in range(5):
        assert keypad(village, mei, "0000") is None
    with pytest.raises(KeypadResting) as resting:
        keypad(village, face.number, "7609")
    assert resting.value.facts == {"until": AT + timedelta(minutes=5)}
    assert keypad(village, face.number, "7609", at=AT + timedelta(minutes=5)) == face.card_id


def test_a_card_tried_at_many_kiosks_rests_everywhere(village: Village) -> None:
    face = register(village)
    for number in range(5):
        other = replace(village.kiosk, device=f"kiosk-{number + 2}")
        assert database.write(village.engine, cards.by_keypad, number=face.number, fact="0000", at=AT, by=other) is None
    with pytest.raises(KeypadResting):
        keypad(village, face.number, "7609")


def test_resting_counts_nothing_and_slow_guessing_rests_too(village: Village) -> None:
    face = register(village)
    for minute in range(5):
        keypad(village, face.number, "0000", at=AT + timedelta(minutes=minute * 2))
    for _ in range(3):
        with pytest.raises(KeypadResting) as resting:
            keypad(village, face.number, "7609", at=AT + timedelta(minutes=9))
        assert resting.value.facts["until"] == AT + timedelta(minutes=13)


def test_an_unknown_number_and_a_wrong_fact_leave_the_same_trace(village: Village) -> None:
    face = register(village)
    unknown = codes.Number.of("1", (int(face.number[1:7]) + 1) % 1_000_000).digits
    assert keypad(village, unknown, "7609") is None
    assert keypad(village, face.number, "0000") is None
    with Session(village.engine) as session:
        assert rows(village.engine)["keypad_try"] == 2
        session.close()
