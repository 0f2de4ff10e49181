"""A recording in pieces is the recording whole, and the walker need not wait for its end."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.gait.walks import BACK, BACKWARD, FEET, FORWARD, SHANKS, UNCLEAR, walk

from retrowalk.errors import BadRecording
from retrowalk.gait.pipeline import measure
from retrowalk.gait.simulate import Spell
from retrowalk.gait.stream import LISTEN_S, RESTS_S, Now, Stream
from retrowalk.tables import DIRECTION_CODE, Gait, Recording, Sensor
from retrowalk.words import Mounting, Placement

THERE_BACK_THERE = (Spell(FORWARD, 14, 0.9, 1.2), Spell(BACKWARD, 14, 0.7, 1.2), Spell(FORWARD, 14))
THIGH = (Placement.LEFT_THIGH,)
WORN = (FEET, FEET[:1], SHANKS, BACK, THIGH, (Placement.UNKNOWN,), (*FEET, *BACK))


def pieces(recording: Recording, cuts: np.ndarray) -> Iterator[tuple[Sensor, ...]]:
    """The recording cut at these shares of it, other rows for every sensor."""
    edges = np.sort(np.concatenate([[0.0, 1.0], cuts]))
    for low, high in pairwise(edges.tolist()):
        yield tuple(
            rows(sensor, round(low * len(sensor)), round(high * len(sensor)))
            for sensor in recording.sensors
        )


def rows(sensor: Sensor, first: int, last: int) -> Sensor:
    return replace(
        sensor,
        time_s=sensor.time_s[first:last],
        acc_mps2=sensor.acc_mps2[first:last],
        gyr_radps=sensor.gyr_radps[first:last],
    )


def by_pieces(recording: Recording, cuts: np.ndarray) -> Gait:
    stream = Stream(recording.sensors, source=recording.source)
    for piece in pieces(recording, cuts):
        stream.push(piece)
    return stream.finish()


def differences(a: object, b: object, where: str = "") -> list[str]:
    """The columns in which two tables are not the same to the last bit."""
    if is_dataclass(a) and is_dataclass(b):
        names = [field.name for field in fields(a)]
        pairs = [(getattr(a, name), getattr(b, name), f"{where}.{name}") for name in names]
        return [found for pair in pairs for found in differences(*pair)]
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        same = a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)
    else:
        same = a == b
    return [] if same else [where]


def worsened(recording: Recording, seed: int) -> Recording:
    """The same on a clock that wanders, with lost packets and a silence."""
    rng = np.random.default_rng(seed)
    sensors = []
    for sensor in recording.sensors:
        jitter_s = 0.002 * rng.standard_normal(len(sensor)).cumsum() / 20
        kept = rng.uniform(size=len(sensor)) > 0.02
        kept[len(sensor) // 2 : len(sensor) // 2 + 90] = seed % 2 == 0
        moved = replace(
            sensor, time_s=1e6 + sensor.time_s * 1.003 + np.clip(jitter_s, -0.003, 0.003)
        )
        sensors.append(
            replace(
                moved,
                time_s=moved.time_s[kept],
                acc_mps2=moved.acc_mps2[kept],
                gyr_radps=moved.gyr_radps[kept],
            )
        )
    return replace(recording, sensors=tuple(sensors))


@pytest.mark.parametrize("placements", WORN)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cuts=st.integers(0, 400), rough=st.booleans())
@example(seed=1, cuts=3000, rough=True)
def test_any_pieces_give_the_tables_of_the_whole(
    placements: tuple[Placement, ...], seed: int, cuts: int, rough: bool
) -> None:
    mounting = Mounting.UNKNOWN if Placement.UNKNOWN in placements else Mounting.KNOWN
    recording = walk(placements, THERE_BACK_THERE, tilt_rad=0.1, mounting=mounting).recording
    recording = worsened(recording, seed) if rough else recording
    whole = measure(recording)
    assert len(whole.strides) > 10
    shares = np.random.default_rng(seed).uniform(size=cuts)
    assert differences(whole, by_pieces(recording, shares)) == []


def test_pieces_of_one_sample_give_the_tables_of_the_whole() -> None:
    recording = walk(BACK).recording
    n = len(recording.sensors[0])
    assert differences(measure(recording), by_pieces(recording, np.arange(1, n) / n)) == []


@pytest.mark.parametrize("placements", [FEET, FEET[:1], SHANKS, BACK, THIGH])
@pytest.mark.parametrize("speed_mps", [0.6, 1.0])
def test_a_change_of_direction_is_heard_within_two_strides(
    placements: tuple[Placement, ...], speed_mps: float
) -> None:
    spells = tuple(Spell(way, 16, speed_mps, 1.2) for way in (FORWARD, BACKWARD, FORWARD))
    made = walk(placements, spells)
    said = list(live(made.recording))
    code, side = made.strides.direction, made.strides.side
    changes = np.flatnonzero(np.diff(code)) + 1
    assert len(changes) == 2
    for first in changes.tolist():
        way = BACKWARD if code[first] == DIRECTION_CODE[BACKWARD] else FORWARD
        begun_s = made.strides.start_s[first]
        told_s = next(now.at_s for now in said if now.at_s > begun_s and now.direction is way)
        done = made.strides.end_s[first:] <= told_s
        assert max(np.sum(done & (side[first:] == foot)) for foot in (-1, 1)) <= 2


def live(recording: Recording, every: int = 50) -> Iterator[Now]:
    stream = Stream(recording.sensors)
    for first in range(0, max(map(len, recording.sensors)), every):
        stream.push([rows(sensor, first, first + every) for sensor in recording.sensors])
        yield stream.now


def test_cadence_is_heard_while_walking_and_nothing_while_standing() -> None:
    for placements in (FEET, FEET[:1], BACK):
        made = walk(placements, (Spell(FORWARD, 24, 0.9, 1.2),))
        said = list(live(made.recording))
        first, last = made.strides.start_s[0], made.strides.end_s[-1]
        middle = [now for now in said if first + 5 < now.at_s < last]
        assert all(now.walking and now.direction is FORWARD for now in middle)
        assert np.allclose([now.cadence_spm for now in middle], 100, atol=8)
        before = [now for now in said if now.at_s < first - 0.6]
        assert not any(now.walking or now.direction is not UNCLEAR for now in before)
        assert all(np.isnan(now.cadence_spm) for now in before)
        assert RESTS_S > LISTEN_S


def test_a_stream_refuses_what_a_recording_is_refused_for() -> None:
    recording = walk(BACK).recording
    (sensor,) = recording.sensors
    with pytest.raises(BadRecording, match="no sensor"):
        Stream([])
    with pytest.raises(BadRecording, match="2 sensors"):
        Stream([sensor]).push([sensor, sensor])
    with pytest.raises(BadRecording, match="holds 0 samples"):
        Stream([sensor]).finish()
    heard = Stream([sensor])
    heard.push([rows(sensor, 100, 200)])
    with pytest.raises(BadRecording, match="do not rise"):
        heard.push([rows(sensor, 150, 250)])
    in_g = Stream([sensor])
    in_g.push([replace(sensor, acc_mps2=sensor.acc_mps2 / 9.8)])
    with pytest.raises(BadRecording, match="convert it to m/s²"):
        in_g.finish()


def test_empty_pieces_and_silent_sensors_change_nothing() -> None:
    recording = walk(FEET).recording
    stream = Stream([rows(sensor, 0, 0) for sensor in recording.sensors])
    nothing = [rows(sensor, 0, 0) for sensor in recording.sensors]
    stream.push(nothing)
    assert np.isnan(stream.now.at_s)
    for piece in pieces(recording, np.linspace(0, 1, 30)):
        stream.push(piece)
        stream.push(nothing)
    assert differences(measure(recording), stream.finish()) == []


def test_single_precision_is_taken_as_it_is_and_heard_alike_in_pieces() -> None:
    recording = walk(BACK).recording
    (sensor,) = recording.sensors
    single = replace(
        sensor,
        acc_mps2=sensor.acc_mps2.astype(np.float32),  # type: ignore[arg-type]
        gyr_radps=sensor.gyr_radps.astype(np.float32),  # type: ignore[arg-type]
    )
    whole = measure(replace(recording, sensors=(single,)))
    assert len(whole.strides) > 10
    cuts = np.random.default_rng(0).uniform(size=60)
    assert differences(whole, by_pieces(replace(recording, sensors=(single,)), cuts)) == []


@pytest.mark.parametrize("step_s", [0.2, 30.0, 1e5])
def test_a_clock_too_slow_for_steps_gives_none_and_says_so(step_s: float) -> None:
    n = 200
    acc = np.tile([0.0, 0.0, 9.8], (n, 1))
    slow = Sensor(np.arange(n) * step_s, acc, 0.01 * acc, Placement.LOWER_BACK, Mounting.KNOWN)
    gait = measure(Recording("slow.csv", (slow,)))
    assert len(gait.strides) == 0
    assert any("times a second; steps need 20" in sentence for sentence in gait.warnings)
