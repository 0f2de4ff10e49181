"""Breaks archives from the inside, which no checksum finds, and makes the ones that lie."""

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping

from tests.readers.mutating import MOST_BYTES, mutated

Entries = dict[str, bytes]
BOMB_BYTES = (1 << 22, 1 << 24, 1 << 26)
NAMES = ("../../Accelerometer.csv", "/etc/Gyroscope.csv", "C:\\Gyroscope.csv", "..", "/", "a" * 300,
         "Accelerometer.csv\x00.png", "ACCELEROMETER.CSV", "x/" * 200 + "Gyroscope.csv",
         "\u202eGyroscope.csv", "Gyroscope.csv/", "con.csv", "log.bin", "info.txt")  # fmt: skip


def mutated_zip(content: bytes, random_: random.Random) -> bytes:
    """Half the time faults in its bytes, else in what it holds and says."""
    if random_.random() < 0.3:
        return mutated(content, random_)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    made = random_.choice(INSIDE)(entries, random_)
    large = sum(map(len, made.values())) > MOST_BYTES  # bzip2 takes seconds for a bomb
    how = random_.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
    whole = packed(made, zipfile.ZIP_DEFLATED if large else how)
    if random_.random() < 0.3:
        whole = random_.choice(OUTSIDE)(whole, random_)
    return whole if len(whole) <= MOST_BYTES else mutated(content, random_)


def packed(entries: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", how) as archive:
        warnings.simplefilter("ignore")
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def _spoilt(entries: Entries, random_: random.Random) -> Entries:
    for name in random_.sample(sorted(entries), min(2, len(entries))):
        entries[name] = mutated(entries[name], random_)
    return entries


def _renamed(entries: Entries, random_: random.Random) -> Entries:
    name = random_.choice(sorted(entries))
    return {(random_.choice(NAMES) if key == name else key): entries[key] for key in entries}


def _bombed(entries: Entries, random_: random.Random) -> Entries:
    """A table that goes on and on: zeros, or its own last line again and again."""
    name, size = random_.choice(sorted(entries)), random_.choice(BOMB_BYTES)
    last = entries[name].rstrip(b"\n").rpartition(b"\n")[2][:200] + b"\n"
    more = random_.choice((b"\x00", last, entries[name] or b"1,"))
    return {**entries, name: entries[name] + more * (size // len(more))}


def _crowded(entries: Entries, random_: random.Random) -> Entries:
    number, text = random_.choice((5, 70, 3000)), random_.choice((b"", b"1,2,3,4\n" * 5))
    ending = random_.choice((".csv", ".txt", "", "/"))
    return {**{f"{i}{ending}": text for i in range(number)}, **entries}


def _nested(entries: Entries, random_: random.Random) -> Entries:
    name = random_.choice(sorted(entries))
    return {**entries, name: packed(entries)}


def _lost(entries: Entries, random_: random.Random) -> Entries:
    del entries[random_.choice(sorted(entries))]
    return entries


def _word_in_directory(content: bytes, random_: random.Random) -> bytes:
    """Another size, method, flag or place in an entry of the directory, or in its end."""
    spoilt = bytearray(content)
    mark = random_.choice((b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"))
    at = content.find(mark) if random_.random() < 0.5 else content.rfind(mark)
    offset = random_.randrange(4, 42, 2)
    value = random_.choice((0, 1, 8, 12, 14, 99, 100, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFF))
    if at >= 0 and at + offset + 4 <= len(spoilt):
        struct.pack_into("<I" if value > 0xFFFF else "<H", spoilt, at + offset, value)
    return bytes(spoilt)


def _cut(content: bytes, random_: random.Random) -> bytes:
    return content[: random_.randrange(len(content))]


def _led(content: bytes, random_: random.Random) -> bytes:
    """With something before it, as a self-unpacking archive has, or after it."""
    more = random_.choice((b"PK\x03\x04", b"\x00" * 100, b"1,2,3\n"))
    return more + content if random_.random() < 0.5 else content + more


INSIDE: tuple[Callable[[Entries, random.Random], Entries], ...] = (
    *(_spoilt,) * 6, _renamed, _renamed, _bombed, _crowded, _nested, _lost
)  # fmt: skip
OUTSIDE = (_word_in_directory, _word_in_directory, _cut, _led)
