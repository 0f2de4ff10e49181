"""retrowalk find-treadmill: which Bluetooth treadmills, and heart-rate straps, are in the air."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from bleak.exc import BleakError
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrowalk.treadmill.bluetooth import Found, find

NOTHING, BAD_CALL = 1, 2  # exit codes: none in the air; this computer cannot listen
LONGEST_S = 120.0
EPILOG = "Then: retrowalk serve --treadmill bluetooth:ADDRESS"
STRAP_EPILOG = "With a heart-rate strap, besides: --strap ADDRESS"


def find_treadmill(
    seconds: Annotated[float, typer.Option(min=1, max=LONGEST_S, help="How long to listen.")] = 8,
) -> None:
    """List the treadmills that can be reached by Bluetooth.  Nothing is connected or started.

    Switch the treadmill on first and close other apps that use it: most have room for one.
    A heart-rate strap is listed too: wear it, with wet electrodes.
    """
    console = Console()
    try:
        with console.status("Listening …"):
            found = asyncio.run(find(seconds))
    except (BleakError, OSError) as fault:
        why = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
        typer.echo(f"Bluetooth was asked for and this computer cannot listen ({why[:80]}); switch "
                   "Bluetooth on, and on Linux see that BlueZ runs.", err=True)  # fmt: skip
        raise typer.Exit(BAD_CALL) from None
    if not found:
        typer.echo("No treadmill was heard; switch it on, wake its console, close other apps that "
                   "use it, come nearer, and try again.", err=True)  # fmt: skip
        raise typer.Exit(NOTHING)
    console.print(_table(found))
    console.print(Text(EPILOG), soft_wrap=True)
    if any(one.strap for one in found):
        console.print(Text(STRAP_EPILOG), soft_wrap=True)


def _table(found: Sequence[Found]) -> Table:
    table = Table("treadmill", "address", "", box=box.SIMPLE_HEAD, pad_edge=False)
    for one in found:
        table.add_row(Text(one.name[:60]), Text(one.address), Text(_said(one)))
    return table


def _said(one: Found) -> str:
    if one.strap:
        return "a heart-rate strap"
    return "says it is one" if one.likely else "unsure: only if it is yours"
