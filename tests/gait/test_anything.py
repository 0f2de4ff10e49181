"""Whatever is handed in, the answer is a table or one calm sentence."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.gait.test_measure import in_order
from tests.gait.walks import BACK, FEET, changed, walk

from retrowalk.errors import BadRecording
from retrowalk.gait.pipeline import measure
from retrowalk.tables import Recording, Sensor
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Mounting, Placement

WIDE = st.floats(width=64, allow_nan=True, allow_infinity=True)
BODILY = st.floats(-60, 60)


@st.composite
def sensors(draw: st.DrawFn, values: st.SearchStrategy[float]) -> Sensor:
    n = draw(st.integers(0, 60))
    shapes = hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4)
    shape = draw(st.one_of(st.just((n, 3)), shapes))
    steps = draw(hnp.arrays(float, n, elements=st.floats(1e-7, 3)))
    times = st.one_of(st.just(np.cumsum(steps)), hnp.arrays(float, n, elements=values))
    return Sensor(
        time_s=draw(times),
        acc_mps2=draw(hnp.arrays(float, (n, 3), elements=values)),
        gyr_radps=draw(hnp.arrays(float, shape, elements=values)),
        placement=draw(st.sampled_from(Placement)),
        mounting=draw(st.sampled_from(Mounting)),
    )


def measured_or_refused(recording: Recording) -> str:
    """The refusal, or nothing when there is a table in order."""
    try:
        in_order(measure(recording))
    except BadRecording as refusal:
        return str(refusal)
    return ""


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(sensors(WIDE), sensors(BODILY)), max_size=3))
def test_arbitrary_arrays_are_measured_or_refused(worn: list[Sensor]) -> None:
    said = measured_or_refused(Recording("any.csv", tuple(worn)))
    assert not said or (said.endswith(".") and "\n" not in said)


@st.composite
def noises(draw: st.DrawFn) -> Sensor:
    """Noise around gravity at any rate, with rows missing."""
    n = draw(st.integers(2, 1500))
    rate_hz = draw(st.sampled_from([1.0, 15.0, 25.0, 50.0, 100.0, 204.8, 400.0, 2000.0]))
    loudness = draw(st.sampled_from([0.0, 1e-9, 0.1, 3.0, 20.0]))
    rng = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    kept = rng.uniform(size=n) >= draw(st.floats(0, 0.5))
    kept[[0, -1]] = True
    acc = loudness * rng.standard_normal((n, 3)) + [0.0, 0.0, STANDARD_GRAVITY_MPS2]
    gyr = np.clip(0.3 * loudness * rng.standard_normal((n, 3)), -60, 60)
    placement, mounting = draw(st.sampled_from(Placement)), draw(st.sampled_from(Mounting))
    return Sensor((np.arange(n) / rate_hz)[kept], acc[kept], gyr[kept], placement, mounting)


@settings(deadline=None, max_examples=150)
@given(noises())
def test_noise_of_any_rate_and_loudness_is_measured(sensor: Sensor) -> None:
    said = measured_or_refused(Recording("noise.csv", (sensor,)))
    assert not said or "usual acceleration" in said


SPOILT = {
    "not numbers": lambda s: replace(s, acc_mps2=np.where(s.acc_mps2 > 9.9, np.nan, s.acc_mps2)),
    "do not rise": lambda s: replace(s, time_s=s.time_s[::-1]),
    "gravity gives 9.8": lambda s: replace(s, acc_mps2=s.acc_mps2 / STANDARD_GRAVITY_MPS2),
    "convert degrees": lambda s: replace(s, gyr_radps=s.gyr_radps / DEGREE),
    "one row per time": lambda s: replace(s, gyr_radps=s.gyr_radps[:-1]),
    "holds 0 samples": lambda s: every(s, 0),
    "times in seconds": lambda s: replace(s, time_s=s.time_s * 1e-6),
    "no sensor reads": lambda s: replace(s, acc_mps2=s.acc_mps2 * 1e6),
}


@pytest.mark.parametrize("said", SPOILT)
def test_a_spoilt_recording_is_refused_in_one_sentence(said: str) -> None:
    recording = changed(walk(FEET).recording, SPOILT[said])
    with pytest.raises(BadRecording, match=said) as refusal:
        measure(recording)
    assert str(refusal.value).count(".") <= str(refusal.value).count("9.8") + 2


def test_a_slow_sensor_is_measured_as_nothing_and_said_so() -> None:
    slow = changed(walk(BACK).recording, lambda s: every(s, 10))
    gait = measure(slow)
    assert len(gait.strides) == 0
    assert any("times a second" in sentence for sentence in gait.warnings)


def every(sensor: Sensor, n: int) -> Sensor:
    rows = slice(None, None, n) if n else slice(0)
    return replace(
        sensor,
        time_s=sensor.time_s[rows],
        acc_mps2=sensor.acc_mps2[rows],
        gyr_radps=sensor.gyr_radps[rows],
    )


def test_a_silent_hour_is_said_and_nothing_is_counted_in_it() -> None:
    def paused(sensor: Sensor) -> Sensor:
        return replace(sensor, time_s=sensor.time_s + 3600.0 * (sensor.time_s > 12))

    gait = measure(changed(walk(FEET).recording, paused))
    assert any("silent 1 times, 3600 s" in sentence for sentence in gait.warnings)
    assert not np.any((gait.contacts.time_s > 12.5) & (gait.contacts.time_s < 3600))


def test_a_clipped_sensor_is_said() -> None:
    clipped = changed(
        walk(FEET).recording, lambda s: replace(s, gyr_radps=np.clip(s.gyr_radps, -3, 3))
    )
    assert any("end of its range" in sentence for sentence in measure(clipped).warnings)


def test_a_smooth_swing_that_reaches_the_same_top_each_time_is_no_saturation():
    time_s = np.arange(0, 60, 0.01)
    swing = np.sin(2 * np.pi * time_s)
    acc = np.column_stack([2 * swing, 0 * swing, 9.8 + swing])
    sensor = Sensor(time_s, acc, np.column_stack([0 * swing, 3 * swing, 0 * swing]))
    said = measure(Recording("swing", (sensor,))).warnings
    assert not any("end of its range" in sentence for sentence in said)


def test_no_gyroscope_leaves_direction_unclear() -> None:
    blind = changed(walk(BACK).recording, lambda s: replace(s, gyr_radps=0.0 * s.gyr_radps))
    gait = measure(blind)
    assert not np.any(gait.strides.direction)
    assert any("no gyroscope" in sentence for sentence in gait.warnings)
