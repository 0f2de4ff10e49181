"""Direction from a thigh whose flexion sign is known, and silence where it is not."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gait.walks import BACKWARD, FORWARD, changed, turned_in_time
from validation import recordings as known

from retrowalk.gait import direction, thigh
from retrowalk.gait.clock import Stretch, stretches
from retrowalk.gait.cycles import Cycles, find_cycles, swung
from retrowalk.gait.pipeline import measure
from retrowalk.gait.simulate import Seat, Simulated, Spell, simulate
from retrowalk.tables import DIRECTION_CODE, Codes, Recording, Sensor
from retrowalk.words import Direction, Mounting, Placement, Side

LEFT = (Placement.LEFT_THIGH,)
DATA = known.folder()


def walk(way: Direction, speed_mps: float = 0.9, stride_s: float = 1.2, seed: int = 0) -> Simulated:
    rng = np.random.default_rng(seed)
    return simulate([Spell(way, 16, speed_mps, stride_s)], LEFT, rng, tilt_rad=0.35)


def parts(recording: Recording) -> Iterator[Stretch]:
    for sensor in recording.sensors:
        yield from stretches(sensor)


def cycles_of(part: Stretch) -> Cycles:
    return find_cycles(swung(part))[0]


def called(recording: Recording) -> Codes:
    found = [cycles_of(part) for part in parts(recording)]
    codes = [direction.decide(thigh.evidence(cycles), cycles.time_s)[0] for cycles in found]
    return np.concatenate(codes)


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
@settings(max_examples=12, deadline=None)
@given(speed_mps=st.floats(0.5, 1.3), stride_s=st.floats(1.0, 1.5), seed=st.integers(0, 2**16))
def test_a_simulated_walk_is_hardly_ever_called_the_other_way(
    way: Direction, speed_mps: float, stride_s: float, seed: int
) -> None:
    codes = called(walk(way, speed_mps, stride_s, seed).recording)
    assert np.mean(codes == -DIRECTION_CODE[way]) == 0


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
def test_a_brisk_simulated_walk_is_called_what_it_is(way: Direction) -> None:
    codes = called(walk(way).recording)
    assert len(codes) >= 7
    assert np.mean(codes == DIRECTION_CODE[way]) >= 0.8


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
@pytest.mark.parametrize(
    ("speed_mps", "stride_s"), [(1.2, 1.1), (1.4, 1.0), (1.4, 1.1), (1.6, 1.0)]
)
def test_a_hurried_walk_is_called_what_it_is(
    way: Direction, speed_mps: float, stride_s: float
) -> None:
    codes = called(walk(way, speed_mps, stride_s).recording)
    assert len(codes) >= 7
    assert np.mean(codes == DIRECTION_CODE[way]) >= 0.8


def test_the_walks_of_a_seated_day_are_told_apart() -> None:
    spells = (Seat(300.0), Spell(FORWARD, 24), Seat(200.0), Spell(BACKWARD, 24, 0.8, 1.2),
              Seat(300.0))  # fmt: skip
    made = simulate(spells, LEFT, np.random.default_rng(0), tilt_rad=0.35)
    (sensor,) = made.recording.sensors
    assert np.median(sensor.acc_mps2[:, 2]) < 3.0  # most of the time gravity is not on z
    found = measure(made.recording)
    for way in (FORWARD, BACKWARD):
        true = made.strides.direction == DIRECTION_CODE[way]
        from_s, to_s = made.strides.start_s[true].min(), made.strides.end_s[true].max()
        here = (found.strides.start_s > from_s - 1.5) & (found.strides.end_s < to_s + 1.5)
        assert np.count_nonzero(here) >= 9
        assert np.mean(found.strides.direction[here] == DIRECTION_CODE[way]) == 1
    assert len(found.strides) <= np.count_nonzero(made.strides.side == 1) + 2  # none from the seat
    assert not any("gravity" in sentence for sentence in found.warnings)


def test_a_thigh_that_swings_without_standing_says_nothing() -> None:
    lying = changed(walk(FORWARD).recording, turned_onto_its_back)
    found = measure(lying)
    assert len(found.strides) >= 7
    assert not np.any(found.strides.direction)


def turned_onto_its_back(sensor: Sensor) -> Sensor:
    """Gravity on y instead of z: as if the wearer lay on the side, kicking."""
    order = [0, 2, 1]
    flip = np.array([1.0, 1.0, -1.0])
    return replace(
        sensor,
        acc_mps2=sensor.acc_mps2[:, order] * flip,
        gyr_radps=sensor.gyr_radps[:, order] * flip,
    )


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
@pytest.mark.parametrize(("speed_mps", "stride_s"), [(0.2, 2.0), (0.3, 1.8), (0.3, 2.2)])
def test_strides_slower_than_any_seen_stay_unclear(
    way: Direction, speed_mps: float, stride_s: float
) -> None:
    assert not np.any(called(walk(way, speed_mps, stride_s).recording))


def test_a_walk_played_backward_in_time_is_called_backward() -> None:
    codes = called(changed(walk(FORWARD).recording, turned_in_time))
    assert np.count_nonzero(codes == DIRECTION_CODE[BACKWARD]) >= 6
    assert not np.any(codes == DIRECTION_CODE[FORWARD])


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
def test_a_recording_is_told_apart_only_where_the_flexion_sign_is_known(way: Direction) -> None:
    recording = walk(way).recording
    known_ = measure(recording)
    assert np.mean(known_.strides.direction == DIRECTION_CODE[way]) >= 0.8
    assert np.all(known_.strides.side == 1)
    assert not any("thigh" in sentence for sentence in known_.warnings)
    unknown = measure(changed(recording, lambda s: replace(s, mounting=Mounting.UNKNOWN)))
    assert len(unknown.strides) > 5
    assert not np.any(unknown.strides.direction)
    assert np.all(unknown.strides.backward_probability == 0.5)
    assert any("sitting down" in sentence for sentence in unknown.warnings)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 400), size=st.floats(0.0, 30.0))
@settings(max_examples=50, deadline=None)
def test_anything_at_all_gives_finite_evidence(seed: int, n: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    acc = size * rng.standard_normal((n, 3)) + [0.0, 0.0, 9.8]
    part = Stretch(
        start_s=0.0, rate_hz=50.0, acc_mps2=acc, gyr_radps=size * rng.standard_normal((n, 3))
    )
    cycles = cycles_of(part)
    said = thigh.evidence(cycles)
    assert np.all(np.abs(said) <= thigh.MOST)
    assert np.all(np.diff(cycles.time_s) > 0)


def test_standing_still_holds_no_stride() -> None:
    rng = np.random.default_rng(0)
    acc = 0.05 * rng.standard_normal((3000, 3)) + [0.0, 0.0, 9.8]
    gyr = 0.01 * rng.standard_normal((3000, 3))
    still = Stretch(start_s=0.0, rate_hz=100.0, acc_mps2=acc, gyr_radps=gyr)
    assert not len(cycles_of(still))
    assert not len(thigh.walk_of(cycles_of(still), Side.LEFT).strides)


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
def test_every_stride_is_found_and_begins_near_its_landing(way: Direction) -> None:
    sim = walk(way)
    (part,) = parts(sim.recording)
    found = thigh.walk_of(cycles_of(part), Side.LEFT)
    landed = sim.contacts.time_s[(sim.contacts.kind == 0) & (sim.contacts.side == 1)]
    late = np.array([np.min(np.abs(landed - t)) for t in found.strides.start_s])
    assert abs(len(found.strides) - (len(landed) - 1)) <= 1
    assert np.median(late) < 0.15  # a phase, not a contact: a tenth of a stride
    assert np.all(found.strides.side == 1)
    assert np.all(found.strides.direction == 0)  # evidence, not yet a decision
    assert len(found.evidence) > len(found.strides)


@pytest.mark.skipif(DATA is None, reason="RETROWALK_DATA names no folder of recordings")
@pytest.mark.parametrize("name", ["cmu", "bandai"])
@pytest.mark.parametrize("backward", [False, True])
def test_people_are_called_what_they_did(name: str, backward: bool) -> None:
    assert DATA is not None
    rng = np.random.default_rng(7)
    right = BACKWARD if backward else FORWARD
    codes = np.concatenate([
        called(known.derived(path, Placement.LEFT_THIGH, rng=rng, tilt_rad=0.35))
        for path in known.clips(DATA, name, backward=backward)[:8]
    ])  # fmt: skip
    assert np.mean(codes[codes != 0] == DIRECTION_CODE[right]) >= 0.98
    assert np.mean(codes != 0) >= 0.8
