"""A session to show others: how long, how far, which way.  No name, no place, no pain, no heart."""

from collections.abc import Sequence
from datetime import date

import svg

from retrowalk import present
from retrowalk.live.dose import TrackPoint
from retrowalk.pictures import draw
from retrowalk.pictures.session import walked_ribbon
from retrowalk.words import Direction, Dose, Units

WIDTH, HEIGHT = 540, 540


def share_picture(
    dose: Dose,
    track: Sequence[TrackPoint],
    *,
    units: Units = Units.KMH,
    on: date | None = None,
    prefix: str = "share",
) -> str:
    """A square.  The day stands on it only where `on` is given."""
    moved = [p.at_s for p in track if p.direction is not Direction.UNCLEAR]
    time = draw.Scale(min(moved, default=0.0), max(moved, default=1.0), 40, WIDTH - 40)
    back = f"{present.distance(dose.backward_m, units)} backward"
    ahead = f"and {present.distance(dose.forward_m, units)} forward"
    drawn: list[svg.Element] = [
        _large(90, "I walked backward", 40),
        _large(200, present.duration(dose.backward_s), 46),
        _large(255, back, 28),
        _large(295, ahead, 22),
        *walked_ribbon(track, time, y=340, height=70, prefix=prefix),
        *draw.legend((Direction.BACKWARD, Direction.FORWARD), x=40, y=450, prefix=prefix),
        draw.words(40, HEIGHT - 30, "retrowalk", kind="heading"),
    ]
    if on is not None:
        drawn.append(draw.words(WIDTH - 40, HEIGHT - 30, present.day(on), anchor="end"))
    said = f"{present.duration(dose.backward_s)}, {back} {ahead}."
    return draw.picture(drawn, width=WIDTH, height=HEIGHT, title="A backward walk", desc=said,
                        prefix=prefix)  # fmt: skip


def _large(y: float, text: str, size: int) -> svg.Text:
    """Words that are read across a room, made to fit where they would not."""
    fits = min(size, int((WIDTH - 80) / (0.56 * max(len(text), 1))))
    return svg.Text(x=40, y=y, text=text, extra={"font-size": str(fits), "font-weight": "700"})
