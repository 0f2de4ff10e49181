"""Breaks files the way the world does, repeatably."""

import random
import struct

NUMBERS = (
    *(b"nan", b"NaN", b"inf", b"-inf", b"Infinity", b"1e308", b"-1e308", b"1e-320", b"0", b"-0"),
    *(b"-1", b"-99999", b"1e19", b"9" * 400, b"18446744073709551616", b"-9223372036854775808"),
    *(b"0x10", b"--5", b"1,5", b"1.5.5", b"1e", b"\xe2\x88\x923", b"", b"x", b"true"),
)
SPOILT = (
    *NUMBERS,
    *(b"\xff\xfe", b"\x00", b'"', b",", b";", b"\t", b"\n", b"\r\n", b"\r", b"\x1a", b"=", b"["),
    *(b"{", b"}", b"JOINT", b"MOTION", b"Frames: 99999999", b"Frames: 0", b"Frame Time: 0"),
    *(b"\xf0\x9f\x9a\xb6", b"2020-01-01T00:00:00", b"\xed\xa0\x80", b"\xc0\xaf", b"../../x"),
)
MAGICS = (
    *(b"PK\x03\x04", b"PAR1", b"MD\xfc\x03", b"MATLAB 5.0", b"Device Identity", b"HIERARCHY\n"),
    *(b"\x1f\x8b\x08", b"\x89HDF\r\n\x1a\n", b"\x02\x50", b"%PDF", b"\xef\xbb\xbf", b"\xff\xfe"),
    *(b"PacketCounter,", b"PK\x05\x06", b"\x00" * 16),
)
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp500", "utf-7")
WORDS = (
    *(struct.pack("<I", n) for n in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 20, 1 << 28)),
    *(struct.pack("<H", n) for n in (0, 1, 0x7FFF, 0x8000, 0xFFFF)),
    *(struct.pack("<f", n) for n in (float("nan"), float("inf"), -1.0, 3e38)),
    *(struct.pack("<d", n) for n in (float("nan"), float("inf"), -1.0, 1e308)),
    *(struct.pack("<q", n) for n in (-1, 1 << 62, -(1 << 63))),
)
NESTS = (b"{", b"[", b"(", b"JOINT a\n{\n", b"[[", b"a = {", b'{"a":', b"<a>")
DEEP = (50, 2000, 30_000)
MOST_BYTES = 1 << 20  # a file of ours grows no larger


def mutated(content: bytes, random_: random.Random) -> bytes:
    """The file with one to four faults."""
    for _ in range(random_.choice((1, 1, 2, 4))):
        content = random_.choice(FAULTS)(content, random_)[:MOST_BYTES]
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
    times = random_.choice((1, 1, 2, 50))
    return content[: at + size] + content[at : at + size] * times + content[at + size :]


def _flip(content: bytes, random_: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(random_.choice((1, 3, 60))):
        if spoilt:
            spoilt[min(_at(content, random_), len(spoilt) - 1)] ^= 1 << random_.randrange(8)
    return bytes(spoilt)


def _insert(content: bytes, random_: random.Random) -> bytes:
    at = _at(content, random_)
    return content[:at] + random_.choice(SPOILT) + content[at:]


def _separator(content: bytes) -> bytes:
    if content.startswith(b"HIERARCHY"):
        return b" "
    return max((b",", b";", b"\t"), key=content[:2000].count)


def _cell(content: bytes, random_: random.Random) -> bytes:
    """One or many cells replaced by something else."""
    separator = _separator(content)
    cells = content.split(separator)
    for _ in range(random_.choice((1, 5, 500))):
        cells[random_.randrange(len(cells))] = random_.choice(SPOILT)
    return separator.join(cells)


def _column(content: bytes, random_: random.Random) -> bytes:
    """A whole column of a table given one odd number, dropped, or written twice."""
    separator, odd = _separator(content), random_.choice(NUMBERS)
    lines, at, how = content.split(b"\n"), random_.randrange(8), random_.randrange(3)
    first = random_.choice((0, 1, 5))
    for i, line in enumerate(lines[first:], first):
        cells = line.split(separator)
        cells[at : at + 1] = ([odd], [], cells[at : at + 1] * 2)[how]
        lines[i] = separator.join(cells)
    return b"\n".join(lines)


def _header(content: bytes, random_: random.Random) -> bytes:
    """The names of a table's columns shuffled, or all the same, or gone, or its line twice."""
    first, _, rest = content.partition(b"\n")
    names = first.split(_separator(content))
    random_.shuffle(names)
    shuffled = _separator(content).join(names)
    same = _separator(content).join(names[:1] * len(names))
    return random_.choice((shuffled, same, b"", first + b"\n" + first, first.swapcase(),
                           first * 400)) + b"\n" + rest  # fmt: skip


def _lines(content: bytes, random_: random.Random) -> bytes:
    """Two lines swapped, or all of them made one, or ended as another system does."""
    if random_.random() < 0.3:
        return content.replace(b"\n", random_.choice((b"", b" ", b",", b"\r", b"\r\r\n", b"\n\n")))
    lines = content.split(b"\n")
    i, j = random_.randrange(len(lines)), random_.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


def _long(content: bytes, random_: random.Random) -> bytes:
    """A very long line, or very many of something."""
    at = _at(content, random_)
    what = random_.choice((*SPOILT, b"a", b"1,", b" ", b"0.5\t"))
    return content[:at] + what * random_.choice((3000, 60_000)) + content[at:]


def _nest(content: bytes, random_: random.Random) -> bytes:
    at = _at(content, random_)
    return content[:at] + random_.choice(NESTS) * random_.choice(DEEP) + content[at:]


def _magic(content: bytes, random_: random.Random) -> bytes:
    """Another kind's first bytes, in place of its own or before them."""
    magic = random_.choice(MAGICS)
    return magic + (content[len(magic) :] if random_.random() < 0.5 else content)


def _recode(content: bytes, random_: random.Random) -> bytes:
    return content.decode("latin-1").encode(random_.choice(ENCODINGS), errors="replace")


def _zeros(content: bytes, random_: random.Random) -> bytes:
    at = _at(content, random_)
    size = random_.choice((4, 100, 4000))
    return content[:at] + bytes(size) + content[at + size :]


def _word(content: bytes, random_: random.Random) -> bytes:
    """Numbers as a machine writes them, at even places: counts, sizes, offsets."""
    spoilt = bytearray(content)
    for _ in range(random_.choice((1, 1, 8))):
        word, at = random_.choice(WORDS), _at(content, random_)
        at -= at % len(word)
        spoilt[at : at + len(word)] = word
    return bytes(spoilt)


FAULTS = (_cut, _behead, _remove, _repeat, _flip, _flip, _insert, _cell, _cell, _column, _header,
          _lines, _long, _nest, _magic, _recode, _zeros, _word, _word)  # fmt: skip
