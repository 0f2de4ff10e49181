"""An outcome over time: every result, the baseline, and the band the test's own error makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import svg

from retrowalk import present
from retrowalk.pictures import draw

HEIGHT, TOP, FOOT, LEFT = 300, 62, 236, 56
APART = 70  # pixels two dates need between them


@dataclass(frozen=True, slots=True)
class Mark:
    """One result in the unit shown; `first` ones make the baseline."""

    on: date
    value: float
    first: bool


@dataclass(frozen=True, slots=True)
class Baseline:
    """The median of the first tests, and how far a result may be from it by error alone."""

    value: float
    band: float  # 0 where nobody has measured the error


def outcome_picture(
    marks: Sequence[Mark],
    *,
    title: str,
    unit: str,
    better: str,
    baseline: Baseline | None = None,
    checks: Sequence[tuple[date, str]] = (),
    width: int = 860,
    prefix: str = "outcome",
) -> str:
    """Results from left to right by day.  `better` is "up" or "down"; `unit` stands on top."""
    across = _days([mark.on for mark in marks], width)
    tall = _values(marks, baseline)
    shown = [(on, name) for on, name in checks if across.low <= on.toordinal() <= across.high]
    drawn: list[svg.Element] = [
        draw.words(14, 24, f"{title}, {unit}", kind="heading"),
        draw.words(14, 45, f"better is {better}", kind="quiet"),
        *(_band(baseline, tall, width) if baseline else ()),
        *draw.value_axis(tall, left=LEFT, right=width - 14),
        *_checks(shown, across),
        *(_baseline(baseline, tall, width) if baseline else ()),
        *_results(marks, across, tall),
        svg.Line(x1=LEFT, x2=width - 14, y1=FOOT, y2=FOOT, class_=["rw-axis"]),
        *_dates(marks, across),
        *_legend(baseline, width),
    ]
    return draw.picture(drawn, width=width, height=HEIGHT, title=f"{title} over time",
                        desc=_said(marks, baseline, unit), prefix=prefix)  # fmt: skip


def _days(days: Sequence[date], width: int) -> draw.Scale:
    low, high = min(days).toordinal(), max(days).toordinal()
    if low == high:
        low, high = low - 1, high + 1
    return draw.Scale(low, high, LEFT + 24, width - 38)


def _values(marks: Sequence[Mark], baseline: Baseline | None) -> draw.Scale:
    values = [mark.value for mark in marks]
    if baseline is not None:
        values += [baseline.value - baseline.band, baseline.value + baseline.band]
    low, high = min(values), max(values)
    room = (high - low or abs(high) or 1.0) * 0.08
    return draw.Scale(low - room, high + room, FOOT, TOP)


def _band(baseline: Baseline, tall: draw.Scale, width: int) -> Iterator[svg.Element]:
    if not baseline.band:
        return
    top, foot = (tall.at(baseline.value + way * baseline.band) for way in (1, -1))
    yield svg.Rect(x=LEFT, y=top, width=width - 14 - LEFT, height=round(foot - top, 2),
                   class_=["rw-unclear"], fill_opacity=0.2)  # fmt: skip
    for y in (top, foot):
        yield svg.Line(x1=LEFT, x2=width - 14, y1=y, y2=y, class_=["rw-plan"])


def _baseline(baseline: Baseline, tall: draw.Scale, width: int) -> Iterator[svg.Element]:
    y = tall.at(baseline.value)
    yield svg.Line(x1=LEFT, x2=width - 14, y1=y, y2=y, class_=["rw-axis"], stroke_width=2)


def _checks(checks: Sequence[tuple[date, str]], across: draw.Scale) -> Iterator[svg.Element]:
    for on, name in checks:
        x = across.at(on.toordinal())
        yield svg.Line(x1=x, x2=x, y1=TOP - 6, y2=FOOT, class_=["rw-grid"])
        yield draw.words(x, TOP - 10, name, kind="quiet", anchor="middle")


def _results(marks: Sequence[Mark], across: draw.Scale, tall: draw.Scale) -> Iterator[svg.Element]:
    at = [(across.at(mark.on.toordinal()), tall.at(mark.value)) for mark in marks]
    line = [svg.Point(x, y) for x, y in at]
    yield svg.Polyline(points=line, class_=["rw-signal"])
    for (x, y), mark in zip(at, marks, strict=True):
        kind = "rw-release" if mark.first else "rw-contact"
        yield svg.Circle(cx=x, cy=y, r=6, class_=[kind])


def _dates(marks: Sequence[Mark], across: draw.Scale) -> Iterator[svg.Element]:
    """The first, the last, and those between that have room."""
    days = sorted({mark.on for mark in marks})
    last = across.at(days[-1].toordinal())
    right = float("-inf")
    for day in days:
        x = across.at(day.toordinal())
        if day == days[-1] or (x - right >= APART and last - x >= APART):
            yield draw.words(x, FOOT + 19, present.short_day(day), kind="quiet", anchor="middle")
            right = x


def _legend(baseline: Baseline | None, width: int) -> Iterator[svg.Element]:
    """What ring, dot and band are; in two lines where the picture is narrow."""
    entries = [("rw-release", "first tests"), ("rw-contact", "later")]
    for i, (kind, name) in enumerate(entries):
        yield svg.Circle(cx=LEFT + 6 + 98 * i, cy=HEIGHT - 22, r=6, class_=[kind])
        yield draw.words(LEFT + 18 + 98 * i, HEIGHT - 17, name, kind="quiet")
    if baseline is not None and baseline.band:
        x = LEFT + 165
        yield svg.Rect(x=x, y=HEIGHT - 29, width=22, height=14, class_=["rw-unclear"],
                       fill_opacity=0.35)  # fmt: skip
        yield draw.words(x + 28, HEIGHT - 17, _short(width), kind="quiet")


def _short(width: int) -> str:
    return "the test’s error" if width < 600 else "within the test’s own error"


def _said(marks: Sequence[Mark], baseline: Baseline | None, unit: str) -> str:
    results = "; ".join(f"{present.short_day(mark.on)}: {mark.value:.4g}" for mark in marks)
    if baseline is None:
        return f"{results} ({unit})."
    around = f" The baseline is {baseline.value:.4g} {unit}"
    band = f", give or take {baseline.band:.4g} by the test’s own error" if baseline.band else ""
    return f"{results} ({unit}).{around}{band}."
