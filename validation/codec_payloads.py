"""Payloads that are wrong in the ways real treadmills, radios and clients are wrong."""

import json
from collections.abc import Callable
from functools import cache
from random import Random

from retrowalk.live.events import SetIncline, SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.guard_words import (
    LINE_BYTES,
    Alive,
    Beat,
    Bye,
    Drive,
    Granted,
    Look,
    No,
    Standing,
    State,
    asking,
    saying,
)
from retrowalk.treadmill.port import Capability, SpeedHeard, TroubleHeard
from validation.recordings import folder

Draw = Callable[[Random], bytes]
GOOD = (  # one of every kind the service knows, as machines send them
    "fe1f8200 7d00 701101 f1fff7ff 65006600 14 13 4100f00004 76 2b 5902 af04 2effa1ff",
    "0104 3d00", "0000 8200", "0420 5000 b00400 090300", "800201", "800804", "05", "055500",
    "3200d0070a00", "e2ff96000500", "0000000003000000", "8651000003000000", "0201", "0202", "02",
    "03", "04", "058200", "06e2ff", "ff", "010100", "0101",
)  # fmt: skip
WORDS = (
    asking(Drive(0.9)), asking(SetSpeed(0.35)), asking(StartBelt()), asking(Beat()), asking(Look()),
    asking(Bye()), asking(StopBelt(StopReason.WALKER)), saying(SpeedHeard(0.35)), saying(Alive()),
    saying(TroubleHeard(StopReason.LINK_LOST)), saying(Granted()), saying(No("Another drives.")),
    saying(Standing("virtual", State.READY, "", Capability(0.14, 3.33, 0.028))),
    saying(Standing("virtual", State.STOPPING, "It is being stopped.",
                    Capability(0.14, 3.33, 0.028, max_incline_ratio=0.1))),
    asking(SetIncline(0.02)), saying(SpeedHeard(0.35, -0.01)),
)  # fmt: skip
LEAVES = (
    "null", "true", "NaN", "Infinity", "-Infinity", "1e999", "-1", "0", "0.35", "9" * 400,
    '"WALKER"', '"ready"', '"\\ud800"', '"\\u0000"', "[]", "{}", "[0.1, 1, 0.1]", "[1, null]",
    "[Infinity, Infinity]", "[1e308, 0.1]", "[0.1, true]", "[-1, 1]", "[0.1, NaN]", "1e-320",
)  # fmt: skip
KEYS = ("ask", "say", "cap_mps", "mps", "why", "treadmill", "state", "sentence", "can_mps",
        "ratio", "incline", "can_incline", "x")  # fmt: skip
VALUES = ("drive", "speed", "incline", "stop", "start", "beat", "standing", "trouble", "no",
          "alive", "fly")  # fmt: skip
ENDS = (b"", b"\n", b"\r\n", b"\n\n", b"\x00", b"}", b"\xff\xfe", b"\xef\xbb\xbf")


@cache
def stock() -> tuple[bytes, ...]:
    """What real machines sent, where the recordings are there, and one good packet of each kind."""
    found, there = [bytes.fromhex(good) for good in GOOD], folder()
    packets = there / "ftms" / "packets.json" if there else None
    if packets is not None and packets.is_file():
        found += [bytes.fromhex(one["hex"]) for one in json.loads(packets.read_text())]
    return tuple(found)


def noise(chance: Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 2, 3, 6, 8, 20, 64, 244)))


def mangled(chance: Random) -> bytes:
    """Something good after one to four accidents."""
    payload = chance.choice(stock() if chance.random() < 0.7 else WORDS)
    for _ in range(chance.randint(1, 4)):
        payload = chance.choice(ACCIDENTS)(chance, payload)
    return payload


def _flip(chance: Random, payload: bytes) -> bytes:
    at = chance.randrange(len(payload) or 1)
    turned = bytes([payload[at] ^ 1 << chance.randrange(8)]) if payload else b"\x00"
    return payload[:at] + turned + payload[at + 1 :]


def _cut(chance: Random, payload: bytes) -> bytes:
    return payload[: chance.randint(0, len(payload))]


def _trail(chance: Random, payload: bytes) -> bytes:
    return payload + (chance.randbytes(chance.randint(1, 8)) if chance.random() < 0.7
                      else chance.choice(ENDS))  # fmt: skip


def _drop(chance: Random, payload: bytes) -> bytes:
    at = chance.randrange(len(payload) or 1)
    return payload[:at] + payload[at + 1 :]


def _splice(chance: Random, payload: bytes) -> bytes:
    return _cut(chance, payload) + chance.choice(stock())


def _over_announce(chance: Random, payload: bytes) -> bytes:
    """Flags that promise more, or other, than follows."""
    return chance.choice((b"\xff\xff", b"\xfe\xff", b"\x01\x00", chance.randbytes(2))) + payload[2:]


def _extreme(chance: Random, payload: bytes) -> bytes:
    """All ones or only the sign, the codes for "not available", anywhere."""
    at, size = chance.randrange(len(payload) or 1), chance.randint(1, 3)
    return payload[:at] + chance.choice((b"\xff" * size, b"\xff\x7f", b"\0\x80")) + payload[at:]


ACCIDENTS = (_flip, _cut, _trail, _drop, _splice, _over_announce, _extreme)


def words(chance: Random) -> bytes:
    """JSON of our own words with anything in them."""
    if chance.random() < 0.5:
        return _one_wrong(chance)
    pairs = [f'"{chance.choice(("ask", "say"))}": "{chance.choice(VALUES)}"']
    pairs += [f'"{chance.choice(KEYS)}": {_leaf(chance)}' for _ in range(chance.randint(0, 4))]
    chance.shuffle(pairs)
    return ("{" + ", ".join(pairs) + "}").encode() + chance.choice(ENDS)


def _one_wrong(chance: Random) -> bytes:
    """A line of ours in which one word is something else."""
    said = json.loads(chance.choice(WORDS))
    said[chance.choice(list(said))] = "@"
    return json.dumps(said).replace('"@"', _leaf(chance)).encode() + chance.choice(ENDS)


def _leaf(chance: Random, depth: int = 0) -> str:
    if depth < 3 and chance.random() < 0.1:
        return f"[{_leaf(chance, depth + 1)}, {_leaf(chance, depth + 1)}]"
    return chance.choice(LEAVES)


def long(chance: Random) -> bytes:
    """Deep, long, or without an end."""
    size = chance.randint(1, 2 * LINE_BYTES)
    return chance.choice((b"[", b'{"ask":', b"9", b"x", b"\n", b"\xff")) * size


KINDS: tuple[Draw, ...] = (noise, mangled, words, long)
SHARES = (30, 50, 19, 1)


def draw(chance: Random) -> bytes:
    """One payload."""
    return chance.choices(KINDS, SHARES)[0](chance)
