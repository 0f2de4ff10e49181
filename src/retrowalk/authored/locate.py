"""On which line of a TOML text each key stands.

tomllib says what a file holds but not where; a fault is only worth reporting with its line.
`lines_of` walks a text tomllib has already accepted, so it need not judge syntax: it keeps
just enough grammar (keys, headers, strings, arrays, inline tables) to know the path it is on.
"""

import re
import tomllib

Path = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
SCALAR = re.compile(r"[^,\]}\n#]+")  # numbers, dates, true, false: whatever ends a value
STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"{3,5}(?!")', re.DOTALL),
    re.compile(r"'''.*?'{3,5}(?!')", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\])*"'),
    re.compile(r"'[^']*'"),
)


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every key, table and array element in this valid TOML text."""
    return _Walk(text.replace("\r\n", "\n")).document()


class _Walk:
    """A finger moving through the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {(): 1}
        self.tables: dict[Path, int] = {}  # how many [[…]] of each name so far

    def document(self) -> dict[Path, int]:
        here: Path = ()
        self.skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                here = self.header()
            else:
                self.pair(here)
            self.skip()
        return self.lines

    def header(self) -> Path:
        line = self.line()
        several = self.text.startswith("[[", self.at)
        self.at += 1 + several
        *outer, last = self.key()
        self.at = self.text.index("]", self.at) + 1 + several
        here: Path = ()
        for part in outer:
            here = self.inside((*here, part), line)
        here = (*here, last)
        self.lines.setdefault(here, line)
        if several:
            self.tables[here] = self.tables.get(here, 0) + 1
            here = self.inside(here, line)
        return here

    def inside(self, path: Path, line: int) -> Path:
        """That table; of an array of tables, the one begun last."""
        self.lines.setdefault(path, line)
        if path in self.tables:
            path = (*path, self.tables[path] - 1)
            self.lines.setdefault(path, line)
        return path

    def pair(self, here: Path) -> None:
        line = self.line()
        for part in self.key():
            here = (*here, part)
            self.lines.setdefault(here, line)
        self.at = self.text.index("=", self.at) + 1
        self.value(here)

    def key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.skip()
            parts.append(self.name())
            self.skip()
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def name(self) -> str:
        if bare := BARE.match(self.text, self.at):
            self.at = bare.end()
            return bare.group()
        quoted = self.string()
        return str(tomllib.loads(f"name = {quoted}")["name"])

    def value(self, here: Path) -> None:
        self.skip()
        self.lines.setdefault(here, self.line())
        match self.text[self.at]:
            case "[":
                self.array(here)
            case "{":
                self.inline(here)
            case '"' | "'":
                self.string()
            case _:
                scalar = SCALAR.match(self.text, self.at)
                self.at = scalar.end() if scalar else self.at + 1

    def array(self, here: Path) -> None:
        self.at += 1
        self.skip()
        i = 0
        while self.text[self.at] != "]":
            self.value((*here, i))
            i += 1
            self.comma()
        self.at += 1

    def inline(self, here: Path) -> None:
        self.at += 1
        self.skip()
        while self.text[self.at] != "}":
            self.pair(here)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        self.skip()
        self.at += self.text[self.at] == ","
        self.skip()

    def string(self) -> str:
        """One string as written, its quotes included."""
        found = next(filter(None, (form.match(self.text, self.at) for form in STRINGS)))
        self.at = found.end()
        return found.group()

    def skip(self) -> None:
        blank = BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at

    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1
