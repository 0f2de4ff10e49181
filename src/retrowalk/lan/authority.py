"""Our own small certificate authority: phones that trust it trust this machine's pages.

It can speak only for private addresses and .local names (name constraints, critical), signs no
other authority, and its key never leaves the folder (0600).  Key and certificate of each kind
stand in one file, so that one rename replaces both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from retrowalk.errors import BadInput, StoreError
from retrowalk.lan.addresses import HOME, Here
from retrowalk.lan.private import unwritable, write_private

AUTHORITY, SERVER = "authority.pem", "server.pem"
AUTHORITY_LIFE = timedelta(days=1095)  # a new phone every three years, so a new one of these
SERVER_LIFE = timedelta(days=396)  # phones refuse more than 398
EARLY = timedelta(days=1)  # a phone whose clock is behind must not find it too young
RENEW = timedelta(days=30)  # left when the next one is made
LOOPBACK = (IPv4Network("127.0.0.0/8"),)
HOME6 = (IPv6Network("fc00::/7"), IPv6Network("fe80::/10"))
REACH: tuple[IPv4Network | IPv6Network, ...] = (*HOME, *LOOPBACK, *HOME6)


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256 as phones show it: pairs of capitals."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(" ").upper()

    @property
    def name(self) -> str:
        (common,) = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(common.value)

    def good_until(self, now: datetime) -> bool:
        ends = self.certificate.not_valid_after_utc
        return self.certificate.not_valid_before_utc <= now < ends - RENEW


def authority(folder: Path, *, machine: str, now: datetime) -> Signed:
    """The folder's authority, made if there is none or the old one nears its end.

    Unwritable if the folder is; StoreError if its file is damaged; BadInput if this
    machine's clock stands before the certificate was made.
    """
    if (kept := _read(folder / AUTHORITY)) is not None:
        if now < kept.certificate.not_valid_before_utc:
            raise BadInput(
                f"This computer's clock says {now:%Y-%m-%d}, before its certificate was made: "
                "set the clock, then start again."
            )
        if kept.good_until(now):
            return kept
    made = _made_authority(machine, now)
    _write(folder / AUTHORITY, made)
    return made


def server(folder: Path, signer: Signed, here: Here, *, now: datetime) -> Signed:
    """This machine's certificate, made anew when its addresses changed or it nears its end."""
    kept = _read(folder / SERVER)
    if kept is not None and _fits(kept, signer, here, now):
        return kept
    made = _made_server(signer, here, now)
    _write(folder / SERVER, made)
    return made


def _fits(kept: Signed, signer: Signed, here: Here, now: datetime) -> bool:
    try:
        kept.certificate.verify_directly_issued_by(signer.certificate)
        said = kept.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return set(said.value) == set(_san(here)) and kept.good_until(now)


def _san(here: Here) -> x509.SubjectAlternativeName:
    names: Iterable[x509.GeneralName] = map(x509.DNSName, here.names)
    return x509.SubjectAlternativeName([*map(x509.IPAddress, here.addresses), *names])


def _made_authority(machine: str, now: datetime) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    named = _name(f"retrowalk on {machine[:30]}, {now:%Y-%m-%d}")
    reach = [x509.IPAddress(network) for network in REACH]
    builder = (
        _builder(named, named, key.public_key(), now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints([x509.DNSName("local"), *reach], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Signed(builder.sign(key, hashes.SHA256()), key)


def _made_server(signer: Signed, here: Here, now: datetime) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    ends = min(now + SERVER_LIFE, signer.certificate.not_valid_after_utc)
    issuer = signer.certificate.subject
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    builder = (
        _builder(_name("retrowalk"), issuer, key.public_key(), now, ends)
        .add_extension(_san(here), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(above, critical=False)
    )
    return Signed(builder.sign(signer.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey,
    now: datetime, ends: datetime,
) -> x509.CertificateBuilder:  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(ends)
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "retrowalk"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _read(file: Path) -> Signed | None:
    """None where there is no file."""
    try:
        text = file.read_bytes()
        file.chmod(0o600)  # should somebody have opened it to others
    except FileNotFoundError:
        return None
    except OSError as wrong:
        raise unwritable(file, wrong) from wrong
    try:
        key = load_pem_private_key(text, None)
        found = Signed(x509.load_pem_x509_certificate(text), _elliptic(key))
        if found.certificate.public_key() != found.key.public_key():
            raise ValueError("key and certificate are two pairs'")
    except (ValueError, TypeError) as wrong:
        raise StoreError(
            f"{file} is damaged: delete it and start again; phones then need the new certificate."
        ) from wrong
    return found


def _elliptic(key: object) -> ec.EllipticCurvePrivateKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("not a key of ours")
    return key


def _write(file: Path, signed: Signed) -> None:
    """Key and certificate at once: another name first, readable by nobody else, then renamed."""
    key = signed.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(file, key + signed.certificate.public_bytes(Encoding.PEM))
