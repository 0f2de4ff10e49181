"""Runs attempts in a process that may hang or die, and goes on after the one that did.

Attempts are numbered; each is made from (name, number, seed) alone, so that any can be made
again.  A verdict that begins with a capital letter is a failure.
"""

import multiprocessing
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

HANGS_S = 60.0  # an attempt not over by then never is
STARTS_S = 120.0
ENDS_S = 5.0
MOST_SAID = 8  # failures of one name told one by one

Attempts = Callable[[str, int, int, int], Iterator["Attempt"]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one; -1 is the greeting of a worker that has started."""

    number: int
    verdict: str = ""
    seconds: float = 0.0
    peak_mib: float = 0.0

    @property
    def failed(self) -> bool:
        return self.verdict[:1].isupper()


def forget_peak() -> None:
    """Count this process' peak memory anew; where Linux is not, it is not counted at all."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


def peak_mib() -> float:
    told = Path("/proc/self/status")
    if not told.exists():
        return 0.0
    line = next(line for line in told.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@dataclass(slots=True)
class Tally:
    """What came of all attempts of one name."""

    name: str
    verdicts: Counter[str] = field(default_factory=Counter)
    slowest: Attempt = Attempt(-1)
    heaviest: Attempt = Attempt(-1)
    failures: list[Attempt] = field(default_factory=list)
    number_failed: int = 0

    @property
    def number(self) -> int:
        return self.verdicts.total()

    def add(self, attempt: Attempt) -> None:
        self.verdicts[attempt.verdict] += 1
        self.slowest = max(self.slowest, attempt, key=lambda a: a.seconds)
        self.heaviest = max(self.heaviest, attempt, key=lambda a: a.peak_mib)
        if attempt.failed:
            self.number_failed += 1
            self.failures += [attempt] if len(self.failures) < MOST_SAID else []

    def lines(self) -> Iterator[str]:
        said = ", ".join(f"{n} {verdict}" for verdict, n in self.verdicts.most_common(6))
        yield (f"{self.name:14} {self.number}: {said}; slowest {self.slowest.seconds:.2f} s "
               f"({self.slowest.number}), most memory {self.heaviest.peak_mib:.0f} MiB "
               f"({self.heaviest.number})")  # fmt: skip
        for failure in self.failures:
            yield f"    {self.name} {failure.number}: {failure.verdict}"


def tallied(
    attempts: Attempts, names: dict[str, tuple[int, int]], *, seed: int, workers: int = 2
) -> Iterator[Tally]:
    """Every name's attempts from the first to before the last, each name by one worker."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns) as bar, ThreadPoolExecutor(workers) as threads:
        whole = sum(last - first for first, last in names.values())
        done = bar.add_task(f"seed {seed}", total=whole)

        def one(name: str) -> Tally:
            tally = Tally(name)
            for attempt in watched(attempts, name, *names[name], seed):
                tally.add(attempt)
                bar.advance(done)
            for line in tally.lines():
                bar.console.print(line, highlight=False, markup=False, soft_wrap=True)
            return tally

        yield from threads.map(one, names)


def watched(
    attempts: Attempts, name: str, first: int, last: int, seed: int
) -> Iterator[Attempt]:  # fmt: skip
    """The attempts, made in a process of their own that is started again when it ends."""
    fresh = multiprocessing.get_context("spawn")
    while first < last:
        here, there = fresh.Pipe(duplex=False)
        worker = fresh.Process(target=_work, args=(there, attempts, (name, first, last, seed)))
        worker.start()
        there.close()
        heard_s = time.monotonic()
        for attempt in _heard(here):
            yield attempt
            first, heard_s = attempt.number + 1, time.monotonic()
        hung = time.monotonic() - heard_s >= HANGS_S
        worker.join(ENDS_S)
        worker.kill()
        worker.join()
        if first < last:
            yield Attempt(first, "HUNG" if hung else f"DIED {worker.exitcode}", HANGS_S * hung)
            first += 1
        here.close()


def _heard(here: Connection) -> Iterator[Attempt]:
    """What the worker tells, until it is silent for too long or gone."""
    try:
        if not here.poll(STARTS_S):
            return
        here.recv()
        while here.poll(HANGS_S):
            told: Attempt | str = here.recv()
            if isinstance(told, str):
                raise RuntimeError(f"the campaign itself fails: {told}")
            yield told
    except EOFError:
        return


def _work(there: Connection, attempts: Attempts, told: tuple[str, int, int, int]) -> None:
    there.send(Attempt(-1))
    try:
        for attempt in attempts(*told):
            there.send(attempt)
    except Exception:  # the campaign's own fault, never what it tries
        there.send(traceback.format_exc())
        raise
