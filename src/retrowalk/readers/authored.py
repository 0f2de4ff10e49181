"""Files people write, as text: those that come with retrowalk, and one somebody wrote.

What the text means is its engine's business.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from retrowalk.errors import BadInput

MOST_BYTES = 400_000  # a hundred times the longest of ours; more is some other file


@dataclass(frozen=True, slots=True)
class AuthoredText:
    name: str  # the file's, as a message should call it
    text: str


def packaged(package: str, folder: str) -> tuple[AuthoredText, ...]:
    """The TOML files that come with retrowalk in this folder, by name."""
    found = sorted(
        (f for f in (files(package) / folder).iterdir() if f.name.endswith(".toml")),
        key=lambda f: f.name,
    )
    return tuple(AuthoredText(f.name, f.read_text(encoding="utf-8")) for f in found)


def text_of(path: Path, *, one: str, refused: type[BadInput]) -> AuthoredText:
    """The text of this file; raises `refused` where it cannot be read as text."""
    return decoded(_content(path, one, refused), name=path.name, one=one, refused=refused)


def decoded(content: bytes, *, name: str, one: str, refused: type[BadInput]) -> AuthoredText:
    """These bytes as text; raises `refused` where they are too many, or none."""
    if len(content) > MOST_BYTES:
        raise refused(
            f"{name} is longer than {MOST_BYTES} bytes, which no {one} is; please check "
            "that it is the right file."
        )
    try:
        return AuthoredText(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(
            f"{name}, line {line}: this is not UTF-8 text; please save the file as UTF-8."
        ) from None


def _content(path: Path, one: str, refused: type[BadInput]) -> bytes:
    """At most a little more than MOST_BYTES of it; never waits at a pipe or a device."""
    try:
        if path.exists() and not path.is_file():
            raise refused(f"{path} is not a file; please name one {one} file.")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "the disk gave no reason").lower()
    except BadInput:
        raise
    except ValueError:  # a NUL in the name
        why = "no file can have that name"
    raise refused(f"{path} cannot be read ({why}); please check its name and permissions.")
