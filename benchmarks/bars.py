"""What this benchmark is asked to show, as numbers that are met or not."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise.  `at_least` says which side of `needed` is the good one."""

    id: str
    what: str
    needed: float
    measured: float  # NaN: not measured in this run
    unit: str = ""
    at_least: bool = False
    digits: int = 2

    @property
    def met(self) -> bool | None:
        if math.isnan(self.measured):
            return None
        return self.measured >= self.needed if self.at_least else self.measured <= self.needed

    @property
    def asked(self) -> str:
        return f"{self.what} {'≥' if self.at_least else '≤'} {self.needed:g}{self.unit}"

    @property
    def said(self) -> str:
        if math.isnan(self.measured):
            return "–"
        return f"{self.measured:.{self.digits}f}{self.unit}"

    @property
    def verdict(self) -> str:
        match self.met:
            case None:
                return "not measured"
            case True:
                return "met"
            case False:
                return "not met"
