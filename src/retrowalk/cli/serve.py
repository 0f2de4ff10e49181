"""retrowalk serve: the web app on this computer."""

import asyncio
import ipaddress
import logging
import signal
import socket
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from platformdirs import user_data_path

from retrowalk.app.house import House, open_house
from retrowalk.app.walking import shut_down
from retrowalk.errors import RetrowalkError
from retrowalk.web.app import create_app

PORT = 8377
BAD_CALL = 2  # exit code: what was asked cannot be
CLOSING_S = 3  # open streams get this long once every belt is at rest


def serve(
    host: Annotated[str, typer.Option(help="Only this computer's own address, for now.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Where the pages are.", min=1, max=65535)] = PORT,
    speed_up: Annotated[
        float, typer.Option(help="Sessions run this many times faster, for a demonstration.")
    ] = 1.0,
    folder: Annotated[
        Path | None, typer.Option(help="Where everything is kept; your data folder if not given.")
    ] = None,
) -> None:
    """Start the web app; stop it with Ctrl-C."""
    try:
        _loopback_only(host)
        with (
            _listen(host, port) as listening,
            closing(open_house(folder or user_data_path("retrowalk"), speed_up=speed_up)) as house,
        ):
            _say(host, port, house)
            _run(house, listening)
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_CALL) from None
    typer.echo("retrowalk has stopped.")


def _loopback_only(host: str) -> None:
    try:
        own = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        own = False
    if not own:
        raise RetrowalkError(
            f"The host {host} is not this computer's own address; retrowalk has no logins yet, "
            "so for now it serves only 127.0.0.1: leave --host away."
        )


def _listen(host: str, port: int) -> socket.socket:
    """The port, taken before anything else is opened."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as wrong:
        listening.close()
        raise RetrowalkError(
            f"Port {port} cannot be used ({(wrong.strerror or str(wrong)).lower()}); if retrowalk "
            f"already runs, open http://{_shown(host)}:{port}, else choose another with --port."
        ) from wrong
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say(host: str, port: int, house: House) -> None:
    typer.echo(f"retrowalk is at http://{_shown(host)}:{port}")
    typer.echo(f"Everything is kept in {house.folder}")
    if house.speed_up != 1:
        typer.echo(f"Sessions run {house.speed_up:g} times faster: a demonstration, not a walk.")
    typer.echo("The treadmill is simulated: no belt moves.  Stop retrowalk with Ctrl-C.")
    sys.stdout.flush()  # whoever waits for the address may read through a pipe


def _run(house: House, listening: socket.socket) -> None:
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        create_app(house), log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=CLOSING_S,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn sends it on to us
    with suppress(KeyboardInterrupt):
        asyncio.run(_Server(config, house).serve(sockets=[listening]))


class _Server(uvicorn.Server):
    """Stops every belt first; only then do the open streams end and can be waited for."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await shut_down(self._house)
        await super().shutdown(sockets)
