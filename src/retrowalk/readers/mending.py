"""Rows mended as they come: untimed and repeated ones dropped, ends trimmed, short gaps bridged."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from retrowalk.readers.counting import Counts, complete, known_times
from retrowalk.tables import Floats

Rows = tuple[Floats, Floats, Floats]  # time (n,), acceleration and angular rate (n, 3)


PIECE_ROWS = 1 << 15  # five minutes at 100 a second


def cut(blocks: Iterable[Floats]) -> Iterator[Floats]:
    """The same rows in blocks of PIECE_ROWS, the last one shorter."""
    kept: list[Floats] = []
    n = 0
    for block in blocks:
        kept.append(block)
        n += len(block)
        if n >= PIECE_ROWS:
            rows = np.concatenate(kept)
            for first in range(0, n - PIECE_ROWS + 1, PIECE_ROWS):
                yield rows[first : first + PIECE_ROWS]
            kept, n = [rows[n - n % PIECE_ROWS :]], n % PIECE_ROWS
    if n:
        yield np.concatenate(kept)


def mended(counts: Counts, blocks: Iterable[Rows]) -> Iterator[Rows]:
    """The same rows that `counts` has heard and did not refuse, as a Sensor wants them."""
    before_s = np.nan
    heard = 0
    waiting: Rows | None = None  # a complete row that was given already, and incomplete ones
    for block in blocks:
        rows, before_s = _rising(block, before_s)
        first, last = max(0, counts.first - heard), max(0, counts.last + 1 - heard)
        heard += len(rows[0])
        rows = _part(rows, slice(first, last))
        if not len(rows[0]):
            continue
        given = 0 if waiting is None else 1
        rows = rows if waiting is None else _joined(waiting, rows)
        known = complete(rows[1]) & complete(rows[2])
        end = int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0
        waiting = _copied(rows, slice(max(0, end - 1), None))
        if end > given:
            yield _part(_bridged(_part(rows, slice(end)), known[:end]), slice(given, None))


def _rising(rows: Rows, before_s: float) -> tuple[Rows, float]:
    timed = known_times(rows[0])
    rows = rows if timed.all() else _part(rows, timed)
    if not len(rows[0]):
        return rows, before_s
    repeated = np.diff(rows[0], prepend=before_s) == 0
    before_s = float(rows[0][-1])
    return (_part(rows, ~repeated) if repeated.any() else rows), before_s


def _bridged(rows: Rows, known: NDArray[np.bool_]) -> Rows:
    if known.all():
        return rows
    time_s, acc, gyr = rows[0], rows[1].copy(), rows[2].copy()
    for part in (acc, gyr):
        for axis in range(3):
            part[~known, axis] = np.interp(time_s[~known], time_s[known], part[known, axis])
    return time_s, acc, gyr


def _part(rows: Rows, part: slice | NDArray[np.bool_]) -> Rows:
    return rows[0][part], rows[1][part], rows[2][part]


def _copied(rows: Rows, part: slice) -> Rows:
    return rows[0][part].copy(), rows[1][part].copy(), rows[2][part].copy()


def _joined(one: Rows, other: Rows) -> Rows:
    return (np.concatenate((one[0], other[0])), np.concatenate((one[1], other[1])),
            np.concatenate((one[2], other[2])))  # fmt: skip
