"""`retrowalk serve --lan`: what the terminal says, and the secure server beside the plain one."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from socket import socket
from threading import Thread
from typing import Any

import typer
import uvicorn
from starlette.types import ASGIApp

from retrowalk.app.lan import Lan
from retrowalk.errors import RetrowalkError
from retrowalk.lan.qr import in_terminal

LOOK_EVERY_S = 30.0  # how often a change of address is looked for
PAIRS_A_LINE = 16

logger = logging.getLogger(__name__)


def introduce(lan: Lan) -> None:
    """How a phone gets in, on the terminal."""
    typer.echo("For phones and screens in your home, scan this with the camera or open")
    typer.echo(f"    {lan.phone_address}")
    if can_draw():
        typer.echo(in_terminal(lan.phone_address))
    typer.echo("Fingerprint of the certificate (SHA-256), to compare with the phone’s:")
    pairs = lan.authority.fingerprint.split(" ")
    for begin in range(0, len(pairs), PAIRS_A_LINE):
        typer.echo("    " + " ".join(pairs[begin : begin + PAIRS_A_LINE]))
    lan.pairing.announce = typer.echo
    lan.pairing.code()
    lan.pairing.announce = announce


def can_draw() -> bool:
    """Whether the output is a terminal that knows blocks."""
    return sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf")


def announce(line: str) -> None:
    """Say a line without waiting: a terminal that is held must not hold a session."""
    Thread(target=typer.echo, args=(line,), daemon=True).start()


class Beside(uvicorn.Server):
    """A second server on the first one's loop; signals are the first one's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class SecureServer:
    """The same pages over TLS; keeps its certificate true while the machine moves about."""

    def __init__(self, app: ASGIApp, lan: Lan, listening: socket, **settings: Any) -> None:
        self._lan = lan
        self._listening = listening
        self._config = uvicorn.Config(
            app, lifespan="off", ssl_certfile=str(lan.certificate_file), **settings
        )
        self._server = Beside(self._config)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        serving = self._server.serve(sockets=[self._listening])
        self._tasks = [loop.create_task(serving), loop.create_task(self._keep_true())]

    async def close(self) -> None:
        serving, keeping = self._tasks
        keeping.cancel()
        self._server.should_exit = True
        await asyncio.wait({serving, keeping})

    async def _keep_true(self) -> None:
        said = ""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                changed = await asyncio.to_thread(self._lan.renew, datetime.now(UTC))
            except RetrowalkError as wrong:
                if str(wrong) != said:
                    logger.warning("%s", wrong)
                said = str(wrong)
                continue
            if changed and self._config.ssl is not None:
                self._config.ssl.load_cert_chain(self._lan.certificate_file)  # next handshake on
                announce(f"This computer's address changed: {self._lan.phone_address}")
