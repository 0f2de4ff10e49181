"""A recording in, its walking out: read, measure, and shown as rows, JSON or a picture."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrowalk.app.long_files import is_long, measure_long
from retrowalk.errors import BadInput, BadRecording
from retrowalk.gait.pipeline import measure
from retrowalk.pictures.overlay import strides_picture
from retrowalk.pictures.recording import recording_picture
from retrowalk.pictures.zoom import Span, moved, whole, within
from retrowalk.readers.delivery import Told
from retrowalk.readers.detect import read
from retrowalk.tables import Gait, Recording, Sensor
from retrowalk.words import Mounting, Placement
from retrowalk.writers.measurement import (
    FORMAT,
    bout_rows,
    document,
    steadiness_rows,
    strides_csv,
    totals,
)

READING = 0.3  # of the work of a file, as a progress bar shows it


def _unheard(_: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Measured:
    """One recording, measured.  A file may hold several (mobgap's trials)."""

    name: str
    reader: str
    recording: Recording  # of a file of days every so many-th sample, for its picture
    gait: Gait
    samples: tuple[int, ...] = ()  # of each sensor, where the recording does not hold them all

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.recording.assumptions

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.gait.warnings


def measure_file(
    path: Path,
    *,
    placement: Placement | None = None,
    mounting: Mounting | None = None,
    rate_hz: float | None = None,
    progress: Callable[[float], None] = _unheard,
) -> tuple[Measured, ...]:
    """Everything the file holds, measured, in the file's order; at least one.

    `placement` UNKNOWN means the same as None: the file says it or nobody does.  `mounting` KNOWN
    promises body axes; `rate_hz` is for tables without times.  `progress` hears 0 to 1.
    Raises BadRecording, one sentence, for whatever cannot be used.
    """
    asked = None if placement is Placement.UNKNOWN else placement
    told = Told(asked, mounting, rate_hz)
    long = measure_long(path, told=told, progress=progress) if is_long(path) else None
    if long is not None:
        progress(1.0)
        name, samples = long.recording.source, (long.samples,)
        return (Measured(name, long.reader, long.recording, long.gait, samples),)
    reader, recordings = read(path, told=told, progress=lambda share: progress(share * READING))
    progress(READING)
    measured = []
    for i, recording in enumerate(recordings):
        part = (1 - READING) / len(recordings)
        begun = READING + i * part
        gait = measure(recording, progress=_stretched(progress, begun, part))
        measured.append(Measured(recording.source, reader, recording, gait))
    progress(1.0)
    return tuple(measured)


def measure_together(
    paths: Sequence[Path],
    *,
    mounting: Mounting | None = None,
    rate_hz: float | None = None,
    progress: Callable[[float], None] = _unheard,
) -> Measured:
    """Several files as the sensors of one recording, on one clock: both feet and the back.

    Every file must say where its sensor was worn.  Raises BadRecording as `measure_file` does.
    """
    sensors: list[Sensor] = []
    said: list[str] = []
    readers: list[str] = []
    for path in paths:
        reader, recordings = read(path, told=Told(None, mounting, rate_hz))
        if len(recordings) > 1:
            raise BadRecording(f"{path.name}: holds {len(recordings)} recordings; expected one; "
                               "measure it without --together.")  # fmt: skip
        sensors += recordings[0].sensors
        said += [f"{recordings[0].source}: {sentence}" for sentence in recordings[0].assumptions]
        readers.append(reader)
    name = " + ".join(path.name for path in paths)
    recording = Recording(name, tuple(sensors), (*said, "the files share one clock, as told"))
    gait = measure(recording, progress=_stretched(progress, READING, 1 - READING))
    return Measured(name, " + ".join(dict.fromkeys(readers)), recording, gait)


def _stretched(
    progress: Callable[[float], None], begun: float, part: float
) -> Callable[[float], None]:
    return lambda share: progress(begun + share * part)


def measured_as_json(measured: Measured) -> dict[str, Any]:
    """One recording as plain values for json.dumps: totals, bouts, strides, contacts, sayings."""
    return document(
        measured.recording, measured.gait, reader=measured.reader, samples=measured.samples
    )


def document_of(measured: tuple[Measured, ...], refused: tuple[str, ...] = ()) -> dict[str, Any]:
    """The one JSON document of a whole call: every recording, and each refusal's sentence."""
    recordings = [measured_as_json(one) for one in measured]
    return {"format": FORMAT, "recordings": recordings, "refused": list(refused)}


def bouts_of(measured: Measured) -> tuple[dict[str, Any], ...]:
    """Rows for a table: start_s, end_s, steps, strides, direction, cadence_spm, …; None unknown."""
    return tuple(bout_rows(measured.gait))


def steadiness_of(measured: Measured) -> tuple[dict[str, Any], ...]:
    """Per bout when it began and how even it was; None where that cannot be said."""
    rows = zip(bout_rows(measured.gait), steadiness_rows(measured.gait), strict=False)
    return tuple({"start_s": bout["start_s"]} | steady for bout, steady in rows)


def totals_of(measured: Measured) -> dict[str, dict[str, Any]]:
    """Per direction ("forward", "backward", "unclear"): strides, bouts, steps, duration_s."""
    return totals(measured.gait)


def picture_of(measured: Measured, *, prefix: str = "recording", span: Span | None = None) -> str:
    """The recording, or a span of it, as SVG; `prefix` keeps ids apart on a page of several."""
    recording, gait = measured.recording, measured.gait
    if span is not None:
        recording, gait = within(recording, gait, span)
    return recording_picture(recording, gait, prefix=prefix)


def strides_picture_of(measured: Measured, *, prefix: str = "strides") -> str:
    """Every stride over the others as SVG."""
    return strides_picture(measured.recording, measured.gait, prefix=prefix)


def whole_of(measured: Measured) -> Span:
    """From the first sample to the last."""
    return whole(measured.recording)


def step_from(
    measured: Measured, span: Span, *, by: float = 0.0, closer: float = 1.0
) -> Span | None:
    """The span after a step to the side or a look closer; None where that leads nowhere."""
    there = moved(span, whole(measured.recording), by=by, closer=closer)
    return None if there == span else there


def span_of(measured: Measured, from_s: float | None, to_s: float | None) -> Span:
    """The part asked for, from the beginning and to the end where nothing is said.

    Raises BadInput when there is no such part.
    """
    every = whole(measured.recording)
    first = every.from_s if from_s is None else from_s
    last = every.to_s if to_s is None else to_s
    if not (math.isfinite(first) and math.isfinite(last) and first < last
            and first < every.to_s and last > every.from_s):  # fmt: skip
        raise BadInput(f"{measured.name}: {first:g} s to {last:g} s was asked for; expected two "
                       f"times, the first one earlier, between {every.from_s:.1f} and "
                       f"{every.to_s:.1f} s.")  # fmt: skip
    return moved(Span(max(first, every.from_s), min(last, every.to_s)), every)


def strides_as_csv(measured: Measured) -> str:
    return strides_csv(measured.gait)
