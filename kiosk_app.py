"""The touch screen: where the visitor stands decides what is drawn. No rule in it."""

import streamlit as st

from services import clock, logs
from ui.calm import calm
from ui.house import house
from ui.kiosk import frame
from ui.kiosk.screens import draw_screen, turns_at
from ui.kiosk.stand import here

st.set_page_config(page_title="一门", layout="wide", initial_sidebar_state="collapsed")

stand = here()
try:
    house()
except Exception as error:  # noqa: BLE001  no database, an old one, a broken one: a calm screen that looks again by itself
    frame.listen(stand, turns=int(clock.now().timestamp() * 1000) + 10_000)
    calm(logs.trouble(error), stand.lang)
else:
    frame.listen(stand, turns=turns_at(stand))
    draw_screen(stand)
