"""Our mark as PNG pictures, for home screens: drawn here, point by point, from its geometry.

`python -m retrowalk.pictures.icon` writes them beside the pages; a test holds them to this.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STATIC = Path(__file__).parents[1] / "web" / "static"
PAPER, BACK, FORE = (0xF4, 0xF6, 0xF3), (0xE6, 0x9F, 0x00), (0x00, 0x72, 0xB2)
ON_BACK, ON_FORE = (0x1B, 0x13, 0x00), (0xFF, 0xFF, 0xFF)
FINE = 4  # points across a pixel: edges as smooth as an eye can tell
SIZE = 58.0  # the mark's own square, as in static/mark.svg
MASKED_RATIO = 0.8  # of a maskable icon only this much across is sure to be seen
PICTURES = {
    "icon-192.png": (192, 1.0),
    "icon-512.png": (512, 1.0),
    "icon-512-masked.png": (512, MASKED_RATIO),
    "icon-180.png": (180, 0.9),  # Apple rounds the corners itself
}
Plane = NDArray[np.float64]
Shape = NDArray[np.bool_]


def pixels(size: int, ratio: float) -> NDArray[np.uint8]:
    """(size, size, 3): the mark, `ratio` of the picture across, on paper."""
    at = (np.arange(size * FINE) + 0.5) / (size * FINE) - 0.5
    x, y = np.meshgrid(at * SIZE / ratio + SIZE / 2, at * SIZE / ratio + SIZE / 2)
    drawn = np.empty((*x.shape, 3))
    drawn[:] = PAPER
    for shape, colour in (
        (_half(27.5 - x, y), BACK),
        (_half(x - 30.5, y), FORE),
        (_chevron(x, y, tip=13.0, root=20.5), ON_BACK),
        (_chevron(x, y, tip=45.0, root=37.5), ON_FORE),
    ):
        drawn[shape] = colour
    coarse: Plane = drawn.reshape(size, FINE, size, FINE, 3).mean(axis=(1, 3))
    whole: NDArray[np.uint8] = np.rint(coarse).astype(np.uint8)
    return whole


def _half(out: Plane, y: Plane) -> Shape:
    """A half of the pill: 10.5 straight, then a round end of radius 16."""
    straight = (out >= 0) & (out <= 10.5) & (np.abs(y - 29) <= 16)
    rounded = (out >= 10.5) & (np.hypot(out - 10.5, y - 29) <= 16)
    return straight | rounded


def _chevron(x: Plane, y: Plane, *, tip: float, root: float) -> Shape:
    """A stroke of width 4 from (root, 29 ± 7.5) to (tip, 29), round ends."""
    away = np.abs(y - 29)  # both arms at once
    dx, dy = root - tip, 7.5
    along = np.clip(((x - tip) * dx + away * dy) / (dx * dx + dy * dy), 0, 1)
    return np.hypot(x - tip - along * dx, away - along * dy) <= 2


def png(drawn: NDArray[np.uint8]) -> bytes:
    """As a PNG file: eight bits a colour, no filter."""
    height, width, _ = drawn.shape
    rows = b"".join(b"\0" + row.tobytes() for row in drawn)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def main() -> None:
    for name, (size, ratio) in PICTURES.items():
        (STATIC / name).write_bytes(png(pixels(size, ratio)))


if __name__ == "__main__":
    main()
