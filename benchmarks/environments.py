"""Each peer lives in an environment of its own, kept between runs in the cache folder."""

import hashlib
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

PEERS = Path(__file__).parent / "peers"
INSTALL_TIMEOUT_S = 1800.0  # a slow line should end in a sentence, not in a night


@dataclass(frozen=True, slots=True)
class Installed:
    """An engine that can be run: its interpreter."""

    python: Path


@dataclass(frozen=True, slots=True)
class NotInstalled:
    """An engine that could not be got here, and the installer's last words."""

    why: str


def cache_folder() -> Path:
    """Where the environments are kept when nobody says otherwise."""
    return user_cache_path("retrowalk") / "benchmarks"


def interpreter(least: tuple[int, int]) -> str | None:
    """This Python if it is new enough, else one of the next two that is installed here."""
    if sys.version_info[:2] >= least:
        return sys.executable
    major, minor = least
    for name in (f"{major}.{minor}", f"{major}.{minor + 1}"):
        kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{name}.*/bin/python"))
        if found := (str(kept[-1]) if kept else shutil.which(f"python{name}")):
            return found
    return None


def environment(peer: str, cache: Path, base: str = sys.executable) -> Installed | NotInstalled:
    """The peer's own interpreter, made from `base` when its pins or this Python have changed."""
    pins = PEERS / f"{peer}.txt"
    folder = cache / f"{peer}-{_fingerprint(pins, base)}"
    python = folder / "bin" / "python"
    stamp = folder / ".ready"
    if stamp.exists():
        return Installed(python)
    print(f"{peer}: making its environment (once) …", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    for command in _commands(folder, python, pins, base):
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as failed:
            return NotInstalled(str(failed))
        if done.returncode:
            return NotInstalled(_last_words(done.stderr or done.stdout))
    stamp.touch()
    return Installed(python)


def _commands(folder: Path, python: Path, pins: Path, base: str) -> tuple[list[str], ...]:
    """With uv if it is there (seconds), else with venv and pip (a minute)."""
    if uv := shutil.which("uv"):
        return (
            [uv, "venv", "--python", base, str(folder)],
            [uv, "pip", "install", "--python", str(python), "-r", str(pins)],
        )
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    return (
        [base, "-m", "venv", str(folder)],
        [*pip, "install", "--no-input", "-r", str(pins)],
    )


def _fingerprint(pins: Path, base: str) -> str:
    of = pins.read_text() + platform.python_version() + platform.machine()
    of += "" if base == sys.executable else base
    return hashlib.sha256(of.encode()).hexdigest()[:12]


def _last_words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["the installer said nothing"])[-1]
