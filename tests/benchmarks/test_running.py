"""The protocol between the benchmark and an engine in its own process."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.environments import NotInstalled, environment
from benchmarks.recordings import tile
from benchmarks.running import Call, Failed, Ran, run

from benchmarks import environments, running

PEERS = Path(environments.__file__).parent / "peers"
DOUBLING = """
import sys
sys.path.insert(0, {peers!r})
import measured
measured.drive(lambda task, arrays, about: (arrays["x"], about["by"]),
               lambda given: {{"y": given[0] * given[1]}}, packages=())
"""


@pytest.fixture
def doubling(tmp_path: Path) -> Path:
    driver = tmp_path / "driver.py"
    driver.write_text(DOUBLING.format(peers=str(PEERS)))
    return driver


def test_an_engine_answers_through_files_with_its_times(doubling: Path) -> None:
    call = Call("one", "any", {"x": np.arange(3.0)}, {"by": 2})
    ran = run(Path(sys.executable), doubling, (call,), warm=call, repeats=2)
    assert isinstance(ran, Ran)
    np.testing.assert_array_equal(ran.outputs["one"]["y"], [0.0, 2.0, 4.0])
    assert len(ran.timings["one"].cpu_s) == 2
    assert ran.peak_mb > 5
    assert ran.first_cpu_s >= 0


def test_an_engine_that_breaks_is_a_value_not_an_error(doubling: Path) -> None:
    call = Call("one", "any", {"x": np.arange(3.0)}, {})
    failed = run(Path(sys.executable), doubling, (call,))
    assert isinstance(failed, Failed)
    assert "by" in failed.why


def test_a_peer_that_cannot_be_had_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ([sys.executable, "-c", "import sys; sys.exit('error: no such package')"],)
    monkeypatch.setattr(environments, "_commands", lambda *_: broken)
    assert environment("skdh", tmp_path) == NotInstalled("error: no such package")


def test_an_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def remember(folder: Path, *_: Path) -> tuple[list[str], ...]:
        command = [sys.executable, "-c", f"import pathlib; pathlib.Path({str(folder)!r}).mkdir()"]
        asked.append(command)
        return (command,)

    monkeypatch.setattr(environments, "_commands", remember)
    assert environment("skdh", tmp_path) == environment("skdh", tmp_path)
    assert len(asked) == 1


@pytest.mark.parametrize("peer", ["mobgap", "gaitmap", "skdh"])
def test_every_peer_is_pinned_exactly(peer: str) -> None:
    lines = (PEERS / f"{peer}.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert all("==" in pin for pin in pins)


def test_retrowalk_never_names_the_agpl_package() -> None:
    source = PEERS.parents[1] / "src"
    assert not [path for path in source.rglob("*.py") if "gaitmap_mad" in path.read_text()]


def test_an_hour_has_no_jump_at_its_seams() -> None:
    ramp = np.linspace(0.0, 1.0, 101)[:, None]
    hour = tile(ramp, 1000, seam=20)
    assert hour.shape == (1000, 1)
    assert np.max(np.abs(np.diff(hour, axis=0))) < 0.07  # unfaded, the seam would jump by 1


def test_without_recordings_the_benchmark_says_where_to_look(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--data", str(tmp_path)],
        cwd=PEERS.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "RETROWALK_DATA" in told.stderr


def test_engines_are_held_to_one_thread() -> None:
    assert running.ONE_THREAD["OMP_NUM_THREADS"] == "1"
