"""A protocol is prescribed: chosen by the walker or named by a clinician, or followed anew."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import decided, newest
from retrowalk.app.pace import carefully
from retrowalk.app.profile import NoWalker, stored_walker
from retrowalk.app.screening import NoScreening, standing
from retrowalk.app.steps import Suggestion
from retrowalk.errors import ScreeningNeeded
from retrowalk.programme.prescribe import CHOSEN_BY, Prescription, gently_on, prescribe, suggest
from retrowalk.programme.protocols import Protocol
from retrowalk.programme.screening import read_name
from retrowalk.store.codec import decode, encode
from retrowalk.store.models import PrescriptionRow, ProfileRow, ProtocolRow
from retrowalk.words import Verdict, Walker


def suggestions(house: House) -> tuple[Suggestion, ...]:
    """The protocols, the best suited first, each with why.  ScreeningNeeded before a profile.

    Those somebody here wrote come after those that come with retrowalk.
    """
    with house.store.reading() as rows:
        walker, verdict = _walker_and_verdict(house, rows)
    found = suggest(walker, house.protocols, verdict=verdict)
    ours_first = sorted(found, key=lambda one: (not one.allowed, bool(one.protocol.written_by)))
    return tuple(
        Suggestion(
            protocol_id=one.protocol.id,
            title=one.protocol.title,
            summary=one.protocol.summary,
            source=" ".join(source.text for source in one.protocol.sources),
            suits=one.allowed,
            reasons=(*one.reasons, *one.cautions),
            by_clinician=[r.topic for r in one.reasons] == [CHOSEN_BY],
            written_by=one.protocol.written_by,
        )
        for one in ours_first
    )


def choose_protocol(house: House, protocol_id: str, *, by: str = "") -> None:
    """Prescribe this protocol as a new programme; `by` names the clinician whose choice it is.

    BadInput for a name that is none; Missing if there is no such protocol; NotAllowed if it is
    not for this walker.
    """
    own = house.own.named(protocol_id)
    begin_course(house, house.offered(protocol_id), by=by, text=own.text if own else "")


def begin_course(
    house: House, protocol: Protocol, *, by: str = "", gently: bool = False, text: str = ""
) -> None:
    """Prescribe from today on: its weeks and its check points count anew.

    `text` is that of a protocol somebody wrote: a copy is kept, so that nothing changes under
    who follows it, and they can go on when the file is gone.

    What was walked of the protocol before still counts for the step to begin on.
    """
    with house.store.writing() as rows:
        walker, verdict = _walker_and_verdict(house, rows)
        found = prescribe(walker, protocol, verdict=verdict, by=read_name(by) if by else "")
        found = replace(gently_on(found) if gently else found, course=_courses(house, rows) + 1)
        _keep(house, rows, walker, verdict, found)
        if text:
            rows.add(ProtocolRow(walker_id=house.walker_id, at=house.now(), protocol=protocol.id,
                                 text=text))  # fmt: skip
    if text:
        house.kept[protocol.id] = protocol


def follow_profile(
    house: House, rows: Rows, prescribed: PrescriptionRow, walker: Walker, verdict: Verdict
) -> PrescriptionRow:
    """A profile filled in anew asks for the same programme to be prescribed anew."""
    profile = newest(house, rows, ProfileRow)
    if profile is None or profile.at <= prescribed.at:
        return prescribed
    before: Prescription = decode(prescribed.body, Prescription)
    protocol = house.protocol(prescribed.protocol)
    found = prescribe(walker, protocol, verdict=verdict, by=before.by)
    found = gently_on(found) if before.keeps else found
    return _keep(house, rows, walker, verdict, replace(found, course=before.course))


def _walker_and_verdict(house: House, rows: Rows) -> tuple[Walker, Verdict]:
    shown, walker = standing(house, rows), stored_walker(house, rows)
    if isinstance(shown, NoScreening) or isinstance(walker, NoWalker):
        raise ScreeningNeeded("The questions come first: please answer them, then choose.")
    return walker, carefully(house, rows, shown.verdict)


def _courses(house: House, rows: Rows) -> int:
    """How many times a programme was prescribed; grows with every one."""
    counted = select(func.count()).where(PrescriptionRow.walker_id == house.walker_id)
    return rows.scalar(counted) or 0


def _keep(
    house: House, rows: Rows, walker: Walker, verdict: Verdict, found: Prescription
) -> PrescriptionRow:
    row = PrescriptionRow(
        walker_id=house.walker_id, at=house.now(), protocol=found.protocol, body=encode(found)
    )
    rows.add(row)
    rows.flush()
    inputs = {"walker": walker, "protocol": found.protocol, "verdict": verdict.reasons,
              "by": found.by}  # fmt: skip
    decided(house, rows, "prescription", rule=found.rule, inputs=inputs, answer=found,
            reasons=found.reasons)  # fmt: skip
    return row
