"""A trial's picture tells in words what it shows, and keeps everything within its frame."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.pictures.trial import MOST_DOTS, ArmRow, DifferenceRow, trial_picture
from retrowalk.words import Direction

WAYS = (("backward", Direction.BACKWARD), ("<rest>", Direction.UNCLEAR))


def drawn(persons: tuple[float, ...], matters: float = -2.0, width: int = 860) -> str:
    arms = [ArmRow(name, direction=way, mean=sum(persons) / len(persons), low=min(persons),
                   high=max(persons), persons=persons)
            for name, way in WAYS]  # fmt: skip
    apart = [DifferenceRow("backward less rest", estimate=-1.0, low=-2.0, high=0.5)]
    return trial_picture(arms, apart, outcome="tug", better="lower", matters=matters, width=width)


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.sampled_from([390, 860]))
def test_everything_lies_within_the_frame(persons: list[float], width: int) -> None:
    tree = ET.fromstring(drawn(tuple(persons), width=width))
    frame = [float(number) for number in tree.attrib["viewBox"].split()]
    for one in tree.iter("{http://www.w3.org/2000/svg}circle"):
        assert 0 <= float(one.attrib["cx"]) <= frame[2]
        assert 0 <= float(one.attrib["cy"]) <= frame[3]


def test_it_says_what_it_shows() -> None:
    said = drawn((-3.0, -1.0))
    assert "Mean changes with 95 % intervals: backward -2 (-3 to -1)" in said
    assert "smallest that matters" in said
    assert "&lt;rest&gt;" in said
    assert "smallest that matters" not in drawn((-3.0, -1.0), matters=0.0)


@pytest.mark.parametrize("matters", [-50.0, 50.0])
def test_a_line_at_the_edge_keeps_its_words_inside(matters: float) -> None:
    anchor = "start" if matters < 0 else "end"
    assert re.search(rf'text-anchor="{anchor}"[^>]*>smallest', drawn((-3.0, 1.0), matters))


def test_of_very_many_people_some_are_drawn() -> None:
    many = tuple(float(i) for i in range(10 * MOST_DOTS))
    assert drawn(many).count("<circle") <= 2 * (MOST_DOTS + 5)
