"""Walking bouts: runs of strides in one direction with no long break."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.strides import Walk
from retrowalk.tables import KIND_CODE, Bouts, Codes, Floats, Strides
from retrowalk.words import ContactKind

LONGEST_BREAK_S = 3.0  # as in mobgap; not yet validated for backward gait
FEWEST_STEPS = 4  # ours: below this, cadence says more about starting than walking


def find_bouts(
    walk: Walk,
    *,
    longest_break_s: float = LONGEST_BREAK_S,
    fewest_steps: int = FEWEST_STEPS,
) -> tuple[Bouts, Strides]:
    """The bouts, and the strides with the bout each belongs to (-1: excluded, too few steps).

    A bout ends where the next stride begins more than `longest_break_s` after the last ended,
    or where the direction changes; strides of unclear direction stay with what came before.
    """
    #   stride     f f f ? f f      b b ? b b b     f
    #   bout      |-----------|    |-----------|
    strides = walk.strides
    if not len(strides):
        return Bouts(), strides
    ended = np.maximum.accumulate(strides.end_s)
    breaks = np.zeros(len(strides), dtype=bool)
    breaks[0] = True
    breaks[1:] = strides.start_s[1:] - ended[:-1] > longest_break_s
    lasting = _lasting(strides.direction, breaks)
    breaks[1:] |= lasting[1:] != lasting[:-1]
    first = np.flatnonzero(breaks)
    start, end = strides.start_s[first], np.maximum.reduceat(strides.end_s, first)
    n_steps = _steps(walk, start, end)
    keep = n_steps >= fewest_steps
    row = np.where(keep, np.cumsum(keep) - 1, -1)
    n_strides = np.diff(np.append(first, len(strides)))
    bouts = Bouts(
        start_s=start[keep],
        end_s=end[keep],
        n_steps=n_steps[keep],
        n_strides=n_strides[keep].astype(np.int64),
        direction=lasting[first][keep],
        cadence_spm=60.0 * n_steps[keep] / (end - start)[keep],
        length_m=_means(strides.length_m, first)[keep],
        speed_mps=_means(strides.speed_mps, first)[keep],
    )
    return bouts, replace(strides, bout_i=np.repeat(row, n_strides).astype(np.int64))


def _lasting(direction: Codes, breaks: NDArray[np.bool_]) -> Codes:
    """Each stride's direction, the unclear ones taking the last (else next) clear one's."""
    row = np.arange(len(direction))
    last = np.maximum.accumulate(np.where((direction != 0) | breaks, row, 0))
    filled = direction[last]
    run = np.cumsum(breaks)
    clear = np.where(filled != 0, row, len(row) - 1)
    following = np.minimum.accumulate(clear[::-1])[::-1]
    out: Codes = np.where(run[following] == run, filled[following], filled)
    return out


def _steps(walk: Walk, start: Floats, end: Floats) -> NDArray[np.int64]:
    """Steps from the first to the last landing of each bout; unseen ones of the other foot too."""
    landed = walk.contacts.time_s[walk.contacts.kind == KIND_CODE[ContactKind.INITIAL]]
    count = np.searchsorted(landed, end, "right") - np.searchsorted(landed, start, "left") - 1
    return (count if walk.both_feet else 2 * count).astype(np.int64)


def _means(values: Floats, first: NDArray[np.intp]) -> Floats:
    """The mean of what is measurable from each `first` to the next."""
    known = np.isfinite(values)
    total = np.add.reduceat(np.where(known, values, 0.0), first)
    count = np.add.reduceat(known.astype(float), first)
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
