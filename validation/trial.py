"""What the help for a researcher's own trial promises, measured on trials with a known truth.

    python -m validation.trial

The very functions of `retrowalk.evidence` analyse them, HC3 intervals and all.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from retrowalk.evidence.minimise import Minimisation, evenness
from retrowalk.evidence.randomise import Blocks, allocation_list, foreseen
from retrowalk.evidence.sample_size import Comparing, Design, power, size
from retrowalk.evidence.trial import Complete, fit, welch
from retrowalk.evidence.trial_sheet import Measured, Sheet
from validation.promise import Promise, at_most

COMMAND = "python -m validation.trial"
TRIALS = 2_000
ARMS = ("backward", "forward")
SEED = 20261121
EFFECT, SD, CORRELATION = -1.5, 3.0, 0.7
LISTS = 500


def promises() -> Iterator[Promise]:
    rng = np.random.default_rng(SEED)
    for n in (15, 20, 30):
        yield _coverage(rng, f"evidence.trial_coverage.{n}_an_arm", (n, n))
    yield _coverage(rng, "evidence.trial_coverage.15_and_30", (15, 30))
    yield _coverage(rng, "evidence.trial_coverage.unlike_spreads", (15, 30), spreads=(2.0, 1.0))
    yield _coverage(rng, "evidence.trial_coverage.heavy_tails", (20, 20), heavy=True)
    for comparing in Comparing:
        yield _power(rng, comparing)
    yield from _balance()


def _trial(rng: np.random.Generator, sizes: tuple[int, int], *, spreads: tuple[float, float] =
           (1.0, 1.0), heavy: bool = False, effect: float = EFFECT,
           correlation: float = CORRELATION) -> Complete:  # fmt: skip
    n = sum(sizes)
    arm = np.repeat([0, 1], sizes)
    before = rng.normal(14, SD, n)
    scatter = rng.standard_t(4, n) / np.sqrt(2) if heavy else rng.normal(size=n)
    scatter = scatter * np.array(spreads)[arm] * SD * np.sqrt(1 - correlation**2)
    after = 14 + correlation * (before - 14) + scatter + effect * (arm == 0)
    one = Measured("tug", baseline=tuple(before.tolist()), followup=tuple(after.tolist()))
    sheet = Sheet(tuple(map(str, range(n))), arms=tuple(ARMS[a] for a in arm), outcomes=(one,),
                  traits=(), clusters="", notes=())  # fmt: skip
    return Complete(sheet, one, ARMS)


def _coverage(
    rng: np.random.Generator,
    id: str,
    sizes: tuple[int, int],
    *,
    spreads: tuple[float, float] = (1.0, 1.0),
    heavy: bool = False,
) -> Promise:
    """How often the 95 % interval of the ANCOVA holds the true effect."""
    held = 0
    for _ in range(TRIALS):
        found = fit(_trial(rng, sizes, spreads=spreads, heavy=heavy)).at(1, robust=True)
        held += found.low <= EFFECT <= found.high
    share = 100 * held / TRIALS
    return Promise(id, share, "%", "93 to 97", 93 <= share <= 97, COMMAND)


def _power(rng: np.random.Generator, comparing: Comparing) -> Promise:
    """How far the power promised lies from that seen, by the test the design names: points."""
    design = Design(2.4, sd=SD, correlation=0.6, comparing=comparing)
    people = size(design).measured[0]
    found = 0
    for _ in range(TRIALS):
        table = _trial(rng, (people, people), effect=-design.difference, correlation=0.6)
        found += _p(table, comparing) < design.alpha
    apart = 100 * abs(found / TRIALS - power(design, people))
    return at_most(f"evidence.trial_power.{comparing.value}", apart, 2, "points", COMMAND)


def _p(table: Complete, comparing: Comparing) -> float:
    match comparing:
        case Comparing.ANCOVA:
            return fit(table).at(1, robust=False).p
        case Comparing.CHANGE:
            return welch(table.changes(ARMS[0]), table.changes(ARMS[1])).p
        case Comparing.FOLLOWUP:
            return welch(table.after[table.of(ARMS[0])], table.after[table.of(ARMS[1])]).p


def _balance() -> Iterator[Promise]:
    """How far two arms of a list are apart at any point of it, and how foreseeable lists are."""
    worst = 0
    for seed in range(LISTS):
        given: Counter[str] = Counter()
        for place in allocation_list(Blocks(ARMS, people=60, seed=seed)):
            given[place.arm] += 1
            worst = max(worst, abs(given[ARMS[0]] - given[ARMS[1]]))
    yield at_most("evidence.randomise_balance", worst, 3, "people apart at any point", COMMAND)
    factors = (("sex", ("f", "m")), ("age", ("<70", "70+")), ("site", ("A", "B")))
    rule = Minimisation(ARMS, factors=factors, seed=1)
    found = evenness(rule, 60)
    yield at_most("evidence.randomise_balance.minimised", found.largest, 3,
                  "people apart in a level, mean", COMMAND)  # fmt: skip
    blocks = foreseen(Blocks(ARMS, people=60, seed=1))
    yield at_most("evidence.randomise_foreseen.certain", 100 * blocks.certain, 33,
                  "% sure, sizes known", COMMAND)  # fmt: skip
    yield at_most("evidence.randomise_foreseen.guessed", 100 * blocks.guessed, 75,
                  "% guessed right", COMMAND)  # fmt: skip
    yield at_most("evidence.randomise_foreseen.minimised", 100 * found.foreseen.guessed, 80,
                  "% guessed right", COMMAND)  # fmt: skip


if __name__ == "__main__":
    for promise in promises():
        print(promise.line())
