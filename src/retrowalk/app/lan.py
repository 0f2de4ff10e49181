"""retrowalk in the home network: where it is found, by which certificate, and who may come in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path

from retrowalk.app.pairing import Pairing
from retrowalk.errors import NoNetwork
from retrowalk.lan import addresses, qr
from retrowalk.lan.addresses import Here
from retrowalk.lan.authority import SERVER, Signed, authority, server
from retrowalk.lan.profile import CERTIFICATE_TYPE, PROFILE_TYPE, mobileconfig

FOLDER = "lan"
DEVICES = "devices.json"


@dataclass(slots=True, eq=False)
class Lan:
    """Made by `open_lan`; `renew` keeps it true while addresses come and go."""

    folder: Path
    here: Here
    authority: Signed
    server: Signed
    pairing: Pairing
    port: int
    secure_port: int

    @property
    def certificate_file(self) -> Path:
        return self.folder / SERVER

    @property
    def home(self) -> str:
        """The host others reach us by."""
        return str(self.here.addresses[0])

    @property
    def phone_address(self) -> str:
        """What stands in the code to scan: plain, because it explains how to get to secure."""
        return f"http://{self.home}:{self.port}/phone"

    @property
    def secure_address(self) -> str:
        return f"https://{self.home}:{self.secure_port}/"

    def near(self, peer: str) -> bool:
        """Whether an address is one of a home network's."""
        try:
            return addresses.at_home(IPv4Address(peer))
        except AddressValueError:
            return False

    def renew(self, now: datetime, *, find: Callable[[], Here] | None = None) -> bool:
        """Look where we are; True if the certificate was made anew.  Reads and writes files."""
        found = (find or addresses.here)()
        if not found.addresses:
            return False  # the network is away: it will come back, perhaps as it was
        made = server(self.folder, self.authority, found, now=now)
        changed = made.fingerprint != self.server.fingerprint
        self.here, self.server = found, made
        return changed


def open_lan(
    folder: Path, *, port: int, secure_port: int, now: datetime,
    find: Callable[[], Here] | None = None,
) -> Lan:  # fmt: skip
    """Everything `serve --lan` needs, kept in `folder`/lan.

    NoNetwork without a home network; Unwritable, StoreError, BadInput as
    `lan.authority` says.
    """
    here = (find or addresses.here)()
    if not here.addresses:
        raise NoNetwork(
            "This computer has no address in a home network: join the Wi-Fi or plug the cable in, "
            "then start again, or leave --lan away."
        )
    own = folder / FOLDER
    machine = here.names[0].removesuffix(".local") if here.names else "this computer"
    signer = authority(own, machine=machine, now=now)
    made = server(own, signer, here, now=now)
    return Lan(own, here, signer, made, Pairing(own / DEVICES), port, secure_port)


def code_to_scan(lan: Lan) -> str:
    """The address for phones as an SVG picture."""
    return qr.as_svg(lan.phone_address)


def profile_for_ios(lan: Lan) -> tuple[bytes, str]:
    """The authority's certificate and its media type."""
    return mobileconfig(lan.authority), PROFILE_TYPE


def certificate_for_android(lan: Lan) -> tuple[bytes, str]:
    return lan.authority.der, CERTIFICATE_TYPE
