"""Forest plots and dose maps: nothing outside the frame, everything said in words too."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.pictures.dose_map import Found, Spot, dose_picture
from retrowalk.pictures.forest import Line, Together, figure, forest_picture

SVG = "{http://www.w3.org/2000/svg}"
VALUES = st.floats(-500, 500).map(lambda x: round(x, 3))
NAMES = st.text(st.characters(categories=["L", "N", "P", "Zs", "Sm"]), max_size=60)


@st.composite
def lines(draw) -> Line:
    low, middle, high = sorted(draw(st.tuples(VALUES, VALUES, VALUES)))
    return Line(draw(NAMES), middle, low, high, draw(st.floats(0, 1)))


def drawn(made: list[Line], **about) -> ET.Element:
    given_ = {"title": "Pain", "unit": "points of 10", "better": "lower"} | about
    return ET.fromstring(forest_picture(made, about.pop("together", None), **{
        key: value for key, value in given_.items() if key != "together"}))  # fmt: skip


def test_it_says_all_in_words() -> None:
    made = [Line("Chen 2021", -0.69, -1.21, -0.17, 1.0)]
    tree = drawn(made, together=Together(-0.7, -1.2, -0.2, (-1.9, 0.5)), matters=2.0)
    desc = tree.findtext(f"{SVG}desc") or ""
    for words in ("Chen 2021: −0.69 (−1.21 to −0.17) points of 10", "all together: −0.70",
                  "from −1.90 to 0.50", "What lies below 0 favours backward",
                  "Smallest change that matters: 2"):  # fmt: skip
        assert words in desc
    assert tree.get("role") == "img"


@pytest.mark.parametrize(("better", "first"), [("lower", "← favours backward"),
                                               ("higher", "← favours the other")])  # fmt: skip
def test_sides_are_named_by_which_is_better(better: str, first: str) -> None:
    texts = [one.text for one in drawn([Line("a", 1, 0, 2)], better=better).iter(f"{SVG}text")]
    assert first in texts


@given(st.lists(lines(), min_size=1, max_size=8), st.sampled_from([360, 860]),
       st.sampled_from(["lower", "higher"]), st.none() | st.floats(0.01, 100))  # fmt: skip
def test_nothing_is_drawn_outside(made, width, better, matters) -> None:
    tree = drawn(made, width=width, better=better, matters=matters)
    _, _, right, foot = map(float, (tree.get("viewBox") or "").split())
    for mark in tree.iter(f"{SVG}line"):
        for key in ("x1", "x2"):
            assert -0.01 <= float(mark.get(key) or 0) <= right + 0.01
        assert float(mark.get("y2") or 0) <= foot
    squares = [one for one in tree.iter(f"{SVG}rect") if one.get("class") == "rw-contact"]
    assert len(squares) == len(made)


@given(st.lists(lines(), min_size=2, max_size=6, unique_by=lambda one: one.weight))
def test_a_heavier_study_has_the_larger_square(made: list[Line]) -> None:
    tree = drawn(made)
    sides = [float(one.get("width") or 0) for one in tree.iter(f"{SVG}rect")
             if one.get("class") == "rw-contact"]  # fmt: skip
    by_weight = [side for _, side in sorted(zip((one.weight for one in made), sides, strict=True))]
    assert by_weight == sorted(by_weight)


def test_figures_bear_a_true_minus() -> None:
    assert figure(-1.0, -2.25, 12.0) == "−1.0 (−2.2 to 12.0)"


@given(st.lists(st.builds(Spot, NAMES, st.floats(1, 600), st.floats(1, 52),
                          st.sampled_from(Found)), max_size=90),
       st.sampled_from([360, 860]))  # fmt: skip
def test_every_study_has_its_mark_in_its_cell(spots: list[Spot], width: int) -> None:
    tree = ET.fromstring(dose_picture(spots, width=width))
    drawn_as = ("rw-mark", "rw-release")
    marks = [one for one in tree.iter() if (one.get("class") or "").startswith(drawn_as)]
    assert len(marks) == len(spots) + len(Found)  # and the legend
    across = [float(one.get("cx") or one.get("x") or 0) for one in marks if not one.get("points")]
    assert all(0 < x < width for x in across)
