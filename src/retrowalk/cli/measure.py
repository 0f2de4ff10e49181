"""retrowalk measure: recordings in; bouts, steps and directions out."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from retrowalk import present
from retrowalk.app import measuring
from retrowalk.app.measuring import Measured
from retrowalk.errors import BadInput, BadRecording
from retrowalk.words import Direction, Mounting, Placement

BAD_FILE, BAD_CALL = 1, 2  # exit codes: some file could not be measured; the call itself is wrong
STYLES = {"forward": "bold blue", "backward": "bold yellow", "unclear": "dim"}
SHAPES = {"forward": "●", "backward": "◆", "unclear": "■"}  # as in the pictures: never colour alone
MOST_BOUTS = 40  # of a long day in the table; --json has them all

EPILOG = """
**Examples**

    retrowalk measure walk.csv --placement lower-back

    retrowalk measure left.csv --placement left-foot --mounting known --rate 100

    retrowalk measure data.mat 1-1_lf.txt clip.bvh --plot walk.svg

    retrowalk measure walk.csv --plot walk.svg --from 20 --to 35 --plot-strides strides.svg

    retrowalk measure 1-1_lf.txt 1-1_rf.txt 1-1_lb.txt --together

    retrowalk measure *.csv --placement lower-back --json > walks.json

    retrowalk measure recordings/ --out results/ --workers 2

With --out, folders and globs are searched, tables are written as Parquet, and the same
command goes on where it was stopped.

Exit codes: 0 all measured, 1 some file could not be (each is named on stderr, the others
are measured), 2 a wrong call.
"""

PlaceName = Enum("PlaceName", {p.name: p.value.replace(" ", "-") for p in Placement})  # type: ignore[misc]
MountName = Enum("MountName", {m.name: m.value for m in (Mounting.KNOWN, Mounting.UNKNOWN)})  # type: ignore[misc]


Files = Annotated[
    list[Path],
    typer.Argument(
        help="Recordings: CSV, Sensor Logger or phyphox zip, Parquet, .mat, BVH; with extras "
        "also C3D, CWA, GT3X, BIN.",
        show_default=False,
    ),
]
Where = Annotated[
    PlaceName | None,
    typer.Option(
        help="Where the sensor was worn, if the file does not say it.", show_default=False
    ),
]
Axes = Annotated[
    MountName | None,
    typer.Option(help="known: its axes are x anterior, y left, z up.", show_default=False),
]
Rate = Annotated[
    float | None,
    typer.Option(help="Samples a second, for tables without times.", min=20, max=5000,
                 show_default=False),
]  # fmt: skip
Together = Annotated[
    bool, typer.Option("--together", help="The files are sensors of one recording on one clock.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Plot = Annotated[
    Path | None,
    typer.Option(help="Write a picture (SVG); several recordings are numbered.", dir_okay=False,
                 show_default=False),
]  # fmt: skip
PlotStrides = Annotated[
    Path | None,
    typer.Option(help="Write a picture of every stride over the others (SVG).", dir_okay=False,
                 show_default=False),
]  # fmt: skip
FromS = Annotated[
    float | None,
    typer.Option("--from", help="With --plot: draw from this second on.", show_default=False),
]
ToS = Annotated[
    float | None,
    typer.Option("--to", help="With --plot: draw up to this second.", show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option(help="Measure many into this folder (Parquet), where it was left off.",
                 file_okay=False, show_default=False),
]  # fmt: skip
Workers = Annotated[
    int | None,
    typer.Option(help="With --out: so many at once (Dask).", min=1, show_default=False),
]
Scheduler = Annotated[
    str | None,
    typer.Option(help="With --out: a Dask scheduler, tcp://…, whose workers see the same disk.",
                 show_default=False),
]  # fmt: skip


def measure(  # noqa: PLR0917 -- typer's options are its parameters
    files: Files,
    placement: Where = None,
    mounting: Axes = None,
    rate: Rate = None,
    together: Together = False,
    as_json: AsJson = False,
    plot: Plot = None,
    from_s: FromS = None,
    to_s: ToS = None,
    plot_strides: PlotStrides = None,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """Find walking in recordings: bouts, steps, cadence and the direction of each stride.

    Where direction cannot be known it says *unclear*.
    """
    where = None if placement is None else Placement[placement.name]
    known = None if mounting is None else Mounting[mounting.name]
    if out is not None:
        if together or as_json or plot or plot_strides:
            raise typer.BadParameter("--out does not go with --together, --json or --plot.")
        from retrowalk.cli.cohort import measure_into  # noqa: PLC0415 -- only when asked for

        measure_into(out, files, workers=workers, scheduler=scheduler, placement=where,
                     mounting=known, rate_hz=rate)  # fmt: skip
        return
    if workers or scheduler:
        raise typer.BadParameter("--workers and --scheduler go with --out, the results' folder.")
    if plot is None and (from_s is not None or to_s is not None):
        raise typer.BadParameter("--from and --to go with --plot, the picture they cut.")
    measured: list[Measured] = []
    refused: list[str] = []
    found: tuple[Measured, ...]
    for paths in [files] if together else [[path] for path in files]:
        try:
            with _bar(paths[0]) as heard:
                if together:
                    found = (measuring.measure_together(paths, mounting=known, rate_hz=rate,
                                                        progress=heard),)  # fmt: skip
                else:
                    found = measuring.measure_file(paths[0], placement=where, mounting=known,
                                                   rate_hz=rate, progress=heard)  # fmt: skip
        except BadRecording as error:
            refused.append(str(error))
            _err().print(Text(str(error)), soft_wrap=True)
            continue
        measured += found
        if not as_json:
            for one in found:
                Console().print(_shown(one))
    if as_json:
        json.dump(measuring.document_of(tuple(measured), tuple(refused)), sys.stdout, indent=1)
        sys.stdout.write("\n")
    if plot is not None:
        _draw(measured, plot, lambda one: _part(one, from_s, to_s))
    if plot_strides is not None:
        _draw(measured, plot_strides, measuring.strides_picture_of)
    if refused:
        raise typer.Exit(BAD_FILE)


def _err() -> Console:
    return Console(stderr=True)


@contextmanager
def _bar(path: Path) -> Iterator[Any]:
    """A progress bar on stderr, only where a person looks; it leaves no trace."""
    console = _err()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(escape(path.name[:40]), total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _shown(measured: Measured) -> RenderableType:
    """Name, totals per direction, bouts, then what was assumed and what could not be known."""
    gait, recording = measured.gait, measured.recording
    sensors = ", ".join(f"{s.placement.value} ({s.mounting.value} axes)" for s in recording.sensors)
    title = Text.assemble(
        (measured.name, "bold"), f"  {present.duration(gait.duration_s)}, {sensors}"
    )
    parts: list[RenderableType] = [Text(), title, _totals(measured)]
    parts += [_bouts(measured)] if len(gait.bouts) else [Text("No bout of walking was found.")]
    for word, sayings in (("assumed", measured.assumptions), ("note", measured.warnings)):
        parts += [
            Padding(Text(f"{word}: {saying}", style="dim"), (0, 0, 0, 2)) for saying in sayings
        ]
    return Group(*parts)


def _table(*headings: str) -> Table:
    """Narrow enough for a terminal of 80 columns."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(
            heading, justify="left" if heading == "direction" else "right", no_wrap=True
        )
    return table


def _direction(word: str) -> Text:
    return Text(f"{SHAPES[word]} {word}", style=STYLES[word])


def _totals(measured: Measured) -> Table:
    table = _table("direction", "strides", "bouts", "steps", "duration")
    totals = measuring.totals_of(measured)
    for direction in (Direction.BACKWARD, Direction.FORWARD, Direction.UNCLEAR):
        row = totals[direction.value]
        table.add_row(_direction(direction.value), str(row["strides"]), str(row["bouts"]),
                      str(row["steps"]), f"{row['duration_s'] or 0:.1f} s")  # fmt: skip
    return table


def _bouts(measured: Measured) -> RenderableType:
    table = _table(
        "bout", "from s", "to s", "direction", "steps", "strides", "per min", "stride", "speed"
    )
    rows = measuring.bouts_of(measured)
    for number, row in enumerate(rows[:MOST_BOUTS], start=1):
        table.add_row(
            *(str(number), f"{row['start_s']:.2f}", f"{row['end_s']:.2f}"),
            *(_direction(row["direction"]), str(row["steps"]), str(row["strides"])),
            _or_dash(row["cadence_spm"], "{:.0f}"),
            _or_dash(row["stride_length_m"], "{:.2f} m"),
            _or_dash(row["speed_mps"], "{:.2f} m/s"),
        )
    if len(rows) <= MOST_BOUTS:
        return table
    return Group(table, Text(f"  … and {len(rows) - MOST_BOUTS} more bouts (--json has them all)"))


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)


def _part(measured: Measured, from_s: float | None, to_s: float | None) -> str:
    if from_s is None and to_s is None:
        return measuring.picture_of(measured)
    try:
        return measuring.picture_of(measured, span=measuring.span_of(measured, from_s, to_s))
    except BadInput as error:
        _err().print(Text(str(error)), soft_wrap=True)
        raise typer.Exit(BAD_CALL) from None


def _draw(measured: Sequence[Measured], plot: Path, picture: Callable[[Measured], str]) -> None:
    """One SVG per recording: out.svg, or out-1.svg, out-2.svg …"""
    for number, one in enumerate(measured, start=1):
        name = plot if len(measured) == 1 else plot.with_stem(f"{plot.stem}-{number}")
        try:
            name.write_text(picture(one), encoding="utf-8")
        except OSError as fault:
            why = f"the picture {name.name} cannot be written ({fault.strerror})"
            _err().print(Text(f"{why}; expected a folder you may write to; choose another."))
            raise typer.Exit(BAD_CALL) from None
        _err().print(Text(f"picture of {one.name}: {name}"), soft_wrap=True)
