"""Text tables: where the header ends, what separates the cells, and the columns as numbers."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from retrowalk.readers.opening import bad
from retrowalk.tables import Floats

SEPARATORS = (",", ";", "\t")
MOST_COLUMNS = 400
LARGEST = 1e19
CHUNK = 1 << 20  # of text at once
LONGEST_LINE = 16 << 20
HEAD_LINES = 80  # loggers write a preamble, but not a longer one


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text table is laid out.  `header` names its columns, made up where it has none."""

    separator: str
    header: tuple[str, ...]
    skip: int  # lines above the first row of numbers
    named: bool = True
    decimal_comma: bool = False


def layout(path: Path, text: str) -> Layout:
    """The table in the head of a text file: the first three alike rows of numbers."""
    lines = text.splitlines()[:HEAD_LINES]
    for i in range(len(lines)):
        for separator in SEPARATORS:
            cells = [_cells(line, separator) for line in lines[i : i + 3]]
            if len(cells[0]) >= 4 and _alike(cells, separator):
                return _with_header(lines, i, separator)
    begins = next((line.strip()[:50] for line in lines if line.strip()), "blank lines")
    begins = "".join(c if c.isprintable() else " " for c in begins)
    what = f"no table of numbers was found; it begins with “{begins}”"
    rows = "rows of time, acceleration and angular rate with commas, semicolons or tabs between"
    raise bad(path, what, rows, "export the recording as CSV")


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(separator)]


def _alike(rows: list[list[str]], separator: str) -> bool:
    width = len(rows[0])
    if width > MOST_COLUMNS or len(rows) < 3:
        return False
    return all(len(row) == width and _share(row, separator != ",") >= 0.5 for row in rows)


def _share(row: Sequence[str], comma: bool) -> float:
    """The share of cells that are numbers; empty ones count half, for columns filled in turns."""
    return sum(1.0 if _is_number(cell, comma) else 0.5 * (not cell) for cell in row) / len(row)


def _is_number(cell: str, comma: bool) -> bool:
    try:
        float(cell.replace(",", ".") if comma else cell)
    except ValueError:
        return False
    return len(cell) < 40


def _with_header(lines: list[str], first: int, separator: str) -> Layout:
    row = _cells(lines[first], separator)
    comma = separator != "," and any("," in cell for cell in row)
    above = _cells(lines[first - 1], separator) if first else []
    named = len(above) == len(row) and not any(_is_number(cell, comma) for cell in above)
    header = above if named else [f"column {i + 1}" for i in range(len(row))]
    return Layout(separator, tuple(header), first, named, comma)


def numbers(path: Path, table: Layout, wanted: Sequence[int]) -> Floats:
    """The wanted columns (n, k) as numbers, NaN where a cell holds none; read in pieces."""
    frame = _scan(path, table, [_number(i, table) for i in wanted])
    if not len(frame):
        raise bad(path, "the table has no rows", "a recording", "export it again")
    values = np.empty((len(frame), len(wanted)))
    for k, column in enumerate(frame):  # one at a time: the whole is held once and no more
        values[:, k] = ordinary(column.to_numpy())
    return values


def ordinary(values: Floats) -> Floats:
    """The same numbers, NaN in place of those no sensor or clock writes (1e19 ns are 300 years)."""
    return np.where(np.abs(values) < LARGEST, values, np.nan)


def instants_s(path: Path, table: Layout, column: int) -> Floats:
    """A column of written dates and times as seconds (n,), NaN where it is none."""
    frame = _scan(path, table, [_instant(column)])
    return np.asarray(frame.to_numpy()[:, 0] / 1e6)


def blocks(
    path: Path,
    table: Layout,
    wanted: Sequence[int],
    dated: Sequence[int],
    heard: Callable[[float], None],
) -> Iterator[Floats]:
    """The wanted columns as numbers, then those of dates as seconds: (n, k), some rows at a time.

    `heard` is told the share of the file that is read.
    """
    made = [_number(i, table).alias(f"number {k}") for k, i in enumerate(wanted)]
    made += [_instant(i).alias(f"date {k}") for k, i in enumerate(dated)]
    above = b""  # a whole row stands above all but the first lines, whatever these begin with
    for text, share in _lines(path, table.skip):
        frame = _scan(path, replace(table, skip=0), made, above + text)[1 if above else 0 :]
        above = table.separator.join("0" for _ in table.header).encode() + b"\n"
        if len(frame):
            values = np.empty((len(frame), len(made)))
            for k, column in enumerate(frame):
                numeric = k < len(wanted)
                values[:, k] = ordinary(column.to_numpy()) if numeric else column.to_numpy() / 1e6
            yield values
        heard(share)


def _lines(path: Path, skip: int) -> Iterator[tuple[bytes, float]]:
    """Whole lines, about CHUNK bytes at once, and the share of the file up to there."""
    size = max(path.stat().st_size, 1)
    with path.open("rb") as file:
        for _ in range(skip):
            file.readline(LONGEST_LINE)
        rest = b""
        while part := file.read(CHUNK):
            end = part.rfind(b"\n") + 1
            if end == 0 and len(rest) + len(part) > LONGEST_LINE:
                raise bad(path, f"a line is longer than {LONGEST_LINE >> 20} MiB",
                          "rows alike from top to end", "export it again")  # fmt: skip
            if end:
                yield rest + part[:end], file.tell() / size
                rest = b""
            rest += part[end:]
        if rest:
            yield rest, 1.0


def _instant(column: int) -> pl.Expr:
    """A date and time as µs, NaN where it is none."""
    name = str(column)
    text = (
        pl.col(name).str.strip_chars().str.replace("T", " ").str.replace(r"(Z|[+-]\d\d:?\d\d)$", "")
    )
    parsed = pl.coalesce(
        text.str.to_datetime(form, strict=False, time_unit="us")
        for form in ("%Y-%m-%d %H:%M:%S%.f", "%d.%m.%Y %H:%M:%S%.f", "%m/%d/%Y %H:%M:%S%.f")
    )
    return parsed.dt.timestamp("us").cast(pl.Float64).fill_null(float("nan")).alias(name)


def _number(column: int, table: Layout) -> pl.Expr:
    text = pl.col(str(column)).str.strip_chars(" \t\r\"'")
    text = text.str.replace(",", ".", literal=True) if table.decimal_comma else text
    return text.cast(pl.Float64, strict=False).fill_null(float("nan"))


def _scan(
    path: Path, table: Layout, made: Sequence[pl.Expr], text: bytes | None = None
) -> pl.DataFrame:
    """Runs the reading in pieces, so that memory holds numbers and never the whole text.

    `text` stands for the file where it is some lines of it.
    """
    schema = pl.Schema({str(i): pl.String() for i in range(len(table.header))})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a stranger's file is no reason to warn our caller
            return (
                pl.scan_csv(
                    path if text is None else text, separator=table.separator,
                    has_header=False, skip_lines=table.skip,
                    schema=schema, encoding="utf8-lossy", truncate_ragged_lines=True,
                    quote_char=None, infer_schema=False, glob=False, low_memory=True,
                )
                .select(*made)
                .collect(engine="streaming")
            )  # fmt: skip
    except (pl.exceptions.PolarsError, OSError, ValueError, MemoryError) as fault:
        why = "".join(c if c.isprintable() else " " for c in str(fault).split("\n")[0][:80])
        raise bad(path, f"the table cannot be read ({why})", "rows alike from top to end",
                  "export it again") from None  # fmt: skip
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # polars' own fault, not a RuntimeError
            raise
        raise bad(path, "the table cannot be read", "rows alike from top to end",
                  "export it again") from None  # fmt: skip
