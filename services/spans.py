"""Spans: half-open, from the start up to but not including the end; overlap is written here and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

Moment = TypeVar("Moment", int, date, datetime)


@dataclass(frozen=True, slots=True, order=True)
class Span(Generic[Moment]):
    """From `start` up to, not including, `end`: of minutes, of days or of instants. It always goes forward."""

    start: Moment
    end: Moment

    def __post_init__(self) -> None:
        """Raise ValueError for a span that is empty or goes backward."""
        if not self.start < self.end:
            msg = f"a span goes forward: {self.start} .. {self.end}"
            raise ValueError(msg)

    def __contains__(self, moment: Moment) -> bool:
        """Tell whether the moment lies inside; the end itself does not."""
        return self.start <= moment < self.end

    def overlaps(self, other: "Span[Moment]") -> bool:
        """Tell whether both share a moment; spans that only touch do not."""
        return self.start < other.end and other.start < self.end

    def within(self, frame: "Span[Moment]") -> "Span[Moment] | None":
        """Give the part of this span that lies inside the frame, if there is one."""
        return Span(max(self.start, frame.start), min(self.end, frame.end)) if self.overlaps(frame) else None


def joined(spans: Iterable[Span[Moment]]) -> tuple[Span[Moment], ...]:
    """Sort, and make one of those that overlap or touch."""
    whole: list[Span[Moment]] = []
    for span in sorted(spans):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return tuple(whole)


def without(spans: Iterable[Span[Moment]], holes: Iterable[Span[Moment]]) -> tuple[Span[Moment], ...]:
    """Cut the holes out of the spans; what is left is sorted and joined."""
    left = joined(spans)
    for hole in holes:
        left = tuple(piece for span in left for piece in _cut(span, hole))
    return left


def _cut(span: Span[Moment], hole: Span[Moment]) -> list[Span[Moment]]:
    if not span.overlaps(hole):
        return [span]
    pieces = []
    if span.start < hole.start:
        pieces.append(Span(span.start, hole.start))
    if hole.end < span.end:
        pieces.append(Span(hole.end, span.end))
    return pieces
