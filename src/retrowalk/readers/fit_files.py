"""A watch's FIT file: its activities, or a day's steps.  What is damaged is refused whole."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import fitdecode  # type: ignore[import-untyped]

from retrowalk.readers.brought import (
    Activity,
    Brought,
    Day,
    Kind,
    Progress,
    bad,
    likely_bpm,
    unnamed,
)

FORM = "FIT"
LARGEST_BYTES = 64 << 20  # a day of seconds is below 10 MB
KINDS = {"walking": Kind.WALK, "hiking": Kind.WALK, "running": Kind.RUN, "cycling": Kind.CYCLE,
         "e_biking": Kind.CYCLE, "swimming": Kind.SWIM}  # fmt: skip
ON_FOOT = {"walking", "running", "hiking"}
BOTH_FEET = 2  # steps in a cycle
WANTED = {"file_id", "session", "record", "monitoring", "monitoring_info"}
NO_CLOCK = "the watch's clock was not set, so nobody knows when it was"


def read_fit(path: Path, progress: Progress | None = None) -> Brought:
    """The activities or days in it.  BadImport for a damaged file and for one of another kind."""
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise bad(path, f"a FIT file of {size >> 20} MB is none of a watch")
    kind, messages = _messages(path)
    if progress is not None:
        progress(size, size)
    sessions = [m for m in messages if m.name == "session"]
    records = [m for m in messages if m.name == "record"]
    if sessions or records:
        found = [_session(path, m) for m in sessions] or [_of_records(path, records)]
        return Brought(FORM, tuple(found))
    if days := tuple(_days(messages)):
        return Brought(FORM, (), days)
    raise bad(
        path,
        f"it is a file of the kind “{kind}”, without any walking",
        "choose the file of an activity",
    )


def _messages(path: Path) -> tuple[str, list[Any]]:
    found: list[Any] = []
    kind = "something else"
    try:
        with fitdecode.FitReader(
            path, check_crc=fitdecode.CrcCheck.RAISE,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        ) as fit:  # fmt: skip
            for frame in fit:
                if not isinstance(frame, fitdecode.FitDataMessage) or frame.name not in WANTED:
                    continue
                if frame.name == "file_id":
                    kind = str(_value(frame, "type") or kind).replace("_", " ")
                found.append(frame)
    except Exception as fault:  # fitdecode, struct and its converters each have their own
        found_ = f"the file is damaged or cut off ({type(fault).__name__})"
        raise bad(path, found_, "copy it from the watch again") from None
    return kind, found


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


def _of_records(path: Path, records: list[Any]) -> Activity:
    """An activity that was never closed: from its first record to its last."""
    times = [_value(record, "timestamp") for record in records]
    first, last = _when(path, times[0]), _when(path, times[-1])
    rates = [bpm for record in records if (bpm := likely_bpm(_figure(record, "heart_rate")))]
    distance_m = _figure(records[-1], "distance")
    duration_s = (last - first).total_seconds()
    return Activity(
        unnamed(duration_s, distance_m), first, duration_s, distance_m, None,
        sum(rates) / len(rates) if rates else None, max(rates, default=None), FORM,
    )  # fmt: skip


def _days(messages: list[Any]) -> Iterator[Day]:
    """Steps count up through a day, for each way of moving by itself."""
    most: dict[tuple[date, str], float] = {}
    ahead = timedelta(0)  # local time is ahead of UTC by so much
    for message in messages:
        at = _value(message, "timestamp")
        if not isinstance(at, datetime):
            continue
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        local = _value(message, "local_timestamp")
        if message.name == "monitoring_info" and isinstance(local, datetime):
            ahead = local.replace(tzinfo=UTC) - at
        if message.name == "monitoring" and (steps := _figure(message, "steps")):
            # midnight's own count closes the day before
            key = (at + ahead - timedelta(minutes=1)).date(), str(_value(message, "activity_type"))
            most[key] = max(most.get(key, 0.0), steps)
    for on in sorted({day for day, _ in most}):
        yield Day(on, round(sum(count for (day, _), count in most.items() if day == on)))
