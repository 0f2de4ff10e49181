"""Backward minutes week by week, drawn for print: hatched bars with their figures on them."""

from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib import colors

HEIGHT, TOP, FOOT = 84.0, 14.0, 16.0
BACK, INK, QUIET = (
    colors.HexColor("#e69f00"),
    colors.HexColor("#1a1a1a"),
    colors.HexColor("#595959"),
)
HATCH = 4.0  # points between the hatch's lines


def weeks_drawing(weeks: Sequence[tuple[str, float]], *, width: float) -> Drawing:
    """One bar a week.  Backward is orange and hatched, as in every picture of ours."""
    made = Drawing(width, HEIGHT)
    made.add(String(0, HEIGHT - 8, "Minutes backward", fontName="Helvetica", fontSize=7.5,
                    fillColor=QUIET))  # fmt: skip
    most = max([1.0, *(minutes for _, minutes in weeks)])
    room = width / max(len(weeks), 1)
    thick = min(room * 0.6, 40.0)
    for i, (label, minutes) in enumerate(weeks):
        middle = room * (i + 0.5)
        tall = minutes / most * (HEIGHT - TOP - FOOT - 10)
        if minutes > 0:
            _bar(made, middle - thick / 2, thick, tall)
        _words(made, middle, FOOT + tall + 2, f"{minutes:.0f}", INK)
        _words(made, middle, 5, label, QUIET)
    made.add(Line(0, FOOT, width, FOOT, strokeColor=QUIET, strokeWidth=0.6))
    return made


def _bar(made: Drawing, x: float, width: float, tall: float) -> None:
    bar = Rect(x, FOOT, width, tall)
    bar.fillColor, bar.fillOpacity, bar.strokeColor, bar.strokeWidth = BACK, 0.45, INK, 0.4
    made.add(bar)
    offset = HATCH
    while offset < width + tall:  # lines at 45°, cut at the bar's edges
        low, high = max(0.0, offset - width), min(offset, tall)
        made.add(Line(x + offset - low, FOOT + low, x + offset - high, FOOT + high,
                      strokeColor=BACK, strokeWidth=0.8))  # fmt: skip
        offset += HATCH


def _words(made: Drawing, x: float, y: float, text: str, colour: colors.Color) -> None:
    made.add(String(x, y, text, textAnchor="middle", fontName="Helvetica", fontSize=7,
                    fillColor=colour))  # fmt: skip
