"""`retrowalk serve`, as often as tests want one: forked from a process that has loaded it once.

Each is a process of its own, with its own folder and port, and may be killed as any other.

    python -m tests.browser.serving < lines of JSON [program, words]     > lines of process numbers
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from secrets import randbelow

from tests.waiting import until

ROOT = Path(__file__).parents[2]
SERVE = "import typer; from retrowalk.cli.serve import serve; typer.run(serve)"
FIND = (  # a test machine may stand in no home network, and is then found by loopback
    "from ipaddress import IPv4Address; from retrowalk.lan import addresses; "
    "addresses.here = lambda: addresses.Here((IPv4Address('192.168.77.7'),), ('attic.local',)); "
)


@dataclass
class Served:
    """One `retrowalk serve` in its own folder."""

    folder: Path
    speed_up: float
    port: int
    lan: bool = False
    strap: str = ""
    url: str = ""
    first: str = ""  # what its program does before it serves: a test's own clock, say
    process: int = 0

    def start(self) -> None:
        code, more = (FIND + SERVE, ["--lan"]) if self.lan else (self.first + SERVE, [])
        words = [*more, "--folder", str(self.folder), "--port", str(self.port),
                 "--speed-up", str(self.speed_up)]  # fmt: skip
        words += ["--strap", self.strap] if self.strap else []
        self.process = _forked(code, words)
        self.url = f"http://127.0.0.1:{self.port}"
        until(self._answers)

    def _answers(self) -> bool:
        assert _runs(self.process), "retrowalk serve has ended"
        try:
            with closing(urllib.request.urlopen(self.url + "/about", timeout=5)):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        if not self.process:
            return
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        until(lambda: not _runs(self.process))
        self.process = 0


def free_port() -> int:
    """A port that is free, as is the next one: --lan takes both.

    Below those the system lends to whoever connects, or a test's own browser may take it first.
    """
    while True:
        port = 20_000 + 2 * randbelow(6_000)
        if _is_free(port) and _is_free(port + 1):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _runs(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


def _forked(code: str, words: list[str]) -> int:
    forks = _forks()
    assert forks.stdin
    assert forks.stdout
    forks.stdin.write(json.dumps([code, words]) + "\n")
    forks.stdin.flush()
    return int(forks.stdout.readline())


@cache
def _forks() -> subprocess.Popen[str]:
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    forks = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.serving"], cwd=ROOT, text=True,
        env=os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},  # threads do not fork
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    atexit.register(forks.communicate)
    return forks


def main() -> None:
    """Fork for every line; who was forked serves and never comes back here."""
    import retrowalk.cli.serve  # noqa: PLC0415 -- what every fork has loaded
    import retrowalk.web.app  # noqa: F401, PLC0415

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody need be waited for
    for line in sys.stdin:
        code, words = json.loads(line)
        process = os.fork()
        if process == 0:
            return _serve(code, words)
        print(process, flush=True)  # noqa: T201 -- the answer
    return None


def _serve(code: str, words: list[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    sys.argv = ["retrowalk", *words]
    exec(code, {"__name__": "__main__"})


if __name__ == "__main__":
    main()
