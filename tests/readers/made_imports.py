"""One good file of every kind that is brought from elsewhere, or back."""

from datetime import timedelta
from pathlib import Path

from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.monitoring_info_message import MonitoringInfoMessage
from fit_tool.profile.messages.monitoring_message import MonitoringMessage
from fit_tool.profile.profile_type import ActivityType, FileType, Manufacturer
from tests.app.walked import NOON, SORE, a_house, log, put_sessions, put_test
from tests.readers.mutating_zips import packed
from validation.health_export import write_export

from retrowalk.app import backing_up, exporting, importing
from retrowalk.store.models import MarkRow, RecordingRow

GPX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx xmlns="http://www.topografix.com/GPX/1/1">'
    "<trk><name>Round the lake</name><type>hiking</type><trkseg>{points}</trkseg></trk></gpx>"
)
POINT = ('<trkpt lat="{lat:.4f}" lon="8.1000"><ele>120</ele>'
         "<time>2024-05-01T10:{minute:02}:00Z</time><extensions><x:hr>{bpm}</x:hr></extensions>"
         "</trkpt>\n")  # fmt: skip
AWAKE = range(10 * 60, 10 * 60 + 40)


def written(folder: Path) -> dict[str, Path]:
    """Each under the name its mangled copies go by."""
    house = a_house(folder / "made")
    session, *_ = put_sessions(house, [NOON, NOON - timedelta(days=3)], events=log(), review=SORE)
    put_test(house, "timed-up-and-go", NOON.date(), 9.5)
    write_export(folder / "health.xml", days=3, awake=AWAKE)
    importing.bring_in(house, folder / "health.xml")
    with house.store.writing() as rows:
        rows.add(MarkRow(walker_id=house.walker_id, at=NOON, on=NOON.date(), activity="Stretching",
                         did="done", to=None, reason="", undone_at=None))  # fmt: skip
        rows.add(RecordingRow(walker_id=house.walker_id, session_id=session, at=NOON, body="{}",
                              content=bytes(range(256))))  # fmt: skip
    for form in ("fit", "tcx"):
        (folder / f"walk.{form}").write_bytes(exporting.session_file(house, session, form)[0])
    backing_up.make(house, folder / "backup.zip")
    house.close()
    points = "".join(POINT.format(lat=49 + 0.001 * i, minute=i, bpm=90 + i) for i in range(40))
    (folder / "walk.gpx").write_text(GPX.format(points=points).replace("<x:hr", "<hr").replace(
        "</x:hr", "</hr"))  # fmt: skip
    (folder / "days.fit").write_bytes(monitoring_fit())
    (folder / "health.zip").write_bytes(packed({
        "apple_health_export/export.xml": (folder / "health.xml").read_bytes(),
    }))  # fmt: skip
    names = ("health.xml", "health.zip", "walk.fit", "days.fit", "walk.tcx", "walk.gpx",
             "backup.zip")  # fmt: skip
    return {name: folder / name for name in names}


def monitoring_fit() -> bytes:
    """Three days of a watch that counts steps, two hours east of Greenwich."""
    builder = FitFileBuilder(auto_define=True)
    head = FileIdMessage()
    head.type, head.manufacturer = FileType.MONITORING_B, Manufacturer.DEVELOPMENT.value
    head.product, head.serial_number = 0, 1
    at_ms = round(NOON.timestamp()) * 1000
    head.time_created = at_ms
    builder.add(head)
    info = MonitoringInfoMessage()
    info.timestamp = at_ms
    info.local_timestamp = round(NOON.timestamp()) - 631_065_600 + 7200
    builder.add(info)
    for hour in range(0, 72, 6):
        one = MonitoringMessage()
        one.timestamp = at_ms - hour * 3_600_000
        one.activity_type = ActivityType.WALKING
        one.cycles = 500.0 + (72 - hour) % 24 * 100
        builder.add(one)
    content: bytes = builder.build().to_bytes()
    return content
