"""Corners of the import readers: what files of other makers hold, and files made to do harm."""

import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.readers.made_imports import monitoring_fit, written
from tests.readers.test_bringing import GPX, POINT, health, record, refused
from validation.health_export import WORKOUT

from retrowalk.errors import BadImport
from retrowalk.readers import apple_health, fit_files, tracks
from retrowalk.readers.bringing import bring
from retrowalk.readers.brought import Activity, Kind, likely_bpm

DAY = "2023-05-01 10:00:00 +0200"
LATER = "2023-05-01 10:40:00 +0200"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, Path]:
    return written(tmp_path_factory.mktemp("made"))


def workout(**said: str) -> str:
    given = {"workoutActivityType": "HKWorkoutActivityTypeWalking", "startDate": DAY,
             "endDate": LATER} | said  # fmt: skip
    return "<Workout " + " ".join(f'{name}="{value}"' for name, value in given.items()) + ">{}"


def statistics(kind: str, **said: str) -> str:
    inside = " ".join(f'{name}="{value}"' for name, value in said.items())
    return f'<WorkoutStatistics type="HKQuantityTypeIdentifier{kind}" {inside}/>'


# --- Apple Health ---------------------------------------------------------------------------


def test_an_exercise_has_what_its_file_sums_up(tmp_path) -> None:
    inside = (
        statistics("HeartRate", average="101.5", maximum="130")
        + statistics("StepCount", sum="4100.4")
        + statistics("DistanceWalkingRunning", sum="2", unit="mi")
        + statistics("ActiveEnergyBurned", sum="90", unit="kcal")
    )
    path = health(tmp_path / "a.xml", workout().format(inside + "</Workout>"),
                  record("HeartRate", DAY, 60))  # fmt: skip
    (walk,) = bring(path).activities
    assert walk == Activity(Kind.WALK, datetime(2023, 5, 1, 8, tzinfo=UTC), 2400, 2 * 1609.344,
                            4100, 101.5, 130.0, "")  # fmt: skip


def test_an_older_export_says_the_distance_on_the_exercise_itself(tmp_path) -> None:
    one = workout(totalDistance="900", totalDistanceUnit="yd", duration="0.5", durationUnit="hr",
                  workoutActivityType="HKWorkoutActivityTypeSwimming",
                  sourceName="Pool")  # fmt: skip
    (swim,) = bring(health(tmp_path / "a.xml", one.format("</Workout>"))).activities
    assert (swim.kind, swim.duration_s, swim.source) == (Kind.SWIM, 1800, "Pool")
    assert swim.distance_m == pytest.approx(900 * 0.9144)


def test_statistics_without_an_exercise_and_other_records_are_passed_by(tmp_path) -> None:
    rests = [record("RestingHeartRate", DAY, bpm) for bpm in (5, 55)]
    path = health(tmp_path / "a.xml", statistics("StepCount", sum="9"), record("BodyMass", DAY, 70),
                  *rests)  # fmt: skip
    read = bring(path)
    assert (read.activities, read.unread) == ((), 0)
    assert [(day.steps, day.heart_rest_bpm) for day in read.days] == [(None, 55.0)]


def test_endless_and_negative_counts_are_no_steps(tmp_path) -> None:
    odd = [record("StepCount", DAY, value) for value in ("inf", "nan", "-5")]
    read = bring(health(tmp_path / "a.xml", *odd, record("StepCount", DAY, 7)))
    assert [day.steps for day in read.days] == [7]
    assert read.unread == 3


def test_a_date_past_all_calendars_is_unread(tmp_path) -> None:
    far = workout(startDate="9999-12-31 99:00:00 -2359", endDate="9999-12-31 99:10:00 -2359")
    assert bring(health(tmp_path / "a.xml", far.format("</Workout>"))).unread == 1


@pytest.mark.parametrize(("limit", "parts", "says"), [
    ("MOST_BEATS", [record("HeartRate", DAY, 60)] * 4, "3 heart rates"),
    ("MOST_DAYS", [record("StepCount", f"2023-05-0{i} 10:00:00 +0200", 5) for i in range(1, 6)],
     "3 days"),
    ("MOST_DAYS", [record("RestingHeartRate", f"2023-05-0{i} 10:00:00 +0200", 60)
                   for i in range(1, 7)], "3 days"),
    ("MOST_ACTIVITIES", [WORKOUT.format(start=DAY, end=LATER)] * 4, "3 exercises"),
])  # fmt: skip
def test_more_than_a_life_holds_is_refused(tmp_path, monkeypatch, limit, parts, says) -> None:
    monkeypatch.setattr(apple_health, limit, 3)
    assert f"more than {says}" in refused(health(tmp_path / "a.xml", *parts))


def test_health_data_that_is_no_export_and_an_archive_that_would_burst(tmp_path, monkeypatch):
    (tmp_path / "a.xml").write_text("<NotHealthData/>")
    refused(tmp_path / "a.xml")
    (tmp_path / "b.xml").write_text("<Other><HealthDatum/><!-- HealthData --></Other>")
    assert "no export of Apple Health" in refused(tmp_path / "b.xml")
    monkeypatch.setattr(apple_health, "LARGEST_BYTES", 10)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("apple_health_export/export.xml", "<HealthData></HealthData>")
    assert "would unpack" in refused(tmp_path / "a.zip")


# --- watches --------------------------------------------------------------------------------


def test_days_of_a_watch_are_on_its_own_calendar(tmp_path) -> None:
    (tmp_path / "a.fit").write_bytes(monitoring_fit())
    read = bring(tmp_path / "a.fit", lambda *_: None)
    assert read.activities == ()
    assert [day.on for day in read.days] == [date(2026, 11, i) for i in (18, 19, 20, 21)]
    assert all(day.steps and day.steps > 0 for day in read.days)


class Message:
    """One message as fitdecode gives it."""

    def __init__(self, name: str, **said: object) -> None:
        self.name, self.said = name, said

    def has_field(self, name: str) -> bool:
        return name in self.said

    def get_value(self, name: str) -> object:
        return self.said[name]


def test_an_activity_never_closed_is_from_its_first_record_to_its_last(tmp_path) -> None:
    seen = fit_files._Seen()
    for minute, bpm in ((0, 80), (10, 120), (20, None)):
        at = datetime(2024, 5, 1, 10, minute, tzinfo=UTC)
        seen.message(Message("record", timestamp=at, heart_rate=bpm, distance=60.0 * minute))
    made = fit_files._of_records(tmp_path / "a.fit", seen)
    assert made == Activity(Kind.WALK, datetime(2024, 5, 1, 10, tzinfo=UTC), 1200, 1200, None,
                            100, 120, "FIT")  # fmt: skip
    silent = fit_files._Seen()
    silent.message(Message("record", timestamp=datetime(2024, 5, 1, 10)))  # noqa: DTZ001
    assert fit_files._of_records(tmp_path / "a.fit", silent).heart_mean_bpm is None


def test_a_watch_without_a_clock_and_odd_messages(tmp_path) -> None:
    seen = fit_files._Seen()
    for message in (
        Message("monitoring", steps=5), Message("hrv", time=1), Message("file_id"),
        Message("monitoring", timestamp=datetime(2024, 5, 1, 10, tzinfo=UTC)),
        Message("monitoring_info", timestamp=datetime(2024, 5, 1, 10, tzinfo=UTC)),
        Message("record", heart_rate=700),
    ):  # fmt: skip
        seen.message(message)
    assert (tuple(seen.days()), seen.kind) == ((), "something else")
    with pytest.raises(BadImport, match="clock was not set"):
        fit_files._of_records(tmp_path / "a.fit", seen)


def test_a_run_has_steps_of_both_feet_and_a_ride_none(tmp_path) -> None:
    at = datetime(2024, 5, 1, 10, tzinfo=UTC)
    for sport, steps in (("running", 400), ("cycling", None), ("generic", None)):
        told = Message("session", sport=sport, start_time=at, total_timer_time=600.0,
                       total_distance=700.0, total_cycles=200)  # fmt: skip
        assert fit_files._session(tmp_path / "a.fit", told).steps == steps


@pytest.mark.parametrize(("limit", "value", "says"), [
    ("LARGEST_BYTES", 10, "none of a watch"), ("MOST_MESSAGES", 3, "more than 3 messages"),
    ("MOST_ACTIVITIES", 0, "more than 0 activities"),
])  # fmt: skip
def test_a_fit_file_beyond_reason_is_refused(made, monkeypatch, limit, value, says) -> None:
    monkeypatch.setattr(fit_files, limit, value)
    assert says in refused(made["walk.fit"])


def test_a_settings_file_holds_no_walking(tmp_path, monkeypatch) -> None:
    (tmp_path / "a.fit").write_bytes(monitoring_fit())
    monkeypatch.setattr(fit_files._Seen, "days", lambda _: iter(()))
    assert "without any walking" in refused(tmp_path / "a.fit")


# --- tracks ---------------------------------------------------------------------------------


def test_our_own_tcx_comes_back_as_one_walk_with_its_heart(made) -> None:
    (walk,) = bring(made["walk.tcx"]).activities
    assert (walk.kind, walk.heart_mean_bpm, walk.heart_top_bpm) == (Kind.WALK, 96.0, 96.0)
    assert walk.distance_m == pytest.approx(19.8, abs=2.0)


def test_a_track_has_its_heart_and_what_is_odd_in_it_is_unread(tmp_path) -> None:
    odd = ("<hr>90</hr><hr>fast</hr><hr>900</hr><time>soon</time><trkpt lat='91' lon='0'/>"
           "<trkpt lon='0'/><x/><y> </y>")  # fmt: skip
    points = POINT.format(lat=49, minute=1) + odd + POINT.format(lat=49.001, minute=9)
    (tmp_path / "a.gpx").write_text(GPX.format(kind="", points=points))
    read = bring(tmp_path / "a.gpx")
    assert read.unread == 2
    assert (read.activities[0].heart_mean_bpm, read.activities[0].heart_top_bpm) == (90, 90)


def test_zones_are_one_time_and_times_without_one_are_greenwichs(tmp_path) -> None:
    point = "<trkpt lat='49' lon='8'><time>{}</time></trkpt>"
    points = "".join(point.format(at) for at in ("2024-05-01T12:00:00+02:00", "2024-05-01T10:30:00",
                                                "9999-12-31T23:59:59-14:00"))  # fmt: skip
    (tmp_path / "a.gpx").write_text(GPX.format(kind="", points=points))
    read = bring(tmp_path / "a.gpx")
    assert (read.activities[0].duration_s, read.unread) == (1800, 1)


def test_points_before_any_track_and_long_texts_are_passed_by(tmp_path) -> None:
    text = GPX.format(kind="w" * 70_000, points=POINT.format(lat=49, minute=1))
    stray = "<trkseg/><trkpt lat='49' lon='8'><time>2024-05-01T10:00:00Z</time></trkpt><trk>"
    (tmp_path / "a.gpx").write_text(text.replace("<trk>", stray, 1))
    assert len(bring(tmp_path / "a.gpx").activities) == 1


@pytest.mark.parametrize(("limit", "value", "says"), [
    ("LARGEST_BYTES", 10, "none of a walk"), ("MOST_ACTIVITIES", 0, "more than 0 tracks"),
])  # fmt: skip
def test_tracks_beyond_reason_are_refused(made, monkeypatch, limit, value, says) -> None:
    monkeypatch.setattr(tracks, limit, value)
    assert says in refused(made["walk.gpx"])
    assert says in refused(made["walk.tcx"])


def test_a_file_that_cannot_be_opened_is_refused(tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.gpx"
    path.write_text("<gpx/>")

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "open", closed)
    assert "Permission denied" in refused(path)


def test_a_heart_rate_is_a_number_a_heart_has() -> None:
    given = (None, float("nan"), float("inf"), 24.9, 250.1, 25.0, 250.0)
    assert [likely_bpm(bpm) for bpm in given] == [None] * 5 + [25.0, 250.0]
