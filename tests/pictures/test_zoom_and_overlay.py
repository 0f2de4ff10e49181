"""Any part of a recording can be drawn, and all its strides one over the other."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pictures.test_recording import SVG, walk

from retrowalk.pictures.overlay import MOST_DRAWN, strides_picture
from retrowalk.pictures.recording import recording_picture
from retrowalk.pictures.zoom import SHORTEST_S, Span, moved, whole, within
from retrowalk.tables import Gait, Recording
from retrowalk.words import Direction, Placement

RECORDING, GAIT = walk(40)


@settings(max_examples=60, deadline=None)
@given(st.floats(-5, 45), st.floats(0.01, 60))
def test_any_part_is_drawn_and_holds_what_lies_in_it(from_s: float, lasts_s: float) -> None:
    span = Span(from_s, from_s + lasts_s)
    recording, gait = within(RECORDING, GAIT, span)
    contacts, bouts = gait.contacts.time_s, gait.bouts
    assert np.all((contacts >= span.from_s) & (contacts <= span.to_s))
    inside = (GAIT.contacts.time_s >= span.from_s) & (GAIT.contacts.time_s <= span.to_s)
    assert len(contacts) == np.count_nonzero(inside)
    assert np.all(bouts.start_s < bouts.end_s)
    assert np.all((bouts.start_s >= span.from_s) & (bouts.end_s <= span.to_s))
    ElementTree.fromstring(recording_picture(recording, gait))


def test_a_closer_look_draws_every_sample_of_it() -> None:
    long, gait = walk(3600)
    recording, cut = within(long, gait, Span(1000.0, 1004.0))
    drawn = ElementTree.fromstring(recording_picture(recording, cut))
    points = drawn.find(f".//{SVG}polyline").attrib["points"].split()  # type: ignore[union-attr]
    assert len(points) >= 400


@given(st.floats(0, 41), st.floats(0.1, 41), st.floats(-3, 3), st.sampled_from([0.5, 1.0, 2.0]))
def test_every_step_stays_inside_and_closer_is_shorter(
    from_s: float, lasts_s: float, by: float, closer: float
) -> None:
    every = whole(RECORDING)
    span = moved(Span(from_s, from_s + lasts_s), every)
    there = moved(span, every, by=by, closer=closer)
    assert every.from_s - 1e-9 <= there.from_s < there.to_s <= every.to_s + 1e-9
    assert there.lasts_s >= SHORTEST_S - 1e-9
    if closer > 1:
        assert there.lasts_s <= max(span.lasts_s, SHORTEST_S) + 1e-9


@pytest.mark.parametrize("placement", [Placement.LEFT_FOOT, Placement.LOWER_BACK])
def test_strides_of_each_direction_lie_over_each_other(placement: Placement) -> None:
    recording, gait = walk(20, placement=placement)
    drawn = ElementTree.fromstring(
        strides_picture(recording, replace(gait, measured_from=(placement,)))
    )
    said = drawn.findtext(f"{SVG}desc") or ""
    assert f"{placement.value}, backward" in said
    assert f"{placement.value}, forward" in said
    lines = [line.attrib["class"] for line in drawn.iter(f"{SVG}polyline")]
    assert {"rw-line-back", "rw-line-fore", "rw-signal"} == set(lines)
    assert lines.count("rw-signal") == 2


def test_too_many_strides_are_thinned_and_that_is_said() -> None:
    recording, gait = walk(600)
    drawn = strides_picture(recording, replace(gait, measured_from=(Placement.LEFT_FOOT,)))
    lines = list(ElementTree.fromstring(drawn).iter(f"{SVG}polyline"))
    assert len(lines) <= 2 * (MOST_DRAWN + 1)
    assert "at most 100 are drawn" in drawn
    assert len(drawn) < 300_000


def test_no_stride_of_known_direction_is_said_in_words() -> None:
    unclear = replace(GAIT, strides=replace(GAIT.strides, direction=np.zeros(40, np.int8)))
    for gait in (Gait(), replace(unclear, measured_from=(Placement.LEFT_FOOT,))):
        assert "No stride whose direction is told" in strides_picture(RECORDING, gait)
    assert gait.strides_in(Direction.BACKWARD) == 0
    ElementTree.fromstring(strides_picture(Recording("nothing.csv", ()), Gait()))
