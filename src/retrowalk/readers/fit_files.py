"""A watch's FIT file: its activities, or a day's steps.  What is damaged is refused whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import fitdecode  # type: ignore[import-untyped]

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
    unnamed,
)

FORM = "FIT"
LARGEST_BYTES = 64 << 20  # a day of seconds is below 10 MB
MOST_MESSAGES = 1_000_000  # a second each for eleven days
KINDS = {"walking": Kind.WALK, "hiking": Kind.WALK, "running": Kind.RUN, "cycling": Kind.CYCLE,
         "e_biking": Kind.CYCLE, "swimming": Kind.SWIM}  # fmt: skip
ON_FOOT = {"walking", "running", "hiking"}
BOTH_FEET = 2  # steps in a cycle
TOLD = 10_000  # messages between two tellings of how far
NO_CLOCK = "the watch's clock was not set, so nobody knows when it was"


def read_fit(path: Path, progress: Progress | None = None) -> Brought:
    """The activities or days in it.  BadImport for a damaged file and for one of another kind."""
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise bad(path, f"a FIT file of {size >> 20} MB is none of a watch")
    seen = _read(path, size, progress)
    if progress is not None:
        progress(size, size)
    if seen.sessions or seen.records:
        found = [_session(path, m) for m in seen.sessions] or [_of_records(path, seen)]
        return Brought(FORM, tuple(found))
    if days := tuple(seen.days()):
        return Brought(FORM, (), days)
    raise bad(path, f"it is a file of the kind “{seen.kind}”, without any walking",
              "choose the file of an activity")  # fmt: skip


@dataclass(slots=True)
class _Seen:
    """What has passed so far: sums, so that a long file needs no more memory."""

    kind: str = "something else"
    sessions: list[Any] = field(default_factory=list)
    records: int = 0
    first: Any = None  # time of the first record
    last: Any = None
    distance_m: float | None = None  # of the last record
    beats: int = 0
    beats_bpm: float = 0.0
    top_bpm: float | None = None
    steps: dict[tuple[date, str], float] = field(default_factory=dict)
    ahead: timedelta = timedelta(0)  # local time is ahead of UTC by so much

    def message(self, message: Any) -> None:
        match message.name:
            case "file_id":
                self.kind = str(_value(message, "type") or self.kind).replace("_", " ")
            case "session":
                if len(self.sessions) >= MOST_ACTIVITIES:
                    raise TooMany(MOST_ACTIVITIES, "activities")
                self.sessions.append(message)
            case "record":
                self._record(message)
            case "monitoring_info" | "monitoring":
                self._counted(message)

    def _record(self, message: Any) -> None:
        self.last = _value(message, "timestamp")
        self.first = self.last if not self.records else self.first
        self.records += 1
        self.distance_m = _figure(message, "distance")
        if (bpm := likely_bpm(_figure(message, "heart_rate"))) is not None:
            self.beats, self.beats_bpm = self.beats + 1, self.beats_bpm + bpm
            self.top_bpm = max(self.top_bpm or bpm, bpm)

    def _counted(self, message: Any) -> None:
        """Steps count up through a day, for each way of moving by itself."""
        at = _value(message, "timestamp")
        if not isinstance(at, datetime):
            return
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        local = _value(message, "local_timestamp")
        if message.name == "monitoring_info" and isinstance(local, datetime):
            self.ahead = local.replace(tzinfo=UTC) - at
        if message.name == "monitoring" and (steps := _figure(message, "steps")):
            # midnight's own count closes the day before
            on = (at + self.ahead - timedelta(minutes=1)).date()
            key = on, str(_value(message, "activity_type"))
            self.steps[key] = max(self.steps.get(key, 0.0), steps)

    def days(self) -> Iterator[Day]:
        whole: dict[date, float] = {}
        for (on, _), count in self.steps.items():
            whole[on] = whole.get(on, 0.0) + count
        for on in sorted(whole):
            yield Day(on, round(whole[on]))


def _read(path: Path, size: int, progress: Progress | None) -> _Seen:
    seen, number = _Seen(), 0
    try:
        with path.open("rb") as file, fitdecode.FitReader(
            file, check_crc=fitdecode.CrcCheck.RAISE,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        ) as fit:  # fmt: skip
            for number, frame in enumerate(fit):
                if number >= MOST_MESSAGES:
                    raise TooMany(MOST_MESSAGES, "messages")
                if number % TOLD == 0 and progress is not None:
                    progress(min(file.tell(), size), size)
                if isinstance(frame, fitdecode.FitDataMessage):
                    seen.message(frame)
    except TooMany as many:
        raise bad(path, str(many)) from None
    except Exception as fault:  # fitdecode, struct and its converters each have their own
        found = f"the file is damaged or cut off ({type(fault).__name__})"
        raise bad(path, found, "copy it from the watch again") from None
    return seen


def _value(message: Any, *names: str) -> Any:
    """The first of these fields that says something."""
    for name in names:
        if message.has_field(name) and (value := message.get_value(name)) is not None:
            return value
    return None


def _figure(message: Any, *names: str) -> float | None:
    value = _value(message, *names)
    return float(value) if isinstance(value, int | float) and value > 0 else None


def _when(path: Path, value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise bad(path, NO_CLOCK, "set it and walk again")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _session(path: Path, message: Any) -> Activity:
    sport = str(_value(message, "sport") or "")
    duration_s = _figure(message, "total_timer_time", "total_elapsed_time") or 0.0
    distance_m = _figure(message, "total_distance")
    cycles = _figure(message, "total_strides", "total_cycles") if sport in ON_FOOT else None
    named = KINDS.get(sport, Kind.OTHER)
    return Activity(
        named if sport not in ("", "generic") else unnamed(duration_s, distance_m),
        _when(path, _value(message, "start_time")), duration_s, distance_m,
        round(BOTH_FEET * cycles) if cycles else None,
        likely_bpm(_figure(message, "avg_heart_rate")),
        likely_bpm(_figure(message, "max_heart_rate")), FORM,
    )  # fmt: skip


def _of_records(path: Path, seen: _Seen) -> Activity:
    """An activity that was never closed: from its first record to its last."""
    first, last = _when(path, seen.first), _when(path, seen.last)
    duration_s = (last - first).total_seconds()
    return Activity(
        unnamed(duration_s, seen.distance_m), first, duration_s, seen.distance_m, None,
        seen.beats_bpm / seen.beats if seen.beats else None, seen.top_bpm, FORM,
    )  # fmt: skip
