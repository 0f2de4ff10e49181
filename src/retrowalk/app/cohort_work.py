"""One file of a cohort measured and written."""

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from ctypes import CDLL
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import polars as pl

from retrowalk.app.cohort_folder import Refusal, Results
from retrowalk.app.cohort_inputs import engine, printable
from retrowalk.app.measuring import Measured, measure_file
from retrowalk.errors import BadCohort, BadRecording
from retrowalk.readers.delivery import Told
from retrowalk.writers.parquet import (
    bouts_frame,
    recording_frame,
    strides_frame,
    with_names,
)

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h of glibc
KEPT_BYTES = 1 << 30  # a recording needs less; the next one needs as much again
MAPPED_BYTES = 32 << 20  # the most that glibc takes


@dataclass(frozen=True, slots=True)
class Errand:
    """A file to be measured, as it was named, and where its tables go under which name."""

    file: Path
    named: str
    stem: str
    told: Told
    results: Results
    engine: str


@dataclass(frozen=True, slots=True)
class Done:
    """The tables of this name are on disk."""

    stem: str


Outcome = Done | Refusal
Outcomes = Generator[tuple[Errand, Outcome]]


def _unheard(_: float) -> None: ...


def carry_out(errand: Errand, progress: Callable[[float], None] = _unheard) -> Outcome:
    """Measure and save; a file that cannot be measured, whatever the cause, is a Refusal.

    Raises BadCohort where this worker's engine is another one, Unwritable where results cannot be.
    """
    if engine() != errand.engine:
        raise BadCohort(f"a worker runs retrowalk {engine()}; expected {errand.engine} as here; "
                        "install the same version on every worker.")  # fmt: skip
    _keep_freed_memory()
    if errand.results.holds(errand.stem):
        return Done(errand.stem)  # Dask asks twice when a worker dies
    told, name = errand.told, errand.file.name
    try:
        measured = measure_file(errand.file, placement=told.placement, mounting=told.mounting,
                                rate_hz=told.rate_hz, progress=progress)  # fmt: skip
        tables = _tables(errand, measured)
    except BadRecording as refused:
        return Refusal(errand.named, str(refused))
    except Exception as fault:  # a fault of ours, yet the others are to be measured
        why = f"{type(fault).__name__}: {fault}".replace("\n", " ")
        return Refusal(errand.named, f"{printable(name)}: retrowalk failed on it ({why}); expected "
                       "to measure it or to say why not; please report this.")  # fmt: skip
    errand.results.save(errand.stem, tables)
    return Done(errand.stem)


@cache
def _keep_freed_memory() -> None:
    """Undo what Dask asks of its workers: to give every freed array back to the system at once.

    Getting it back page by page took 0.07 s of the 0.24 s that half an hour's recording took.
    """
    if os.environ.get("MALLOC_TRIM_THRESHOLD_") and (mallopt := _mallopt()):
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES)


def _mallopt() -> Callable[[int, int], int] | None:
    """The C library's own, where it is glibc."""
    try:
        return cast(Callable[[int, int], int], CDLL(None).mallopt)
    except (AttributeError, OSError, TypeError):
        return None


def _tables(errand: Errand, measured: Sequence[Measured]) -> Mapping[str, pl.DataFrame]:
    """strides, bouts and recordings; every row says its file and its recording."""

    def rows(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
        named = zip(measured, frames, strict=True)
        return pl.concat(
            with_names(frame, file=errand.named, recording=printable(one.name))
            for one, frame in named
        )

    lines = (recording_frame(one.recording, one.gait, reader=one.reader) for one in measured)
    return {
        "strides": rows(strides_frame(one.gait) for one in measured),
        "bouts": rows(bouts_frame(one.gait) for one in measured),
        "recordings": rows(lines).with_columns(engine=pl.lit(errand.engine)),
    }


def one_by_one(errands: Sequence[Errand], *, progress: Callable[[float], None]) -> Outcomes:
    """In this process; `progress` hears 0 to 1 of each."""
    for errand in errands:
        yield errand, carry_out(errand, progress)
