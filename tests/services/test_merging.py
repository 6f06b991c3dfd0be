"""One person, registered twice: everything goes over to one registration, nothing is lost, and what speaks against it is said first."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from models import Card, CardEnd, Hold, Loan, Patron, PatronKind, PatronMerge, Sex, Suspension, TeamMember
from services import circulation, database, finding, holds, keypad, merging, patrons, privacy, suspensions, teams
from services.privacy import BLANKED
from services.refusals import CardUnknown, ChangedMeanwhile, FactMissing, HoldsCollide, NotAllowed, PatronsDiffer, RowsCollide
from tests.cast import AT, Village, gesture
from tests.databases import rows
from tests.laws import held


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def look(village: Village, kept: str = "mei", ended: str = "mei_again") -> merging.Pair:
    ids = {"kept_id": village.patrons[kept].id, "ended_id": village.patrons[ended].id}
    return database.read(village.engine, merging.pair, **ids, at=AT, by=village.zhou)


def merge(village: Village, kept: str = "mei", ended: str = "mei_again", **facts: Any) -> None:
    facts = facts if "seen" in facts else {"seen": look(village, kept, ended).seen, **facts}
    do(village, merging.merge, kept_id=village.patrons[kept].id, ended_id=village.patrons[ended].id, **facts)


def patron(village: Village, who: str) -> Patron:
    with Session(village.engine) as session:
        return session.get_one(Patron, village.patrons[who].id)


def lend(village: Village, what: str, who: str) -> Any:
    return do(village, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who))


def wait_for(village: Village, what: str, who: str) -> Any:
    return do(village, holds.place, title_id=village.titles[what].id, card_id=village.card_id(who))


@pytest.fixture
def twice(village: Village) -> Village:
    """Mei came again in the new year and nobody looked her up."""
    village.person("mei_again", "王 梅", date(1985, 6, 1), sex=Sex.UNSAID, phone="13800001234", villager_group="三组")
    return village


def of(village: Village, who: str) -> dict[str, int]:
    """How much of everything belongs to somebody, in every table that names a patron."""
    with village.engine.connect() as connection:
        return {
            f"{table.name}.{column.name}": connection.execute(
                sa.select(sa.func.count()).select_from(table).where(column == village.patrons[who].id)
            ).scalar_one()
            for table, column in merging.references()
        }


def test_all_of_one_goes_over_to_the_other(twice: Village) -> None:
    lend(twice, "huozhe", "mei_again")
    do(twice, circulation.check_in, item_id=twice.item_id("huozhe"))
    lend(twice, "biancheng", "mei_again")
    lend(twice, "weicheng", "old_li")
    wait_for(twice, "weicheng", "mei_again")
    do(twice, suspensions.suspend, patron_id=twice.patrons["mei_again"].id, until_day=date(2027, 4, 1), reason="弄湿三本书")
    do(twice, teams.join, team_id=twice.patrons["team"].id, patron_id=twice.patrons["mei_again"].id)
    before = {name: many + of(twice, "mei_again")[name] for name, many in of(twice, "mei").items()}
    sums = rows(twice.engine)

    seen = look(twice)
    assert (seen.refusal, seen.ended.out, seen.ended.past, seen.ended.waiting, seen.ended.paused) == (None, 1, 1, 1, 1)
    once = gesture()
    merge(twice, gesture=once)
    merge(twice, gesture=once, seen="")
    assert of(twice, "mei") == before
    assert set(of(twice, "mei_again").values()) == {0}
    assert rows(twice.engine) == sums | {"patron_merge": 1, "journal": sums["journal"] + 1}

    kept, ended = patron(twice, "mei"), patron(twice, "mei_again")
    assert (kept.name, kept.villager_group, kept.sex, kept.phone_end) == ("王梅", "三组", Sex.FEMALE, "1234")
    assert (ended.name, ended.phone, ended.birth_date, ended.erased_at) == (BLANKED, "", None, AT)
    with Session(twice.engine) as session:
        cards = {card.id: card for card in session.exec(select(Card).where(Card.patron_id == kept.id))}
    assert cards[twice.card_id("mei")].ended_at is None
    assert cards[twice.card_id("mei_again")].ended_as is CardEnd.CANCELLED
    do(twice, circulation.check_in, item_id=twice.item_id("biancheng"))


def test_what_is_empty_is_filled_and_what_differs_is_chosen(twice: Village) -> None:
    twice.person("li_again", "李老汉", date(1955, 2, 3), phone="13911112222", villager_group="八组")
    assert look(twice, "old_li", "li_again").differing == ("phone",)
    merge(twice, "old_li", "li_again", taken=frozenset({"phone"}))
    kept = patron(twice, "old_li")
    assert (kept.phone, kept.phone_end, kept.villager_group, kept.sex) == ("13911112222", "2222", "八组", Sex.MALE)


def test_the_card_that_is_in_force_stays_so_whoever_s_it_was(twice: Village) -> None:
    with Session(twice.engine) as session:
        session.connection(execution_options={"writes": True})
        session.execute(sa.update(Card).where(Card.id == twice.card_id("mei")).values(ended_at=AT, ended_as=CardEnd.LOST))  # type: ignore[arg-type]
        session.commit()
    merge(twice)
    found = database.read(twice.engine, finding.find, hall_id=twice.hall.id, text=twice.card_code("mei_again"))
    assert database.read(twice.engine, patrons.patron_of_card, card_id=found.card_id, by=twice.zhou) == twice.patrons["mei"].id
    assert database.write(twice.engine, keypad.by_keypad, number=twice.cards["mei_again"].number, fact="1234", at=AT, by=twice.kiosk)


def test_a_guest_who_stays_becomes_a_villager_and_not_the_other_way_round(twice: Village) -> None:
    twice.person("zhao", "赵归", date(1990, 1, 1), phone="13900009999")
    lend(twice, "huozhe", "guest")
    with pytest.raises(PatronsDiffer):
        merge(twice, "guest", "zhao")
    merge(twice, "zhao", "guest")
    assert patron(twice, "zhao").kind is PatronKind.PERSON
    assert of(twice, "zhao")["loan.patron_id"] == 1


@pytest.mark.parametrize(
    ("kept", "ended", "field"),
    [("mei", "mei", "kind"), ("mei", "team", "kind"), ("mei", "old_li", "name"), ("mei", "mei_older", "birth_date")],
)
def test_who_is_not_one_person_is_not_merged(twice: Village, kept: str, ended: str, field: str) -> None:
    twice.person("mei_older", "王梅", date(1958, 6, 1), phone="13800001234")
    before = held.everything(twice.engine)
    if kept != ended:
        assert look(twice, kept, ended).refusal.facts == {"field": field}  # type: ignore[union-attr]
    with pytest.raises(PatronsDiffer) as refused:
        merge(twice, kept, ended)
    assert refused.value.facts == {"field": field}
    held.same(before, held.everything(twice.engine), "refused")


def test_two_who_wait_for_one_book_decide_first(twice: Village) -> None:
    lend(twice, "biancheng", "old_li")
    wait_for(twice, "biancheng", "mei")
    slip = wait_for(twice, "biancheng", "mei_again")
    with pytest.raises(HoldsCollide) as refused:
        merge(twice)
    assert refused.value.facts == {"name": "边城"}
    do(twice, holds.cancel, hold_id=slip.hold_id)
    merge(twice)


def test_who_waits_for_what_the_other_half_has_decides_first(twice: Village) -> None:
    lend(twice, "biancheng", "mei")
    wait_for(twice, "biancheng", "mei_again")
    with pytest.raises(HoldsCollide):
        merge(twice)
    do(twice, circulation.check_in, item_id=twice.item_id("biancheng"))
    with Session(twice.engine) as session:
        assert session.exec(select(Hold.state)).one() == "ready"
    merge(twice)
    assert of(twice, "mei")["hold.patron_id"] == 1


def test_what_changed_since_it_was_shown_is_looked_at_again(twice: Village) -> None:
    seen = look(twice).seen
    sheet = look(twice).ended.sheet
    database.write(
        twice.engine, patrons.correct, patron_id=twice.patrons["mei_again"].id, form=sheet.form.__class__(**{**_fields(sheet.form), "villager_group": "九组"}),
        seen=sheet.seen, at=AT, by=twice.zhou,
    )  # fmt: skip
    with pytest.raises(ChangedMeanwhile):
        merge(twice, seen=seen)


def _fields(form: Any) -> dict[str, Any]:
    return {name: getattr(form, name) for name in form.__dataclass_fields__}


def test_what_comes_together_is_checked_like_a_registration(twice: Village) -> None:
    """A child's registration without consent cannot take over one with it and then stand without."""
    twice.person("child", "周小满", date(2016, 5, 1), phone_end="4321", guardian_name="周桂生", guardian_phone="13800004321", consent_day=None)
    twice.person("child_again", "周小满", date(2016, 5, 1), phone_end="4321", guardian_name="", guardian_phone="", consent_day=date(2027, 3, 1))
    merge(twice, "child", "child_again")
    assert patron(twice, "child").consent_day == date(2027, 3, 1)
    with Session(twice.engine) as session:
        session.connection(execution_options={"writes": True})
        session.execute(sa.update(Patron).where(Patron.id.in_([twice.patrons[who].id for who in ("mei", "mei_again")])).values(birth_date=None, kind="temporary", name=""))  # type: ignore[attr-defined]
        session.commit()
    with pytest.raises(FactMissing):
        merge(twice)


def test_in_a_team_once_and_two_teams_that_are_one(twice: Village) -> None:
    twice.person("team_again", "腰鼓队", None, kind=PatronKind.TEAM, leader_id=twice.patrons["mei_again"].id)
    for team in ("team", "team_again"):
        for who in ("mei", "mei_again", "old_li"):
            do(twice, teams.join, team_id=twice.patrons[team].id, patron_id=twice.patrons[who].id)
    merge(twice)
    assert patron(twice, "team_again").leader_id == twice.patrons["mei"].id
    merge(twice, "team", "team_again", at=AT + timedelta(days=1))
    members = database.read(twice.engine, teams.members, team_id=twice.patrons["team"].id, at=AT, by=twice.zhou)
    assert sorted(member.name for member in members if member.to_day is None) == ["李老汉", "王梅"]
    assert len(members) == 6


def test_a_list_on_which_one_person_stands_once_is_respected(twice: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever table comes later with a law of its own: the merge refuses, it does not break."""
    monkeypatch.setattr(merging, "_one_card", lambda *_: None)
    before = held.everything(twice.engine)
    with pytest.raises(RowsCollide):
        merge(twice)
    held.same(before, held.everything(twice.engine), "refused")


def test_nobody_is_merged_twice_and_strangers_merge_nobody(twice: Village) -> None:
    with pytest.raises(NotAllowed):
        merge(twice, by=twice.kiosk)
    seen = look(twice).seen
    merge(twice, seen=seen)
    with pytest.raises(CardUnknown):
        merge(twice, seen=seen)
    with pytest.raises(CardUnknown):
        look(twice)
    with Session(twice.engine) as session:
        (trace,) = session.exec(select(PatronMerge))
    assert (trace.kept_id, trace.ended_id, trace.staff_id) == (twice.patrons["mei"].id, twice.patrons["mei_again"].id, twice.zhou.staff_id)


def test_a_merged_person_can_be_forgotten(twice: Village) -> None:
    lend(twice, "huozhe", "mei_again")
    do(twice, circulation.check_in, item_id=twice.item_id("huozhe"))
    merge(twice)
    do(twice, privacy.erase, patron_id=twice.patrons["mei"].id)
    with Session(twice.engine) as session:
        assert session.exec(select(Loan.patron_id)).one() is None
        assert not session.exec(select(Suspension)).all()
        assert {card.ended_as for card in session.exec(select(Card).where(Card.patron_id == twice.patrons["mei"].id))} == {CardEnd.CANCELLED}
        assert "王" not in "".join(session.exec(select(TeamMember.name)).all())


def test_who_may_be_registered_twice_is_listed_and_twins_are_not(twice: Village) -> None:
    twice.person("mei_third", "王梅", date(1985, 6, 1), phone="13911110000")
    twice.person("twin", "王梅", date(1985, 6, 2), phone="13800001234")
    ask = {"at": AT, "by": twice.zhou}
    pairs = database.read(twice.engine, merging.doubles, **ask)
    assert [(first.patron_id, second.patron_id) for first, second in pairs] == [(twice.patrons["mei"].id, twice.patrons["mei_third"].id)]
    merge(twice, "mei", "mei_third")
    assert database.read(twice.engine, merging.doubles, **ask) == []
