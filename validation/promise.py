"""One measured promise: what was seen, what was promised, and the command that shows it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """`ok` is decided where it is measured; a value missed is a value shown."""

    id: str
    value: float
    unit: str
    target: str
    ok: bool
    command: str

    def line(self) -> str:
        value = f"{self.value:.4g} {self.unit}".strip()
        return f"{self.id:<44} {value:<16} {self.target:<14} {'ok' if self.ok else 'short'}"


def at_most(id: str, value: float, limit: float, unit: str, command: str) -> Promise:
    return Promise(id, value, unit, f"<= {limit:g}", value <= limit, command)


def at_least(id: str, value: float, limit: float, unit: str, command: str) -> Promise:
    return Promise(id, value, unit, f">= {limit:g}", value >= limit, command)


def as_rows(promises: Iterable[Promise]) -> list[dict[str, object]]:
    return [asdict(promise) for promise in promises]
