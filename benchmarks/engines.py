"""The engines of a run: ours and the peers', each started in its own environment."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.environments import PEERS, Installed, NotInstalled, environment
from benchmarks.report import Findings, ImportTime
from benchmarks.running import Call, Failed, Ran, run

OURS = "retrowalk"
PEER_NAMES = ("mobgap", "gaitmap", "skdh")
SRC = Path(__file__).parents[1] / "src"
IMPORT = """
import time
wall, cpu = time.perf_counter(), time.process_time()
import retrowalk.gait.pipeline
print(time.perf_counter() - wall, time.process_time() - cpu)
"""


class Engines:
    """Runs calls by engine name, and notes in the findings what was missing or failed."""

    def __init__(
        self, peers: tuple[str, ...], cache: Path, findings: Findings, say: Callable[[str], None]
    ) -> None:
        self._findings, self._say = findings, say
        self._python = {OURS: Path(sys.executable)}
        for peer in peers:
            match environment(peer, cache):
                case Installed(python):
                    self._python[peer] = python
                case NotInstalled(why):
                    findings.missing.append(peer)
                    say(f"{peer}: not installed ({why})")

    def __contains__(self, engine: str) -> bool:
        return engine in self._python

    def run(
        self,
        engine: str,
        calls: tuple[Call, ...],
        *,
        warm: Call | None = None,
        repeats: int = 1,
        budget_s: float = 60.0,
    ) -> Ran | None:
        """What the engine answered; None, said plainly, where it is missing or failed."""
        if engine not in self:
            return None
        answer = run(
            self._python[engine],
            PEERS / f"run_{engine}.py",
            calls,
            warm=warm,
            repeats=repeats,
            budget_s=budget_s,
            path=str(SRC) if engine == OURS else "",
        )
        if isinstance(answer, Failed):
            self._findings.failed[engine] = "did not finish"
            self._say(f"{engine}: did not finish: {answer.why}")
            return None
        self._findings.versions[engine] = dict(answer.versions)
        return answer


def import_time(repeats: int = 5) -> ImportTime:
    """How long a fresh interpreter takes to import the engine, the best of some."""
    environ = {**os.environ, "PYTHONPATH": str(SRC)}
    taken = []
    for _ in range(repeats):
        said = subprocess.run(
            [sys.executable, "-c", IMPORT], capture_output=True, text=True, env=environ, check=True
        ).stdout
        wall, cpu = map(float, said.split())
        taken.append((wall, cpu))
    return ImportTime(wall_s=min(w for w, _ in taken), cpu_s=min(c for _, c in taken))
