"""retrowalk demo-treadmill: a treadmill of software, in a program of its own."""

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from retrowalk import present
from retrowalk.errors import RetrowalkError
from retrowalk.words import Units

if TYPE_CHECKING:
    from retrowalk.treadmill.demo_air import DemoAir

BAD_CALL = 2  # exit code: what was asked cannot be
CONSOLE_MPS = 0.3
WORDS = "stop, start, key (pull the safety key), back (put it back), drop (lose the link), quit"
EPILOG = "In another window: retrowalk serve --treadmill demo --strap virtual"


def demo_treadmill(
    seconds: Annotated[
        float, typer.Option(min=0, help="End by itself after so long; 0: when told to.")
    ] = 0,
) -> None:
    """Play a Bluetooth treadmill on this computer, with a console you type at.

    Nothing moves and no radio is used, yet every packet is a real one. Kill the app or the guard
    and see that the belt runs on, until somebody stops it.
    """
    try:
        asyncio.run(_play(seconds))
    except KeyboardInterrupt:
        pass
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_CALL) from None


async def _play(seconds: float) -> None:
    from retrowalk.treadmill.demo_air import DemoAir  # noqa: PLC0415 -- an extra

    air = DemoAir()
    try:
        await air.begin()
    except OSError:
        typer.echo(f"Port {air.port} is taken, by another demonstration treadmill it seems: "
                   "end that one first.", err=True)  # fmt: skip
        raise typer.Exit(BAD_CALL) from None
    typer.echo(f"A treadmill is on the air. {EPILOG}\nType {WORDS}.")
    sys.stdout.flush()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    console = {**_console(air), "quit": ended.set}
    _listen(loop, console)
    if seconds:
        loop.call_later(seconds, ended.set)
    try:
        await _watch(air, ended)
    finally:
        air.end()


def _console(air: "DemoAir") -> dict[str, Callable[[], object]]:
    machine = air.machine
    return {
        "stop": machine.press_stop,
        "start": lambda: machine.press_start(CONSOLE_MPS),
        "key": machine.pull_key,
        "back": machine.put_key_back,
        "drop": air.on_air.drop,
    }


def _listen(loop: asyncio.AbstractEventLoop, console: dict[str, Callable[[], object]]) -> None:
    """Do what is typed; without a keyboard (a service, a closed pipe) there is nothing to do."""

    def typed() -> None:
        line = sys.stdin.readline()
        if not line:
            loop.remove_reader(sys.stdin)
            return
        act = console.get(line.strip())
        if act is None:
            typer.echo(f"{line.strip()[:40]!r} was typed: type {WORDS}.")
        else:
            act()

    try:
        loop.add_reader(sys.stdin, typed)
    except (OSError, ValueError, NotImplementedError):
        return


async def _watch(air: "DemoAir", ended: asyncio.Event) -> None:
    """Say the belt's speed whenever it changes, and who is connected."""
    said = ""
    while not ended.is_set():
        speed = present.speed(air.machine.belt.belt_mps, Units.KMH)
        line = f"belt {speed}, {len(air.on_air.connections)} connected"
        if line != said:
            typer.echo(line)
            sys.stdout.flush()
            said = line
        try:
            await asyncio.wait_for(ended.wait(), 1)
        except TimeoutError:
            continue
