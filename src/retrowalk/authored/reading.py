"""A TOML text somebody wrote, as a tree; and what is wrong with it, line by line."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager

from retrowalk.authored.locate import Path, lines_of
from retrowalk.authored.schema import Fault, Faults, Table
from retrowalk.errors import BadInput


@contextmanager
def parsing(
    text: str, name: str, refused: type[BadInput], longest: int, *, one: str
) -> Iterator[Table]:
    """The text's top table, to be read within; raises `refused` if it is no TOML, or on leaving
    with every fault that was added, a line each: `name`, line and reason.

    `longest` is in characters; `one` is what a file holds, as a sentence calls it.
    """
    faults = Faults()
    yield Table(_tree(text, name, refused, longest, one), (), faults)
    if faults.found:
        raise refused(_told(text, name, faults.found))


def _tree(
    text: str, name: str, refused: type[BadInput], longest: int, one: str
) -> dict[str, object]:
    if len(text) > longest:
        raise refused(
            f"{name}, line 1: the file has {len(text)} characters, at most {longest} "
            f"expected; please give one {one} a file."
        )
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise refused(f"{name}, line 1: lists are nested too deeply to read.") from None
    except ValueError as error:
        what, _, where = str(error).partition(" (at ")
        line = where.split()[1].rstrip(",") if where.startswith("line ") else _last_line(text)
        raise refused(f"{name}, line {line}: this is not TOML ({what[:80]}).") from None


def _told(text: str, name: str, faults: list[Fault]) -> str:
    """Every fault with its line, one sentence each, in the file's order."""
    lines = lines_of(text)
    said = sorted((_line(lines, f.path), f"{_where(f.path)} {f.text}") for f in faults)
    return "\n".join(f"{name}, line {line}: {what}." for line, what in said)


def _last_line(text: str) -> str:
    return str(text.rstrip("\n").count("\n") + 1)


def _line(lines: dict[Path, int], path: Path) -> int:
    """Where the key stands, or what holds it if the key itself is not there."""
    return max(lines.get(path[:depth], 1) for depth in range(len(path) + 1))


def _where(path: Path) -> str:
    """stage 2, each 1, time: counted from 1, as people count."""
    words = "".join(f" {p + 1}" if isinstance(p, int) else f", {p:.40}" for p in path)
    return words.removeprefix(", ") or "the file"
