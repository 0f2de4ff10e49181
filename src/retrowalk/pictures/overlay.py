"""Every stride of a recording drawn over the others, from landing to landing.

A panel for each direction and foot; thin lines are strides, the bold one is their middle.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import svg

from retrowalk import present
from retrowalk.pictures import draw
from retrowalk.pictures.draw import Scale
from retrowalk.pictures.signals import telling
from retrowalk.tables import DIRECTION_CODE, SIDE_CODE, Floats, Gait, Recording, Sensor
from retrowalk.words import Direction, Placement, Side

WIDTH, MARGIN, TOP, PANEL, GAP = 1200, 64, 78, 190, 62
SHARES = np.linspace(0.0, 1.0, 101)
MOST_DRAWN = 100  # lines in a panel; more are a smear
SIDE_OF = {
    Placement.LEFT_FOOT: Side.LEFT, Placement.RIGHT_FOOT: Side.RIGHT,
    Placement.LEFT_SHANK: Side.LEFT, Placement.RIGHT_SHANK: Side.RIGHT,
    Placement.LEFT_THIGH: Side.LEFT, Placement.RIGHT_THIGH: Side.RIGHT,
}  # fmt: skip
ORDER = (Direction.BACKWARD, Direction.FORWARD)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The strides of one sensor in one direction: (k, 101) of the signal that tells most."""

    sensor: Sensor
    direction: Direction
    what: str
    strides: Floats
    lasts_s: Floats

    @property
    def name(self) -> str:
        return f"{self.sensor.placement.value}, {self.direction.value}"


def overlaid(recording: Recording, gait: Gait) -> tuple[Overlaid, ...]:
    """What there is to draw; strides of unclear direction are left out."""
    used = [sensor for sensor in recording.sensors if sensor.placement in gait.measured_from]
    every = (_of(sensor, direction, gait) for direction in ORDER for sensor in used)
    return tuple(one for one in every if len(one.strides))


def strides_picture(recording: Recording, gait: Gait, *, prefix: str = "strides") -> str:
    """All strides whose direction is told, as one `<svg>`."""
    shown = overlaid(recording, gait)
    wide = (WIDTH - 2 * MARGIN - GAP) / 2
    drawn: list[svg.Element] = [
        draw.words(16, 30, f"Strides of {recording.source}", kind="heading"),
        draw.words(16, 52, _said(shown), kind="quiet"),
    ]
    for i, one in enumerate(shown):
        left = MARGIN + (i % 2) * (wide + GAP)
        drawn += _panel(one, left, left + wide, TOP + 26 + (i // 2) * (PANEL + GAP + 24))
    rows = -(-len(shown) // 2)
    return draw.picture(
        drawn, width=WIDTH, height=TOP + rows * (PANEL + GAP + 24) + 6,
        title=f"Strides of {recording.source}, one over the other",
        desc=_in_words(shown), prefix=prefix,
    )  # fmt: skip


def _of(sensor: Sensor, direction: Direction, gait: Gait) -> Overlaid:
    table, values = gait.strides, telling(sensor)
    own = table.direction == DIRECTION_CODE[direction]
    side = SIDE_OF.get(sensor.placement)
    if side is not None:
        own &= table.side == SIDE_CODE[side]
    rows = np.flatnonzero(own & (table.end_s > table.start_s))
    inside = (table.start_s[rows] >= sensor.time_s[0]) & (table.end_s[rows] <= sensor.time_s[-1])
    start_s, lasts_s = table.start_s[rows][inside], (table.end_s - table.start_s)[rows][inside]
    at_s = start_s[:, None] + lasts_s[:, None] * SHARES
    strides = np.interp(at_s, sensor.time_s, values.values)
    return Overlaid(sensor, direction, values.what, strides, lasts_s)


def _panel(one: Overlaid, left: float, right: float, top: float) -> Iterator[svg.Element]:
    low, high = (float(v) for v in np.quantile(one.strides, (0.005, 0.995)))
    room = max(high - low, 1e-3) * 0.06
    up = Scale(low - room, high + room, top + PANEL, top)
    across = Scale(0.0, 1.0, left, right)
    yield draw.mark(one.direction, x=left + 8, y=top - 12)
    yield draw.words(left + 22, top - 8, f"{one.name}: {one.what}")
    yield from draw.value_axis(up, left=left, right=right)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = across.at(share)
        yield svg.Line(x1=x, x2=x, y1=top, y2=top + PANEL, class_=["rw-grid"])
        yield draw.words(x, top + PANEL + 17, f"{share:.0%}", kind="quiet", anchor="middle")
    key = draw.KEYS[one.direction]
    for row in _evenly(len(one.strides)):
        yield _line(one.strides[row], across, up, f"rw-line-{key}", thin=True)
    yield _line(np.median(one.strides, axis=0), across, up, "rw-signal", thin=False)


def _line(values: Floats, across: Scale, up: Scale, kind: str, *, thin: bool) -> svg.Element:
    every = 2 if thin else 1
    points = [
        svg.Point(across.at(share), up.at(value))
        for share, value in zip(SHARES[::every], np.clip(values, up.low, up.high)[::every],
                                strict=True)
    ]  # fmt: skip
    style = "stroke-width:0.8;stroke-opacity:0.35" if thin else "stroke-width:2.6"
    return svg.Polyline(points=points, class_=[kind], extra={"style": style})


def _evenly(n: int) -> list[int]:
    return [round(row) for row in np.linspace(0, n - 1, min(n, MOST_DRAWN)).tolist()]


def _said(shown: tuple[Overlaid, ...]) -> str:
    if not shown:
        return "No stride whose direction is told was found."
    many = any(len(one.strides) > MOST_DRAWN for one in shown)
    rest = f"; at most {MOST_DRAWN} are drawn of each, evenly chosen" if many else ""
    return f"From landing to landing; the bold line is the middle of all{rest}."


def _in_words(shown: tuple[Overlaid, ...]) -> str:
    said = [
        f"{one.name}: {present.count(len(one.strides), 'stride')}, the middle one "
        f"{float(np.median(one.lasts_s)):.2f} s long, {one.what} from "
        f"{float(np.median(one.strides, axis=0).min()):.1f} to "
        f"{float(np.median(one.strides, axis=0).max()):.1f}"
        for one in shown
    ]
    return "; ".join(said) + "." if said else _said(shown)
