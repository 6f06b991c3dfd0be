"""What both screens stand on: settings, the engine, the hall, and one way to attempt something."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Engine

from services import database, halls, logs, schema
from services.refusals import Refusal
from services.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Trouble:
    """Something broke; the number is in the log, the villager sees one calm screen."""

    reference: str


@dataclass(frozen=True)
class House:
    """One process's settings, its one engine and the hall it serves."""

    settings: Settings
    engine: Engine
    hall: halls.HallFacts


@cache
def house() -> House:
    """Open the house once; a database that does not fit or is broken raises, and the next call tries again."""
    settings = Settings()
    engine = database.engine_for(settings.database_url)
    try:
        schema.require_fit(engine)
    except schema.Unfit as unfit:
        look = unfit.look
        logs.warn("database does not fit", fit=str(look.fit), found=look.found, wanted=look.wanted, command=look.command or "doctor")
        raise
    return House(settings, engine, database.read(engine, halls.here))


def attempt(use_case: Callable[..., T], **facts: Any) -> T | Refusal | Trouble:
    """Let a use case act; what the house does not do now comes back as a value, and so does what went wrong."""
    return _kept(database.write, use_case, facts)


def ask(question: Callable[..., T], **facts: Any) -> T | Refusal | Trouble:
    """Ask a question without writing, with the same manners."""
    return _kept(database.read, question, facts)


def _kept(door: Callable[..., T], verb: Callable[..., T], facts: dict[str, Any]) -> T | Refusal | Trouble:
    try:
        return door(house().engine, verb, **facts)
    except Refusal as refusal:
        return refusal
    except Exception as error:  # noqa: BLE001  whatever it is, a villager gets one calm screen and the log gets the rest
        return Trouble(logs.trouble(error))
