"""A short campaign; the long one is `python -m validation.fuzz_readers`."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.readers.made_all import boxed, in_process, mangled

from retrowalk.errors import BadRecording
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.detect import read
from retrowalk.tables import Recording
from retrowalk.words import Mounting, Placement

EACH = 120


def holds(recording: Recording) -> bool:
    return all(
        s.acc_mps2.shape == s.gyr_radps.shape == (len(s), 3)
        and bool(np.isfinite(s.acc_mps2).all() and np.isfinite(s.gyr_radps).all())
        and bool(np.isfinite(s.time_s).all() and (np.diff(s.time_s) > 0).all())
        for s in recording.sensors
    )


def kept(reading: Callable[[], tuple[Recording, ...]]) -> bool:
    """Whether it gives true sensors or is refused in one sentence; all else escapes."""
    try:
        return all(map(holds, reading()))
    except BadRecording as error:
        return "\n" not in str(error)


NAMES = ("walk_lf.txt", "walk_lb.txt", "xio.csv", "feet.csv", "ms_left.csv", "phone.csv",
         "data.mat", "plain.mat", "clip.bvh", "logger.zip", "phyphox.zip",
         "imu_walk.mat", "omc_walk.mat")  # fmt: skip
BOXED = ("ax6.cwa", "walk.gt3x", "wrist.bin", "walk.c3d", "walk.parquet")
EACH_BOXED = 12  # each starts a process


@pytest.mark.parametrize("name", NAMES)
def test_a_mutated_file_is_read_whole_or_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    good = in_process(tmp_path)[name].read_bytes()
    chance = random.Random(name)
    path = tmp_path / f"broken-{name}"
    for _ in range(EACH):
        path.write_bytes(mangled(name, good, chance))
        assert kept(lambda: read(path)[1])


@pytest.mark.parametrize("name", BOXED)
def test_a_mutated_file_harms_nobody_outside_its_box(tmp_path: Path, name: str) -> None:
    made = boxed(tmp_path)
    if name not in made:
        pytest.skip(f"the library that reads {name} is not here")
    good, chance, path = made[name].read_bytes(), random.Random(name), tmp_path / f"broken-{name}"
    for _ in range(EACH_BOXED):
        path.write_bytes(mangled(name, good, chance))
        assert kept(lambda: read(path)[1])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "b_lf.txt", "c.bvh", "d.mat"]))
def test_any_bytes_at_all_are_refused(content: bytes, name: str) -> None:
    import tempfile  # noqa: PLC0415 -- hypothesis and tmp_path do not mix

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        with pytest.raises(BadRecording):
            read(path)


anything = st.floats(-1e19, 1e19) | st.just(np.nan)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 60).flatmap(
        lambda n: st.tuples(
            hnp.arrays(np.float64, n, elements=anything | st.floats(0, 2)),
            hnp.arrays(np.float64, (n, 6), elements=anything | st.floats(-20, 20)),
        )
    ),
    st.sampled_from([None, Mounting.KNOWN]),
)
def test_any_numbers_become_a_true_sensor_or_one_sentence(
    drawn: tuple[np.ndarray, np.ndarray], mounting: Mounting | None
) -> None:
    time_s, motion = drawn
    raw = Raw(time_s, motion[:, :3], motion[:, 3:], Placement.LEFT_FOOT)
    told = Told(mounting=mounting)
    assert kept(lambda: (delivered(Path("made.csv"), [raw], (), told=told),))
