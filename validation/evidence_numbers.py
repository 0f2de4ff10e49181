"""What the numbers of the evidence promise: effects, synthesis and its interval.

    python -m validation --only evidence_numbers

Against the reference's tables (when ../shared is there), PyMARE, statsmodels and metafor, and on
simulated syntheses.  validation/evidence/README.md explains every difference one by one.
"""

import math
import sys
from collections.abc import Iterator
from time import process_time

import numpy as np

from retrowalk.evidence.effects import Effect, Measure
from retrowalk.evidence.synthesis import pool
from validation import evidence_coverage, evidence_peers, evidence_printed
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation --only evidence_numbers"
SETS = 1000


def promises() -> Iterator[Promise]:
    yield from _printed()
    yield _speed()
    yield from _coverage()
    yield from _published()
    yield from _random()


def _printed() -> Iterator[Promise]:
    path = evidence_printed.folder()
    if path is None:
        print("evidence: ../shared is not here; its tables are left as last measured",
              file=sys.stderr)  # fmt: skip
        return
    for id, numbers in (
        ("derived_effects", list(evidence_printed.effect_numbers(path))),
        ("derived_meta", list(evidence_printed.meta_numbers(path))),
        ("physiology_ratios", list(evidence_printed.ratio_numbers(path))),
    ):
        off = [name for name, *beside in numbers if not evidence_printed.reproduced(*beside)]
        print(*off, sep="\n", end="\n" if off else "", file=sys.stderr)
        yield at_most(f"evidence.{id}", len(off), 0, f"of {len(numbers)} numbers differ", COMMAND)
    seen = list(evidence_printed.interval_ps(path))
    off = [name for name, p, printed in seen if not evidence_printed.agrees(p, printed)]
    yield at_most("evidence.printed_p", len(off), 0, f"of {len(seen)} p differ", COMMAND)
    means = [row for row in evidence_printed.mean_ps(path) if row[3] != "no"]
    turned = [name for name, p, printed, _ in means
              if not evidence_printed.same_verdict(p, printed)]  # fmt: skip
    yield at_most("evidence.printed_p_of_means", len(turned), 0,
                  f"of {len(means)} verdicts differ", COMMAND)  # fmt: skip


def _speed() -> Promise:
    """Ten outcomes of a thousand studies each, pooled by REML with Hartung–Knapp."""
    rng = np.random.default_rng(1)
    outcomes = [
        [Effect(y, variance=v, measure=Measure.MD, study=f"s{i}")
         for i, (y, v) in enumerate(zip(rng.normal(size=1000).tolist(),
                                        rng.uniform(0.05, 2, 1000).tolist(), strict=True))]
        for _ in range(10)
    ]  # fmt: skip
    pool(outcomes[0])  # scipy is loaded once
    began_s = process_time()
    for studies in outcomes:
        pool(studies)
    return at_most("evidence.pool_speed", process_time() - began_s, 1.0, "s of processor", COMMAND)


def _coverage() -> Iterator[Promise]:
    """The lowest and the highest % of all k and τ; the whole table: docs/evidence-numbers.md."""
    md, smd = (list(evidence_coverage.cells(measure)) for measure in ("md", "smd"))
    evidence_coverage.keep(md, smd)
    for way, id in (("REML", "coverage_hk"), ("DL", "coverage_hk_dl"), ("PM", "coverage_hk_pm")):
        of = [cell.pct for cell in md if cell.way == f"{way}, Hartung–Knapp"]
        yield at_least(f"evidence.{id}_lowest", min(of), 93, f"% of {len(of)} cells", COMMAND)
        yield at_most(f"evidence.{id}_highest", max(of), 97, f"% of {len(of)} cells", COMMAND)
    of = [cell.pct for cell in smd if cell.way == "REML, Hartung–Knapp"]
    yield at_least("evidence.coverage_hk_smd_lowest", min(of), 93, f"% of {len(of)} cells", COMMAND)
    yield at_most("evidence.coverage_hk_smd_highest", max(of), 97, f"% of {len(of)} cells", COMMAND)


def _published() -> Iterator[Promise]:
    worst = max(
        by / evidence_peers.LIMITS[name]
        for y, v in evidence_peers.published_sets().values()
        for name, by in evidence_peers.differences(y, v).items()
    )
    yield at_most("evidence.pymare_own_sets", worst, 1, "of the limit, at worst", COMMAND)
    seen = evidence_peers.metafor_differences()
    yield at_most("evidence.metafor_closed", seen["closed"], 1e-6, "at worst", COMMAND)
    yield at_most("evidence.metafor_reml", seen["reml"], 1e-4, "at worst", COMMAND)


def _random() -> Iterator[Promise]:
    worst: dict[str, float] = dict.fromkeys(evidence_peers.LIMITS, 0.0)
    slipped = 0
    for y, v in evidence_peers.random_sets(SETS):
        for name, by in evidence_peers.differences(y, v).items():
            if math.isnan(by):
                slipped += 1
            else:
                worst[name] = max(worst[name], by)
    for name, by in worst.items():
        peer = "statsmodels" if name == "paule_mandel" else "pymare"
        said = f"of {SETS - slipped} sets" if name == "paule_mandel" else f"of {SETS} sets"
        yield at_most(f"evidence.{peer}_{name}", by, evidence_peers.LIMITS[name], said, COMMAND)
