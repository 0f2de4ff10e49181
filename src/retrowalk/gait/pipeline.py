"""Recordings in, tables out: the whole idea of the gait engine on one page."""

from collections.abc import Callable

from retrowalk.errors import BadRecording
from retrowalk.tables import Gait, Recording


def _unheard(_: float) -> None: ...


def measure(recording: Recording, *, progress: Callable[[float], None] = _unheard) -> Gait:
    """When, how and in which direction the wearer walked.

    `progress` is told the share done, 0 to 1, now and then and at the end.
    Raises BadRecording when the signals cannot be a recording; no walking is an empty table.
    """
    if not recording.sensors:
        raise BadRecording(
            f"{recording.source} holds no sensor; at least one is needed, so check the file."
        )
    progress(1.0)
    return Gait()
