"""Each stage of the chain by itself."""

from dataclasses import replace

import numpy as np
import pytest
from tests.gait.walks import BACK, BACKWARD, FEET, FORWARD, SHANKS, walk

from retrowalk.gait.back import Steps, accompanied, find_steps
from retrowalk.gait.clock import FASTEST_HZ, Stretch, stretches
from retrowalk.gait.level import level
from retrowalk.gait.limb import FOOT, SHANK, find_swings
from retrowalk.gait.rhythm import STEP_S, find_rhythm
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.gait.strapdown import strapdown
from retrowalk.tables import KIND_CODE, SIDE_CODE, Floats, Sensor
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import ContactKind, Direction, Side


def test_an_uneven_clock_becomes_even_without_moving_what_was_read() -> None:
    rng = np.random.default_rng(3)
    time_s = np.cumsum(rng.uniform(0.008, 0.012, 500))
    wave = np.stack([np.sin(time_s), np.cos(time_s), time_s], axis=1)
    (even,) = stretches(Sensor(time_s, wave + np.array([0, 0, 9.8]), wave))
    at_s = even.at_s(np.arange(len(even)))
    assert np.allclose(np.diff(at_s), 1 / even.rate_hz)
    assert np.allclose(even.gyr_radps[:, 0], np.sin(at_s), atol=1e-4)


def test_fast_sensors_are_slowed_to_a_whole_part_of_their_rate() -> None:
    time_s = np.arange(4000) / 800.0
    (even,) = stretches(Sensor(time_s, np.ones((4000, 3)), np.ones((4000, 3))))
    assert even.rate_hz == pytest.approx(200.0)
    assert even.rate_hz <= FASTEST_HZ


def test_silence_cuts_and_crumbs_fall_away() -> None:
    time_s = np.concatenate(
        [np.arange(300) / 100, 10 + np.arange(20) / 100, 20 + np.arange(200) / 100]
    )
    parts = stretches(Sensor(time_s, np.ones((520, 3)), np.ones((520, 3))))
    assert [round(part.start_s, 3) for part in parts] == [0.0, 20.0]


def spinning(rate_radps: float, seconds: float) -> Stretch:
    """A sensor turning about its vertical axis on the spot."""
    n = int(seconds * 100) + 1
    acc = np.tile([0.0, 0.0, STANDARD_GRAVITY_MPS2], (n, 1))
    gyr = np.tile([0.0, 0.0, rate_radps], (n, 1))
    return Stretch(0.0, 100.0, acc, gyr)


def test_turning_on_the_spot_goes_nowhere_and_tells_the_turn() -> None:
    path = strapdown(spinning(0.7, 2.0), np.array([0]), np.array([200]))
    assert path.turn_rad[0] == pytest.approx(1.4, abs=1e-6)
    assert np.allclose(path.travel_m, 0, atol=1e-6)


def test_a_push_and_a_brake_carry_as_far_as_they_must() -> None:
    n = 201
    acc = np.tile([0.0, 0.0, STANDARD_GRAVITY_MPS2], (n, 1))
    acc[:, 0] += 2 * np.cos(np.pi * np.arange(n) / (n - 1))  # speeds up, then slows down
    acc[:4] = acc[-4:] = [0.0, 0.0, STANDARD_GRAVITY_MPS2]
    path = strapdown(Stretch(0.0, 100.0, acc, np.zeros((n, 3))), np.array([0]), np.array([200]))
    assert path.travel_m[0, 0] == pytest.approx(2 * 2 * 2**2 / np.pi**2, rel=0.1)


def test_many_movements_at_once_are_each_as_alone() -> None:
    (even,) = stretches(walk(FEET).recording.sensors[0])
    first, last = np.array([290, 450, 700]), np.array([450, 560, 990])
    together = strapdown(even, first, last)
    for i in range(3):
        alone = strapdown(even, first[i : i + 1], last[i : i + 1])
        assert np.array_equal(alone.travel_m[0], together.travel_m[i])
        assert alone.turn_rad[0] == together.turn_rad[i]


@pytest.mark.parametrize(("placement", "worn"), [(FEET, FOOT), (SHANKS, SHANK)], ids=str)
@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
def test_contacts_are_found_whichever_way_the_foot_goes(placement, worn, way: Direction) -> None:  # type: ignore[no-untyped-def]
    made = walk(placement, (Spell(way, 12, 1.0, 1.1),))
    (even,) = stretches(made.recording.sensors[0])
    swings = find_swings(even, worn)
    own = made.contacts.side == SIDE_CODE[Side.LEFT]
    for found, kind in (
        (swings.final_s, ContactKind.FINAL),
        (swings.initial_s, ContactKind.INITIAL),
    ):
        true = made.contacts.time_s[own & (made.contacts.kind == KIND_CODE[kind])]
        errors = [float(np.min(np.abs(found - time_s))) for time_s in true[1:-1]]
        assert max(errors) < 0.12, (kind, errors)


@pytest.mark.parametrize("speed_mps", [0.4, 0.8, 1.2])
@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
def test_a_knock_hides_no_swing_of_a_shank(speed_mps: float, way: Direction) -> None:
    """The simulated knee locks with a jolt of 100 m/s² in some strides."""
    made = simulate([Spell(way, 12, speed_mps, 1.25)], SHANKS[:1], np.random.default_rng(0))
    (even,) = stretches(made.recording.sensors[0])
    assert len(find_swings(even, SHANK)) >= 5


@pytest.mark.parametrize("stride_s", [0.9, 1.1, 1.5, 2.0])
def test_the_rhythm_of_a_trunk_is_its_step_time(stride_s: float) -> None:
    made = walk(BACK, (Spell(FORWARD, 20, 0.9, stride_s),))
    trunk = level(stretches(made.recording.sensors[0])[0])
    rhythm = find_rhythm(trunk)
    middle = slice(len(trunk) // 2 - 50, len(trunk) // 2 + 50)
    assert np.allclose(rhythm.step_s[middle], stride_s / 2, atol=0.03)
    assert np.all(rhythm.fit[middle] > 0.7)


@pytest.mark.parametrize("tilt_rad", [0.0, 0.35])
def test_a_levelled_trunk_stands_on_gravity_whatever_the_strap(tilt_rad: float) -> None:
    made = walk(BACK, seed=5, tilt_rad=tilt_rad)
    trunk = level(stretches(made.recording.sensors[0])[0])
    standing = slice(5, 30)
    assert np.allclose(trunk.motion[:3, standing].mean(axis=1), 0, atol=0.3)


def test_a_trunk_at_rest_makes_no_steps() -> None:
    noise = np.random.default_rng(0).standard_normal((2000, 6))
    still = Stretch(0.0, 100.0, 0.05 * noise[:, :3] + [0, 0, 9.8], 0.01 * noise[:, 3:])
    trunk = level(still)
    assert len(find_steps(trunk, find_rhythm(trunk))[0]) == 0


@pytest.mark.parametrize("rate_hz", [25.0, 40.0, 50.0, 100.0, 128.0, 204.8])
def test_a_trunk_steps_at_the_same_times_however_fast_it_is_read(rate_hz: float) -> None:
    spells = [Spell(FORWARD, 16, 0.9, 1.2)]
    fine, coarse = (
        simulate(spells, BACK, np.random.default_rng(1), rate_hz=rate, noise_mps2=0.0)
        for rate in (100.0, rate_hz)
    )
    times = []
    for made in (fine, coarse):
        trunk = level(stretches(made.recording.sensors[0])[0])
        steps, _ = find_steps(trunk, find_rhythm(trunk))
        times.append(steps.time_s[2:-2])
    assert abs(len(times[0]) - len(times[1])) <= 1
    nearest = [np.min(np.abs(times[1] - time_s)) for time_s in times[0][1:-1]]
    assert np.max(nearest) < 0.03


def test_leaning_to_and_fro_has_no_step_time() -> None:
    """Slow movement is alike from one moment to the next, yet nothing in it repeats."""
    time_s = np.arange(3000) / 100
    rng = np.random.default_rng(4)
    lean = np.cumsum(rng.standard_normal((3000, 6)), axis=0)
    lean -= lean[0] + np.linspace(0, 1, 3000)[:, None] * (lean[-1] - lean[0])
    acc = 0.02 * lean[:, :3] + [0, 0, STANDARD_GRAVITY_MPS2]
    trunk = level(stretches(Sensor(time_s, acc, 0.005 * lean[:, 3:]))[0])
    rhythm = find_rhythm(trunk)
    step_s = rhythm.step_s[np.isfinite(rhythm.step_s)]
    assert np.all(step_s > STEP_S[0] - 0.02)
    assert len(find_steps(trunk, rhythm)[0]) <= 2


def test_a_lonely_step_is_not_walking() -> None:
    time_s = np.array([0, 4, 4.6, 12, 13.4, 24])
    assert stepping(time_s).tolist() == [4, 4.6, 12, 13.4]
    assert stepping(time_s[:1]).tolist() == stepping(time_s[:0]).tolist() == []


def stepping(time_s: Floats) -> Floats:
    """The times of those of these steps that have another beside them."""
    columns = {name: time_s.copy() for name in Steps.__dataclass_fields__}
    return accompanied(Steps(**columns)).time_s  # type: ignore[arg-type]


def test_a_knock_does_not_outweigh_the_steps_around_it() -> None:
    made = walk(BACK, (Spell(FORWARD, 24, 1.0, 1.1),))
    sensor = made.recording.sensors[0]
    knocked = sensor.acc_mps2.copy()
    knocked[len(knocked) // 2 : len(knocked) // 2 + 5] += [80.0, 0.0, 120.0]
    counts, fits = [], []
    for acc in (sensor.acc_mps2, knocked):
        trunk = level(stretches(replace(sensor, acc_mps2=acc))[0])
        rhythm = find_rhythm(trunk)
        counts.append(len(find_steps(trunk, rhythm)[0]))
        fits.append(rhythm.fit[len(trunk) // 2])
    assert abs(counts[0] - counts[1]) <= 1
    assert fits[1] > 0.3
