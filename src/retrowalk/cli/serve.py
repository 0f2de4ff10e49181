"""retrowalk serve: the web app on this computer, and with --lan in the home network."""

import asyncio
import ipaddress
import logging
import signal
import socket
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from platformdirs import user_data_path
from starlette.types import ASGIApp

from retrowalk.app.house import House, open_house
from retrowalk.app.lan import open_lan
from retrowalk.app.walking import shut_down
from retrowalk.cli.lan import SecureServer, introduce
from retrowalk.errors import RetrowalkError
from retrowalk.treadmill.guard_belts import NAMES
from retrowalk.treadmill.guard_child import treadmill_named
from retrowalk.treadmill.strap import NAMES as NAMES_OF_STRAPS
from retrowalk.treadmill.strap import VIRTUAL, Strap, strap_named
from retrowalk.web.app import create_app

PORT = 8377
BAD_CALL = 2  # exit code: what was asked cannot be
LAST_PORT = 65535
EVERYWHERE = "0.0.0.0"  # the gate then answers the home network only
CLOSING_S = 3  # open streams get this long once every belt is at rest
TREADMILLS = {
    "simulated": "The treadmill is simulated: no belt moves.",
    "demo": "The treadmill is that of retrowalk demo-treadmill: no belt moves.",
    "virtual": "The treadmill is virtual, behind a guard as a real one: no belt moves.",
}
REAL = "The treadmill is real, and a guard stops its belt if retrowalk dies: clip the key on."
SETTINGS: dict[str, Any] = {
    "log_level": "warning", "access_log": False, "server_header": False,
    "timeout_graceful_shutdown": CLOSING_S, "ws": "websockets-sansio",
    "ws_max_size": 65_536, "ws_per_message_deflate": False,  # nothing unpacks larger than it came
    "proxy_headers": False,  # who asks is judged by its address: nobody may claim another
}  # fmt: skip


def serve(
    *,
    host: Annotated[str, typer.Option(help="This computer's own address.")] = ("127.0.0.1"),
    port: Annotated[int, typer.Option(help="Where the pages are.", min=1, max=65535)] = PORT,
    speed_up: Annotated[
        float, typer.Option(help="Sessions run this many times faster, for a demonstration.")
    ] = 1.0,
    lan: Annotated[
        bool, typer.Option("--lan", help="Let paired phones and screens in your home in, too.")
    ] = False,
    treadmill: Annotated[
        str, typer.Option(help=f"Which one: {NAMES}; others behind a guard.")
    ] = "simulated",
    strap: Annotated[
        str | None, typer.Option(help=f"A heart-rate strap: {NAMES_OF_STRAPS}.")
    ] = None,
    secure_port: Annotated[
        int | None,
        typer.Option(
            help="With --lan: where the pages are secure; the next port if not given.",
            min=1,
            max=65535,
        ),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where everything is kept; your data folder if not given.")
    ] = None,
) -> None:
    """Start the web app; stop it with Ctrl-C.

    With --lan it also shows a code that a phone's camera reads, and a pairing code for each
    phone or screen that is to come in.
    """
    try:
        _loopback_only(host)
        kept = folder or user_data_path("retrowalk")
        worn = None if strap is None else strap_named(strap)
        if lan:
            _serve_home(kept, port, secure_port or _beside(port),
                        speed_up=speed_up, treadmill=treadmill, strap=worn)  # fmt: skip
        else:
            _serve_here(kept, host, port, speed_up=speed_up, treadmill=treadmill, strap=worn)
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_CALL) from None
    typer.echo("retrowalk has stopped.")


def _serve_here(
    folder: Path, host: str, port: int, *, speed_up: float, treadmill: str, strap: Strap | None
) -> None:
    with (
        _listen(host, port) as listening,
        treadmill_named(treadmill, folder) as machine,
        closing(open_house(folder, speed_up=speed_up, treadmill=machine, strap=strap)) as house,
    ):
        _say(host, port, house)
        _run(house, listening, create_app(house))


def _serve_home(
    folder: Path,
    port: int,
    secure_port: int,
    *,
    speed_up: float,
    treadmill: str,
    strap: Strap | None,
) -> None:
    with (
        _listen(EVERYWHERE, port) as listening,
        _listen(EVERYWHERE, secure_port, option="--secure-port") as secure,
        treadmill_named(treadmill, folder) as machine,
        closing(open_house(folder, speed_up=speed_up, treadmill=machine, strap=strap)) as house,
    ):
        lan = open_lan(house.folder, port=port, secure_port=secure_port, now=house.now())
        _say("127.0.0.1", port, house)
        introduce(lan)
        sys.stdout.flush()
        app = create_app(house, lan)
        _run(house, listening, app, SecureServer(app, lan, secure, **SETTINGS))


def _beside(port: int) -> int:
    return port + 1 if port < LAST_PORT else port - 1


def _loopback_only(host: str) -> None:
    try:
        own = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        own = False
    if not own:
        raise RetrowalkError(
            f"The host {host} is not this computer's own address: leave --host away, and "
            "for phones and screens in your home give --lan."
        )


def _listen(host: str, port: int, *, option: str = "--port") -> socket.socket:
    """The port, taken before anything else is opened."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as wrong:
        listening.close()
        at = _shown("127.0.0.1" if host == EVERYWHERE else host)
        raise RetrowalkError(
            f"Port {port} cannot be used ({(wrong.strerror or str(wrong)).lower()}); if retrowalk "
            f"already runs, open http://{at}:{port}, else choose another with {option}."
        ) from wrong
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say(host: str, port: int, house: House) -> None:
    typer.echo(f"retrowalk is at http://{_shown(host)}:{port}")
    typer.echo(f"Everything is kept in {house.folder}")
    if house.speed_up != 1:
        typer.echo(f"Sessions run {house.speed_up:g} times faster: a demonstration, not a walk.")
    if house.strap is not None:
        virtual = house.strap.name == VIRTUAL
        typer.echo(f"The strap is {'virtual: nobody wears it.' if virtual else house.strap.name}")
    typer.echo(f"{TREADMILLS.get(house.treadmill.name, REAL)}  Stop retrowalk with Ctrl-C.")
    sys.stdout.flush()  # whoever waits for the address may read through a pipe


def _run(
    house: House, listening: socket.socket, app: ASGIApp, secure: SecureServer | None = None
) -> None:
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(app, **SETTINGS)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn sends it on to us
    with suppress(KeyboardInterrupt):
        asyncio.run(_Server(config, house, secure).serve(sockets=[listening]))


class _Server(uvicorn.Server):
    """Stops every belt first; only then do the open streams end and can be waited for."""

    def __init__(
        self, config: uvicorn.Config, house: House, secure: SecureServer | None = None
    ) -> None:
        super().__init__(config)
        self._house = house
        self._secure = secure

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._secure is not None:
            self._secure.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await shut_down(self._house)
        if self._secure is not None:
            await self._secure.close()
        await super().shutdown(sockets)
