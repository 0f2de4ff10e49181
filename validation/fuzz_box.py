"""A box that opens fast: one process that has loaded the libraries and forks for every file.

The same as readers/boxed.py: `boxed_reading.main` on one file in a process of its own, under the
same bounds on memory and the same words back; a crash, a panic or an exit costs that process only,
and its exit code is what the caller judges.
The same bound on time, too, counted from the fork on.
Not the same: the child is forked from a parent that holds the libraries instead of starting
Python anew, so the bound on memory is set after their import and not before it.  What
`boxed.streamed` reads goes through the real box only.  One file in `REALLY_BOXED` of the campaign
goes through both, and they must agree.

    python validation/fuzz_box.py < lines of JSON words > lines of [exit code, peak MiB]
"""

import json
import os
import resource
import select
import signal
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

LIBRARIES = ("numpy", "ezc3d", "actfast", "polars")


class Box:
    """Stands in for `boxed._run`; remembers the largest memory a file took."""

    def __init__(self) -> None:
        self.peak_mib = 0.0
        words = [sys.executable, "-P", __file__]
        self._serving = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         text=True)  # fmt: skip

    def run(self, told: list[str]) -> int:
        from retrowalk.readers.boxed import longest_s  # noqa: PLC0415 -- the server needs none of it

        asked, answers = self._serving.stdin, self._serving.stdout
        assert asked
        assert answers
        asked.write(json.dumps([told, longest_s(Path(told[1]))]) + "\n")
        asked.flush()
        code, peak_mib = json.loads(answers.readline())
        self.peak_mib = max(self.peak_mib, peak_mib)
        return int(code)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None,
        trace: TracebackType | None
    ) -> None:  # fmt: skip
        self._serving.communicate()


def serve() -> None:
    sys.path.append(str(Path(__file__).parents[1] / "src" / "retrowalk" / "readers"))
    reading = import_module("boxed_reading")
    for library in LIBRARIES:
        if find_spec(library):
            import_module(library)
    for line in sys.stdin:
        words, limit_s = json.loads(line)
        child = os.fork()
        if not child:
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nothing, stream)
            os._exit(reading.main(*words))
        _end_late(child, limit_s)
        _, status, used = os.wait4(child, 0)
        answer = [os.waitstatus_to_exitcode(status), used.ru_maxrss / 1024]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _end_late(child: int, limit_s: float) -> None:
    """Wait for the child's end, and bring it about where it does not come."""
    watch = os.pidfd_open(child)
    try:
        if not select.select([watch], [], [], limit_s)[0]:
            os.kill(child, signal.SIGKILL)
    finally:
        os.close(watch)


def children_peak_mib() -> float:
    """The largest memory of any child waited for so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    serve()
