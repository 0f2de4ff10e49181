"""An Axivity CWA in pieces: its header with a run of its blocks is itself a CWA, read in a box."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from retrowalk.readers.actigraphy import (
    EVENED,
    Evened,
    damage_said,
    without_samples,
    worn_and_said,
)
from retrowalk.readers.boxed import streamed
from retrowalk.readers.columns import ordinary
from retrowalk.readers.delivery import Told, delivered_in_pieces
from retrowalk.readers.looking import Look
from retrowalk.readers.mending import Rows, cut
from retrowalk.readers.phone import where_said
from retrowalk.tables import Recording
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2

SAMPLES_A_BLOCK = 40.0  # of an AX6; only for progress


def actigraphy_in_pieces(
    path: Path, what: str, *, told: Told, progress: Callable[[float], None]
) -> Iterator[Recording]:
    """One sensor, as `read_actigraphy` gives it; three times through the file, first for times."""
    evened, complaints = Evened(), 0
    expected = max(1.0, path.stat().st_size / 512 * SAMPLES_A_BLOCK)
    for bits, damaged in streamed(path, "cwa_times", what):
        evened.hear(bits[:, 0].view(np.int64))
        complaints += damaged
        progress(min(1.0, evened.n / expected) / 3)
    if evened.n < 2:
        raise without_samples(path, what)
    with_gyr = next(streamed(path, "cwa_rows", what))[0].shape[1] == 6
    placement, said = worn_and_said(path, what, told, turns=with_gyr)
    said += [EVENED, *damage_said(complaints), *where_said(told)]
    passes = iter((1, 2))

    def rows() -> Iterator[Rows]:
        begun, n = next(passes), 0
        for values in cut(found for found, _ in streamed(path, "cwa_rows", what)):
            time_s = evened.times(n, n + len(values))
            n += len(values)
            acc = ordinary(values[:, :3]) * STANDARD_GRAVITY_MPS2
            gyr = ordinary(values[:, 3:]) * DEGREE if with_gyr else np.zeros_like(acc)
            progress((begun + n / evened.n) / 3)
            yield time_s, acc, gyr

    def judged(_: Look) -> tuple[float, float, list[str]]:
        return 1.0, 1.0, said

    yield from delivered_in_pieces(path, rows, judged, placement, told=told)
