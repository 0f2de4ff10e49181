"""Our synthesis beside PyMARE's (Paule–Mandel: statsmodels'): the same numbers on any studies."""

import math

import pytest
from validation.evidence_peers import (
    LIMITS,
    differences,
    escalc_rows,
    metafor_differences,
    published_sets,
    random_sets,
)

from retrowalk.evidence.effects import (
    Contrast,
    Sample,
    Variance,
    mean_difference,
    standardised_difference,
)

SETS = list(random_sets(24, seed=7))


def far(seen: dict[str, float]) -> dict[str, float]:
    return {name: by for name, by in seen.items() if not math.isnan(by) and by > LIMITS[name]}


@pytest.mark.parametrize("chosen", range(len(SETS)))
def test_random_studies_are_pooled_as_pymare_does(chosen: int) -> None:
    assert far(differences(*SETS[chosen])) == {}


@pytest.mark.parametrize("name", published_sets())
def test_published_studies_are_pooled_as_pymare_does(name: str) -> None:
    assert far(differences(*published_sets()[name])) == {}


def test_metafors_own_numbers_are_ours() -> None:
    seen = metafor_differences()
    assert seen["closed"] < 1e-9
    assert seen["reml"] < 1e-4


@pytest.mark.parametrize(("row", "theirs"), list(escalc_rows()))
def test_effects_are_those_of_metafors_escalc(row: dict[str, str], theirs: dict) -> None:
    """Its SMD is ours with the exact correction and the variance we call RevMan-like."""
    one, two = (
        Sample(float(row[f"m{arm}"]), sd=float(row[f"sd{arm}"]), n=int(row[f"n{arm}"]))
        for arm in "12"
    )
    contrast = Contrast(one, control=two)
    md = mean_difference(contrast)
    smd = standardised_difference(contrast, variance=Variance.REVMAN_LIKE)
    assert (md.estimate, md.variance) == pytest.approx((theirs["MD"]["yi"], theirs["MD"]["vi"]))
    assert (smd.estimate, smd.variance) == pytest.approx((theirs["SMD"]["yi"], theirs["SMD"]["vi"]))
