"""Visits 7 and 8: the next events, and one of them with the way to sign up."""

from typing import Final

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import agenda, clock, statements
from services.agenda import EventLine
from services.words import Words
from ui.house import ask
from ui.kiosk import acts, draw, event_acts, frame
from ui.kiosk.stand import Stand

SHOWN: Final = 5


def events(stand: Stand, _: object) -> None:
    """What is on next, the soonest first."""
    found = ask(_coming)
    lines = found if isinstance(found, tuple) else ()
    pages = range(0, max(1, len(lines)), SHOWN)
    first = pages[min(stand.page, len(pages) - 1)]
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("events.title"))))
    with frame.body("events"):
        if not lines:
            draw.html(Markup('<p class="hall-aside hall-empty">{}</p>').format(stand.say("events.none")))
        for line in lines[first : first + SHOWN]:
            with st.container(key=f"event-{line.sitting_id.hex}", horizontal=True):
                draw.html(_row(stand.words, line))
                if line.cancelled:
                    continue
                frame.button(stand, f"event-{line.event_id.hex}", stand.say(_verb(line)), event_acts.look_at, line.event_id)
    with frame.actions():
        frame.button(stand, "close", stand.say("events.close"), acts.leave)
        frame.button(stand, "my-ticket", stand.say("events.my_ticket"), acts.open_screen, "ticket_number")
        if first:
            frame.button(stand, "fewer", stand.say("find.fewer"), acts.turn_page, stand.page - 1)
        if first + SHOWN < len(lines):
            frame.button(stand, "further", stand.say("find.more"), acts.turn_page, stand.page + 1)
    frame.foot(stand)


def event(stand: Stand, _: object) -> None:
    """One event: what, when, where, for whom, how many seats; and the way to sign up."""
    line = ask(_one, stand=stand)
    draw.html(frame.visit_head(stand, _who(stand)))
    with frame.body("event"):
        if not isinstance(line, EventLine):
            draw.html(Markup('<p class="hall-aside hall-empty">{}</p>').format(stand.say("refusal.event_gone.say")))
        else:
            draw.html(_sheet(stand.words, line), _how(stand, line))
    with frame.actions():
        frame.button(stand, "back", stand.say("events.back"), acts.open_screen, "events")
        if isinstance(line, EventLine) and line.seats is not None:
            label = stand.say("events.join" if line.free else "events.wait")
            if stand.card_id is not None:
                frame.button(stand, "join", label, event_acts.sign_me_up, line.event_id, stand.gesture, kind="primary")
            else:
                frame.button(stand, "no-card", stand.say("events.by_name"), acts.open_screen, "guest", kind="primary")
    frame.foot(stand)


def seats(words: Words, line: EventLine) -> tuple[str, str]:
    """Say how many seats are left, with the tone it is said in; or that it was called off."""
    if line.cancelled:
        return words.say("events.called_off"), "off"
    if line.seats is None:
        return words.say("events.open"), "open"
    if line.free:
        return words.say("events.free", count=line.free), "free"
    return words.say("events.full_waiting" if line.waiting else "events.full", count=line.waiting), "full"


def _coming(session: Session) -> tuple[EventLine, ...]:
    """What comes and what was called off, in the order of time: who meant to come reads that it will not be."""
    hall_id, at = acts.actor().hall_id, clock.now()
    off = agenda.called_off(session, hall_id=hall_id, at=at, most=SHOWN)
    lines = (*agenda.coming(session, hall_id=hall_id, at=at, most=4 * SHOWN), *off)
    return tuple(sorted(lines, key=lambda line: line.starts_at))


def _one(session: Session, *, stand: Stand) -> EventLine:
    assert stand.event_id
    return agenda.one_coming(session, hall_id=acts.actor().hall_id, event_id=stand.event_id, at=clock.now())


def _verb(line: EventLine) -> str:
    return "events.look" if line.seats is None else "events.sign_up"


def _row(words: Words, line: EventLine) -> Markup:
    left, tone = seats(words, line)
    day = Markup('<div class="hall-date" aria-hidden="true"><b>{}</b><span>{}</span></div>').format(
        f"{line.day.month}.{line.day.day}", words.short_weekday(line.day)
    )
    when = f"{words.time(line.starts_at)}–{words.time(line.ends_at)}　{line.room}"
    off = Markup(" hall-event-off") if line.cancelled else draw.NOTHING
    return Markup(
        '<section class="hall-event{}">{}<div><b>{}</b><p>{}{}</p><small class="hall-seats-{}">{}</small></div></section>'
    ).format(off, day, line.title, when, _moved(words, line), tone, left)


def _moved(words: Words, line: EventLine) -> Markup:
    """Say that it was announced otherwise: somebody may have the old time in mind."""
    if not line.moved or line.was_at is None or line.cancelled:
        return draw.NOTHING
    was = " ".join([words.moment(line.was_at)] + ([line.was_room] if line.was_room != line.room else []))
    said = words.say("events.was", was=was)
    return Markup(' <em class="hall-moved">{}</em>').format(said)


def _sheet(words: Words, line: EventLine) -> Markup:
    left, tone = seats(words, line)
    lessons = words.say("events.lessons", lesson=line.lesson, lessons=line.lessons) if line.lessons > 1 else ""
    hours = f"{words.time(line.starts_at)}–{words.time(line.ends_at)}"
    facts = [
        (words.say("events.when"), f"{words.due(line.day)} {words.short_weekday(line.day)}　{hours}"),
        (words.say("events.where"), line.room),
        (words.say("events.changed"), _moved(words, line)),
        (words.say("events.audience"), line.audience),
        (words.say("events.course"), lessons),
    ]
    rows = draw.NOTHING.join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in facts if value)
    return Markup(
        '<section class="hall-card hall-event-sheet"><div class="hall-title">{}</div><h1>{}</h1><dl>{}</dl>'
        '<div class="hall-pill hall-seats-{}">{}</div></section>'
    ).format(words.say(f"event_kind.{line.kind}"), line.title, rows, tone, left)


def _how(stand: Stand, line: EventLine) -> Markup:
    if line.seats is None:
        return Markup('<section class="hall-card hall-next"><div><b>{}</b><p>{}</p></div></section>').format(
            stand.say("events.just_come"), stand.say("events.just_come_next")
        )
    if stand.card_id is not None:
        text = stand.say("events.tap_join" if line.free else "events.tap_wait")
        return Markup('<section class="hall-card hall-next"><div><b>{}</b></div></section>').format(text)
    return Markup(
        '<section class="hall-hero hall-welcome"><div><h2>{}</h2><b>{}</b></div>'
        '<div class="hall-scan" aria-hidden="true">{}</div></section>'
    ).format(stand.say("events.show_card"), stand.say("events.or_name"), draw.image("scan"))


def _who(stand: Stand) -> Markup:
    if stand.card_id is None:
        return frame.hall_name()
    mine = ask(_statement, stand=stand)
    return frame.who(stand, mine.name_masked, mine.kind) if isinstance(mine, statements.Statement) else frame.hall_name()


def _statement(session: Session, *, stand: Stand) -> statements.Statement:
    assert stand.card_id
    return statements.statement(session, card_id=stand.card_id, at=clock.now(), by=acts.actor())
