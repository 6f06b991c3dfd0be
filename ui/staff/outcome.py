"""What became of a form: done, and said so with the way back; or refused, and what was typed stays in its fields."""

from ui.staff import acts, draw
from ui.staff.stand import Stand, Undo


def tell(stand: Stand, key: str, answer: object, undo: Undo | None = None) -> None:
    """Say what came of it; the words stand under `people.told`."""
    if acts.failed(answer):
        stand.told, stand.undo = answer, None
    else:
        stand.tell(draw.notice("good", stand.say(f"people.told.{key}")), undo)
