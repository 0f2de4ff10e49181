"""A recording: its signal, the bouts in their direction's colour and hatch, contacts marked."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import svg

from retrowalk import present
from retrowalk.pictures import draw
from retrowalk.pictures.draw import Scale
from retrowalk.pictures.signals import telling
from retrowalk.tables import KIND_CODE, Floats, Gait, Recording, Sensor, directions, sides
from retrowalk.words import ContactKind, Direction, Placement, Side

WIDTH, LEFT, RIGHT = 1200, 64, 1184
TOP, STRIP, PANEL, GAP, ROW = 96, 26, 130, 26, 22
MOST_PANELS = 3
LANE = 26  # for the contacts
MOST_MARKS = 110  # more circles in a row than this touch each other: strides become ticks
MOST_TRIANGLES = 200
CLIPPED = 0.002  # of the samples at each end, so that one knock does not flatten the walk


def recording_picture(recording: Recording, gait: Gait, *, prefix: str = "recording") -> str:
    """The whole recording on one time axis; at most three sensors are drawn."""
    sensors = recording.sensors[:MOST_PANELS]
    first = min((float(s.time_s[0]) for s in sensors if len(s)), default=0.0)
    last = max((float(s.time_s[-1]) for s in sensors if len(s)), default=1.0)
    time = Scale(first, max(last, first + 1e-3), LEFT, RIGHT)
    sided = sorted(set(sides(gait.strides.side)), key=lambda side: side.value)
    body = TOP + STRIP + len(sensors) * (PANEL + GAP)
    foot = body + LANE + len(sided) * ROW + 6
    drawn: list[svg.Element] = [
        draw.words(16, 30, recording.source, kind="heading"),
        draw.words(16, 52, summary(recording, gait), kind="quiet"),
        *draw.time_axis(time, top=TOP, foot=foot),
        *_bouts(gait, time, foot=foot, prefix=prefix),
    ]
    for i, sensor in enumerate(sensors):
        drawn += _panel(sensor, time, TOP + STRIP + 16 + i * (PANEL + GAP))
    drawn += _contacts(gait, time, body)
    for i, side in enumerate(sided):
        drawn += _strides(gait, side, time, body + LANE + 12 + i * ROW)
    codes = np.concatenate((gait.bouts.direction, gait.strides.direction))
    shown = tuple(dict.fromkeys(directions(codes))) or tuple(Direction)
    drawn += draw.legend(shown, x=LEFT, y=foot + 46, prefix=prefix)
    drawn += _contact_legend(gait, LEFT + 120 * len(shown), foot + 46)
    title = f"Walking in {recording.source}"
    return draw.picture(
        drawn, width=WIDTH, height=foot + 62, title=title, desc=_said(gait), prefix=prefix,
        noted={"data-from-s": f"{time.low:.4f}", "data-to-s": f"{time.high:.4f}"},
    )  # fmt: skip


def summary(recording: Recording, gait: Gait) -> str:
    """One line: how long, how much in each direction, and whether it was derived."""
    parts = [present.duration(gait.duration_s), present.count(len(gait.bouts), "bout"),
             present.count(gait.steps, "step")]  # fmt: skip
    parts += [
        f"{direction.value} {gait.bouts.duration_s(direction):.1f} s"
        for direction in (Direction.FORWARD, Direction.BACKWARD, Direction.UNCLEAR)
        if gait.bouts.duration_s(direction)
    ]
    if recording.derived:
        parts.append("signals derived from motion capture")
    return " · ".join(parts)


def _bouts(gait: Gait, time: Scale, *, foot: float, prefix: str) -> Iterator[svg.Element]:
    for i, direction in enumerate(directions(gait.bouts.direction)):
        left, right = time.at(gait.bouts.start_s[i]), time.at(gait.bouts.end_s[i])
        yield draw.band(direction, x=left, y=TOP, width=right - left, height=STRIP,
                        prefix=prefix, opacity=0.55)  # fmt: skip
        yield svg.Rect(x=left, y=TOP + STRIP, width=max(right - left, 0.5),
                       height=foot - TOP - STRIP, class_=[f"rw-{draw.KEYS[direction]}"],
                       fill_opacity=0.13)  # fmt: skip
        steps = present.count(int(gait.bouts.n_steps[i]), "step")
        for text in (f"{direction.value}, {steps}", direction.value):
            if right - left > 7.5 * len(text):
                yield draw.words((left + right) / 2, TOP - 8, text, anchor="middle")
                break


def _panel(sensor: Sensor, time: Scale, top: float) -> Iterator[svg.Element]:
    shown = telling(sensor)
    values, what = shown.values, shown.what
    low, high = (float(v) for v in np.quantile(values, (CLIPPED, 1 - CLIPPED)))
    room = max(high - low, 1e-3) * 0.06
    up = Scale(low - room, high + room, top + PANEL, top)
    yield from draw.value_axis(up, left=LEFT, right=RIGHT)
    x, y = _envelope(sensor.time_s, np.clip(values, up.low, up.high))
    points = [svg.Point(time.at(a), up.at(b)) for a, b in zip(x, y, strict=True)]
    yield svg.Polyline(points=points, class_=["rw-signal"])
    where = "placement unknown" if sensor.placement is Placement.UNKNOWN else sensor.placement.value
    yield draw.words(LEFT + 4, top - 5, f"{where}: {what}", kind="quiet")


def _envelope(time_s: Floats, values: Floats) -> tuple[Floats, Floats]:
    """At most two points a pixel: each pixel's first extreme and its other one."""
    columns = RIGHT - LEFT
    if len(values) <= 3 * columns:
        return time_s, values
    edges = np.searchsorted(time_s, np.linspace(time_s[0], time_s[-1], columns + 1))
    picked: list[int] = []
    for begin, end in pairwise(edges):
        if end > begin:
            piece = values[begin:end]
            picked += sorted({begin + int(piece.argmin()), begin + int(piece.argmax())})
    return time_s[picked], values[picked]


def _contacts(gait: Gait, time: Scale, top: float) -> Iterator[svg.Element]:
    """Initial contacts as full triangles pointing down, final ones as open ones pointing up.

    Where they are too many to tell apart, initial contacts alone, as ticks.
    """
    if not len(gait.contacts):
        return
    yield draw.words(LEFT - 8, top + 12, "contacts", kind="quiet", anchor="end")
    few = len(gait.contacts) <= MOST_TRIANGLES
    for at_s, kind in zip(gait.contacts.time_s, gait.contacts.kind, strict=True):
        x, initial = time.at(float(at_s)), kind == KIND_CODE[ContactKind.INITIAL]
        if few:
            yield _triangle(x, top, bool(initial))
        elif initial:
            yield svg.Line(x1=x, x2=x, y1=top + 2, y2=top + 14, class_=["rw-axis"])


def _triangle(x: float, y: float, initial: bool) -> svg.Element:
    wide, tall = 4.0, 7.0
    tip, base = (y + tall, y) if initial else (y + 9, y + 9 + tall)
    points = [svg.Point(round(x - wide, 2), base), svg.Point(round(x + wide, 2), base),
              svg.Point(x, tip)]  # fmt: skip
    return svg.Polygon(points=points, class_=["rw-contact" if initial else "rw-release"])


def _strides(gait: Gait, side: Side, time: Scale, y: float) -> Iterator[svg.Element]:
    """A row of marks, one per stride of this side, at the middle of the stride."""
    name = "strides" if side is Side.UNKNOWN else side.value
    yield draw.words(LEFT - 8, y + 4, name, kind="quiet", anchor="end")
    rows = zip(sides(gait.strides.side), directions(gait.strides.direction),
               (gait.strides.start_s + gait.strides.end_s) / 2, strict=True)  # fmt: skip
    mine = [(direction, time.at(float(at_s))) for of, direction, at_s in rows if of is side]
    many = len(mine) > MOST_MARKS
    for direction, x in mine:
        if many:
            yield svg.Line(x1=x, x2=x, y1=y - 6, y2=y + 6,
                           class_=[f"rw-line-{draw.KEYS[direction]}"])  # fmt: skip
        else:
            yield draw.mark(direction, x=x, y=y, size=4.5)


def _contact_legend(gait: Gait, x: float, y: float) -> Iterator[svg.Element]:
    """What the marks in the contacts lane mean, for those that are there."""
    if not len(gait.contacts):
        return
    if len(gait.contacts) > MOST_TRIANGLES:
        yield svg.Line(x1=x + 8, x2=x + 8, y1=y - 10, y2=y + 2, class_=["rw-axis"])
    else:
        yield _triangle(x + 8, y - 9, True)
    yield draw.words(x + 20, y + 1, "initial contact")
    finals = bool((gait.contacts.kind == KIND_CODE[ContactKind.FINAL]).any())
    if finals and len(gait.contacts) <= MOST_TRIANGLES:
        yield _triangle(x + 148, y - 19, False)
        yield draw.words(x + 160, y + 1, "final contact")


def _said(gait: Gait) -> str:
    """The picture in words."""
    if not len(gait.bouts):
        return "No walking was found."
    said = [f"{directions(gait.bouts.direction[i : i + 1])[0].value} from "
            f"{draw.clock(round(float(gait.bouts.start_s[i]), 1))} to "
            f"{draw.clock(round(float(gait.bouts.end_s[i]), 1))}, "
            f"{present.count(int(gait.bouts.n_steps[i]), 'step')}"
            for i in range(min(len(gait.bouts), 12))]  # fmt: skip
    more = len(gait.bouts) - len(said)
    rest = f"; and {present.count(more, 'more bout')}" if more > 0 else ""
    return f"{present.count(len(gait.bouts), 'bout')} of walking: {'; '.join(said)}{rest}."
