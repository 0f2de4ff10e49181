"""The authority and the machine's certificate: as phones demand, kept safely, renewed in time."""

import plistlib
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.errors import BadInput, StoreError, Unwritable
from retrowalk.lan import addresses
from retrowalk.lan.addresses import HOME, Here, at_home, here
from retrowalk.lan.authority import _made_server, authority, server
from retrowalk.lan.profile import mobileconfig
from retrowalk.lan.qr import as_svg, in_terminal

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AT = Here((IPv4Address("192.168.1.7"),), ("attic.local",))


@pytest.fixture
def signer(tmp_path):
    return authority(tmp_path, machine="attic", now=NOW)


def extension(signed, kind):
    return signed.certificate.extensions.get_extension_for_class(kind)


def test_a_handshake_succeeds_for_address_and_name_and_fails_for_strangers(tmp_path):
    now = datetime.now(UTC)
    signer = authority(tmp_path, machine="attic", now=now)
    server(tmp_path, signer, AT, now=now)
    for name in ("192.168.1.7", "attic.local"):
        assert shaken(tmp_path, signer, name) == "TLSv1.3"
    for name in ("192.168.1.8", "attic.lan", "bank.example"):
        with pytest.raises(ssl.SSLCertVerificationError):
            shaken(tmp_path, signer, name)


def test_a_certificate_it_should_never_sign_is_refused_by_its_own_constraints(tmp_path):
    now = datetime.now(UTC)
    signer = authority(tmp_path, machine="attic", now=now)
    for foreign in (Here((), ("bank.example",)), Here((IPv4Address("93.184.216.34"),), ())):
        server(tmp_path, signer, foreign, now=now)
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
            shaken(tmp_path, signer, *foreign.names, *map(str, foreign.addresses))


def shaken(folder, signer, name) -> str | None:
    """A real handshake over a socket pair, by Python's own TLS on both ends."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "server.pem")
    trusting = ssl.create_default_context(cadata=signer.der)
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            serving.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with trusting.wrap_socket(ours, server_hostname=name) as shaken_:
            return shaken_.version()
    finally:
        ours.close()
        thread.join()


def test_browsers_rules_hold_too(tmp_path, signer):
    made = server(tmp_path, signer, AT, now=NOW)
    trust = PolicyBuilder().store(Store([signer.certificate])).time(NOW)
    found = trust.build_server_verifier(x509.DNSName("attic.local")).verify(made.certificate, [])
    assert len(found) == 2
    with pytest.raises(VerificationError):
        trust.build_server_verifier(x509.DNSName("attic.lan")).verify(made.certificate, [])


def test_the_server_certificate_is_what_ios_demands(tmp_path, signer):
    made = server(tmp_path, signer, AT, now=NOW).certificate
    assert made.not_valid_after_utc - made.not_valid_before_utc <= timedelta(days=398)
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]
    said = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert said.get_values_for_type(x509.IPAddress) == list(AT.addresses)
    assert said.get_values_for_type(x509.DNSName) == list(AT.names)


def test_the_authority_is_limited_in_time_reach_and_depth(signer):
    life = signer.certificate.not_valid_after_utc - signer.certificate.not_valid_before_utc
    assert life <= timedelta(days=1096)
    assert extension(signer, x509.BasicConstraints).value.path_length == 0
    constraints = extension(signer, x509.NameConstraints)
    assert constraints.critical
    networks = {n.value for n in constraints.value.permitted_subtrees
                if isinstance(n, x509.IPAddress)}  # fmt: skip
    assert set(HOME) <= networks
    assert all(network.is_private or network.is_link_local for network in networks)


@given(
    days=st.integers(0, 1064),
    octets=st.lists(st.integers(0, 65535), max_size=4),
)
def test_no_server_certificate_outlives_its_authority_or_the_phones_patience(days, octets):
    signer = MADE
    now = NOW + timedelta(days=days)
    where = Here(tuple(IPv4Address("192.168.0.0") + o for o in octets), ("attic.local",))
    made = _made_server(signer, where, now).certificate
    assert made.not_valid_after_utc <= signer.certificate.not_valid_after_utc
    assert made.not_valid_after_utc - made.not_valid_before_utc <= timedelta(days=398)


@pytest.fixture(autouse=True, scope="module")
def _once(tmp_path_factory):
    global MADE  # noqa: PLW0603 - one authority for all examples
    MADE = authority(tmp_path_factory.mktemp("once"), machine="attic", now=NOW)


def test_keys_are_readable_by_their_owner_only_and_made_so_again(tmp_path, signer):
    server(tmp_path, signer, AT, now=NOW)
    for name in ("authority.pem", "server.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    (tmp_path / "authority.pem").chmod(0o644)
    authority(tmp_path, machine="attic", now=NOW)
    assert stat.S_IMODE((tmp_path / "authority.pem").stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["authority.pem", "server.pem"]


def test_both_are_kept_as_long_as_they_fit(tmp_path, signer):
    made = server(tmp_path, signer, AT, now=NOW)
    later = NOW + timedelta(days=300)
    again = authority(tmp_path, machine="attic", now=later)
    assert again.fingerprint == signer.fingerprint
    assert server(tmp_path, again, AT, now=later).fingerprint == made.fingerprint


@pytest.mark.parametrize(
    ("where", "days"),
    [
        (Here((IPv4Address("192.168.1.8"),), ("attic.local",)), 0),
        (Here(AT.addresses, ("cellar.local",)), 0),
        (AT, 370),
        (AT, -1),
    ],
    ids=["another address", "another name", "near its end", "the clock went back"],
)
def test_the_server_certificate_is_made_anew_when(tmp_path, signer, where, days):
    made = server(tmp_path, signer, AT, now=NOW)
    again = server(tmp_path, signer, where, now=NOW + timedelta(days=days, hours=-1))
    assert again.fingerprint != made.fingerprint


def test_a_new_authority_is_made_before_the_old_one_ends_and_signs_anew(tmp_path, signer):
    made = server(tmp_path, signer, AT, now=NOW)
    late = NOW + timedelta(days=1070)
    new = authority(tmp_path, machine="attic", now=late)
    assert new.fingerprint != signer.fingerprint
    assert server(tmp_path, new, AT, now=late).fingerprint != made.fingerprint


def test_a_clock_before_the_certificate_is_told(tmp_path, signer):
    with pytest.raises(BadInput, match=r"clock says 1970-01-01.*set the clock"):
        authority(tmp_path, machine="attic", now=datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("damage", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path, damage):
    (tmp_path / "authority.pem").write_bytes(damage)
    with pytest.raises(StoreError, match="is damaged: delete it and start again"):
        authority(tmp_path, machine="attic", now=NOW)


def test_a_key_of_another_pair_is_damage(tmp_path, signer):
    other = authority(tmp_path / "other", machine="attic", now=NOW)
    pem = signer.certificate.public_bytes(Encoding.PEM)
    kept = (tmp_path / "other" / "authority.pem").read_bytes().split(b"-----BEGIN CERT")[0]
    (tmp_path / "authority.pem").write_bytes(kept + pem)
    assert other.fingerprint != signer.fingerprint
    with pytest.raises(StoreError, match="is damaged"):
        authority(tmp_path, machine="attic", now=NOW)


def test_an_unwritable_folder_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Unwritable, match="choose another data folder") as told:
        authority(tmp_path / "file" / "lan", machine="attic", now=NOW)
    assert str(told.value).count(". ") == 0


def test_the_profile_for_ios_carries_the_certificate_and_replaces_itself(signer):
    read = plistlib.loads(mobileconfig(signer))
    (payload,) = read["PayloadContent"]
    assert read["PayloadType"] == "Configuration"
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == signer.der
    assert payload["PayloadUUID"] != read["PayloadUUID"]
    assert mobileconfig(signer) == mobileconfig(signer)


def test_a_code_to_scan_is_black_on_white_wherever_it_stands():
    svg = as_svg("http://192.168.1.7:8377/phone")
    assert svg.startswith("<svg")
    assert "style=" not in svg
    assert 'fill="#fff"' in svg
    assert in_terminal("http://192.168.1.7:8377/phone").count("\n") > 15


@pytest.mark.parametrize(
    ("address", "home"),
    [("192.168.1.7", True), ("10.0.0.2", True), ("172.31.255.1", True), ("169.254.3.4", True),
     ("172.32.0.1", False), ("192.0.2.2", False), ("8.8.8.8", False), ("127.0.0.1", False)],
)  # fmt: skip
def test_only_addresses_of_a_home_network_count(address, home):
    assert at_home(IPv4Address(address)) is home


def test_this_machine_is_found_without_sending_anything(monkeypatch):
    monkeypatch.setattr(addresses, "_routed", lambda: iter([IPv4Address("10.1.2.3")]))
    met = map(IPv4Address, ("127.0.0.1", "192.168.1.7", "10.1.2.3"))
    monkeypatch.setattr(addresses, "_interfaces", lambda: met)
    monkeypatch.setattr(addresses.socket, "gethostname", lambda: "Attic.fritz.box")
    found = here()
    assert found.addresses == (IPv4Address("10.1.2.3"), IPv4Address("192.168.1.7"))
    assert found.hosts == {"10.1.2.3", "192.168.1.7", "attic.local"}


@pytest.mark.parametrize("name", ["localhost", "", "my_pc", "-x", "ä"])
def test_a_machine_without_a_usable_name_has_none(monkeypatch, name):
    monkeypatch.setattr(addresses.socket, "gethostname", lambda: name)
    assert here().names == ()


def test_asking_the_real_machine_gives_home_addresses_only():
    assert all(map(at_home, here().addresses))
