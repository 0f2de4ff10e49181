"""Whether small studies tell of larger effects: a hint that unwelcome ones were never printed.

Asked only of ten studies or more: with fewer, chance alone draws such a picture (Cochrane Handbook
13.3.5.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrowalk.evidence.between import Array
from retrowalk.evidence.effects import Effect, Measure
from retrowalk.evidence.printed import two_sided_p

FEWEST = 10  # Handbook 13.3.5.4
UNLIKELY = 0.1  # the usual level of this test, which sees little


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Why the question cannot be asked of these studies."""

    reason: str


@dataclass(frozen=True, slots=True)
class SmallStudy:
    """By how much the effect grows with a study's standard error, and how likely that is chance."""

    slope: float
    se: float
    df: int
    p: float
    formula: str

    @property
    def suspected(self) -> bool:
        return self.p < UNLIKELY


def small_study(effects: Sequence[Effect]) -> SmallStudy | NotChecked:
    """Egger's regression; of standardised differences, Pustejovsky and Rodgers' variant.

    estimate = a + b s, weighted with 1/s², errors scaled by how they scatter; is b 0?  s is the
    standard error; of standardised differences √(N/(n1 n2)), for their standard error grows with
    the effect itself and draws the very picture that is looked for.
    From: Egger and others 1997 (BMJ 315:629); Pustejovsky and Rodgers 2019 (Res Synth Methods
    10:57).
    """
    k = len(effects)
    if k < FEWEST:
        return NotChecked(f"{k} studies: with fewer than {FEWEST}, chance alone draws the picture.")
    if len(measures := {effect.measure for effect in effects}) > 1:
        return NotChecked(f"Counted in {len(measures)} different things: ask of each alone.")
    standardised = effects[0].measure is Measure.SMD
    squares = [effect.size_variance if standardised else effect.variance for effect in effects]
    s = np.sqrt(np.array(squares))
    if not np.isfinite(s).all():
        return NotChecked("How many people each study had is not known of all of them.")
    if np.ptp(s) <= 1e-6 * s.max():
        return NotChecked("The studies are all of one size: there are no small ones among them.")
    y = np.array([effect.estimate for effect in effects])
    slope, se = _slope(y, s)
    if se <= 1e-12 * max(1.0, abs(slope)):
        return NotChecked("The estimates lie on one line: there is no scatter to judge it by.")
    name = "Pustejovsky–Rodgers: √(N/(n1 n2))" if standardised else "Egger: standard error"
    return SmallStudy(slope, se, k - 2, two_sided_p(slope / se, k - 2), name)


def _slope(y: Array, s: Array) -> tuple[float, float]:
    """b of y = a + b s with weights 1/s², and its standard error from the scatter left."""
    w = 1 / s**2
    middle_s, middle_y = np.average(s, weights=w), np.average(y, weights=w)
    spread = float((w * (s - middle_s) ** 2).sum())
    slope = float((w * (s - middle_s) * (y - middle_y)).sum()) / spread
    left = y - middle_y - slope * (s - middle_s)
    return slope, float(np.sqrt((w * left**2).sum() / (len(y) - 2) / spread))
