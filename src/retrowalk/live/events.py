"""What can happen in a session, and what can be asked of the belt.

These values are also the session log: written as they pass, replayed in tests.
All times are seconds on one monotonic clock.
"""

from dataclasses import dataclass
from enum import Enum


class StopReason(Enum):
    COMPLETED = "the plan is done"
    TURN = "time to turn round"
    REST = "time to rest"
    WALKER = "Stop was pressed"
    CONSOLE = "the belt stopped at its console or by its safety key"
    PAGE_LOST = "the page with the Stop button went away"
    STUMBLED = "the phone felt a stumble"
    STANDING = "the phone felt you stand still on a moving belt"
    PHONE_LOST = "the phone you chose as a safety link went silent"
    HEART = "your heart beat faster than its ceiling"
    HEART_LOST = "your heart was not heard any more"
    FINISHED = "the walker chose to end here"
    ABANDONED = "nobody went on for ten minutes"
    SILENT = "the treadmill went silent"
    OVERSPEED = "the belt ran faster than asked"
    MOVED_UNASKED = "the belt moved without being asked"
    DECLINED = "the treadmill slopes downward, and backward is walked level or uphill only"
    NO_START = "the belt did not start when asked"
    LINK_LOST = "the link to the treadmill dropped"
    CONTROL_LOST = "the treadmill took the control back"
    NOT_SAVED = "the session could not be saved"
    SHUTDOWN = "the program is closing"


PLANNED = frozenset({StopReason.TURN, StopReason.REST})
"""Stops the plan itself calls for; kept out of the list of reasons."""

RESUMABLE = frozenset({
    StopReason.WALKER, StopReason.CONSOLE, StopReason.PAGE_LOST,
    StopReason.STUMBLED, StopReason.STANDING, StopReason.PHONE_LOST, StopReason.DECLINED,
    StopReason.HEART, StopReason.HEART_LOST,
})  # fmt: skip
"""Stops that are a pause: a new hold of Start may go on from them.

What a phone felt is among them because it can be mistaken; only the walker knows.  So is a heart
above its ceiling, because a rest brings it down: until it has, no hold counts (live/heart.py)."""


@dataclass(frozen=True, slots=True)
class Ticked:
    at_s: float


@dataclass(frozen=True, slots=True)
class BeltReported:
    at_s: float
    belt_mps: float
    incline_ratio: float | None = None  # as far as the belt knows


@dataclass(frozen=True, slots=True)
class HoldBeat:
    """The walker's finger is on Start now; a page sends one every quarter second."""

    at_s: float


@dataclass(frozen=True, slots=True)
class HoldReleased:
    at_s: float


@dataclass(frozen=True, slots=True)
class StopWanted:
    at_s: float
    reason: StopReason


@dataclass(frozen=True, slots=True)
class SetUp:
    """The walker said these lines of the set-up list, and that the sounds are heard, or not."""

    at_s: float
    said: tuple[str, ...]
    heard: bool


@dataclass(frozen=True, slots=True)
class SpeedSaid:
    """The walker or a buddy says what a console set by hand shows: a report, never a request."""

    at_s: float
    belt_mps: float


@dataclass(frozen=True, slots=True)
class HeartHeard:
    """The strap said this; `contact` is False where it does not feel the skin."""

    at_s: float
    heart_bpm: int
    contact: bool = True


@dataclass(frozen=True, slots=True)
class StartBelt:
    """Asked once, after a hold; never repeated, never a keep-alive."""


@dataclass(frozen=True, slots=True)
class SetSpeed:
    belt_mps: float


@dataclass(frozen=True, slots=True)
class SetIncline:
    """Rise over run, 0 or more: backward is never walked downhill."""

    incline_ratio: float


@dataclass(frozen=True, slots=True)
class StopBelt:
    """Asked until the belt is seen at rest."""

    reason: StopReason


Event = (
    Ticked | BeltReported | HoldBeat | HoldReleased | StopWanted | SetUp | SpeedSaid | HeartHeard
)
Request = StartBelt | SetSpeed | SetIncline | StopBelt
