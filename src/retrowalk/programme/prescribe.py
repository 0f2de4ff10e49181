"""Which protocol suits this walker, and at which speeds and ceilings."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrowalk.programme.protocols import Protocol
from retrowalk.words import Clear, Reason, Verdict, Walker

RULE = "prescribing 1"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A protocol, best first; `allowed` false means not for this walker, and `reasons` why."""

    protocol: Protocol
    allowed: bool
    reasons: tuple[Reason, ...]
    cautions: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Prescription:
    """What this walker is to do of a protocol.  Speeds are those of a rung with ratio 1."""

    protocol: str
    stage: int
    backward_mps: float
    forward_mps: float
    backward_top_mps: float
    forward_top_mps: float
    per_week: int
    weeks: int
    reasons: tuple[Reason, ...]
    rule: str = RULE


def suggest(
    walker: Walker, protocols: Sequence[Protocol], *, verdict: Verdict = Clear()
) -> tuple[Suggestion, ...]:
    """Every protocol, the best suited first, each with its reasons."""
    raise NotImplementedError


def prescribe(walker: Walker, protocol: Protocol, *, verdict: Verdict) -> Prescription:
    """The prescription; raises ScreeningNeeded (verdict not Clear) or NotAllowed."""
    raise NotImplementedError
