"""How a title is looked for: its characters in pairs, and the first letters of their pinyin."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

_WORD: Final = re.compile(r"[a-z0-9]+")
_HAN: Final = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_PIECE: Final = re.compile(f"{_WORD.pattern}|{_HAN.pattern}|[^\\W_]+")


def initials(text: str) -> str:
    """Spell by first letters: `红楼梦` → `hlm`; polyphones by their phrase (`重庆` → `cq`), Latin words whole."""
    return "".join(_first_letters(piece) for piece in _pieces(text))


def found_by(name: str, author: str) -> dict[str, str]:
    """Give the columns a title is found by; whoever changes its name or author writes them anew."""
    text = f"{name} {author}"
    return {"grams": grams(text), "initial_grams": initial_grams(text), "initials": f"{initials(name)} {initials(author)}"}


def grams(text: str) -> str:
    """Give all that a text can be found by: single characters and neighbouring pairs, Latin words whole."""
    found: list[str] = []
    for piece in _pieces(text):
        found += [piece] if _WORD.fullmatch(piece) else _with_pairs(piece)
    return " ".join(found)


def initial_grams(text: str) -> str:
    """Give the letters and letter pairs a text's pinyin initials can be found by: `红楼梦` → `h hl l lm m`."""
    return " ".join(_with_pairs(initials(text)))


def query_grams(text: str) -> str:
    """Give the grams a typed text asks for: one character itself, more characters their pairs, Latin words whole."""
    wanted: list[str] = []
    for piece in _pieces(text):
        wanted += [piece] if len(piece) == 1 or _WORD.fullmatch(piece) else ["".join(pair) for pair in pairwise(piece)]
    return " ".join(wanted)


def query_initials(text: str) -> str:
    """Give the letter pairs of typed initials: `hlm` → `hl lm`; empty when the text is not letters alone."""
    letters = "".join(_pieces(text))
    if not letters or not (letters.isascii() and letters.isalnum()):
        return ""
    return letters if len(letters) == 1 else " ".join("".join(pair) for pair in pairwise(letters))


def folded(text: str) -> str:
    """Bring a text to the form it is compared in: full-width to half-width, capitals to small, marks away."""
    return "".join(_pieces(text))


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(unicodedata.normalize("NFKC", text).casefold())


# A name is spelled alone and again with its author; authors and words come back all the time.
@lru_cache(maxsize=8192)
def _first_letters(piece: str) -> str:
    if _WORD.fullmatch(piece):
        return piece
    # Its dictionary takes a third of a second to load, and only saving a title or a name needs it.
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(piece, style=Style.FIRST_LETTER, errors="ignore", strict=False)
    return "".join(letter[0] for letter in letters if letter and letter[0].isascii() and letter[0].isalpha())


def _with_pairs(piece: str) -> list[str]:
    found = [piece[0]] if piece else []
    for left, right in pairwise(piece):
        found += [left + right, right]
    return found
