"""SI in, words for people out: km/h or mph, minutes, metres, dates, plain names.

The one door outward for units (readers/ and treadmill/ftms.py are the doors inward);
`speed_mps` is its only way back, for a speed someone typed.
"""

from collections.abc import Mapping
from datetime import date, datetime

from retrowalk.live.events import StopReason
from retrowalk.units import CENTIMETRE, DAY, FOOT, HOUR, INCH, KMH, MINUTE, MPH
from retrowalk.words import (
    Aid,
    AskClinician,
    Clear,
    Decision,
    Direction,
    Experience,
    Goal,
    Hold,
    IntervalKind,
    NotToday,
    Place,
    Progress,
    Quantity,
    Refer,
    Regress,
    SessionPlan,
    Units,
    Verdict,
)

MILE_M = MPH * HOUR  # one mph for one hour
KILOMETRE_M = KMH * HOUR
ALIKE_RATIO = 0.03  # of a step: a difference nobody sees
LEVEL_RATIO = 0.003  # a belt flatter than this looks level
FRESH_S = 2.0  # a belt reports about once a second; older than two is worth saying

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def in_units(speed_mps: float, units: Units) -> float:
    """The figure itself, for an axis: 1.2874…"""
    return speed_mps / _one(units)


def speed_number(speed_mps: float, units: Units = Units.KMH) -> str:
    """The figure alone: 1.3."""
    return f"{in_units(speed_mps, units):.1f}"


def speed(speed_mps: float, units: Units = Units.KMH) -> str:
    """1.3 km/h, or 0.8 mph."""
    return f"{speed_number(speed_mps, units)} {units.value}"


def steps(speed_mps: float, units: Units) -> tuple[str, str, str]:
    """The figure between its neighbours a tenth less and more, never below 0: 1.1, 1.2, 1.3."""
    tenths = round(10 * in_units(speed_mps, units))
    less, here, more = (f"{max(tenths + by, 0) / 10:.1f}" for by in (-1, 0, 1))
    return less, here, more


def incline(ratio: float | None) -> str:
    """ " · 3 % up", to stand after a speed; nothing for a level belt or one that does not say."""
    if ratio is None or abs(ratio) < LEVEL_RATIO:
        return ""
    return f" · {abs(100 * ratio):.3g} % {'up' if ratio > 0 else 'down'}"


def counted(plan: SessionPlan, said_m: float, walked_m: float) -> str:
    """Where the distance comes from: the belt, what the walker said, or only the plan."""
    if plan.driven:
        return "as the belt reported"
    if not plan.by_hand or said_m <= 0:
        return "as planned"
    if said_m > 0.99 * walked_m:
        return "as you said"
    return f"{distance(said_m, plan.units)} as you said, the rest as planned"


def speed_mps(typed: str, units: Units = Units.KMH) -> float:
    """What someone typed, in m/s; a decimal comma is understood.  ValueError if no number."""
    return float(typed.strip().replace(",", ".")) * _one(units)


def _one(units: Units) -> float:
    return MPH if units is Units.MPH else KMH


def distance(length_m: float, units: Units = Units.KMH) -> str:
    """350 m, 1.2 km; or 0.22 mi."""
    if units is Units.MPH:
        return f"{length_m / MILE_M:.2f} mi"
    if length_m < KILOMETRE_M:
        return f"{length_m:.0f} m"
    return f"{length_m / KILOMETRE_M:.1f} km"


def clock(duration_s: float) -> str:
    """Time left as a watch shows it: 1:42, and 1:02:03 past the hour.  Never below 0:00."""
    whole_s = max(int(duration_s), 0)
    minutes, seconds = divmod(whole_s, int(MINUTE))
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def minutes(duration_s: float) -> str:
    """12 min, 2½ min, 45 s: short enough for a label."""
    if duration_s < MINUTE:
        return f"{duration_s:.0f} s"
    halves = round(2 * duration_s / MINUTE)
    return f"{halves // 2}{'½' if halves % 2 else ''} min"


def duration(duration_s: float) -> str:
    """12 minutes 30 seconds, as one would say it."""
    whole, seconds = divmod(max(round(duration_s), 0), int(MINUTE))
    parts = [count(whole, "minute")] if whole else []
    if seconds or not whole:
        parts.append(count(seconds, "second"))
    return " ".join(parts)


def count(number: int, noun: str) -> str:
    """1 session, 2 sessions, 3 people."""
    many = "people" if noun == "person" else f"{noun}s"
    return f"{number} {noun}" if number == 1 else f"{number} {many}"


def measured_unit(quantity: Quantity, units: Units = Units.KMH) -> str:
    """What an outcome's figures are in on a page of these units: s, km/h, ft, degrees …"""
    return _measured(quantity, units)[1]


def measured_in(value: float, quantity: Quantity, units: Units = Units.KMH) -> float:
    """The figure itself, for an axis or a field."""
    return value / _measured(quantity, units)[0]


def measured_number(value: float, quantity: Quantity, units: Units = Units.KMH) -> str:
    """The figure alone, as fine as the unit deserves and with no empty zeros: 9.5, 14, 1.25."""
    figure = f"{measured_in(value, quantity, units):.{_measured(quantity, units)[2]}f}"
    shown = figure.rstrip("0").rstrip(".") if "." in figure else figure
    return "0" if shown == "-0" else shown


def measured(value: float, quantity: Quantity, units: Units = Units.KMH) -> str:
    """9.5 s, 14 times, 4.5 km/h (1.25 m/s)."""
    said = measured_brief(value, quantity, units)
    return f"{said} ({value:.2f} m/s)" if quantity is Quantity.SPEED else said


def measured_brief(value: float, quantity: Quantity, units: Units = Units.KMH) -> str:
    """The figure in one unit only, for a table: 9.5 s, 1 time, 4.5 km/h."""
    number, unit = measured_number(value, quantity, units), measured_unit(quantity, units)
    one = {Quantity.COUNT: "time", Quantity.POINTS: "point"}.get(quantity, unit)
    return f"{number} {one if number == '1' else unit}"


def measured_si(typed: str, quantity: Quantity, units: Units = Units.KMH) -> float:
    """What someone typed in these units, in SI; ValueError if it is no number."""
    return float(typed.strip().replace("−", "-").replace(",", ".")) * _measured(quantity, units)[0]


def _measured(quantity: Quantity, units: Units) -> tuple[float, str, int]:
    """One of the unit in SI, its name, and decimals worth showing."""
    mph = units is Units.MPH
    match quantity:
        case Quantity.SPEED:
            return _one(units), units.value, 2
        case Quantity.DISTANCE:
            return (FOOT, "ft", 0) if mph else (1.0, "m", 0)
        case Quantity.REACH:
            return (INCH, "in", 1) if mph else (CENTIMETRE, "cm", 1)
        case Quantity.ANGLE | Quantity.RATE:
            return quantity.si, quantity.value, 0
        case _:
            return quantity.si, quantity.value, 1


def percent(ratio: float) -> str:
    return f"{100 * ratio:.0f} %"


def age(age_s: float) -> str:
    """How old a report is: now, 3 s old, 2 min old."""
    if age_s < 1:
        return "now"
    if age_s < MINUTE:
        return f"{age_s:.0f} s old"
    return f"{age_s // MINUTE:.0f} min old" if age_s < HOUR else "over an hour old"


def day(when: date) -> str:
    """Saturday 21 November 2026, with no locale asked of the machine."""
    return f"{WEEKDAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]} {when.year}"


def weekday(when: date) -> str:
    """Saturday."""
    return WEEKDAYS[when.weekday()]


def short_day(when: date) -> str:
    """21 Nov."""
    return f"{when.day} {MONTHS[when.month - 1][:3]}"


def moment(when: datetime) -> str:
    """Saturday 21 November 2026 at 14:05."""
    return f"{day(when)} at {when:%H:%M}"


def in_days(wait_s: float) -> str:
    """When something is due: today, tomorrow, in 3 days."""
    days = round(wait_s / DAY)
    return "today" if days <= 0 else "tomorrow" if days == 1 else f"in {days} days"


def treadmill(name: str) -> str:
    """What drives: "Simulated treadmill"; what is none of ours to play is a real one."""
    return {"simulated": "Simulated treadmill", "virtual": "Virtual treadmill",
            "demo": "Demonstration treadmill"}.get(name, "Treadmill by Bluetooth")  # fmt: skip


def doing(direction: Direction, kind: IntervalKind = IntervalKind.WALK) -> str:
    """What an interval asks of the walker: walk backward, rest, warm up …"""
    match kind, direction:
        case IntervalKind.WARM_UP, _:
            return f"Warm up, {direction.value}"
        case IntervalKind.COOL_DOWN, _:
            return f"Cool down, {direction.value}"
        case IntervalKind.REST, _:
            return "Stand and rest"
        case _:
            return f"Walk {direction.value}"


def stop_reason(reason: StopReason) -> str:
    """A whole sentence's worth: Stop was pressed."""
    return reason.value[0].upper() + reason.value[1:]


def verdict(given: Verdict) -> str:
    match given:
        case Clear():
            return "You may walk"
        case AskClinician():
            return "Ask a clinician first"
        case NotToday():
            return "Not today"


def decision(taken: Decision) -> str:
    match taken:
        case Progress():
            return "Go on to the next step"
        case Hold():
            return "Stay at this step"
        case Regress():
            return "Go back one step"
        case Refer():
            return "Ask a clinician before the next session"


def name_of(value: Goal | Experience | Place | Aid | Units) -> str:
    """A choice as a label on a page."""
    return _NAMES[value]


_NAMES: dict[Goal | Experience | Place | Aid | Units, str] = {
    Goal.KNEE: "A sore or stiff knee",
    Goal.BALANCE: "Better balance",
    Goal.STRENGTH: "Stronger legs",
    Goal.RUNNING: "Running",
    Goal.CURIOSITY: "Curiosity",
    Experience.NEVER: "Never on purpose",
    Experience.SOME: "A few times",
    Experience.REGULAR: "Every week",
    Place.DRIVEN: "A treadmill retrowalk drives",
    Place.BY_HAND: "A treadmill I set by hand",
    Place.CORRIDOR: "A corridor or hall",
    Aid.NONE: "None",
    Aid.STICK: "A stick or poles",
    Aid.FRAME: "A walking frame",
    Units.KMH: "Kilometres per hour (km/h)",
    Units.MPH: "Miles per hour (mph)",
}


def brought(activities: int, days: int, known: int, own: int, unread: int) -> str:
    """What came of an import: 3 walks or other exercise, 20 days of steps; 2 were here already."""
    new = (
        f"{count(activities, 'new walk')} or other exercise, {count(days, 'day')} of steps or heart"
    )
    told = (
        (known, "known already"),
        (own, "walked in a session here, and counted there"),
        (unread, "that could not be understood"),
    )
    return "; ".join([new, *(f"{number} {words}" for number, words in told if number)])


def evenness(steady: Mapping[str, float | None]) -> str:
    """How even one bout was, in words, of a row of steadiness; "" where nothing can be said."""
    said = [
        words.format(percent(ratio))
        for name, words in (
            ("stride_time_variation_ratio", "stride times differ by {}"),
            ("stride_length_variation_ratio", "stride lengths differ by {}"),
            ("double_support_ratio", "both feet are down {} of the time"),
        )
        if (ratio := steady.get(name)) is not None
    ]
    uneven = steady.get("step_time_asymmetry_ratio")
    if uneven is not None:
        longer = "left" if uneven > 0 else "right"
        said.append("left and right steps last alike" if abs(uneven) < ALIKE_RATIO
                    else f"{longer} steps last {percent(abs(uneven))} longer")  # fmt: skip
    return ", ".join(said)


def steady_word(uneven_ratio: float) -> str:
    """How even steps are, in a word; the borders are a first guess, no norm."""
    if uneven_ratio < 0.04:
        return "steady"
    return "fairly steady" if uneven_ratio < 0.10 else "uneven"
