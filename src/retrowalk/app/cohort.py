"""Many recordings measured into one folder: resumable, and no bad file stops the rest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from retrowalk.app.cohort_dask import need_dask, on_dask
from retrowalk.app.cohort_folder import Refusal, Results, open_results
from retrowalk.app.cohort_inputs import engine, expanded, printable, stem_of
from retrowalk.app.cohort_work import Done, Errand, Outcome, Outcomes, one_by_one
from retrowalk.readers.delivery import Told
from retrowalk.words import Mounting, Placement

__all__ = ["Cohort", "Refusal", "measure_cohort"]

Heard = Callable[[float, int], None]


def _unheard(_done: float, _of: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Cohort:
    """What became of the files of one call: each is in one of the first three."""

    measured: int
    before: int  # by an earlier call, and still good
    refused: tuple[Refusal, ...]
    recordings: int  # rows of recordings.parquet; a file may hold several, and other calls' stay

    @property
    def files(self) -> int:
        return self.measured + self.before + len(self.refused)


def measure_cohort(
    inputs: Sequence[Path],
    *,
    out: Path,
    workers: int = 1,
    scheduler: str | None = None,
    placement: Placement | None = None,
    mounting: Mounting | None = None,
    rate_hz: float | None = None,
    progress: Heard = _unheard,
) -> Cohort:
    """Measure every file named, found in a folder named or matched by a glob, into `out`.

    With one worker in this process, with more in processes on this computer, with `scheduler`
    by its workers, who must see the same disk.  Killed and called again it goes on: what is
    done is not measured again, and nothing counts twice.  `progress` hears files done, and of
    how many.
    Raises BadCohort, Unwritable or Conflict when the call itself cannot be carried out.
    """
    if workers > 1 or scheduler:
        need_dask()
    told = Told(None if placement is Placement.UNKNOWN else placement, mounting, rate_hz)
    with open_results(out.resolve()) as results:
        errands = _errands(expanded(inputs, leave_out=out), told, results)
        stems = [errand.stem for errand in errands]
        results.sweep()
        results.retire(stems)
        done = results.done()
        left = [errand for errand in errands if errand.stem not in done]
        tally = _Tally(progress, len(errands) - len(left), len(errands))
        if workers > 1 or scheduler:
            outcomes = tally.hear(on_dask(left, workers=workers, scheduler=scheduler))
        else:
            outcomes = tally.hear(one_by_one(left, progress=tally.partly))
        refused = tuple(_refusals(left, outcomes, results.done()))
        results.retire(stems)  # a worker of a killed call may have come late
        results.list_refused(refused)
        rows = results.put_together()
    return Cohort(len(left) - len(refused), len(errands) - len(left), refused, rows)


def _errands(files: Sequence[Path], told: Told, results: Results) -> tuple[Errand, ...]:
    return tuple(
        Errand(path.absolute(), printable(path), stem_of(path, told), told, results, engine())
        for path in files
    )


class _Tally:
    """Counts files as they are done, for whoever watches."""

    def __init__(self, progress: Heard, done: int, of: int) -> None:
        self._progress, self._done, self._of = progress, done, of
        progress(done, of)

    def hear(self, outcomes: Outcomes) -> dict[str, Outcome]:
        """All outcomes by their errand's name; the workers are let go even if one raises."""
        heard = {}
        with closing(outcomes):
            for errand, outcome in outcomes:
                heard[errand.stem] = outcome
                self._done += 1
                self._progress(self._done, self._of)
        return heard

    def partly(self, share: float) -> None:
        self._progress(self._done + share, self._of)


def _refusals(
    errands: Sequence[Errand], outcomes: Mapping[str, Outcome], done: frozenset[str]
) -> Iterator[Refusal]:
    """In the order of the call; what was said to be done is looked for."""
    for errand in errands:
        match outcomes[errand.stem]:
            case Refusal() as refusal:
                yield refusal
            case Done(stem) if stem not in done:
                yield Refusal(errand.named, f"{printable(errand.file.name)}: a worker measured it, "
                              "but its tables are not here; expected workers that write to this "
                              "disk; give them the same folder.")  # fmt: skip
