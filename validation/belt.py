"""The belt by Bluetooth under drawn faults × quirks × timings, judged by the machine's own truth.

python -m validation.belt [--seed 0] [--first 0] [--count 1000]
"""

import argparse
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from multiprocessing import get_context

from rich.progress import track

from validation.belt_faults import Trial, tried
from validation.promise import Promise, at_most

BARS = ("stops", "speeds", "inclines", "holds", "recovery", "shouts")
COUNT = 10_000


def _one(asked: tuple[int, int]) -> Trial:
    logging.disable(logging.CRITICAL)
    return tried(*asked)


def trials(seed: int, first: int, count: int, workers: int = 2) -> Iterator[Trial]:
    asked = [(seed, number) for number in range(first, first + count)]
    if workers == 1 or count == 1:
        yield from map(_one, asked)
        return
    with get_context("spawn").Pool(workers) as pool:
        yield from track(pool.imap(_one, asked, chunksize=8), "belt", total=count)


def search(*, seed: int = 0, count: int = COUNT, first: int = 0) -> Iterable[Promise]:
    command = f"python -m validation.belt --seed {seed} --first {first} --count {count}"
    seen: Counter[str] = Counter()
    for trial in trials(seed, first, count):
        seen["trials"] += 1
        seen["driven"] += bool(trial.starts)
        seen["unreached"] += not trial.tried
        seen["unconfirmed"] += trial.unconfirmed
        for bar, at_s, why in trial.wrong:
            seen[bar] += 1
            print(f"{bar}: {why} at {at_s} s: {trial.name} {trial.faults} {trial.quirks}")
    print(dict(seen))
    for bar in BARS:
        yield at_most(f"belt.campaign_{bar}", seen[bar], 0, f"of {count}", command)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m validation.belt", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    told = parser.parse_args()
    seen = list(search(seed=told.seed, first=told.first, count=told.count))
    for promise in seen:
        print(promise.line())
    return int(not all(promise.ok for promise in seen))


if __name__ == "__main__":
    raise SystemExit(main())
