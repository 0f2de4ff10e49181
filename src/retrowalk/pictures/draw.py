"""What every picture is drawn with: scales, axes, and direction as colour, hatch and mark.

A picture is one self-contained `<svg>`: it carries its style, follows the reader's dark or
light setting, and takes a page's own colours where an ancestor sets `--rw-ground`, `--rw-ink`,
`--rw-quiet`, `--rw-line`, `--rw-back`, `--rw-fore`, `--rw-unclear` or `--rw-stop`.
Direction is never told by colour alone: backward is orange, hatched and a diamond; forward is
blue, plain and a circle; unclear is grey, dotted and a square (colours: Okabe and Ito 2008).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import svg

from retrowalk.units import HOUR, MINUTE
from retrowalk.words import Direction

KEYS = {Direction.BACKWARD: "back", Direction.FORWARD: "fore", Direction.UNCLEAR: "unclear"}
LIGHT = {"ground": "#ffffff", "ink": "#1a1a1a", "quiet": "#595959", "line": "#d0d0d0",
         "back": "#e69f00", "fore": "#0072b2", "unclear": "#757575", "stop": "#d55e00"}  # fmt: skip
DARK = {"ground": "#15191d", "ink": "#f2f2f2", "quiet": "#b8b8b8", "line": "#3c444b",
        "back": "#f0b429", "fore": "#56b4e9", "unclear": "#a0a0a0", "stop": "#ff8a4c"}  # fmt: skip
TIME_STEPS_S = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(minutes * MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR for hours in (1, 2, 6, 12, 24)),
)


def _tokens(colours: dict[str, str]) -> str:
    return "".join(f"--_{name}:var(--rw-{name},{colour});" for name, colour in colours.items())


STYLE = (
    f".rw{{{_tokens(LIGHT)}font:14px/1.3 system-ui,'Segoe UI',Roboto,sans-serif}}"
    f"@media (prefers-color-scheme:dark){{.rw{{{_tokens(DARK)}}}}}"
    ".rw text{fill:var(--_ink)}.rw .rw-quiet{fill:var(--_quiet);font-size:12px}"
    ".rw .rw-heading{font-size:17px;font-weight:600}.rw .rw-ground{fill:var(--_ground)}"
    ".rw .rw-grid{stroke:var(--_line);stroke-width:1;fill:none}"
    ".rw .rw-axis{stroke:var(--_quiet);stroke-width:1;fill:none}"
    ".rw .rw-signal{stroke:var(--_ink);stroke-width:1.2;fill:none;stroke-linejoin:round}"
    ".rw .rw-plan{stroke:var(--_quiet);stroke-width:2;stroke-dasharray:6 4;fill:none}"
    ".rw .rw-contact{fill:var(--_ink)}.rw .rw-release{fill:var(--_ground);stroke:var(--_ink);"
    "stroke-width:1.2}"
    ".rw .rw-stop{stroke:var(--_stop);stroke-width:2.5;fill:none}"
    + "".join(
        f".rw .rw-{key}{{fill:var(--_{key})}}.rw .rw-line-{key}{{stroke:var(--_{key});"
        f"stroke-width:2.5;fill:none}}.rw .rw-mark-{key}{{fill:var(--_{key});"
        "stroke:var(--_ink);stroke-width:0.8}"
        for key in KEYS.values()
    )
)


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps `low … high` of something measured onto `start … end` of the picture, in pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        span = (self.high - self.low) or 1.0
        return round(self.start + (value - self.low) / span * (self.end - self.start), 2)


def ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Round values from low to high, about `count` of them, in steps of 1, 2 or 5 × 10ⁿ."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return (low,)
    power = 10.0 ** math.floor(math.log10(span / count))
    step = next(s * power for s in (1, 2, 5, 10) if span / (s * power) <= count)
    return _multiples(low, high, step)


def time_ticks(low_s: float, high_s: float, count: int = 8) -> tuple[float, ...]:
    """Whole seconds, minutes or hours from low to high, about `count` of them."""
    span = high_s - low_s
    step = next((s for s in TIME_STEPS_S if span / s <= count), TIME_STEPS_S[-1])
    return _multiples(low_s, high_s, max(step, span / 50))


def _multiples(low: float, high: float, step: float) -> tuple[float, ...]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(i * step, 10) for i in range(first, last + 1))


def clock(at_s: float) -> str:
    """A time as people say it: "7.5" below ten seconds, then 0:42, 12:30.5, 1:02:03."""
    if at_s != round(at_s) and abs(at_s) < 10:
        return f"{at_s:g}"
    if at_s != round(at_s, 1):
        return f"{at_s:.2f}"
    if at_s != round(at_s):
        return f"{clock(math.floor(at_s))}.{round(10 * (at_s - math.floor(at_s)))}"
    minutes, seconds = divmod(round(at_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def words(x: float, y: float, text: str, *, kind: str = "", anchor: str = "start") -> svg.Text:
    """Text, escaped: file names and notes come from strangers.  `kind`: quiet or heading."""
    return svg.Text(
        x=x,
        y=y,
        text=escape(text),
        class_=[f"rw-{kind}"] if kind else [],
        extra={"text-anchor": anchor},
    )


def time_axis(scale: Scale, *, top: float, foot: float, count: int = 8) -> list[svg.Element]:
    """Vertical grid lines from top to foot with the time below them."""
    drawn: list[svg.Element] = []
    for at_s in time_ticks(scale.low, scale.high, count):
        x = scale.at(at_s)
        drawn += [
            svg.Line(x1=x, x2=x, y1=top, y2=foot, class_=["rw-grid"]),
            words(x, foot + 17, clock(at_s), kind="quiet", anchor="middle"),
        ]
    return drawn


def value_axis(scale: Scale, *, left: float, right: float, count: int = 4) -> list[svg.Element]:
    """Horizontal grid lines with the value at their left end."""
    drawn: list[svg.Element] = []
    for value in ticks(scale.low, scale.high, count):
        y = scale.at(value)
        drawn += [
            svg.Line(x1=left, x2=right, y1=y, y2=y, class_=["rw-grid"]),
            words(left - 8, y + 4, f"{value:g}", kind="quiet", anchor="end"),
        ]
    return drawn


def band(
    direction: Direction,
    *,
    x: float,
    y: float,
    width: float,
    height: float,
    prefix: str,
    opacity: float = 0.28,
) -> svg.G:
    """A stretch in one direction: tinted, with that direction's hatch on top."""
    key = KEYS[direction]
    x, y, width, height = round(x, 2), round(y, 2), round(max(width, 0.5), 2), round(height, 2)
    return svg.G(
        elements=[
            svg.Rect(
                x=x, y=y, width=width, height=height, class_=[f"rw-{key}"], fill_opacity=opacity
            ),
            svg.Rect(x=x, y=y, width=width, height=height, fill=f"url(#{prefix}-{key})"),
        ]
    )


def mark(direction: Direction, *, x: float, y: float, size: float = 5.0) -> svg.Element:
    """One stride or contact: diamond backward, circle forward, square unclear."""
    kind = [f"rw-mark-{KEYS[direction]}"]
    match direction:
        case Direction.BACKWARD:
            reach = size * 1.25  # as large to the eye as the circle
            tips = (x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)
            corners = [svg.Point(round(across, 2), round(down, 2)) for across, down in tips]
            return svg.Polygon(points=corners, class_=kind)
        case Direction.FORWARD:
            return svg.Circle(cx=x, cy=y, r=size, class_=kind)
        case Direction.UNCLEAR:
            side = size * 1.6
            return svg.Rect(
                x=round(x - side / 2, 2),
                y=round(y - side / 2, 2),
                width=side,
                height=side,
                class_=kind,
            )


def legend(shown: Sequence[Direction], *, x: float, y: float, prefix: str) -> list[svg.Element]:
    """A swatch with hatch and mark, and the word, for each direction in turn."""
    drawn: list[svg.Element] = []
    for i, direction in enumerate(shown):
        at = x + i * 120
        drawn += [
            band(direction, x=at, y=y - 12, width=30, height=16, prefix=prefix, opacity=0.4),
            mark(direction, x=at + 15, y=y - 4),
            words(at + 38, y + 1, direction.value),
        ]
    return drawn


def _hatches(prefix: str) -> svg.Defs:
    def pattern(key: str, size: int, drawn: svg.Element, turn: str = "") -> svg.Pattern:
        extra = {"patternUnits": "userSpaceOnUse"} | ({"patternTransform": turn} if turn else {})
        return svg.Pattern(
            id=f"{prefix}-{key}", width=size, height=size, elements=[drawn], extra=extra
        )

    bar = svg.Rect(x=0, y=0, width=3, height=9, class_=["rw-back"], fill_opacity=0.5)
    clear = svg.Rect(x=0, y=0, width=8, height=8, fill="none")
    dot = svg.Circle(cx=4, cy=4, r=1.3, class_=["rw-unclear"])
    return svg.Defs(
        elements=[
            pattern("back", 9, bar, "rotate(45)"),
            pattern("fore", 8, clear),
            pattern("unclear", 8, dot),
        ]
    )


def picture(
    drawn: Sequence[svg.Element],
    *,
    width: int,
    height: int,
    title: str,
    desc: str,
    prefix: str,
    noted: Mapping[str, str] | None = None,
) -> str:
    """The whole `<svg>`.  `prefix` keeps ids apart when a page shows several pictures.

    `title` says what it shows, `desc` what is to be seen, for those who cannot see it; `noted` are
    attributes for a page's scripts.
    """
    return svg.SVG(
        elements=[
            svg.Title(id=f"{prefix}-title", text=escape(title)),
            svg.Desc(id=f"{prefix}-desc", text=escape(desc)),
            svg.Style(text=STYLE),
            _hatches(prefix),
            svg.Rect(x=0, y=0, width=width, height=height, rx=6, class_=["rw-ground"]),
            *drawn,
        ],
        viewBox=svg.ViewBoxSpec(0, 0, width, height),
        class_=["rw"],
        extra={"role": "img", "aria-labelledby": f"{prefix}-title {prefix}-desc"}
        | dict(noted or {}),
    ).as_str()
