"""A wire between browser and server that can be cut, or hang as a Wi-Fi out of reach does."""

import contextlib
import socket
import threading
import time


class Wire:
    """Forwards TCP to `port`; while `dead` nothing passes, and nothing is closed either."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.dead = False
        self._closed = False
        self._old: set[socket.socket] = set()  # connections that never pass anything again
        self._ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def kill_old(self) -> None:
        """Whatever is connected now hangs for good; new connections work."""
        self._old |= self._ends

    def close(self) -> None:
        self._closed = True
        for end in [self._listening, *self._ends]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    near.close()
                    continue
                self._ends |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                while not self._closed and (self.dead or source in self._old):
                    time.sleep(0.02)
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
