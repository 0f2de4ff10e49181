"""`retrowalk measure --out`: many recordings into one folder, one bar, a table at the end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from retrowalk.app.cohort import Cohort, Refusal, measure_cohort
from retrowalk.errors import BadCohort, StoreError
from retrowalk.words import Mounting, Placement

SOME_REFUSED, BAD_CALL = 1, 2  # the exit codes of measure
MOST_REFUSED = 40  # in the table; refused.csv has them all


def measure_into(
    out: Path,
    files: Sequence[Path],
    *,
    workers: int | None,
    scheduler: str | None,
    placement: Placement | None,
    mounting: Mounting | None,
    rate_hz: float | None,
) -> None:
    """Measure, show what became of it, and exit as `measure` says."""
    if workers and scheduler:
        raise typer.BadParameter("--workers start here, --scheduler has its own: choose one.")
    try:
        with _bar() as heard:
            cohort = measure_cohort(
                files, out=out, workers=workers or 1, scheduler=scheduler, placement=placement,
                mounting=mounting, rate_hz=rate_hz, progress=heard,
            )  # fmt: skip
    except (BadCohort, StoreError) as error:
        Console(stderr=True).print(Text(str(error)), soft_wrap=True)
        raise typer.Exit(BAD_CALL) from None
    _show(cohort, out)
    if cohort.refused:
        raise typer.Exit(SOME_REFUSED)


@contextmanager
def _bar() -> Iterator[Callable[[float, int], None]]:
    """One bar for all files, on stderr and only where a person looks; it leaves no trace."""
    console = Console(stderr=True)
    count = TextColumn("{task.fields[done]} of {task.total:.0f}")
    columns = (TextColumn("measuring"), BarColumn(), count, TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=1, done=0)
        yield lambda done, of: bar.update(task, completed=done, total=of, done=int(done))


def _show(cohort: Cohort, out: Path) -> None:
    console = Console()
    if cohort.refused:
        console.print(_refused(cohort.refused))
    before = f" ({cohort.before} of them before)" if cohort.before else ""
    measured = cohort.measured + cohort.before
    said = f"{measured} of {cohort.files} files measured{before}, {len(cohort.refused)} refused."
    console.print(Text(said))
    rows = f"{cohort.recordings} recordings in {out / 'recordings.parquet'}"
    console.print(Text(f"{rows}; strides and bouts beside it."), soft_wrap=True)


def _refused(refused: Sequence[Refusal]) -> Table:
    table = Table("refused", "why", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for one in refused[:MOST_REFUSED]:
        table.add_row(Text(one.file, overflow="fold"), Text(one.reason, overflow="fold"))
    if len(refused) > MOST_REFUSED:
        table.add_row("…", f"and {len(refused) - MOST_REFUSED} more, all in refused.csv")
    return table
