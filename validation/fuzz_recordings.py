"""Recordings drawn by hypothesis, measured: a table in order, or BadInput, and nothing else.

    python -m validation.fuzz_recordings [--count 100000] [--seed 0] [--first 0]

They come in lots of LOT; a lot is made again by its number and the seed, and a failure is told
with the drawing it came from.  Four in ten are also streamed, and must give the same.
"""

import argparse
import os
import time
import warnings
from collections.abc import Iterable, Iterator

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from tests.gait.test_stream import by_pieces, differences

from retrowalk.errors import BadInput
from retrowalk.gait.pipeline import measure
from retrowalk.tables import Gait, Recording
from validation.fuzz_tables import faults
from validation.fuzz_workers import Attempt, Tally, tallied
from validation.fuzz_worn import RECORDINGS, DrawnRecording, recording
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.fuzz_recordings"
COUNT = 100_000
LOT = 500
WORKERS = 2
ODD_S = 5.0  # no drawn recording is longer than a quarter of a minute at a usual rate


def attempts(name: str, first: int, last: int, seed: int) -> Iterator[Attempt]:
    """The lots that hold these recordings, each drawn from its own seed."""
    warnings.simplefilter("error")
    for lot in range(first // LOT, -(-last // LOT)):
        for place, attempt in enumerate(_lot(f"{seed} {name} {lot}")):
            number = lot * LOT + place
            if first <= number < last:
                yield Attempt(number, attempt.verdict, attempt.seconds)


def _lot(seed: str) -> list[Attempt]:
    """LOT recordings; hypothesis may draw a few more than asked for, which are left."""
    made: list[Attempt] = []

    @seeded(seed)
    @settings(max_examples=LOT, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(RECORDINGS)
    def measured(drawn: DrawnRecording) -> None:
        begun = time.perf_counter()
        verdict = judged(drawn)
        made.append(Attempt(-1, verdict, time.perf_counter() - begun))

    measured()
    return made[:LOT]


def judged(drawn: DrawnRecording) -> str:
    """In small letters what may be, in capitals what may not, with the drawing."""
    worn = recording(drawn)
    begun = time.perf_counter()
    try:
        whole = _measured(worn)
        wrong = list(faults(whole, worn)) if isinstance(whole, Gait) else _sentence(whole)
        if drawn.pieces:
            wrong += _streamed(worn, drawn.pieces, whole)
    except BaseException as fault:
        return f"ESCAPED {type(fault).__name__}: {str(fault)[:100]} from {drawn}"
    if time.perf_counter() - begun > ODD_S:
        wrong.append("slow")
    if wrong:
        return f"WRONG {'; '.join(wrong)[:300]} from {drawn}"
    if isinstance(whole, Gait):
        return "walks" if len(whole.strides) else "no walk"
    return "refused"


def _measured(worn: Recording) -> Gait | BadInput:
    try:
        return measure(worn)
    except BadInput as refusal:
        return refusal


def _streamed(worn: Recording, pieces: int, whole: Gait | BadInput) -> list[str]:
    """Where the stream's answer is another; it may refuse earlier, and then say so otherwise."""
    if any(np.ndim(sensor.time_s) != 1 for sensor in worn.sensors):
        return []  # no rows to cut
    try:
        streamed = by_pieces(worn, np.linspace(0, 1, pieces + 1)[1:-1] ** 1.5)
    except BadInput:
        return [] if isinstance(whole, BadInput) else ["streamed it is refused, whole it is not"]
    if isinstance(whole, BadInput):
        return ["streamed it is measured, whole it is refused"]
    return [f"streamed it differs in {where}" for where in differences(whole, streamed)]


def _sentence(refusal: BadInput) -> list[str]:
    said = str(refusal)
    return [] if said.endswith(".") and said.isprintable() else [f"no sentence: {said[:80]!r}"]


def promises(*, count: int = COUNT, seed: int = 0) -> Iterable[Promise]:
    """The whole count, half of it by each of two workers."""
    begun = time.perf_counter()
    tallies = list(tallied(attempts, _halves(0, count), seed=seed, workers=WORKERS))
    yield from rows(tallies, time.perf_counter() - begun)


def rows(tallies: list[Tally], seconds: float) -> Iterator[Promise]:
    number = sum(tally.number for tally in tallies)
    failed = sum(tally.number_failed for tally in tallies)
    print(f"{number / seconds / len(tallies):.0f} recordings a second and worker", flush=True)
    yield at_most("gait.fuzz_recordings", failed, 0, f"of {number} failed", COMMAND)
    yield at_least("gait.fuzz_recordings_count", number, COUNT, "recordings", COMMAND)
    yield at_most("gait.fuzz_recordings_time", seconds / 60, 60, "min", COMMAND)


def _halves(first: int, count: int) -> dict[str, tuple[int, int]]:
    each = -(-count // WORKERS)
    return {f"recordings {k}": (first, first + each) for k in range(WORKERS)}


def main(words: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    asked.add_argument("--count", type=int, default=COUNT)
    asked.add_argument("--first", type=int, default=0, help="by each of the workers")
    asked.add_argument("--seed", type=int, default=0)
    told = asked.parse_args(words)
    os.nice(10)
    begun = time.perf_counter()
    todo = _halves(told.first, told.count)
    tallies = list(tallied(attempts, todo, seed=told.seed, workers=WORKERS))
    for promise in rows(tallies, time.perf_counter() - begun):
        print(promise.line())
    return int(any(tally.number_failed for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
