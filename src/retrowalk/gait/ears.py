"""What hears each kind of sensor, piece by piece: the part of the chain that is one sensor's.

An ear is told the rows of even stretches as they come.  `walk` is everything it is sure of;
`lately` the last moments as they would be if nothing followed, for a walker who waits.
"""

from typing import Protocol

import numpy as np

from retrowalk.gait import direction, strides, thigh
from retrowalk.gait.back import Steps, accompanied
from retrowalk.gait.clock import Stretch
from retrowalk.gait.level import UPRIGHT_S, Level
from retrowalk.gait.limb import Limb, Swings, Worn
from retrowalk.gait.pieces import chosen, joined
from retrowalk.gait.quality import UPRIGHT
from retrowalk.gait.rhythmic import Thigh, Trunk
from retrowalk.gait.speed import paces
from retrowalk.gait.strides import Walk
from retrowalk.tables import Floats
from retrowalk.words import Side

LATELY = 12  # swings or steps heard back for what happens now: all certainty lies in fewer


class Ear(Protocol):
    """One sensor."""

    def hear(self, piece: Stretch, *, ends: bool) -> None: ...

    def walk(self) -> Walk: ...

    def lately(self) -> Walk: ...

    @property
    def askew(self) -> bool:
        """Whether gravity contradicts the mounting where the wearer walked."""
        ...


class LimbEar:
    """A foot or a shank."""

    def __init__(self, worn: Worn, side: Side, *, known: bool, shank: bool) -> None:
        self._limb, self._side, self._known, self._shank = Limb(worn), side, known, shank
        self._found: list[list[Swings]] = [[]]  # of each stretch, of each piece
        self._last = Swings()

    def hear(self, piece: Stretch, *, ends: bool) -> None:
        swings = self._limb.hear(piece, ends=ends)
        if len(swings):
            self._found[-1].append(swings)
            self._last = chosen(joined([self._last, swings], Swings()), slice(-LATELY, None))
        if ends:
            self._found.append([])

    def walk(self) -> Walk:
        return strides.joined(tuple(self._told(joined(parts, Swings())) for parts in self._found))

    def lately(self) -> Walk:
        return self._told(self._last)

    @property
    def askew(self) -> bool:
        upright = [swings.upright for parts in self._found for swings in parts]
        return self._known and _mostly_below(upright)

    def _told(self, swings: Swings) -> Walk:
        evidence = direction.of_swings(swings, shank=self._shank)
        return strides.of_swings(swings, evidence if self._known else 0.0 * evidence, self._side)


class TrunkEar:
    """The lower back; or any sensor nobody vouches for, whose steps can still be counted."""

    def __init__(self, *, known: bool, vouched: bool) -> None:
        self._trunk, self._known, self._vouched = Trunk(midline=known), known, vouched

    def hear(self, piece: Stretch, *, ends: bool) -> None:
        self._trunk.hear(piece, ends=ends)

    def walk(self) -> Walk:
        return strides.joined(tuple(self._told(w.sure()) for w in self._trunk.walked))

    def lately(self) -> Walk:
        walked = self._trunk.walked
        return self._told(walked[-1].last(LATELY)) if walked else Walk()

    @property
    def askew(self) -> bool:
        upright = [walked.sure().upright for walked in self._trunk.walked]
        return self._vouched and _mostly_below(upright)

    def levels(self, span: tuple[float, float]) -> tuple[Level, ...]:
        """The trunk's movement around a bout, vertical and anterior."""
        return self._trunk.movement(span[0] - UPRIGHT_S, span[1] + UPRIGHT_S)

    def _told(self, steps: Steps) -> Walk:
        steps = accompanied(steps)
        evidence = direction.of_steps(steps)
        return strides.of_steps(
            steps,
            evidence if self._known else 0.0 * evidence,
            paces(steps.rise_mps2, steps.sway_mps2) if self._known else None,
        )


class ThighEar:
    """A thigh whose flexion sign is known."""

    def __init__(self, side: Side) -> None:
        self._thigh, self._side = Thigh(), side

    def hear(self, piece: Stretch, *, ends: bool) -> None:
        self._thigh.hear(piece, ends=ends)

    def walk(self) -> Walk:
        parts = tuple(thigh.walk_of(w.sure(), self._side) for w in self._thigh.walked)
        return strides.joined(parts)

    def lately(self) -> Walk:
        walked = self._thigh.walked
        return thigh.walk_of(walked[-1].last(LATELY), self._side) if walked else Walk()

    @property
    def askew(self) -> bool:
        return _mostly_below([walked.sure().upright for walked in self._thigh.walked])


def _mostly_below(upright: list[Floats]) -> bool:
    every = np.concatenate([np.empty(0), *upright])
    return len(every) > 0 and float(np.median(every)) < UPRIGHT
