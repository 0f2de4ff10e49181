"""Bouts: what joins strides, what parts them, and what is too short to count."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.gait.bouts import FEWEST_STEPS, LONGEST_BREAK_S, find_bouts
from retrowalk.gait.strides import Walk
from retrowalk.tables import Bouts, Contacts, Strides, directions
from retrowalk.words import Direction

FORWARD, BACKWARD, UNCLEAR = Direction.FORWARD, Direction.BACKWARD, Direction.UNCLEAR
CODE = {"f": 1, "b": -1, "?": 0}


def walked(ways: str, *, pauses_s: dict[int, float] | None = None) -> tuple[Bouts, Strides]:
    """One stride (of one foot) per letter, 1 s each, with a pause before the numbered ones."""
    starts, at_s = [], 0.0
    for i in range(len(ways)):
        at_s += (pauses_s or {}).get(i, 0.0)
        starts.append(at_s)
        at_s += 1.0
    start_s = np.array(starts)
    n = len(start_s)
    strides = Strides(
        start_s=start_s,
        end_s=start_s + 1.0,
        side=np.ones(n, dtype=np.int8),
        direction=np.array([CODE[way] for way in ways], dtype=np.int8),
        backward_probability=np.full(n, 0.5),
        stance_s=np.full(n, 0.6),
        length_m=np.full(n, 1.2),
        speed_mps=np.full(n, 1.2),
        bout_i=np.full(n, -1),
    )
    landed = np.unique(np.concatenate([start_s, start_s + 1.0]).round(6))
    codes = np.zeros(len(landed), dtype=np.int8)
    return find_bouts(Walk(Contacts(landed, codes, codes), strides))


def test_one_run_of_strides_is_one_bout_with_the_other_foots_steps_counted() -> None:
    bouts, strides = walked("ffffff")
    assert bouts.n_steps.tolist() == [12]
    assert bouts.n_strides.tolist() == [6]
    assert bouts.cadence_spm.tolist() == [120.0]
    assert strides.bout_i.tolist() == [0] * 6


def test_a_change_of_direction_parts_bouts() -> None:
    bouts, strides = walked("fffbbbb")
    assert directions(bouts.direction) == (FORWARD, BACKWARD)
    assert strides.bout_i.tolist() == [0, 0, 0, 1, 1, 1, 1]


def test_unclear_strides_stay_with_what_came_before_or_else_comes_after() -> None:
    bouts, _ = walked("??ff?bb?")
    assert directions(bouts.direction) == (FORWARD, BACKWARD)
    assert bouts.n_strides.tolist() == [5, 3]


def test_strides_without_any_direction_are_an_unclear_bout() -> None:
    assert directions(walked("????")[0].direction) == (UNCLEAR,)


def test_a_long_break_parts_and_a_short_one_does_not() -> None:
    assert len(walked("ffffff", pauses_s={3: LONGEST_BREAK_S - 0.1})[0]) == 1
    assert len(walked("ffffff", pauses_s={3: LONGEST_BREAK_S + 0.1})[0]) == 2


def test_too_few_steps_are_no_bout_and_their_strides_are_excluded() -> None:
    assert FEWEST_STEPS == 4
    bouts, strides = walked("fbbb")
    assert directions(bouts.direction) == (BACKWARD,)
    assert strides.bout_i.tolist() == [-1, 0, 0, 0]
    assert len(walked("ff")[0]) == 1  # four steps are enough


def test_no_strides_are_no_bouts() -> None:
    assert len(find_bouts(Walk())[0]) == 0


def test_a_length_not_measured_anywhere_stays_unmeasured() -> None:
    _, strides = walked("ffff")
    blank = replace(strides, length_m=np.full(4, np.nan))
    bouts, _ = find_bouts(Walk(Contacts(np.arange(5.0), np.zeros(5, np.int8)), blank))
    assert np.isnan(bouts.length_m).all()


@given(st.text("fb?", min_size=1, max_size=30), st.dictionaries(st.integers(0, 29), st.just(9.0)))
def test_bouts_never_overlap_and_hold_only_their_own_direction(
    ways: str, pauses_s: dict[int, float]
) -> None:
    bouts, strides = walked(ways, pauses_s=pauses_s)
    assert np.all(bouts.start_s[1:] >= bouts.end_s[:-1])
    assert np.all(bouts.n_steps >= FEWEST_STEPS)
    for i, way in enumerate(bouts.direction):
        assert set(strides.direction[strides.bout_i == i]) <= {way, 0}
    assert np.all(np.diff(strides.bout_i[strides.bout_i >= 0]) >= 0)
