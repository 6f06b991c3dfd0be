"""What a stranger sees who comes past the door: where the door is, and nothing else."""

import streamlit as st
from markupsafe import Markup

from services.words import LANGUAGES, words
from ui.staff import who
from ui.staff.gate import LOGIN


def refuse() -> None:
    """Say that the session has ended, or that this page was started without its gate."""
    key = "staff.ended" if who.is_behind_the_gate() else "staff.no_gate"
    lines = Markup("").join(
        Markup("<h1>{}</h1><p>{}</p>").format(words(lang).say(f"{key}.title"), words(lang).say(f"{key}.text")) for lang in LANGUAGES
    )
    link = (
        Markup('<a href="{}" target="_self">{}</a>').format(LOGIN, words(LANGUAGES[0]).say("door.enter"))
        if who.is_behind_the_gate()
        else ""
    )
    st.html(Markup('<section class="hall-calm" role="alert"><div>{}{}</div></section>').format(lines, link))
