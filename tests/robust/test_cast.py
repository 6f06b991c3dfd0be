"""The cast is on the stage, in both kinds of database."""

from tests.cast import Village
from tests.databases import rows


def test_the_village_has_people_and_things(village: Village) -> None:
    count = rows(village.engine)
    assert (count["patron"], count["card"], count["item"]) == (5, 5, 10)
    assert len(village.card_code("mei")) == 26
    assert len(village.code("huozhe")) == 20
