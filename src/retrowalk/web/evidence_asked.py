"""What an evidence page is asked in its address, and what all of them show."""

from enum import Enum
from typing import Any, TypeVar

from starlette.requests import Request

from retrowalk.app import evidence
from retrowalk.errors import Missing
from retrowalk.web import evidence_words as said

E = TypeVar("E", bound=Enum)


def common() -> dict[str, Any]:
    """What every page of these says in words, and of which day it is."""
    names = {one.id: said.named(one) for one in evidence.reviews()}
    names |= {one.id: said.named(one) for one in evidence.studies()}
    return {"said": said, "names": names, "changed": evidence.changes(),
            "total": len(evidence.studies()), "reviewed": len(evidence.reviews())}  # fmt: skip


def asked(request: Request, key: str, kind: type[E], *, but: tuple[str, ...] = ()) -> E | None:
    """The choice in the address; none where nothing was chosen.  Missing for an unknown one."""
    given = request.query_params.get(key, "")
    if given in ("", *but):
        return None
    for one in kind:
        if said.slug(one) == given:
            return one
    raise Missing(f"There is no choice {given[:40]!r} here: please choose one from the list.")
