"""What the heart did in a session, read from its track."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from retrowalk.live.dose import LONGEST_GAP_S, TrackPoint

MOVING = ("starting", "walking", "slowing")


@dataclass(frozen=True, slots=True)
class HeartWalked:
    """The mean while walking, the highest of all, and for how long it was known and above.

    Of medians over five seconds: a strap's wild reading is nobody's highest.
    """

    mean_bpm: float
    top_bpm: float
    known_s: float
    above_s: float
    ceiling_bpm: int | None


def heart_walked(track: Iterable[TrackPoint], ceiling_bpm: int | None) -> HeartWalked | None:
    """None where no heart was known."""
    known_s = above_s = walked_s = beats = top_bpm = 0.0
    for here, there in pairwise(track):
        gap_s = there.at_s - here.at_s
        if here.heart_bpm is None or gap_s > LONGEST_GAP_S:
            continue
        known_s += gap_s
        top_bpm = max(top_bpm, here.heart_bpm)
        above_s += gap_s if ceiling_bpm is not None and here.heart_bpm > ceiling_bpm else 0.0
        if here.phase in MOVING:
            walked_s += gap_s
            beats += gap_s * here.heart_bpm
    if walked_s == 0:
        return None
    return HeartWalked(beats / walked_s, top_bpm, known_s, above_s, ceiling_bpm)
