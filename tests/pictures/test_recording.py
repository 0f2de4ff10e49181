"""The picture is well-formed, says in words what it shows, and stays small on long recordings."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from retrowalk.pictures.recording import recording_picture
from retrowalk.tables import Bouts, Contacts, Gait, Recording, Sensor, Strides
from retrowalk.words import Mounting, Placement

SVG = "{http://www.w3.org/2000/svg}"


def walk(strides: int, *, placement: Placement = Placement.LEFT_FOOT,
         mounting: Mounting = Mounting.KNOWN) -> tuple[Recording, Gait]:  # fmt: skip
    time_s = np.arange(strides * 100 + 100) / 100
    wave = np.sin(2 * np.pi * time_s)[:, None] * np.ones(3)
    start = np.arange(float(strides))
    codes = np.where(np.arange(strides) % 2, 1, -1).astype(np.int8)
    unknown = np.full(strides, np.nan)
    half = strides / 2
    gait = Gait(
        Contacts(np.repeat(start, 2) + np.tile([0, 0.6], strides),
                 np.tile([0, 1], strides).astype(np.int8), np.repeat(codes, 2)),
        Strides(start, start + 1, codes, np.where(start < half, -1, 1).astype(np.int8),
                np.full(strides, 0.5), unknown, unknown, unknown,
                (start >= half).astype(np.int64)),
        Bouts(np.array([0.0, half]), np.array([half, float(strides)]), np.array([9, 9]),
              np.array([4, 4]), np.array([-1, 1], np.int8), *np.ones((3, 2))),
        duration_s=float(time_s[-1]),
    )  # fmt: skip
    sensor = Sensor(time_s, wave * 9, wave, placement, mounting)
    return Recording("a <walk> & more.csv", (sensor,)), gait


def test_it_is_wellformed_and_tells_its_bouts_in_words() -> None:
    root = ElementTree.fromstring(recording_picture(*walk(10)))
    assert root.findtext(f"{SVG}title") == "Walking in a <walk> & more.csv"
    said = root.findtext(f"{SVG}desc") or ""
    assert "backward from 0:00 to 0:05, 9 steps; forward from 0:05 to 0:10" in said


def test_each_direction_has_its_own_mark_and_every_contact_is_drawn() -> None:
    drawn = recording_picture(*walk(10))
    assert drawn.count("<circle") >= 5  # forward strides
    assert drawn.count("rw-mark-back") >= 5
    assert drawn.count('"rw-contact"') == 11  # ten initial contacts and the legend's
    assert drawn.count('"rw-release"') == 11


@pytest.mark.parametrize("strides", [400, 4000])
def test_a_long_recording_stays_a_small_picture(strides: int) -> None:
    assert len(recording_picture(*walk(strides))) < 1_500_000


def test_no_walking_is_drawn_as_signal_alone() -> None:
    recording, gait = walk(5)
    drawn = recording_picture(recording, Gait(duration_s=gait.duration_s))
    assert "No walking was found." in drawn


@pytest.mark.parametrize("mounting", list(Mounting))
@pytest.mark.parametrize("placement", list(Placement))
def test_every_placement_can_be_drawn(placement: Placement, mounting: Mounting) -> None:
    ElementTree.fromstring(recording_picture(*walk(4, placement=placement, mounting=mounting)))


def test_two_pictures_on_a_page_share_no_id() -> None:
    recording, gait = walk(4)
    one, two = (recording_picture(recording, gait, prefix=name) for name in ("one", "two"))
    ids = [{e.get("id") for e in ElementTree.fromstring(text).iter() if e.get("id")}
           for text in (one, two)]  # fmt: skip
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_signal_that_never_changes_is_still_drawn() -> None:
    recording, gait = walk(4)
    flat = replace(recording.sensors[0], gyr_radps=np.zeros_like(recording.sensors[0].gyr_radps))
    ElementTree.fromstring(recording_picture(replace(recording, sensors=(flat,)), gait))
