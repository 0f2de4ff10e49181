"""retrowalk export: a report, and files for other programs, from what is kept."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

from retrowalk.app import history
from retrowalk.app.house import House, open_house
from retrowalk.errors import BadInput, Conflict, RetrowalkError, Unwritable

BAD_CALL = 2  # exit code: what was asked cannot be

EPILOG = """
**Examples**

    retrowalk export report for-rosa.pdf --name "Rosa Díaz"

    retrowalk export csv sessions.csv

    retrowalk export session yesterday.fit --which 2
"""

app = typer.Typer(help="Take it with you: a report, files for other programs.",
                  no_args_is_help=True, epilog=EPILOG)  # fmt: skip

File = Annotated[Path, typer.Argument(help="The file to write; one that is there is kept.")]
Folder = Annotated[
    Path | None, typer.Option(help="Where everything is kept; your data folder if not given.")
]
Over = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")]


@app.command()
def report(
    file: File,
    *,
    name: Annotated[str, typer.Option(help="Printed on the page, kept nowhere.")] = "",
    overwrite: Over = False,
    folder: Folder = None,
) -> None:
    """Write one page (PDF) for the physiotherapist."""
    from retrowalk.app import reporting  # noqa: PLC0415 -- the typesetter takes long to load

    _write(file, lambda house: reporting.report(house, name=name), folder, overwrite)


@app.command()
def csv(file: File, *, overwrite: Over = False, folder: Folder = None) -> None:
    """Write one line for each session."""
    _write(file, history.export_csv, folder, overwrite)


@app.command()
def json(file: File, *, overwrite: Over = False, folder: Folder = None) -> None:
    """Write everything that is kept, table by table."""
    _write(file, history.export_json, folder, overwrite)


@app.command()
def fhir(file: File, *, overwrite: Over = False, folder: Folder = None) -> None:
    """Write sessions and tests as a FHIR R4 bundle (JSON), without a name."""
    from retrowalk.app import telling_fhir  # noqa: PLC0415

    _write(file, telling_fhir.bundle, folder, overwrite)


@app.command()
def session(
    file: File,
    *,
    which: Annotated[int, typer.Option(help="1 is the newest, 2 the one before it.", min=1)] = 1,
    overwrite: Over = False,
    folder: Folder = None,
) -> None:
    """Write one session for another program; FILE ends in .fit or .tcx."""

    def made(house: House) -> bytes:
        from retrowalk.app import exporting  # noqa: PLC0415 -- half a second, for this alone

        form = file.suffix.lower().lstrip(".")
        if form not in exporting.FORMATS:
            raise BadInput(f"{file.name} ends in no form known here: name it .fit or .tcx.")
        lines = history.sessions(house, most=which)
        if len(lines) < which:
            raise BadInput(f"There are {len(lines)} sessions: choose one of them with --which.")
        return exporting.session_file(house, lines[-1].session_id, form)[0]

    _write(file, made, folder, overwrite)


@contextmanager
def one_sentence() -> Iterator[None]:
    """Whatever is refused becomes one sentence and an exit code."""
    try:
        yield
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_CALL) from None


@contextmanager
def house_in(folder: Path | None) -> Iterator[House]:
    """The house that is there; one is never made by taking something out of it."""
    kept = folder or user_data_path("retrowalk")
    if not (kept / "retrowalk.sqlite3").is_file():
        raise BadInput(f"Nothing is kept in {kept} yet: start retrowalk serve first, or name "
                       "the right one with --folder.")  # fmt: skip
    with closing(open_house(kept)) as house:
        yield house


def _write(
    file: Path, made: Callable[[House], bytes], folder: Path | None, overwrite: bool
) -> None:
    with one_sentence():
        with house_in(folder) as house:
            content = made(house)
        write_file(file, content, overwrite=overwrite)
    typer.echo(f"{file} was written ({len(content) / 1000:.0f} kB).")


def write_file(file: Path, content: bytes, *, overwrite: bool) -> None:
    """Conflict if it is there; Unwritable if it cannot be."""
    try:
        with file.open("wb" if overwrite else "xb") as out:
            out.write(content)
    except FileExistsError:
        raise Conflict(f"{file} is there already: give --overwrite or another name.") from None
    except (OSError, ValueError) as wrong:
        why = getattr(wrong, "strerror", None) or str(wrong)
        raise Unwritable(f"{file} cannot be written ({why}): choose another place.") from None
