"""The clips: every cue has one, small, loud enough, and like no other."""

import io
import wave
from itertools import pairwise

import numpy as np
import pytest

from retrowalk.errors import Missing
from retrowalk.live.cues import CueKind
from retrowalk.sounds import FIGURES, clip, clip_name


def heard(kind):
    with wave.open(io.BytesIO(clip(clip_name(kind)))) as file:
        frames = file.readframes(file.getnframes())
        return np.frombuffer(frames, "<i2") / 32768, file.getframerate()


def test_every_kind_of_cue_has_its_figure():
    assert set(FIGURES) == set(CueKind)


@pytest.mark.parametrize("kind", CueKind, ids=lambda kind: kind.value)
def test_a_clip_is_short_loud_and_begins_and_ends_without_a_click(kind):
    sound, rate_hz = heard(kind)
    assert 0.05 < len(sound) / rate_hz < 1.6
    assert 0.7 < np.abs(sound).max() < 0.95
    assert max(abs(sound[0]), abs(sound[-1])) < 0.02


def test_no_two_kinds_sound_alike():
    """By what an ear keeps: how many notes, which way they go, how long, how rough."""
    kept = {}
    for kind, notes in FIGURES.items():
        way = tuple(np.sign(b.pitch_hz - a.pitch_hz) for a, b in pairwise(notes))
        together = len({note.at_s for note in notes}) == 1
        high = notes[0].pitch_hz > 700
        long = notes[0].length_s > 0.4
        kept[kind] = (len(notes), way, together, high, long, len(notes[0].colour))
    assert len(set(kept.values())) == len(kept), kept


def test_the_clips_leave_room_for_the_page():
    assert sum(len(clip(clip_name(kind))) for kind in CueKind) < 180_000


def test_a_sound_that_is_not_there_is_missing():
    with pytest.raises(Missing):
        clip("silence")
