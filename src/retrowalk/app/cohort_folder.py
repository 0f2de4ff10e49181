"""The folder of a cohort's results, which a kill at any instant leaves usable.

strides/STEM.parquet      a recording is done when all three are there,
bouts/STEM.parquet        each written beside, synced and renamed
recordings/STEM.parquet
recordings.parquet        the rows of recordings/, put together at the end of a call
refused.csv               what the last call could not use, and why
"""

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from retrowalk.app.cohort_inputs import place_in
from retrowalk.errors import Conflict, Unwritable
from retrowalk.writers.parquet import ENDING, write_parquet, write_whole

if sys.platform != "win32":
    import fcntl

PARTS = ("recordings", "strides", "bouts")  # the order of removal: what is not counted goes after
TOGETHER, REFUSED, LOCK = "recordings.parquet", "refused.csv", ".lock"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that could not be measured, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Results:
    """The folder while this call alone writes in it."""

    folder: Path

    def done(self) -> frozenset[str]:
        """The recordings that are whole."""
        return frozenset(stem for stem, parts in self._parts().items() if parts == len(PARTS))

    def holds(self, stem: str) -> bool:
        """Whether this recording is whole."""
        return all((self.folder / part / f"{stem}{ENDING}").exists() for part in PARTS)

    def sweep(self) -> None:
        """Forget what a killed call left unfinished."""
        for folder in (self.folder, *(self.folder / part for part in PARTS)):
            for path in folder.glob(".*.tmp"):
                path.unlink(missing_ok=True)
        self._remove(stem for stem, parts in self._parts().items() if parts < len(PARTS))

    def retire(self, stems: Iterable[str]) -> None:
        """Forget older measurements of the same files: each counts once."""
        now = {place_in(stem): stem for stem in stems}
        self._remove(stem for stem in self._parts() if now.get(place_in(stem), stem) != stem)

    def save(self, stem: str, tables: Mapping[str, pl.DataFrame]) -> None:
        """All tables of one file.  Raises Unwritable."""
        for part in reversed(PARTS):
            write_parquet(tables[part], self.folder / part / f"{stem}{ENDING}")

    def put_together(self) -> int:
        """recordings.parquet anew; how many recordings it holds."""
        paths = [self.folder / "recordings" / f"{stem}{ENDING}" for stem in sorted(self.done())]
        frames = [pl.read_parquet(path, glob=False) for path in paths]
        rows = pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()
        write_parquet(rows, self.folder / TOGETHER)
        return len(rows)

    def list_refused(self, refused: Iterable[Refusal]) -> None:
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(("file", "reason"))
        rows.writerows((one.file, one.reason) for one in refused)
        write_whole(text.getvalue().encode(), self.folder / REFUSED)

    def _parts(self) -> Counter[str]:
        """How many of its tables each recording has."""
        return Counter(path.stem for part in PARTS for path in (self.folder / part).iterdir()
                       if path.suffix == ENDING and not path.name.startswith("."))  # fmt: skip

    def _remove(self, stems: Iterable[str]) -> None:
        for stem in stems:
            for part in PARTS:
                (self.folder / part / f"{stem}{ENDING}").unlink(missing_ok=True)


@contextmanager
def open_results(folder: Path) -> Iterator[Results]:
    """The folder, made where it is not, for one call at a time.  Raises Unwritable, Conflict."""
    try:
        for part in PARTS:
            (folder / part).mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("wb")
    except OSError as fault:
        raise Unwritable(
            f"{folder.name}: results cannot be written there ({fault.strerror}); "
            "expected a folder you may write to; choose another."
        ) from None
    with lock:
        _hold(lock, folder)
        yield Results(folder)


def _hold(lock: BinaryIO, folder: Path) -> None:
    """The system lets go of it when the program ends, however it ends."""
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict(
            f"{folder.name}: another retrowalk is measuring into this folder; expected one at a "
            "time; wait for it or choose another folder."
        ) from None
    except OSError:
        return  # a disk over the network that knows no locks: names alone must do
