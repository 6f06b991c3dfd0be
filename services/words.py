"""Every sentence a person reads or hears, by key and language, from assets/locales."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

from services.clock import local
from services.refusals import Refusal

LANGUAGES: Final = ("zh-CN", "en")
LOCALES: Final = Path(__file__).resolve().parent.parent / "assets" / "locales"


@dataclass(frozen=True)
class Kindly:
    """A refusal in words: one reason, one next step."""

    say: str
    next: str


class Words:
    """The sentences of one language; a missing key raises KeyError, so a test finds it before a villager does."""

    def __init__(self, lang: str, sentences: Mapping[str, str]) -> None:
        """Hold the sentences of `lang` by flat dotted key."""
        self.lang = lang
        self.sentences = MappingProxyType(dict(sentences))

    def has(self, key: str) -> bool:
        """Tell whether a key has a sentence of its own (a `.child` variant is optional)."""
        return key in self.sentences

    def say(self, key: str, **facts: object) -> str:
        """Give a sentence with its facts in it; days and instants are written the language's way."""
        return self.sentences[key].format(
            **{name: _Written(self, fact) if isinstance(fact, date) else fact for name, fact in facts.items()}
        )

    def refused(self, refusal: Refusal, *, child: bool = False) -> Kindly:
        """Put a refusal into words; a child's card is addressed with 你."""
        return Kindly(*(self._to(f"refusal.{refusal.code}.{part}", refusal.facts, child=child) for part in ("say", "next")))

    def due(self, day: date) -> str:
        """Write a day without its year: 12月3日, 3 December."""
        return self.say("date.day", month=self.say(f"date.month.{day.month}"), day=day.day)

    def long_day(self, day: date) -> str:
        """Write a day with its year: 2026年12月3日, 3 December 2026."""
        return self.say("date.long", year=str(day.year), month=self.say(f"date.month.{day.month}"), day=day.day)

    def weekday(self, day: date) -> str:
        """Name a day of the week: 星期四, Thursday."""
        return self.say(f"date.weekday.{day.isoweekday()}")

    def short_weekday(self, day: date) -> str:
        """Name a day of the week in short: 周四, Thu."""
        return self.say(f"date.weekday_short.{day.isoweekday()}")

    def time(self, at: datetime) -> str:
        """Write the hall's time of day of an instant: 9:00, 17:30."""
        here = local(at)
        return f"{here.hour}:{here.minute:02d}"

    def minute(self, minute: int) -> str:
        """Write minutes since midnight as a time of day; 1440 is 24:00, the end of the day."""
        return f"{minute // 60}:{minute % 60:02d}"

    def moment(self, at: datetime) -> str:
        """Write an instant as day and time: 5月20日 9:00, 20 May, 9:00."""
        return self.say("date.moment", day=self.due(local(at).date()), time=self.time(at))

    def _to(self, key: str, facts: Mapping[str, Any], *, child: bool) -> str:
        """Choose the variant: `child` on a child's card, `later` while a fact is not known, `none` when the limit is 0."""
        key = self._variant(key, "later") if self._unknown(key, facts) else key
        key = self._variant(key, "none") if facts.get("most") == 0 else key
        key = self._variant(key, "child") if child else key
        field = {"field": self.say(f"field.{facts['field']}")} if "field" in facts else {}
        return self.say(key, **{**facts, **field})

    def _variant(self, key: str, variant: str) -> str:
        return f"{key}.{variant}" if self.has(f"{key}.{variant}") else key

    def _unknown(self, key: str, facts: Mapping[str, Any]) -> bool:
        return any(facts.get(name) is None for _, name, _, _ in Formatter().parse(self.sentences[key]) if name)


@dataclass(frozen=True)
class _Written:
    """A day or an instant inside a sentence: `{due_day}`, `{due_day:long}`, `{until:time}`."""

    words: Words
    fact: date

    def __format__(self, how: str) -> str:
        if how == "time" and isinstance(self.fact, datetime):
            return self.words.time(self.fact)
        day = local(self.fact).date() if isinstance(self.fact, datetime) else self.fact
        if how:
            return {"long": self.words.long_day, "day": self.words.due, "weekday": self.words.weekday}[how](day)
        return self.words.moment(self.fact) if isinstance(self.fact, datetime) else self.words.due(self.fact)


@cache
def words(lang: str) -> Words:
    """Give the words of a language; raises ValueError for one we do not speak."""
    if lang not in LANGUAGES:
        raise ValueError(f"no words for {lang}")
    sentences: dict[str, str] = {}
    for file in sorted((LOCALES / lang).glob("*.toml")):
        for key, sentence in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
            if key in sentences:
                raise ValueError(f"{key} is said twice, the second time in {lang}/{file.name}")
            sentences[key] = sentence
    return Words(lang, sentences)


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Walk nested tables as dotted keys; a key `_` in a table is the table's own sentence, so `say` may have a `say.child`."""
    for name, inner in table.items():
        key = above.rstrip(".") if name == "_" else above + name
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{key}.")
        else:
            yield key, str(inner)
