"""The document is pure JSON, its numbers are the tables', and unknown is null."""

import csv
import io
import json
from dataclasses import replace

import numpy as np

from retrowalk.tables import Bouts, Contacts, Gait, Recording, Sensor, Steadiness, Strides
from retrowalk.words import Mounting, Placement
from retrowalk.writers import measurement

CODES = np.array([1, -1, 0], dtype=np.int8)
GAIT = Gait(
    Contacts(np.array([1.0, 1.5]), np.array([0, 1], dtype=np.int8), np.array([1, -1], np.int8)),
    Strides(
        np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]), CODES, CODES,
        np.array([0.01, 0.99, 0.5]), np.array([0.6, np.nan, np.nan]),
        np.array([1.2, 0.8, np.nan]), np.array([1.2, 0.8, np.nan]), np.array([0, 1, -1]),
    ),
    Bouts(np.array([1.0, 2.0]), np.array([2.0, 3.0]), np.array([4, 3]), np.array([2, 1]),
          CODES[:2], np.array([110.0, np.nan]), np.array([1.2, 0.8]), np.array([1.2, 0.8])),
    ("a warning",), (Placement.LEFT_FOOT,), 5.0,
)  # fmt: skip
SENSOR = Sensor(
    np.arange(5.0), np.zeros((5, 3)), np.zeros((5, 3)), Placement.LEFT_FOOT, Mounting.KNOWN
)
RECORDING = Recording("walk.csv", (SENSOR,), ("assumed so",))


def test_the_document_is_json_without_nan() -> None:
    said = json.dumps(measurement.document(RECORDING, GAIT, reader="csv"), allow_nan=False)
    told = json.loads(said)
    assert told["strides"][1]["stance_s"] is None
    assert told["bouts"][1]["cadence_spm"] is None
    assert [row["direction"] for row in told["strides"]] == ["forward", "backward", "unclear"]
    assert [row["side"] for row in told["strides"]] == ["left", "right", "unknown"]
    assert [row["kind"] for row in told["contacts"]] == ["initial contact", "final contact"]
    assert told["assumptions"] == ["assumed so"]
    assert told["warnings"] == ["a warning"]


def test_steadiness_has_a_row_for_each_bout_and_null_for_the_unknown() -> None:
    names = Steadiness.__dataclass_fields__
    table = Steadiness(**{name: np.array([0.25, np.nan]) for name in names})
    told = measurement.document(RECORDING, replace(GAIT, steadiness=table), reader="csv")
    rows = json.loads(json.dumps(told, allow_nan=False))["steadiness"]
    assert rows == [
        {"bout": 1, **dict.fromkeys(names, 0.25)},
        {"bout": 2, **dict.fromkeys(names, None)},
    ]
    assert not measurement.document(RECORDING, GAIT, reader="csv")["steadiness"]


def test_totals_add_up_to_the_tables() -> None:
    totals = measurement.totals(GAIT)
    assert sum(row["strides"] for row in totals.values()) == len(GAIT.strides)
    assert sum(row["steps"] for row in totals.values()) == GAIT.steps
    assert totals["backward"] == {"strides": 1, "bouts": 1, "steps": 3, "duration_s": 1.0}


def test_a_stride_outside_every_bout_says_zero() -> None:
    assert [row["bout"] for row in measurement.stride_rows(GAIT)] == [1, 2, 0]


def test_csv_has_a_row_for_each_and_empty_cells_for_the_unknown() -> None:
    for text, count in ((measurement.strides_csv(GAIT), 3), (measurement.bouts_csv(GAIT), 2),
                        (measurement.contacts_csv(GAIT), 2)):  # fmt: skip
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == count
    assert list(csv.DictReader(io.StringIO(measurement.strides_csv(GAIT))))[1]["stance_s"] == ""


def test_no_walking_is_an_empty_document() -> None:
    told = measurement.document(RECORDING, Gait(), reader="csv")
    assert (told["bouts"], told["strides"], told["contacts"]) == ([], [], [])
