"""Frozen values ↔ JSON text.  Unions carry the class name as `kind`."""

import json
from math import isfinite
from typing import Any

from cattrs import Converter
from cattrs.errors import BaseValidationError
from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from retrowalk.errors import StoreError
from retrowalk.live.events import Event, Request
from retrowalk.words import Decision, Verdict


def _float_out(value: float) -> float | str:
    return value if isfinite(value) else repr(value)  # JSON knows no NaN; a bad belt may send one


def _converter() -> Converter:
    converter = make_converter()
    converter.register_unstructure_hook(float, _float_out)
    for union in (Verdict, Decision, Event, Request, Event | Request):
        configure_tagged_union(union, converter, tag_name="kind")
    return converter


_CONVERTER = _converter()
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def plain(value: object, as_type: object = None) -> Any:
    """Lists, dicts, text and numbers only.  Unions need `as_type`."""
    return _CONVERTER.unstructure(value, unstructure_as=as_type)


def encode(value: object, as_type: object = None) -> str:
    """JSON text, compact.  Unions need `as_type`, or their kind is not written."""
    return _COMPACT.encode(plain(value, as_type))


def decode(text: str, as_type: Any) -> Any:
    """The value back.  StoreError for text that is not one."""
    try:
        return _CONVERTER.structure(json.loads(text), as_type)
    except (ValueError, TypeError, KeyError, BaseValidationError) as wrong:
        raise StoreError(
            f"A stored {getattr(as_type, '__name__', as_type)} cannot be read ({text[:80]!r}): "
            "it was written by another version or is damaged; export your data and report this."
        ) from wrong
