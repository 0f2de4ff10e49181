"""What a machine makes of a speed: the nearest it can, toward slower, and what is said of it.

A belt that cannot go so slowly is not walked on: faster than asked is no answer.
"""

from dataclasses import dataclass
from math import floor, isfinite

from retrowalk.errors import BadPlan, OutsideGuardrail
from retrowalk.programme import saying
from retrowalk.words import Direction, Place, Units, Walker

NEARLY = 1e-6  # of a step: 0.8 mph / 0.1 mph is 7.999…
SEEN_RATIO = 2e-3  # a difference smaller than that no two decimals show


@dataclass(frozen=True, slots=True)
class Range:
    """What the belt can do: its slowest, its fastest, and the step between speeds."""

    min_mps: float
    max_mps: float
    step_mps: float
    max_incline_ratio: float = 0.0  # 0 where none can be set
    incline_step_ratio: float = 0.005

    def __post_init__(self) -> None:
        figures = (self.min_mps, self.max_mps, self.step_mps)
        if not (all(map(isfinite, figures)) and 0 < self.min_mps <= self.max_mps
                and self.step_mps > 0):  # fmt: skip
            raise BadPlan(f"{self} is no range a belt can have; please read the treadmill again")

    def flatter(self, incline_ratio: float) -> float:
        """The nearest incline the belt has at or below this one; 0 where it has none."""
        steps = floor(min(incline_ratio, self.max_incline_ratio) / self.incline_step_ratio + NEARLY)
        return max(steps, 0) * self.incline_step_ratio

    def slower(self, mps: float) -> float:
        """The nearest speed the belt has at or below this one, which its slowest must be."""
        steps = floor((min(mps, self.max_mps) - self.min_mps) / self.step_mps + NEARLY)
        return min(self.min_mps + max(steps, 0) * self.step_mps, self.max_mps)


@dataclass(frozen=True, slots=True)
class Console:
    """A belt set by hand: its console takes tenths of a unit, and nothing more is known of it."""

    step_mps: float

    def slower(self, mps: float) -> float:
        return max(floor(mps / self.step_mps + NEARLY), 1) * self.step_mps


@dataclass(frozen=True, slots=True)
class AnySpeed:
    """No belt: feet in a corridor."""

    def slower(self, mps: float) -> float:
        return mps


Machine = Range | Console | AnySpeed


@dataclass(frozen=True, slots=True)
class Fit:
    """The speed a machine will run, and what to say before the start; empty if as asked."""

    belt_mps: float
    said: str


def machine_of(walker: Walker, belt: Range | None) -> Machine:
    match walker.place:
        case Place.BY_HAND:
            return Console(saying.MPS_OF[walker.units] / 10)
        case Place.DRIVEN if belt is not None:
            return belt
        case _:
            return AnySpeed()


def fitted(direction: Direction, asked_mps: float, machine: Machine, units: Units) -> Fit:
    """What this machine makes of `asked_mps`, never more.  OutsideGuardrail if it cannot."""
    if isinstance(machine, Range) and asked_mps < machine.min_mps * (1 - NEARLY):
        raise OutsideGuardrail(
            f"{_asks(direction, asked_mps, units)} Your treadmill’s slowest is "
            f"{saying.exactly(machine.min_mps, units)}: that is the nearest it can, and faster "
            "than asked, so retrowalk will not run it. Choose a treadmill that goes slower, one "
            "you set by hand, or a corridor."
        )
    belt_mps = min(machine.slower(asked_mps), asked_mps)
    exact = asked_mps - belt_mps <= SEEN_RATIO * asked_mps
    said = "" if exact else _asks(direction, asked_mps, units) + _runs(belt_mps, machine, units)
    return Fit(belt_mps, (said + _slowest(belt_mps, machine, units)).strip())


def _asks(direction: Direction, mps: float, units: Units) -> str:
    return f"The plan asks {saying.both(mps, units)} {direction.value}."


def _runs(belt_mps: float, machine: Machine, units: Units) -> str:
    to = saying.exactly(belt_mps, units)
    match machine:
        case Range(max_mps=most) if belt_mps > most * (1 - NEARLY):
            return f" Your treadmill’s fastest is {to}: it will run that."
        case Range(min_mps=least, step_mps=step):
            steps = f"{saying.exactly(step, units)} from {saying.exactly(least, units)} up"
            return f" Your treadmill goes in steps of {steps}: it will run {to}, never faster."
        case _:
            return f" A console takes tenths: set it to {to}, never faster."


def _slowest(belt_mps: float, machine: Machine, units: Units) -> str:
    if not isinstance(machine, Console):
        return ""
    return (
        f" If your treadmill cannot go as slowly as {saying.exactly(belt_mps, units)}, do not "
        "walk faster: choose another treadmill, or a corridor."
    )


def inclined(asked_ratio: float, machine: Machine) -> tuple[float, str]:
    """What this machine makes of an incline, never steeper, and what to say before the start."""
    asks = f"The plan asks an incline of {100 * asked_ratio:.3g} %."
    match machine:
        case Range():
            ratio = machine.flatter(asked_ratio)
        case Console():
            return asked_ratio, f"{asks} Set it at the console, or walk flat; never downhill."
        case _:
            return 0.0, f"{asks} Here you walk flat."
    if ratio == 0:
        return 0.0, f"{asks} Your treadmill cannot set it: it is walked flat."
    if asked_ratio - ratio <= NEARLY:
        return ratio, ""
    return ratio, f"{asks} Your treadmill will set {100 * ratio:.3g} %, never steeper."
