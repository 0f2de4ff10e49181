"""retrowalk serve: what it prints, and one sentence with exit code 2 when it cannot."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from retrowalk.cli.serve import serve
from retrowalk.lan import addresses
from retrowalk.lan.addresses import Here

AT = Here((IPv4Address("192.168.77.7"),), ("attic.local",))
FIND = (  # a test machine may stand in no home network
    "from ipaddress import IPv4Address; from retrowalk.lan import addresses; "
    "addresses.here = lambda: addresses.Here((IPv4Address('192.168.77.7'),), ('attic.local',)); "
)
SRC = Path(__file__).parents[2] / "src"
app = typer.Typer()
app.command()(serve)


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    said = result.stderr.strip()
    assert "Traceback" not in said
    return said


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize("strap", ["", "banana", "AA:BB", "bluetooth:AA:BB:CC:DD:EE:FF", "x" * 999])
def test_a_strap_nobody_can_find_is_told_with_what_to_do(tmp_path, strap):
    said = refused("--strap", strap, "--folder", str(tmp_path))
    assert "choose virtual, or the ADDRESS that retrowalk find-treadmill shows" in said
    assert len(said) < 300


def test_no_heart_is_sped_up_for_a_demonstration(tmp_path):
    said = refused("--strap", "virtual", "--speed-up", "5", "--folder", str(tmp_path))
    assert said == "No heart beats faster for a demonstration: leave --speed-up or --strap."


def test_a_port_in_use_is_told_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1])
        said = refused("--port", number, "--folder", str(tmp_path))
    assert f"Port {number} cannot be used (address already in use)" in said
    assert said.count("\n") == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org", ""])
def test_only_this_computers_own_address_is_served(tmp_path, host):
    assert "leave --host away" in refused("--host", host, "--folder", str(tmp_path))


def test_without_a_home_network_lan_is_refused_in_one_sentence(tmp_path, port, monkeypatch):
    monkeypatch.setattr(addresses, "here", lambda: Here((), ("attic.local",)))
    said = refused("--lan", "--port", port, "--folder", str(tmp_path))
    assert "join the Wi-Fi" in said
    assert said.count("\n") == 0


def test_a_secure_port_in_use_is_told_with_its_own_option(tmp_path, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1])
        said = refused("--lan", "--port", port, "--secure-port", number, "--folder", str(tmp_path))
    assert f"Port {number} cannot be used" in said
    assert "--secure-port" in said


def test_a_certificate_that_cannot_be_kept_is_told(tmp_path, port, monkeypatch):
    monkeypatch.setattr(addresses, "here", lambda: AT)
    (tmp_path / "lan").write_text("not a folder")
    said = refused("--lan", "--port", port, "--folder", str(tmp_path))
    assert "choose another data folder" in said
    assert said.count("\n") == 0


def test_lan_prints_address_code_and_fingerprint_and_ends_cleanly(tmp_path, port):
    with running(tmp_path, port, "--lan", first=FIND) as started:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/phone", timeout=5) as answer:
            page = answer.read().decode()
        started.send_signal(signal.SIGINT)
        said, wrong = started.communicate(timeout=120)
    assert f"http://192.168.77.7:{port}/phone" in said
    code = re.search(r"Pairing code: (\d{3} \d{3})", said)
    assert code
    assert code[1] in page
    assert re.search(r"([0-9A-F]{2} ){15}", said)
    assert said.rstrip().endswith("retrowalk has stopped.")
    assert wrong == ""
    assert started.returncode == 0


def test_help_tells_of_lan():
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).stdout
    assert "--lan" in said
    assert "--secure-port" in said


@pytest.mark.parametrize("speed_up", ["0", "-3", "601", "nan", "inf"])
def test_a_speed_up_beyond_sense_is_refused(tmp_path, port, speed_up):
    said = refused("--port", port, "--folder", str(tmp_path), "--speed-up", speed_up)
    assert "choose a number from 1 to 600" in said


def test_a_folder_that_cannot_be_written_is_told(tmp_path, port):
    (tmp_path / "file").write_text("not a folder")
    said = refused("--port", port, "--folder", str(tmp_path / "file" / "house"))
    assert "choose another data folder" in said


def test_a_folder_in_use_by_another_retrowalk_is_told(tmp_path, port):
    with running(tmp_path, port):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            other = str(probe.getsockname()[1])
        assert "Another retrowalk" in refused("--port", other, "--folder", str(tmp_path))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_answers_and_ends_cleanly(tmp_path, port, ending):
    with running(tmp_path, port) as started:
        started.send_signal(ending)
        said, wrong = started.communicate(timeout=120)
    assert f"http://127.0.0.1:{port}" in said
    assert "Ctrl-C" in said
    assert said.rstrip().endswith("retrowalk has stopped.")
    assert wrong == ""
    assert started.returncode == 0


class running:  # noqa: N801 - reads as a word in `with running(…)`
    """A `retrowalk serve` that answers."""

    def __init__(self, folder: Path, port: str, *more: str, first: str = "") -> None:
        code = f"{first}import typer; from retrowalk.cli.serve import serve; typer.run(serve)"
        self.url = f"http://127.0.0.1:{port}/about"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "--port", port, "--folder", str(folder), *more],
            env=os.environ | {"PYTHONPATH": str(SRC)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> "subprocess.Popen[str]":
        until = time.monotonic() + 300
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(self.url, timeout=1):
                    return self.process
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        pytest.fail("retrowalk serve did not answer in time")

    def __exit__(self, *_: object) -> None:
        with self.process:
            self.process.kill()
