"""What a phone felt in a session: kept with it, measured, looked at again, and deleted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from retrowalk.app.house import House
from retrowalk.app.keeping import session_row
from retrowalk.app.measuring import Measured, totals_of
from retrowalk.app.phone import PhoneLink
from retrowalk.errors import BadRecording, Missing
from retrowalk.gait.pipeline import measure
from retrowalk.store.codec import decode, encode
from retrowalk.store.models import MeasurementRow, RecordingRow
from retrowalk.tables import Recording, Sensor
from retrowalk.words import Mounting, Placement
from retrowalk.writers.parquet import readings_content, readings_of

RULE = "phone 1"  # gait.pipeline over what came, late packets too


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a kept recording beside its readings."""

    placement: Placement
    mounting: Mounting
    lost_packets: int
    lasts_s: float


@dataclass(frozen=True, slots=True)
class Kept:
    """One recording of a session; `id` names it within the session."""

    id: int
    about: About


def keep(house: House, session_id: str, links: Sequence[PhoneLink]) -> None:
    """Write down and measure what each phone sent.  StoreError if the disk refuses."""
    for link in links:
        recording = link.recording()
        if recording is None:
            continue
        (sensor,) = recording.sensors
        lasts_s = float(sensor.time_s[-1] - sensor.time_s[0])
        about = About(sensor.placement, sensor.mounting, link.lost, lasts_s)
        measured = _measured(recording)
        body = {"warnings": [measured]} if isinstance(measured, str) else totals_of(measured)
        with house.store.writing() as rows:
            rows.add(RecordingRow(
                walker_id=house.walker_id, session_id=session_id, at=house.now(),
                body=encode(about), content=readings_content(sensor),
            ))  # fmt: skip
            rows.add(MeasurementRow(
                walker_id=house.walker_id, session_id=session_id, at=house.now(),
                source="phone", rule=RULE, body=encode(body),
            ))  # fmt: skip


def kept(house: House, session_id: str) -> tuple[Kept, ...]:
    """The recordings of a session, in order.  Missing if there is no such session."""
    with house.store.reading() as rows:
        session_row(house, rows, session_id)
        found = rows.execute(
            select(RecordingRow.id, RecordingRow.body)
            .where(RecordingRow.session_id == session_id)
            .order_by(RecordingRow.id)
        )
        return tuple(Kept(row.id, decode(row.body, About)) for row in found)


def content(house: House, session_id: str, recording_id: int) -> bytes:
    """A recording as a Parquet file.  Missing if it is not this session's."""
    return _row(house, session_id, recording_id).content


def again(house: House, session_id: str, recording_id: int) -> Measured | str:
    """A kept recording measured, or the sentence why it cannot be."""
    row = _row(house, session_id, recording_id)
    about: About = decode(row.body, About)
    sensor = Sensor(*readings_of(row.content), about.placement, about.mounting)
    return _measured(Recording("phone", (sensor,)))


def forget(house: House, session_id: str) -> None:
    """Delete what was recorded in a session and what was measured from it."""
    with house.store.writing() as rows:
        session_row(house, rows, session_id)
        rows.execute(delete(RecordingRow).where(RecordingRow.session_id == session_id))
        rows.execute(
            delete(MeasurementRow).where(
                MeasurementRow.session_id == session_id, MeasurementRow.source == "phone"
            )
        )


def _row(house: House, session_id: str, recording_id: int) -> RecordingRow:
    with house.store.reading() as rows:
        session_row(house, rows, session_id)
        row = rows.get(RecordingRow, recording_id)
        if row is None or row.session_id != session_id:
            raise Missing("There is no such recording: it may have been deleted.")
        rows.expunge(row)
        return row


def _measured(recording: Recording) -> Measured | str:
    try:
        return Measured("phone", "phone", recording, measure(recording))
    except BadRecording as bad:
        return str(bad)
