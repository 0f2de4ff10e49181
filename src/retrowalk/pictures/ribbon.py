"""A session plan as a ribbon: time runs to the right, each stretch in its direction's dress."""

from collections.abc import Iterator, Sequence

import svg

from retrowalk import present
from retrowalk.pictures import draw
from retrowalk.words import Direction, Interval, IntervalKind, SessionPlan

REACH = 6.0  # half the height of a chevron


def ribbon_picture(plan: SessionPlan, *, width: int = 720, prefix: str = "ribbon") -> str:
    """The whole plan in one strip with a time axis below it."""
    scale = draw.Scale(0, plan.duration_s or 1.0, 14, width - 14)
    drawn: list[svg.Element] = [
        *draw.time_axis(scale, top=6, foot=58, count=max(3, width // 90)),
        *stretches(plan.intervals, scale, y=10, height=44, prefix=prefix),
    ]
    return draw.picture(
        drawn,
        width=width,
        height=82,
        title="The session as planned",
        desc=said(plan),
        prefix=prefix,
    )


def stretches(
    intervals: Sequence[Interval], scale: draw.Scale, *, y: float, height: float, prefix: str
) -> Iterator[svg.Element]:
    """One dressed box per interval; a rest is an empty box."""
    at_s = 0.0
    for interval in intervals:
        left, right = scale.at(at_s), scale.at(at_s + interval.duration_s)
        at_s += interval.duration_s
        if interval.kind is IntervalKind.REST:
            yield rest(left, right, y=y, height=height)
        else:
            yield from stretch(interval.direction, left, right, y=y, height=height, prefix=prefix)


def stretch(
    direction: Direction, left: float, right: float, *, y: float, height: float, prefix: str
) -> Iterator[svg.Element]:
    """A band, and when there is room the chevrons of its direction in the middle."""
    yield draw.band(
        direction, x=left + 0.5, y=y, width=right - left - 1, height=height, prefix=prefix,
        opacity=0.4,
    )  # fmt: skip
    if right - left > 4 * REACH and height > 2 * REACH:
        yield chevrons(direction, x=(left + right) / 2, y=y + height / 2)


def rest(left: float, right: float, *, y: float, height: float) -> svg.Element:
    return svg.Rect(
        x=left + 0.5, y=y, width=max(right - left - 1, 0.5), height=height, class_=["rw-grid"]
    )


def chevrons(direction: Direction, *, x: float, y: float, reach: float = REACH) -> svg.Element:
    """« backward, » forward, a dash where it is unclear."""
    way = {Direction.BACKWARD: -1.0, Direction.FORWARD: 1.0, Direction.UNCLEAR: 0.0}[direction]
    steps = (-0.7, 0.7) if way else (0.0,)
    paths = [_chevron(x + step * reach, y, way * reach, reach) for step in steps]
    return svg.G(elements=paths, class_=["rw-signal"], stroke_width=2.4)


def _chevron(x: float, y: float, reach_x: float, reach_y: float) -> svg.Element:
    tail, tip = round(x - reach_x / 2, 2), round(x + reach_x / 2, 2)
    if not reach_x:
        return svg.Line(x1=x - reach_y, x2=x + reach_y, y1=y, y2=y)
    corners = ((tail, y - reach_y), (tip, y), (tail, y + reach_y))
    return svg.Polyline(points=[svg.Point(*corner) for corner in corners], fill="none")


def said(plan: SessionPlan) -> str:
    """The ribbon in words, for those who cannot see it."""
    parts = [
        f"{present.doing(i.direction, i.kind)} {present.duration(i.duration_s)}"
        for i in plan.intervals
    ]
    return f"{present.duration(plan.duration_s)} in all: {'; '.join(parts)}."
