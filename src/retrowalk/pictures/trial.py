"""A trial at a glance: everybody's change, each arm's mean, and what the arms differ by.

All on one scale, so that a difference can be held against the changes it comes from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

import svg

from retrowalk.pictures import draw
from retrowalk.words import Direction

TOP, ROW, FOOT, EDGE = 66, 92, 66, 26
MOST_DOTS = 300  # of an arm: more only darken each other
LANES = 5  # heights a dot may have, so that equal changes stay apart


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One arm's changes.  `direction` gives mark and colour; unclear where the arm is neither."""

    name: str
    _: KW_ONLY
    direction: Direction
    mean: float
    low: float
    high: float
    persons: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One arm less the comparator, adjusted for the baseline."""

    name: str
    _: KW_ONLY
    estimate: float
    low: float
    high: float


def trial_picture(
    arms: Sequence[ArmRow],
    differences: Sequence[DifferenceRow],
    *,
    outcome: str,
    better: str,
    matters: float = 0.0,
    width: int = 860,
    prefix: str = "trial",
) -> str:
    """`better`: "lower", "higher" or empty; `matters`: the change that does, signed; or 0."""
    foot = TOP + ROW * (len(arms) + len(differences))
    across = _scale(arms, differences, matters, width)
    drawn: list[svg.Element] = [
        draw.words(14, 26, f"Change in {outcome}", kind="heading"),
        draw.words(14, 47, f"follow-up minus baseline{f'; {better} is better' if better else ''}",
                   kind="quiet"),
        *_axis(across, foot),
        *_matters(across, foot, matters),
    ]  # fmt: skip
    for place, arm in enumerate(arms):
        drawn += _arm(arm, across, TOP + ROW * place)
    for place, difference in enumerate(differences, start=len(arms)):
        drawn += _difference(difference, across, TOP + ROW * place, width)
    return draw.picture(drawn, width=width, height=foot + FOOT, title=f"Change in {outcome}",
                        desc=_said(arms, differences), prefix=prefix)  # fmt: skip


def _scale(arms: Sequence[ArmRow], differences: Sequence[DifferenceRow], matters: float,
           width: int) -> draw.Scale:  # fmt: skip
    values = [0.0, matters]
    for arm in arms:
        values += [arm.low, arm.high, *arm.persons]
    for one in differences:
        values += [one.low, one.high]
    room = 0.04 * (max(values) - min(values))
    return draw.Scale(min(values) - room, max(values) + room, EDGE, width - EDGE)


def _axis(across: draw.Scale, foot: float) -> Iterator[svg.Element]:
    for value in draw.ticks(across.low, across.high, 7):
        x = across.at(value)
        yield svg.Line(x1=x, x2=x, y1=TOP, y2=foot, class_=["rw-grid"])
        yield draw.words(x, foot + 18, f"{value:g}", kind="quiet", anchor="middle")
    zero = across.at(0)
    yield svg.Line(x1=zero, x2=zero, y1=TOP - 8, y2=foot, class_=["rw-axis"], stroke_width=2)
    yield draw.words(zero, foot + 36, "no change", kind="quiet", anchor="middle")


def _matters(across: draw.Scale, foot: float, matters: float) -> Iterator[svg.Element]:
    if matters:
        x = across.at(matters)
        anchor = "start" if x < across.start + 80 else "end" if x > across.end - 80 else "middle"
        yield svg.Line(x1=x, x2=x, y1=TOP - 8, y2=foot, class_=["rw-plan"])
        yield draw.words(x, foot + 54, "smallest that matters", kind="quiet", anchor=anchor)


def _arm(arm: ArmRow, across: draw.Scale, top: float) -> Iterator[svg.Element]:
    yield draw.words(14, top + 20, f"{arm.name}, {len(arm.persons)} people")
    every = -(-len(arm.persons) // MOST_DOTS)
    for i, change in enumerate(sorted(arm.persons)[::every]):
        y = top + 36 + 5 * (i * 2 % LANES)
        yield svg.Circle(cx=across.at(change), cy=y, r=3.5, class_=["rw-release"])
    yield from _interval(across, arm.low, arm.high, top + 74)
    yield draw.mark(arm.direction, x=across.at(arm.mean), y=top + 74, size=7)


def _difference(
    one: DifferenceRow, across: draw.Scale, top: float, width: int
) -> Iterator[svg.Element]:
    yield svg.Line(x1=14, x2=width - 14, y1=top + 4, y2=top + 4, class_=["rw-axis"])
    yield draw.words(14, top + 28, one.name)
    yield from _interval(across, one.low, one.high, top + 58)
    x = across.at(one.estimate)
    yield svg.Rect(x=x - 6, y=top + 52, width=12, height=12, class_=["rw-contact"])


def _interval(across: draw.Scale, low: float, high: float, y: float) -> Iterator[svg.Element]:
    left, right = across.at(low), across.at(high)
    yield svg.Line(x1=left, x2=right, y1=y, y2=y, class_=["rw-signal"], stroke_width=2.5)
    for x in (left, right):
        yield svg.Line(x1=x, x2=x, y1=y - 7, y2=y + 7, class_=["rw-signal"], stroke_width=2.5)


def _said(arms: Sequence[ArmRow], differences: Sequence[DifferenceRow]) -> str:
    changes = "; ".join(f"{arm.name} {arm.mean:.3g} ({arm.low:.3g} to {arm.high:.3g})"
                        for arm in arms)  # fmt: skip
    apart = "; ".join(f"{one.name} {one.estimate:.3g} ({one.low:.3g} to {one.high:.3g})"
                      for one in differences)  # fmt: skip
    return f"Mean changes with 95 % intervals: {changes}. Differences: {apart}."
