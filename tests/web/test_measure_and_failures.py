"""Measuring an upload; and what a page says when the world fails."""

import errno
import math
import re
import sqlite3

import pytest
from starlette.testclient import TestClient

from retrowalk.errors import Unwritable
from retrowalk.web.app import create_app
from retrowalk.web.pages import history

CSV = (
    "time_s,acc_x (m/s2),acc_y (m/s2),acc_z (m/s2),gyr_x (rad/s),gyr_y (rad/s),gyr_z (rad/s)\n"
    + "".join(
        f"{i / 100:.2f},{2 * math.sin(i / 16):.4f},0.1,{9.81 + math.sin(i / 16):.4f},0.01,"
        f"{3 * math.sin(i / 16):.4f},0.02\n"
        for i in range(1500)
    )
)


def upload(client, content, name="walk.csv", placement="right shank"):
    return client.post(
        "/measure", files={"recording": (name, content)}, data={"placement": placement}
    )


def test_a_recording_is_measured_and_shown(client):
    answer = upload(client, CSV)
    assert answer.status_code == 200
    assert "What walk.csv holds" in answer.text
    assert "<svg" in answer.text
    assert "unclear" in answer.text


def closer(answer) -> str:
    (address,) = {*re.findall(r'href="(/measure/[^"]+)"', answer.text)}
    return address


def test_a_measured_recording_can_be_looked_at_closer(client):
    address = closer(upload(client, CSV))
    every = client.get(address)
    assert every.status_code == 200
    assert "0.0 to 15.0 s of 15.0 s" in every.text
    part = client.get(address, params={"from": "4", "to": "6"})
    assert "4.0 to 6.0 s" in part.text
    assert 'data-from-s="4.0000"' in part.text
    for word in ("closer", "farther", "earlier", "later"):
        assert f"</span> {word}</a>" in part.text
    assert "</span> later</a>" not in every.text


@pytest.mark.parametrize("asked", [{"from": "9", "to": "3"}, {"from": "soon"}, {"to": "nan"},
                                   {"from": "1e999"}, {"from": "99"}])  # fmt: skip
def test_a_part_that_is_none_gets_one_sentence(client, asked):
    answer = client.get(closer(upload(client, CSV)), params=asked)
    assert answer.status_code == 422
    assert "That could not be read" in answer.text


@pytest.mark.parametrize("end", ["/nothing/0", "/nothing/x", "/../0", "/%00/0"])
def test_a_recording_that_is_not_kept_is_missed_kindly(client, end):
    assert client.get("/measure" + end).status_code == 404


def test_a_name_from_elsewhere_is_only_a_name(client):
    answer = upload(client, CSV, name="../../<img src=x onerror=alert(1)>.csv")
    assert answer.status_code == 200
    assert "<img src=x" not in answer.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 500,
        CSV[:60].encode(),
        CSV.replace(",0.1,", ",nan,").encode(),
        b"a,b\n1,2\n",
    ],
    ids=["empty", "garbage", "truncated", "not a number", "no sensor"],
)
def test_a_file_that_cannot_be_measured_gets_one_sentence(client, content):
    answer = upload(client, content)
    assert answer.status_code == 422
    assert "That could not be measured" in answer.text
    assert 'value="right shank" checked' in answer.text


def test_no_file_and_a_strange_place_are_told(client):
    assert "No file was chosen" in client.post("/measure", data={}).text
    strange = upload(client, CSV, placement="<b>head</b>")
    assert strange.status_code == 422
    assert "<b>head" not in strange.text


def test_a_page_that_is_not_there_and_a_method_that_is_not_meant(client):
    assert client.get("/nothing").status_code == 404
    assert client.get("/delete").status_code in {404, 405}
    assert "start from the first page" in client.get("/nothing").text


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (Unwritable("The disk is full: free some space and try again."), 507),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (OSError(errno.EIO, "Input/output error"), 500),
        (sqlite3.OperationalError("no such table"), 500),
        (RuntimeError("a bug"), 500),
    ],
)
def test_a_failing_world_is_told_in_one_sentence(house, monkeypatch, failure, status):
    def failing(*_, **__):
        raise failure

    monkeypatch.setattr(history.history, "sessions", failing)
    told = {"base_url": "http://127.0.0.1", "raise_server_exceptions": False}
    with TestClient(create_app(house), **told) as client:
        answer = client.get("/history")
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert '<p class="lead">' in answer.text
