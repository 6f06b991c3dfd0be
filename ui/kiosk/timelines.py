"""A day of every room as bars: green while it is open, amber what is on in it, red and hatched what stops it; a needle for now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Final

from markupsafe import Markup

from services import clock
from services.room_board import RoomLine
from services.rooms import DayPlan, Use
from services.spans import Span, without
from services.words import Words
from ui.kiosk import draw

_HOUR: Final = timedelta(hours=1)
_LAST_HOUR: Final = 24
_MARKS: Final = 5
_WHOLE: Final = 100.0  # per cent
_NARROW: Final = 12.0  # per cent that hours or a reason need to be read

Named = tuple[Span[datetime], str, Markup]


@dataclass(frozen=True, slots=True)
class Scale:
    """From which full hour to which a row of bars reaches."""

    midnight: datetime
    first: int
    last: int

    @classmethod
    def of(cls, plans: Iterable[DayPlan]) -> "Scale | None":
        """Wide enough for all that is open, on or stopped; None when there is nothing to draw."""
        found = tuple(plans)
        spans = [span for plan in found for span in (*plan.open, *plan.stops, *(use.span for use in plan.uses))]
        if not spans:
            return None
        midnight = clock.instant(found[0].day, 0)
        first = max(0, min((span.start - midnight) // _HOUR for span in spans))
        return cls(midnight, first, min(_LAST_HOUR, max(-((midnight - span.end) // _HOUR) for span in spans)))

    def at(self, moment: datetime) -> float:
        """Where a moment stands, in per cent."""
        hours = (moment - self.midnight) / _HOUR - self.first
        return round(min(_WHOLE, max(0.0, _WHOLE * hours / (self.last - self.first))), 2)

    def hours(self) -> Markup:
        """Write the hours under the bars."""
        step = max(1, -(-(self.last - self.first) // _MARKS))
        marks = draw.NOTHING.join(
            Markup('<span style="left:{}%">{}</span>').format(self.at(self.midnight + hour * _HOUR), hour)
            for hour in range(self.first, self.last + 1, step)
        )
        return Markup('<div class="hall-hours" aria-hidden="true">{}</div>').format(marks)

    def needle(self) -> Markup:
        """Mark the present moment over all rows."""
        now = self.at(clock.now())
        return Markup('<i class="hall-now" style="left:{}%"></i>').format(now) if 0 < now < _WHOLE else draw.NOTHING


def card(words: Words, lines: tuple[RoomLine, ...]) -> Markup:
    """Draw today of these rooms; nothing when no room has hours."""
    scale = Scale.of(line.today for line in lines)
    if scale is None:
        return draw.NOTHING
    rows = draw.NOTHING.join(_row(words, scale, line) for line in lines)
    return Markup(
        '<section class="hall-card hall-rooms"><h2>{}</h2><div class="hall-lines">{}<div class="hall-over">{}</div></div>{}</section>'
    ).format(words.say("home.rooms"), rows, scale.needle(), scale.hours())


def what(words: Words, use: Use) -> str:
    """Name what is on; of a booking its purpose, never who comes."""
    kind = words.say(f"use_kind.{use.kind}")
    return f"{kind} · {words.say(f'purpose.{use.purpose}')}" if use.purpose else use.title or kind


def shut(words: Words, line: RoomLine) -> str:
    """Say why a room is shut today, and when it opens again."""
    notice = line.notice
    if notice is None:
        return words.say("status.closed_today")
    reason = notice.reason or words.say(f"closure_reason.{notice.reason_code}")
    back = words.say("notice.back", at=words.moment(notice.reopens_at)) if notice.reopens_at else words.say("notice.later")
    return words.say("rooms.shut", reason=reason, back=back)


def bar(words: Words, scale: Scale, plan: DayPlan, why: str) -> Markup:
    """Draw one day of one room; a word that its bar is too short for runs on to where the next one begins."""
    stops = plan.stops if plan.open else (Span(scale.midnight, scale.midnight + _LAST_HOUR * _HOUR),)
    pieces = [_piece(scale, span, "open") for span in plan.open]
    pieces += [_piece(scale, span, "shut") for span in stops]
    pieces += [_piece(scale, use.span, f"use hall-{use.kind}") for use in plan.uses]
    # What is on is written over the green: the hours under it stand on the scale.
    free = [span for span in plan.open if not any(use.span.overlaps(span) for use in plan.uses)]
    named: list[Named] = [(span, "open", Markup("{}<wbr>–{}").format(words.time(span.start), words.time(span.end))) for span in free]
    named += [(use.span, "use", Markup("{}").format(what(words, use))) for use in plan.uses]
    bare = without(stops, [use.span for use in plan.uses])
    if longest := max(bare, key=lambda span: span.end - span.start, default=None):
        named.append((longest, "shut", Markup("{}").format(why)))
    named.sort(key=lambda one: one[0].start)
    names = draw.NOTHING.join(_name(scale, one, after) for one, after in zip_longest(named, named[1:]))
    return Markup('<div class="hall-bar">{}{}</div>').format(draw.NOTHING.join(pieces), names)


def _name(scale: Scale, named: Named, after: Named | None) -> Markup:
    span, kind, text = named
    left = scale.at(span.start)
    width = round((scale.at(after[0].start) if after else _WHOLE) - left, 2)
    if width < _NARROW and kind != "use":
        return draw.NOTHING
    return Markup('<em class="hall-{}" style="left:{}%;max-width:{}%"><span>{}</span></em>').format(kind, left, width, text)


def _row(words: Words, scale: Scale, line: RoomLine) -> Markup:
    people = words.say("home.in_charge", name=line.room.people[0].name) if line.room.people else ""
    return Markup('<div class="hall-room"><span>{}<small>{}</small></span>{}</div>').format(
        line.room.name, people, bar(words, scale, line.today, shut(words, line))
    )


def _piece(scale: Scale, span: Span[datetime], kind: str) -> Markup:
    left = scale.at(span.start)
    return Markup('<i class="hall-{}" style="left:{}%;width:{}%"></i>').format(kind, left, round(scale.at(span.end) - left, 2))
