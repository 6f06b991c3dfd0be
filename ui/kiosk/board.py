"""What the board by the door says: open until or when next, and the notices of what is closed. Home and the display share it."""

from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from services import clock
from services.hours import Notice, Stage, Status
from services.words import Words
from ui.kiosk import draw

# What shuts a door now stands before what will, and before what has opened again.
_URGENT: Final = (Stage.NOW, Stage.LATE, Stage.COMING, Stage.REOPENED)
_SHOWN: Final = 2


def turns_at(door: Status, now: datetime) -> int:
    """When what the door says stops being true, in ms since 1970: the next opening, closing, notice or midnight."""
    midnight = clock.instant(clock.local_day(now), 24 * 60)
    rooms = (moment for room in door.rooms for moment in (room.until, room.next_opening))
    notices = (moment for notice in door.closures for moment in (notice.starts_at, notice.expected_reopen_at))
    moments = (door.until, door.next_opening, midnight, *rooms, *notices)
    return int(min(moment for moment in moments if moment is not None and moment > now).timestamp() * 1000) + 500


def door(words: Words, status: Status) -> Markup:
    """Open or closed, and until when."""
    state = "open" if status.is_open else "closed"
    mark = Markup('<span class="hall-pill hall-pill-{}"><i></i>{}</span>').format(state, words.say(f"status.{state}"))
    return Markup('<section class="hall-card hall-door">{}<p>{}</p></section>').format(mark, when(words, status))


def when(words: Words, status: Status) -> Markup:
    """Until when, or when next."""
    moment = Markup("<b>{}</b>")
    if status.is_open:
        if status.until is None:
            return Markup("{}").format(words.say("status.open_always"))
        return Markup("{} {}").format(words.say("status.until"), moment.format(words.time(status.until)))
    if status.next_opening is None:
        return Markup("{}").format(words.say("status.unknown"))
    # The sentence has its places in another order in every language, and the time in it is large.
    sentence = Markup(words.say("status.opens", when="{when}", time="{time}"))  # noqa: S704  a sentence of ours; facts come after
    return sentence.format(when=day_name(words, status.next_opening), time=moment.format(words.time(status.next_opening)))


def day_name(words: Words, at: datetime) -> str:
    """Today, tomorrow, or the day with its weekday."""
    day, today = clock.local_day(at), clock.local_day(clock.now())
    names = {today: words.say("status.today"), today + timedelta(days=1): words.say("status.tomorrow")}
    return names.get(day) or f"{words.due(day)} {words.short_weekday(day)}"


def notices(words: Words, closures: tuple[Notice, ...]) -> Markup:
    """Draw the most urgent ones."""
    first = sorted(closures, key=lambda notice: _URGENT.index(notice.stage))[:_SHOWN]
    return (
        Markup('<div class="hall-notices">{}</div>').format(draw.NOTHING.join(_notice(words, one) for one in first))
        if first
        else draw.NOTHING
    )


def _notice(words: Words, notice: Notice) -> Markup:
    where = notice.service or notice.room or words.say("notice.hall")
    back_at = notice.reopened_at if notice.stage is Stage.REOPENED else notice.reopens_at
    if notice.stage is Stage.REOPENED:
        when = words.say("notice.reopened_at", at=words.moment(notice.reopened_at or notice.expected_reopen_at))
    else:
        back = words.say("notice.back", at=words.moment(back_at)) if back_at else words.say("notice.later")
        start = words.say("notice.from", at=words.moment(notice.starts_at)) if notice.stage is Stage.COMING else ""
        when = " · ".join(part for part in (start, _kept(words, notice), back) if part)
    reason = notice.reason or words.say(f"closure_reason.{notice.reason_code}")
    contact = Markup("<span>　{}</span>").format(words.say("notice.contact", contact=notice.contact)) if notice.contact else draw.NOTHING
    return Markup(
        '<section class="hall-notice hall-notice-{}" role="status"><div>{}</div><div><b>{}</b><p>{}</p><p>{}{}</p></div></section>'
    ).format(notice.stage, draw.picture("notice"), words.say(_title(notice), where=where), when, reason, contact)


def _kept(words: Words, notice: Notice) -> str:
    hours = " ".join(f"{words.minute(slot.start)}–{words.minute(slot.end)}" for slot in notice.kept)
    return words.say("notice.kept", hours=hours) if hours else ""


def _title(notice: Notice) -> str:
    shorter = notice.kept and notice.stage in {Stage.NOW, Stage.COMING}
    return f"notice.shorter_{notice.stage}" if shorter else f"notice.{notice.stage}"
