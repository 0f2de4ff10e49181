"""A session's file is read by an independent library and says the same."""

import math
from datetime import UTC, datetime
from io import BytesIO

import fitdecode
import pytest
from tcxreader.tcxreader import TCXReader
from tests.app.walked import NOON, a_house, log, put_sessions, was

from retrowalk.app import exporting
from retrowalk.errors import Conflict, Missing, NotAllowed
from retrowalk.words import Direction

CODES = {1: Direction.FORWARD, -1: Direction.BACKWARD, 0: Direction.UNCLEAR}


@pytest.fixture
def house(tmp_path):
    opened = a_house(tmp_path / "house")
    yield opened
    opened.close()


@pytest.fixture
def session(house) -> str:
    return put_sessions(house, [NOON], events=log())[0]


@pytest.fixture
def walked(house, session):
    return exporting.walked_session(house, session)


def frames(content: bytes, name: str) -> list:
    with fitdecode.FitReader(BytesIO(content), check_crc=fitdecode.CrcCheck.RAISE,
                             error_handling=fitdecode.ErrorHandling.RAISE) as fit:  # fmt: skip
        return [one for one in fit
                if isinstance(one, fitdecode.FitDataMessage) and one.name == name]  # fmt: skip


def test_the_seconds_hold_the_whole_dose(walked) -> None:
    dose = was().dose
    assert walked.distance_m == pytest.approx(dose.backward_m + dose.forward_m, abs=1e-9)
    assert [m.at_s for m in walked.moments] == list(
        range(walked.moments[0].at_s, walked.moments[-1].at_s + 1)
    )
    metres = [m.distance_m for m in walked.moments]
    assert metres == sorted(metres)
    for way, seconds in (
        (Direction.BACKWARD, dose.backward_s),
        (Direction.FORWARD, dose.forward_s),
    ):
        laps = [lap for lap in walked.laps if lap.direction is way]
        assert sum(lap.duration_s for lap in laps) == pytest.approx(seconds, abs=len(laps) + 1)


def test_fit_says_every_second_with_its_direction(house, session, walked) -> None:
    content, _, name = exporting.session_file(house, session, "fit")
    assert name.endswith(".fit")
    records = frames(content, "record")
    assert len(records) == len(walked.moments)
    for record, moment in zip(records, walked.moments, strict=True):
        assert record.get_value("timestamp") == walked.at(moment)
        assert CODES[record.get_value("direction")] is moment.direction
        assert record.get_value("distance") == pytest.approx(moment.distance_m, abs=0.0051)
        assert record.get_value("enhanced_speed") == pytest.approx(moment.belt_mps, abs=0.00051)
        said = record.get_value("heart_rate", fallback=None)
        assert said == (moment.heart_bpm and round(moment.heart_bpm))


def test_fit_says_laps_session_and_field_as_the_format_asks(house, session, walked) -> None:
    content = exporting.session_file(house, session, "fit")[0]
    (field,) = frames(content, "field_description")
    assert field.get_value("field_name") == "direction"
    laps = frames(content, "lap")
    assert [CODES[lap.get_value("direction")] for lap in laps] == [
        lap.direction for lap in walked.laps
    ]
    (whole,) = frames(content, "session")
    assert whole.get_value("sport") == "walking"
    assert whole.get_value("sub_sport") == "treadmill"
    assert whole.get_value("num_laps") == len(laps)
    assert whole.get_value("total_distance") == pytest.approx(walked.distance_m, abs=0.0051)
    assert whole.get_value("total_elapsed_time") == walked.duration_s
    assert sum(lap.get_value("total_elapsed_time") for lap in laps) == walked.duration_s
    assert math.isclose(sum(lap.get_value("total_distance") for lap in laps), walked.distance_m,
                        abs_tol=0.01 * len(laps))  # fmt: skip
    assert whole.get_value("avg_heart_rate") == 96


def test_tcx_says_the_same_lap_by_lap(house, session, walked, tmp_path) -> None:
    content, _, name = exporting.session_file(house, session, "tcx")
    (tmp_path / name).write_bytes(content)
    read = TCXReader().read(str(tmp_path / name), only_gps=False)
    assert len(read.laps) == len(walked.laps)
    for lap, own in zip(read.laps, walked.laps, strict=True):
        assert lap.duration == own.moments[-1].at_s - own.moments[0].at_s
        assert lap.distance == pytest.approx(own.distance_m, abs=0.0051)
        assert len(lap.trackpoints) == len(own.moments)
        for point, moment in zip(lap.trackpoints, own.moments, strict=True):
            assert point.time.replace(tzinfo=UTC) == walked.at(moment)
            assert point.distance == pytest.approx(moment.distance_m, abs=0.0051)
            assert point.hr_value == (moment.heart_bpm and round(moment.heart_bpm))
            assert point.tpx_ext["Speed"] == pytest.approx(moment.belt_mps, abs=0.00051)
    text = content.decode()
    assert text.count("<Notes>backward</Notes>") == sum(
        lap.direction is Direction.BACKWARD for lap in walked.laps
    )


def test_a_demonstration_and_a_session_nobody_walked_give_no_file(house) -> None:
    (played,) = put_sessions(house, [NOON], events=log(), speed_up=300)
    (empty,) = put_sessions(house, [datetime(2026, 11, 1, tzinfo=UTC)])
    with pytest.raises(NotAllowed, match="nobody walked"):
        exporting.session_file(house, played, "fit")
    with pytest.raises(Conflict, match="Nothing was walked"):
        exporting.session_file(house, empty, "tcx")
    with pytest.raises(Missing):
        exporting.session_file(house, "none", "fit")
