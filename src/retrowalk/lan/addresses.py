"""Where this machine is found in the home network: its private addresses and its name."""

import re
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address

HOME = tuple(
    IPv4Network(text)  # what routers at home hand out, and what machines take without one
    for text in ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "169.254.0.0/16")
)
TOWARD = ("192.168.0.1", "10.0.0.1", "172.16.0.1")  # asked only for the way there; nothing is sent
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
SIOCGIFADDR = 0x8915  # Linux: the address of a network interface, by its name


@dataclass(frozen=True, slots=True)
class Here:
    """The machine as phones find it: the best address first; names end in .local."""

    addresses: tuple[IPv4Address, ...]
    names: tuple[str, ...]

    @property
    def hosts(self) -> frozenset[str]:
        """Everything that may stand in a Host header."""
        return frozenset({*map(str, self.addresses), *self.names})


def here() -> Here:
    """As it is now; no addresses where there is no home network."""
    found = dict.fromkeys([*_routed(), *_interfaces()])
    return Here(tuple(address for address in found if at_home(address)), tuple(_names()))


def at_home(address: IPv4Address) -> bool:
    return any(address in network for network in HOME)


def _routed() -> Iterator[IPv4Address]:
    """The addresses we would send from: a datagram socket says so without sending."""
    for target in TOWARD:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect((target, 9))
            yield IPv4Address(asked.getsockname()[0])


def _interfaces() -> Iterator[IPv4Address]:
    """Further networks this machine stands in: by interface on Linux, else by its name."""
    if sys.platform == "linux":
        yield from _linux_interfaces()
    else:
        with suppress(OSError):
            for *_, address in socket.getaddrinfo(socket.gethostname(), 9, socket.AF_INET):
                yield IPv4Address(address[0])


def _linux_interfaces() -> Iterator[IPv4Address]:
    from fcntl import ioctl  # noqa: PLC0415 - not everywhere, and mypy knows where

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an address
                answer = ioctl(asked.fileno(), SIOCGIFADDR, name.encode().ljust(256, b"\0"))
                if isinstance(found := ip_address(answer[20:24]), IPv4Address):
                    yield found


def _names() -> Iterator[str]:
    name = socket.gethostname().split(".")[0].lower()
    if NAME.fullmatch(name) and name != "localhost":
        yield f"{name}.local"
