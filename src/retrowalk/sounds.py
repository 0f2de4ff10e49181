"""The sounds of a session, made here: one short figure for each kind of cue, as a WAV file.

Told apart with eyes closed, by how many notes, their rhythm and where they go: falling is
back, rising is forward, low and rough is stop, high and hurried is danger.  Pitches stay
between 165 and 1100 Hz, where old ears hear best and small loudspeakers still speak.
"""

import io
import wave
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from retrowalk.errors import Missing
from retrowalk.live.cues import CueKind

RATE_HZ = 8000  # nothing above 4 kHz is in them; a page may weigh 300 kB in all
LOUD_RATIO = 0.8  # of full scale; the page's own volume comes after it
EDGE_S = 0.012  # a note that begins at once clicks
SOFT = (1.0, 0.35, 0.12)  # how strong each multiple of the pitch is: a flute
ROUGH = (1.0, 0.7, 0.6, 0.5, 0.4)  # a horn: heard through a motor


@dataclass(frozen=True, slots=True)
class Note:
    at_s: float
    length_s: float
    pitch_hz: float
    colour: tuple[float, ...] = SOFT


def _row(pitches_hz: tuple[int, ...], each_s: float, *, last_s: float = 0.0) -> tuple[Note, ...]:
    """Notes one after the other; the last may be held."""
    lengths = [each_s] * (len(pitches_hz) - 1) + [last_s or each_s]
    return tuple(
        Note(nth * (each_s + 0.02), length, pitch)
        for nth, (pitch, length) in enumerate(zip(pitches_hz, lengths, strict=True))
    )


def _rough(*notes: tuple[float, float, float]) -> tuple[Note, ...]:
    return tuple(Note(at_s, length_s, pitch_hz, ROUGH) for at_s, length_s, pitch_hz in notes)


FIGURES: dict[CueKind, tuple[Note, ...]] = {
    CueKind.BACK: _row((659, 494, 330), 0.22, last_s=0.4),
    CueKind.FORWARD: _row((330, 494, 659), 0.22, last_s=0.4),
    CueKind.TURN: _row((523, 784, 523, 784, 523, 784), 0.16, last_s=0.3),
    CueKind.STOP: _rough((0.0, 0.5, 165), (0.6, 0.5, 165)),
    CueKind.REST: _row((523, 415), 0.3, last_s=0.6),
    CueKind.READY: tuple(Note(0.0, 0.45, pitch) for pitch in (392, 494, 587)),
    CueKind.SLOWER: _row((587, 523, 466, 415), 0.1),
    CueKind.TEN_SECONDS: (Note(0.0, 0.5, 988),),
    CueKind.THREE: _row((784, 784, 784), 0.07),
    CueKind.TWO: _row((784, 784), 0.07),
    CueKind.ONE: (Note(0.0, 0.3, 1047),),
    CueKind.WARN: _rough((0.0, 0.1, 988), (0.18, 0.1, 988), (0.36, 0.1, 988)),
    CueKind.END: _row((392, 494, 587, 784), 0.18, last_s=0.6),
    CueKind.SAFETY_KEY: _rough(
        (0.0, 0.25, 880), (0.25, 0.25, 587), (0.5, 0.25, 880), (0.75, 0.25, 587)
    ),
}


def clip_name(kind: CueKind) -> str:
    """As it stands in an address: safety-key."""
    return kind.value.replace(" ", "-")


@cache
def clip(name: str) -> bytes:
    """The WAV file of this name: mono, 16 bit, 8000 a second.  Missing if there is none."""
    for kind, notes in FIGURES.items():
        if clip_name(kind) == name:
            return _wav(_played(notes))
    raise Missing("There is no sound of this name: load the page again.")


def _played(notes: tuple[Note, ...]) -> NDArray[np.float64]:
    """All notes together, between -1 and 1."""
    whole = np.zeros(round(RATE_HZ * max(note.at_s + note.length_s for note in notes)))
    for note in notes:
        sound, begin_i = _tone(note), round(RATE_HZ * note.at_s)
        whole[begin_i : begin_i + len(sound)] += sound[: len(whole) - begin_i]
    loudest: float = np.abs(whole).max()
    return LOUD_RATIO * whole / loudest


def _tone(note: Note) -> NDArray[np.float64]:
    at_s = np.arange(round(RATE_HZ * note.length_s)) / RATE_HZ
    sound = np.zeros_like(at_s)
    for multiple, strength in enumerate(note.colour, start=1):
        pitch_hz = multiple * note.pitch_hz
        if pitch_hz < RATE_HZ / 2:
            sound += strength * np.sin(2 * np.pi * pitch_hz * at_s)
    edges: NDArray[np.float64] = np.clip(np.minimum(at_s, at_s[::-1]) / EDGE_S, 0, 1)
    return sound * edges


def _wav(sound: NDArray[np.float64]) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(32767 * sound).astype("<i2").tobytes())
    return made.getvalue()
