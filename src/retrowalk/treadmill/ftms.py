"""The Fitness Machine Service in bytes: commands out, answers and announcements in.

No radio here. Facts from the Fitness Machine Service 1.0.1 and from machines that depart from it.
Nothing in the service stops a belt when the link drops, and nothing in it knows backward.
"""

from dataclasses import dataclass
from enum import Enum
from math import floor

from retrowalk.errors import BadPacket
from retrowalk.treadmill.port import EXACT
from retrowalk.units import KMH


def uuid(short: int) -> str:
    """A 16-bit number on the Bluetooth base."""
    return f"0000{short:04x}-0000-1000-8000-00805f9b34fb"


SERVICE = uuid(0x1826)
FEATURE = uuid(0x2ACC)
TREADMILL_DATA = uuid(0x2ACD)
TRAINING_STATUS = uuid(0x2AD3)
SPEED_RANGE = uuid(0x2AD4)
INCLINE_RANGE = uuid(0x2AD5)
CONTROL_POINT = uuid(0x2AD9)
MACHINE_STATUS = uuid(0x2ADA)

SPEED_STEP_MPS = 0.01 * KMH  # of every speed on the wire
INCLINE_STEP_RATIO = 0.001
MOST_U16 = 0xFFFF
ANSWERS = 0x80


class Op(Enum):
    """What can be asked at the control point."""

    REQUEST_CONTROL = 0x00
    RESET = 0x01
    SET_SPEED = 0x02
    SET_INCLINE = 0x03
    START = 0x07
    STOP = 0x08


class Result(Enum):
    """What a machine answers."""

    SUCCESS = 0x01
    NOT_SUPPORTED = 0x02
    INVALID = 0x03
    FAILED = 0x04  # also: a Start of what runs, a Stop of what stands
    NOT_PERMITTED = 0x05
    UNKNOWN = 0xFF  # a code the service does not define


@dataclass(frozen=True, slots=True)
class Answer:
    """`op` is None where a machine sends the bare result."""

    op: Op | None
    result: Result


REQUEST_CONTROL = bytes([Op.REQUEST_CONTROL.value])
START = bytes([Op.START.value])
STOP = bytes([Op.STOP.value, 0x01])
PAUSE = bytes([Op.STOP.value, 0x02])


def set_speed(belt_mps: float) -> bytes:
    """The command for this speed, to the hundredth of a km/h that is not above it.

    Raises BadPacket for what no belt can run.
    """
    return _command(Op.SET_SPEED, belt_mps / SPEED_STEP_MPS, "a speed")


def set_incline(incline_ratio: float) -> bytes:
    """The command for this incline, never down: retrowalk never declines a belt."""
    return _command(Op.SET_INCLINE, incline_ratio / INCLINE_STEP_RATIO, "an incline", most=0x7FFF)


def _command(op: Op, steps: float, what: str, most: int = MOST_U16) -> bytes:
    if not 0 <= steps < most + 1:  # the last step may come a hair above itself
        raise BadPacket(f"{what} of {steps:g} steps was to be sent where a treadmill takes 0 to "
                        f"{most}; ask for one within its range.")  # fmt: skip
    return bytes([op.value]) + min(most, floor(steps + EXACT * max(1.0, steps))).to_bytes(
        2, "little"
    )


def parse_answer(payload: bytes) -> Answer:
    """An indication of the control point: `80 op result`, or from some machines the result alone.

    Raises BadPacket for anything else.
    """
    if len(payload) >= 3 and payload[0] == ANSWERS:
        return Answer(_op(payload[1]), _result(payload[2]))
    if len(payload) == 1 and payload[0] != ANSWERS:
        return Answer(None, _result(payload[0]))
    raise BadPacket(f"the treadmill answered {payload[:8].hex(' ') or 'nothing'} where 80, the "
                    "request and a result were expected; it was passed over.")  # fmt: skip


def _op(code: int) -> Op | None:
    return next((op for op in Op if op.value == code), None)


def _result(code: int) -> Result:
    return next((result for result in Result if result.value == code), Result.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Range:
    """What a machine says it can do; in m/s, or as a ratio for incline."""

    least: float
    most: float
    step: float


def parse_speed_range(payload: bytes) -> Range:
    """Supported Speed Range.  Raises BadPacket where it makes no sense."""
    return _range(payload, SPEED_STEP_MPS, signed=False)


def parse_incline_range(payload: bytes) -> Range:
    """Supported Inclination Range.  Raises BadPacket where it makes no sense."""
    return _range(payload, INCLINE_STEP_RATIO, signed=True)


def _range(payload: bytes, unit: float, *, signed: bool) -> Range:
    if len(payload) >= 6:
        least, most = (int.from_bytes(payload[i : i + 2], "little", signed=signed) for i in (0, 2))
        step = int.from_bytes(payload[4:6], "little")
        if least <= most:
            return Range(least * unit, most * unit, max(step, 1) * unit)
    raise BadPacket(f"the treadmill gave its range as {payload[:8].hex(' ') or 'nothing'} where "
                    "least, most and step were expected; its range is not known.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claims:
    """What a machine claims to take; many claim everything."""

    speed: bool
    incline: bool


def parse_features(payload: bytes) -> Claims:
    """Fitness Machine Feature, the half that says which targets can be set.

    Raises BadPacket where it is cut short.
    """
    if len(payload) < 8:
        raise BadPacket(f"the treadmill gave {len(payload)} bytes of features where eight were "
                        "expected; they are not known.")  # fmt: skip
    targets = int.from_bytes(payload[4:8], "little")
    return Claims(speed=bool(targets & 1), incline=bool(targets & 2))


class Happened(Enum):
    """What a machine announces that somebody else did to it."""

    RESET = "reset"
    STOPPED = "stopped at the console"
    PAUSED = "paused at the console"
    SAFETY_KEY = "stopped by the safety key"
    STARTED = "started at the console"
    SPEED_CHANGED = "speed changed"
    INCLINE_CHANGED = "incline changed"
    CONTROL_LOST = "control lost"
    OTHER = "something else"


@dataclass(frozen=True, slots=True)
class Announced:
    """`value` is the new speed in m/s, or the new incline as a ratio."""

    happened: Happened
    value: float | None = None


def parse_status(payload: bytes) -> Announced:
    """Fitness Machine Status.  Raises BadPacket when it is empty."""
    if not payload:
        raise BadPacket("the treadmill announced nothing at all; it was passed over.")
    code, rest = payload[0], payload[1:3]
    match code:
        case 0x01:
            return Announced(Happened.RESET)
        case 0x02:
            return Announced(Happened.PAUSED if rest[:1] == b"\x02" else Happened.STOPPED)
        case 0x03:
            return Announced(Happened.SAFETY_KEY)
        case 0x04:
            return Announced(Happened.STARTED)
        case 0x05 | 0x06 if len(rest) < 2:
            return Announced(Happened.SPEED_CHANGED if code == 0x05 else Happened.INCLINE_CHANGED)
        case 0x05:
            return Announced(
                Happened.SPEED_CHANGED, int.from_bytes(rest, "little") * SPEED_STEP_MPS
            )
        case 0x06:
            steps = int.from_bytes(rest, "little", signed=True)
            return Announced(Happened.INCLINE_CHANGED, steps * INCLINE_STEP_RATIO)
        case 0xFF:
            return Announced(Happened.CONTROL_LOST)
    return Announced(Happened.OTHER)


TREADMILL_BIT = 1


def says_treadmill(service_data: bytes) -> bool | None:
    """Whether an advertisement is a treadmill's; None where it does not say.

    The machine type is the two bytes after the flags; some send them swapped, one byte, or none.
    """
    kind = service_data[1:3]
    return any(byte & TREADMILL_BIT for byte in kind) if kind else None
