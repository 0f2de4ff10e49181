"""The protocols at hand: those that come with retrowalk, or a file somebody wrote."""

from functools import cache
from pathlib import Path

from retrowalk.errors import Missing
from retrowalk.programme.protocols import Protocol, parse_protocol
from retrowalk.readers.protocols import packaged_texts, protocol_text

__all__ = ["Protocol", "find", "packaged", "read"]


@cache
def packaged() -> tuple[Protocol, ...]:
    """Those that come with retrowalk, by name."""
    return tuple(parse_protocol(file.text, name=file.name) for file in packaged_texts())


def find(protocol_id: str) -> Protocol:
    """The packaged protocol of this id; Missing, with those there are."""
    for protocol in packaged():
        if protocol.id == protocol_id:
            return protocol
    known = ", ".join(protocol.id for protocol in packaged())
    raise Missing(f"there is no protocol of the name {protocol_id[:40]!r}; there are: {known}.")


def read(path: Path) -> Protocol:
    """The protocol in this file; BadProtocol with file, line and reason for every fault."""
    file = protocol_text(path)
    return parse_protocol(file.text, name=file.name)
