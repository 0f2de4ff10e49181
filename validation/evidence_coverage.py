"""How often the 95 % interval of a synthesis holds the true mean effect, on simulated studies.

Trials are as those of backward walking: small and unequal, 8 to some 60 people an arm (lognormal,
middle 16).  Their true effects are normal about 0.5 with standard deviation τ; people's values have
a standard deviation of 1; a trial's variance is the one its own people show, not the true one.
The very functions of `retrowalk.evidence.synthesis` pool them.  The table goes to
docs/evidence-numbers.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrowalk.evidence.effects import small_sample_factor
from retrowalk.evidence.printed import quantile
from retrowalk.evidence.synthesis import Fit, Method, fit, standard_error

PAGE = Path(__file__).parents[1] / "docs" / "evidence-numbers.md"
PLACE = re.compile(r"(<!-- coverage -->\n).*?(<!-- end -->)", re.DOTALL)
SYNTHESES, CHUNK = 10_000, 2_000
STUDIES = (3, 4, 5, 7, 10, 15, 20)
SPREADS = (0.0, 0.1, 0.3, 0.6, 1.0)
TRUE = 0.5
SEED = 20261121
WAYS = (  # name, method, Hartung–Knapp, never narrower
    ("fixed", Method.FIXED, False, False),
    ("DL, plain", Method.DL, False, False),
    ("REML, plain", Method.REML, False, False),
    ("DL, Hartung–Knapp", Method.DL, True, False),
    ("PM, Hartung–Knapp", Method.PM, True, False),
    ("REML, Hartung–Knapp", Method.REML, True, False),
    ("REML, never narrower", Method.REML, True, True),
)
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Cell:
    """Of 10 000 syntheses of k studies, how many % held the true mean."""

    measure: str
    way: str
    k: int
    tau: float
    pct: float


def cells(measure: str = "md", *, syntheses: int = SYNTHESES) -> Iterator[Cell]:
    """Every way, every k and every τ."""
    rng = np.random.default_rng(SEED)
    for k in STUDIES:
        for tau in SPREADS:
            held = dict.fromkeys((way[0] for way in WAYS), 0)
            for _ in range(syntheses // CHUNK):
                y, v = simulated(rng, CHUNK, k, tau, measure=measure)
                fits = {method: fit(y, v, method) for method in Method}
                for name, method, adjusted, wide in WAYS:
                    held[name] += _held(fits[method], k, hartung_knapp=adjusted, wide=wide)
            for name, count in held.items():
                yield Cell(measure, name, k, tau, 100 * count / (syntheses // CHUNK * CHUNK))


def simulated(
    rng: np.random.Generator, rows: int, k: int, tau: float, *, measure: str
) -> tuple[Floats, Floats]:
    """Mean differences ("md") or Hedges' g ("smd") of simulated trials, and their variances."""
    n = np.clip(np.round(np.exp(rng.normal(np.log(16), 0.5, (rows, k)))), 8, None)
    df = 2 * n - 2
    sd2 = rng.chisquare(df) / df
    y = rng.normal(TRUE, tau, (rows, k)) + rng.normal(0, np.sqrt(2 / n))
    if measure == "md":
        return y, sd2 * 2 / n
    factors = {m: small_sample_factor(m) for m in np.unique(df.astype(int)).tolist()}
    j = np.vectorize(factors.__getitem__)(df.astype(int))
    d = y / np.sqrt(sd2)
    return j * d, j**2 * (2 / n + d**2 / (4 * n))


def _held(found: Fit, k: int, *, hartung_knapp: bool, wide: bool) -> int:
    se, df = standard_error(found, k, hartung_knapp=hartung_knapp, never_narrower=wide)
    return int((np.abs(found.estimate - TRUE) <= quantile(0.95, df) * se).sum())


def table(found: list[Cell]) -> str:
    """A row for each way and k, a column for each τ."""
    head = "| | k | " + " | ".join(f"τ {tau:g}" for tau in SPREADS) + " |\n"
    rule = "|---|---" + "|---" * len(SPREADS) + "|\n"
    at = {(cell.way, cell.k, cell.tau): cell.pct for cell in found}
    rows = "".join(
        f"| {way[0]} | {k} | " + " | ".join(_shown(at[way[0], k, tau]) for tau in SPREADS) + " |\n"
        for way in WAYS
        for k in STUDIES
    )
    return head + rule + rows


def _shown(pct: float) -> str:
    return f"{pct:.1f}" if 93 <= pct <= 97 else f"**{pct:.1f}**"


def keep(md: list[Cell], smd: list[Cell]) -> None:
    """Write both tables where the page asks for them."""
    said = (
        f"Mean differences, % of {SYNTHESES} syntheses a cell:\n\n{table(md)}\n"
        f"Standardised mean differences (Hedges' g), the same trials:\n\n{table(smd)}"
    )
    text = PAGE.read_text()
    PAGE.write_text(PLACE.sub(lambda found: found[1] + said + found[2], text))
