"""One session as a picture: planned above walked, then the belt's speed, stops marked."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

import svg

from retrowalk import present
from retrowalk.live.dose import TrackPoint
from retrowalk.live.events import StopReason
from retrowalk.pictures import draw, ribbon
from retrowalk.words import Direction, SessionPlan, Units

HEIGHT, TOP, FOOT = 396, 172, 330  # the speed plot's upper and lower edge
HEART_HEIGHT = 170
UNHEARD_S = 5.0  # the heart's line is not drawn over a longer silence
AT_REST_MPS = 0.02  # design.md: below this a belt counts as at rest
Stop = tuple[float, StopReason]


def session_picture(
    plan: SessionPlan,
    track: Sequence[TrackPoint],
    stops: Sequence[Stop] = (),
    *,
    units: Units = Units.KMH,
    width: int = 860,
    prefix: str = "session",
) -> str:
    """Speed and direction over time, planned against delivered, each stop with its number."""
    last_s = max([plan.duration_s, *(p.at_s for p in track), *(at_s for at_s, _ in stops)])
    top = max([0.5, *(present.in_units(p.belt_mps, units) for p in track),
               *(present.in_units(i.belt_mps, units) for i in plan.intervals)])  # fmt: skip
    time = draw.Scale(0, last_s or 1.0, 46, width - 16)
    speed = draw.Scale(0, top * 1.15, FOOT, TOP)
    drawn: list[svg.Element] = [
        draw.words(16, 24, "Planned", kind="heading"),
        *ribbon.stretches(plan.intervals, time, y=34, height=30, prefix=prefix),
        draw.words(16, 84, "Walked", kind="heading"),
        *walked_ribbon(track, time, y=100, height=30, prefix=prefix),
        draw.words(16, TOP - 14, f"Belt speed, {units.value}", kind="heading"),
        *draw.time_axis(time, top=TOP, foot=FOOT, count=max(3, width // 110)),
        *draw.value_axis(speed, left=46, right=width - 16),
        _asked(track, time, speed, units),
        *_belt(track, time, speed, units),
        *_stops(stops, time),
        *draw.legend((Direction.BACKWARD, Direction.FORWARD), x=16, y=HEIGHT - 18, prefix=prefix),
        svg.Line(x1=256, x2=286, y1=HEIGHT - 22, y2=HEIGHT - 22, class_=["rw-plan"]),
        draw.words(292, HEIGHT - 17, "asked"),
    ]
    beats = [(p.at_s, p.heart_bpm) for p in track if p.heart_bpm is not None]
    if beats:
        drawn += _heart(beats, plan.limits.heart_ceiling_bpm, time, width)
    height = HEIGHT + (HEART_HEIGHT if beats else 0)
    return draw.picture(drawn, width=width, height=height, title="The session, planned and walked",
                        desc=_said(plan, track, stops), prefix=prefix)  # fmt: skip


def _runs(track: Sequence[TrackPoint]) -> Iterator[tuple[Direction, list[TrackPoint]]]:
    """Stretches of moving belt in one direction."""
    for (direction, moving), points in groupby(
        track, key=lambda p: (p.direction, p.belt_mps >= AT_REST_MPS)
    ):
        if moving:
            yield direction, list(points)


def walked_ribbon(
    track: Sequence[TrackPoint], time: draw.Scale, *, y: float, height: float, prefix: str
) -> Iterator[svg.Element]:
    """What was walked which way, over time."""
    yield svg.Line(x1=time.start, x2=time.end, y1=y + height, y2=y + height, class_=["rw-axis"])
    for direction, points in _runs(track):
        left, right = time.at(points[0].at_s), time.at(points[-1].at_s)
        yield from ribbon.stretch(direction, left, right, y=y, height=height, prefix=prefix)


def _asked(
    track: Sequence[TrackPoint], time: draw.Scale, speed: draw.Scale, units: Units
) -> svg.Element:
    points = _path([(time.at(p.at_s), speed.at(present.in_units(p.asked_mps, units)))
                    for p in track])  # fmt: skip
    return svg.Polyline(points=points, class_=["rw-plan"])


def _belt(
    track: Sequence[TrackPoint], time: draw.Scale, speed: draw.Scale, units: Units
) -> Iterator[svg.Element]:
    for direction, points in _runs(track):
        line = [(time.at(p.at_s), speed.at(present.in_units(p.belt_mps, units))) for p in points]
        yield svg.Polyline(
            points=_path(line), class_=[f"rw-line-{draw.KEYS[direction]}"], stroke_width=3
        )


def _heart(
    beats: Sequence[tuple[float, float]], ceiling_bpm: int | None, time: draw.Scale, width: int
) -> Iterator[svg.Element]:
    """The heart under the belt: its line broken where it was not heard, its ceiling dashed."""
    rates = [bpm for _, bpm in beats] + ([] if ceiling_bpm is None else [float(ceiling_bpm)])
    top, foot = HEIGHT + 26, HEIGHT + HEART_HEIGHT - 30
    rate = draw.Scale(10 * ((min(rates) - 5) // 10), max(rates) + 8, foot, top)
    yield draw.words(16, HEIGHT + 10, "Heart, beats a minute", kind="heading")
    yield from draw.time_axis(time, top=top, foot=foot, count=max(3, width // 110))
    yield from draw.value_axis(rate, left=46, right=width - 16)
    for line in _unbroken(beats):
        points = _path([(time.at(at_s), rate.at(bpm)) for at_s, bpm in line])
        yield svg.Polyline(points=points, class_=["rw-signal"], stroke_width=2)
    if ceiling_bpm is not None:
        y = rate.at(ceiling_bpm)
        yield svg.Line(x1=46, x2=width - 16, y1=y, y2=y, class_=["rw-plan"])
        yield draw.words(width - 16, y - 5, f"ceiling {ceiling_bpm}", kind="quiet", anchor="end")


def _unbroken(
    beats: Sequence[tuple[float, float]],
) -> Iterator[list[tuple[float, float]]]:
    line: list[tuple[float, float]] = []
    for beat in beats:
        if line and beat[0] - line[-1][0] > UNHEARD_S:
            yield line
            line = []
        line.append(beat)
    yield line


def _path(line: Sequence[tuple[float, float]]) -> list[svg.Point]:
    """Points without those a straight line already passes: a session has thousands."""
    kept = [
        p for i, p in enumerate(line)
        if i in (0, len(line) - 1) or not (line[i - 1][1] == p[1] == line[i + 1][1])
    ]  # fmt: skip
    return [svg.Point(x, y) for x, y in kept]


def _stops(stops: Sequence[Stop], time: draw.Scale) -> Iterator[svg.Element]:
    for number, (at_s, _) in enumerate(stops, start=1):
        x = time.at(at_s)
        for above, below in ((100, 130), (TOP, FOOT)):  # not through the words between them
            yield svg.Line(x1=x, x2=x, y1=above, y2=below, class_=["rw-stop"])
        yield _octagon(x, 100)
        figure = svg.TSpan(text=str(number), extra={"fill": "#ffffff", "font-weight": "700"})
        yield svg.Text(x=x, y=105, elements=[figure], extra={"text-anchor": "middle"})


def _octagon(x: float, y: float, reach: float = 12.0) -> svg.Element:
    near = reach * 0.414  # tan 22.5°: a regular octagon
    corners = [(near, -reach), (reach, -near), (reach, near), (near, reach),
               (-near, reach), (-reach, near), (-reach, -near), (-near, -reach)]  # fmt: skip
    points = [svg.Point(round(x + dx, 2), round(y + dy, 2)) for dx, dy in corners]
    return svg.Polygon(points=points, extra={"fill": "#b3001b"})


def _said(plan: SessionPlan, track: Sequence[TrackPoint], stops: Sequence[Stop]) -> str:
    back_s = sum(
        there.at_s - here.at_s
        for here, there in pairwise(track)
        if here.direction is Direction.BACKWARD and here.belt_mps >= AT_REST_MPS
    )
    marked = "; ".join(f"stop {n} at {present.clock(at_s)}: {reason.value}"
                       for n, (at_s, reason) in enumerate(stops, start=1))  # fmt: skip
    return (
        f"Backward {present.duration(back_s)} of {present.duration(plan.backward_s)} planned. "
        f"{marked or 'No stops'}.{_heart_said(plan, track)}"
    )


def _heart_said(plan: SessionPlan, track: Sequence[TrackPoint]) -> str:
    top_bpm = max((p.heart_bpm for p in track if p.heart_bpm is not None), default=None)
    if top_bpm is None:
        return ""
    ceiling_bpm = plan.limits.heart_ceiling_bpm
    ceiling = "" if ceiling_bpm is None else f", its ceiling was {ceiling_bpm}"
    return f" The heart beat up to {top_bpm:.0f} a minute{ceiling}."
