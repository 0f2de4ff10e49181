"""What the cells of a trial's table say: numbers, however a spreadsheet wrote them, or nothing."""

import math
import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from statistics import median

from retrowalk.errors import BadTrial

EMPTY = frozenset({"", "na", "n/a", "n.a.", "nan", "null", "none", "missing", "lost", ".", "-", "–",
                   "—", "?", "#n/a"})  # fmt: skip
LARGEST = 1e9  # no test of a person gives more
CODES = frozenset({-9.0, -99.0, -999.0, -9999.0, 99.0, 999.0, 9999.0})  # written where none was had
FAR = 10  # times the middle value: a code, not a result
FIGURE = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell and the line it stands in."""

    text: str
    _: KW_ONLY
    line: int

    @property
    def empty(self) -> bool:
        return self.text.strip().casefold() in EMPTY


def numeric(cells: Sequence[Cell]) -> bool:
    """Whether a column is one of numbers: something stands there, and nothing else does."""
    told = [cell for cell in cells if not cell.empty]
    return bool(told) and all(FIGURE.fullmatch(_bare(cell)) for cell in told)


def numbers(cells: Sequence[Cell], *, column: str) -> tuple[float, ...]:
    """The column as numbers, NaN where a cell is empty.  BadTrial names the line that is none."""
    commas = [cell for cell in cells if not cell.empty and "," in cell.text]
    if commas:
        _judge_commas(cells, commas, column)
    found = tuple(_number(cell, column) for cell in cells)
    _judge_codes(cells, found, column)
    return found


def has_decimal_commas(cells: Sequence[Cell]) -> bool:
    """Whether numbers were written as 12,5: to be told, for a comma may mean something else."""
    return any("," in cell.text for cell in cells if not cell.empty)


def _bare(cell: Cell) -> str:
    return cell.text.strip().replace("−", "-")


def _number(cell: Cell, column: str) -> float:
    if cell.empty:
        return math.nan
    text = _bare(cell)
    value = float(text.replace(",", ".")) if FIGURE.fullmatch(text) else math.nan
    if math.isnan(value):
        raise BadTrial(
            f"Line {cell.line}: {cell.text[:40]!r} in the column {column!r} is no number; write "
            "the number alone, without its unit, or leave the cell empty if nothing was measured."
        )
    if abs(value) > LARGEST:
        raise BadTrial(
            f"Line {cell.line}: {text[:40]} in the column {column!r} is larger than any test "
            "gives; please look at it again."
        )
    return value


def _judge_commas(cells: Sequence[Cell], commas: Sequence[Cell], column: str) -> None:
    """A comma is a decimal one where every broken number of the column has it."""
    points = [cell for cell in cells if not cell.empty and "." in cell.text]
    if points:
        raise BadTrial(
            f"Line {commas[0].line} has a comma in {commas[0].text[:40]!r} and line "
            f"{points[0].line} a point in {points[0].text[:40]!r}, both in the column {column!r}; "
            "please write all numbers the same way."
        )
    if all(THOUSANDS.fullmatch(_bare(cell)) for cell in commas):
        raise BadTrial(
            f"Line {commas[0].line}: {commas[0].text[:40]!r} in the column {column!r} may be a "
            "thousand or a broken number; please write it without the comma, or with a point."
        )


def _judge_codes(cells: Sequence[Cell], found: Sequence[float], column: str) -> None:
    """−99 and 999 beside ordinary results stand for "not measured", and would count as results."""
    rest = [value for value in found if not math.isnan(value) and value not in CODES]
    if not rest:
        return
    middle, lowest = median(map(abs, rest)), min(rest)
    for cell, value in zip(cells, found, strict=True):
        if value in CODES and (value < 0 <= lowest or value > FAR * middle):
            raise BadTrial(
                f"Line {cell.line}: {value:g} in the column {column!r} looks like a code for “not "
                "measured”; leave such a cell empty."
            )
