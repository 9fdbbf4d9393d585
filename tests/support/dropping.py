"""A bad connection: a way to a server on which everything breaks off, again and again."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit


class Dropping:
    """Leads from ``url`` (its own) to the server at ``target``. From ``begin`` on, every connection
    that is open is cut after each ``seconds``; new ones are taken at once. Use it with ``with``."""

    def __init__(self, target: str, seconds: float) -> None:
        host, _, port = urlsplit(target).netloc.rpartition(":")
        self._target = host, int(port)
        self._seconds = seconds
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        #: How often it has cut something.
        self.cuts = 0
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> Dropping:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._over.set()
        self._listening.close()
        self.cut()

    def begin(self) -> None:
        """From now on connections break."""
        threading.Thread(target=self._cut_on_and_on, daemon=True).start()

    def cut(self) -> None:
        """Break every connection."""
        with self._lock:
            self.cuts += bool(self._lines)
            for line in self._lines:
                with contextlib.suppress(OSError):  # it has ended by itself
                    line.shutdown(socket.SHUT_RDWR)

    def _cut_on_and_on(self) -> None:
        while not self._over.wait(self._seconds):
            self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server:
            with self._lock:
                self._lines |= {client, server}
            try:
                _pass_on(client, server)
            finally:
                with self._lock:
                    self._lines -= {client, server}


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Pass on what either says until one of them ends."""
    with selectors.DefaultSelector() as selector, contextlib.suppress(OSError):
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select():
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]  # it is a socket
                if not data:
                    return
                key.data.sendall(data)
