"""A day and a time as a keeper picks them, two fields beside each other, read as the hall's wall clock."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from services import clock
from ui.staff.stand import Stand

_STEP = timedelta(minutes=15)


def ask(stand: Stand, key: str, label: str, default: datetime) -> None:
    """Ask for an instant. Another round is another, untouched field."""
    here = clock.local(default)
    left, right = st.columns(2, vertical_alignment="bottom")
    left.date_input(label, value=here.date(), key=f"day-{key}-{stand.round}", format="YYYY-MM-DD")
    hour = here.time().replace(second=0, microsecond=0)
    right.time_input(stand.say("staff.moments.time"), value=hour, key=f"time-{key}-{stand.round}", step=_STEP)


def picked(stand: Stand, key: str) -> datetime:
    """Read what stands in the fields now: in a callback that is newer than what was drawn."""
    day, hour = st.session_state.get(f"day-{key}-{stand.round}"), st.session_state.get(f"time-{key}-{stand.round}")
    if not isinstance(day, date) or not isinstance(hour, time):
        return clock.now()
    return clock.instant(day, hour.hour * 60 + hour.minute)


def written(name: str, stand: Stand) -> str:
    """Read a text field of this round as it stands now."""
    return str(st.session_state.get(f"{name}-{stand.round}", ""))
