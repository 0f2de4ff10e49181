"""What a trial found agrees with formulas worked out by hand, and behaves as differences must."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.evidence.trials import made_up

from retrowalk.errors import BadTrial
from retrowalk.evidence.trial import Asked, Complete, analyse, find, fit, responders
from retrowalk.evidence.trial_baseline import MOST_WORDS, Average, Share, baseline_rows
from retrowalk.evidence.trial_missing import CARRIED, WORST, sensitivity
from retrowalk.evidence.trial_sheet import Measured, Sheet, Trait
from retrowalk.words import Better

relaxed = settings(deadline=None)  # the first fit loads statsmodels
ASKED = Asked("forward", better=Better.LOWER, matters=2.0)


def parts(sheet: Sheet) -> tuple[np.ndarray, ...]:
    arm = np.array(sheet.arms) == "backward"
    before, after = np.array(sheet.outcomes[0].baseline), np.array(sheet.outcomes[0].followup)
    return before[arm], after[arm], before[~arm], after[~arm]


def with_values(sheet: Sheet, before: object, after: object) -> Sheet:
    one = Measured("tug", baseline=tuple(before), followup=tuple(after))  # type: ignore[call-overload]
    return replace(sheet, outcomes=(one,))


@relaxed
@given(st.integers(0, 10_000), st.integers(8, 40))
def test_the_ancova_is_the_closed_form_of_two_arms(seed: int, people: int) -> None:
    """From: the difference of follow-ups less the within-arm slope times that of baselines."""
    sheet = made_up(seed, people=people)
    b1, a1, b0, a0 = parts(sheet)
    sxx = sum(((b - b.mean()) ** 2).sum() for b in (b1, b0))
    sxy = sum(((b - b.mean()) * (a - a.mean())).sum() for b, a in ((b1, a1), (b0, a0)))
    syy = sum(((a - a.mean()) ** 2).sum() for a in (a1, a0))
    slope = sxy / sxx
    true = (a1.mean() - a0.mean()) - slope * (b1.mean() - b0.mean())
    variance = (syy - slope * sxy) / (people - 3)
    se = math.sqrt(variance * (1 / len(b1) + 1 / len(b0) + (b1.mean() - b0.mean()) ** 2 / sxx))
    half = stats.t.ppf(0.975, people - 3) * se
    found = analyse(sheet, "tug", ASKED).contrasts[0].ancova
    assert found.classical.estimate == pytest.approx(true, abs=1e-8)
    assert found.classical.low == pytest.approx(true - half, abs=1e-7)
    assert found.classical.high == pytest.approx(true + half, abs=1e-7)
    assert found.robust.estimate == found.classical.estimate
    assert found.slope == pytest.approx(slope, abs=1e-8)
    assert found.sd == pytest.approx(math.sqrt(variance), abs=1e-8)


@relaxed
@given(st.integers(0, 10_000))
def test_robust_errors_are_hc3_worked_out_by_hand(seed: int) -> None:
    table = Complete(made_up(seed, people=12), made_up(seed, people=12).outcomes[0],
                     ("backward", "forward"))  # fmt: skip
    x = table.design
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ table.after
    leverage = np.einsum("ij,jk,ik->i", x, bread, x)
    shares = ((table.after - x @ beta) / (1 - leverage)) ** 2
    expected = np.sqrt(np.diag(bread @ (x.T * shares) @ x @ bread))
    assert fit(table).robust == pytest.approx(expected, rel=1e-8)


@relaxed
@given(st.integers(0, 10_000))
def test_leaving_each_person_out_is_fitting_without_them(seed: int) -> None:
    sheet = made_up(seed, people=10)
    fitted = fit(Complete(sheet, sheet.outcomes[0], ("backward", "forward")))
    for i in (0, 7):
        after = list(sheet.outcomes[0].followup)
        after[i] = math.nan
        fewer = with_values(sheet, sheet.outcomes[0].baseline, after)
        alone = fit(Complete(fewer, fewer.outcomes[0], ("backward", "forward")))
        assert fitted.without[i][1] == pytest.approx(alone.estimates[1], abs=1e-8)


@relaxed
@given(st.integers(0, 10_000), st.floats(-50, 50), st.floats(0.1, 20))
def test_a_new_unit_changes_numbers_and_no_conclusion(seed: int, by: float, times: float) -> None:
    sheet = made_up(seed, people=16)
    one = sheet.outcomes[0]
    other = with_values(sheet, (by + times * b for b in one.baseline),
                        (by + times * a for a in one.followup))  # fmt: skip
    asked = replace(ASKED, matters=2.0 * times)
    here = analyse(sheet, "tug", ASKED).contrasts[0]
    there = analyse(other, "TUG ", asked).contrasts[0]
    assert there.ancova.robust.estimate == pytest.approx(times * here.ancova.robust.estimate,
                                                         rel=1e-6, abs=1e-6 * times)  # fmt: skip
    assert there.ancova.robust.p == pytest.approx(here.ancova.robust.p, rel=1e-4)
    assert there.g_change.estimate == pytest.approx(here.g_change.estimate, rel=1e-6, abs=1e-8)
    assert there.change.high == pytest.approx(times * here.change.high, rel=1e-6, abs=1e-6 * times)


@relaxed
@given(st.integers(0, 10_000))
def test_the_other_comparator_turns_every_difference_round(seed: int) -> None:
    sheet = made_up(seed, people=20)
    one = analyse(sheet, "tug", ASKED).contrasts[0]
    other = analyse(sheet, "tug", replace(ASKED, comparator="backward")).contrasts[0]
    for here, there in ((one.change, other.change), (one.ancova.robust, other.ancova.robust),
                        (one.g_followup, other.g_followup)):  # fmt: skip
        assert there.estimate == pytest.approx(-here.estimate, abs=1e-9)
        assert there.low == pytest.approx(-here.high, abs=1e-9)
    assert one.responders is not None
    assert other.responders is not None
    assert other.responders.difference.low == pytest.approx(-one.responders.difference.high)


def test_changes_agree_with_scipy() -> None:
    b1, a1, b0, a0 = parts(made_up(4))
    found = analyse(made_up(4), "tug", ASKED)
    welch = stats.ttest_ind(a1 - b1, a0 - b0, equal_var=False)
    interval = welch.confidence_interval(0.95)
    change = found.contrasts[0].change
    assert (change.low, change.high, change.p) == pytest.approx(
        (interval.low, interval.high, welch.pvalue)
    )
    paired = stats.ttest_rel(a1, b1)
    assert found.arms[0].change.p == pytest.approx(paired.pvalue)
    assert found.arms[0].change.low == pytest.approx(paired.confidence_interval(0.95).low)


def test_newcombes_interval_is_the_one_he_printed() -> None:
    """From: Newcombe 1998, table II, (a): 56/70 - 48/80 is 0.0524 to 0.3339 by method 10."""
    changes = [np.where(np.arange(n) < k, -3.0, 0.0) for k, n in ((56, 70), (48, 80))]
    found = responders(*changes, asked=ASKED)
    assert found is not None
    assert (found.arm, found.comparator) == ((56, 70), (48, 80))
    assert found.difference.estimate == pytest.approx(0.2)
    assert found.difference.low == pytest.approx(0.0524, abs=5e-5)
    assert found.difference.high == pytest.approx(0.3339, abs=5e-5)


def test_without_a_change_that_matters_nobody_is_called_a_responder() -> None:
    sheet = made_up(1)
    for asked in (replace(ASKED, better=None), replace(ASKED, matters=0.0)):
        assert analyse(sheet, "tug", asked).contrasts[0].responders is None


def test_a_change_of_just_what_matters_counts_whatever_the_binary_fractions_say() -> None:
    changes = np.array([0.3 - 0.1, 0.0]), np.array([0.0, 0.1])
    asked = Asked("forward", better=Better.HIGHER, matters=0.2)
    found = responders(*changes, asked=asked)
    assert found is not None
    assert found.arm == (1, 2)


def test_three_arms_are_each_held_against_the_one_named() -> None:
    sheet = made_up(5, people=60, effect=-3.0, arms=("backward", "usual", "forward"))
    found = analyse(sheet, "tug", ASKED)
    assert [one.arm for one in found.contrasts] == ["backward", "usual"]
    assert {one.comparator for one in found.contrasts} == {"forward"}
    assert [arm.arm for arm in found.arms] == ["backward", "usual", "forward"]
    assert found.contrasts[0].ancova.robust.high < 0 < found.contrasts[1].ancova.robust.high


def test_those_without_a_follow_up_are_counted_and_left_out() -> None:
    found = analyse(made_up(2, missing=(0, 1, 2)), "tug", ASKED)
    assert [(a.allotted, a.without_followup, a.people) for a in found.arms] == [
        (20, 2, 18), (20, 1, 19)]  # fmt: skip
    assert [len(changes) for _, changes in found.persons] == [18, 19]


def test_a_person_far_off_and_small_arms_are_told() -> None:
    sheet = made_up(3, people=60)
    after = list(sheet.outcomes[0].followup)
    after[7] += 15
    found = analyse(with_values(sheet, sheet.outcomes[0].baseline, after), "tug", ASKED)
    assert any("P007" in doubt for doubt in found.doubts)
    assert found.contrasts[0].ancova.by == "P007"
    few = analyse(made_up(3, people=8), "tug", ASKED)
    assert any("Fewer than ten" in doubt for doubt in few.doubts)


def test_a_baseline_all_the_same_adjusts_nothing_and_says_so() -> None:
    sheet = made_up(3)
    same = with_values(sheet, [14.0] * 40, sheet.outcomes[0].followup)
    found = analyse(same, "tug", ASKED)
    assert any("same baseline" in doubt for doubt in found.doubts)
    assert math.isnan(found.correlation)
    assert math.isnan(found.contrasts[0].ancova.slope)
    assert found.contrasts[0].ancova.robust.estimate == pytest.approx(
        found.contrasts[0].change.estimate
    )


def test_one_person_the_fit_hangs_on_is_told() -> None:
    """All baselines alike but one: that person alone decides the slope."""
    sheet = made_up(3, people=8)
    found = analyse(with_values(sheet, [14.0] * 7 + [20.0], sheet.outcomes[0].followup), "tug",
                    ASKED)  # fmt: skip
    assert any("alone" in doubt for doubt in found.doubts)
    ancova = found.contrasts[0].ancova
    assert ancova.robust == ancova.classical


@pytest.mark.parametrize(
    ("sheet", "outcome", "asked", "said"),
    [
        (made_up(1), "pain", ASKED, "choose one of tug"),
        (made_up(1), "tug", Asked("usual"), "compare with one of backward, forward"),
        (made_up(1, people=2), "tug", ASKED, "has 1 people"),
        (made_up(1, people=4, missing=(0, 2)), "tug", ASKED, "has 0 people"),
        (made_up(1, people=5, missing=(4,), arms=("backward", "forward")), "tug", ASKED, ""),
        (with_values(made_up(1, people=6), range(6), [5] * 6), "tug", ASKED, "same follow-up"),
        (with_values(made_up(1, people=6), range(6), range(1, 7)), "tug", ASKED, "same change"),
        (with_values(made_up(1, people=8), range(8), [2 * i + i % 2 for i in range(8)]), "tug",
         ASKED, "without any scatter"),
    ],
)  # fmt: skip
def test_what_allows_no_interval_is_told(
    sheet: Sheet, outcome: str, asked: Asked, said: str
) -> None:
    if not said:
        assert analyse(sheet, outcome, asked).contrasts
        return
    with pytest.raises(BadTrial, match=said):
        analyse(sheet, outcome, asked)


def test_too_few_people_for_the_number_of_arms_are_told() -> None:
    """Two arms of two leave one degree of freedom: the fewest there can be."""
    assert analyse(made_up(1, people=4), "tug", ASKED).contrasts[0].ancova.robust.high < math.inf


def test_filling_in_the_missing_widens_what_may_be_true() -> None:
    sheet = made_up(2, missing=(0, 1, 2))
    carried, worst = sensitivity(sheet, "tug", ASKED)
    main = analyse(sheet, "tug", ASKED).contrasts[0].ancova.robust
    assert (carried.how, worst.how) == (CARRIED, WORST)
    assert (carried.filled, worst.filled) == (3, 3)
    assert worst.difference.estimate > main.estimate  # lower is better
    higher = sensitivity(sheet, "tug", replace(ASKED, better=Better.HIGHER))[1]
    assert higher.difference.estimate < main.estimate


def test_nothing_is_filled_in_where_nobody_is_missing_or_no_way_is_better() -> None:
    assert sensitivity(made_up(2), "tug", ASKED) == ()
    only = sensitivity(made_up(2, missing=(0,)), "tug", Asked("forward"))
    assert [one.how for one in only] == [CARRIED]
    three = made_up(2, people=60, arms=("backward", "usual", "forward"), missing=(0,))
    assert {one.arm for one in sensitivity(three, "tug", ASKED)} == {"backward"}


def test_the_baseline_table_counts_everybody_allotted() -> None:
    sheet = made_up(2, people=8, missing=(0,))
    sheet = replace(sheet, traits=(
        Trait("age", figures=(70.0, 71.0, math.nan, 73.0, 74.0, 75.0, 76.0, 77.0)),
        Trait("sex", words=("f", "m", "f", "m", "", "m", "f", "f")),
        Trait("note", words=tuple(f"word {i}" for i in range(MOST_WORDS + 2))),
    ))  # fmt: skip
    rows = baseline_rows(sheet, "forward")
    assert [row.name for row in rows] == ["tug at baseline", "age", "sex: f", "sex: m"]
    age = rows[1].cells[0]
    assert isinstance(age, Average)
    assert (age.mean, age.known) == (pytest.approx((70 + 74 + 76) / 3), 3)
    assert rows[2].cells == (Share(3, known=3), Share(1, known=4))
    lonely = replace(made_up(2, people=2), traits=(Trait("age", figures=(math.nan, 70.0)),))
    empty, one = baseline_rows(lonely, "forward")[1].cells
    assert isinstance(empty, Average)
    assert isinstance(one, Average)
    assert math.isnan(empty.mean)
    assert one.mean == 70
    assert math.isnan(one.sd)


def test_an_outcome_is_found_whatever_its_capitals() -> None:
    assert find(made_up(1), " TUG").name == "tug"
