"""What is known of a session between two events.

Waiting ──hold 2 s──▶ Holding ──▶ Countdown ──▶ Starting ──belt moves──▶ Walking
   ▲                                                                       │
   │        ┌── Resting ◀─┐                             stretch over ──▶ Slowing
   └────────┴─────────────┴── two reports at rest ── Stopping ◀────────────┘
                                                        │ (any phase, any stop reason)
                                                        └──▶ Ended
"""

from dataclasses import dataclass
from enum import Enum

from retrowalk.live.events import StopReason
from retrowalk.live.heart import UNHEARD, Heart
from retrowalk.live.slope import LEVEL, Slope

NEVER_S = float("-inf")  # older than any clock: nothing heard yet


class Wait(Enum):
    """Why the belt rests and a hold of Start is awaited."""

    START = "before the first stretch"
    TURN = "turn round"
    REST = "the rest is over"
    PAUSE = "stopped, may go on"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Belt at rest; only the walker's hold leads on."""

    why: Wait
    since_s: float


@dataclass(frozen=True, slots=True)
class Holding:
    """Start is under the finger; `beat_s` is when we last heard so."""

    why: Wait
    since_s: float
    beat_s: float


@dataclass(frozen=True, slots=True)
class Countdown:
    """The hold is complete; hands go to the rails."""

    why: Wait
    began_s: float


@dataclass(frozen=True, slots=True)
class Starting:
    """Start was asked, once; the belt has not been seen moving."""

    asked_s: float


@dataclass(frozen=True, slots=True)
class Walking: ...


@dataclass(frozen=True, slots=True)
class Slowing:
    """Ramping down toward the stop that `reason` calls for."""

    reason: StopReason


@dataclass(frozen=True, slots=True)
class Resting:
    """A rest of the plan: standing, the clock runs, the belt does not."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """A stop has been asked for.  The belt has not been seen at rest.

    `ends` says whether the session is over once it rests; `rests` counts reports at
    rest in a row; before `settled_s` a belt that was just asked to start may still do so.
    """

    reason: StopReason
    ends: bool
    since_s: float
    settled_s: float
    rests: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    reason: StopReason


Phase = (
    Waiting | Holding | Countdown | Starting | Walking | Slowing | Resting | Stopping | Ended
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Session:
    """Everything between two events.  `Session()` is one nobody has begun.

    `interval_i` and `walked_s` say where in the plan; `trail_mps` follows `asked_mps`
    down slowly, as a belt does; `said_mps` is what a console set by hand was said to show in
    this stretch, None while nobody has said; `reasons` are all unplanned stops so far, in order.
    """

    phase: Phase = Waiting(Wait.START, since_s=0.0)
    now_s: float = 0.0
    ticked_s: float = 0.0
    heard_s: float = NEVER_S
    heard_mps: float = 0.0
    asked_mps: float = 0.0
    trail_mps: float = 0.0
    interval_i: int = 0
    walked_s: float = 0.0
    reasons: tuple[StopReason, ...] = ()
    said_mps: float | None = None
    heart: Heart = UNHEARD
    slope: Slope = LEVEL

    @property
    def waits_for_hand(self) -> bool:
        """Whether only the walker's own hand leads on from here."""
        return isinstance(self.phase, Waiting | Holding)

    @property
    def ended(self) -> bool:
        return isinstance(self.phase, Ended)
