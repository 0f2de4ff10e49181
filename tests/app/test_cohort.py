"""Many recordings: each counted once, whatever is bad, killed, changed or called again."""

import csv
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from distributed import LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.app.cohorts import command, done, killed, told, write_walk, write_walks
from tests.readers import made

from retrowalk.app import cohort_dask, cohort_inputs, cohort_work
from retrowalk.app.cohort import Cohort, measure_cohort
from retrowalk.app.cohort_folder import open_results
from retrowalk.app.measuring import measure_file
from retrowalk.errors import BadCohort, Conflict, Unwritable
from retrowalk.readers.delivery import Told
from retrowalk.tables import Gait
from retrowalk.words import Mounting, Placement
from retrowalk.writers.measurement import bout_rows, steadiness_rows, stride_rows

COUNT = 6


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("walks")
    write_walks(folder, COUNT)
    return folder


def cohort(*inputs: Path, out: Path, **rest: Any) -> Cohort:
    placed = {"placement": Placement.LOWER_BACK, "mounting": Mounting.KNOWN} | rest
    return measure_cohort(inputs, out=out, **placed)


@pytest.fixture(scope="module")
def whole(walks: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What an undisturbed call gives."""
    out = tmp_path_factory.mktemp("whole")
    assert cohort(walks, out=out).measured == COUNT
    return told(out)


def same(out: Path, whole: dict[str, pl.DataFrame]) -> bool:
    rows = pl.read_parquet(out / "recordings.parquet")
    return rows.equals(whole["recordings"]) and all(
        table.equals(whole[name]) for name, table in told(out).items()
    )


def refused_in(out: Path) -> list[tuple[str, str]]:
    with (out / "refused.csv").open(newline="") as file:
        return [(row["file"], row["reason"]) for row in csv.DictReader(file)]


def judged_rows(gait: Gait) -> list[dict[str, Any]]:
    """Bouts with how even they were."""
    steady = [{k: v for k, v in row.items() if k != "bout"} for row in steadiness_rows(gait)]
    return [bout | more for bout, more in zip(bout_rows(gait), steady, strict=True)]


def test_the_tables_hold_what_measuring_one_file_gives(walks: Path, tmp_path: Path) -> None:
    cohort(walks, out=tmp_path)
    for path in walks.iterdir():
        (one,) = measure_file(path, placement=Placement.LOWER_BACK, mounting=Mounting.KNOWN)
        for name, expected in (("strides", stride_rows), ("bouts", judged_rows)):
            table = told(tmp_path)[name].filter(pl.col("file") == str(path))
            assert list(table["recording"].unique()) == [path.name]
            rounded = table.drop("file", "recording").to_dicts()
            rows = list(expected(one.gait))
            assert len(rows) == len(rounded) > 0
            for row, given_row in zip(rounded, rows, strict=True):
                assert row == pytest.approx(given_row, abs=0.006)


def test_a_file_of_several_recordings_gives_a_row_each(tmp_path: Path) -> None:
    path = made.written(tmp_path)["data.mat"]
    result = measure_cohort([path], out=tmp_path / "out")
    assert (result.measured, result.recordings) == (1, 2)
    rows = pl.read_parquet(tmp_path / "out" / "recordings.parquet")
    assert rows["recording"].to_list() == ["data.mat · Test5 Trial1", "data.mat · Test5 Trial2"]


def test_every_layout_and_one_without_walking_go_into_one_table(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    files = made.written(tmp_path / "in")
    result = measure_cohort([tmp_path / "in"], out=tmp_path / "out")
    assert result.refused == ()
    assert result.measured == len(files)
    assert pl.read_parquet(tmp_path / "out" / "strides" / "*.parquet").columns[:2] == [
        "file", "recording",
    ]  # fmt: skip


def test_a_bad_file_never_stops_the_others_and_is_listed_with_its_reason(
    walks: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.csv").touch()
    missing = tmp_path / "missing.csv"
    result = cohort(tmp_path / "empty.csv", missing, walks, out=tmp_path / "out")
    assert result.measured == COUNT
    assert [one.file for one in result.refused] == [str(tmp_path / "empty.csv"), str(missing)]
    assert refused_in(tmp_path / "out") == [(one.file, one.reason) for one in result.refused]
    assert "the file is empty; expected" in result.refused[0].reason


def test_a_fault_of_ours_is_one_refusal_too(
    walks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(path: Path, **rest: Any) -> Any:
        return 1 // 0 if path.name == "walk002.csv" else measure_file(path, **rest)

    monkeypatch.setattr(cohort_work, "measure_file", failing)
    result = cohort(walks, out=tmp_path)
    assert result.measured == COUNT - 1
    assert "ZeroDivisionError" in result.refused[0].reason


def test_a_refused_file_is_tried_again_and_leaves_the_list_when_it_is_good(tmp_path: Path) -> None:
    bad = tmp_path / "walk.csv"
    bad.touch()
    assert cohort(bad, out=tmp_path / "out").refused
    write_walk(bad, 1)
    assert cohort(bad, out=tmp_path / "out").measured == 1
    assert refused_in(tmp_path / "out") == []


def test_folders_and_globs_give_each_file_once(
    walks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "deep").mkdir(parents=True)
    for number in range(3):
        (tmp_path / "a" / "deep" / f"w{number}.csv").touch()
    (tmp_path / "a" / ".hidden.csv").touch()
    (tmp_path / "a" / "out").mkdir()
    (tmp_path / "a" / "out" / "recordings.parquet").touch()
    (tmp_path / "a" / "round").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "linked").symlink_to(tmp_path / "a" / "deep", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    inputs = ["a", "a/**/w*.csv", "linked", "a/deep/w1.csv", "none*.csv", "a/deep/../deep/w2.csv"]
    found = cohort_inputs.expanded([Path(one) for one in inputs], leave_out=Path("a/out"))
    assert [str(path) for path in found] == [
        "a/deep/w0.csv", "a/deep/w1.csv", "a/deep/w2.csv", "none*.csv",
    ]  # fmt: skip


def test_a_loggers_unpacked_export_is_one_recording(tmp_path: Path) -> None:
    export = tmp_path / "phones" / "monday"
    export.mkdir(parents=True)
    for name in ("Accelerometer.csv", "Gyroscope.csv", "Annotation.csv"):
        (export / name).write_text("seconds_elapsed,x,y,z\n")
    assert cohort_inputs.expanded([tmp_path / "phones"], leave_out=tmp_path / "out") == (export,)
    assert cohort_inputs.expanded([export], leave_out=tmp_path / "out") == (export,)
    before = cohort_inputs.stem_of(export, Told())
    (export / "Gyroscope.csv").write_text("seconds_elapsed,x,y,z\n0,0,0,0\n")
    assert cohort_inputs.stem_of(export, Told()) != before


def test_an_empty_folder_and_a_glob_of_nothing_are_refused_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    result = cohort(tmp_path / "none", tmp_path / "w*.csv", out=tmp_path / "out")
    assert [Path(one.file).name for one in result.refused] == ["none", "w*.csv"]
    assert len(pl.read_parquet(tmp_path / "out" / "recordings.parquet")) == 0


def test_files_of_one_name_and_files_linked_are_recordings_of_their_own(tmp_path: Path) -> None:
    first = write_walk(tmp_path / "in" / "ann" / "walk.csv", 1)
    write_walk(tmp_path / "in" / "ben" / "walk.csv", 1)
    (tmp_path / "in" / "ben" / "again.csv").symlink_to(first)
    assert cohort(tmp_path / "in", out=tmp_path / "out").recordings == 3


NAMES = ("a" * 240 + ".csv", "ü" * 100 + ".csv", "=1+1 [x]*?.csv", "-.csv")


@pytest.mark.parametrize("name", NAMES)
def test_any_name_a_file_can_have_will_do(name: str, tmp_path: Path) -> None:
    write_walk(tmp_path / "walk.csv", 1).rename(tmp_path / name)
    assert cohort(tmp_path / name, out=tmp_path / "out").measured == 1
    assert cohort(tmp_path / name, out=tmp_path / "out").before == 1


def test_a_name_that_is_no_text_is_counted_and_printable(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_walk(tmp_path / "in" / "walk.csv", 1)
    odd = tmp_path / "in" / os.fsdecode(b"\xff\xfe.csv")
    odd.touch()
    result = cohort(tmp_path / "in", out=tmp_path / "out")
    assert result.measured == 1
    assert [file.rpartition("/")[2] for file, _ in refused_in(tmp_path / "out")] == ["��.csv"]


def test_called_again_nothing_is_measured_again(
    walks: Path, tmp_path: Path, whole: dict[str, pl.DataFrame]
) -> None:
    cohort(walks, out=tmp_path)
    written = done(tmp_path)
    again = cohort(walks, out=tmp_path)
    assert (again.measured, again.before, again.recordings) == (0, COUNT, COUNT)
    assert done(tmp_path) == written
    assert same(tmp_path, whole)


def test_another_call_adds_to_the_folder(walks: Path, tmp_path: Path) -> None:
    first, *rest = sorted(walks.iterdir())
    assert cohort(first, out=tmp_path).recordings == 1
    assert cohort(*rest, out=tmp_path).recordings == COUNT


def test_a_changed_file_another_saying_and_another_engine_replace_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk, out = write_walk(tmp_path / "walk.csv", 1), tmp_path / "out"
    seen = [*done(out)]

    def anew(**rest: Any) -> None:
        result = cohort(walk, out=out, **rest)
        assert (result.measured, result.before, result.recordings) == (1, 0, 1)
        (stem,) = done(out)
        assert stem not in seen
        seen.append(stem)

    anew()
    write_walk(walk, 2)
    anew()
    anew(mounting=None)
    for module in (cohort_inputs, cohort_work):
        monkeypatch.setattr(module, "engine", lambda: "2")
    monkeypatch.setattr("retrowalk.app.cohort.engine", lambda: "2")
    anew(mounting=None)
    walk.write_text("")
    assert cohort(walk, out=out).recordings == 0


def test_the_engine_is_its_code() -> None:
    assert cohort_inputs.engine().startswith("0.")
    fingerprint = cohort_inputs.engine.__wrapped__()
    assert fingerprint == cohort_inputs.engine()


class Killed(BaseException):
    """Stands for kill -9 between two system calls: nothing after it runs."""


@given(st.integers(0, 8 * COUNT), st.booleans())
@settings(max_examples=25, deadline=None)
def test_stopped_at_any_instant_and_called_again_each_counts_once(
    walks: Path,
    whole: dict[str, pl.DataFrame],
    tmp_path_factory: pytest.TempPathFactory,
    at: int,
    after_rename: bool,
) -> None:
    out = tmp_path_factory.mktemp("stopped")
    replaced, left = Path.replace, at

    def replace(self: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left == 0 and not after_rename:
            target.with_name(f".{left}.tmp").write_bytes(self.read_bytes()[:50])
            raise Killed
        moved = replaced(self, target)
        if left == 0:
            raise Killed
        return moved

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        if at <= 3 * COUNT + 2:
            with pytest.raises(Killed) if at else _calmly():
                cohort(walks, out=out)
    kept = done(out)
    result = cohort(walks, out=out)
    assert result.measured + result.before == result.recordings == COUNT
    assert same(out, whole)
    assert not list(out.rglob("*.tmp"))
    whole_ones = {stem: at for stem, at in done(out).items() if stem in kept}
    assert all(kept[stem] == at for stem, at in whole_ones.items())


@contextmanager
def _calmly() -> Iterator[None]:
    yield


def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(
    walks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Unwritable, match="No space left on device"):
            cohort(walks, out=tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".lock"]
    assert cohort(walks, out=tmp_path).measured == COUNT


def test_a_results_folder_that_cannot_be_made_is_a_sentence(walks: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unwritable, match="expected a folder you may write to"):
        cohort(walks, out=tmp_path / "file" / "out")


def test_one_call_at_a_time_writes_into_a_folder(walks: Path, tmp_path: Path) -> None:
    with open_results(tmp_path), pytest.raises(Conflict, match="another retrowalk is measuring"):
        cohort(walks, out=tmp_path)
    assert cohort(walks, out=tmp_path).measured == COUNT


def test_progress_rises_to_all_files(walks: Path, tmp_path: Path) -> None:
    heard: list[tuple[float, int]] = []
    cohort(walks, out=tmp_path, progress=lambda share, of: heard.append((share, of)))
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert heard[-1] == (COUNT, COUNT)


def test_several_workers_without_dask_are_told_what_to_install(
    walks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort_dask, "find_spec", lambda _: None)
    for asked in ({"workers": 2}, {"scheduler": "tcp://127.0.0.1:1"}):
        with pytest.raises(BadCohort, match=r"pip install 'retrowalk\[cohort\]'\.$"):
            cohort(walks, out=tmp_path / "out", **asked)
    assert not (tmp_path / "out").exists()
    assert cohort(walks, out=tmp_path / "out").measured == COUNT


def test_one_worker_never_loads_dask(walks: Path, tmp_path: Path) -> None:
    code = ("import sys; sys.modules['distributed'] = sys.modules['dask'] = None; "
            "from retrowalk.cli import main; main()")  # fmt: skip
    words = command([walks], tmp_path, "--workers", "1")
    subprocess.run([words[0], "-c", code, *words[3:]], check=True, timeout=300, capture_output=True)
    assert len(done(tmp_path)) == COUNT


def test_two_workers_give_the_tables_of_one(
    walks: Path, tmp_path: Path, whole: dict[str, pl.DataFrame]
) -> None:
    (tmp_path / "bad.csv").write_text("bad")
    result = cohort(tmp_path / "bad.csv", walks, out=tmp_path / "out", workers=2)
    assert (result.measured, len(result.refused)) == (COUNT, 1)
    assert same(tmp_path / "out", whole)


def test_killed_dead_with_all_its_workers_and_called_again_each_counts_once(
    tmp_path: Path,
) -> None:
    count, out = 40, tmp_path / "out"
    write_walks(tmp_path / "in", count)
    words = command([tmp_path / "in"], out, "--workers", "2")
    at_kill = killed(words, out, after=count // 4)
    assert 0 < at_kill < count
    result = cohort(tmp_path / "in", out=out, workers=2)
    assert (result.before, result.measured) == (at_kill, count - at_kill)
    rows = pl.read_parquet(out / "recordings.parquet")
    assert rows["file"].n_unique() == len(rows) == count
    cohort(tmp_path / "in", out=tmp_path / "calm")
    assert same(out, told(tmp_path / "calm"))


@contextmanager
def cluster(**rest: Any) -> Iterator[LocalCluster]:
    """Somebody's Dask on this computer."""
    with LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False}, silence_logs=50, **rest,
    ) as running:  # fmt: skip
        yield running


def test_a_scheduler_s_workers_do_the_work(
    walks: Path, tmp_path: Path, whole: dict[str, pl.DataFrame]
) -> None:
    with cluster() as running:
        result = cohort(walks, out=tmp_path, scheduler=running.scheduler_address)
    assert result.measured == COUNT
    assert same(tmp_path, whole)


POISON = """
import os
from retrowalk.app import cohort_work
from retrowalk.app.measuring import measure_file
def poisoned(path, **rest):
    if path.name == "walk003.csv":
        os._exit(1)
    return measure_file(path, **rest)
cohort_work.measure_file = poisoned
"""


def test_a_file_no_worker_survives_is_refused_and_the_others_are_measured(
    walks: Path, tmp_path: Path
) -> None:
    with cluster(preload=[POISON]) as running:
        result = cohort(walks, out=tmp_path, scheduler=running.scheduler_address)
    assert result.measured == COUNT - 1
    assert [Path(one.file).name for one in result.refused] == ["walk003.csv"]
    assert "died" in result.refused[0].reason


def test_a_worker_of_another_version_ends_the_call(walks: Path, tmp_path: Path) -> None:
    other = "from retrowalk.app import cohort_work\ncohort_work.engine = lambda: '9'"
    with cluster(preload=[other]) as running, pytest.raises(BadCohort, match="same version"):
        cohort(walks, out=tmp_path, scheduler=running.scheduler_address)
    assert not done(tmp_path)


def test_tables_written_to_another_disk_are_not_called_done(walks: Path, tmp_path: Path) -> None:
    elsewhere = (
        "from retrowalk.app import cohort_folder\n"
        "cohort_folder.Results.save = lambda *_: None"
    )  # fmt: skip
    with cluster(preload=[elsewhere]) as running:
        result = cohort(walks, out=tmp_path, scheduler=running.scheduler_address)
    assert result.measured == 0
    assert all("its tables are not here" in one.reason for one in result.refused)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://", "127.0.0.1:9"])
def test_a_scheduler_that_is_not_there_is_a_sentence(
    address: str, walks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort_dask, "ANSWERS_WITHIN_S", 0.5)
    with pytest.raises(BadCohort, match="no Dask scheduler with a worker answered there"):
        cohort(walks, out=tmp_path, scheduler=address)


ELSEWHERE = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", silence_logs=50,
                      dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False}) as it:
        print(it.scheduler_address, flush=True)
        sys.stdin.read()
"""


def test_a_scheduler_that_goes_away_is_a_sentence_and_what_is_done_stays(tmp_path: Path) -> None:
    count, out = 20, tmp_path / "out"
    write_walks(tmp_path / "in", count)
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE)
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "elsewhere.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        address = running.stdout.readline().strip()

        def kill(heard: float, _: int) -> None:
            if heard == 3:
                os.killpg(running.pid, signal.SIGKILL)

        with pytest.raises(BadCohort, match="give the same command again"):
            cohort(tmp_path / "in", out=out, scheduler=address, progress=kill)
    kept = len(done(out))
    assert 3 <= kept < count
    assert cohort(tmp_path / "in", out=out).before == kept


@pytest.mark.parametrize(("asked_by_dask", "kept"), [("65536", 2), (None, 0)])
def test_a_worker_keeps_the_memory_that_the_next_recording_needs(
    monkeypatch: pytest.MonkeyPatch, asked_by_dask: str | None, kept: int
) -> None:
    if asked_by_dask:
        monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", asked_by_dask)
    else:
        monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(cohort_work, "_mallopt", lambda: lambda *words: (told.append(words), 1)[1])
    cohort_work._keep_freed_memory.cache_clear()
    cohort_work._keep_freed_memory()
    assert len(told) == kept
    cohort_work._keep_freed_memory.cache_clear()


def test_measuring_many_tables_loads_no_scipy() -> None:
    asked = "import sys, retrowalk.app.cohort, retrowalk.cli.measure; print('scipy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
