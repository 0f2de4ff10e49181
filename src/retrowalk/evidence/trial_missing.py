"""How much could those change the result who have no follow-up: two ways of filling them in.

Nobody knows what they would have had.  If the answer stays the same under both, they matter little.
"""

from dataclasses import KW_ONLY, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrowalk.evidence.trial import Asked, Complete, Floats, Interval, find, fit, order
from retrowalk.evidence.trial_sheet import Sheet
from retrowalk.words import Better

CARRIED = "no change at all"
WORST = "the worst in the arm, the best in the comparator"


@dataclass(frozen=True, slots=True)
class Filled:
    """The ANCOVA's difference with those filled in who have a baseline and no follow-up."""

    how: str
    _: KW_ONLY
    arm: str
    filled: int  # people, in the arm and the comparator
    difference: Interval


def sensitivity(sheet: Sheet, outcome: str, asked: Asked) -> tuple[Filled, ...]:
    """Empty where nobody is missing.  The worst case needs to know which way is better."""
    measured = find(sheet, outcome)
    before, after = np.array(measured.baseline), np.array(measured.followup)
    gone = np.isnan(after) & ~np.isnan(before)
    arms, names = np.array(sheet.arms), order(sheet, asked.comparator)
    found = []
    for place, name in enumerate(names[:-1]):
        here = gone & np.isin(arms, (name, asked.comparator))
        for how, change in _ways(after - before, asked, arms == name) if here.any() else ():
            filled = replace(measured, followup=tuple(np.where(here, before + change, after)))
            difference = fit(Complete(sheet, filled, names)).at(1 + place, robust=True)
            found.append(Filled(how, arm=name, filled=int(here.sum()), difference=difference))
    return tuple(found)


def _ways(changes: Floats, asked: Asked, arm: NDArray[np.bool_]) -> list[tuple[str, Floats]]:
    """How those who are missing may have changed; at most as far as anybody seen."""
    found = [(CARRIED, np.zeros(len(changes)))]
    if asked.better is not None:
        low, high = float(np.nanmin(changes)), float(np.nanmax(changes))
        worst, best = (high, low) if asked.better is Better.LOWER else (low, high)
        found.append((WORST, np.where(arm, worst, best)))
    return found
