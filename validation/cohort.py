"""What a cohort promises: two workers nearly twice one, and a kill that costs nothing.

python -m validation.cohort [speedup|resumed …]

Recordings are simulated here: half-hour sessions of a lower back for the speed, as a phone logs
them; short walks for the kills.  The speed needs two cores that nobody else uses: the load of
the machine is said beside it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl
from dask import config
from distributed import LocalCluster
from tests.app.cohorts import ROOT, command, done, killed, told, write_walk, write_walks

from retrowalk.app.cohort_dask import ONE_THREAD
from validation.promise import Promise, at_least

COMMAND = "python -m validation.cohort"
COUNT = 200
SIMULATED = 10  # different ones; the others are the same files by other names
STEPS, TURNS = 60, 25  # half an hour: 25 times half a minute ahead and half a minute back
ENVIRONMENT = dict(os.environ)  # before Dask puts its workers' into ours
ROUNDS = 3  # the fastest counts, for whatever else the machine does only adds


def promises() -> Iterable[Promise]:
    for measure in MEASURES.values():
        yield from measure()


def speedup() -> Iterator[Promise]:
    """The command with --scheduler: a Dask of two workers against one of one, a thread each.

    Said beside it: --workers 2 with its start of Dask against --workers 1, which has none to
    start and reads with all cores.
    """
    ways: dict[str, Callable[[list[str], Path], float]] = {
        "one Dask worker": lambda walks, out: _by_scheduler(walks, out, workers=1),
        "two Dask workers": lambda walks, out: _by_scheduler(walks, out, workers=2),
        "--workers 1": lambda walks, out: _seconds([*walks, "--workers", "1"], out),
        "--workers 2": lambda walks, out: _seconds([*walks, "--workers", "2"], out),
    }
    taken_s: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as place:
        walks = _sessions(Path(place) / "in")
        for number in range(ROUNDS):
            for way, measure in ways.items():
                out = Path(place) / f"{number} {way}"
                seconds = measure(command([walks], out), out)
                taken_s[way].append(seconds)
                print(f"{way}: {seconds:.1f} s, load {_load()}", file=sys.stderr)
    one, two, here, there = (min(seconds) for seconds in taken_s.values())
    print(f"--workers 2 against --workers 1: {here / there:.2f} times", file=sys.stderr)
    yield at_least("gait.cohort_speedup", one / two, 1.8, "times", f"{COMMAND} speedup")


def resumed() -> Iterator[Promise]:
    """kill -9 of all processes a quarter, half and three quarters through, then to the end.

    Counted are the recordings that stand in the tables once, with the numbers of a calm call.
    """
    with tempfile.TemporaryDirectory() as place:
        walks, out, calm = (Path(place) / name for name in ("in", "out", "calm"))
        write_walks(walks, COUNT)
        words = command([walks], out, "--workers", "2")
        kept: dict[str, int] = {}
        for share in (0.25, 0.5, 0.75):
            if killed(words, out, after=round(share * COUNT)) == COUNT:
                raise AssertionError("the call came to its end before it was killed")
            _kept(kept, out)
            kept = done(out)
        _seconds(words, out)
        _kept(kept, out)
        _seconds(command([walks], calm), calm)
        once = _once(out, calm)
    yield at_least("gait.cohort_resumed", once, COUNT, f"of {COUNT}", f"{COMMAND} resumed")


MEASURES: dict[str, Callable[[], Iterator[Promise]]] = {"speedup": speedup, "resumed": resumed}


def _sessions(folder: Path) -> Path:
    """COUNT half-hour files, of which SIMULATED differ."""
    for seed in range(SIMULATED):
        path = write_walk(folder / f"session{seed:03}.csv", seed, steps=STEPS, turns=TURNS)
        for copy in range(seed + SIMULATED, COUNT, SIMULATED):
            (folder / f"session{copy:03}.csv").hardlink_to(path)
    return folder


def _by_scheduler(words: list[str], out: Path, *, workers: int) -> float:
    before_spawn = {"distributed.nanny.pre-spawn-environ": ONE_THREAD}  # later, polars is loaded
    with config.set(before_spawn), LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", silence_logs=50,
        dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False},
    ) as cluster:  # fmt: skip
        return _seconds([*words, "--scheduler", cluster.scheduler_address], out)


def _seconds(words: list[str], out: Path) -> float:
    """How long the call takes; all it was asked for is there."""
    began_s = time.perf_counter()
    subprocess.run(words, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    taken_s = time.perf_counter() - began_s
    rows = pl.read_parquet(out / "recordings.parquet")
    if not rows["file"].n_unique() == len(rows) == COUNT:
        raise AssertionError(f"{len(rows)} rows of {rows['file'].n_unique()} files")
    return taken_s


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _kept(before: dict[str, int], out: Path) -> None:
    """What was whole before a kill is not measured again."""
    now = done(out)
    again = [stem for stem, written in before.items() if now.get(stem) != written]
    if again:
        raise AssertionError(f"measured again: {again}")


def _once(out: Path, calm: Path) -> int:
    """How many files have one row in recordings.parquet and the same tables in both folders."""
    rows = pl.read_parquet(out / "recordings.parquet")
    single = rows.group_by("file").len().filter(pl.col("len") == 1)["file"].to_list()
    ours, theirs = told(out), told(calm)
    return sum(
        all(ours[name].filter(pl.col("file") == file).equals(
            theirs[name].filter(pl.col("file") == file)) for name in ours)
        for file in single
    )  # fmt: skip


def main() -> int:
    short = 0
    for name in sys.argv[1:] or MEASURES:
        for promise in MEASURES[name]():
            print(promise.line(), flush=True)
            short += not promise.ok
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())
