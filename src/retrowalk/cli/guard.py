"""retrowalk guard: the small program that holds the radio and stops the belt."""

import asyncio
import logging
import shlex
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

from retrowalk.errors import RetrowalkError
from retrowalk.treadmill.guard_belts import NAMES, opener
from retrowalk.treadmill.guard_keep import unix_locks, unix_only
from retrowalk.treadmill.guard_run import guard_treadmill

BAD_CALL = 2  # exit code: what was asked cannot be
UNIT = "retrowalk-guard.service"
EPILOG = "It is told to end with Ctrl-C or SIGTERM, and leaves when the belt is seen at rest."


def guard(
    treadmill: Annotated[str, typer.Option(help=f"Which one: {NAMES}.")] = "simulated",
    folder: Annotated[
        Path | None, typer.Option(help="Where its socket is; in your data folder if not given.")
    ] = None,
    unit: Annotated[
        bool, typer.Option("--unit", help="Print a systemd user unit that runs it, and end.")
    ] = False,
    leave_with_app: Annotated[bool, typer.Option("--leave-with-app", hidden=True)] = False,
) -> None:
    """Hold the link to a treadmill, and stop its belt when the app that drives it is gone.

    It knows caps, a gentle ramp, stop and a heartbeat, nothing else.  retrowalk serve starts one by
    itself for a treadmill that is not simulated; run it on its own to have it outlive everything.
    """
    where = folder or user_data_path("retrowalk") / "guard"
    try:
        open_belt = opener(treadmill)
        if unit:
            typer.echo(unit_for(treadmill, folder))
            return
        unix_only(unix_locks())
        logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
        typer.echo(f"The guard of the {treadmill} treadmill listens in {where}; Ctrl-C ends it.")
        sys.stdout.flush()
        asyncio.run(guard_treadmill(where, treadmill, open_belt, leave_with_app=leave_with_app))
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_CALL) from None
    typer.echo("The guard has ended; the belt was seen at rest.")


def unit_for(treadmill: str, folder: Path | None) -> str:
    """The packaged systemd unit, with the command that was given."""
    command = [sys.executable, "-m", "retrowalk", "guard", "--treadmill", treadmill]
    command += ["--folder", str(folder.absolute())] if folder else []
    text = (files("retrowalk.treadmill") / UNIT).read_text(encoding="utf-8")
    return text.replace("@COMMAND@", shlex.join(command).replace("%", "%%")).rstrip()
