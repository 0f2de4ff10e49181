"""The icons of the installed page are ours, drawn by our own code."""

import json
import struct
import zlib

import numpy as np
import pytest

from retrowalk.pictures.icon import BACK, FORE, PAPER, PICTURES, STATIC, pixels


def read(name: str) -> np.ndarray:
    """The pixels of one of our own PNG files."""
    content = (STATIC / name).read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    begin = content.index(b"IDAT") + 4
    rows = zlib.decompress(content[begin : content.index(b"IEND") - 8])
    return (
        np.frombuffer(rows, np.uint8)
        .reshape(height, 1 + 3 * width)[:, 1:]
        .reshape(height, width, 3)
    )


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_served_is_what_is_drawn(name):
    size, ratio = PICTURES[name]
    assert np.array_equal(read(name), pixels(size, ratio))


def test_backward_is_orange_on_the_left_and_forward_blue_on_the_right():
    drawn = pixels(58, 1.0)
    assert tuple(drawn[29, 24]) == BACK
    assert tuple(drawn[29, 33]) == FORE
    assert tuple(drawn[0, 0]) == PAPER


def test_a_maskable_icon_keeps_the_mark_in_the_middle():
    drawn = read("icon-512-masked.png")
    marked = np.argwhere((drawn != PAPER).any(axis=2)) - 255.5
    assert np.hypot(*marked.T).max() <= 0.4 * 512


def test_the_manifest_names_pictures_that_are_there():
    manifest = json.loads((STATIC / "retrowalk.webmanifest").read_text())
    for icon in manifest["icons"]:
        size = int(icon["sizes"].split("x")[0])
        assert read(icon["src"].removeprefix("/static/")).shape == (size, size, 3)
    assert {i["sizes"] for i in manifest["icons"]} >= {"192x192", "512x512"}
