"""Walks from elsewhere: read as they are, refused in a sentence, never a crash."""

import os
import random
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.readers.mutating import mutated
from validation.health_export import HEAD, RECORD, WORKOUT, write_export

from retrowalk.errors import BadImport
from retrowalk.readers.bringing import bring
from retrowalk.readers.brought import Kind

DATA = Path(os.environ.get("RETROWALK_DATA", "/none"))
FITS = sorted(DATA.glob("fit/*.[fF][iI][tT]"))
GOOD = {
    "2013-02-06-12-11-14.fit", "2015-10-13-08-43-15.fit", "20170518-191602-1740899583.fit",
    "2019-02-17-062644-ELEMNT-297E-195-0.fit", "Activity.fit", "MonitoringFile.fit",
    "Edge810-Vector-2013-08-16-15-35-10.fit", "activity-large-fenxi2-multisport.fit",
    "activity-settings.fit", "activity-small-fenix2-run.fit", "developer-types-sample.fit",
    "coros-pace-2-cycling-misaligned-fields.fit", "event_timestamp.fit",
    "elemnt-bolt-no-application-id-inside-developer-data-id.fit", "garmin-edge-500-activity.fit",
    "garmin-edge-820-bike.fit", "garmin-fenix-5-bike.fit", "garmin-fenix-5-run.fit",
    "garmin-fenix-5-walk.fit", "null_compressed_speed_dist.fit", "sample-activity.fit",
    "sample-activity-indoor-trainer.fit", "sample_mulitple_header.fit",
}  # fmt: skip


def refused(path: Path) -> str:
    """One sentence that names the file."""
    with pytest.raises(BadImport) as caught:
        bring(path)
    said = str(caught.value)
    assert said.startswith(path.name[:20])
    assert said.endswith(".")
    assert "\n" not in said
    return said


def health(path: Path, *parts: str, head: str = HEAD) -> Path:
    path.write_text(head + "".join(parts) + "</HealthData>\n", encoding="utf-8")
    return path


def record(kind: str, start: str, value: object, *, source: str = "Watch") -> str:
    return RECORD.format(kind=kind, source=source, unit="", start=start, end=start, value=value)


# --- Apple Health ---------------------------------------------------------------------------


def test_a_health_export_gives_days_and_walks(tmp_path) -> None:
    path = tmp_path / "export.xml"
    told = write_export(path, days=4)
    read = bring(path)
    assert read.unread == 0
    assert len(read.days) == told["days"]
    assert sum(day.steps or 0 for day in read.days) == told["steps"]
    assert [one.kind for one in read.activities] == [Kind.WALK] * 4
    first = read.activities[0]
    assert first.began_at == datetime(2014, 11, 20, 9, tzinfo=UTC)
    assert (first.duration_s, first.distance_m) == (1800, 2100)
    assert first.heart_mean_bpm == pytest.approx(82.5)  # of the beats heard while it lasted


def test_the_same_export_in_its_zip_under_any_language_is_the_same(tmp_path) -> None:
    path = tmp_path / "export.xml"
    write_export(path, days=2)
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apple_health_export/export_cda.xml", "<x/>" * 9)
        archive.write(path, "apple_health_export/exportación.xml")
        archive.writestr("apple_health_export/workout-routes/route.gpx", "<gpx/>")
    assert bring(tmp_path / "export.zip") == bring(path)


def test_of_phone_and_watch_the_one_that_counted_more_is_believed(tmp_path) -> None:
    day = "2023-05-01 10:00:00 +0200"
    path = health(tmp_path / "a.xml", record("StepCount", day, 500, source="Phone"),
                  record("StepCount", day, 300, source="Phone"),
                  record("StepCount", day, 700))  # fmt: skip
    assert bring(path).days[0].steps == 800


def test_units_zones_and_a_clock_change_are_understood(tmp_path) -> None:
    """Half past one happens twice when clocks go back; each has its own offset."""
    told = WORKOUT.replace('unit="km"', 'unit="mi"')
    walks = [told.format(start=f"2023-10-29 02:30:00 {zone}", end=f"2023-10-29 02:50:00 {zone}")
             for zone in ("+0200", "+0100", "-0530")]  # fmt: skip
    one, two, far = bring(health(tmp_path / "a.xml", *walks)).activities
    assert (two.began_at - one.began_at).total_seconds() == 3600
    assert far.began_at.hour == 8
    assert one.distance_m == pytest.approx(3379.6, abs=0.1)


def test_nonsense_inside_is_counted_and_the_rest_is_read(tmp_path) -> None:
    day = "2023-05-01 10:00:00 +0200"
    path = health(
        tmp_path / "a.xml", record("StepCount", day, "many"), record("HeartRate", "yesterday", 70),
        record("HeartRate", day, 900), record("HeartRate", "9999-99-99 10:00:00 +0200", 70),
        "<Record/>", "<Workout/>", record("StepCount", "nonsense!!", 5),
        WORKOUT.format(start="2023-05-01 10:00:00", end=day),
        record("StepCount", day, 10), record("RestingHeartRate", day, 61),
    )  # fmt: skip
    read = bring(path)
    assert [(day.on, day.steps, day.heart_rest_bpm) for day in read.days] == [
        (date(2023, 5, 1), 10, 61.0)
    ]
    assert read.unread >= 6


BOMBS = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><HealthData>&b;',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><HealthData>&a;',
    '<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><HealthData>',
    '<!DOCTYPE gpx [<!ENTITY a "a">]><gpx>&a;',
)


@pytest.mark.parametrize("begins", BOMBS)
def test_an_entity_bomb_is_refused_at_its_declaration(tmp_path, begins) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text('<?xml version="1.0"?>' + begins)
    assert "declares entities" in refused(path)


@pytest.mark.parametrize("codec", ["shift_jis", "utf-7", "utf-32", "idna", "punycode", "undefined",
                                   "nonsense", "cp500", "rot13"])  # fmt: skip
def test_an_encoding_that_cannot_be_read_is_said(tmp_path, codec) -> None:
    path = tmp_path / "a.xml"
    path.write_text(f'<?xml version="1.0" encoding="{codec}"?><HealthData></HealthData>')
    refused(path)


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "cp1252"])
def test_encodings_that_exports_have_are_read(tmp_path, codec) -> None:
    path = tmp_path / "a.gpx"
    point = POINT.format(lat=49, minute=1)
    text = GPX.format(kind="Wanderung (größer)", points=point)
    named = text.replace('"1.0"', '"1.0" encoding="cp1252"') if codec == "cp1252" else text
    path.write_bytes(named.encode(codec))
    assert len(bring(path).activities) == 1


def test_elements_without_end_or_bottom_are_refused(tmp_path) -> None:
    deep, large = tmp_path / "deep.xml", tmp_path / "large.xml"
    deep.write_text("<HealthData>" + "<a>" * 100_000)
    assert "64 deep" in refused(deep)
    large.write_text("<HealthData><Record a='" + "x" * (20 << 20))
    assert "larger than 16 MB" in refused(large)


def test_a_zip_bomb_is_refused_before_it_is_read(tmp_path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apple_health_export/export.xml", b"<HealthData>" + bytes(100 << 20))
    assert "would unpack to 100 MB" in refused(path)


def test_a_cut_or_locked_or_empty_archive_is_refused(tmp_path) -> None:
    path, cut = tmp_path / "export.xml", tmp_path / "cut.zip"
    write_export(path, days=1)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "apple_health_export/export.xml")
    whole = (tmp_path / "a.zip").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    refused(cut)
    broken = bytearray(whole)
    broken[len(whole) // 2] ^= 0xFF
    cut.write_bytes(broken)
    refused(cut)
    with zipfile.ZipFile(cut, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert "no export.xml" in refused(cut)
    path.write_text(path.read_text()[:-5000])
    assert "cut off" in refused(path)


def test_progress_is_told_and_ends_whole(tmp_path) -> None:
    path = tmp_path / "export.xml"
    write_export(path, days=1, least_bytes=3_000_000)
    told: list[tuple[int, int]] = []
    bring(path, lambda read, total: told.append((read, total)))
    assert len(told) >= 3
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == path.stat().st_size


# --- watches ----------------------------------------------------------------------------------


@pytest.mark.skipif(not FITS, reason="RETROWALK_DATA/fit is not here")
@pytest.mark.parametrize("path", FITS, ids=lambda path: path.name)
def test_real_fit_files_are_imported_or_refused_in_a_sentence(path) -> None:
    if path.name in GOOD:
        read = bring(path)
        assert read.activities or read.days
        assert all(one.duration_s > 0 and one.began_at.year > 2000 for one in read.activities)
    else:
        refused(path)


@pytest.mark.skipif(not FITS, reason="RETROWALK_DATA/fit is not here")
def test_the_real_walk_is_as_its_watch_counted_it() -> None:
    (walk,) = bring(DATA / "fit" / "garmin-fenix-5-walk.fit").activities
    assert (walk.kind, walk.distance_m, walk.steps) == (Kind.WALK, 67.85, 82)
    assert walk.duration_s == pytest.approx(45.379)
    assert walk.heart_mean_bpm == 75


@pytest.mark.skipif(not FITS, reason="RETROWALK_DATA/fit is not here")
def test_a_fit_file_broken_in_any_way_never_crashes(tmp_path) -> None:
    random_ = random.Random(5)
    whole = (DATA / "fit" / "garmin-fenix-5-walk.fit").read_bytes()
    path = tmp_path / "broken.fit"
    for _ in range(60):
        path.write_bytes(whole[:12] + mutated(whole[12:], random_))
        with suppress(BadImport):
            bring(path)


GPX = """<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><type>{kind}</type>
<trkseg>{points}</trkseg></trk></gpx>"""
POINT = '<trkpt lat="{lat}" lon="8"><time>2024-05-01T10:{minute:02}:00Z</time></trkpt>'


def test_a_gpx_track_has_its_length_and_time(tmp_path) -> None:
    points = [POINT.format(lat=49 + 0.001 * i, minute=2 * i) for i in range(10)]
    path = tmp_path / "a.gpx"
    for kind, expected in (("hiking", Kind.WALK), ("", Kind.WALK), ("road_biking", Kind.CYCLE)):
        path.write_text(GPX.format(kind=kind, points="".join(points)))
        (track,) = bring(path).activities
        assert track.kind is expected
        assert track.duration_s == 18 * 60
        assert track.distance_m == pytest.approx(1000.8, abs=0.5)


def test_a_gpx_out_of_order_or_without_times_is_handled(tmp_path) -> None:
    path = tmp_path / "a.gpx"
    points = [POINT.format(lat=49, minute=minute) for minute in (30, 10, 20)]
    path.write_text(GPX.format(kind="", points="".join(points)))
    assert bring(path).activities[0].duration_s == 20 * 60
    path.write_text(GPX.format(kind="", points='<trkpt lat="49" lon="8"/>'))
    assert "no track with times" in refused(path)
    path.write_text(GPX.format(kind="", points='<trkpt lat="north" lon="8"/>'))
    refused(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"<gpx", b"\x00" * 20,
                                     b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT", b"<html></html>",
                                     b"<?xml?>", b"<TrainingCenterDatabase/>"])  # fmt: skip
def test_what_is_no_such_file_is_refused(tmp_path, content) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    refused(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path) -> None:
    refused(tmp_path / "none.fit")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "folder")
