"""What the guard and its clients say to each other: one JSON object a line, and each line short.

client → guard   {"ask": "drive", "cap_mps": 0.9}   take the wheel; only one has it
                 {"ask": "start"}   {"ask": "speed", "mps": 0.35}   {"ask": "beat"}
                 {"ask": "incline", "ratio": 0.02}   never below 0
                 {"ask": "stop", "why": "WALKER"}   anyone, always
                 {"ask": "look"}   look for the treadmill again     {"ask": "bye"}
guard → client   {"say": "standing", "state": "ready", …}   how things stand, at every change
                 {"say": "speed", "mps": 0.35, "incline": null}
                 {"say": "trouble", "why": "LINK_LOST"}
                 {"say": "alive"}   {"say": "granted"}   {"say": "no", "sentence": "…"}
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from retrowalk.errors import BadPacket
from retrowalk.live.events import Request, SetIncline, SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.port import Capability, Report, SpeedHeard, TroubleHeard

LINE_BYTES = 4000  # the longest line is a sentence of ours, every letter escaped
SHOWN_BYTES = 40  # of what was not understood
SENTENCE_LETTERS, NAME_LETTERS = 200, 60
FASTEST_MPS = 100.0  # anything beyond is no speed of a belt
STEEPEST_RATIO = 1.0  # nor beyond this an incline
SMALLEST_STEP = 1e-6  # no machine counts finer, and numbers of steps stay numbers


@dataclass(frozen=True, slots=True)
class Drive:
    """Take the wheel; never ask the belt for more than `cap_mps`."""

    cap_mps: float


@dataclass(frozen=True, slots=True)
class Beat: ...


@dataclass(frozen=True, slots=True)
class Look: ...


@dataclass(frozen=True, slots=True)
class Bye: ...


class State(Enum):
    AWAY = "away"  # no link to the treadmill
    STOPPING = "stopping"  # being stopped; nobody may take the wheel before it rests
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: `sentence` says why nobody may drive, where nobody may."""

    treadmill: str
    state: State
    sentence: str = ""
    can: Capability | None = None  # as far as known


@dataclass(frozen=True, slots=True)
class Alive: ...


@dataclass(frozen=True, slots=True)
class Granted: ...


@dataclass(frozen=True, slots=True)
class No:
    sentence: str


Asked = Request | Drive | Beat | Look | Bye
Said = Standing | Report | Alive | Granted | No


def asking(asked: Asked) -> bytes:
    """The line that asks for it."""
    match asked:
        case Drive(cap_mps):
            return _line(ask="drive", cap_mps=cap_mps)
        case SetSpeed(belt_mps):
            return _line(ask="speed", mps=belt_mps)
        case SetIncline(incline_ratio):
            return _line(ask="incline", ratio=incline_ratio)
        case StopBelt(reason):
            return _line(ask="stop", why=reason.name)
        case StartBelt():
            return _line(ask="start")
        case _:
            return _line(ask=type(asked).__name__.lower())


def saying(said: Said) -> bytes:
    """The line that says it."""
    match said:
        case Standing(treadmill, state, sentence, can):
            speeds = [can.min_mps, can.max_mps, can.step_mps] if can else []
            incline = [can.max_incline_ratio, can.incline_step_ratio] if can else []
            return _line(say="standing", treadmill=treadmill[:NAME_LETTERS], state=state.value,
                         sentence=sentence[:SENTENCE_LETTERS], can_mps=speeds,
                         can_incline=incline)  # fmt: skip
        case SpeedHeard(belt_mps, incline_ratio):
            return _line(say="speed", mps=belt_mps, incline=incline_ratio)
        case TroubleHeard(reason):
            return _line(say="trouble", why=reason.name)
        case No(sentence):
            return _line(say="no", sentence=sentence[:SENTENCE_LETTERS])
        case _:
            return _line(say=type(said).__name__.lower())


def _line(**words: object) -> bytes:
    return json.dumps(words).encode() + b"\n"


def asked(line: bytes) -> Asked:
    """What a client's line asks.  BadPacket, in one sentence, if it means nothing."""
    match _words(line):
        case {"ask": "drive", "cap_mps": cap}:
            return Drive(_speed(cap, line))
        case {"ask": "speed", "mps": mps}:
            return SetSpeed(_speed(mps, line))
        case {"ask": "incline", "ratio": ratio}:
            return SetIncline(_within(0.0, ratio, STEEPEST_RATIO, line))
        case {"ask": "stop", "why": str(why)} if why in StopReason.__members__:
            return StopBelt(StopReason[why])
        case {"ask": "stop"}:
            return StopBelt(StopReason.WALKER)  # for whatever reason, it is a stop
        case {"ask": "start"}:
            return StartBelt()
        case {"ask": "beat"}:
            return Beat()
        case {"ask": "look"}:
            return Look()
        case {"ask": "bye"}:
            return Bye()
    raise _nonsense(line)


def said(line: bytes) -> Said:
    """What the guard's line says.  BadPacket if it means nothing."""
    match _words(line):
        case {"say": "standing", "treadmill": str(name), "state": str(state),
              "sentence": str(sentence), "can_mps": list(speeds), **more}:  # fmt: skip
            can = _capability([_speed(mps, line) for mps in speeds], more.get("can_incline"))
            return Standing(name, _state(state, line), sentence, can)
        case {"say": "speed", "mps": mps, "incline": int() | float() as ratio}:
            steep = _within(-STEEPEST_RATIO, ratio, STEEPEST_RATIO, line)
            return SpeedHeard(_speed(mps, line), steep)
        case {"say": "speed", "mps": mps}:
            return SpeedHeard(_speed(mps, line))
        case {"say": "trouble", "why": str(why)} if why in StopReason.__members__:
            return TroubleHeard(StopReason[why])
        case {"say": "alive"}:
            return Alive()
        case {"say": "granted"}:
            return Granted()
        case {"say": "no", "sentence": str(sentence)}:
            return No(sentence)
    raise _nonsense(line)


def _capability(speeds_mps: list[float], incline: object) -> Capability | None:
    match speeds_mps:
        case [least, most, step] if 0 < least <= most and step >= SMALLEST_STEP:
            can = Capability(least, most, step)
        case _:
            return None
    match incline:
        case [int() | float() as most, int() | float() as step] if (
            SMALLEST_STEP <= step <= min(most, STEEPEST_RATIO)
        ):
            most = min(most, STEEPEST_RATIO)
            return replace(can, max_incline_ratio=most, incline_step_ratio=step)
    return can


def _words(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise _nonsense(line) from None


def _speed(found: object, line: bytes) -> float:
    return _within(0.0, found, FASTEST_MPS, line)


def _within(least: float, found: object, most: float, line: bytes) -> float:
    match found:
        case bool():
            pass
        case int() | float() if least <= found <= most:
            return float(found)
    raise _nonsense(line)


def _state(name: str, line: bytes) -> State:
    try:
        return State(name)
    except ValueError:
        raise _nonsense(line) from None


def _nonsense(line: bytes) -> BadPacket:
    shown = line[:SHOWN_BYTES].decode("ascii", "replace")
    return BadPacket(
        f"The guard was told {shown!r}, which is no line it knows: send one JSON object a line, "
        "as docs/guard.md shows."
    )


@dataclass(slots=True)
class Lines:
    """Bytes in pieces, lines out.  What has no end within `LINE_BYTES` is refused unread."""

    _begun: bytes = field(default=b"")

    def hear(self, piece: bytes) -> Iterator[bytes]:
        """The lines now complete.  BadPacket where one is too long."""
        *whole, begun = (self._begun + piece).split(b"\n")
        self._begun = begun[: LINE_BYTES + 1]
        for line in (*whole, begun):
            if len(line) > LINE_BYTES:
                raise BadPacket(
                    f"The guard was told a line of more than {LINE_BYTES} bytes, and none of its "
                    "own is that long: send one JSON object a line, as docs/guard.md shows."
                )
            if line is not begun:
                yield line
