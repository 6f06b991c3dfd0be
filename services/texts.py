"""What somebody wrote by hand, made fit to be kept: both engines take the same signs and the same length."""

import unicodedata

from services.refusals import FactMissing, FactWrong


def plain(text: str, most: int) -> str:
    """One line without what no keyboard writes (a NUL stops PostgreSQL, half a character stops UTF-8), cut to its column's length."""
    return "".join(filter(str.isprintable, " ".join(text.split())))[:most].strip()


def fact(text: str, field: str, most: int, *, needed: bool = False) -> str:
    """Give one field's text as it is kept. Raises FactMissing for an empty one that is needed, FactWrong for one that cannot be kept."""
    text = text.strip()
    if needed and not text:
        raise FactMissing(field=field)
    if len(text) > most or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise FactWrong(field=field)
    return text


def lines(text: str, field: str, most: int) -> str:
    """Several lines, each made fit to be kept, empty ones left out. Raises FactWrong for more than can be kept: no rule is cut short."""
    kept = "\n".join(filter(None, (plain(line, most) for line in text.splitlines())))
    if len(kept) > most or len("".join(text.split())) > most:
        raise FactWrong(field=field)
    return kept
