"""The screens: the only place that knows Streamlit."""

import services as services  # before Streamlit, for what it says to the garbage collector
