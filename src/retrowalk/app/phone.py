"""One phone worn as a sensor: its packets in, what it feels now, and its recording at the end.

Nothing here waits and nothing is asked of a belt; `take` and `calibrate` cost milliseconds and
are called from a thread, one at a time.  What they find is read from anywhere through `felt`.
"""

from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.gait.alarm import Alarm
from retrowalk.gait.calibrate import Cannot, axes_found, by_sitting, by_standing
from retrowalk.gait.packets import Order, Packet
from retrowalk.gait.stream import Now, Stream
from retrowalk.readers.live_phone import read_message, read_packet, read_span
from retrowalk.tables import Floats, Recording, Sensor
from retrowalk.words import Mounting, Placement

__all__ = ["PhoneLink", "Worn", "read_message", "read_packet", "read_span", "worn_of"]

SHORTEST_S = 5.0  # of a recording worth keeping
SCREEN_BACK = np.array([[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""Body axes of a phone upright against the back, its screen outward: z is behind, x right."""


class Worn(Enum):
    """Where the walker says the phone is; the words are the page's."""

    RIGHT_POCKET = "right"
    LEFT_POCKET = "left"
    BACK = "back"
    ELSEWHERE = "elsewhere"


PLACED = {
    Worn.RIGHT_POCKET: (Placement.RIGHT_THIGH, Mounting.UNKNOWN, np.eye(3)),
    Worn.LEFT_POCKET: (Placement.LEFT_THIGH, Mounting.UNKNOWN, np.eye(3)),
    Worn.BACK: (Placement.LOWER_BACK, Mounting.KNOWN, SCREEN_BACK),
    Worn.ELSEWHERE: (Placement.UNKNOWN, Mounting.UNKNOWN, np.eye(3)),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a phone feels, as of the last packet in order."""

    now: Now = field(default_factory=Now)
    still_s: float = 0.0
    moves_s: float = 0.0
    stumbles: int = 0


class PhoneLink:
    """One phone.  `token` is its page's own word, by which it is known when it comes back."""

    def __init__(self, token: str, worn: Worn) -> None:
        self.token = token
        self.worn = worn
        self.calibrated = False
        self.felt = Heard()
        self._placement, self._mounting, self._axes = PLACED[worn]
        self._order = Order()
        self._alarm = Alarm()
        self._stream = self._new_stream()

    def take(self, packet: Packet) -> None:
        """One packet as it came.  BadRecording if it cannot be this phone's."""
        due = self._order.take(packet)
        stumbles = 0
        for one in due:
            stumbles += len(self._alarm.hear(one.time_s, one.acc_mps2, one.gyr_radps))
            self._stream.push([self._turned((one,))])
        if due:
            alarm = self._alarm
            self.felt = Heard(
                self._stream.now, alarm.still_s, alarm.moves_s, self.felt.stumbles + stumbles
            )

    def calibrate(self, span: tuple[float, float]) -> str:
        """How the phone sits, from what the walker did in that time; empty, or why it cannot."""
        if self.worn is Worn.ELSEWHERE:
            return "Worn there, a phone counts steps and cannot tell their direction."
        packets = self._order.all()
        if not packets:
            return "The phone has sent nothing yet: wait a moment, and do it again."
        placement, mounting, axes = PLACED[self.worn]
        raw = Sensor(*_columns(packets), placement, mounting)
        known = replace(raw, acc_mps2=raw.acc_mps2 @ axes.T, gyr_radps=raw.gyr_radps @ axes.T)
        how = by_standing if self.worn is Worn.BACK else by_sitting
        found = axes_found(how, known, span)
        if isinstance(found, Cannot):
            return found.why
        self._axes, self._mounting = found @ axes, Mounting.CALIBRATED
        self.calibrated = True
        self._stream = self._new_stream()
        return ""

    @property
    def next_number(self) -> int:
        return self._order.newest + 1

    @property
    def lost(self) -> int:
        return self._order.lost

    def recording(self) -> Recording | None:
        """All that came, in body axes as far as they are known; None if hardly anything did."""
        packets = self._order.all()
        if not packets or packets[-1].ends_s - packets[0].begins_s < SHORTEST_S:
            return None
        return Recording("phone", (self._turned(packets),))

    def _turned(self, packets: tuple[Packet, ...]) -> Sensor:
        time_s, acc, gyr = _columns(packets)
        axes = self._axes
        return Sensor(time_s, acc @ axes.T, gyr @ axes.T, self._placement, self._mounting)

    def _new_stream(self) -> Stream:
        none = np.empty((0, 3))
        return Stream([Sensor(np.empty(0), none, none, self._placement, self._mounting)])


def _columns(packets: tuple[Packet, ...]) -> tuple[Floats, Floats, Floats]:
    return (
        np.concatenate([one.time_s for one in packets]),
        np.concatenate([one.acc_mps2 for one in packets]),
        np.concatenate([one.gyr_radps for one in packets]),
    )


def worn_of(word: object) -> Worn:
    """Raises BadRecording for a place nobody was asked about."""
    try:
        return Worn(word)
    except ValueError:
        raise BadRecording("The phone did not say where it is worn; choose a place on its page, "
                           "then press the button again.") from None  # fmt: skip
