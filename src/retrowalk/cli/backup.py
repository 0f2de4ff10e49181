"""retrowalk backup: everything in one file; checked, and brought back."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

from retrowalk import present
from retrowalk.app import backing_up
from retrowalk.app.house import open_house
from retrowalk.cli.export import Folder, Over, house_in, one_sentence
from retrowalk.errors import Conflict

EPILOG = """
**Examples**

    retrowalk backup make retrowalk-2026-11-21.zip

    retrowalk backup check retrowalk-2026-11-21.zip

    retrowalk backup restore retrowalk-2026-11-21.zip

Whoever has the file can read it: keep it as you keep your doctor's letters.
"""

app = typer.Typer(help="Keep everything in one file, and bring it back.", no_args_is_help=True,
                  epilog=EPILOG)  # fmt: skip

Backup = Annotated[Path, typer.Argument(help="The backup.")]


@app.command()
def make(file: Backup, *, overwrite: Over = False, folder: Folder = None) -> None:
    """Write everything that is kept, recordings too, to one file."""
    with one_sentence():
        if file.exists() and not overwrite:
            raise Conflict(f"{file} is there already: give --overwrite or another name.")
        with house_in(folder) as house:
            told = backing_up.make(house, file)
    typer.echo(f"{file} was written ({told.bytes / 1000:.0f} kB unpacked).")


@app.command()
def check(file: Backup) -> None:
    """Say whether a backup could be restored, and from when it is."""
    with one_sentence():
        told = backing_up.check_backup(file)
    typer.echo(f"{file} is a good backup of {present.moment(told.made_at.astimezone())}.")


@app.command()
def restore(
    file: Backup,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    folder: Folder = None,
) -> None:
    """Put a backup in the place of everything; what was there is kept beside it."""
    kept = folder or user_data_path("retrowalk")
    with one_sentence():
        told = backing_up.check_backup(file)
        when = present.moment(told.made_at.astimezone())
        if not yes and not typer.confirm(f"Put the backup of {when} in the place of {kept}?"):
            raise Conflict("Nothing was changed: you did not say yes.")
        with closing(open_house(kept)) as house:
            before = backing_up.restore(house, file)
    typer.echo(f"The backup of {when} is back.  What was there before is kept as {before}.")
