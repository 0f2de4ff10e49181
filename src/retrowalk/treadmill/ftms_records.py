"""Treadmill Data (2ACD): what a machine says of itself about once a second.

    flags u16 | field | field | …        a bit per field, in the order of the bits
      bit 0 clear: instantaneous speed is here; set: more of this record follows

Facts from the Fitness Machine Service 1.0.1. Real machines announce more than they send, end in
the middle of a field, add bytes of their own and send codes for "not available": what is there
is read, what is not is None.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from retrowalk.errors import BadPacket
from retrowalk.units import DEGREE, KMH

MORE = 1 << 0
RECORD_PARTS = 8  # a record in more pieces than this is no record


@dataclass(frozen=True, slots=True)
class TreadmillRecord:
    """One record in SI; None where the machine does not say."""

    speed_mps: float | None = None
    average_mps: float | None = None
    distance_m: float | None = None
    incline_ratio: float | None = None
    ramp_rad: float | None = None
    climbed_m: float | None = None
    descended_m: float | None = None
    pace_mps: float | None = None
    average_pace_mps: float | None = None
    energy_kcal: float | None = None
    energy_kcal_per_hour: float | None = None
    energy_kcal_per_minute: float | None = None
    heart_bpm: float | None = None
    metabolic_equivalents: float | None = None
    elapsed_s: float | None = None
    remaining_s: float | None = None
    belt_force_n: float | None = None
    power_w: float | None = None


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    size: int
    unit: float
    signed: bool = False
    absent: int | None = None  # the code for "not available"


KM_PER_MINUTE = 60 * KMH
NO_S16, NO_U16, NO_U8 = 0x7FFF, 0xFFFF, 0xFF
FIELDS: tuple[tuple[_Field, ...], ...] = (  # one row per bit
    (_Field("speed_mps", 2, 0.01 * KMH),),
    (_Field("average_mps", 2, 0.01 * KMH),),
    (_Field("distance_m", 3, 1.0),),
    (
        _Field("incline_ratio", 2, 0.001, signed=True, absent=NO_S16),
        _Field("ramp_rad", 2, 0.1 * DEGREE, signed=True, absent=NO_S16),
    ),
    (_Field("climbed_m", 2, 0.1, absent=NO_U16), _Field("descended_m", 2, 0.1, absent=NO_U16)),
    (_Field("pace_mps", 1, 0.1 * KM_PER_MINUTE),),
    (_Field("average_pace_mps", 1, 0.1 * KM_PER_MINUTE),),
    (
        _Field("energy_kcal", 2, 1.0, absent=NO_U16),
        _Field("energy_kcal_per_hour", 2, 1.0, absent=NO_U16),
        _Field("energy_kcal_per_minute", 1, 1.0, absent=NO_U8),
    ),
    (_Field("heart_bpm", 1, 1.0),),
    (_Field("metabolic_equivalents", 1, 0.1),),
    (_Field("elapsed_s", 2, 1.0),),
    (_Field("remaining_s", 2, 1.0),),
    (
        _Field("belt_force_n", 2, 1.0, signed=True, absent=NO_S16),
        _Field("power_w", 2, 1.0, signed=True, absent=NO_S16),
    ),
)


def parse_record(payload: bytes) -> tuple[TreadmillRecord, bool]:
    """One notification, and whether more of its record follows.

    Raises BadPacket when there are not even flags.
    """
    if len(payload) < 2:
        raise BadPacket(f"the treadmill sent {len(payload)} bytes of data where a record begins "
                        "with two of flags; it was passed over.")  # fmt: skip
    flags = int.from_bytes(payload[:2], "little")
    more = bool(flags & MORE)
    return TreadmillRecord(**dict(_read(payload, flags))), more


def _read(payload: bytes, flags: int) -> Iterator[tuple[str, float]]:
    """Each field announced and sent, till the bytes end.

    Bits 13 to 15 come last (a step count of FitShow and KingSmith) and are left unread.
    """
    at = 2
    for bit, row in enumerate(FIELDS):
        if bool(flags >> bit & 1) == (bit == 0):  # bit 0 says what is *not* here
            continue
        for field in row:
            if at + field.size > len(payload):
                return
            raw = payload[at : at + field.size]
            at += field.size
            if int.from_bytes(raw, "little") != field.absent:
                yield field.name, int.from_bytes(raw, "little", signed=field.signed) * field.unit


class Records:
    """Notifications put together to records: a record may come in several."""

    def __init__(self) -> None:
        self._begun = TreadmillRecord()
        self._parts = 0

    def hear(self, payload: bytes) -> TreadmillRecord | None:
        """The record this notification completes, or None while more is to come.

        Raises BadPacket as `parse_record` does; what was begun is then forgotten.
        """
        try:
            data, more = parse_record(payload)
        except BadPacket:
            self.forget()
            raise
        self._begun = _joined(self._begun, data)
        self._parts += 1
        if more and self._parts < RECORD_PARTS:
            return None
        record = self._begun
        self.forget()
        return record

    def forget(self) -> None:
        """What was begun before a link loss does not go on after it."""
        self._begun, self._parts = TreadmillRecord(), 0


def _joined(first: TreadmillRecord, second: TreadmillRecord) -> TreadmillRecord:
    said = {
        field.name: getattr(second, field.name)
        for field in fields(second)
        if getattr(second, field.name) is not None
    }
    return replace(first, **said)
