"""`retrowalk find-treadmill` says what is in the air, or why it cannot know."""

from collections.abc import Sequence
from typing import Any

import pytest
from bleak.exc import BleakError
from typer.testing import CliRunner

from retrowalk.cli import build, find_treadmill
from retrowalk.treadmill.bluetooth import Found

DEVICE: Any = object()
KNOWN = Found("Runner [bold]3000", "AA:BB:CC:DD:EE:FF", likely=True, device=DEVICE)
ODD = Found("R3", "AA:BB:CC:DD:EE:00", likely=False, device=DEVICE)

STRAP = Found("H-strap", "AA:BB:CC:DD:EE:01", likely=False, device=DEVICE, strap=True)


def told(monkeypatch: pytest.MonkeyPatch, heard: Sequence[Found] | Exception) -> Any:
    async def find(_: float) -> Sequence[Found]:
        if isinstance(heard, Exception):
            raise heard
        return heard

    monkeypatch.setattr(find_treadmill, "find", find)
    return CliRunner().invoke(build("find-treadmill"), ["find-treadmill", "--seconds", "1"])


def test_treadmills_are_listed_with_what_to_do_next(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, [KNOWN, ODD])
    assert said.exit_code == 0
    for word in ("Runner [bold]3000", KNOWN.address, "says it is one", "unsure", "bluetooth:ADDR"):
        assert word in said.output


def test_a_strap_is_listed_as_one_with_what_to_do_next(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, [KNOWN, STRAP])
    for word in ("H-strap", STRAP.address, "a heart-rate strap", "--strap ADDRESS"):
        assert word in said.output
    assert "--strap" not in told(monkeypatch, [KNOWN]).output


def test_silence_is_said_with_what_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, [])
    assert said.exit_code == 1
    assert "No treadmill was heard" in said.output


@pytest.mark.parametrize(
    "fault", [BleakError("adapter off"), OSError(2, "no such file"), OSError()]
)
def test_a_computer_that_cannot_listen_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    said = told(monkeypatch, fault)
    assert said.exit_code == 2
    assert "cannot listen (" in said.output
    assert "Traceback" not in said.output
