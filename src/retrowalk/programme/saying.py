"""Speeds and times inside a reason, in words.  Pages use present.py; reasons are stored."""

from retrowalk.units import KMH, MINUTE, MPH
from retrowalk.words import Units

MPS_OF = {Units.KMH: KMH, Units.MPH: MPH}


def speed(mps: float, units: Units) -> str:
    """1.3 km/h; two decimals below one, where a tenth is much."""
    shown = mps / MPS_OF[units]
    return f"{shown:.2f} {units.value}" if shown < 1 else f"{shown:.1f} {units.value}"


def minutes(duration_s: float) -> str:
    """3 minutes, 7½ minutes, 1 minute."""
    halves = round(2 * duration_s / MINUTE)
    whole = f"{halves // 2 or ''}{'½' if halves % 2 else ''}" or "0"
    return f"{whole} minute{'' if halves in {1, 2} else 's'}"
