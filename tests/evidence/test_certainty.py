"""One word for how sure one can be: every reason named, and nothing worse ever makes it surer."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.cases import drawn

from retrowalk.errors import BadStudy
from retrowalk.evidence.certainty import (
    Body,
    Risk,
    Word,
    body_of,
    certainty,
    optimal_people,
)
from retrowalk.evidence.small_study import NotChecked, SmallStudy
from retrowalk.evidence.synthesis import pool

FEW = NotChecked("4 studies: too few.")
EVEN = SmallStudy(0.1, 0.5, 10, 0.84, "Egger")
LEANING = SmallStudy(2.0, 0.5, 10, 0.002, "Egger")
GOOD = Body(
    (0.6, 1.2), matters=0.5, people=800, high_risk=0.0, unclear_risk=0.2, i2=0.1,
    prediction=(0.5, 1.3), small=EVEN,
)  # fmt: skip

shares = st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.0])


def quarters(low: int, high: int) -> st.SearchStrategy[float]:
    """Coarse, so that what lies just on either side of a line is drawn often."""
    return st.integers(low, high).map(lambda n: n / 4)


bodies = st.builds(
    lambda middle, reach, wider, matters, people, high, rest, i2, small, indirect, by_lot: Body(
        (middle - reach, middle + reach), matters=matters, people=people, high_risk=high,
        unclear_risk=(1 - high) * rest, i2=i2,
        prediction=(middle - reach - wider, middle + reach + wider),
        small=small, indirect=indirect, by_lot=by_lot,
    ),
    quarters(-8, 8), quarters(0, 8), quarters(0, 8), quarters(1, 8), st.integers(300, 500),
    shares, shares, st.sampled_from([None, 0.0, 0.3, 0.4, 0.5, 0.75, 1.0]),
    st.sampled_from([FEW, EVEN, LEANING]),
    st.lists(st.sampled_from(["children", "another comparison"]), max_size=3).map(tuple),
    st.booleans(),
)  # fmt: skip


def test_good_trials_that_agree_are_sure() -> None:
    found = certainty(GOOD)
    assert (found.word, found.downgrades, found.not_judged) == (Word.HIGH, (), ())
    assert found.word.label == "high"
    assert "hardly change" in found.word.meaning


@pytest.mark.parametrize(
    ("worse", "steps", "question", "says"),
    [
        ({"high_risk": 0.6}, 2, "risk of bias", "60%"),
        ({"high_risk": 0.3}, 1, "risk of bias", "50%"),
        ({"unclear_risk": 0.7}, 1, "risk of bias", "70%"),
        ({"i2": 0.8}, 2, "inconsistency", "widely"),
        ({"i2": 0.6}, 1, "inconsistency", "I² 60%"),
        ({"i2": 0.4, "prediction": (-0.2, 2.0)}, 1, "inconsistency", "opposite"),
        ({"indirect": ("children",)}, 1, "indirectness", "children"),
        ({"indirect": ("children", "added to usual care")}, 2, "indirectness", "usual care"),
        ({"ci": (0.4, 1.2)}, 1, "imprecision", "does not."),
        ({"ci": (-0.1, 1.2)}, 2, "imprecision", "none at all"),
        ({"people": 90}, 1, "imprecision", "Only 90 people"),
        ({"people": 90, "ci": (0.4, 1.2)}, 2, "imprecision", "Only 90 people"),
        ({"small": LEANING}, 1, "small studies", "never have been printed"),
        ({"by_lot": False}, 2, "design", "by lot"),
    ],
)
def test_each_question_takes_its_steps_and_says_why(worse, steps, question, says) -> None:
    found = certainty(replace(GOOD, **worse))
    (only,) = found.downgrades
    assert (only.steps, only.question) == (steps, question)
    assert says in only.reason
    assert found.word == Word.HIGH - steps


def test_what_surely_does_not_matter_is_precise() -> None:
    assert certainty(replace(GOOD, ci=(-0.2, 0.3))).word is Word.HIGH


def test_it_cannot_fall_below_very_low_and_keeps_every_reason() -> None:
    found = certainty(replace(GOOD, high_risk=0.8, i2=0.9, people=20, by_lot=False))
    assert found.word is Word.VERY_LOW
    assert [one.question for one in found.downgrades] == [
        "design", "risk of bias", "inconsistency", "imprecision",
    ]  # fmt: skip


def test_what_cannot_be_judged_is_said() -> None:
    found = certainty(replace(GOOD, i2=None, prediction=None, small=FEW))
    assert found.not_judged[0].endswith("there is one only.")
    assert "too few" in found.not_judged[1]


@settings(deadline=None, max_examples=500)
@given(bodies, st.tuples(shares, shares, quarters(0, 8), quarters(0, 8)), st.integers(0, 99))
def test_a_worse_input_never_makes_it_surer(
    body: Body, by: tuple[float, float, float, float], fewer: int
) -> None:
    share, more, down, up = by
    here = certainty(body).word
    sound = 1 - body.high_risk - body.unclear_risk
    low, high = body.ci
    worse = [
        {"high_risk": body.high_risk + share * max(sound, 0)},
        {"high_risk": body.high_risk + share * body.unclear_risk,
         "unclear_risk": (1 - share) * body.unclear_risk},
        {"unclear_risk": body.unclear_risk + share * max(sound, 0)},
        {"i2": min(1.0, (body.i2 or 0.0) + more)},
        {"ci": (low - down, high + up)},
        {"prediction": (body.prediction[0] - down, body.prediction[1] + up)},
        {"people": max(body.people - fewer, 0)},
        {"enough_people": body.enough_people + fewer},
        {"indirect": (*body.indirect, "another outcome")},
        {"small": LEANING},
        {"by_lot": False},
    ]  # fmt: skip
    for change in worse:
        assert certainty(replace(body, **change)).word <= here, change
    everything = {key: value for change in worse[2:] for key, value in change.items()}
    assert certainty(replace(body, **everything)).word <= here


def test_a_synthesis_gives_its_shares_of_weight() -> None:
    found = pool(drawn(4, 0.1, 1))
    body = body_of(
        found, [Risk.LOW, Risk.HIGH, Risk.UNCLEAR, Risk.HIGH], matters=0.5, people=90, small=FEW
    )
    assert body.high_risk == pytest.approx(found.weights[1] + found.weights[3])
    assert body.unclear_risk == pytest.approx(found.weights[2])
    assert (body.ci, body.i2, body.prediction) == (found.ci, found.i2, found.prediction)
    with pytest.raises(BadStudy, match="one for each"):
        body_of(found, [Risk.LOW], matters=0.5, people=90, small=FEW)


def test_the_people_a_good_trial_would_need() -> None:
    assert optimal_people(0.5, sd=1.0) == 126
    assert optimal_people(0.2, sd=1.0) > 700


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"matters": 0.0}, "above 0"),
        ({"ci": (2.0, 1.0)}, "must rise"),
        ({"ci": (math.nan, 1.0)}, "must rise"),
        ({"high_risk": 0.9, "unclear_risk": 0.2}, "at most 1"),
        ({"high_risk": -0.1}, "at least 0"),
    ],
)
def test_what_cannot_be_judged_from_is_refused(wrong, says) -> None:
    with pytest.raises(BadStudy, match=says):
        replace(GOOD, **wrong)
