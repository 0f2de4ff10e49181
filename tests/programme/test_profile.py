"""Eight questions make a walker; the speed may be a word or a number in the walker's unit."""

from typing import Any

import pytest

from retrowalk.errors import BadAnswers
from retrowalk.programme.profile import PACES_MPS, PROFILE, read_walker
from retrowalk.units import KMH, MPH
from retrowalk.words import Aid, AnswerKind, Experience, Goal, Place, Units, Walker

FORM = {
    "goal": "knee", "age": "71", "experience": "never", "aid": "stick or poles",
    "units": "km/h", "speed": "usual", "place": "driven", "rails": "yes",
}  # fmt: skip


def walker(**changed: Any) -> Walker:
    return read_walker({**FORM, **changed})


def test_at_most_eight_questions_are_asked() -> None:
    assert len(PROFILE) == 8
    assert {q.id for q in PROFILE} == set(FORM)


def test_the_form_makes_the_walker() -> None:
    assert walker() == Walker(
        goal=Goal.KNEE,
        age_years=71,
        comfortable_forward_mps=PACES_MPS["usual"],
        experience=Experience.NEVER,
        place=Place.DRIVEN,
        rails=True,
        units=Units.KMH,
        aid=Aid.STICK,
    )


@pytest.mark.parametrize("question", [q for q in PROFILE if q.kind is AnswerKind.CHOICE])
def test_every_choice_offered_is_understood(question: Any) -> None:
    for value, _ in question.choices:
        walker(**{question.id: value})


@pytest.mark.parametrize(
    ("units", "speed", "mps"),
    [
        ("km/h", "slow", 2.5 * KMH),
        ("mph", "brisk", 5.5 * KMH),
        ("km/h", "3.2", 3.2 * KMH),
        ("mph", "2,5", 2.5 * MPH),
        ("mph", ["own", "2.5"], 2.5 * MPH),
        ("km/h", "0.8", 0.8 * KMH),
    ],
)
def test_speed_is_a_word_or_a_number_in_the_unit_chosen(units: str, speed: Any, mps: float) -> None:
    assert walker(units=units, speed=speed).comfortable_forward_mps == pytest.approx(mps)


@pytest.mark.parametrize(
    ("units", "speed", "says"),
    [
        ("km/h", "0.7", "please give 0.8 to 9.0 km/h"),
        ("km/h", "9.1", "please give 0.8 to 9.0 km/h"),
        ("mph", "6", "please give 0.5 to 5.6 mph"),
        ("mph", "500", "out of range"),
    ],
)
def test_a_speed_nobody_walks_is_refused_in_the_unit_chosen(
    units: str, speed: str, says: str
) -> None:
    with pytest.raises(BadAnswers, match=says) as refused:
        walker(units=units, speed=speed)
    assert list(refused.value.problems) == ["speed"]


def test_the_speeds_offered_say_what_they_mean_in_both_units() -> None:
    [speed] = [q for q in PROFILE if q.id == "speed"]
    assert dict(speed.choices)["usual"] == "Usual: about 4.0 km/h, 2.5 mph"


@pytest.mark.parametrize("age", ["15", "111", "-3", "1e9", "old"])
def test_an_absurd_age_is_refused(age: str) -> None:
    with pytest.raises(BadAnswers):
        walker(age=age)
