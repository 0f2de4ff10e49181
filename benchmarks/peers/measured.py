"""What every engine's driver shares: the same clock, the same peak, the same files.

A driver (`run_mobgap.py` …) imports this first, then its library, and calls `drive` with two
functions: `prepare` turns plain arrays into what the library likes (not timed, as reading a
file is not), `run` does the work (timed) and gives plain arrays back.  It runs in the library's
own environment, so nothing here is imported but the standard library and numpy.

The folder named on the command line holds `job.json` and recordings as `.npz`:

    {"calls": [{"name": …, "task": …, "recording": "a.npz", "about": {…}}],
     "warm": {… a call …} or null, "repeats": 3, "budget_s": 60}

and gets `answer.json` (times, peak, versions) and one `<name>.out.npz` per call.
"""

import time

BORN_CPU_S = time.process_time()  # the interpreter's own start; before numpy
BORN_S = time.perf_counter()

import gc  # noqa: E402
import importlib.metadata  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
import warnings  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402


def peak_mb() -> float:
    """The most memory this process ever held.

    Linux: VmHWM, because ru_maxrss begins at what the parent held when it forked.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def cpu_s() -> float:
    """CPU of all threads of this process, and of children it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def timed(run, prepared):
    """What `run` gave, with its wall and CPU seconds."""
    gc.collect()
    wall, cpu = time.perf_counter(), cpu_s()
    given = run(prepared)
    return given, time.perf_counter() - wall, cpu_s() - cpu


def read(recording):
    with np.load(recording) as stored:
        return {name: stored[name] for name in stored.files}


def answer_call(call, folder, prepare, run, *, repeats, budget_s):
    """Run one call up to `repeats` times, stopping early once `budget_s` CPU seconds are spent.

    The recording is read anew each time and nothing of it kept, so that the peak is the engine's.
    """
    walls, cpus, given = [], [], {}
    while not walls or (len(walls) < repeats and sum(cpus) < budget_s):
        prepared = prepare(call["task"], read(folder / call["recording"]), call.get("about", {}))
        given, wall, cpu = timed(run, prepared)
        del prepared
        walls.append(wall)
        cpus.append(cpu)
    np.savez(folder / f"{call['name']}.out.npz", **given)
    return {"name": call["name"], "wall_s": walls, "cpu_s": cpus}


def drive(prepare, run, *, packages):
    """Do the job in the folder named on the command line."""
    ready = {"import_wall_s": time.perf_counter() - BORN_S, "import_cpu_s": time.process_time()}
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text())
    first = None
    if job.get("warm"):
        first = answer_call(job["warm"], folder, prepare, run, repeats=1, budget_s=0.0)
    calls = []
    for call in job["calls"]:
        calls.append(
            answer_call(
                call, folder, prepare, run, repeats=job["repeats"], budget_s=job["budget_s"]
            )
        )
    versions = {name: importlib.metadata.version(name) for name in (*packages, "numpy")}
    versions["python"] = platform.python_version()
    answer = {**ready, "first": first, "calls": calls, "peak_mb": peak_mb(), "versions": versions}
    (folder / "answer.json").write_text(json.dumps(answer))
