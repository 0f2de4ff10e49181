"""Our synthesis beside PyMARE's (Paule–Mandel: statsmodels'): the same numbers on any studies."""

import math
from types import ModuleType
from typing import Any

import pytest

from retrowalk.evidence.effects import (
    Contrast,
    Sample,
    Variance,
    mean_difference,
    standardised_difference,
)


@pytest.fixture(scope="module")
def peers() -> ModuleType:
    from validation import evidence_peers  # noqa: PLC0415 -- takes seconds: not in every worker

    return evidence_peers


def far(peers: ModuleType, studies: tuple[Any, Any]) -> dict[str, float]:
    seen: dict[str, float] = peers.differences(*studies)
    return {by: far for by, far in seen.items() if not math.isnan(far) and far > peers.LIMITS[by]}


def test_random_studies_are_pooled_as_pymare_does(peers: ModuleType) -> None:
    sets = list(peers.random_sets(24, seed=7))
    assert [far(peers, studies) for studies in sets] == [{}] * 24


def test_published_studies_are_pooled_as_pymare_does(peers: ModuleType) -> None:
    sets = peers.published_sets()
    assert {name: far(peers, studies) for name, studies in sets.items()} == {
        name: {} for name in sets
    }


def test_metafors_own_numbers_are_ours(peers: ModuleType) -> None:
    seen = peers.metafor_differences()
    assert seen["closed"] < 1e-9
    assert seen["reml"] < 1e-4


def test_effects_are_those_of_metafors_escalc(peers: ModuleType) -> None:
    """Its SMD is ours with the exact correction and the variance we call RevMan-like."""
    rows = list(peers.escalc_rows())
    assert rows
    for row, theirs in rows:
        one, two = (
            Sample(float(row[f"m{arm}"]), sd=float(row[f"sd{arm}"]), n=int(row[f"n{arm}"]))
            for arm in "12"
        )
        contrast = Contrast(one, control=two)
        ours = {
            "MD": mean_difference(contrast),
            "SMD": standardised_difference(contrast, variance=Variance.REVMAN_LIKE),
        }
        for name, effect in ours.items():
            wanted = theirs[name]["yi"], theirs[name]["vi"]
            assert (effect.estimate, effect.variance) == pytest.approx(wanted), (row, name)
