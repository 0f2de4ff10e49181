"""Heart Rate Measurement (2A37): what a strap says about once a second.

    flags u8 | rate u8 or u16 | energy u16? | interval u16, interval u16, …?
      bit 0: the rate takes two bytes    bits 1–2: touches the skin, can tell at all
      bit 3: energy is here              bit 4: intervals between beats are here, in 1/1024 s

No radio here. Facts from the Heart Rate Service 1.0. Straps announce what they then leave out, add
bytes of their own, and count on without skin: what is there is read, what is not is None.
"""

from dataclasses import dataclass
from enum import IntFlag
from struct import pack

from retrowalk.errors import BadPacket
from retrowalk.treadmill.ftms import uuid

SERVICE = uuid(0x180D)
MEASUREMENT = uuid(0x2A37)
TICK_S = 1 / 1024  # of the intervals between beats
MOST_U16 = 0xFFFF


class Flag(IntFlag):
    WIDE = 1 << 0
    TOUCHES = 1 << 1
    TELLS_TOUCH = 1 << 2
    ENERGY = 1 << 3
    INTERVALS = 1 << 4


@dataclass(frozen=True, slots=True)
class Beat:
    """One measurement.  `contact` is False where the strap itself does not believe it."""

    heart_bpm: int
    contact: bool = True
    energy_j: float | None = None
    beats_s: tuple[float, ...] = ()  # between one beat and the next, the oldest first


def parse_beat(payload: bytes) -> Beat:
    """What the strap says.  BadPacket where there is no rate in it."""
    flags = Flag(payload[0]) if payload else Flag(0)
    ends = 3 if Flag.WIDE in flags else 2
    if len(payload) < ends:
        raise BadPacket(
            f"a heart rate was expected and {payload[:8].hex() or 'nothing'} was sent; "
            "wait for the strap's next one, and wet its electrodes."
        )
    heart_bpm = int.from_bytes(payload[1:ends], "little")
    lost = Flag.TELLS_TOUCH in flags and Flag.TOUCHES not in flags
    rest = _numbers(payload[ends:])
    energy = rest.pop(0) if Flag.ENERGY in flags and rest else None
    return Beat(
        heart_bpm,
        contact=heart_bpm > 0 and not lost,
        energy_j=None if energy in {None, MOST_U16} else 1000.0 * (energy or 0),
        beats_s=tuple(ticks * TICK_S for ticks in rest) if Flag.INTERVALS in flags else (),
    )


def _numbers(payload: bytes) -> list[int]:
    """Whole 16-bit numbers; a last odd byte is not one."""
    return [int.from_bytes(payload[at : at + 2], "little") for at in range(0, len(payload) - 1, 2)]


def beat_bytes(beat: Beat, *, wide: bool = False, tells_touch: bool = True) -> bytes:
    """As a strap sends it; a rate above 255 takes two bytes by itself."""
    wide = wide or beat.heart_bpm > 0xFF
    flags = Flag.WIDE if wide else Flag(0)
    if tells_touch:
        flags |= Flag.TELLS_TOUCH | (Flag.TOUCHES if beat.contact else Flag(0))
    said = pack("<H" if wide else "<B", beat.heart_bpm)
    if beat.energy_j is not None:
        flags |= Flag.ENERGY
        said += pack("<H", round(beat.energy_j / 1000))
    if beat.beats_s:
        flags |= Flag.INTERVALS
        said += b"".join(pack("<H", round(one / TICK_S)) for one in beat.beats_s)
    return bytes([flags]) + said
