"""Backward minutes week by week, as bars with their figures on them."""

from collections.abc import Iterator, Sequence
from datetime import date

import svg

from retrowalk import present
from retrowalk.pictures import draw
from retrowalk.units import MINUTE
from retrowalk.words import Direction

HEIGHT, TOP, FOOT = 260, 34, 206
Week = tuple[date, float]  # its Monday, seconds walked backward


def weeks_picture(weeks: Sequence[Week], *, width: int = 720, prefix: str = "weeks") -> str:
    """One bar a week; a week without walking keeps its place."""
    most = max([1.0, *(seconds / MINUTE for _, seconds in weeks)])
    tall = draw.Scale(0, most * 1.2, FOOT, TOP)
    drawn: list[svg.Element] = [
        draw.words(14, 22, "Minutes backward, week by week", kind="heading"),
        *draw.value_axis(tall, left=46, right=width - 14),
        *_bars(weeks, tall, width=width, prefix=prefix),
        svg.Line(x1=46, x2=width - 14, y1=FOOT, y2=FOOT, class_=["rw-axis"]),
        draw.words(width / 2, HEIGHT - 14, "week beginning", kind="quiet", anchor="middle"),
    ]
    return draw.picture(drawn, width=width, height=HEIGHT, title="Backward minutes per week",
                        desc=_said(weeks), prefix=prefix)  # fmt: skip


def _bars(
    weeks: Sequence[Week], tall: draw.Scale, *, width: int, prefix: str
) -> Iterator[svg.Element]:
    room = (width - 60) / max(len(weeks), 1)
    thick = min(room * 0.7, 72)
    every = max(1, round(60 / room))  # a label needs 60 px
    for i, (monday, seconds) in enumerate(weeks):
        middle = 46 + room * (i + 0.5)
        top = tall.at(seconds / MINUTE)
        if seconds:
            yield draw.band(Direction.BACKWARD, x=middle - thick / 2, y=top, width=thick,
                            height=FOOT - top, prefix=prefix, opacity=0.55)  # fmt: skip
            if every == 1:
                yield draw.words(middle, top - 6, f"{seconds / MINUTE:.0f}", anchor="middle")
        if i % every == 0:
            yield draw.words(middle, FOOT + 18, present.short_day(monday), kind="quiet",
                             anchor="middle")  # fmt: skip


def _said(weeks: Sequence[Week]) -> str:
    if not weeks:
        return "No sessions yet."
    return "; ".join(
        f"week of {present.short_day(monday)}: {seconds / MINUTE:.0f} minutes"
        for monday, seconds in weeks
    )
