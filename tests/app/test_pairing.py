"""Six digits, a signed cookie, and no way to guess either."""

import asyncio
import json
import stat
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.app.pairing import (
    CODE_LIFE_S,
    MOST_DEVICES,
    WINDOW_S,
    WRONG_IN_ALL,
    WRONG_PER_CODE,
    Pairing,
)
from retrowalk.errors import Conflict, NotAllowed, StoreError, TooManyTries, Unwritable

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Wall:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def said():
    return []


@pytest.fixture
def pairing(tmp_path, wall, said):
    return Pairing(tmp_path / "devices.json", wall=wall, announce=said.append)


def pair(pairing, digits, peer="192.168.1.23", name="Anna's phone"):
    return asyncio.run(pairing.pair(digits, name=name, peer=peer, at=AT))


def wrong(digits):
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def test_the_right_code_pairs_once(pairing, said):
    digits = pairing.code().digits
    device = pairing.device(pair(pairing, digits))
    assert device is not None
    assert device.name == "Anna's phone"
    with pytest.raises(NotAllowed, match="code has passed"):
        pair(pairing, digits)
    assert said[0] == f"Pairing code: {digits[:3]} {digits[3:]} (for ten minutes)"
    assert said[1] == "Anna's phone was paired."


def test_a_code_passes_after_ten_minutes_and_a_new_one_is_announced(pairing, wall, said):
    digits = pairing.code().digits
    wall.now_s += CODE_LIFE_S
    with pytest.raises(NotAllowed, match="code has passed"):
        pair(pairing, digits)
    assert len(said) == 2
    assert not pairing.devices


def test_five_wrong_codes_bury_the_right_one(pairing):
    digits = pairing.code().digits
    for i in range(WRONG_PER_CODE):
        with pytest.raises(NotAllowed, match="not the code"):
            pair(pairing, wrong(digits), peer=f"192.168.1.{i}")
    with pytest.raises(NotAllowed, match="passed"):
        pair(pairing, digits, peer="192.168.1.99")


def test_brute_force_gets_ten_guesses_in_a_quarter_of_an_hour_from_however_many_peers(
    pairing, wall
):
    judged = 0
    for i in range(5000):
        digits = pairing.code().digits
        try:
            pair(pairing, wrong(digits), peer=f"10.0.{i % 250}.{i % 7}")
        except TooManyTries:
            continue
        except NotAllowed:
            judged += 1
    assert judged == WRONG_IN_ALL
    with pytest.raises(TooManyTries, match="quarter of an hour"):
        pair(pairing, pairing.code().digits)
    wall.now_s += WINDOW_S
    assert pair(pairing, pairing.code().digits)


def test_one_peer_gets_five_guesses_and_does_not_lock_the_others_out(pairing):
    for _ in range(WRONG_PER_CODE):
        with pytest.raises(NotAllowed):
            pair(pairing, wrong(pairing.code().digits), peer="192.168.1.66")
    with pytest.raises(TooManyTries):
        pair(pairing, pairing.code().digits, peer="192.168.1.66")
    assert pair(pairing, pairing.code().digits, peer="192.168.1.23")


def test_codes_are_six_digits_and_not_each_others_neighbours(pairing, wall):
    codes = set()
    for _ in range(200):
        codes.add(pairing.code().digits)
        wall.now_s += CODE_LIFE_S
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert len(codes) > 190


@given(forged=st.text(max_size=200))
def test_no_cookie_but_ours_is_believed(forged):
    assert FORGED.device(forged) is None


@pytest.fixture(autouse=True, scope="module")
def _once(tmp_path_factory):
    global FORGED  # noqa: PLW0603 - one pairing for all examples
    FORGED = Pairing(tmp_path_factory.mktemp("once") / "devices.json")
    pair(FORGED, FORGED.code().digits)


def test_a_cookie_of_another_house_or_with_one_sign_changed_is_nobodys(pairing, tmp_path):
    cookie = pair(pairing, pairing.code().digits)
    other = Pairing(tmp_path / "other.json")
    assert other.device(cookie) is None
    for i in range(len(cookie)):
        changed = cookie[:i] + ("0" if cookie[i] != "0" else "1") + cookie[i + 1 :]
        assert pairing.device(changed) is None


def test_devices_survive_a_restart_and_a_removed_one_does_not_come_back(pairing, tmp_path):
    cookie = pair(pairing, pairing.code().digits)
    again = Pairing(tmp_path / "devices.json")
    device = again.device(cookie)
    assert device is not None
    asyncio.run(again.remove(device.id))
    assert again.device(cookie) is None
    assert Pairing(tmp_path / "devices.json").device(cookie) is None


def test_the_key_is_readable_by_its_owner_only(pairing, tmp_path):
    pair(pairing, pairing.code().digits)
    assert stat.S_IMODE((tmp_path / "devices.json").stat().st_mode) == 0o600


def test_a_disk_that_refuses_pairs_nobody(tmp_path, wall):
    (tmp_path / "file").write_text("not a folder")
    pairing = Pairing(tmp_path / "house" / "devices.json", wall=wall)
    (tmp_path / "house").write_text("not a folder either")
    with pytest.raises(Unwritable, match=r"cannot keep devices.json"):
        pair(pairing, pairing.code().digits)
    assert not pairing.devices


DAMAGE = ("", "[]", '{"key": "xy", "devices": []}', '{"key": "00"}',
          json.dumps({"key": "00", "devices": [{"id": "x"}]}))  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_list_is_told_with_what_to_do(tmp_path, damage):
    (tmp_path / "devices.json").write_text(damage)
    with pytest.raises(StoreError, match=r"is damaged: delete it and start again"):
        Pairing(tmp_path / "devices.json")


def test_there_is_a_most_of_devices(pairing):
    for _ in range(MOST_DEVICES):
        pair(pairing, pairing.code().digits)
    with pytest.raises(Conflict, match="remove one"):
        pair(pairing, pairing.code().digits)


@pytest.mark.parametrize(
    ("name", "kept"), [("", "A device"), ("\x1b[2J\n", "[2J"), ("x" * 99, "x" * 30)]
)
def test_a_name_can_do_no_harm_on_a_terminal(pairing, name, kept):
    pair(pairing, pairing.code().digits, name=name)
    assert pairing.devices[0].name == kept
