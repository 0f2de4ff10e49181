"""A long recording a few minutes at a time: the same rows as `detect.read` gives, piece by piece.

Parquet, CSV and Axivity CWA are read so, with memory that does not grow with the file; it is
read twice (a CWA three times), first to be judged as a whole.  Every other format is read whole.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from retrowalk.readers import columns, parquet
from retrowalk.readers.actigraphy_pieces import actigraphy_in_pieces
from retrowalk.readers.archives import is_logger_folder
from retrowalk.readers.columns import Layout, layout
from retrowalk.readers.delivery import Told, delivered_in_pieces
from retrowalk.readers.detect import DEVICES, guarded, kind_of
from retrowalk.readers.judging import clock
from retrowalk.readers.looking import LOOKED_AT, Look
from retrowalk.readers.mending import PIECE_ROWS, Rows, cut
from retrowalk.readers.opening import LARGEST_IN_PIECES, look
from retrowalk.readers.phone import (
    dates_said,
    first_of,
    motion_columns,
    no_time,
    split_name,
    tells,
    time_columns,
    units,
    where_said,
)
from retrowalk.tables import Floats, Recording
from retrowalk.words import Placement

MOST_ROWS = 300_000_000  # a month at 100 a second, with room

Heard = Callable[[float], None]
Blocks = Callable[[Sequence[int], Sequence[int], Heard], Iterator[Floats]]


def _unheard(_: float) -> None: ...


def pieces(
    path: Path, *, told: Told = Told(), progress: Heard = _unheard
) -> tuple[str, Iterator[Recording]] | None:
    """The reader's name and the pieces of the one recording the file holds, in order.

    None: this kind is read whole.  Every piece says the same sensors, mounting and assumptions;
    end to end their rows are those `detect.read` gives.  `progress` hears 0 to 1.
    Raises BadRecording, and nothing else, at once or where the first piece is asked for.
    """
    if is_logger_folder(path):
        return None
    with guarded(path):
        kind, text = kind_of(path, look(path, largest=LARGEST_IN_PIECES))
    match kind:
        case "parquet":
            return kind, _guarded(path, _of_parquet(path, told, progress))
        case "csv":
            return kind, _guarded(path, _of_text(path, text, told, progress))
        case "cwa":
            rows = actigraphy_in_pieces(path, DEVICES[kind], told=told, progress=progress)
            return kind, _guarded(path, rows)
        case _:
            return None


def _guarded(path: Path, found: Iterator[Recording]) -> Iterator[Recording]:
    with guarded(path):
        yield from found


def _of_parquet(path: Path, told: Told, progress: Heard) -> Iterator[Recording]:
    table, rows = parquet.described(path, MOST_ROWS)
    yield from _of_table(path, table, partial(parquet.blocks, path, rows), told, progress)


def _of_text(path: Path, text: str, told: Told, progress: Heard) -> Iterator[Recording]:
    table = layout(path, text)
    yield from _of_table(path, table, partial(columns.blocks, path, table), told, progress)


def _of_table(
    path: Path, table: Layout, blocks: Blocks, told: Told, progress: Heard
) -> Iterator[Recording]:
    found = motion_columns(path, table)
    acc, gravity, gyr = found
    motion = [*acc.columns, *gyr.columns, *(gravity.columns if gravity else ())]
    column, dated, zero, factor, said = _clock(path, table, blocks, told)
    timely, dates = ([], [column]) if dated else ([column] if column >= 0 else [], [])
    passes = iter((0.0, 0.5))

    def rows() -> Iterator[Rows]:
        begun, n = next(passes), 0
        heard = blocks([*motion, *timely], dates, lambda share: progress(begun + share / 2))
        for values in cut(heard):
            n += len(values)
            acc = values[:, :3] + values[:, 6:9] if gravity else values[:, :3]
            time_s = ((values[:, -1] - zero) * factor if column >= 0
                      else np.arange(n - len(values), n) / factor)  # fmt: skip
            yield time_s, acc, values[:, 3:6]

    def judged(look: Look) -> tuple[float, float, list[str]]:
        seen = (look.time_s, look.acc, look.gyr)
        acc_factor, gyr_factor, units_said = units(path, table, found, look.few_acc, seen)
        return acc_factor, gyr_factor, [said, *units_said, *where_said(told)]

    placement = told.placement or Placement.UNKNOWN
    yield from delivered_in_pieces(path, rows, judged, placement, told=told)


def _clock(
    path: Path, table: Layout, blocks: Blocks, told: Told
) -> tuple[int, bool, float, float, str]:
    """The column of the time (none: -1), whether of dates, what to take away, to multiply by."""
    timely = time_columns(path, table, told)
    if told.rate_hz:
        return -1, False, 0.0, told.rate_hz, f"{told.rate_hz:g} samples a second, as told"
    first = _first_rows(blocks(timely, (), _unheard))
    for k, i in enumerate(timely):
        if tells(first[:, k]):
            zero, factor, said = clock(path, first[:, k], table.header[i],
                                       split_name(table.header[i])[1])  # fmt: skip
            return i, False, zero, factor, said
    for i in timely:
        dated = _first_rows(blocks((), (i,), _unheard))[:, 0]
        if tells(dated):
            return i, True, first_of(dated), 1.0, dates_said(table, i)
    raise no_time(path, table, timely)


def _first_rows(found: Iterator[Floats]) -> Floats:
    """What a first look sees of these columns."""
    return np.concatenate(list(islice(cut(found), LOOKED_AT // PIECE_ROWS)))
