"""Minutes a week against weeks: where studies have looked, and what they found there.

Doses come in few sizes, so the map is a table of cells with one mark a study: nothing lies on
top of anything, and it can be read on a phone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import svg

from retrowalk.pictures import draw
from retrowalk.words import Direction

MINUTES = (30.0, 60.0, 90.0, 150.0, float("inf"))  # upper ends of the columns, a week
WEEKS = (2.0, 3.0, 4.0, 6.0, 8.0, float("inf"))  # upper ends of the rows
LEFT, TOP, PITCH = 66, 92, 15


class Found(Enum):
    """What a study says of backward walking, by its mark."""

    BETTER = "better with backward"
    NEITHER = "no difference, or mixed"
    OTHER = "better with the other"
    UNSEEN = "no result to compare"


@dataclass(frozen=True, slots=True)
class Spot:
    """One study's backward arm."""

    name: str
    week_min: float  # minutes of backward walking a week
    weeks: float
    found: Found


def dose_picture(spots: Sequence[Spot], *, width: int = 860, prefix: str = "dose") -> str:
    """Columns by minutes a week, rows by weeks; longest at the foot."""
    cells = _cells(spots)
    column = (width - LEFT - 14) / len(MINUTES)
    fit = max(1, int((column - 10) // PITCH))
    tall = [max(1, *(-(-len(cells.get((r, c), ())) // fit) for c in range(len(MINUTES))))
            for r in range(len(WEEKS))]  # fmt: skip
    tops = [TOP + sum(PITCH * n + 12 for n in tall[:r]) for r in range(len(WEEKS) + 1)]
    drawn: list[svg.Element] = [
        draw.words(14, 24, "What has been tried", kind="heading"),
        draw.words(14, 46, "across: minutes backward a week", kind="quiet"),
        draw.words(14, 64, "down: for how many weeks", kind="quiet"),
        *_grid(column, tops, width),
        *_marks(cells, column, tops, fit),
        *_legend(tops[-1] + 30, width),
    ]
    rows = 4 if width < 600 else 2
    height = tops[-1] + 24 + 22 * rows
    return draw.picture(drawn, width=width, height=height, prefix=prefix, desc=_said(cells),
                        title="Doses tried: minutes a week and weeks")  # fmt: skip


def _cells(spots: Sequence[Spot]) -> Mapping[tuple[int, int], list[Spot]]:
    cells: dict[tuple[int, int], list[Spot]] = {}
    for spot in sorted(spots, key=lambda one: list(Found).index(one.found)):
        row = next(i for i, end in enumerate(WEEKS) if spot.weeks <= end)
        column = next(i for i, end in enumerate(MINUTES) if spot.week_min <= end)
        cells.setdefault((row, column), []).append(spot)
    return cells


def _grid(column: float, tops: Sequence[float], width: int) -> Iterator[svg.Element]:
    for c in range(len(MINUTES)):
        middle = LEFT + column * (c + 0.5)
        yield draw.words(middle, TOP - 8, _span(MINUTES, c), kind="quiet", anchor="middle")
    for c in range(len(MINUTES) + 1):
        x = round(LEFT + column * c, 2)
        yield svg.Line(x1=x, x2=x, y1=TOP, y2=tops[-1], class_=["rw-grid"])
    for r, top in enumerate(tops):
        yield svg.Line(x1=LEFT, x2=width - 14, y1=top, y2=top, class_=["rw-grid"])
        if r < len(WEEKS):
            yield draw.words(LEFT - 8, top + 17, f"{_span(WEEKS, r)} wk", kind="quiet",
                             anchor="end")  # fmt: skip


def _span(ends: Sequence[float], i: int) -> str:
    """≤ 30, 31–60, over 150; a single week is its own name."""
    if i == 0:
        return f"≤ {ends[0]:g}"
    if ends[i] == float("inf"):
        return f"> {ends[i - 1]:g}"
    first = ends[i - 1] + 1
    return f"{ends[i]:g}" if first == ends[i] else f"{first:g}–{ends[i]:g}"


def _marks(
    cells: Mapping[tuple[int, int], list[Spot]], column: float, tops: Sequence[float], fit: int
) -> Iterator[svg.Element]:
    for (row, col), spots in cells.items():
        for i, spot in enumerate(spots):
            x = round(LEFT + column * col + 5 + PITCH * (i % fit + 0.5), 2)
            yield _mark(spot.found, x, tops[row] + 6 + PITCH * (i // fit + 0.5))


def _mark(found: Found, x: float, y: float) -> svg.Element:
    match found:
        case Found.BETTER:
            return draw.mark(Direction.BACKWARD, x=x, y=y, size=4.6)
        case Found.OTHER:
            return draw.mark(Direction.FORWARD, x=x, y=y, size=4.6)
        case Found.NEITHER:
            return draw.mark(Direction.UNCLEAR, x=x, y=y, size=4.6)
        case _:
            return svg.Circle(cx=x, cy=y, r=4.6, class_=["rw-release"])


def _legend(y: float, width: int) -> Iterator[svg.Element]:
    across = 1 if width < 600 else 2
    for i, found in enumerate(Found):
        x, down = 24 + (i % across) * 300, y + 22 * (i // across)
        yield _mark(found, x, down - 4)
        yield draw.words(x + 16, down + 1, found.value)


def _said(cells: Mapping[tuple[int, int], list[Spot]]) -> str:
    told = []
    for (row, column), spots in sorted(cells.items()):
        names = ", ".join(f"{spot.name} ({spot.found.value})" for spot in spots)
        told.append(
            f"{_span(MINUTES, column)} minutes a week for {_span(WEEKS, row)} weeks: {names}"
        )
    return "; ".join(told) + "." if told else "No dose is known."
