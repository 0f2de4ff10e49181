"""The campaign: 10 000 mutated files per format; nothing but BadRecording may come out.

    python -m validation.fuzz_readers [--count 10000] [--seed 0]

Prints one line per format: files read, files refused, the slowest, and what escaped.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from tests.readers.made_all import boxed, in_process, mangled

from retrowalk.errors import BadRecording
from retrowalk.readers.detect import read
from retrowalk.tables import Recording

SLOWEST_S = 5.0
SLOWER = 20  # times fewer where each file starts a process of its own, which contains what it does


def holds(recording: Recording) -> bool:
    """Whether every sensor keeps the promises a Sensor makes."""
    return all(
        s.acc_mps2.shape == s.gyr_radps.shape == (len(s), 3)
        and bool(np.isfinite(s.acc_mps2).all() and np.isfinite(s.gyr_radps).all())
        and bool(np.isfinite(s.time_s).all() and (np.diff(s.time_s) > 0).all())
        for s in recording.sensors
    )


def campaign(name: str, good: Path, *, count: int, seed: int) -> Counter[str]:
    """Reads `count` broken copies of one good file."""
    chance = random.Random(f"{seed} {name}")
    content = good.read_bytes()
    path = good.with_name(f"broken-{name}")
    met: Counter[str] = Counter()
    slowest = 0.0
    for i in range(count):
        path.write_bytes(mangled(name, content, chance))
        begun = time.perf_counter()
        try:
            _, recordings = read(path)
            met["read" if all(map(holds, recordings)) else "PROMISE BROKEN"] += 1
        except BadRecording as error:
            met["refused" if "\n" not in str(error) else "NOT ONE SENTENCE"] += 1
        except BaseException as fault:
            met[f"ESCAPED {type(fault).__name__}: {str(fault)[:80]}"] += 1
            path.rename(path.with_name(f"escaped-{i}-{name}"))
        slowest = max(slowest, time.perf_counter() - begun)
    met["slowest, ms"] = round(slowest * 1000)
    return met


def main(words: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--only", default="")
    told = asked.parse_args(words)
    warnings.simplefilter("error")
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        kinds = [(*made, told.count) for made in in_process(home).items()]
        kinds += [(*made, told.count // SLOWER) for made in boxed(home).items()]
        for name, good, count in kinds:
            if told.only not in name:
                continue
            met = campaign(name, good, count=count, seed=told.seed)
            escaped = {k: v for k, v in met.items() if k[0].isupper()}
            bad |= bool(escaped) or met["slowest, ms"] > SLOWEST_S * 1000
            sys.stdout.write(f"{name:12} {dict(met)}\n")
            sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"peak memory {peak} MiB; {'short' if bad else 'ok'}\n")
    return int(bad)


if __name__ == "__main__":
    raise SystemExit(main())
