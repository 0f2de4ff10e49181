"""Protocols somebody here wrote: files in the house's own folder, each checked before it counts.

A file that will not do stops nothing: it is named with its reason, and nobody can choose it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from retrowalk.app.protocols import packaged
from retrowalk.errors import BadProtocol, Conflict, Missing, Unwritable
from retrowalk.programme.protocols import Protocol, parse_protocol
from retrowalk.readers.protocols import AuthoredText, protocol_sent, protocol_text

__all__ = ["Broken", "Own", "OwnProtocol", "add", "add_bytes", "check", "clear", "own", "read",
           "remove"]  # fmt: skip

FOLDER = "protocols"
MOST_FILES = 100  # one clinician's recipes; more would make every page slow
Print = tuple[tuple[str, int, int], ...]  # name, time and size of each file: what a change changes


@dataclass(frozen=True, slots=True)
class OwnProtocol:
    protocol: Protocol
    text: str
    file: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A file of the folder that cannot be used, and why."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Own:
    good: tuple[OwnProtocol, ...] = ()
    broken: tuple[Broken, ...] = ()

    def named(self, protocol_id: str) -> OwnProtocol | None:
        return next((one for one in self.good if one.protocol.id == protocol_id), None)


def own(folder: Path) -> Own:
    """What the folder of this house holds now; nothing, if there is none."""
    try:
        files = sorted((folder / FOLDER).glob("*.toml"))
        seen = tuple((f.name, s.st_mtime_ns, s.st_size) for f in files for s in (f.stat(),))
    except OSError as error:
        return Own(broken=(Broken(FOLDER, f"It cannot be read ({error.strerror or error})."),))
    return _read(folder / FOLDER, seen) if seen else Own()


def check(text: str, *, name: str) -> Protocol:
    """A protocol fit to be added; BadProtocol with file, line and reason for every fault."""
    taken = frozenset(protocol.id for protocol in packaged())
    return parse_protocol(text, name=name, taken=taken)


def read(path: Path) -> AuthoredText:
    """The text of this file; BadProtocol where it cannot be read as text."""
    return protocol_text(path)


def add(folder: Path, file: AuthoredText) -> Protocol:
    """Keep it for walkers to choose.

    BadProtocol; Conflict if there is one of that name already; Unwritable.
    """
    protocol = check(file.text, name=file.name)
    there = own(folder)
    kept = folder / FOLDER / f"{protocol.id}.toml"
    if there.named(protocol.id) is not None or kept.exists():
        raise Conflict(f"There is a protocol of the name {protocol.id} already: remove that one "
                       "first, or give yours another id.")  # fmt: skip
    if len(there.good) + len(there.broken) >= MOST_FILES:
        raise Conflict(f"There are {MOST_FILES} protocols of your own: remove one first.")
    part = kept.with_suffix(".part")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(file.text, encoding="utf-8")
        part.replace(kept)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise Unwritable(f"{kept} cannot be written ({error.strerror or error}): free some space, "
                         "or see whose folder it is.") from error  # fmt: skip
    return protocol


def add_bytes(folder: Path, name: str, content: bytes) -> Protocol:
    """`add`, for a file that was sent."""
    return add(folder, protocol_sent(name, content))


def remove(folder: Path, name: str) -> str:
    """Take away the protocol of this id, or the broken file of this name; the file's name.

    Whoever follows it goes on with the copy kept when they chose it.  Missing; Unwritable.
    """
    there = own(folder)
    files = [one.file for one in there.good if one.protocol.id == name]
    files += [one.file for one in there.broken if one.file == name and one.file != FOLDER]
    if not files:
        known = ", ".join(one.protocol.id for one in there.good) or "none"
        raise Missing(f"There is no protocol of your own named {name[:40]!r}: there are {known}.")
    try:
        (folder / FOLDER / files[0]).unlink()
    except OSError as error:
        raise Unwritable(f"{files[0]} cannot be removed ({error.strerror or error}): see whose "
                         "folder it is.") from error  # fmt: skip
    return files[0]


def clear(folder: Path) -> None:
    """Delete every file of the folder."""
    for file in (folder / FOLDER).glob("*"):
        file.unlink(missing_ok=True)


@lru_cache(maxsize=4)
def _read(folder: Path, seen: Print) -> Own:
    good: dict[str, OwnProtocol] = {}
    broken: list[Broken] = []
    for name, _, _ in seen[:MOST_FILES]:
        try:
            one = _one(folder / name)
            if one.protocol.id in good:
                first = good[one.protocol.id].file
                raise BadProtocol(f"{name}: its id is that of {first}; please give it another.")
        except BadProtocol as bad:
            broken.append(Broken(name, str(bad)))
        else:
            good[one.protocol.id] = one
    broken += _too_many(seen)
    return Own(tuple(good.values()), tuple(broken))


def _one(path: Path) -> OwnProtocol:
    file = protocol_text(path)
    return OwnProtocol(check(file.text, name=file.name), file.text, file.name)


def _too_many(seen: Print) -> Iterator[Broken]:
    for name, _, _ in seen[MOST_FILES:]:
        yield Broken(name, f"It is one more than the {MOST_FILES} that are read; remove some.")
