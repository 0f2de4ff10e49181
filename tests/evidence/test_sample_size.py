"""The size of the next trial agrees with the tables people know, and moves the way it must."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.errors import BadTrial
from retrowalk.evidence.sample_size import Comparing, Design, detectable, power, size

FOLLOWUP = Design(0.5, sd=1.0, comparing=Comparing.FOLLOWUP)
designs = st.builds(
    Design,
    st.floats(0.2, 2.0),
    sd=st.floats(0.5, 3.0),
    correlation=st.floats(-0.3, 0.95),
    comparing=st.sampled_from(Comparing),
    power=st.sampled_from([0.8, 0.9]),
    ratio=st.sampled_from([0.5, 1.0, 2.0]),
)


@pytest.mark.parametrize(
    ("d", "wanted", "people"),
    [(0.5, 0.8, 64), (0.8, 0.8, 26), (0.2, 0.8, 394), (0.5, 0.9, 86)],
)
def test_the_sizes_are_those_of_cohens_tables(d: float, wanted: float, people: int) -> None:
    """From: Cohen 1988, table 2.4.1 (alpha two-sided 0.05), exact as G*Power gives them."""
    found = size(replace(FOLLOWUP, difference=d, power=wanted))
    assert found.measured == (people, people)
    assert found.power >= wanted


def test_a_correlation_of_0_6_spares_ancova_a_third() -> None:
    """From: Borm 2007: 1 - r², and a person or two for the degree of freedom."""
    ancova = size(replace(FOLLOWUP, comparing=Comparing.ANCOVA, correlation=0.6)).measured[0]
    assert 0.64 * 64 <= ancova <= 0.64 * 64 + 2
    change = size(replace(FOLLOWUP, comparing=Comparing.CHANGE, correlation=0.6)).measured[0]
    assert change == pytest.approx(0.8 * 64, abs=1)


@settings(deadline=None, max_examples=15)
@given(designs)
def test_the_size_is_the_fewest_that_will_do(design: Design) -> None:
    found = size(design)
    assert found.power >= design.power
    if found.measured[0] > 3:
        assert power(design, found.measured[0] - 1) < design.power
    assert found.people <= sum(found.if_sd_larger)
    assert detectable(design, found.measured[0]) <= abs(design.difference) * (1 + 1e-6)


@settings(deadline=None, max_examples=10)
@given(designs, st.floats(0.0, 0.5))
def test_dropout_and_clusters_only_ever_ask_for_more(design: Design, dropout: float) -> None:
    alone = size(design)
    more = size(replace(design, dropout=dropout, cluster=8, icc=0.05))
    assert more.taken_in[0] >= alone.taken_in[0] / (1 - dropout) - 1e-6
    assert more.taken_in[0] == 8 * more.clusters[0]
    assert more.measured[0] >= alone.measured[0] * 1.35 - 1


def test_the_sign_of_the_difference_does_not_matter() -> None:
    assert size(replace(FOLLOWUP, difference=-0.5)).measured == size(FOLLOWUP).measured


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"difference": 0.0}, "difference to find of 0"),
        ({"difference": math.nan}, "difference to find of nan"),
        ({"sd": -1.0}, "above 0 is expected"),
        ({"correlation": 1.0}, "between -1 and 1 is expected"),
        ({"power": 1.0}, "power of 1"),
        ({"alpha": 0.0}, "alpha of 0"),
        ({"ratio": 99.0}, "ratio of the arms"),
        ({"dropout": 0.95}, "drops out"),
        ({"cluster": 0.5}, "cluster"),
        ({"icc": math.nan}, "ICC"),
    ],
)  # fmt: skip
def test_what_cannot_be_supposed_is_told(change: dict[str, float], said: str) -> None:
    with pytest.raises(BadTrial, match=said):
        replace(FOLLOWUP, **change)


def test_a_difference_far_beyond_doubt_is_found_for_sure() -> None:
    assert power(replace(FOLLOWUP, difference=1.5), 10_000) == 1
    assert power(replace(FOLLOWUP, difference=0.7), 1509) == pytest.approx(1)
    assert size(replace(FOLLOWUP, difference=40.0)).measured == (3, 3)


def test_a_difference_too_small_for_any_trial_is_told() -> None:
    with pytest.raises(BadTrial, match="more than 100000 people"):
        size(replace(FOLLOWUP, difference=0.001))
    with pytest.raises(BadTrial, match="at least 3"):
        detectable(FOLLOWUP, 2)
