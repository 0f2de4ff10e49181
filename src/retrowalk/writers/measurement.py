"""A measurement as one JSON document or as CSV tables.  NaN becomes null, or an empty cell."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from retrowalk.tables import Gait, Recording, Steadiness, directions, kinds, sides
from retrowalk.words import Direction

FORMAT = "retrowalk measurement 1"  # the number grows when a key changes its meaning

BOUT_COLUMNS = ("start_s", "end_s", "steps", "strides", "direction", "cadence_spm",
                "stride_length_m", "speed_mps")  # fmt: skip
STRIDE_COLUMNS = ("start_s", "end_s", "side", "direction", "backward_probability", "stance_s",
                  "length_m", "speed_mps", "bout")  # fmt: skip
STEADINESS_COLUMNS = ("bout", *Steadiness.__dataclass_fields__)
CONTACT_COLUMNS = ("time_s", "kind", "side")


def known(value: float, digits: int = 4) -> float | None:
    """The number, shortened; None where it is not measurable."""
    return round(float(value), digits) if math.isfinite(value) else None


def bout_rows(gait: Gait) -> Iterator[dict[str, Any]]:
    """One row per bout, in order of time; bouts are counted from 1 where they are named."""
    bouts = gait.bouts
    for i, direction in enumerate(directions(bouts.direction)):
        row = (known(bouts.start_s[i]), known(bouts.end_s[i]), int(bouts.n_steps[i]),
               int(bouts.n_strides[i]), direction.value, known(bouts.cadence_spm[i], 2),
               known(bouts.length_m[i]), known(bouts.speed_mps[i]))  # fmt: skip
        yield dict(zip(BOUT_COLUMNS, row, strict=True))


def steadiness_rows(gait: Gait) -> Iterator[dict[str, Any]]:
    """One row per bout that was judged; `bout` counts from 1."""
    columns = [getattr(gait.steadiness, name) for name in STEADINESS_COLUMNS[1:]]
    for i, row in enumerate(zip(*columns, strict=True), start=1):
        yield dict(zip(STEADINESS_COLUMNS, (i, *(known(value) for value in row)), strict=True))


def stride_rows(gait: Gait) -> Iterator[dict[str, Any]]:
    """One row per stride; `bout` counts from 1, and is 0 outside every bout."""
    table = gait.strides
    words = zip(sides(table.side), directions(table.direction), strict=True)
    for i, (side, direction) in enumerate(words):
        row = (
            *(known(column[i]) for column in (table.start_s, table.end_s)),
            *(side.value, direction.value),
            *(known(column[i]) for column in (table.backward_probability, table.stance_s)),
            *(known(column[i]) for column in (table.length_m, table.speed_mps)),
            int(table.bout_i[i]) + 1,
        )
        yield dict(zip(STRIDE_COLUMNS, row, strict=True))


def contact_rows(gait: Gait) -> Iterator[dict[str, Any]]:
    """One row per contact, in order of time."""
    table = gait.contacts
    for i, (kind, side) in enumerate(zip(kinds(table.kind), sides(table.side), strict=True)):
        row = known(table.time_s[i]), kind.value, side.value
        yield dict(zip(CONTACT_COLUMNS, row, strict=True))


def totals(gait: Gait) -> dict[str, dict[str, Any]]:
    """Per direction: strides, bouts, steps in them and seconds."""
    rows = list(bout_rows(gait))
    return {
        direction.value: {
            "strides": gait.strides_in(direction),
            "bouts": sum(row["direction"] == direction.value for row in rows),
            "steps": sum(row["steps"] for row in rows if row["direction"] == direction.value),
            "duration_s": known(gait.bouts.duration_s(direction), 3),
        }
        for direction in Direction
    }


def document(
    recording: Recording, gait: Gait, *, reader: str, samples: Sequence[int] = ()
) -> dict[str, Any]:
    """Everything measured of one recording, ready for json.dumps.

    `samples` of each sensor, where the recording does not hold them all.
    """
    counted = samples or [len(sensor) for sensor in recording.sensors]
    return {
        "name": recording.source,
        "reader": reader,
        "derived": recording.derived,
        "duration_s": known(gait.duration_s, 3),
        "sensors": [
            {"placement": sensor.placement.value, "mounting": sensor.mounting.value,
             "samples": n} for sensor, n in zip(recording.sensors, counted, strict=True)
        ],
        "measured_from": [placement.value for placement in gait.measured_from],
        "assumptions": list(recording.assumptions),
        "warnings": list(gait.warnings),
        "totals": totals(gait),
        "bouts": list(bout_rows(gait)),
        "steadiness": list(steadiness_rows(gait)),
        "strides": list(stride_rows(gait)),
        "contacts": list(contact_rows(gait)),
    }  # fmt: skip


def bouts_csv(gait: Gait) -> str:
    """Bouts with their steadiness beside them; its columns are explained in `Steadiness`."""
    steady = {row["bout"]: row for row in steadiness_rows(gait)}
    rows = (row | steady.get(i, {}) for i, row in enumerate(bout_rows(gait), start=1))
    columns = (*BOUT_COLUMNS, *STEADINESS_COLUMNS[1:])
    return _csv(columns, ({name: row.get(name) for name in columns} for row in rows))


def strides_csv(gait: Gait) -> str:
    return _csv(STRIDE_COLUMNS, stride_rows(gait))


def contacts_csv(gait: Gait) -> str:
    return _csv(CONTACT_COLUMNS, contact_rows(gait))


def _csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
