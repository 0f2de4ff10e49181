"""A group's paired change: a dot a person, the mean with its interval, the test's own error."""

from collections.abc import Iterator, Sequence

import svg

from retrowalk.pictures import draw
from retrowalk.words import Direction

TOP, ROW, LEFT, DOT = 86, 15, 20, 6.0
MOST_HIGH = 12  # dots one on the other; more lie over each other


def group_picture(
    gains: Sequence[float],
    mean: tuple[float, float, float],
    *,
    title: str,
    unit: str,
    band: float = 0.0,
    width: int = 860,
    prefix: str = "group",
) -> str:
    """Gains from left (worse) to right (better) in the unit shown; `mean` with its interval."""
    reach = max(abs(value) for value in (*gains, *mean, band)) * 1.1 or 1.0
    across = draw.Scale(-reach, reach, LEFT, width - LEFT)
    places = list(_stacked(sorted(gains), across))
    foot = TOP + ROW * (1 + max(row for _, row in places))
    height = foot + 112
    drawn: list[svg.Element] = [
        draw.words(14, 24, f"{title}, change in {unit}", kind="heading"),
        draw.words(LEFT, 50, "← worse", kind="quiet"),
        draw.words(width - LEFT, 50, "better →", kind="quiet", anchor="end"),
        *(_band(band, across, foot) if band else ()),
        *_axis(across, foot),
        *(svg.Circle(cx=x, cy=foot - ROW * (row + 0.6), r=DOT, class_=["rw-contact"],
                     fill_opacity=0.75) for x, row in places),
        *_mean(mean, across, foot + 42),
        *_legend(bool(band), foot + 92),
    ]  # fmt: skip
    return draw.picture(drawn, width=width, height=height, title=f"{title}: change of the group",
                        desc=_said(gains, mean, unit, band), prefix=prefix)  # fmt: skip


def _stacked(gains: Sequence[float], across: draw.Scale) -> Iterator[tuple[float, int]]:
    """Each dot in the lowest row where it touches none."""
    right: list[float] = []
    for gain in gains:
        x = across.at(gain)
        row = next((i for i, end in enumerate(right) if x - end >= 2 * DOT + 1), len(right))
        row = min(row, MOST_HIGH - 1)
        right[row : row + 1] = [x]
        yield x, row


def _band(band: float, across: draw.Scale, foot: float) -> Iterator[svg.Element]:
    left, right = across.at(-band), across.at(band)
    yield svg.Rect(x=left, y=TOP - 24, width=round(right - left, 2), height=foot - TOP + 24,
                   class_=["rw-unclear"], fill_opacity=0.2)  # fmt: skip


def _axis(across: draw.Scale, foot: float) -> Iterator[svg.Element]:
    yield svg.Line(x1=across.start, x2=across.end, y1=foot, y2=foot, class_=["rw-axis"])
    zero = across.at(0.0)
    for top, end in ((TOP - 24, foot), (foot + 26, foot + 58)):  # its figure stands between
        yield svg.Line(x1=zero, x2=zero, y1=top, y2=end, class_=["rw-axis"])
    for value in draw.ticks(across.low, across.high, 5):
        yield draw.words(across.at(value), foot + 18, f"{value:+g}".replace("+0", "0"),
                         kind="quiet", anchor="middle")  # fmt: skip


def _mean(
    mean: tuple[float, float, float], across: draw.Scale, y: float
) -> Iterator[svg.Element]:  # fmt: skip
    middle, low, high = (across.at(value) for value in mean)
    yield from _interval(low, high, y)
    yield draw.mark(Direction.BACKWARD, x=middle, y=y, size=9)


def _interval(low: float, high: float, y: float) -> Iterator[svg.Element]:
    yield svg.Line(x1=low, x2=high, y1=y, y2=y, class_=["rw-signal"], stroke_width=2.5)
    for x in (low, high):
        yield svg.Line(x1=x, x2=x, y1=y - 7, y2=y + 7, class_=["rw-signal"], stroke_width=2.5)


def _legend(band: bool, y: float) -> Iterator[svg.Element]:
    yield svg.Circle(cx=LEFT + 6, cy=y - 5, r=DOT, class_=["rw-contact"])
    yield draw.words(LEFT + 18, y, "one person", kind="quiet")
    yield from _interval(LEFT + 94, LEFT + 118, y - 5)
    yield draw.mark(Direction.BACKWARD, x=LEFT + 106, y=y - 5, size=6)
    yield draw.words(LEFT + 124, y, "mean, 95 %", kind="quiet")
    if band:
        yield svg.Rect(x=LEFT + 206, y=y - 12, width=22, height=14, class_=["rw-unclear"],
                       fill_opacity=0.35)  # fmt: skip
        yield draw.words(LEFT + 234, y, "test’s error", kind="quiet")


def _said(
    gains: Sequence[float], mean: tuple[float, float, float], unit: str, band: float
) -> str:  # fmt: skip
    better = sum(gain > 0 for gain in gains)
    middle, low, high = mean
    error = f" The test’s own error is {band:.3g} {unit}." if band else ""
    return (f"{better} of {len(gains)} people did better. The mean gain is {middle:.3g} {unit}, "
            f"95 % interval {low:.3g} to {high:.3g}, above 0 is better.{error}")  # fmt: skip
