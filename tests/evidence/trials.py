"""Trials made up with a known truth, as tables."""

import math

import numpy as np

from retrowalk.evidence.trial_sheet import Measured, Sheet

ARMS = ("backward", "forward")


def made_up(
    seed: int,
    *,
    people: int = 40,
    effect: float = -1.5,
    arms: tuple[str, ...] = ARMS,
    missing: tuple[int, ...] = (),
) -> Sheet:
    """Persons in turn in the arms; the first is `effect` away from the others at follow-up."""
    rng = np.random.default_rng(seed)
    allotted = tuple(arms[i % len(arms)] for i in range(people))
    before = rng.normal(14, 3, people)
    after = 4 + 0.7 * before + rng.normal(0, 1.5, people)
    after += effect * np.array([arm == arms[0] for arm in allotted])
    after[list(missing)] = math.nan
    tug = Measured("tug", baseline=tuple(before.tolist()), followup=tuple(after.tolist()))
    return Sheet(tuple(f"P{i:03}" for i in range(people)), arms=allotted, outcomes=(tug,),
                 traits=(), clusters="", notes=())  # fmt: skip


def as_csv(sheet: Sheet, *, separator: str = ",", decimal: str = ".") -> str:
    """Wide, as a spreadsheet writes it."""
    header = ["person", "arm"]
    for one in sheet.outcomes:
        header += [f"{one.name}_baseline", f"{one.name}_followup"]
    lines = [separator.join(header)]
    for i, person in enumerate(sheet.people):
        numbers = [side[i] for one in sheet.outcomes for side in (one.baseline, one.followup)]
        told = ["" if math.isnan(n) else f"{n!r}".replace(".", decimal) for n in numbers]
        lines.append(separator.join([person, sheet.arms[i], *told]))
    return "\n".join(lines) + "\n"
