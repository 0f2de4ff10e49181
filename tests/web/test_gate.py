"""Who may ask, how much, and what the browser is told."""

import pytest
from starlette.testclient import TestClient

from retrowalk.web import gate
from retrowalk.web.app import ROUTES, create_app

PAGES = sorted({path for method, path, _ in ROUTES if method == "GET" and "{" not in path})


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.7:8377"])
def test_a_foreign_name_for_this_computer_is_not_answered(client, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 403
    assert "answers only on this computer" in answer.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8377", "localhost", "LOCALHOST:80", "[::1]:8377", "[::1]"]
)
def test_every_loopback_name_is_answered(client, host):
    assert client.get("/about", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "told",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:8377"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_other_site_can_press_our_buttons(client, told):
    for method, path, _ in ROUTES:
        if method == "POST":
            answer = client.post(path.replace("{session_id}", "x"), headers=told)
            assert answer.status_code == 403, path
            assert "from another site" in answer.text


def test_a_plain_client_without_a_browser_may_post(house):
    with TestClient(
        create_app(house), base_url="http://localhost", follow_redirects=False
    ) as plain:
        assert plain.post("/screening").status_code == 422


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/static/style.css"])
def test_nothing_inline_nothing_foreign_nobody_frames_us(client, path):
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "max-age" not in answer.headers["cache-control"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_script_or_style_or_a_foreign_address(client, path):
    text = client.get(path).text
    assert "<script>" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert "https://" not in text.replace("http://www.w3.org", "")


def test_a_form_beyond_its_size_is_refused_unread(client):
    answer = client.post("/screening", data={"heart": "x" * (gate.FORM_BYTES + 1)})
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.text


def test_a_body_that_lies_about_its_size_is_refused_too(client):
    pieces = (b"x" * 100_000 for _ in range(12))
    told = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/screening", content=pieces, headers=told)
    assert answer.status_code == 413


def test_an_upload_beyond_two_hundred_megabytes_is_refused_in_a_sentence(client, monkeypatch):
    monkeypatch.setitem(gate.UPLOADS, "/measure", 50_000)
    answer = client.post("/measure", files={"recording": ("long.csv", b"1," * 50_000)})
    assert answer.status_code == 413
    assert "retrowalk measure" in answer.text


@pytest.mark.parametrize("said", ["-1", "ten", "1e9", "9" * 30])
def test_a_nonsense_length_is_no_crash(client, said):
    answer = client.post("/screening", content=b"a=b", headers={"Content-Length": said})
    assert answer.status_code in {400, 413, 422}
