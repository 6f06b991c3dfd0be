"""Charts in the house's colours and type; their labels stand in the order they are given, never by the alphabet."""

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import streamlit as st

_PLANNED, _GREEN, _GOLD, _RED = "#D9CBAA", "#1A5A42", "#B98A2F", "#8F2A1A"
_INK, _SOFT, _LINE = "#2A241C", "#4F4739", "#E6DCC8"
_FONT: Final = "Hall Sans"
_SIZE: Final = 15
_HIGH, _LOW = 172, 152


def side_by_side(key: str, words: tuple[str, str], pairs: Sequence[tuple[str, float, float]]) -> None:
    """Two columns a label: what was meant, pale, and what was, green; which is which stands above."""
    values = [{"label": label, "what": what, "count": count} for label, *both in pairs for what, count in zip(words, both, strict=True)]
    columns = _chart(values, _HIGH).mark_bar(cornerRadiusEnd=3)
    drawn = columns.encode(
        x=_labels(alt.X, [label for label, *_ in pairs], labelAngle=0),
        xOffset=alt.XOffset("what:N", sort=list(words)),
        y=alt.Y("count:Q", title=None, axis=alt.Axis(tickCount=4, domain=False)),
        color=alt.Color(
            "what:N", sort=list(words), title=None, scale=alt.Scale(domain=list(words), range=[_PLANNED, _GREEN]),
            legend=alt.Legend(orient="top", direction="horizontal", offset=2, symbolType="square"),
        ),
    )  # fmt: skip
    _show(key, drawn)


def upright(key: str, counts: Sequence[tuple[str, int]]) -> None:
    """Columns with their counts above."""
    base = _counted(counts).encode(x=_labels(alt.X, [label for label, _ in counts], labelAngle=0), y=alt.Y("count:Q", axis=None))
    _show(key, base.mark_bar(color=_GOLD, cornerRadiusEnd=3) + _figures(base, dy=-9))


def lying(key: str, counts: Sequence[tuple[str, int]]) -> None:
    """Bars with their counts behind, for labels that are words."""
    base = _counted(counts).encode(y=_labels(alt.Y, [label for label, _ in counts], domain=False), x=alt.X("count:Q", axis=None))
    _show(key, base.mark_bar(color=_RED, cornerRadiusEnd=3) + _figures(base, align="left", dx=6))


def _counted(counts: Sequence[tuple[str, int]]) -> alt.Chart:
    return _chart([{"label": label, "count": count} for label, count in counts], _LOW)


def _chart(values: list[dict[str, Any]], height: int) -> alt.Chart:
    data: Any = alt.Data(values=values)  # type: ignore[no-untyped-call]
    return alt.Chart(data, height=height)


def _labels(axis: Any, labels: list[str], **how: Any) -> Any:
    return axis("label:N", sort=labels, title=None, axis=alt.Axis(ticks=False, **how))


def _figures(base: alt.Chart, **where: Any) -> alt.Chart:
    figures: alt.Chart = base.mark_text(fontSize=_SIZE, color=_INK, font=_FONT, **where).encode(text="count:Q")
    return figures


def _show(key: str, chart: Any) -> None:
    """Without a menu or tips: there is no mouse, and every figure stands in the words below."""
    quiet = {"labelFont": _FONT, "labelFontSize": _SIZE, "labelColor": _SOFT, "domainColor": _LINE, "gridColor": _LINE, "tickColor": _LINE}
    drawn = chart.configure(font=_FONT, background="transparent").configure_axis(**quiet).configure_view(strokeWidth=0)
    drawn = drawn.configure_legend(labelFont=_FONT, labelFontSize=_SIZE, labelColor=_INK)
    with st.container(key=f"chart-{key}"):
        st.altair_chart(drawn, width="stretch", theme=None)
