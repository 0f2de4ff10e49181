"""XML from strangers, piece by piece: no entities, no depth without end, no element too large.

Expat itself, so that half a gigabyte passes in constant memory; whatever declares an entity is
refused before it could multiply.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from retrowalk.errors import BadImport
from retrowalk.readers.brought import Progress, bad

PIECE = 1 << 20
DEEPEST = 64  # elements inside each other; health exports have 5
LONGEST_S = 16 << 20  # bytes without a new element: one of ours has below a kilobyte
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class _Entity(Exception):
    """The file declares an entity."""


class _Deep(Exception):
    """Elements inside each other beyond reason."""


def read_xml(
    path: Path, file: IO[bytes], total: int, *, start: Start, end: End | None = None,
    text: Callable[[str], None] | None = None, progress: Progress | None = None,
) -> None:  # fmt: skip
    """Tell of each element as it begins and ends.  BadImport for what is no safe whole XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    met = _Met(start, end)
    parser.StartElementHandler = met.begin
    parser.EndElementHandler = met.finish
    parser.EntityDeclHandler = _refuse
    parser.UnparsedEntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for piece in _pieces(path, file, total, met, progress):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _Entity:
        raise bad(path, "it declares entities, which no export needs and which can fill a "
                  "computer's memory", "do not use this file") from None  # fmt: skip
    except _Deep:
        raise bad(path, f"its elements lie more than {DEEPEST} deep") from None
    except expat.ExpatError as wrong:
        found = f"its XML is broken or cut off at line {wrong.lineno}"
        raise bad(path, found, "export or copy it again") from None
    except BadImport:
        raise
    except (LookupError, ValueError):  # the codec it names is none, or none of single bytes
        raise bad(path, "it is written in an encoding that cannot be read here") from None
    finally:  # the handlers hold the parser, and the parser the handlers
        parser.StartElementHandler = parser.EndElementHandler = None
        parser.CharacterDataHandler = None


def _pieces(
    path: Path, file: IO[bytes], total: int, met: "_Met", progress: Progress | None
) -> Iterator[bytes]:
    read, last_at, last_count = 0, 0, -1
    while piece := file.read(PIECE):
        read += len(piece)
        yield piece
        if met.count != last_count:
            last_at, last_count = read, met.count
        elif read - last_at > LONGEST_S:
            raise bad(path, f"one element of it is larger than {LONGEST_S >> 20} MB")
        if progress is not None:
            progress(min(read, total), total)


class _Met:
    """Counts what begins, and how deep."""

    __slots__ = ("count", "depth", "end", "start")

    def __init__(self, start: Start, end: End | None) -> None:
        self.start, self.end = start, end
        self.count = self.depth = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Deep
        self.start(name, attributes)

    def finish(self, name: str) -> None:
        self.depth -= 1
        if self.end is not None:
            self.end(name)


def _refuse(*_: object) -> int:
    raise _Entity
