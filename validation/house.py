"""What the house itself promises: two commands, a light page, code that its tests hold.

python -m validation.house [fresh|start|browser|coverage|mutants …]
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from validation import mutants
from validation.promise import Promise, at_least, at_most

ROOT = Path(__file__).parents[1]
COMMAND = "python -m validation.house"


def fresh() -> Iterator[Promise]:
    """A clone in an empty folder: seconds from `make run` to the first answer over HTTP."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "retrowalk"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        seconds = _first_answer(["make", "run"], clone, within_s=300)
    yield at_most("session.fresh_clone_answers", seconds, 120, "s", f"{COMMAND} fresh")


def start() -> Iterator[Promise]:
    """A start with everything installed: seconds to the first answer."""
    seconds = min(_first_answer([".venv/bin/retrowalk", "serve"], ROOT) for _ in range(3))
    yield at_most("session.warm_start", seconds, 3, "s", f"{COMMAND} start")


def _first_answer(words: list[str], folder: Path, *, within_s: float = 30) -> float:
    port = _free_port()
    serve = f"--port {port} --folder {tempfile.mkdtemp()}"
    words = [*words, f"ARGS={serve}"] if words[0] == "make" else [*words, *serve.split()]
    with _running(words, folder):
        began_s = time.monotonic()
        while time.monotonic() - began_s < within_s:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                    return time.monotonic() - began_s
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
    return float("inf")


@contextmanager
def _running(words: list[str], folder: Path) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    with subprocess.Popen(
        words, cwd=folder, env=environment, start_new_session=True, **quiet
    ) as running:
        try:
            yield
        finally:
            os.killpg(running.pid, 15)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def browser() -> Iterator[Promise]:
    """The browser tests' own figures, noted as properties in their report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        _pytest("tests/browser", f"--junitxml={report}", "-o", "junit_family=xunit1")
        noted = ElementTree.parse(report).getroot().iter("property")
        seen = [(one.get("name"), float(str(one.get("value")).split()[0])) for one in noted]
    command = f"{COMMAND} browser"
    for id, name, limit, unit in (
        ("session.full_way", "full way", 60, "s"),
        ("session.page_weight", "heaviest page", 300, "kB"),
        ("session.axe_serious_or_too_wide", "page findings", 0, ""),
    ):
        figures = [figure for of, figure in seen if of == name]
        yield at_most(id, max(figures, default=float("inf")), limit, unit, command)


def coverage() -> Iterator[Promise]:
    """Branches of the live session, the programme and the outcomes their own tests go through."""
    for part, id in (
        ("live", "session.branch_coverage_live"),
        ("programme", "session.branch_coverage_programme"),
        ("outcomes", "outcome.branch_coverage"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "coverage.xml"
            _pytest(f"tests/{part}", f"--cov=retrowalk.{part}", "--cov-branch",
                    f"--cov-report=xml:{report}", file=Path(folder) / "coverage")  # fmt: skip
            seen = ElementTree.parse(report).getroot().attrib
        share = 100 * min(float(seen["branch-rate"]), float(seen["line-rate"]))
        command = f"{COMMAND} coverage"
        yield at_least(id, share, 100, "%", command)


def _pytest(*words: str, file: Path | None = None) -> None:
    environment = {**os.environ, **({"COVERAGE_FILE": str(file)} if file else {})}
    words = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words)
    subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=False)


def mutated() -> Iterator[Promise]:
    number = len(mutants.MUTANTS)
    killed = number - len(list(mutants.survivors()))
    command = "python -m validation.mutants"
    yield at_least("session.mutants_killed", killed, max(number, 10), f"of {number}", command)


PARTS = {
    "fresh": fresh, "start": start, "browser": browser, "coverage": coverage, "mutants": mutated,
}  # fmt: skip


def promises(*names: str) -> Iterator[Promise]:
    for name in names or PARTS:
        yield from PARTS[name]()


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(PARTS):
        raise SystemExit(f"no part {', '.join(unknown)}; choose from {', '.join(PARTS)}")
    for promise in promises(*sys.argv[1:]):
        print(promise.line(), flush=True)
