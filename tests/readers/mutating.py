"""Breaks files the way the world does, repeatably."""

import random

SPOILT = (
    *(b"", b"nan", b"NaN", b"inf", b"-inf", b"1e308", b"-1e308", b"1e-320", b"0", b"-1", b"x"),
    *(b"\xff\xfe", b"\x00", b'"', b",", b";", b"\t", b"\n", b"\r\n", b"9" * 400, b"1,5"),
    *(b"{", b"}", b"JOINT", b"MOTION", b"Frames: 99999999", b"Frames: 0", b"Frame Time: 0"),
    *(b"\xf0\x9f\x9a\xb6", b"2020-01-01T00:00:00", b"--5", b"0x10", b"\xe2\x88\x923"),
)


def mutated(content: bytes, random_: random.Random) -> bytes:
    """The file with one to four faults."""
    for _ in range(random_.choice((1, 1, 2, 4))):
        content = random_.choice(FAULTS)(content, random_)
    return content


def _at(content: bytes, random_: random.Random) -> int:
    """Anywhere, but half the time near the beginning, where the meaning is."""
    top = len(content) if random_.random() < 0.5 else min(len(content), 600)
    return random_.randrange(top + 1)


def _cut(content: bytes, random_: random.Random) -> bytes:
    return content[: _at(content, random_)]


def _behead(content: bytes, random_: random.Random) -> bytes:
    return content[_at(content, random_) :]


def _remove(content: bytes, random_: random.Random) -> bytes:
    at = _at(content, random_)
    return content[:at] + content[at + random_.choice((1, 8, 200, 5000)) :]


def _repeat(content: bytes, random_: random.Random) -> bytes:
    at, size = _at(content, random_), random_.choice((1, 40, 3000))
    return content[: at + size] + content[at : at + size] + content[at + size :]


def _flip(content: bytes, random_: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(random_.choice((1, 3, 60))):
        if spoilt:
            spoilt[min(_at(content, random_), len(spoilt) - 1)] ^= 1 << random_.randrange(8)
    return bytes(spoilt)


def _insert(content: bytes, random_: random.Random) -> bytes:
    at = _at(content, random_)
    return content[:at] + random_.choice(SPOILT) + content[at:]


def _cell(content: bytes, random_: random.Random) -> bytes:
    """One or many cells replaced by something else."""
    cells = content.split(b" " if content.startswith(b"HIERARCHY") else b",")
    for _ in range(random_.choice((1, 5, 500))):
        cells[random_.randrange(len(cells))] = random_.choice(SPOILT)
    return (b" " if content.startswith(b"HIERARCHY") else b",").join(cells)


def _lines(content: bytes, random_: random.Random) -> bytes:
    """Two lines swapped, or a block of lines shuffled."""
    lines = content.split(b"\n")
    i, j = random_.randrange(len(lines)), random_.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


def _zeros(content: bytes, random_: random.Random) -> bytes:
    at = _at(content, random_)
    size = random_.choice((4, 100, 4000))
    return content[:at] + bytes(size) + content[at + size :]


FAULTS = (_cut, _behead, _remove, _repeat, _flip, _insert, _cell, _cell, _lines, _zeros)
