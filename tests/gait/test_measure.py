"""The whole chain on simulated walks: what it finds, and what must not change its answer."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gait.walks import (
    BACK,
    BACKWARD,
    FEET,
    FORWARD,
    KNOWN_TO_TELL,
    SHANKS,
    UNCLEAR,
    changed,
    count,
    landings,
    turned_in_time,
    walk,
)

from retrowalk.gait.pipeline import measure
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.tables import Gait, Recording, Sensor, directions
from retrowalk.words import Direction, Mounting, Placement


@pytest.mark.parametrize("placements", KNOWN_TO_TELL, ids=str)
def test_a_walk_there_and_back_is_told_apart(placements: tuple[Placement, ...]) -> None:
    gait = measure(walk(placements, tilt_rad=0.3).recording)
    assert directions(gait.bouts.direction) == (FORWARD, BACKWARD)
    assert gait.forward_s > 5
    assert gait.backward_s > 5


@settings(deadline=None, max_examples=40)
@given(
    placements=st.sampled_from(KNOWN_TO_TELL),
    way=st.sampled_from([(FORWARD, BACKWARD), (BACKWARD, FORWARD)]),
    pace=st.tuples(st.floats(0.6, 1.4), st.floats(1.0, 1.4)),
    tilt_rad=st.floats(0, 0.35),
    seed=st.integers(0, 10_000),
)
def test_no_stride_is_called_the_wrong_way(
    placements: tuple[Placement, ...],
    way: tuple[Direction, Direction],
    pace: tuple[float, float],
    tilt_rad: float,
    seed: int,
) -> None:
    spell = Spell(way[0], 12, *pace)
    made = simulate([spell], placements, np.random.default_rng(seed), tilt_rad=tilt_rad)
    gait = measure(made.recording)
    assert count(gait, way[1]) == 0
    assert count(gait, way[0]) >= 0.7 * len(gait.strides) > 0


@settings(deadline=None, max_examples=20)
@given(placements=st.sampled_from(KNOWN_TO_TELL), seed=st.integers(0, 10_000))
def test_time_turned_round_turns_the_direction(
    placements: tuple[Placement, ...], seed: int
) -> None:
    recording = walk(placements, seed=seed).recording
    gait, turned = measure(recording), measure(changed(recording, turned_in_time))
    assert directions(gait.bouts.direction) == (FORWARD, BACKWARD)
    assert directions(turned.bouts.direction) == (FORWARD, BACKWARD)  # the last spell comes first
    assert turned.forward_s == pytest.approx(gait.backward_s, abs=1.0)


MIRRORED = {
    **dict(zip(FEET + SHANKS, FEET[::-1] + SHANKS[::-1], strict=True)),
    Placement.LOWER_BACK: Placement.LOWER_BACK,
}


def mirrored(sensor: Sensor) -> Sensor:
    return replace(
        sensor,
        acc_mps2=sensor.acc_mps2 * np.array([1.0, -1.0, 1.0]),
        gyr_radps=sensor.gyr_radps * np.array([-1.0, 1.0, -1.0]),
        placement=MIRRORED[sensor.placement],
    )


@pytest.mark.parametrize("placements", KNOWN_TO_TELL, ids=str)
def test_in_a_mirror_nothing_changes_but_the_side(placements: tuple[Placement, ...]) -> None:
    recording = walk(placements, tilt_rad=0.2).recording
    gait, seen = measure(recording), measure(changed(recording, mirrored))
    assert np.allclose(seen.contacts.time_s, gait.contacts.time_s)
    assert np.array_equal(seen.strides.direction, gait.strides.direction)
    assert np.array_equal(seen.contacts.side, -gait.contacts.side)
    assert np.allclose(seen.strides.length_m, gait.strides.length_m, equal_nan=True)


@settings(deadline=None, max_examples=15)
@given(placements=st.sampled_from(KNOWN_TO_TELL), later_s=st.floats(-1e5, 1e5))
def test_a_later_clock_only_shifts_times(placements: tuple[Placement, ...], later_s: float) -> None:
    recording = walk(placements).recording
    moved = changed(recording, lambda s: replace(s, time_s=s.time_s + later_s))
    gait, late = measure(recording), measure(moved)
    assert np.allclose(late.contacts.time_s, gait.contacts.time_s + later_s, atol=1e-4)
    assert np.array_equal(late.strides.direction, gait.strides.direction)


@pytest.mark.parametrize("placements", KNOWN_TO_TELL, ids=str)
def test_two_walks_with_silence_between_are_measured_as_two(
    placements: tuple[Placement, ...],
) -> None:
    recording = walk(placements).recording
    gap_s = 60.0

    def twice(sensor: Sensor) -> Sensor:
        again_s = sensor.time_s + sensor.time_s[-1] + gap_s
        return replace(
            sensor,
            time_s=np.concatenate([sensor.time_s, again_s]),
            acc_mps2=np.concatenate([sensor.acc_mps2] * 2),
            gyr_radps=np.concatenate([sensor.gyr_radps] * 2),
        )

    once, both = measure(recording), measure(changed(recording, twice))
    assert np.array_equal(both.bouts.n_steps, np.tile(once.bouts.n_steps, 2))
    assert np.array_equal(both.strides.direction, np.tile(once.strides.direction, 2))


@pytest.mark.parametrize("placements", [FEET, SHANKS, BACK], ids=str)
def test_an_unknown_mounting_leaves_direction_unclear(placements: tuple[Placement, ...]) -> None:
    gait = measure(walk(placements, mounting=Mounting.UNKNOWN).recording)
    assert len(gait.strides) == count(gait, UNCLEAR) > 10
    assert np.all(gait.strides.backward_probability == 0.5)
    assert any("direction" in sentence for sentence in gait.warnings)


@pytest.mark.parametrize("placement", [Placement.WRIST, Placement.UNKNOWN], ids=str)
def test_a_wrist_and_who_knows_where_stay_unclear(placement: Placement) -> None:
    gait = measure(walk((placement,)).recording)
    assert count(gait, FORWARD) == count(gait, BACKWARD) == 0
    assert gait.warnings


@pytest.mark.parametrize("turn_rad", [np.pi, np.pi / 2, -np.pi / 2])
def test_a_sensor_upside_down_or_on_its_side_says_nothing_of_direction(turn_rad: float) -> None:
    c, s = np.cos(turn_rad), np.sin(turn_rad)
    over = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    recording = changed(
        walk(FEET).recording,
        lambda s: replace(s, acc_mps2=s.acc_mps2 @ over.T, gyr_radps=s.gyr_radps @ over.T),
    )
    gait = measure(recording)
    assert count(gait, FORWARD) == count(gait, BACKWARD) == 0
    assert any("z axis" in sentence for sentence in gait.warnings)


def test_standing_still_is_an_empty_table() -> None:
    recording = changed(walk(FEET + BACK).recording, still)
    gait = measure(recording)
    assert len(gait.strides) == len(gait.bouts) == len(gait.contacts) == gait.steps == 0


def still(sensor: Sensor) -> Sensor:
    rng = np.random.default_rng(0)
    acc = np.array([0.0, 0.0, 9.8]) + 0.05 * rng.standard_normal(sensor.acc_mps2.shape)
    return replace(sensor, acc_mps2=acc, gyr_radps=0.01 * rng.standard_normal(acc.shape))


@pytest.mark.parametrize("placements", [FEET, SHANKS, BACK], ids=str)
def test_every_step_is_counted_once(placements: tuple[Placement, ...]) -> None:
    made = walk(placements)
    found, true = landings(measure(made.recording)), landings(made)
    for time_s in true[1:-1]:  # a first and a last half step may be too small to see
        assert np.count_nonzero(np.abs(found - time_s) < 0.2) == 1, time_s


def test_feet_tell_stride_lengths_to_a_centimetre_or_two() -> None:
    made = walk(FEET, (Spell(FORWARD, 14, 1.1, 1.1), Spell(BACKWARD, 14, 0.7, 1.2)))
    found = measure(made.recording).strides
    for start_s, length_m in zip(made.strides.start_s, made.strides.length_m, strict=True):
        i = int(np.argmin(np.abs(found.start_s - start_s)))
        assert found.length_m[i] == pytest.approx(length_m, abs=0.03)


def test_the_feet_are_preferred_to_the_back_but_not_when_fastened_unknown() -> None:
    both = walk(BACK + FEET).recording
    assert measure(both).measured_from == FEET
    loose = changed(both, lambda s: replace(s, mounting=mounting_of(s)))
    assert measure(loose).measured_from == BACK


def mounting_of(sensor: Sensor) -> Mounting:
    return Mounting.KNOWN if sensor.placement in BACK else Mounting.UNKNOWN


def test_progress_rises_to_one() -> None:
    heard: list[float] = []
    measure(walk(FEET).recording, progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_measuring_leaves_the_recording_as_it_was() -> None:
    made = walk(FEET + BACK).recording
    before = [np.copy(getattr(s, f)) for s in made.sensors for f in COLUMNS]
    for sensor in made.sensors:
        for name in COLUMNS:
            getattr(sensor, name).flags.writeable = False
    measure(made)
    after = [getattr(s, f) for s in made.sensors for f in COLUMNS]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


COLUMNS = ("time_s", "acc_mps2", "gyr_radps")


@pytest.mark.parametrize("placements", KNOWN_TO_TELL, ids=str)
def test_tables_keep_their_shapes_and_orders(placements: tuple[Placement, ...]) -> None:
    in_order(measure(walk(placements).recording))


def in_order(gait: Gait) -> None:
    for table in (gait.contacts, gait.strides, gait.bouts):
        columns = [getattr(table, field.name) for field in fields(table)]
        assert {column.shape for column in columns} == {(len(table),)}
    assert np.all(np.diff(gait.contacts.time_s) >= 0)
    assert np.all(np.diff(gait.strides.start_s) >= 0)
    assert np.all(gait.strides.end_s > gait.strides.start_s)
    assert np.all(
        (gait.strides.backward_probability >= 0) & (gait.strides.backward_probability <= 1)
    )
    assert np.all((gait.strides.bout_i >= -1) & (gait.strides.bout_i < max(len(gait.bouts), 1)))
    assert np.all(gait.bouts.end_s > gait.bouts.start_s)
    assert np.all(np.diff(gait.bouts.start_s) > 0)


def test_a_recording_without_sensors_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no sensor"):
        measure(Recording("nothing.csv", ()))


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
@pytest.mark.parametrize(
    ("speed_mps", "stride_s"), [(0.25, 1.6), (0.25, 2.0), (0.4, 1.4), (0.4, 2.0)]
)
def test_a_shank_hears_very_slow_strides(way: Direction, speed_mps: float, stride_s: float) -> None:
    made = walk(SHANKS[:1], (Spell(way, 24, speed_mps, stride_s),), tilt_rad=0.35)
    assert count(measure(made.recording), way) >= np.count_nonzero(made.strides.side == 1) - 2
