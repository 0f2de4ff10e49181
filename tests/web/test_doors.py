"""serve --lan: who comes in from the home network, by which name, and what never waits."""

import asyncio
import re
import warnings
from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest

from retrowalk.app.lan import open_lan
from retrowalk.errors import NoNetwork
from retrowalk.lan.addresses import Here
from retrowalk.web.app import ROUTES, create_app
from retrowalk.web.doors import OPEN, Removed, watched
from retrowalk.web.gate import Gate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient, WebSocketDisconnect

AT = Here((IPv4Address("192.168.1.7"),), ("attic.local",))
PLAIN, SECURE, HERE = "http://192.168.1.7:8377", "https://attic.local:8378", "http://127.0.0.1:8377"
PHONE = "192.168.1.23"
SAMPLE = {"{session_id}": "x", "{kept}": "x", "{name}": "x", "{number:int}": "1"}


@pytest.fixture
def lan(house):
    return open_lan(house.folder, port=8377, secure_port=8378, now=datetime.now(UTC),
                    find=lambda: AT)  # fmt: skip


@pytest.fixture
def asking(house, lan):
    """asking(base, peer): a browser in the home network, or on this computer."""

    def client(base: str = PLAIN, peer: str = PHONE, **told: str) -> TestClient:
        headers = {"Origin": base, "Sec-Fetch-Site": "same-origin", **told}
        return TestClient(create_app(house, lan), base_url=base, headers=headers,
                          follow_redirects=False, client=(peer, 50000))  # fmt: skip

    return client


@pytest.fixture
def paired(asking, lan):
    def client(base: str = SECURE) -> TestClient:
        made = asking(base)
        answer = made.post("/pair", data={"code": lan.pairing.code().digits, "name": "Anna"})
        assert answer.status_code == 303
        return made

    return client


def filled(path: str) -> str:
    for name, value in SAMPLE.items():
        path = path.replace(name, value)
    return path


@pytest.mark.parametrize("base", [PLAIN, SECURE])
def test_a_stranger_sees_the_way_in_and_nothing_else(asking, base):
    stranger = asking(base)
    for method, path, _ in ROUTES:
        if path in OPEN or path.endswith("/stop"):
            continue
        answer = stranger.request(method, filled(path))
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/pair")
    assert (
        stranger.get("/session/x/frames", headers={"Accept": "text/event-stream"}).status_code
        == 403
    )
    assert stranger.get("/phone").status_code == 200
    assert "Paired devices" not in stranger.get("/phone").text


def test_the_code_lets_a_phone_in_and_its_cookie_is_strict(asking, lan):
    phone = asking(SECURE)
    assert phone.get("/history").headers["location"] == "/pair?next=/history"
    given = {"code": lan.pairing.code().spoken, "name": "Anna's phone", "next": "/history"}
    answer = phone.post("/pair", data=given)
    assert answer.headers["location"] == "/history"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-retrowalk=")
    for rule in ("HttpOnly", "SameSite=strict", "Secure", "Path=/"):
        assert rule in cookie
    assert phone.get("/history").status_code == 200
    assert "Anna&#39;s phone" in phone.get("/phone").text


def test_over_plain_http_pairing_works_and_says_what_is_missing(asking, lan):
    phone = asking(PLAIN)
    text = phone.get("/phone").text
    for missing in ("motion sensor", "stays awake", "installation"):
        assert missing in text
    answer = phone.post("/pair", data={"code": lan.pairing.code().digits})
    assert answer.headers["set-cookie"].startswith("retrowalk=")
    assert "Secure" not in answer.headers["set-cookie"]
    assert phone.get("/").status_code == 200


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", ""]
)
def test_pairing_never_leads_to_another_site(asking, lan, wanted):
    given = {"code": lan.pairing.code().digits, "next": wanted}
    assert asking().post("/pair", data=given).headers["location"] == "/"


def test_wrong_codes_are_told_and_soon_refused(asking, lan):
    phone = asking()
    codes = [f"{i:06d}" for i in range(8)]
    answers = [
        phone.post("/pair", data={"code": c}) for c in codes if c != lan.pairing.code().digits
    ]
    assert answers[0].status_code == 403
    assert "not the code" in answers[0].text
    assert answers[-1].status_code == 429
    assert "quarter of an hour" in answers[-1].text
    assert not lan.pairing.devices


def test_this_computer_needs_no_code_and_shows_it(asking, lan):
    own = asking(HERE, "127.0.0.1")
    text = own.get("/phone").text
    assert lan.pairing.code().spoken in text
    assert "<svg" in text
    assert "http://192.168.1.7:8377/phone" in text
    assert own.get("/pair").headers["location"] == "/"


@pytest.mark.parametrize(
    ("base", "peer"),
    [
        ("http://127.0.0.1:8377", PHONE),
        ("http://localhost:8377", PHONE),
        ("http://evil.example:8377", PHONE),
        ("http://evil.example:8377", "127.0.0.1"),
        ("http://192.168.1.7.evil.example", PHONE),
        ("http://192.168.1.8:8377", PHONE),
        ("http://other.local:8377", PHONE),
        (PLAIN, "8.8.8.8"),
        (PLAIN, "2001:db8::1"),
        (PLAIN, ""),
    ],
)
def test_a_forged_host_or_a_peer_from_elsewhere_is_not_answered(asking, base, peer):
    answer = asking(base, peer).get("/phone")
    assert answer.status_code == 403
    assert "Pairing code" not in answer.text


def test_this_computer_under_a_network_name_is_a_stranger(asking):
    """A name that others can forge (DNS rebinding to loopback) buys nothing."""
    assert asking("http://attic.local:8377", "127.0.0.1").get("/").status_code == 303


def test_no_other_site_can_press_buttons_with_a_paired_phone(paired):
    phone = paired()
    for origin in (
        "http://evil.example",
        "https://attic.local:9999",
        "http://attic.local:8378",
        "null",
    ):
        answer = phone.post("/phone/remove", headers={"Origin": origin})
        assert answer.status_code == 403
        assert "another site" in answer.text


def test_coming_from_our_plain_page_a_paired_phone_is_asked_once_more_not_for_a_code(asking):
    told = {"Sec-Fetch-Site": "cross-site"}
    answer = asking(SECURE).get("/history", headers=told)
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0;url=/history"' in answer.text


def test_a_stop_needs_no_code_and_a_removed_phone_keeps_it(asking, lan, paired, house, begun):
    path = begun()
    phone = paired()
    assert phone.get(path).status_code == 200
    asyncio.run(lan.pairing.remove(lan.pairing.devices[0].id))
    assert phone.get(path).status_code == 303
    told = {"Accept": "application/json"}
    assert phone.post(f"{path}/hold", headers=told).status_code == 403
    assert phone.post(f"{path}/stop", headers=told).status_code == 204
    assert phone.post(f"{path}/stop", headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_stop_is_free_however_many_codes_were_wrong(asking, lan, begun):
    path = begun()
    stranger = asking()
    for i in range(12):
        stranger.post("/pair", data={"code": f"{i:06d}"})
    told = {"Accept": "application/json"}
    assert stranger.post(f"{path}/stop", headers=told).status_code == 204


def test_certificates_download_with_the_types_phones_want(asking, lan):
    phone = asking(**{"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X)"})
    profile = phone.get("/phone/retrowalk.mobileconfig")
    assert profile.headers["content-type"] == "application/x-apple-aspen-config"
    android = phone.get("/phone/retrowalk.cer")
    assert android.headers["content-type"] == "application/x-x509-ca-cert"
    assert android.content == lan.authority.der
    assert "PRIVATE" not in profile.text
    shown = re.sub(r"\s+", " ", phone.get("/phone").text)
    assert lan.authority.fingerprint in shown
    assert shown.index("iPhone or iPad: two steps") < shown.index("Android: two steps")


def test_without_lan_the_page_says_how(client):
    assert "retrowalk serve --lan" in client.get("/phone").text
    for path in ("/phone/retrowalk.cer", "/phone/retrowalk.mobileconfig"):
        assert client.get(path).status_code == 404
    assert client.get("/pair").headers["location"] == "/"
    assert client.post("/pair").headers["location"] == "/"


def test_devices_are_listed_and_can_be_removed(asking, lan, paired):
    phone, own = paired(), asking(HERE, "127.0.0.1")
    assert "Remove Anna" in own.get("/phone").text
    device = lan.pairing.devices[0]
    assert own.post("/phone/remove", data={"device": device.id}).status_code == 303
    assert phone.get("/").status_code == 303
    assert "None yet" in own.get("/phone").text


def test_a_removed_phones_stream_ends(lan, paired, begun):
    paired()
    device, sent = lan.pairing.devices[0], []

    async def send(message) -> None:
        sent.append(message)

    async def streaming() -> None:
        sending = watched(send, lan.pairing, device)
        await sending({"type": "http.response.body", "body": b"1", "more_body": True})
        await lan.pairing.remove(device.id)
        with pytest.raises(Removed):
            await sending({"type": "http.response.body", "body": b"2", "more_body": True})

    asyncio.run(streaming())
    assert [message["body"] for message in sent] == [b"1", b""]


async def _socket(scope, receive, send) -> None:
    """An app that takes every socket."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})


SOCKETS = (
    (PLAIN, PHONE, {}, False),  # a stranger
    (PLAIN, PHONE, {"Cookie": "retrowalk=forged.0"}, False),
    (PLAIN, PHONE, {"Cookie": "PAIRED"}, True),
    (PLAIN, PHONE, {"Cookie": "PAIRED", "Origin": "http://evil.example"}, False),
    ("http://evil.example", PHONE, {"Cookie": "PAIRED"}, False),
    (HERE, "127.0.0.1", {}, True),
    (HERE, "127.0.0.1", {"Origin": ""}, False),
    (HERE, "127.0.0.1", {"Origin": "http://evil.example"}, False),
    (HERE, "127.0.0.1", {"Sec-Fetch-Site": "cross-site"}, False),
    (HERE, PHONE, {}, False),
)


@pytest.mark.parametrize("case", SOCKETS)
def test_sockets_are_held_to_the_same_rules(lan, paired, case):
    base, peer, told, taken = case
    paired()
    cookie = "retrowalk=" + lan.pairing.cookie(lan.pairing.devices[0])
    told = {"Origin": base} | {k: v.replace("PAIRED", cookie) for k, v in told.items()}
    told = {k: v for k, v in told.items() if v}
    client = TestClient(Gate(_socket, lan), base_url=base, client=(peer, 50000))
    address = base.replace("http", "ws", 1) + "/session/x/motion"
    if taken:
        with client.websocket_connect(address, headers=told):
            return
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(address, headers=told):
        pass


def test_a_machine_without_a_home_network_is_told(tmp_path):
    with pytest.raises(NoNetwork, match="join the Wi-Fi"):
        open_lan(tmp_path, port=1, secure_port=2, now=datetime.now(UTC), find=lambda: Here((), ()))


def test_a_changed_address_renews_the_certificate_and_what_is_answered(asking, lan):
    moved = Here((IPv4Address("10.0.0.5"),), ("attic.local",))
    assert lan.renew(datetime.now(UTC), find=lambda: moved)
    assert asking("http://10.0.0.5:8377").get("/phone").status_code == 200
    assert asking(PLAIN).get("/phone").status_code == 403
    assert not lan.renew(datetime.now(UTC), find=lambda: Here((), ()))
    assert lan.home == "10.0.0.5"
