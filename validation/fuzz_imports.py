"""Spoilt files brought in, and spoilt backups restored: kept as it can be, or one sentence.

    python -m validation.fuzz_imports [--count 4000] [--seed 0] [--only walk.fit] [--first 0]

Each file goes the whole way into a house.  Whatever comes of it, what is kept can have been, it can
be taken back, nothing is written beside the house, and after a restore that was let in the pages
open and a good backup comes back.
"""

import argparse
import os
import random
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.app.walked import NOON, a_house
from tests.readers.made_imports import written
from tests.readers.mutating_imports import spoilt

from retrowalk.app import backing_up, importing
from retrowalk.app.house import House
from retrowalk.errors import BadInput, Conflict, RetrowalkError
from retrowalk.store.database import FILE
from retrowalk.web.app import create_app
from validation.fuzz_workers import Attempt, Tally, forget_peak, peak_mib, tallied
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.campaign --only imports"
COUNT, FEWER = 3_500, 4  # of each kind; of backups a quarter
KINDS = ("health.xml", "health.zip", "walk.fit", "days.fit", "walk.tcx", "walk.gpx", "backup.zip")
SLOWEST_S, MOST_MIB = 10.0, 400.0
PAGES = ("/", "/history", "/week", "/tests", "/take", "/bring", "/profile", "/screening",
         "/verdict", "/protocols", "/benefits", "/export.json")  # fmt: skip
LONGEST = 500  # letters of a sentence


def attempts(kind: str, first: int, last: int, seed: int, keep: str = "") -> Iterator[Attempt]:
    """Brings the spoilt copies of one good file with these numbers."""
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory(prefix="retrowalk-fuzz-") as name:
        room = Path(name)
        (room / "good").mkdir()
        good = written(room / "good")
        content = good[kind].read_bytes()
        house = a_house(room / "house")
        backing_up.restore(house, good["backup.zip"])
        pages = _pages(house)
        path = Path(keep or room) / f"spoilt-{kind}"
        before = _names(room)
        for number in range(first, last):
            path.write_bytes(spoilt(kind, content, random.Random(f"{seed} {kind} {number}")))
            attempt = _attempt(house, path, number, good["backup.zip"], pages)
            for made in (room / "house").glob("before-restore-*"):
                made.unlink()
            beside = _names(room) - before - {path}
            yield attempt if not beside else Attempt(number, f"WRITTEN BESIDE {beside}")
        house.close()


def _pages(house: House) -> Any:
    """A browser of the house's pages that says 500 instead of falling over."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for httpx2
        from starlette.testclient import TestClient  # noqa: PLC0415

    return TestClient(create_app(house), base_url="http://127.0.0.1",
                      raise_server_exceptions=False)  # fmt: skip


def _names(room: Path) -> set[Path]:
    return {one for one in room.rglob("*") if "sqlite3" not in one.name}


def _attempt(house: House, path: Path, number: int, good: Path, pages: Any) -> Attempt:
    forget_peak()
    held_mib, began_s = peak_mib(), time.perf_counter()
    try:
        verdict = (
            _restored(house, path, good, pages) if "backup" in path.name else _brought(house, path)
        )
    except RetrowalkError as refusal:
        said = str(refusal)
        calm = said.isprintable() and said.endswith(".") and len(said) < LONGEST
        told = isinstance(refusal, BadInput | Conflict) or type(refusal).__name__ in {
            "BadBackup", "MigrationNeeded"}  # fmt: skip
        verdict = (
            "refused" if calm and told else f"NO CALM SENTENCE {type(refusal)}: {said[:200]!r}"
        )
    except BaseException as fault:
        verdict = f"ESCAPED {type(fault).__name__}: {str(fault)[:200]}"
    seconds, more_mib = time.perf_counter() - began_s, peak_mib() - held_mib
    if verdict[0].islower() and seconds > SLOWEST_S:
        verdict = f"SLOW: {seconds:.0f} s"
    if verdict[0].islower() and more_mib > MOST_MIB:
        verdict = f"HEAVY: {more_mib:.0f} MiB"
    return Attempt(number, verdict, seconds, more_mib)


def _brought(house: House, path: Path) -> str:
    before = importing.counted(house)
    made = importing.bring_in(house, path)
    kept = importing.activities(house, most=1 << 30)
    steps = importing.steps_lately(house)
    importing.take_back(house, made.id)
    if importing.counted(house) != before or not all(map(_can_be, kept)):
        return "PROMISE BROKEN"
    if steps is not None and not 0 < steps[0] <= importing.MOST_STEPS:
        return f"STEPS OF NO DAY {steps}"
    return "read"


def _can_be(one: importing.Activity) -> bool:
    """What a page may show and a sum may take."""
    spoken = one.source.isprintable() and len(one.source) <= 60
    when = importing.FIRST <= one.began_at <= NOON + timedelta(days=1)
    rates = all(25 <= bpm <= 250 for bpm in (one.heart_mean_bpm, one.heart_top_bpm) if bpm)
    far = one.distance_m is None or 0 < one.distance_m <= importing.MOST_M
    steps = one.steps is None or 0 < one.steps <= importing.MOST_STEPS
    return spoken and when and rates and far and steps and 0 < one.duration_s <= importing.LONGEST_S


def _restored(house: House, path: Path, good: Path, pages: Any) -> str:
    """Refused, with everything as it was; or let in, and then everything can be read."""
    was = _rows(house)
    try:
        backing_up.restore(house, path)
    except RetrowalkError:
        if _rows(house) != was:
            return "REFUSED, BUT CHANGED"
        raise
    shut = [path for path in PAGES if pages.get(path).status_code >= 500]
    if shut:
        return f"LET IN, AND {shut} ARE SHUT"
    backing_up.restore(house, good)
    return "read" if _rows(house) == was else "GOOD BACKUP NOT BACK"


def _rows(house: House) -> str:
    """Everything that is kept, in one number."""
    with closing(sqlite3.connect(house.store.folder / FILE)) as database:
        return sha256("\n".join(database.iterdump()).encode()).hexdigest()


def promises(*, count: int = COUNT, seed: int = 0) -> Iterable[Promise]:
    """Every kind, two at a time."""
    began_s = time.perf_counter()
    tallies = list(tallied(attempts, _todo(count), seed=seed))
    return rows(tallies, time.perf_counter() - began_s)


def _todo(count: int) -> dict[str, tuple[int, int]]:
    """A restore takes a second and its pages another: fewer of them."""
    return {kind: (0, count // FEWER if "backup" in kind else count) for kind in KINDS}


def rows(tallies: list[Tally], seconds: float) -> Iterator[Promise]:
    failed, number = sum(t.number_failed for t in tallies), sum(t.number for t in tallies)
    yield at_most("outcome.import_fuzz", failed, 0, f"of {number} files failed", COMMAND)
    yield at_least("outcome.import_fuzz_files", number, 20_000, "files", COMMAND)
    slowest = max(tally.slowest.seconds for tally in tallies)
    yield at_most("outcome.import_fuzz_slowest", slowest, SLOWEST_S, "s a file", COMMAND)
    heaviest = max(tally.heaviest.peak_mib for tally in tallies)
    yield at_most("outcome.import_fuzz_memory", heaviest, MOST_MIB, "MiB", COMMAND)
    yield at_most("outcome.import_fuzz_time", seconds / 60, 60, "min", COMMAND)


def main(words: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m validation.fuzz_imports", description=__doc__)
    asked.add_argument("--count", type=int, default=COUNT)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--only", action="append", default=[], metavar="KIND", choices=KINDS)
    asked.add_argument("--keep", default="", metavar="FOLDER", help="where spoilt files stay")
    told = asked.parse_args(words)
    os.nice(10)
    todo = dict.fromkeys(told.only or KINDS, (told.first, told.first + told.count))
    began_s = time.perf_counter()
    tallies = list(tallied(partial(attempts, keep=told.keep), todo, seed=told.seed))
    for promise in rows(tallies, time.perf_counter() - began_s):
        print(promise.line())
    return int(any(tally.number_failed for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
