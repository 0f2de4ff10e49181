"""Groups of studies beside each other, and small studies beside large ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from scipy import stats
from tests.evidence.cases import drawn, effect, effects_of, sets, unhurried

from retrowalk.errors import BadStudy
from retrowalk.evidence.effects import Contrast, Effect, Measure, Sample, standardised_difference
from retrowalk.evidence.small_study import NotChecked, SmallStudy, small_study
from retrowalk.evidence.subgroups import subgroups
from retrowalk.evidence.synthesis import pool


@unhurried
@given(sets(2))
def test_a_fixed_q_is_what_lies_within_groups_and_between_them(studies: tuple[Effect, ...]) -> None:
    names = ["knee" if i % 2 else "stroke" for i in range(len(studies))]
    found = subgroups(studies, names, "fixed")
    assert found.q_within + found.q_between == pytest.approx(pool(studies, "fixed").q, abs=1e-6)
    assert found.df == 1
    assert found.p == pytest.approx(stats.chi2.sf(found.q_between, 1), abs=1e-9)
    assert [name for name, _ in found.groups] == ["stroke", "knee"]


def test_groups_that_truly_differ_are_told_apart() -> None:
    studies = drawn(8, 0.1, 3)
    moved = [replace(e, estimate=e.estimate + (5 if i < 4 else 0)) for i, e in enumerate(studies)]
    names = ["knee"] * 4 + ["stroke"] * 4
    assert subgroups(moved, names).p < 1e-6
    assert subgroups(studies, names).p > 0.01
    assert "not by lot" in subgroups(studies, names).notes[0]


def test_one_group_has_nothing_beside_it() -> None:
    found = subgroups(drawn(4, 0.1, 3), ["knee"] * 4)
    assert (found.p, found.df) == (None, 0)
    assert found.notes[0].startswith("One group only")


def test_a_group_of_one_study_is_named() -> None:
    found = subgroups(drawn(4, 0.1, 3), ["knee", "knee", "knee", "stroke"])
    assert found.notes[-1] == "Only one study each in: stroke."


def test_groups_cannot_hide_what_may_not_be_pooled() -> None:
    twice = [effect(1, 1, "rose2018"), effect(2, 1, "rose2018")]
    with pytest.raises(BadStudy, match="more than once"):
        subgroups(twice, ["knee", "stroke"])
    with pytest.raises(BadStudy, match="one for each"):
        subgroups(twice, ["knee"])


def leaning(k: int, by: float, seed: int = 4) -> tuple[Effect, ...]:
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.02, 1.0, k)
    return effects_of((by * np.sqrt(v) + rng.normal(0, np.sqrt(v))).tolist(), v.tolist())


def test_small_studies_with_larger_effects_are_suspected() -> None:
    found = small_study(leaning(30, 3.0))
    assert isinstance(found, SmallStudy)
    assert found.suspected
    assert found.slope == pytest.approx(3.0, abs=1.5)
    even = small_study(leaning(30, 0.0))
    assert isinstance(even, SmallStudy)
    assert not even.suspected


def test_the_slope_is_eggers_intercept() -> None:
    """y/s on 1/s, as first published: its intercept is our slope."""
    studies = leaning(15, 1.0)
    found = small_study(studies)
    s = np.array([e.se for e in studies])
    theirs = stats.linregress(1 / s, np.array([e.estimate for e in studies]) / s)
    assert isinstance(found, SmallStudy)
    assert (found.slope, found.se) == pytest.approx((theirs.intercept, theirs.intercept_stderr))
    assert found.p == pytest.approx(
        2 * stats.t.sf(abs(theirs.intercept / theirs.intercept_stderr), 13)
    )


def smds(k: int) -> list[Effect]:
    return [
        standardised_difference(
            Contrast(Sample(0.1 * (i % 5), sd=1, n=5 + i), control=Sample(0, sd=1, n=6 + i)),
            study=f"s{i}",
        )
        for i in range(k)
    ]


def test_standardised_differences_are_judged_by_their_people() -> None:
    found = small_study(smds(12))
    assert isinstance(found, SmallStudy)
    assert "Pustejovsky" in found.formula


@pytest.mark.parametrize(
    ("studies", "says"),
    [
        (leaning(9, 1.0), "fewer than 10"),
        (effects_of(range(12), [0.5] * 12), "all of one size"),
        ([*leaning(11, 1.0), Effect(1.0, variance=1.0, measure=Measure.SMD)], "different things"),
        ([replace(e, size_variance=float("nan")) for e in smds(12)], "not known of all"),
        (effects_of([0.5] * 12, np.linspace(0.1, 1, 12).tolist()), "on one line"),
    ],
)
def test_the_question_is_not_asked_where_it_has_no_answer(studies, says: str) -> None:
    found = small_study(studies)
    assert isinstance(found, NotChecked)
    assert says in found.reason
