"""Patrons' cards as paper: two sides of 85.6 × 54 mm, as PDF for card printers and as PNG for all others."""

from collections.abc import Sequence
from typing import Any

from services import codes, papers, qr
from services.cards import CardFace
from services.halls import HallFacts
from services.words import Words


def pdf(faces: Sequence[CardFace], hall: HallFacts, words: Words) -> bytes:
    """Set cards as PDF, a front and a back for each."""
    return papers.pdf("cards", facts(faces, hall, words))


def facts(faces: Sequence[CardFace], hall: HallFacts, words: Words) -> dict[str, Any]:
    """Give the facts of cards for the template."""
    cards = [
        {
            "name": face.name,
            "number": codes.clear(face.number),
            "qr": qr.vector(face.qr_digits),
            "line": words.say("staff.card.valid_until", day=face.valid_until),
        }
        for face in faces
    ]
    heading, back = words.say("staff.card.heading"), [words.say(f"card.back.{line}") for line in ("show", "free", "lost")]
    return {"hall": hall.name, "heading": heading, "back": back, "contact": _contact(hall, words), "cards": cards}


def front(face: CardFace, words: Words) -> bytes:
    """Draw a card's front as PNG."""
    line = words.say("staff.card.valid_until", day=face.valid_until)
    heading = words.say("staff.card.heading")
    return qr.card_front(hall=face.hall, heading=heading, name=face.name, number=face.number, qr_digits=face.qr_digits, line=line)


def back(face: CardFace, hall: HallFacts, words: Words) -> bytes:
    """Draw a card's back as PNG."""
    lines = [words.say(f"card.back.{line}") for line in ("show", "free", "lost")]
    return qr.card_back(heading=words.say("staff.card.heading"), lines=lines, foot=f"{_contact(hall, words)}　{codes.clear(face.number)}")


def _contact(hall: HallFacts, words: Words) -> str:
    return words.say("card.back.phone", phone=hall.phone) if hall.phone else hall.address
