"""Looks through a MATLAB 5 file before anyone believes its sizes.

Unpacks with a ceiling, then walks the tags: every element must fit into the one around it and
nest no deeper than a person would.  After that scipy may read what is left.

From: MAT-File Format, The MathWorks, chapter 1 (level 5).
"""

import struct
import zlib
from pathlib import Path

from retrowalk.errors import BadRecording
from retrowalk.readers.opening import bad

LARGEST_MAT_BYTES = 256 << 20
LARGEST_UNPACKED = 512 << 20  # a week of one sensor; a bomb stops here
DENSEST = 50  # bytes a byte of file may unpack to; readings of a real sensor stay below 15
FREE_BYTES = 64 << 20  # which are never worth refusing
DEEPEST = 24
MOST_ELEMENTS = 2_000_000
HEADER = 128
MATRIX, PACKED = 14, 15
CELL, STRUCT, OBJECT, SPARSE = 1, 2, 3, 5
NUMERIC = range(4, 16)  # char, sparse and the number classes
SIZES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4}


def unpacked(path: Path) -> bytes:
    """The whole file with nothing compressed left in it and every size checked."""
    with path.open("rb") as file:
        raw = file.read(LARGEST_MAT_BYTES + 1)
    if len(raw) > LARGEST_MAT_BYTES:
        most = f"at most {LARGEST_MAT_BYTES >> 20} MiB"
        raise bad(path, "the .mat file is larger", most, "save one trial per file")
    if len(raw) <= HEADER or raw[126:128] != b"IM":
        raise _broken(path, "its header is cut or of another byte order")
    room = min(LARGEST_UNPACKED, max(FREE_BYTES, DENSEST * len(raw)))
    parts, at = [raw[:HEADER]], HEADER
    while at < len(raw):
        kind, size, start, after = _tag(path, raw, at, len(raw))
        if kind == PACKED:
            part = _inflated(path, raw[start : start + size], room)
            after = start + size  # packed elements are not padded
        else:
            part = raw[at:after]
        room -= len(part)
        if room <= 0:
            raise _bomb(path)
        _check(path, part)
        parts.append(part)
        at = after
    return b"".join(parts)


def _inflated(path: Path, packed: bytes, room: int) -> bytes:
    machine = zlib.decompressobj()
    try:
        part = machine.decompress(packed, room)
    except zlib.error:
        raise _broken(path, "a packed part is damaged") from None
    if machine.unconsumed_tail:
        raise _bomb(path)
    if not machine.eof:
        raise _broken(path, "a packed part is cut short")
    return part


def _tag(path: Path, raw: bytes, at: int, end: int) -> tuple[int, int, int, int]:
    """Kind, size, where its bytes start and where the next element does."""
    if at + 8 > end:
        raise _broken(path, "an element is cut short")
    kind, size = struct.unpack_from("<II", raw, at)
    if kind >> 16:  # a small element: size and up to four bytes in the tag itself
        kind, size, start, after = kind & 0xFFFF, kind >> 16, at + 4, at + 8
        if size > 4:
            raise _broken(path, "a small element is too large")
    else:
        start, after = at + 8, at + 8 + size + (-size % 8 if kind != PACKED else 0)
    if start + size > end:
        raise _broken(path, "an element is larger than what holds it")
    return kind, size, start, min(after, end)


def _check(path: Path, part: bytes) -> None:
    """Walks one top-level element with a stack of our own."""
    stack = [(0, len(part), 0)]
    seen = 0
    while stack:
        at, end, depth = stack.pop()
        while at < end:
            seen += 1
            kind, size, start, after = _tag(path, part, at, end)
            if kind == MATRIX and size:
                if depth >= DEEPEST:
                    raise _broken(path, f"it nests more than {DEEPEST} deep")
                inner = _inside(path, part, start, start + size)
                stack += [(inner, start + size, depth + 1)] if inner else []
            elif kind != MATRIX and kind not in SIZES:
                raise _broken(path, f"it holds an element of unknown kind {kind}")
            if seen > MOST_ELEMENTS:
                raise _broken(path, "it has too many elements")
            at = after


def _inside(path: Path, part: bytes, at: int, end: int) -> int:
    """Where the children of a cell or struct begin; 0 for numbers, after their count is checked."""
    kind, size, start, at = _tag(path, part, at, end)
    if kind != 6 or size != 8:
        raise _broken(path, "an array has no flags")
    flags = struct.unpack_from("<I", part, start)[0]
    of = flags & 0xFF
    kind, size, start, at = _tag(path, part, at, end)
    if kind != 5 or not 8 <= size <= 32 or size % 4:
        raise _broken(path, "an array has no shape")
    count = 1
    for length in struct.unpack_from(f"<{size // 4}i", part, start):
        if length < 0:
            raise _broken(path, "an array has a negative length")
        count *= length
    _, _, _, at = _tag(path, part, at, end)  # its name
    match of:
        case 1:  # cell
            if count > MOST_ELEMENTS:
                raise _broken(path, "a cell array is too large")
            return at
        case 2:  # struct
            return _struct_children(path, part, at, end, count)
        case 4 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15:
            for _ in range(2 if flags & 0x800 else 1):
                kind, size, _, at = _tag(path, part, at, end)
                if kind not in SIZES or size % SIZES[kind] or size // SIZES[kind] != count:
                    if of == 4 and kind in (16, 17, 18, 1, 2, 3, 4) and size <= 4 * count:
                        continue  # text: a letter may take more or fewer bytes
                    raise _broken(path, "an array's shape and size disagree")
            return 0
        case _:
            raise _broken(path, f"it holds an array of class {of} (an object or a function)")


def _struct_children(path: Path, part: bytes, at: int, end: int, count: int) -> int:
    kind, size, start, at = _tag(path, part, at, end)
    if kind != 5 or size != 4:
        raise _broken(path, "a struct has no field length")
    width = struct.unpack_from("<i", part, start)[0]
    kind, size, _, at = _tag(path, part, at, end)
    if kind != 1 or not 0 < width <= 256 or size % width or count * (size // width) > MOST_ELEMENTS:
        raise _broken(path, "a struct's field names are damaged")
    return at


def _broken(path: Path, why: str) -> BadRecording:
    what = "a MATLAB file saved with -v7 or -v6"
    return bad(path, f"the .mat file is damaged or not plain ({why})", what, "save it again")


def _bomb(path: Path) -> BadRecording:
    most = f"at most {LARGEST_UNPACKED >> 20} MiB, and {DENSEST} times its own size"
    return bad(path, "the .mat file unpacks to more", most, "save one trial per file")
