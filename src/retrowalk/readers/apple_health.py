"""Apple Health's export: steps and resting heart by day, workouts with their heart.

Half a gigabyte is usual, so it is read as it passes, from the ZIP as it is.  Of a day's steps the
device that counted most is believed: phone and watch count the same steps.  Heart rates are kept
as five bytes each, because workouts stand after them in the file.
"""

import math
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

from retrowalk.readers.brought import (
    MOST_ACTIVITIES,
    Activity,
    Brought,
    Day,
    Kind,
    Progress,
    TooMany,
    bad,
    likely_bpm,
)
from retrowalk.readers.safe_xml import read_xml
from retrowalk.units import DAY, HOUR, KMH, MINUTE, MPH

FORM = "Apple Health"
LARGEST_BYTES = 8 << 30  # unpacked; ten years with a watch are below 4 GB
DENSEST = 250  # bytes a byte of archive may unpack to; health exports stay below 40
FREE_BYTES = 64 << 20
MOST_DAYS = 400_000  # of all devices together; ten years of ten are 36 500
MOST_BEATS = 20_000_000  # heart rates; ten years with a watch hold 4 million
LONGEST_NAME = 200  # letters of a day or a device
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUANTITY = "HKQuantityTypeIdentifier"
STEPS, HEART, REST = QUANTITY + "StepCount", QUANTITY + "HeartRate", QUANTITY + "RestingHeartRate"
DISTANCES = {QUANTITY + name for name in ("DistanceWalkingRunning", "DistanceCycling",
                                          "DistanceSwimming")}  # fmt: skip
WORKOUT = "HKWorkoutActivityType"
KINDS = {"Walking": Kind.WALK, "Hiking": Kind.WALK, "Running": Kind.RUN, "Cycling": Kind.CYCLE,
         "Swimming": Kind.SWIM}  # fmt: skip
METRES = {"m": 1.0, "km": KMH * HOUR, "mi": MPH * HOUR, "ft": MPH * HOUR / 5280,
          "yd": MPH * HOUR / 1760}  # fmt: skip
SECONDS = {"s": 1.0, "sec": 1.0, "min": MINUTE, "hr": HOUR, "h": HOUR}


def read_apple_health(path: Path, progress: Progress | None = None) -> Brought:
    """All of an export.xml, or of the export.zip it came in.  BadImport if it is none."""
    seen = _Seen()
    with _opened(path) as (file, total):
        try:
            read_xml(path, file, total, start=seen.element, progress=progress)
        except TooMany as many:
            raise bad(path, str(many)) from None
    if not seen.is_export:
        raise bad(path, "it is no export of Apple Health")
    return Brought(FORM, seen.activities(), seen.by_day(), seen.unread)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    if not zipped:
        with path.open("rb") as file:
            yield file, path.stat().st_size
        return
    with _archive(path) as archive:
        entry = _entry(path, archive)
        with archive.open(entry) as file:
            yield file, entry.file_size


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zipfile.zlib.error):  # type: ignore[attr-defined]
        found = "the ZIP archive is damaged, cut off or locked"
        raise bad(path, found, "export or copy it again") from None


def _entry(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The export inside; its name follows the phone's language, so the largest of the two."""
    wanted = [e for e in archive.infolist() if e.filename.lower().endswith(".xml")
              and not e.filename.lower().endswith("_cda.xml")
              and len(PurePosixPath(e.filename).parts) <= 2]  # fmt: skip
    if not wanted:
        raise bad(path, "no export.xml is inside", "export again in the Health app")
    entry = max(wanted, key=lambda e: e.file_size)
    if entry.file_size > min(LARGEST_BYTES, max(FREE_BYTES, DENSEST * path.stat().st_size)):
        raise bad(path, f"it would unpack to {entry.file_size >> 20} MB, which no health export "
                  "of this size does", "export it again")  # fmt: skip
    return entry


@lru_cache(maxsize=4096)
def _midnight(day: str, zone: str) -> float:
    """UTC seconds of a day's beginning in a zone such as +0100."""
    return datetime.strptime(f"{day} {zone}", "%Y-%m-%d %z").timestamp()


def _seconds(text: str) -> float:
    """UTC seconds of "2023-03-26 01:30:00 +0100"; ValueError for anything else."""
    clock_s = int(text[11:13]) * HOUR + int(text[14:16]) * MINUTE + float(text[17:19])
    return _midnight(text[:10], text[20:]) + clock_s


@dataclass(slots=True)
class _Exercise:
    kind: Kind
    began_at: datetime
    began_s: float
    ended_s: float
    duration_s: float
    distance_m: float | None
    source: str
    steps: int | None = None
    mean_bpm: float | None = None
    top_bpm: float | None = None


@dataclass(slots=True)
class _Seen:
    """What has passed so far."""

    is_export: bool = False
    unread: int = 0
    steps: dict[tuple[str, str], float] = field(default_factory=dict)  # (day, device)
    rests: dict[str, float] = field(default_factory=dict)
    heart_s: array = field(default_factory=lambda: array("I"))  # type: ignore[type-arg]
    heart_bpm: array = field(default_factory=lambda: array("B"))  # type: ignore[type-arg]
    exercises: list[_Exercise] = field(default_factory=list)

    def element(self, name: str, said: dict[str, str]) -> None:
        try:
            match name:
                case "Record":
                    self._record(said)
                case "Workout":
                    self._exercise(said)
                case "WorkoutStatistics" if self.exercises:
                    self._statistics(self.exercises[-1], said)
                case "HealthData":
                    self.is_export = True
        except (KeyError, ValueError, OverflowError):
            self.unread += 1

    def _record(self, said: dict[str, str]) -> None:
        kind = said["type"]
        if kind == HEART:
            bpm = float(said["value"])
            if likely_bpm(bpm):
                at_s = int(_seconds(said["startDate"]))
                if len(self.heart_s) >= MOST_BEATS:
                    raise TooMany(MOST_BEATS, "heart rates")
                self.heart_s.append(at_s)
                self.heart_bpm.append(round(bpm))
        elif kind == STEPS:
            key = said["startDate"][:10], said["sourceName"][:LONGEST_NAME]
            count = float(said["value"])
            if not 0 <= count < math.inf:
                raise ValueError
            self.steps[key] = self.steps.get(key, 0.0) + count
            if len(self.steps) > MOST_DAYS:
                raise TooMany(MOST_DAYS, "days")
        elif kind == REST and likely_bpm(bpm := float(said["value"])):
            if len(self.rests) > MOST_DAYS:
                raise TooMany(MOST_DAYS, "days")
            self.rests[said["startDate"][:10]] = bpm

    def _exercise(self, said: dict[str, str]) -> None:
        began_s, ended_s = _seconds(said["startDate"]), _seconds(said["endDate"])
        lasted_s = ended_s - began_s
        if "duration" in said:
            lasted_s = float(said["duration"]) * SECONDS[said.get("durationUnit", "min")]
        distance = None
        if "totalDistance" in said:
            distance = float(said["totalDistance"]) * METRES[said["totalDistanceUnit"]]
        kind = KINDS.get(said["workoutActivityType"].removeprefix(WORKOUT), Kind.OTHER)
        if len(self.exercises) >= MOST_ACTIVITIES:
            raise TooMany(MOST_ACTIVITIES, "exercises")
        began_at = EPOCH + timedelta(seconds=began_s)
        source = said.get("sourceName", "")[:LONGEST_NAME]
        self.exercises.append(_Exercise(kind, began_at, began_s, ended_s, lasted_s,
                                        distance or None, source))  # fmt: skip

    def _statistics(self, exercise: _Exercise, said: dict[str, str]) -> None:
        kind = said["type"]
        if kind == HEART:
            exercise.mean_bpm = likely_bpm(float(said["average"]))
            exercise.top_bpm = likely_bpm(float(said.get("maximum", said["average"])))
        elif kind == STEPS:
            exercise.steps = round(float(said["sum"]))
        elif kind in DISTANCES:
            exercise.distance_m = float(said["sum"]) * METRES[said["unit"]]

    def by_day(self) -> tuple[Day, ...]:
        most: dict[str, float] = {}
        for (day, _), count in self.steps.items():
            most[day] = max(most.get(day, 0.0), count)
        found = []
        for day in sorted({*most, *self.rests}):
            on = None
            with suppress(ValueError):
                on = date.fromisoformat(day)
            if on is None:
                self.unread += 1
                continue
            steps = round(most[day]) if day in most else None
            found.append(Day(on, steps, self.rests.get(day)))
        return tuple(found)

    def activities(self) -> tuple[Activity, ...]:
        times = np.frombuffer(self.heart_s, dtype=np.uint32) if self.heart_s else np.zeros(0)
        rates = np.frombuffer(self.heart_bpm, dtype=np.uint8) if self.heart_bpm else np.zeros(0)
        order = np.argsort(times, kind="stable")
        times, rates = times[order], rates[order]
        ends = np.array([(one.began_s, one.ended_s) for one in self.exercises]).reshape(-1, 2)
        found = np.searchsorted(times.astype(np.float64), ends)
        return tuple(
            _activity(exercise, rates[low:high])
            for exercise, (low, high) in zip(self.exercises, found, strict=True)
        )


def _activity(exercise: _Exercise, heard: np.ndarray) -> Activity:
    """The heart as the file sums it up, else from the beats heard while it lasted."""
    made = Activity(
        exercise.kind, exercise.began_at, exercise.duration_s, exercise.distance_m, exercise.steps,
        exercise.mean_bpm, exercise.top_bpm, exercise.source,
    )  # fmt: skip
    lasted_s = exercise.ended_s - exercise.began_s
    if made.heart_mean_bpm is not None or not 0 < lasted_s < DAY or not len(heard):
        return made
    return replace(made, heart_mean_bpm=float(heard.mean()), heart_top_bpm=float(heard.max()))
