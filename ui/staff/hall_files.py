"""Papers of the hall, behind the gate: rules for the wall, the hall as it stands; made when they are asked for and kept nowhere."""

from typing import Any, Final
from uuid import UUID

from anyio import to_thread
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import PhotoMoment
from services import clock, closure_papers, hall_profile, hours_papers, photos, profile_papers, rule_papers, rule_sets
from services.hall_profile import Profile
from services.journal import Actor
from services.rule_papers import SIZES
from services.rule_sets import RuleSheet
from services.words import LANGUAGES, words
from ui.house import house
from ui.staff.files import NOT_FOUND, PDF, asked, download, keeper


async def rules(request: Request) -> Response:
    """Hand over one version of a room's rules; what hangs on a wall is Chinese."""
    by, size = keeper(request), request.path_params["size"]
    try:
        rule_id = UUID(request.path_params["rule_id"])
    except ValueError:
        return NOT_FOUND
    found = await asked(_rules, rule_id=rule_id, by=by) if by and size in SIZES else None
    if not isinstance(found, tuple):
        return NOT_FOUND
    sheet, in_force, colours = found
    spoken, hall = words(LANGUAGES[0]), house().hall.name
    made = await to_thread.run_sync(lambda: rule_papers.wall(sheet, hall, spoken, size=size, colours=colours, in_force=in_force))
    return download(made, f"{sheet.function}-{spoken.say('rule_paper.name')}-{sheet.version}-{size}.pdf", PDF)


def _rules(session: Session, *, rule_id: UUID, by: Actor) -> tuple[RuleSheet, bool, dict[str, str]]:
    sheet = rule_sets.sheet(session, rule_id=rule_id, by=by)
    in_force = sheet in rule_sets.current(session, hall_id=by.hall_id, room_id=sheet.room_id)
    return sheet, in_force, closure_papers.colours(session, by=by)


async def profile(request: Request) -> Response:
    """Hand over the hall as it stands, on one sheet."""
    by = keeper(request)
    found = await asked(_profile, by=by) if by else None
    if not isinstance(found, tuple):
        return NOT_FOUND
    spoken = words(LANGUAGES[0])
    made = await to_thread.run_sync(lambda: profile_papers.sheet(*found, spoken))
    return download(made, f"{found[0].name}-{spoken.say('profile.title')}.pdf", PDF)


def _profile(session: Session, *, by: Actor) -> tuple[Profile, dict[PhotoMoment, bytes]]:
    known = hall_profile.profile(session, hall_id=by.hall_id)
    newest = {one.moment: one.photo_id for one in known.photos}
    return known, {moment: photos.jpeg(session, photo_id=photo_id, by=by) for moment, photo_id in newest.items()}


async def opening_hours(request: Request) -> Response:
    """Hand over the notice of the hours of all rooms."""
    by, size = keeper(request), request.path_params["size"]
    found = await asked(_hours, by=by) if by and size in SIZES else None
    if not isinstance(found, tuple):
        return NOT_FOUND
    facts, colours = found
    made = await to_thread.run_sync(lambda: hours_papers.notice(facts, size=size, colours=colours))
    return download(made, f"{facts['title']}-{size}.pdf", PDF)


def _hours(session: Session, *, by: Actor) -> tuple[dict[str, Any], dict[str, str]]:
    facts = hours_papers.facts(session, hall=house().hall.name, at=clock.now(), by=by)
    return facts, closure_papers.colours(session, by=by)


ROUTES: Final = [
    Route("/desk/hall/hours-{size}.pdf", opening_hours),
    Route("/desk/rules/{rule_id}/{size}.pdf", rules),
    Route("/desk/hall/profile.pdf", profile),
]
