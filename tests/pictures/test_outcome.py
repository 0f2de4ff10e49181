"""An outcome's picture: every result, the band, words for who cannot see it, never broken."""

from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.pictures.outcome import Baseline, Mark, outcome_picture

DAY = date(2026, 10, 1)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(marks: list[Mark], **more) -> ElementTree.Element:
    return ElementTree.fromstring(
        outcome_picture(marks, title="Timed up and go", unit="s", better="down", **more)
    )


def marks(*values: float) -> list[Mark]:
    return [Mark(DAY + timedelta(days=14 * i), v, first=i == 0) for i, v in enumerate(values)]


def test_each_result_has_its_mark_and_the_band_its_two_edges() -> None:
    tree = drawn(marks(12, 11, 9), baseline=Baseline(12, 2.1))
    assert len(tree.findall(f".//{SVG}circle[@class='rw-contact']")) == 2 + 1  # and the legend
    assert len(tree.findall(f".//{SVG}circle[@class='rw-release']")) == 1 + 1
    assert len(tree.findall(f".//{SVG}line[@class='rw-plan']")) == 2


def test_without_an_error_there_is_no_band() -> None:
    tree = drawn(marks(3, 6), baseline=Baseline(3, 0.0))
    assert not tree.findall(f".//{SVG}line[@class='rw-plan']")
    assert "give or take" not in (tree.findtext(f"{SVG}desc") or "")
    assert drawn(marks(3)) is not None


def test_it_is_told_in_words_too() -> None:
    said = drawn(marks(12, 9), baseline=Baseline(12, 2.1)).findtext(f"{SVG}desc")
    assert said is not None
    assert "1 Oct: 12; 15 Oct: 9 (s)." in said
    assert "The baseline is 12 s, give or take 2.1" in said


def test_check_points_are_drawn_where_the_days_reach_them() -> None:
    tree = drawn(marks(12, 11, 9), checks=[(DAY + timedelta(days=20), "week 4"),
                                           (DAY + timedelta(days=90), "week 6")])  # fmt: skip
    words = [text.text for text in tree.iter(f"{SVG}text")]
    assert "week 4" in words
    assert "week 6" not in words


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.floats(-1e3, 1e4)), min_size=1, max_size=40),
    st.floats(0, 100),
    st.sampled_from([360, 860]),
)
def test_any_results_make_a_picture_inside_its_frame(
    pairs: list[tuple[int, float]], band: float, width: int
) -> None:
    made = [Mark(DAY + timedelta(days=d), v, first=False) for d, v in sorted(pairs)]
    tree = drawn(made, baseline=Baseline(made[0].value, band), width=width)
    for circle in tree.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx", "nan")) <= width
        assert 0 <= float(circle.get("cy", "nan")) <= 300


@pytest.mark.parametrize("width", [360, 860])
def test_dates_do_not_stand_on_each_other(width: int) -> None:
    many = [Mark(DAY + timedelta(days=d), 9.0 + d % 3, first=False) for d in range(60)]
    tree = drawn(many, width=width)
    xs = sorted(
        float(text.get("x", "nan"))
        for text in tree.iter(f"{SVG}text")
        if (text.text or "").endswith((" Oct", " Nov"))
    )
    assert all(b - a >= 69 for a, b in pairwise(xs))
