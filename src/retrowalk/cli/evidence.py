"""retrowalk evidence: what is known; and a check of the studies, ours or one's own."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from retrowalk import present
from retrowalk.app import evidence_checking
from retrowalk.app.evidence_checking import Checked
from retrowalk.cli import evidence_show

FOUND, BAD_CALL = 1, 2  # exit codes

app = typer.Typer(help="Claims, studies and figures; check your own.", no_args_is_help=True)
for _shown in (evidence_show.claim, evidence_show.study, evidence_show.pool, evidence_show.forest):
    app.command()(_shown)


@app.callback()
def _evidence() -> None:
    """See the studies, check your own."""


@app.command()
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Study files (TOML); without one, all that come with retrowalk."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Take this day for today.")
    ] = None,
) -> None:
    """Check study files: each fault with its line, each figure that can hardly be.

    What a file says it knows of is shown as known.  Ends with 1 where something is new.
    """
    day = (today or datetime.now(tz=UTC).astimezone()).date()
    if files:
        checked = evidence_checking.check_files(files, today=day)
    else:
        checked = evidence_checking.check_shipped(today=day)
    if as_json:
        typer.echo(json.dumps(checked.plain(), ensure_ascii=False, indent=1))
    else:
        _tell(checked)
    if not checked.clean:
        raise typer.Exit(FOUND)


def _tell(checked: Checked) -> None:
    known = len(checked.findings) - len(checked.new)
    for one in checked.findings:
        if one.known:
            typer.echo(one.line())
    for line in (*checked.refused, *(one.line() for one in checked.new)):
        typer.echo(line, err=True)
    new = len(checked.refused) + len(checked.new)
    files = present.count(checked.files, "file")
    doubts = present.count(known, "known doubt")
    said = present.count(new, "new finding") if new else "nothing new"
    typer.echo(f"{files} checked: {said}, {doubts}.", err=bool(new))
    if new:
        typer.echo("docs/evidence.md tells what a study file holds.", err=True)
