"""Which kind of file somebody brings, by what it holds and not by its name."""

import os
from pathlib import Path

from retrowalk.readers.apple_health import read_apple_health
from retrowalk.readers.brought import Brought, Progress, bad
from retrowalk.readers.fit_files import read_fit
from retrowalk.readers.tracks import read_tracks

HEAD_BYTES = 1 << 16
KNOWN = "choose Apple Health's export.zip, or a FIT, GPX or TCX file"


def bring(path: Path, progress: Progress | None = None) -> Brought:
    """What the file holds of walks, steps and heart rates.  BadImport, one sentence, if nothing."""
    try:
        if not path.is_file():
            raise bad(path, "there is no such file", KNOWN)
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        return _read(path, head, progress)
    except OSError as wrong:
        why = os.strerror(wrong.errno) if wrong.errno else "bad name"
        raise bad(path, f"it cannot be read ({why})", "copy it again") from None


def _read(path: Path, head: bytes, progress: Progress | None) -> Brought:
    if not head:
        raise bad(path, "the file is empty")
    if head[8:12] == b".FIT":
        return read_fit(path, progress)
    text = head.replace(b"\x00", b"")  # UTF-16 too
    if head.startswith(b"PK") or b"HealthData" in text:
        return read_apple_health(path, progress)
    for mark, form in ((b"<TrainingCenterDatabase", "TCX"), (b"<gpx", "GPX")):
        if mark in text:
            return read_tracks(path, form, progress)
    raise bad(path, "it is of no kind known here", KNOWN)
