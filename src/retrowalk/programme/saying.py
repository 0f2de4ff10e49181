"""Speeds and times inside a reason, in words.  Pages use present.py; reasons are stored."""

from retrowalk.units import KMH, MINUTE, MPH
from retrowalk.words import Units

ROUND = 0.01  # of a tenth
MPS_OF = {Units.KMH: KMH, Units.MPH: MPH}


def speed(mps: float, units: Units) -> str:
    """1.3 km/h; two decimals below one, where a tenth is much."""
    shown = mps / MPS_OF[units]
    return f"{shown:.2f} {units.value}" if shown < 1 else f"{shown:.1f} {units.value}"


def exactly(mps: float, units: Units) -> str:
    """1.2 km/h, 1.29 km/h: a second decimal where there is one."""
    return f"{_figure(mps, units)} {units.value}"


def both(mps: float, units: Units) -> str:
    """In the other unit first where it is the round one: 0.8 mph (1.29 km/h)."""
    other = Units.KMH if units is Units.MPH else Units.MPH
    tenths = (10 * mps / MPS_OF[one] for one in (units, other))
    own_round, other_round = (abs(count - round(count)) < ROUND for count in tenths)
    here = exactly(mps, units)
    return here if own_round or not other_round else f"{exactly(mps, other)} ({here})"


def _figure(mps: float, units: Units) -> str:
    shown = f"{mps / MPS_OF[units]:.2f}"
    return shown[:-1] if shown.endswith("0") else shown


def minutes(duration_s: float) -> str:
    """3 minutes, 7½ minutes, 1 minute."""
    halves = round(2 * duration_s / MINUTE)
    whole = f"{halves // 2 or ''}{'½' if halves % 2 else ''}" or "0"
    return f"{whole} minute{'' if halves in {1, 2} else 's'}"
