"""Which phones and screens of the home network may come in, and how a new one does.

A six-digit code stands on the serving machine for ten minutes.  Who types it gets a signed
cookie; five wrong codes bury the code, and guessing is so slow that it takes about a thousand
days.  Stopping a session needs none of this: see `web.gate`.
"""

import asyncio
import hmac
import json
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic

from retrowalk.errors import Conflict, NotAllowed, StoreError, TooManyTries
from retrowalk.lan.private import unwritable, write_private

CODE_LIFE_S = 600.0
WINDOW_S = 900.0
WRONG_PER_CODE = 5
WRONG_PER_PEER = 5  # in a window
WRONG_IN_ALL = 10  # in a window: 960 a day against a million codes
MOST_DEVICES = 20
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Device:
    """A phone or screen that has been paired."""

    id: str
    name: str
    paired_at: str  # ISO 8601


@dataclass(frozen=True, slots=True)
class Code:
    """Six digits, good until `ends_s` on the pairing's clock or until five were wrong."""

    digits: str
    ends_s: float
    wrong: int = 0

    @property
    def spoken(self) -> str:
        return f"{self.digits[:3]} {self.digits[3:]}"


@dataclass(frozen=True, slots=True)
class Own:
    """The serving machine itself: needs no pairing."""


@dataclass(frozen=True, slots=True)
class Paired:
    device: Device


@dataclass(frozen=True, slots=True)
class Stranger:
    """In the home network, not paired."""


Caller = Own | Paired | Stranger
Devices = dict[str, Device]


class Pairing:
    """The paired devices of one data folder.  Used on the event loop's own thread."""

    def __init__(
        self, file: Path, *, wall: Callable[[], float] = monotonic,
        announce: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._file = file
        self._wall = wall
        self.announce = announce  # one line for the serving machine's terminal; must not wait
        self._code: Code | None = None
        self._wrong: deque[tuple[float, str]] = deque()  # (when, who)
        self._saving = asyncio.Lock()
        self._key, found = _read(file)
        self._devices = {device.id: device for device in found}

    @property
    def devices(self) -> tuple[Device, ...]:
        return tuple(self._devices.values())

    # --- the code ----------------------------------------------------------------------

    def code(self) -> Code:
        """The code that counts now; a new one, announced, when the last has passed."""
        if self._code is None or self._wall() >= self._code.ends_s:
            self._code = Code(f"{secrets.randbelow(1_000_000):06d}", self._wall() + CODE_LIFE_S)
            self.announce(f"Pairing code: {self._code.spoken} (for ten minutes)")
        return self._code

    async def pair(self, digits: str, *, name: str, peer: str, at: datetime) -> str:
        """The new device's cookie.  NotAllowed for a wrong code, TooManyTries for one too many."""
        self._check(digits, peer)
        device = Device(secrets.token_hex(8), _plain(name), at.isoformat(timespec="seconds"))
        await self._save(lambda devices: devices | {device.id: device})
        self.announce(f"{device.name} was paired.")
        return self.cookie(device)

    def _check(self, digits: str, peer: str) -> None:
        if len(self._devices) >= MOST_DEVICES:
            raise Conflict(
                f"{MOST_DEVICES} devices are paired, the most there may be: remove one on the "
                "computer's page “Phone”, then try again."
            )
        self._check_tries(peer)
        code = self._code
        if code is None or self._wall() >= code.ends_s:
            self.code()
            raise NotAllowed("That code has passed: type the new one the computer shows now.")
        if not hmac.compare_digest(digits.encode("utf-8", "replace"), code.digits.encode()):
            self._missed(code, peer)
            raise NotAllowed("That is not the code the computer shows: look again, then type it.")
        self._code = None  # good once

    def _check_tries(self, peer: str) -> None:
        since_s = self._wall() - WINDOW_S
        while self._wrong and self._wrong[0][0] <= since_s:
            self._wrong.popleft()
        by_peer = [at_s for at_s, who in self._wrong if who == peer]
        if len(self._wrong) >= WRONG_IN_ALL or len(by_peer) >= WRONG_PER_PEER:
            raise TooManyTries(
                "Too many wrong codes were typed: wait a quarter of an hour, then try again."
            )

    def _missed(self, code: Code, peer: str) -> None:
        self._wrong.append((self._wall(), peer))
        self._code = replace(code, wrong=code.wrong + 1)
        if self._code.wrong >= WRONG_PER_CODE:
            self._code = None
            self.announce(f"{WRONG_PER_CODE} wrong pairing codes were typed; the code is void.")

    # --- the cookie --------------------------------------------------------------------

    def cookie(self, device: Device) -> str:
        return f"{device.id}.{self._signed(device.id)}"

    def device(self, cookie: str) -> Device | None:
        """Whose cookie this is; None if nobody's, forged, or of a device since removed."""
        id_, _, signature = cookie.partition(".")
        given = signature.encode("utf-8", "replace")
        ours = hmac.compare_digest(given, self._signed(id_).encode())
        return self._devices.get(id_) if ours else None

    def knows(self, device: Device) -> bool:
        return device.id in self._devices

    async def remove(self, id: str) -> None:
        """From now on the device is a stranger; nothing happens if it already was."""
        await self._save(lambda devices: {key: devices[key] for key in devices if key != id})

    def _signed(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), "sha256").hexdigest()

    async def _save(self, change: Callable[[Devices], Devices]) -> None:
        """On the disk first: a device that would be forgotten at the next start is not paired."""
        async with self._saving:
            devices = change(self._devices)
            kept = {"key": self._key.hex(), "devices": [asdict(one) for one in devices.values()]}
            content = json.dumps(kept, indent=1).encode()
            await asyncio.to_thread(write_private, self._file, content)
            self._devices = devices


def _plain(name: str) -> str:
    """A name as it may stand in a list and on a terminal."""
    shown = "".join(sign for sign in name if sign.isprintable()).strip()[:LONGEST_NAME]
    return shown or "A device"


def _read(file: Path) -> tuple[bytes, tuple[Device, ...]]:
    try:
        kept = json.loads(file.read_bytes())
        devices = tuple(Device(**{k: str(v) for k, v in one.items()}) for one in kept["devices"])
        return bytes.fromhex(kept["key"]), devices
    except FileNotFoundError:
        return secrets.token_bytes(32), ()
    except OSError as wrong:
        raise unwritable(file, wrong) from wrong
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise StoreError(
            f"{file} is damaged: delete it and start again; phones then need to be paired anew."
        ) from wrong
