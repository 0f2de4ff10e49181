"""Protocol files as text: those that come with retrowalk, and one somebody wrote.

What the text means is `programme.protocols.parse_protocol`'s business.
"""

from pathlib import Path

from retrowalk.errors import BadProtocol
from retrowalk.readers.authored import MOST_BYTES, AuthoredText, decoded, packaged, text_of

__all__ = ["MOST_BYTES", "AuthoredText", "packaged_texts", "protocol_sent", "protocol_text"]


def packaged_texts() -> tuple[AuthoredText, ...]:
    """The protocols that come with retrowalk, by name."""
    return packaged("retrowalk.programme", "protocols")


def protocol_text(path: Path) -> AuthoredText:
    """The text of this file; raises BadProtocol where it cannot be read as text."""
    return text_of(path, one="protocol", refused=BadProtocol)


def protocol_sent(name: str, content: bytes) -> AuthoredText:
    """The text of a file that was sent; BadProtocol where it is none."""
    return decoded(content, name=name, one="protocol", refused=BadProtocol)
