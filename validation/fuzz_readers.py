"""Mangled files for every reader; nothing but BadInput may come out, soon and without gigabytes.

    python -m validation.fuzz_readers [--count 10000] [--seed 0] [--only walk.gt3x] [--first 0]

A file is made from its name, its number and the seed: `--only NAME --first NUMBER --count 1`
makes it again, and `--keep FOLDER` puts it there.
"""

import argparse
import os
import random
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from tests.readers.made_all import boxed, in_process, mangled

from retrowalk.errors import BadInput
from retrowalk.programme.protocols import parse_protocol
from retrowalk.readers import boxed as box
from retrowalk.readers.detect import read
from retrowalk.readers.protocols import packaged_texts, protocol_text
from retrowalk.tables import Recording
from validation.fuzz_box import Box, children_peak_mib
from validation.fuzz_workers import Attempt, Tally, forget_peak, peak_mib, tallied
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.fuzz_readers"
COUNT = 10_000
SLOWEST_S = 10.0
MOST_MIB = 1024.0
REALLY_BOXED = 20  # one in so many goes through the box that production has, too
PROTOCOL = "protocol.toml"


def holds(recording: Recording) -> bool:
    """Whether every sensor keeps the promises a Sensor makes."""
    return all(
        s.acc_mps2.shape == s.gyr_radps.shape == (len(s), 3)
        and bool(np.isfinite(s.acc_mps2).all() and np.isfinite(s.gyr_radps).all())
        and bool(np.isfinite(s.time_s).all() and (np.diff(s.time_s) > 0).all())
        for s in recording.sensors
    )


def attempts(name: str, first: int, last: int, seed: int, keep: str = "") -> Iterator[Attempt]:
    """Reads the broken copies of one good file with these numbers."""
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory(prefix="retrowalk-fuzz-") as folder, Box() as fast:
        content = good(Path(folder))[name].read_bytes()
        path = Path(keep or folder) / f"broken-{name}"
        for number in range(first, last):
            path.write_bytes(mangled(name, content, random.Random(f"{seed} {name} {number}")))
            yield _attempt(path, number, fast)


def good(folder: Path) -> dict[str, Path]:
    """One good file of every kind."""
    protocol = folder / PROTOCOL
    protocol.write_text(packaged_texts()[0].text)
    return {**in_process(folder), **boxed(folder), PROTOCOL: protocol}


def _attempt(path: Path, number: int, fast: Box) -> Attempt:
    real = box._run
    fast.peak_mib = 0.0
    box._run = fast.run
    forget_peak()
    begun = time.perf_counter()
    try:
        verdict = _verdict(path)
    finally:
        box._run = real
    seconds = time.perf_counter() - begun
    most_mib = max(peak_mib(), fast.peak_mib)
    if fast.peak_mib and number % REALLY_BOXED == 0:
        before_mib = children_peak_mib()
        if (again := _verdict(path)) != verdict:
            verdict = f"BOXES DISAGREE: {verdict} in the fast one, {again} in the real one"
        most_mib = max(most_mib, children_peak_mib() * (children_peak_mib() > before_mib))
    if verdict[0].islower() and seconds > SLOWEST_S:
        verdict = f"SLOW: {seconds:.0f} s"
    if verdict[0].islower() and most_mib > MOST_MIB:
        verdict = f"HEAVY: {most_mib:.0f} MiB"
    return Attempt(number, verdict, seconds, most_mib)


def _verdict(path: Path) -> str:
    """In small letters what may be, in capitals what may not."""
    try:
        if path.name.endswith(PROTOCOL):
            parse_protocol(protocol_text(path).text, name=path.name)
            return "read"
        _, recordings = read(path)
        return "read" if recordings and all(map(holds, recordings)) else "PROMISE BROKEN"
    except BadInput as refusal:
        said = str(refusal)
        lines = said.split("\n") if path.name.endswith(PROTOCOL) else [said]
        calm = all(line.isprintable() and line.endswith(".") for line in lines)
        return "refused" if calm and len(said) < 5000 else f"NO CALM SENTENCE: {said[:200]!r}"
    except BaseException as fault:
        return f"ESCAPED {type(fault).__name__}: {str(fault)[:100]}"


def names() -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        return tuple(good(Path(folder)))


def promises(*, count: int = COUNT, seed: int = 0) -> Iterable[Promise]:
    """All readers, two at a time."""
    begun = time.perf_counter()
    tallies = list(tallied(attempts, dict.fromkeys(names(), (0, count)), seed=seed))
    seconds = time.perf_counter() - begun
    return rows(tallies, seconds)


def rows(tallies: list[Tally], seconds: float) -> Iterator[Promise]:
    failed = sum(tally.number_failed for tally in tallies)
    number = sum(tally.number for tally in tallies)
    yield at_most("gait.fuzz_readers", failed, 0, f"of {number} files failed", COMMAND)
    fewest = min(tally.number for tally in tallies)
    yield at_least("gait.fuzz_readers_files", fewest, COUNT, "files a reader", COMMAND)
    slowest = max(tally.slowest.seconds for tally in tallies)
    yield at_most("gait.fuzz_readers_slowest", slowest, SLOWEST_S, "s a file", COMMAND)
    heaviest = max(tally.heaviest.peak_mib for tally in tallies)
    yield at_most("gait.fuzz_readers_memory", heaviest, MOST_MIB, "MiB", COMMAND)
    yield at_most("gait.fuzz_readers_time", seconds / 60, 60, "min", COMMAND)


def main(words: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    asked.add_argument("--count", type=int, default=COUNT)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--only", action="append", default=[], metavar="NAME", choices=names())
    asked.add_argument("--keep", default="", metavar="FOLDER", help="where broken files stay")
    told = asked.parse_args(words)
    os.nice(10)
    todo = dict.fromkeys(told.only or names(), (told.first, told.first + told.count))
    trying: Callable[..., Iterator[Attempt]] = partial(attempts, keep=told.keep)
    begun = time.perf_counter()
    tallies = list(tallied(trying, todo, seed=told.seed))
    for promise in rows(tallies, time.perf_counter() - begun):
        print(promise.line())
    return int(any(tally.number_failed for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
