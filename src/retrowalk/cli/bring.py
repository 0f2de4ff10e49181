"""retrowalk import: ordinary walks, steps and heart rates from elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from retrowalk import present
from retrowalk.app import importing
from retrowalk.app.importing import Import
from retrowalk.cli.export import Folder, house_in, one_sentence

EPILOG = """
**Examples**

    retrowalk import file export.zip

    retrowalk import file morning.fit tour.gpx

    retrowalk import list

    retrowalk import back 2

What is imported is shown beside your sessions and never counts as walking backward.
"""

app = typer.Typer(help="Bring walks and steps from a watch or a phone.", no_args_is_help=True,
                  epilog=EPILOG)  # fmt: skip


@app.command("file")
def file_(
    files: Annotated[list[Path], typer.Argument(help="Apple Health's export, FIT, GPX or TCX.")],
    folder: Folder = None,
) -> None:
    """Import files; what is here already is recognised."""
    with one_sentence(), house_in(folder) as house:
        for file in files:
            with Progress(console=Console(file=sys.stderr), transient=True) as shown:
                task = shown.add_task(file.name, total=None)

                def seen(read: int, total: int, task: object = task, bar: Progress = shown) -> None:
                    bar.update(task, completed=read, total=total)  # type: ignore[arg-type]

                made = importing.bring_in(house, file, progress=seen)
            typer.echo(f"{made.id:>3}  {file.name}: {present.brought(*_figures(made))}")


@app.command("list")
def list_(folder: Folder = None) -> None:
    """List what was imported."""
    with one_sentence(), house_in(folder) as house:
        for one in importing.imports(house):
            undone = " (taken back)" if one.undone else ""
            typer.echo(f"{one.id:>3}  {one.at:%Y-%m-%d}  {one.form:12} {one.name}: "
                       f"{present.brought(*_figures(one))}{undone}")  # fmt: skip


@app.command()
def back(
    number: Annotated[int, typer.Argument(help="Its number, as `import list` gives it.")],
    folder: Folder = None,
) -> None:
    """Take one import back as a whole."""
    with one_sentence(), house_in(folder) as house:
        importing.take_back(house, number)
    typer.echo(f"Import {number} was taken back.")


def _figures(one: Import) -> tuple[int, int, int, int, int]:
    was = one.outcome
    return was.activities, was.days, was.known, was.own, was.unlikely + was.unread
