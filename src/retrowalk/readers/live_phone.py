"""One packet from a phone's page, as text off a socket, into SI.  Anything may stand in it.

    {"n": 12, "i": 16.7, "t": [ms, …], "a": [[x, y, z], …], "r": [[alpha, beta, gamma], …]}

`t` are the events' own time stamps, `i` the interval they say, `a` the acceleration including
gravity in m/s², `r` the rotation rate in °/s.  Browsers give alpha, beta and gamma about the x,
y and z axes of the screen, whatever older texts say (w3c/deviceorientation issue 44).
"""

import json
from itertools import chain
from typing import Any

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.gait.packets import Packet
from retrowalk.gait.quality import MOST_RADPS
from retrowalk.tables import Floats
from retrowalk.units import DEGREE, MILLISECOND

LONGEST_TEXT = 32_768  # characters; a packet of half a second has under 4 000
MOST_ROWS = 200  # half a second at 400 a second
LONGEST_S = 2.0  # from the first reading to the last
LATEST_S = 24 * 3600.0  # on a clock that begins with the page
MOST_MPS2 = 400.0  # 40 g: no phone reads more
SLOWEST_MS = 1000.0


def read_message(text: str) -> dict[str, Any]:
    """What the page sent, as a mapping; BadRecording if it is none."""
    if len(text) > LONGEST_TEXT:
        raise _bad(f"a message of {len(text)} characters", f"at most {LONGEST_TEXT}")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _bad("something that is no message", "what its own page sends")
    return found


def read_packet(message: dict[str, Any]) -> Packet:
    """The readings of one packet.  BadRecording, one sentence, for whatever cannot be one."""
    number, interval_ms = message.get("n"), message.get("i", 0)
    if type(number) is not int or number < 0:
        raise _bad("a packet without its number", "a whole number")
    if not _is_number(interval_ms) or not 0 < interval_ms <= SLOWEST_MS:
        raise _bad("an interval no phone has", f"above 0 and at most {SLOWEST_MS:g} ms")
    times = message.get("t")
    if not isinstance(times, list) or not 1 <= len(times) <= MOST_ROWS:
        raise _bad("a packet without times", f"1 to {MOST_ROWS} of them")
    time_s = _numbers("times", [times], len(times))[0] * MILLISECOND
    if np.any(np.diff(time_s) <= 0) or time_s[0] < 0 or time_s[-1] > LATEST_S:
        raise _bad("times that do not rise within one day", "the events’ own, in order")
    if time_s[-1] - time_s[0] > LONGEST_S:
        raise _bad("a packet of more than two seconds", "about half a second")
    acc = _rows("accelerations", message.get("a"), len(times), MOST_MPS2)
    gyr = _rows("rotation rates", message.get("r"), len(times), MOST_RADPS / DEGREE)
    return Packet(number, time_s, acc, gyr * DEGREE)


def read_span(message: dict[str, Any]) -> tuple[float, float]:
    """When a calibration began and ended, in seconds on the phone's clock."""
    times = message.get("calibrate")
    if not isinstance(times, list) or len(times) != 2:
        raise _bad("a calibration without its times", "its beginning and end")
    begins_s, ends_s = (_numbers("times", [times], 2)[0] * MILLISECOND).tolist()
    if not 0 <= begins_s < ends_s <= LATEST_S or ends_s - begins_s > 120.0:
        raise _bad("a calibration at no possible time", "one of at most two minutes")
    return begins_s, ends_s


def _rows(what: str, rows: Any, n: int, most: float) -> Floats:
    if not isinstance(rows, list) or len(rows) != n:
        raise _bad(f"{what} that do not fit the times", f"{n} of them")
    values = _numbers(what, rows, 3)
    if np.any(np.abs(values) > most):
        raise _bad(f"{what} no phone can read", f"at most {most:.0f} either way")
    return values


def _numbers(what: str, rows: list[Any], width: int) -> Floats:
    whole = all(isinstance(row, list) and len(row) == width for row in rows)
    if not whole or not all(map(_is_number, chain.from_iterable(rows))):
        raise _bad(f"{what} that are not all numbers", "numbers")
    values = np.array(rows, dtype=np.float64)
    if not np.all(np.isfinite(values)):
        raise _bad(f"{what} that are not all finite", "finite numbers")
    return values


def _is_number(value: Any) -> bool:
    return isinstance(value, float) or (type(value) is int and abs(value) < 1 << 53)


def _bad(given: str, expected: str) -> BadRecording:
    return BadRecording(f"The phone sent {given} where {expected} was expected; reload its page.")
