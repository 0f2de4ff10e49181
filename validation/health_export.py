"""Writes an Apple Health export of any size, as a phone and a watch would: for measuring only."""

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record type CDATA #REQUIRED sourceName CDATA #REQUIRED>
]>
<HealthData locale="en_GB">
 <ExportDate value="2026-11-20 08:00:00 +0100"/>
"""
RECORD = (' <Record type="HKQuantityTypeIdentifier{kind}" sourceName="{source}" '
          'sourceVersion="11.2" device="&lt;&lt;HKDevice: 0x283>, name:{source}, '
          'manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:11.2>" '
          'unit="{unit}" creationDate="{end}" startDate="{start}" endDate="{end}" '
          'value="{value}">\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" '
          'value="1"/>\n </Record>\n')  # fmt: skip
WORKOUT = (' <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="30" '
           'durationUnit="min" sourceName="Watch" creationDate="{end}" startDate="{start}" '
           'endDate="{end}">\n  <WorkoutStatistics type="HKQuantityTypeIdentifier'
           'DistanceWalkingRunning" startDate="{start}" endDate="{end}" sum="2.1" unit="km"/>\n'
           ' </Workout>\n')  # fmt: skip
ZONE = timezone(timedelta(hours=1))
FIRST = datetime(2014, 11, 20, tzinfo=ZONE)  # so that half a gigabyte ends before today
STEPS_EVERY_MIN, HEART_EVERY_MIN, AWAKE = 20, 5, range(7 * 60, 22 * 60)
AN_HOUR = range(10 * 60, 11 * 60)  # enough of a day where its records do not matter


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S %z}"


@lru_cache(maxsize=100_000)
def _clock(minute: int, second: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}:{second:02} {FIRST:%z}"


def day_records(day: int, *, stretch: int, awake: range = AWAKE) -> tuple[str, int]:
    """One day's records and the steps of its better device; `stretch` repeats the heart."""
    made, most = [], 0
    on = f"{FIRST + timedelta(days=day):%Y-%m-%d} "
    for minute in awake:
        start, end = on + _clock(minute, 0), on + _clock(minute, 50)
        if minute % STEPS_EVERY_MIN == 0:
            for source, value in (("Phone", 90), ("Watch", 100)):
                made.append(RECORD.format(kind="StepCount", source=source, unit="count",
                                          start=start, end=end, value=value))  # fmt: skip
            most += 100
        if minute % HEART_EVERY_MIN == 0:
            for second in range(stretch):
                start = on + _clock(minute, second)
                bpm = 70 + minute % 40
                made.append(RECORD.format(kind="HeartRate", source="Watch", unit="count/min",
                                          start=start, end=start, value=bpm))  # fmt: skip
    return "".join(made), most


def write_export(
    path: Path, *, days: int, least_bytes: int = 0, awake: range = AWAKE
) -> dict[str, int]:
    """The export of so many days, at least so large; how many days, walks and steps are in it.

    A short `awake` makes a small file: ten years with everything are 400 MB.
    """
    sample = len(day_records(0, stretch=1)[0]) + len(WORKOUT)
    heart = len(AWAKE) // HEART_EVERY_MIN * len(RECORD)
    stretch = 1 + max(0, least_bytes // days - sample) // heart
    steps = 0
    with path.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        day = 0
        while day < days or out.tell() < least_bytes:
            records, most = day_records(day, stretch=stretch, awake=awake)
            out.write(records)
            steps += most
            day += 1
        for walked in range(day):
            at = FIRST + timedelta(days=walked, hours=10)
            out.write(WORKOUT.format(start=_said(at), end=_said(at + timedelta(minutes=30))))
        out.write("</HealthData>\n")
    return {"days": day, "walks": day, "steps": steps}
