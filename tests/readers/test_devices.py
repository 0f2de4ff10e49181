"""Axivity, ActiGraph and GENEActiv files: read where their library is, refused kindly elsewhere."""

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.readers import made, made_devices
from tests.readers.test_fuzz import kept

from retrowalk.errors import BadRecording
from retrowalk.gait.pipeline import measure
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.readers import boxed, boxed_reading
from retrowalk.readers.actigraphy import steady
from retrowalk.readers.delivery import Told
from retrowalk.readers.detect import read
from retrowalk.tables import Recording
from retrowalk.words import Direction, Mounting, Placement

TIME, ACC, GYR = made.foot()
MADE = {"cwa": made_devices.cwa(ACC, GYR), "gt3x": made_devices.gt3x(ACC),
        "geneactiv": made_devices.geneactiv(ACC)}  # fmt: skip
needs_actfast = pytest.mark.skipif(
    find_spec("actfast") is None, reason="actfast is not here: pip install 'retrowalk[actigraphy]'"
)


def given(folder: Path, content: bytes, told: Told = Told()) -> tuple[str, Recording]:
    path = folder / "recording"  # by its content, not by its name
    path.write_bytes(content)
    kind, (recording,) = read(path, told=told)
    return kind, recording


def refused(folder: Path, content: bytes, told: Told = Told()) -> str:
    with pytest.raises(BadRecording) as refusal:
        given(folder, content, told)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@needs_actfast
@pytest.mark.parametrize("kind", MADE)
def test_a_device_is_known_by_its_content_and_read_in_si(tmp_path: Path, kind: str) -> None:
    found, recording = given(tmp_path, MADE[kind])
    assert found == kind
    (sensor,) = recording.sensors
    assert (sensor.placement, sensor.mounting) == (Placement.UNKNOWN, Mounting.UNKNOWN)
    np.testing.assert_allclose(sensor.acc_mps2, ACC[: len(sensor)], atol=0.03)
    assert len(sensor) > 0.9 * len(TIME)
    np.testing.assert_allclose(np.diff(sensor.time_s), 0.01, atol=2e-4)


@needs_actfast
def test_an_ax6_has_a_gyroscope(tmp_path: Path) -> None:
    (sensor,) = given(tmp_path, MADE["cwa"])[1].sensors
    np.testing.assert_allclose(sensor.gyr_radps, GYR[: len(sensor)], atol=2e-3)


@needs_actfast
@pytest.mark.parametrize("content", [made_devices.cwa(ACC), MADE["gt3x"], MADE["geneactiv"]])
def test_a_device_without_gyroscope_says_so_and_is_refused_at_a_foot(
    tmp_path: Path, content: bytes
) -> None:
    recording = given(tmp_path, content)[1]
    assert not recording.sensors[0].gyr_radps.any()
    assert any("no gyroscope" in said for said in recording.assumptions)
    assert "no gyroscope" in refused(tmp_path, content, Told(Placement.LEFT_FOOT))


@needs_actfast
def test_steps_are_counted_without_a_gyroscope_and_direction_stays_unclear(tmp_path: Path) -> None:
    walk = simulate([Spell(Direction.BACKWARD, steps=30)], [Placement.LOWER_BACK],
                    np.random.default_rng(1)).recording.sensors[0]  # fmt: skip
    told = Told(Placement.LOWER_BACK, Mounting.KNOWN)
    gait = measure(given(tmp_path, made_devices.geneactiv(walk.acc_mps2), told)[1])
    assert gait.steps > 15
    assert not gait.strides.direction.any()
    assert any("no gyroscope" in warning for warning in gait.warnings)


@needs_actfast
@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_a_file_cut_short_is_read_in_part_or_refused(
    tmp_path: Path, kind: str, share: float
) -> None:
    path = tmp_path / "cut"
    path.write_bytes(MADE[kind][: round(share * len(MADE[kind]))])
    assert kept(lambda: read(path)[1])


@pytest.mark.parametrize(("extra", "content"), [("actigraphy", MADE["cwa"]),
                                                ("c3d", b"\x02\x50" + bytes(600))])  # fmt: skip
def test_a_missing_extra_is_one_sentence_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: str, content: bytes
) -> None:
    monkeypatch.setattr(boxed, "find_spec", lambda _: None)
    said = refused(tmp_path, content)
    assert f"reading it needs pip install 'retrowalk[{extra}]'" in said
    assert "this is " in said


def box_that(monkeypatch: pytest.MonkeyPatch, folder: Path, does: str) -> None:
    """A reading process of another kind in place of ours."""
    script = folder / "does.py"
    script.write_text(does)
    monkeypatch.setattr(boxed_reading, "__file__", str(script))
    monkeypatch.setattr(boxed, "find_spec", lambda _: True)


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("import os; os.abort()", "damaged"),
        ("while True: pass", "damaged"),
        ("raise SystemExit(4)", "more memory"),
        ("pass", "damaged"),
    ],
)
def test_a_library_that_crashes_or_hangs_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, says: str
) -> None:
    monkeypatch.setattr(boxed, "LONGEST_S", 2.0)
    box_that(monkeypatch, tmp_path, does)
    assert says in refused(tmp_path, MADE["cwa"])


@pytest.mark.skipif(sys.platform != "linux", reason="only there is address space bounded")
def test_a_library_that_takes_all_memory_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Path(boxed_reading.__file__).read_text().replace(
        'import_module("actfast")', "bytes(8 << 30)"
    )  # fmt: skip
    box_that(monkeypatch, tmp_path, source)
    assert "more memory" in refused(tmp_path, MADE["cwa"])


def test_blocks_that_jitter_and_overlap_become_even_time_and_pauses_stay() -> None:
    block = np.arange(40) * 10_000_000
    stamps = [0, 397_000_000, 803_000_000, 60_000_000_000, 60_400_000_000]
    time_s, _ = steady(np.concatenate([block + stamp for stamp in stamps]))
    step = np.diff(time_s)
    assert (step > 0).all()
    assert step[119] == pytest.approx(58.807, abs=0.02)
    np.testing.assert_allclose(np.delete(step, 119), 0.01, rtol=0.02)
