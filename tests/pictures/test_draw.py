"""Scales hit their ends, ticks are round, and nothing a stranger writes becomes markup."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.pictures.draw import (
    Scale,
    band,
    clock,
    legend,
    mark,
    picture,
    ticks,
    time_ticks,
    words,
)
from retrowalk.words import Direction

number = st.floats(-1e6, 1e6)


@given(number, st.floats(1e-3, 1e6))
def test_a_scale_maps_its_ends_onto_its_ends(low: float, span: float) -> None:
    scale = Scale(low, low + span, 40, 900)
    assert scale.at(low) == pytest.approx(40, abs=0.01)
    assert scale.at(low + span) == pytest.approx(900, abs=0.01)


@given(number, st.floats(1e-3, 1e6), st.integers(2, 12))
def test_ticks_are_few_rising_and_inside(low: float, span: float, count: int) -> None:
    for marks in (ticks(low, low + span, count), time_ticks(low, low + span, count)):
        assert len(marks) <= 52
        assert all(b > a for a, b in pairwise(marks))
        assert all(low - 1e-3 * span <= m <= low + span * 1.001 for m in marks)


def test_times_read_as_people_say_them() -> None:
    assert [clock(s) for s in (0, 7.5, 42, 750, 3723)] == [
        "0:00",
        "7.5",
        "0:42",
        "12:30",
        "1:02:03",
    ]


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"))))
def test_a_strangers_words_never_become_markup(text: str) -> None:
    drawn = picture([words(1, 2, text)], width=9, height=9, title=text, desc=text, prefix="p")
    root = ElementTree.fromstring(drawn)
    assert "script" not in {e.tag.split("}")[-1] for e in root.iter()}


def test_directions_differ_by_shape_and_hatch_as_well_as_colour() -> None:
    shapes = {type(mark(d, x=0, y=0)) for d in Direction}
    assert len(shapes) == 3
    hatches = {str(band(d, x=0, y=0, width=9, height=9, prefix="p")) for d in Direction}
    assert all(f"url(#p-{key})" in "".join(hatches) for key in ("back", "fore", "unclear"))


def test_a_picture_carries_title_description_and_both_themes() -> None:
    drawn = picture(
        legend(tuple(Direction), x=0, y=0, prefix="p"),
        width=9, height=9, title="Walk", desc="Two bouts", prefix="p",
    )  # fmt: skip
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "p-title p-desc"
    assert "prefers-color-scheme:dark" in drawn
