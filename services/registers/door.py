"""10 开放日志: each room on each day, what was planned, when it was open, who came; read month by month."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session

from services import clock, opening_register
from services.registers.register import Frame, Line, Register, day


def opening_log(session: Session, frame: Frame) -> Iterator[Line]:
    """Each room and day on which anything was planned, done or counted, up to today."""
    first = frame.since
    while first < frame.until and first <= frame.today:
        month_after = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        last = min(month_after, frame.until, frame.today + timedelta(days=1)) - timedelta(days=1)
        yield from _month(session, frame, first, last)
        first = month_after


REGISTERS: Final = (Register("10", opening_log, (6.5, 10, 12, 5, 5, 6, 5, 6, 5, 4, 4, 4, 9, 14, 6)),)


def _month(session: Session, frame: Frame, first: date, last: date) -> Iterator[Line]:
    found = opening_register.lines(session, hall_id=frame.hall_id, first=first, last=last, at=frame.at)
    for line in sorted(found, key=lambda line: line.room_day.day):
        room, came = line.room_day, line.came
        reasons = dict.fromkeys(reason for reason in (*(one.reason for one in room.anomalies), room.reason) if reason)
        yield Line(room.day, (
            day(room.day), room.room, "、".join(f"{_time(span.start)}–{_time(span.end)}" for span in room.planned),
            "、".join(_time(opened) for opened, _ in room.real), "、".join(_time(closed) for _, closed in room.real if closed),
            room.on_duty, came.total, came.minor, came.elder, line.lent, line.back, came.reading,
            "、".join(dict.fromkeys(frame.words.say(f"anomaly.{one.kind}") for one in room.anomalies)), "；".join(reasons),
            "、".join(map(str, room.notices)),
        ))  # fmt: skip


def _time(at: datetime) -> str:
    return f"{clock.local(at):%H:%M}"
