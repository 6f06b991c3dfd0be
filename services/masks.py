"""Names and phones as a screen in the hall may show them."""

from typing import Final

_STARS: Final = 3
_PHONE_HEAD, _PHONE_TAIL = 3, 4


def name(full: str) -> str:
    """Mask a name: 王*明, 李*, 迪***提."""
    letters = full.strip()
    if len(letters) <= 1:
        return letters
    if len(letters) == 2:  # noqa: PLR2004  two characters: a family name and one given character
        return f"{letters[0]}*"
    return f"{letters[0]}{'*' * min(len(letters) - 2, _STARS)}{letters[-1]}"


def phone(full: str) -> str:
    """Mask a phone: 138****1234; a short one shows its last four digits alone."""
    digits = full.strip()
    if len(digits) < _PHONE_HEAD + _PHONE_TAIL:
        return f"****{digits[-_PHONE_TAIL:]}" if len(digits) > _PHONE_TAIL else ""
    return f"{digits[:_PHONE_HEAD]}****{digits[-_PHONE_TAIL:]}"
