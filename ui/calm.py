"""The one screen for whatever nobody foresaw: calm words and a number for the keeper."""

import streamlit as st
from markupsafe import Markup

from services import logs
from services.words import LANGUAGES, words


def show_trouble(error: Exception) -> bool:
    """Log an error of a screen and lie the calm screen over what was drawn so far; True: Streamlit shows nothing of its own."""
    calm(logs.trouble(error))
    return True


def calm(reference: str, lang: str = LANGUAGES[0]) -> None:
    """Draw the calm screen. Its link loads the page anew, which needs nothing that might be broken."""
    say = words(lang).say
    st.html(
        Markup(
            '<section class="hall-calm" role="alert"><div><h1>{}</h1><p>{}</p>'
            '<p class="hall-number">{}</p><a href="/" target="_self">{}</a></div></section>'
        ).format(say("calm.title"), say("calm.text"), say("calm.number", reference=reference), say("calm.home"))
    )
