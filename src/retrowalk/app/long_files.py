"""A file of days measured a few minutes at a time; of its samples only a picture's worth stays."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrowalk.gait.stream import Stream
from retrowalk.readers.delivery import Told
from retrowalk.readers.pieces import pieces
from retrowalk.tables import Floats, Gait, Recording, Sensor

LONG_BYTES = 32_000_000  # from here on a file is measured in pieces, where its kind can be
MOST_KEPT = 1 << 18  # samples of a picture: over two hundred for each of its columns
FINISHING = 0.02  # of the work, after the last piece


@dataclass(frozen=True, slots=True)
class Long:
    """What was measured; `recording` holds every so many-th sample of the file's `samples`."""

    reader: str
    recording: Recording
    gait: Gait
    samples: int


def is_long(path: Path) -> bool:
    return path.is_file() and path.stat().st_size >= LONG_BYTES


def measure_long(path: Path, *, told: Told, progress: Callable[[float], None]) -> Long | None:
    """The same as reading and measuring the whole; None where this kind is only read whole.

    Raises BadRecording as these do.
    """
    found = pieces(path, told=told, progress=lambda share: progress(share * (1 - FINISHING)))
    if found is None:
        return None
    reader, parts = found
    stream: Stream | None = None
    kept = _Kept()
    for part in parts:
        stream = stream or Stream(part.sensors, source=part.source)
        stream.push(part.sensors)
        kept.hear(part.sensors[0])
        last = part
    assert stream is not None  # a recording without samples was refused
    said = f"the picture shows every {kept.step}th sample; every one was measured"
    sayings = (*last.assumptions, said) if kept.step > 1 else last.assumptions
    recording = Recording(last.source, (kept.sensor(last.sensors[0]),), sayings)
    return Long(reader, recording, stream.finish(), kept.n)


class _Kept:
    """Every `step`-th sample; the step doubles whenever they become too many."""

    def __init__(self) -> None:
        self.n, self.step = 0, 1
        self._rows: list[Floats] = []
        self._held = 0

    def hear(self, sensor: Sensor) -> None:
        rows = slice(-self.n % self.step, None, self.step)
        columns = (sensor.time_s[rows], sensor.acc_mps2[rows], sensor.gyr_radps[rows])
        self._rows.append(np.column_stack(columns))
        self._held += len(self._rows[-1])
        self.n += len(sensor)
        while self._held > MOST_KEPT:
            self._rows = [np.concatenate(self._rows)[::2].copy()]
            self._held, self.step = len(self._rows[0]), self.step * 2

    def sensor(self, worn: Sensor) -> Sensor:
        rows = np.concatenate(self._rows)
        return replace(worn, time_s=rows[:, 0], acc_mps2=rows[:, 1:4], gyr_radps=rows[:, 4:])
