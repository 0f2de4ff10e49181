"""Which letters a page can print, and how the others are written so that somebody can read them.

A font that lacks a letter prints a box, and a page set from left to right garbles Arabic, Hebrew
and the scripts of India; such letters are written in Latin ones.
"""

from collections.abc import Callable
from unicodedata import bidirectional, category, normalize

from anyascii import anyascii

SHAPED = range(0x0900, 0x10A0)  # scripts whose letters change with their neighbours
RIGHT_TO_LEFT = {"R", "AL", "AN"}
Has = Callable[[str], bool]


def in_latin(letter: str) -> bool:
    """What Helvetica prints, which every reader of PDF has."""
    return letter.encode("cp1252", "ignore").decode("cp1252") == letter


def in_line(letter: str) -> bool:
    """Whether it can stand among letters set one after the other from left to right."""
    return bidirectional(letter) not in RIGHT_TO_LEFT and ord(letter) not in SHAPED


def readable(text: str, has: Has) -> str:
    """The text in letters the page has; what no alphabet can say becomes a question mark."""
    said = (one if has(one) else _latin(one) for one in normalize("NFC", _printable(text)))
    return "".join(said)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _latin(letter: str) -> str:
    if category(letter).startswith("M"):  # an accent by itself, on a letter already written
        return ""
    return anyascii(letter) or "?"
