"""What can go wrong, as a tree.

RetrowalkError
├── BadInput               what was given cannot be used
│   ├── BadRecording       a sensor file or the signals in it
│   ├── BadPlan            a session plan that contradicts itself
│   ├── BadProtocol        a protocol file; names file, line and reason
│   ├── BadOutcome         an outcome's file; the same
│   ├── BadAnswers         a form's answers; a sentence for each field
│   ├── BadStudy           an evidence file
│   ├── BadTrial           a trial's table, its plan or its list of arms
│   ├── BadBackup         a backup that cannot be restored
│   ├── BadImport         walks and steps from elsewhere that cannot be read
│   ├── BadCohort          a call over many recordings that cannot be carried out
│   └── BadPacket          bytes of a treadmill that mean nothing
├── NotAllowed             the rules say no
│   ├── ScreeningNeeded    nobody walks unscreened
│   ├── OutsideGuardrail   more than the limits allow
│   └── TooManyTries       wrong pairing codes
├── NoNetwork              this machine stands in no home network
├── TreadmillError         the belt's side
│   ├── NotFound · LinkLost · ControlLost · Refused
│   └── Uncertain          asked, not known to be heard
└── StoreError             the disk's side
    ├── Missing · Conflict · MigrationNeeded
    └── Unwritable         full disk, no permission

A message is one sentence: what was given, what was expected, what to do next.
"""

from collections.abc import Mapping


class RetrowalkError(Exception):
    """Anything retrowalk itself refuses or reports."""


class BadInput(RetrowalkError, ValueError): ...


class BadRecording(BadInput): ...


class BadPlan(BadInput): ...


class BadProtocol(BadInput): ...


class BadOutcome(BadInput): ...


class BadAnswers(BadInput):
    """Answers that cannot be used: `problems` maps a question's id to one sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class BadStudy(BadInput): ...


class BadTrial(BadInput): ...


class BadBackup(BadInput): ...


class BadImport(BadInput): ...


class BadCohort(BadInput): ...


class BadPacket(BadInput): ...


class NotAllowed(RetrowalkError): ...


class ScreeningNeeded(NotAllowed): ...


class OutsideGuardrail(NotAllowed): ...


class TooManyTries(NotAllowed): ...


class NoNetwork(RetrowalkError): ...


class TreadmillError(RetrowalkError): ...


class NotFound(TreadmillError): ...


class LinkLost(TreadmillError): ...


class ControlLost(TreadmillError): ...


class Refused(TreadmillError): ...


class Uncertain(TreadmillError): ...


class StoreError(RetrowalkError): ...


class Missing(StoreError): ...


class Conflict(StoreError): ...


class MigrationNeeded(StoreError): ...


class Unwritable(StoreError): ...
