"""The authority as phones take it: a configuration profile for iOS, the bare bytes for Android."""

import plistlib
from uuid import NAMESPACE_URL, UUID, uuid5

from retrowalk.lan.authority import Signed

PROFILE_TYPE = "application/x-apple-aspen-config"
CERTIFICATE_TYPE = "application/x-x509-ca-cert"
DESCRIPTION = (
    "Lets this phone open retrowalk's pages on your own computer securely. It is good for "
    "addresses inside your home only and for nothing on the internet."
)


def mobileconfig(authority: Signed) -> bytes:
    """The same certificate gives the same profile, so that installing twice replaces."""
    return plistlib.dumps(
        _payload(authority, "Configuration", "profile")
        | {
            "PayloadContent": [
                _payload(authority, "com.apple.security.root", "certificate")
                | {"PayloadContent": authority.der, "PayloadCertificateFileName": "retrowalk.cer"}
            ],
            "PayloadRemovalDisallowed": False,
        }
    )


def _payload(authority: Signed, kind: str, part: str) -> dict[str, object]:
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": f"retrowalk.{part}.{_identity(authority, 'identifier')}",
        "PayloadUUID": str(_identity(authority, part)).upper(),
        "PayloadDisplayName": authority.name,
        "PayloadDescription": DESCRIPTION,
        "PayloadOrganization": "retrowalk",
    }


def _identity(authority: Signed, part: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"retrowalk:{part}:{authority.fingerprint}")
