"""A day of every room as bars: green while it is open, amber what is on in it, red and hatched what stops it; a needle for now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from markupsafe import Markup

from services import clock
from services.hours import Notice
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
_WORD: Final = 21.0  # per cent that they take in one line

Named = tuple[Span[datetime], str, Markup]


@dataclass(frozen=True, slots=True)
class Scale:
    """From which full hour to which a day's bar reaches."""

    first: int
    last: int

    @classmethod
    def of(cls, plans: Iterable[DayPlan]) -> "Scale | None":
        """Wide enough for all that is open, on or stopped; None when there is nothing to draw."""
        spans = [_within(plan, span) for plan in plans for span in (*plan.open, *plan.stops, *(use.span for use in plan.uses))]
        if not spans:
            return None
        return cls(int(min(start for start, _ in spans)), min(_LAST_HOUR, max(-int(-end // 1) for _, end in spans)))

    def at(self, hour: float) -> float:
        """Where an hour of the day stands, in per cent."""
        return round(min(_WHOLE, max(0.0, _WHOLE * (hour - self.first) / (self.last - self.first))), 2)

    def hours(self) -> Markup:
        """Write the hours under the bars."""
        step = max(1, -(-(self.last - self.first) // _MARKS))
        marks = (Markup('<span style="left:{}%">{}</span>').format(self.at(hour), hour) for hour in range(self.first, self.last + 1, step))
        return Markup('<div class="hall-hours" aria-hidden="true">{}</div>').format(draw.NOTHING.join(marks))

    def needle(self) -> Markup:
        """Mark the present moment of today; the pulse moves it on."""
        now = clock.now()
        midnight = clock.instant(clock.local_day(now), 0)
        at = self.at((now - midnight) / _HOUR)
        ends = (int((midnight + hour * _HOUR).timestamp() * 1000) for hour in (self.first, self.last))
        mark = Markup('<i class="hall-now" style="left:{}%" data-from="{}" data-to="{}"></i>')
        return mark.format(at, *ends) if 0 < at < _WHOLE else draw.NOTHING


def _within(plan: DayPlan, span: Span[datetime]) -> tuple[float, float]:
    """Say from which hour of its day to which something is; what began the day before begins at midnight."""
    midnight = clock.instant(plan.day, 0)
    return max(0.0, (span.start - midnight) / _HOUR), min(float(_LAST_HOUR), (span.end - midnight) / _HOUR)


def today(words: Words, lines: tuple[RoomLine, ...], *, named: bool = True) -> Markup:
    """Draw today of these rooms; nothing when no room has hours. Not `named` where buttons with the names lie over the rows."""
    scale = Scale.of(line.today for line in lines)
    if scale is None:
        return draw.NOTHING
    rows = [_row(_name(words, line) if named else draw.NOTHING, bar(words, scale, line.today, line.notices[0])) for line in lines]
    return Markup('<div class="hall-lines">{}<div class="hall-over">{}</div></div>{}').format(
        draw.NOTHING.join(rows), scale.needle(), scale.hours()
    )


def week(words: Words, plans: tuple[DayPlan, ...], notices: tuple[Notice | None, ...]) -> Markup:
    """Draw one room's days under each other, from today on."""
    scale = Scale.of(plans)
    if scale is None:
        return Markup("<p>{}</p>").format(words.say("rooms.no_hours"))
    rows = [
        _row(_day(words, plan.day), bar(words, scale, plan, notice, scale.needle() if number == 0 else draw.NOTHING))
        for number, (plan, notice) in enumerate(zip(plans, notices, strict=True))
    ]
    return Markup('<div class="hall-lines hall-days">{}</div>{}').format(draw.NOTHING.join(rows), scale.hours())


def what(words: Words, use: Use) -> str:
    """Name what is on; of a booking its purpose, never who comes."""
    kind = words.say(f"use_kind.{use.kind}")
    return f"{kind} · {words.say(f'purpose.{use.purpose}')}" if use.purpose else use.title or kind


def why(words: Words, notice: Notice) -> str:
    """Say why a room is shut, and when it opens again."""
    reason = notice.reason or words.say(f"closure_reason.{notice.reason_code}")
    back = words.say("notice.back", at=words.moment(notice.reopens_at)) if notice.reopens_at else words.say("notice.later")
    return words.say("rooms.why", reason=reason, back=back)


def short_day(words: Words, day: date) -> str:
    """Write a day where there is little room: 12月3日, 3 Dec."""
    return words.say("rooms.day", month=words.say(f"date.month.{day.month}"), day=day.day)


def bar(words: Words, scale: Scale, plan: DayPlan, notice: Notice | None, needle: Markup = draw.NOTHING) -> Markup:
    """Draw one day of one room; a word that its bar is too short for runs on to where the next one begins."""
    midnight = clock.instant(plan.day, 0)
    stops = plan.stops if plan.open else (Span(midnight, midnight + _LAST_HOUR * _HOUR),)
    pieces = [_piece(scale, plan, span, "open") for span in plan.open]
    pieces += [_piece(scale, plan, span, "shut") for span in stops]
    pieces += [_piece(scale, plan, use.span, f"use hall-{use.kind}") for use in plan.uses]
    # What is on is written over the green: the hours under it stand on the scale.
    free = [span for span in plan.open if not any(use.span.overlaps(span) for use in plan.uses)]
    named: list[Named] = [(span, "open", Markup("{}<wbr>–{}").format(words.time(span.start), words.time(span.end))) for span in free]
    named += [(use.span, "use", Markup("{}").format(what(words, use))) for use in plan.uses]
    bare = without(stops, [use.span for use in plan.uses])
    if longest := max(bare, key=lambda span: span.end - span.start, default=None):
        named.append((longest, "shut", Markup("{}").format(why(words, notice) if notice else words.say("rooms.shut"))))
    named.sort(key=lambda one: one[0].start)
    return Markup('<div class="hall-bar">{}{}{}</div>').format(draw.NOTHING.join(pieces), needle, _words(scale, plan, named))


def _words(scale: Scale, plan: DayPlan, named: list[Named]) -> Markup:
    """Write from the bar's left edge to where the next word begins; the last of the day, where that is narrow, before its right edge."""
    edges = [_edges(scale, plan, span) for span, _, _ in named]
    begins = [left for left, _ in edges]
    if len(edges) > 1 and _WHOLE - begins[-1] < _WORD:
        begins[-1] = min(begins[-1], max(begins[-2] + _WORD, edges[-1][1] - _WORD))
    found = []
    for (_, kind, text), begin, end, (left, right) in zip(named, begins, [*begins[1:], _WHOLE], edges, strict=True):
        pulled = begin < left
        side = f"right:{round(_WHOLE - right, 2)}%" if pulled else f"left:{begin}%"
        width = round((right if pulled else end) - begin, 2)
        if width >= _NARROW or kind == "use":
            found.append(Markup('<em class="hall-{}" style="{};max-width:{}%"><span>{}</span></em>').format(kind, side, width, text))
    return draw.NOTHING.join(found)


def _row(name: Markup, drawn: Markup) -> Markup:
    return Markup('<div class="hall-room"><span>{}</span>{}</div>').format(name, drawn)


def _name(words: Words, line: RoomLine) -> Markup:
    people = words.say("home.in_charge", name=line.room.people[0].name) if line.room.people else ""
    return Markup("{}<small>{}</small>").format(line.room.name, people)


def _day(words: Words, day: date) -> Markup:
    today = day == clock.local_day(clock.now())
    return Markup("{}<small>{}</small>").format(words.say("status.today") if today else words.short_weekday(day), short_day(words, day))


def _edges(scale: Scale, plan: DayPlan, span: Span[datetime]) -> tuple[float, float]:
    start, end = _within(plan, span)
    return scale.at(start), scale.at(end)


def _piece(scale: Scale, plan: DayPlan, span: Span[datetime], kind: str) -> Markup:
    left, right = _edges(scale, plan, span)
    return Markup('<i class="hall-{}" style="left:{}%;width:{}%"></i>').format(kind, left, round(right - left, 2))
