"""The app's own guard: started beside it, seen to be there, and left to end by itself.

It is no part of the app: it has a session of its own, so that what ends the app does not end it,
and it leaves only when nobody is with it and the belt rests.
"""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from retrowalk.errors import Conflict, LinkLost
from retrowalk.treadmill.guard_belts import opener
from retrowalk.treadmill.guard_words import Standing, State
from retrowalk.treadmill.guarded import READ_BYTES, GuardedBelt, call, drive, standing
from retrowalk.treadmill.port import Capability, Clock, MakeBelt, Treadmill
from retrowalk.treadmill.simulated import SIMULATED

BEGIN_S = 30.0  # a radio looks for fifteen seconds
LOOK_S = 0.2
AGAIN_S = 1.0
LOG = "guard.log"
logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class OwnGuard:
    """The guard in `folder`, ours or one that runs there already."""

    folder: Path
    treadmill: str
    child: subprocess.Popen[bytes] | None = None
    _closing: Event = field(default_factory=Event)
    _watch: Thread | None = None

    def begin(self, *, within_s: float = BEGIN_S) -> Treadmill:
        """Its treadmill, once there is a link.  TreadmillError or StoreError, with why."""
        self._ensure()
        can = self._until_ready(time.monotonic() + within_s)
        self._watch = Thread(target=self._stay, name="with the guard", daemon=True)
        self._watch.start()
        return guarded_treadmill(self.folder, self.treadmill, can)

    def close(self) -> None:
        """Leave.  A guard of ours ends by itself when the belt rests."""
        self._closing.set()
        if self._watch is not None:
            self._watch.join(2 * AGAIN_S)
        if self.child is not None:
            self.child.terminate()

    # --- its beginning ---------------------------------------------------------------

    def _ensure(self) -> None:
        try:
            found = standing(self.folder)
        except LinkLost:
            self._start()
        else:
            self._same(found)

    def _same(self, found: Standing) -> None:
        if found.treadmill != self.treadmill:
            raise Conflict(
                f"A guard for {found.treadmill} runs here, and {self.treadmill} was given: end "
                "that guard first, or choose its treadmill."
            )

    def _start(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [sys.executable, "-m", "retrowalk", "guard", "--leave-with-app"]
        command += ["--treadmill", self.treadmill, "--folder", str(self.folder)]
        with (self.folder / LOG).open("wb") as log:
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def _until_ready(self, until_s: float) -> Capability:
        sentence, looked = "It did not answer in time.", False
        while time.monotonic() < until_s:
            with suppress(LinkLost):
                found = standing(self.folder, look=looked)
                self._same(found)
                if found.state is State.READY and found.can is not None:
                    return found.can
                sentence, looked = found.sentence, True
            if self.child is not None and self.child.poll() is not None:
                raise LinkLost(self._last_words())
            time.sleep(LOOK_S)
        raise LinkLost(f"The treadmill {self.treadmill} could not be made ready: {sentence}")

    def _last_words(self) -> str:
        """Why the child ended, in its own words."""
        said = (self.folder / LOG).read_text("utf-8", "replace").strip().splitlines()
        return said[-1] if said else "The guard ended at once, without a word: try again."

    # --- while the app runs ----------------------------------------------------------

    def _stay(self) -> None:
        """Be with the guard; when it is gone, start another, which begins with a stop."""
        while not self._closing.is_set():
            try:
                self._sit()
                if not self._closing.wait(LOOK_S):
                    self._ensure()
            except (OSError, LinkLost, Conflict) as wrong:
                logger.warning("%s", wrong)
            self._closing.wait(AGAIN_S)

    def _sit(self) -> None:
        """Hear the guard until it is gone, or we close."""
        with suppress(LinkLost), call(self.folder) as line:
            while not self._closing.is_set():
                with suppress(TimeoutError):
                    if not line.recv(READ_BYTES):
                        return


@contextmanager
def treadmill_named(name: str, folder: Path) -> Iterator[Treadmill]:
    """The treadmill of this name for the app whose folder this is, behind its own guard.

    The simulated one needs none.  BadInput if it names none; TreadmillError if it is not there.
    """
    if name == "simulated":
        yield SIMULATED
        return
    opener(name)  # judged here: a sentence at once instead of a guard that ends
    own = OwnGuard(folder / "guard", name)
    try:
        yield own.begin()
    finally:
        own.close()


def guarded_treadmill(folder: Path, name: str, can: Capability) -> Treadmill:
    """The treadmill behind the guard of this folder."""

    def capped(cap_mps: float) -> MakeBelt:
        def make_belt(clock: Clock) -> GuardedBelt:
            return drive(folder, clock, cap_mps)

        return make_belt

    return Treadmill(can, capped(can.max_mps), name, capped)
