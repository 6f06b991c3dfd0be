"""Which functions share a room, as lanes: those that exclude each other meet in one at least, those that share meet in none. Pure."""

from collections.abc import Collection, Iterable
from typing import Final

from models.timeline import ALL_LANES, LANES
from services.refusals import FactWrong

WHOLE_ROOM: Final = ""
Pair = tuple[str, str]


def lanes(together: Iterable[Pair]) -> tuple[frozenset[str], ...]:
    """Give the lanes of a room: the largest sets of functions of which no two share it (its maximal independent sets).

    Two that exclude each other stand together in such a set, two that share in none. Raises FactWrong for more than a room may have.
    """
    shares: dict[str, set[str]] = {}
    for first, second in together:
        shares.setdefault(first, set()).add(second)
        shares.setdefault(second, set()).add(first)
    found = {frozenset[str]()}
    for name in sorted(shares):
        # A lane that shares with the new name stays beside its other half; one that does not takes the name in.
        found = {lane for lane in found if lane & shares[name]} | {(lane - shares[name]) | {name} for lane in found}
        found = {lane for lane in found if not any(lane < other for other in found)}
    if len(found) > LANES:
        raise FactWrong(field="sharing")
    return tuple(sorted(found, key=sorted))


def lanes_of(function: str, together: Iterable[Pair]) -> int:
    """Give the lanes of a function as bits; one that shares with nobody, and the whole room, has all."""
    bits = sum(1 << number for number, lane in enumerate(lanes(together)) if function in lane)
    return bits or ALL_LANES



def is_among(function: str, names: Collection[str]) -> bool:
    """Whether a room that is for these is for this; 文体活动室:舞蹈 is one of the things an activity room is for."""
    return function in names or function.partition(":")[0] in names
