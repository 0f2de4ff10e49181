"""A plan as a calendar file (iCalendar, RFC 5545) with reminders, for any phone or computer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event

BEFORE = timedelta(minutes=30)
AT = time(10)  # the walker moves it in their own calendar
MORNING = timedelta(hours=9)  # of a day without a time


@dataclass(frozen=True, slots=True)
class Appointment:
    """`minutes` 0: something of the day, at no time of it."""

    on: date
    title: str
    text: str
    minutes: int
    key: str


def calendar(appointments: Sequence[Appointment], *, made_at: datetime) -> bytes:
    """Times are the walker's own, wherever they are: no zone is written."""
    from icalendar import Calendar  # noqa: PLC0415 -- slow to load

    made = Calendar()
    made.add("prodid", "-//retrowalk//plan//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "retrowalk")
    for one in appointments:
        made.add_component(_event(one, made_at))
    content: bytes = made.to_ical()
    return content


def _event(one: Appointment, made_at: datetime) -> "Event":
    from icalendar import Alarm, Event  # noqa: PLC0415 -- slow to load

    event = Event()
    event.add("uid", f"{one.on:%Y%m%d}-{one.key}@retrowalk")
    event.add("dtstamp", made_at)
    event.add("summary", one.title)
    event.add("description", one.text)
    if one.minutes:
        begins = datetime.combine(one.on, AT)
        event.add("dtstart", begins)
        event.add("duration", timedelta(minutes=one.minutes))
    else:
        event.add("dtstart", one.on)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one.title)
    alarm.add("trigger", -BEFORE if one.minutes else MORNING)
    event.add_component(alarm)
    return event
