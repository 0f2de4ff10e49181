"""A forest plot: each study's difference with its interval, and what they come to together.

Drawn twice for a page: wide with names at the left and figures at the right, narrow with both on
the line above each mark, so that nothing grows too small to be read on a phone.  What a mark is
follows from its shape: squares by weight, a diamond for all together, a dashed line for the
smallest change that matters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import svg

from retrowalk.pictures import draw

NARROW = 600  # pixels: below, names stand above their marks
TOP, FOOT = 92, 62
NAME_NARROW, NAME_WIDE = 20, 32  # letters of a name that have room
LEAST, MOST = 3.0, 10.0  # half a square's side, in pixels
MINUS = "−"
MATTERS = "smallest change that matters"


@dataclass(frozen=True, slots=True)
class Line:
    """One study: higher with backward walking is positive.  Weight None where nothing is pooled."""

    name: str
    estimate: float
    low: float
    high: float
    weight: float | None = None  # share of the whole, 0 … 1


@dataclass(frozen=True, slots=True)
class Together:
    """All studies; `prediction` is where a further study would lie, None for too few."""

    estimate: float
    low: float
    high: float
    prediction: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand."""

    width: int
    count: int
    pooled: bool

    @property
    def narrow(self) -> bool:
        return self.width < NARROW

    @property
    def left(self) -> int:
        return 20 if self.narrow else 250

    @property
    def right(self) -> int:
        return self.width - (20 if self.narrow else 190)

    @property
    def each(self) -> int:
        return 52 if self.narrow else 34

    def row(self, i: int) -> int:
        """The middle of that mark."""
        return TOP + self.each * i + (36 if self.narrow else 17)

    @property
    def foot(self) -> int:
        return TOP + self.each * (self.count + self.pooled) + (14 if self.pooled else 0)

    @property
    def height(self) -> int:
        return self.foot + FOOT


def forest_picture(
    lines: Sequence[Line],
    together: Together | None,
    *,
    title: str,
    unit: str,
    better: str,
    matters: float | None = None,
    matters_name: str = MATTERS,
    width: int = 860,
    prefix: str = "forest",
) -> str:
    """`better` is "higher" or "lower"; `matters`, unsigned, is drawn with its name."""
    plan = _Plan(width, len(lines), together is not None)
    line_at = _signed(matters, better)
    across = _scale(lines, together, line_at, plan)
    drawn: list[svg.Element] = [
        draw.words(14, 24, title, kind="heading"),
        draw.words(14, 44, f"difference, {unit}", kind="quiet"),
        *_ground(across, plan, line_at, matters_name),
        *_sides(plan, better),
        *(mark for i, one in enumerate(lines) for mark in _study(one, i, across, plan)),
        *(_together(together, across, plan) if together else ()),
    ]
    desc = said(lines, together, unit, better)
    if matters is not None:
        desc += f"  {matters_name[:1].upper()}{matters_name[1:]}: {matters:g} {unit}."
    return draw.picture(drawn, width=width, height=plan.height, title=f"{title}: forest plot",
                        desc=desc, prefix=prefix)  # fmt: skip


def figure(value: float, low: float, high: float) -> str:
    """−0.69 (−1.21 to −0.17), with a true minus."""
    places = 2 if max(map(abs, (value, low, high))) < 10 else 1
    shown = [f"{one:.{places}f}".replace("-", MINUS) for one in (value, low, high)]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


def _signed(matters: float | None, better: str) -> float | None:
    if matters is None:
        return None
    return matters if better == "higher" else -matters


def _scale(
    lines: Sequence[Line], together: Together | None, line_at: float | None, plan: _Plan
) -> draw.Scale:
    """Holds every interval, no difference, and the change that matters; no difference inside."""
    seen = [0.0] if line_at is None else [0.0, line_at]
    seen += [end for one in lines for end in (one.low, one.high)]
    if together is not None:
        seen += [together.low, together.high, *(together.prediction or ())]
    low, high = min(seen), max(seen)
    room = (high - low or 1.0) * 0.12
    return draw.Scale(low - room, high + room, plan.left, plan.right)


def _ground(
    across: draw.Scale, plan: _Plan, line_at: float | None, name: str
) -> Iterator[svg.Element]:
    """The scale, the line of no difference, and that of the smallest change that matters."""
    for value in draw.ticks(across.low, across.high, 5):
        x = across.at(value)
        yield svg.Line(x1=x, x2=x, y1=TOP - 4, y2=plan.foot, class_=["rw-grid"])
        yield draw.words(x, plan.foot + 18, f"{value:g}".replace("-", MINUS), kind="quiet",
                         anchor="middle")  # fmt: skip
    zero = across.at(0.0)
    yield svg.Line(x1=zero, x2=zero, y1=TOP - 4, y2=plan.foot, class_=["rw-axis"], stroke_width=2)
    if line_at is not None:
        x = across.at(line_at)
        yield svg.Line(x1=x, x2=x, y1=TOP - 12, y2=plan.foot, class_=["rw-plan"])
        yield _fitted(x, TOP - 18, name, plan)


def _sides(plan: _Plan, better: str) -> Iterator[svg.Element]:
    """Which way speaks for backward walking."""
    left, right = "favours backward", "favours the other"
    if better == "higher":
        left, right = right, left
    start, end = (14, plan.width - 14) if plan.narrow else (plan.left, plan.right)
    yield draw.words(start, plan.foot + 42, f"← {left}")
    yield draw.words(end, plan.foot + 42, f"{right} →", anchor="end")


def _fitted(x: float, y: float, text: str, plan: _Plan) -> svg.Text:
    """Words about a line, kept inside the picture."""
    half = 3.4 * len(text)
    if x - half < 8:
        return draw.words(8, y, text, kind="quiet")
    if x + half > plan.width - 8:
        return draw.words(plan.width - 8, y, text, kind="quiet", anchor="end")
    return draw.words(x, y, text, kind="quiet", anchor="middle")


def _study(one: Line, i: int, across: draw.Scale, plan: _Plan) -> Iterator[svg.Element]:
    y = plan.row(i)
    yield from _named(one.name, figure(one.estimate, one.low, one.high), y, plan)
    yield svg.Line(x1=across.at(one.low), x2=across.at(one.high), y1=y, y2=y, class_=["rw-signal"],
                   stroke_width=2)  # fmt: skip
    half = round(LEAST + (MOST - LEAST) * (one.weight or 0.0) ** 0.5, 2)
    yield svg.Rect(x=round(across.at(one.estimate) - half, 2), y=round(y - half, 2),
                   width=2 * half, height=2 * half, class_=["rw-contact"])  # fmt: skip


def _together(one: Together, across: draw.Scale, plan: _Plan) -> Iterator[svg.Element]:
    y = plan.row(plan.count) + 6
    yield from _named("All together", figure(one.estimate, one.low, one.high), y, plan, strong=True)
    if one.prediction is not None:
        low, high = (across.at(end) for end in one.prediction)
        yield svg.Line(x1=low, x2=high, y1=y + 15, y2=y + 15, class_=["rw-signal"])
        for x in (low, high):
            yield svg.Line(x1=x, x2=x, y1=y + 11, y2=y + 19, class_=["rw-signal"])
    tips = ((one.low, 0), (one.estimate, -10), (one.high, 0), (one.estimate, 10))
    corners = [svg.Point(across.at(value), y + down) for value, down in tips]
    yield svg.Polygon(points=corners, class_=["rw-mark-back"])


def _named(
    name: str, figures: str, y: float, plan: _Plan, *, strong: bool = False
) -> Iterator[svg.Element]:
    most, base = (NAME_NARROW, y - 17) if plan.narrow else (NAME_WIDE, y + 5)
    if plan.narrow:  # no line of the scale runs through the words
        yield svg.Rect(x=10, y=base - 15, width=plan.width - 20, height=20, class_=["rw-ground"])
    short = name if len(name) <= most else f"{name[: most - 1]}…"
    for text, x, anchor in ((short, 14, "start"), (figures, plan.width - 14, "end")):
        made = draw.words(x, base, text, anchor=anchor)
        if strong:
            made.extra = {**(made.extra or {}), "font-weight": "700"}
        yield made


def said(
    lines: Sequence[Line],
    together: Together | None,
    unit: str,
    better: str,
) -> str:
    """The whole picture in words."""
    told = [f"{one.name}: {figure(one.estimate, one.low, one.high)} {unit}" for one in lines]
    if together is not None:
        told.append(
            f"all together: {figure(together.estimate, together.low, together.high)} {unit}"
        )
        if together.prediction is not None:
            low, high = (f"{end:.2f}".replace("-", MINUS) for end in together.prediction)
            told.append(f"a further study would lie from {low} to {high}")
    side = "above" if better == "higher" else "below"
    return f"{'; '.join(told)}.  What lies {side} 0 favours backward walking."
