"""Lists of arms: balanced where promised, the same for the same seed, and hard to foresee."""

from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.errors import BadTrial
from retrowalk.evidence.chance import WORD, Chance
from retrowalk.evidence.minimise import (
    Given,
    Minimisation,
    allocate,
    evenness,
)
from retrowalk.evidence.randomise import Blocks, allocation_list, foreseen

ARMS = ("backward", "forward")
SITES = (("site", ("A", "B")), ("sex", ("f", "m")))
RULE = Minimisation(ARMS, factors=(("sex", ("f", "m")), ("age", ("<70", "70+"))), seed=7)
LIST_OF_20261121 = "fffbbbfbfbbf"
seeds = st.integers(0, 2**53 - 1)


@settings(deadline=None)
@given(seeds, st.integers(1, 80), st.sampled_from([(), (1, 1), (2, 1), (1, 3)]))
def test_every_block_holds_the_arms_as_asked(
    seed: int, people: int, ratio: tuple[int, ...]
) -> None:
    blocks = Blocks(ARMS, people=people, seed=seed, ratio=ratio, strata=SITES)
    places = allocation_list(blocks)
    shares = dict(zip(ARMS, blocks.shares, strict=True))
    for _, block in groupby(places, key=lambda place: (place.stratum, place.block)):
        whole = list(block)
        assert len(whole) == whole[0].block_size
        times = len(whole) // sum(shares.values())
        assert Counter(place.arm for place in whole) == {a: n * times for a, n in shares.items()}
    each = Counter(place.stratum for place in places)
    assert set(each) == set(blocks.all_strata)
    assert all(people <= count < people + max(blocks.block_sizes) for count in each.values())
    assert len({place.number for place in places}) == len(places)


@settings(deadline=None)
@given(seeds)
def test_the_same_seed_makes_the_same_list_and_another_seed_another(seed: int) -> None:
    made = allocation_list(Blocks(ARMS, people=60, seed=seed))
    assert made == allocation_list(Blocks(ARMS, people=60, seed=seed))
    assert made != allocation_list(Blocks(ARMS, people=60, seed=(seed + 1) % 2**53))


def test_a_list_stays_what_it_was_when_first_released() -> None:
    """A list made again years later must be the same: a change here needs a new chance.VERSION."""
    made = allocation_list(Blocks(ARMS, people=12, seed=20261121))
    assert "".join(place.arm[0] for place in made) == LIST_OF_20261121


def test_another_stratum_leaves_the_lists_of_the_others_as_they_are() -> None:
    two = allocation_list(Blocks(ARMS, people=20, seed=5, strata=(("site", ("A", "B")),)))
    three = allocation_list(Blocks(ARMS, people=20, seed=5, strata=(("site", ("A", "B", "C")),)))
    assert three[: len(two)] == two


def test_each_order_of_a_block_comes_as_often_as_the_next() -> None:
    seen = Counter(
        "".join(p.arm[0] for p in allocation_list(Blocks(ARMS, people=4, seed=s, sizes=(4,))))
        for s in range(6000)
    )
    assert len(seen) == 6
    assert max(abs(count - 1000) for count in seen.values()) < 150  # five standard deviations


def test_what_can_be_foreseen_is_told() -> None:
    small = foreseen(Blocks(ARMS, people=60, seed=1, sizes=(2,)))
    large = foreseen(Blocks(ARMS, people=60, seed=1, sizes=(8, 12)))
    assert small.certain == pytest.approx(0.5)  # the second of every two
    assert large.certain < 0.2
    assert small.guessed == pytest.approx(0.75)
    assert large.blind == 0.5 < large.guessed < small.guessed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"arms": ("a",)}, "2 to 8 arms"),
        ({"arms": ()}, "none came"),
        ({"arms": ("a", "A ")}, "different names"),
        ({"arms": ("a", " ")}, "different names"),
        ({"seed": -1}, "seed of -1"),
        ({"seed": 2**53}, "2\\^53"),
        ({"ratio": (1, 2, 3)}, "ratio of 1:2:3"),
        ({"ratio": (0, 1)}, "from 1 to 9"),
        ({"sizes": (3,)}, "multiple of 2"),
        ({"sizes": (0,)}, "block of 0"),
        ({"sizes": (100,)}, "at most 24"),
        ({"people": 0}, "0 people"),
        ({"strata": (("site", tuple(map(str, range(65)))),)}, "at most 64 strata"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_made_is_told(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadTrial, match=said):
        Blocks(**({"arms": ARMS, "people": 10, "seed": 1} | change))  # type: ignore[arg-type]


def test_draws_below_a_limit_are_even_even_at_the_edge() -> None:
    """2^64 leaves 1 when cut in three: that one word is drawn again."""

    class Words:
        def __init__(self) -> None:
            self.given = [WORD - 1, 5]

        def random_raw(self) -> int:
            return self.given.pop(0)

    chance = Chance(1)
    chance._words = Words()  # type: ignore[assignment]
    assert chance.below(3) == 5 % 3
    assert all(0 <= Chance(seed).share() < 1 for seed in range(50))


def walk_in(rule: Minimisation, people: int) -> list[Given]:
    crowd, given = Chance(rule.seed, "crowd"), []
    for _ in range(people):
        levels = {name: crowd.one_of(known) for name, known in rule.factors}
        given.append(Given(levels, arm=allocate(rule, given, levels).arm))
    return given


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_minimisation_keeps_every_level_even(seed: int) -> None:
    rule = Minimisation(RULE.arms, factors=RULE.factors, seed=seed)
    given = walk_in(rule, 80)
    for name, levels in rule.factors:
        for level in levels:
            arms = Counter(one.arm for one in given if one.levels[name] == level)
            assert abs(arms[ARMS[0]] - arms[ARMS[1]]) <= 12  # blind chance: 12 of 40 apart 5 %


@settings(deadline=None, max_examples=20)
@given(seeds, st.integers(0, 20))
def test_the_same_people_in_the_same_order_get_the_same_arms(seed: int, people: int) -> None:
    rule = Minimisation(RULE.arms, factors=RULE.factors, seed=seed)
    assert walk_in(rule, people) == walk_in(rule, people)


def test_the_arm_best_for_balance_is_preferred_and_not_certain() -> None:
    before = [Given({"sex": "f", "age": "<70"}, arm="backward")] * 3
    newcomer = {"sex": "f", "age": "<70"}
    choices = [allocate(Minimisation(RULE.arms, factors=RULE.factors, seed=s), before, newcomer)
               for s in range(1000)]  # fmt: skip
    assert all(choice.preferred == ("forward",) for choice in choices)
    assert dict(choices[0].imbalance) == {"backward": 8, "forward": 4}
    share = sum(choice.arm == "forward" for choice in choices) / 1000
    assert share == pytest.approx(0.8, abs=0.06)


def test_the_first_person_is_left_to_chance_alone() -> None:
    levels = {"sex": "f", "age": "<70"}
    arms = Counter(
        allocate(Minimisation(RULE.arms, factors=RULE.factors, seed=s), [], levels).arm
        for s in range(1000)
    )
    assert 400 < arms["backward"] < 600


def test_minimisation_is_more_even_than_chance_and_says_how_foreseeable() -> None:
    found = evenness(RULE, 40)
    assert found.largest < 3
    assert 0.6 < found.foreseen.guessed < 0.85
    assert found.foreseen.blind == 0.5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"factors": ()}, "0 factors"),
        ({"factors": (("sex", ("f", "f")),)}, "at least two levels"),
        ({"factors": (("", ("f", "m")),)}, "with a name"),
        ({"preferred": 0.5}, "blind chance"),
        ({"preferred": 1.0}, "no chance at all"),
        ({"arms": ("a",)}, "2 to 8 arms"),
    ],
)
def test_a_rule_that_cannot_be_is_told(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadTrial, match=said):
        Minimisation(**({"arms": ARMS, "factors": RULE.factors, "seed": 1} | change))  # type: ignore[arg-type]


@pytest.mark.parametrize("levels", [{"sex": "f"}, {"sex": "x", "age": "<70"}])
def test_a_newcomer_of_whom_something_is_not_known_is_refused(levels: dict[str, str]) -> None:
    with pytest.raises(BadTrial, match="is expected"):
        allocate(RULE, [], levels)
