"""A cohort's errands carried out by Dask: its queue, its workers, its repeats."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from multiprocessing import get_all_start_methods, set_forkserver_preload
from typing import TYPE_CHECKING

from retrowalk.app.cohort_folder import Refusal
from retrowalk.app.cohort_inputs import printable
from retrowalk.app.cohort_work import Errand, Outcome, Outcomes, carry_out
from retrowalk.errors import BadCohort, RetrowalkError

if TYPE_CHECKING:
    from distributed import Client, Future

HERE = "127.0.0.1"  # workers of our own are nobody else's
ANSWERS_WITHIN_S = 10  # a scheduler that is there does at once
WORKERS_WITHIN_S = 30  # as long as a worker may take to start
BATCH = 1000  # errands sent at a time
START = "forkserver"  # one process loads the packages, each worker is a copy of it
ONE_THREAD = dict.fromkeys(  # workers are as many as cores: none needs a second one
    ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


def on_dask(errands: Sequence[Errand], *, workers: int, scheduler: str | None) -> Outcomes:
    """By `workers` processes on this computer, or by whoever works for the scheduler.

    Outcomes come as they are done.  Raises BadCohort where the work cannot be given away.
    """
    if not errands:
        return
    if scheduler is None:
        _warm_up()
    from distributed import CancelledError, KilledWorker, as_completed  # noqa: PLC0415

    with _client(min(workers, len(errands)), scheduler) as client:
        futures = client.map(carry_out, errands, pure=False, batch_size=BATCH)
        asked = dict(zip(futures, errands, strict=True))
        del futures  # what is heard is let go, so that no worker keeps it
        suspected = []
        for future in as_completed(tuple(asked), loop=client.loop):  # type: ignore[no-untyped-call]
            errand = asked.pop(future)
            try:
                yield errand, _outcome(future)
            except KilledWorker:
                suspected.append(errand)
            except CancelledError:
                raise _lost() from None
        for errand in suspected:  # or a neighbour on the worker that died: each alone tells
            try:
                yield errand, _outcome(client.submit(carry_out, errand, pure=False))
            except KilledWorker:
                yield errand, _fatal(errand)


def need_dask() -> None:
    """Raises BadCohort, one sentence, where Dask is not installed."""
    if find_spec("distributed") is None:
        raise BadCohort(
            "Several workers need Dask, which is not installed; expected the package distributed; "
            "run: pip install 'retrowalk[cohort]'."
        )


def _warm_up() -> None:
    """Start the server that forks our workers, which loads what they need while we load Dask."""
    if START not in get_all_start_methods():
        return  # Windows: each worker loads by itself, some seconds later
    from multiprocessing.forkserver import ensure_running  # noqa: PLC0415 -- not on Windows

    kept = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)  # read where numpy and polars are loaded, so not later
    try:
        set_forkserver_preload(["retrowalk.app.cohort_work", "distributed.nanny"])
        ensure_running()
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator["Client"]:
    """A client of the scheduler named, or of a cluster of our own that ends with it."""
    from dask import config  # noqa: PLC0415
    from distributed import Client, LocalCluster  # noqa: PLC0415

    with ExitStack() as opened:
        opened.enter_context(config.set({"distributed.worker.profile.enabled": False}))  # unread
        if START in get_all_start_methods():
            opened.enter_context(config.set({"distributed.worker.multiprocessing-method": START}))
        address: str | LocalCluster = scheduler or opened.enter_context(
            LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=workers,
                threads_per_worker=1,
                host=HERE,
                dashboard_address=f"{HERE}:0",  # any free port: 8787 may be somebody else's
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
                env=ONE_THREAD,
            )
        )
        try:
            client = opened.enter_context(
                Client(address, set_as_default=False, timeout=ANSWERS_WITHIN_S)  # type: ignore[no-untyped-call]
            )
            client.wait_for_workers(1, timeout=WORKERS_WITHIN_S)
        except (OSError, ValueError, TimeoutError) as fault:
            raise _not_there(scheduler, str(fault)) from None
        yield client


def _not_there(scheduler: str | None, why: str) -> BadCohort:
    return BadCohort(f"{scheduler or HERE}: no Dask scheduler with a worker answered there "
                     f"({why.splitlines()[0]}); expected both running; start them with: dask "
                     f"scheduler, and: dask worker {scheduler or HERE}.")  # fmt: skip


def _lost() -> BadCohort:
    return BadCohort("The Dask scheduler went away; expected it to stay until all is measured; "
                     "give the same command again, what is measured is kept.")  # fmt: skip


def _outcome(future: "Future[Outcome]") -> Outcome:
    """What came of it.  Raises KilledWorker where the workers died of it."""
    from distributed import CancelledError, KilledWorker  # noqa: PLC0415
    from distributed.comm.core import CommClosedError  # noqa: PLC0415

    try:
        return future.result()
    except CommClosedError:
        raise _lost() from None
    except (KilledWorker, CancelledError, RetrowalkError):
        raise
    except Exception as fault:
        why = f"{type(fault).__name__}: {fault}".replace("\n", " ")
        raise BadCohort(f"The workers could not take the work ({why}); expected retrowalk "
                        "installed on each of them; install it there.") from None  # fmt: skip


def _fatal(errand: Errand) -> Refusal:
    return Refusal(errand.named, f"{printable(errand.file.name)}: the workers that measured it "
                   "died, as they do when memory runs out; expected it to fit; measure it "
                   "alone with --workers 1, or split it.")  # fmt: skip
