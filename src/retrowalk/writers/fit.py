"""A session as a FIT file, with the direction of each second in a developer field.

`direction` is a signed byte: 1 forward, -1 backward, 0 standing; a lap for each stretch carries it
too.  Programs that know no developer fields see an indoor walk with its distance and heart.
"""

from datetime import datetime

from fit_tool.base_type import BaseType  # type: ignore[import-untyped]
from fit_tool.data_message import DataMessage  # type: ignore[import-untyped]
from fit_tool.developer_field import DeveloperField  # type: ignore[import-untyped]
from fit_tool.fit_file_builder import FitFileBuilder  # type: ignore[import-untyped]
from fit_tool.profile.messages.activity_message import (  # type: ignore[import-untyped]
    ActivityMessage,
)
from fit_tool.profile.messages.developer_data_id_message import (  # type: ignore[import-untyped]
    DeveloperDataIdMessage,
)
from fit_tool.profile.messages.event_message import EventMessage  # type: ignore[import-untyped]
from fit_tool.profile.messages.field_description_message import (  # type: ignore[import-untyped]
    FieldDescriptionMessage,
)
from fit_tool.profile.messages.file_id_message import FileIdMessage  # type: ignore[import-untyped]
from fit_tool.profile.messages.lap_message import LapMessage  # type: ignore[import-untyped]
from fit_tool.profile.messages.record_message import RecordMessage  # type: ignore[import-untyped]
from fit_tool.profile.messages.session_message import SessionMessage  # type: ignore[import-untyped]
from fit_tool.profile.profile_type import (  # type: ignore[import-untyped]
    Activity,
    Event,
    EventType,
    FileType,
    Manufacturer,
    Sport,
    SubSport,
)

from retrowalk.units import MILLISECOND
from retrowalk.words import Direction
from retrowalk.writers.walked import Lap, Moment, Walked, heart

CODES = {Direction.FORWARD: 1, Direction.BACKWARD: -1, Direction.UNCLEAR: 0}
FIELD, UNITS = "direction", "1 forward, -1 backward"
APPLICATION = bytes.fromhex("5f7265746f77616c6b2f646972656374")  # ours alone: sixteen fixed bytes
LOCAL = {RecordMessage: 1, LapMessage: 2}  # each kind its own number: defined once


def fit_content(walked: Walked) -> bytes:
    """The whole file, its checksums in place."""
    builder = FitFileBuilder(auto_define=True, min_string_size=len(UNITS) + 1)
    builder.add_all([*_heads(walked), *(_record(walked, m) for m in walked.moments),
                     _timer(walked, walked.moments[-1], EventType.STOP_ALL),
                     *(_lap(walked, i, lap) for i, lap in enumerate(walked.laps)),
                     _session(walked), _activity(walked)])  # fmt: skip
    content: bytes = builder.build().to_bytes()
    return content


def _ms(at: datetime) -> int:
    """Whole seconds, as FIT keeps them, in the milliseconds fit-tool asks for."""
    return round(round(at.timestamp()) / MILLISECOND)


def _heads(walked: Walked) -> list[DataMessage]:
    file, app, field = FileIdMessage(), DeveloperDataIdMessage(), FieldDescriptionMessage()
    file.type, file.manufacturer = FileType.ACTIVITY, Manufacturer.DEVELOPMENT.value
    file.product, file.serial_number = 0, 1
    file.time_created = _ms(walked.began_at)
    app.application_id, app.developer_data_index, app.application_version = APPLICATION, 0, 1
    field.developer_data_index, field.field_definition_number = 0, 0
    field.fit_base_type_id, field.field_name, field.units = BaseType.SINT8.value, FIELD, UNITS
    return [file, app, field, _timer(walked, walked.moments[0], EventType.START)]


def _timer(walked: Walked, moment: Moment, kind: EventType) -> EventMessage:
    made = EventMessage()
    made.event, made.event_type, made.timestamp = Event.TIMER, kind, _ms(walked.at(moment))
    return made


def _direction(direction: Direction) -> DeveloperField:
    made = DeveloperField(field_id=0, developer_data_index=0, name=FIELD, units=UNITS,
                          base_type=BaseType.SINT8, size=1)  # fmt: skip
    made.set_value(0, CODES[direction])
    return made


def _record(walked: Walked, moment: Moment) -> RecordMessage:
    made = RecordMessage(local_id=LOCAL[RecordMessage],
                         developer_fields=[_direction(moment.direction)])  # fmt: skip
    made.timestamp = _ms(walked.at(moment))
    made.distance, made.enhanced_speed = moment.distance_m, moment.belt_mps
    if moment.heart_bpm is not None:
        made.heart_rate = round(moment.heart_bpm)
    return made


def _lap(walked: Walked, number: int, lap: Lap) -> LapMessage:
    made = LapMessage(local_id=LOCAL[LapMessage], developer_fields=[_direction(lap.direction)])
    made.message_index = number
    _span(made, walked, lap.moments[0], lap.end)
    made.total_distance = lap.distance_m
    _hearts(made, lap.moments)
    return made


def _session(walked: Walked) -> SessionMessage:
    made = SessionMessage()
    made.message_index, made.first_lap_index, made.num_laps = 0, 0, len(walked.laps)
    made.sport = Sport.WALKING
    made.sub_sport = SubSport.TREADMILL if walked.treadmill else SubSport.INDOOR_WALKING
    _span(made, walked, walked.moments[0], walked.moments[-1])
    made.total_distance = walked.distance_m
    _hearts(made, walked.moments)
    return made


def _span(made: DataMessage, walked: Walked, first: Moment, last: Moment) -> None:
    made.start_time, made.timestamp = _ms(walked.at(first)), _ms(walked.at(last))
    made.total_elapsed_time = made.total_timer_time = float(last.at_s - first.at_s)


def _hearts(made: DataMessage, moments: tuple[Moment, ...]) -> None:
    rates = heart(moments)
    if rates is not None:
        made.avg_heart_rate, made.max_heart_rate = rates


def _activity(walked: Walked) -> ActivityMessage:
    made = ActivityMessage()
    made.timestamp = _ms(walked.at(walked.moments[-1]))
    made.total_timer_time, made.num_sessions = float(walked.duration_s), 1
    made.type, made.event, made.event_type = Activity.MANUAL, Event.ACTIVITY, EventType.STOP
    return made
