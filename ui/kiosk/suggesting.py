"""Visit 11: a smile, what it is about, a few words if wanted; and what was answered, for everybody to read."""

from typing import Final

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Smile, Topic
from models.voices import MOST_SAID
from services import clock, composing, statements, suggestions
from services.suggestions import Posted, Said, Turned
from ui.house import ask, attempt
from ui.kiosk import acts, draw, frame, pen
from ui.kiosk.stand import Stand

_MARKS: Final = {True: ("，", "。", "？", "！", " "), False: (", ", ". ", "? ", "! ", " ")}
_LONGEST: Final = MOST_SAID // 2


def suggest(stand: Stand, _: object) -> None:
    """How content: five faces with their words."""
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("trouble"):
        draw.html(draw.question(stand.say("suggest.how"), name=stand.say("suggest.title")))
        with st.container(key="pictures", horizontal=True):
            for smile in reversed(Smile):
                frame.button(stand, f"smile-{smile}", stand.say(f"smile.{smile}"), _smiled, int(smile))
    with frame.actions():
        frame.button(stand, "close", stand.say("suggest.close"), acts.leave)
        frame.button(stand, "posted", stand.say("suggest.posted"), acts.open_screen, "posted")
    frame.foot(stand)


def about(stand: Stand, _: object) -> None:
    """What it is about; nobody has to say."""
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("purpose"):
        draw.html(draw.question(stand.say("suggest.about"), stand.say("suggest.about_next"), name=stand.say(f"smile.{stand.smile}")))
        with st.container(key="purposes", horizontal=True):
            for topic in Topic:
                frame.button(stand, f"topic-{topic}", stand.say(f"topic.{topic}"), _about, topic)
    with frame.actions():
        frame.button(stand, "again", stand.say("suggest.again"), acts.open_screen, "suggest")
        frame.button(stand, "send", stand.say("suggest.send"), send, None, stand.gesture, kind="primary")
    frame.foot(stand)


def words(stand: Stand, _: object) -> None:
    """A sentence, by pinyin with whole words; with a card shown, one may sign it."""
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("suggest.writes"))))
    with frame.body("guest"):
        chinese = stand.lang.startswith("zh")
        pen.write(stand, "compose", composing.candidates if chinese else _as_typed, most=_LONGEST, signs=_MARKS[chinese])
    with frame.actions():
        frame.button(stand, "again", stand.say("suggest.again"), acts.open_screen, "suggest")
        mine = ask(_statement, stand=stand) if stand.card_id else None
        if isinstance(mine, statements.Statement):
            label = frame.plain(stand.say("suggest.send_named", name=mine.name_masked))
            frame.button(stand, "send-named", label, send, stand.card_id, stand.gesture)
        plain = "suggest.send_nameless" if isinstance(mine, statements.Statement) else "suggest.send"
        frame.button(stand, "send", stand.say(plain), send, None, stand.gesture, kind="primary")
    frame.foot(stand)


def suggested(stand: Stand, told: Said) -> None:
    """It is in the book."""
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("refused"):
        draw.html(
            Markup('<section class="hall-card hall-kindly" role="status">{}<h1>{}</h1><p>{}</p></section>').format(
                draw.image("tick"), stand.say("suggest.thanks"), stand.say("suggest.thanks_next", number=told.number)
            )
        )
    with frame.actions():
        frame.button(stand, "posted", stand.say("suggest.posted"), acts.open_screen, "posted")
        frame.button(stand, "ok", stand.say("refused.ok"), acts.back_to_card, kind="primary")
    frame.foot(stand)


def posted(stand: Stand, _: object) -> None:
    """What was said and answered, never by whom."""
    found = ask(_posted, page=stand.page)
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("posted.title"))))
    with frame.body("posted"):
        if isinstance(found, Turned) and found.lines:
            for one in found.lines:
                draw.html(_answered(stand, one))
        else:
            empty = Markup('<div class="hall-aside hall-empty"><b>{}</b><p>{}</p></div>')
            draw.html(empty.format(stand.say("posted.none"), stand.say("posted.none_next")))
    with frame.actions():
        frame.button(stand, "close", stand.say("suggest.close"), acts.leave)
        frame.button(stand, "say-too", stand.say("posted.say_too"), acts.open_screen, "suggest")
        if stand.page:
            frame.button(stand, "fewer", stand.say("find.fewer"), acts.turn_page, stand.page - 1)
        if isinstance(found, Turned) and found.more:
            frame.button(stand, "further", stand.say("find.more"), acts.turn_page, stand.page + 1)
    frame.foot(stand)


def send(stand: Stand, card_id: object, gesture: object) -> None:
    """交: the book has it."""
    said = {"smile": stand.smile, "topic": stand.topic, "words": stand.written, "card_id": card_id}
    answer = attempt(suggestions.leave, **said, at=clock.now(), gesture=gesture, by=acts.actor())
    if isinstance(answer, Said):
        stand.go("suggested", answer)
    else:
        acts.tell(stand, answer)


def _smiled(stand: Stand, smile: int) -> None:
    stand.smile, stand.topic = smile, None
    stand.go("suggest_about")


def _about(stand: Stand, topic: Topic) -> None:
    stand.topic = topic
    stand.go("suggest_words")


def _as_typed(typed: str) -> tuple[str, ...]:
    return (f"{typed} ", typed)


def _posted(session: Session, *, page: int) -> Turned:
    return suggestions.posted(session, hall_id=acts.actor().hall_id, page=page)


def _statement(session: Session, *, stand: Stand) -> statements.Statement:
    assert stand.card_id
    return statements.statement(session, card_id=stand.card_id, at=clock.now(), by=acts.actor())


def _answered(stand: Stand, one: Posted) -> Markup:
    say = stand.say
    face = draw.picture(f"smile_{one.smile}") if one.smile else draw.picture("suggest")
    topic = say(f"topic.{one.topic}") if one.topic else ""
    words_ = one.words or topic or (say(f"smile.{one.smile}") if one.smile else "")
    small = "　".join(filter(None, (say("posted.said", day=one.day), topic if one.words else "")))
    reply = Markup('<div class="hall-reply"><small>{} {}</small><p>{}</p></div>').format(
        say("posted.reply"), say("posted.on", day=one.reply_day), one.reply
    )
    return Markup('<section class="hall-card hall-posted">{}<div><small>{}</small><b>{}</b>{}</div></section>').format(
        face, small, words_, reply
    )
