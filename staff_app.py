"""The keeper's tablet: who is signed in, where they stand, and what is drawn there. No rule in it."""

import streamlit as st

from services import logs
from ui.calm import calm
from ui.staff import frame, refused, who
from ui.staff.screens import draw_screen, scanned
from ui.staff.stand import here, nobody

st.set_page_config(page_title="一门 · 管理", layout="wide", initial_sidebar_state="collapsed")

try:
    signed = who.signed_in()
except Exception as error:  # noqa: BLE001  a database that is away lets nobody in, calmly
    calm(logs.trouble(error))
    st.stop()

if signed is None:
    nobody()
    refused.refuse()
else:
    stand = here(signed.staff_id)
    frame.listen(stand, signed, scanned)
    frame.bar(stand, signed)
    draw_screen(stand, signed)
