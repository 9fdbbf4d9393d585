"""Sockets of a program on the wall clock: the system's, but a connection is led to a stand-in.

Whatever address the program names, if a stand-in stands there the connection is made to its port of
the loopback; elsewhere there is only what the run itself has, such as its broker, and all else is
refused. Time-outs, refusals and broken connections are the system's. The recorder is told when a
thread waits for a service, and the stand-in for whom it works.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import ssl
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from visualizer.clock.observed import SHORT
from visualizer.lab.outside.conduct import GIVES_UP
from visualizer.lab.outside.hosts import HERE, owe
from visualizer.lab.outside.tls import Trusted
from visualizer.lab.sandbox import Refused

if TYPE_CHECKING:
    from .outside import Directions

RealSocket = socket.socket
_poll = select.poll
_directions: Directions | None = None


def use(directions: Directions) -> None:
    """Let sockets of this process be led by these, for good."""
    global _directions
    _directions = directions


def _current() -> Directions:
    assert _directions is not None
    return _directions


class LedSocket(RealSocket):
    """See the module's docstring."""

    #: The name of the service at the other end, empty if there is none.
    service = ""
    #: The address that the program named.
    _named: Any = None
    #: Its own port, once it is known.
    _port = 0
    #: The lane that waits for an answer without holding a thread, as tasks of an event loop do.
    _asker: str | None = None

    # -- connecting -----------------------------------------------------------------------------

    def connect(self, address: Any, /) -> None:
        led = self._lead(address)
        if not self.service or self.gettimeout() == 0.0:
            super().connect(led)
            return
        number = self._connect(led)
        if number == errno.EAGAIN:
            raise TimeoutError("timed out")
        if number:
            raise OSError(number, os.strerror(number))

    def connect_ex(self, address: Any, /) -> int:
        led = self._lead(address)
        if not self.service or self.gettimeout() == 0.0:
            return super().connect_ex(led)
        return self._connect(led)

    def _lead(self, address: Any) -> Any:
        """The address to connect to instead. Raises Refused where there is none."""
        tcp = self.family in (socket.AF_INET, socket.AF_INET6) and self.type == socket.SOCK_STREAM
        if not tcp or not isinstance(address, tuple):
            raise Refused(f"the program connects to {address!r}: only TCP has stand-ins in the lab")
        found = _current().service_at(address[0], address[1])
        if found is None:
            return address
        self.service, port = found
        self._named = address
        if self.family == socket.AF_INET6:
            return f"::ffff:{HERE}", port, 0, 0
        return HERE, port

    def _connect(self, led: Any) -> int:
        """Connect, and wait for it as long as the program grants: 0, or the system's error."""
        seconds = self.gettimeout()
        self.settimeout(0.0)
        try:
            number = super().connect_ex(led)
        finally:
            self.settimeout(seconds)
        if number != errno.EINPROGRESS:
            return number
        limit = GIVES_UP if seconds is None else min(seconds, GIVES_UP)
        if not self._wait(select.POLLOUT, f"{self.service} to answer", limit):
            return errno.EAGAIN if seconds == limit else errno.ETIMEDOUT
        return self.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def getpeername(self) -> Any:
        found = super().getpeername()
        return self._named[:2] if self.service else found

    def _wait(self, event: int, reason: str, seconds: float | None) -> bool:
        """Wait until the system is ready for ``event``. False if the time was up first.

        What takes longer than a moment is told.
        """
        clock = _current().clock
        poll = _poll()
        poll.register(self.fileno(), event)
        if poll.poll(1000 * (SHORT if seconds is None else min(SHORT, seconds))):
            return True
        clock.tell("blocked", reason, seconds)
        ready = poll.poll(None if seconds is None else 1000 * max(0.0, seconds - SHORT))
        clock.tell("running")
        return bool(ready)

    # -- reading --------------------------------------------------------------------------------

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        self._before_read(flags)
        data = super().recv(bufsize, flags)
        self._has_answered()
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        self._before_read(flags)
        size = super().recv_into(buffer, nbytes, flags)
        self._has_answered()
        return size

    def recvfrom(self, bufsize: int, flags: int = 0, /) -> tuple[bytes, Any]:
        self._before_read(flags)
        return super().recvfrom(bufsize, flags)

    def _before_read(self, flags: int) -> None:
        seconds = self.gettimeout()
        if self.service and seconds != 0.0 and not flags & socket.MSG_DONTWAIT:
            if not self._wait(select.POLLIN, self.service, seconds):
                raise TimeoutError("timed out")

    # -- writing --------------------------------------------------------------------------------

    def send(self, data: Any, flags: int = 0, /) -> int:
        self._before_write()
        return super().send(data, flags)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        self._before_write()
        super().sendall(data, flags)

    def sendmsg(self, buffers: Iterable[Any], *args: Any) -> int:
        self._before_write()
        return super().sendmsg(buffers, *args)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        self._before_write()
        return super().sendfile(file, offset, count)

    def sendto(self, *args: Any) -> int:
        raise Refused(f"the program sends a datagram to {args[-1]!r}: only TCP has stand-ins")

    def _before_write(self) -> None:
        if not self.service:
            return
        self._port = self._port or self.getsockname()[1]
        lane = _current().sends(self._port)
        if lane is not None and self.gettimeout() == 0.0:
            self._asker = lane
            owe(lane, self.service)

    def _has_answered(self) -> None:
        if self._asker is not None:
            owe(self._asker, None)
            self._asker = None

    # -- the end --------------------------------------------------------------------------------

    def _real_close(self, *args: Any) -> None:
        self._has_answered()
        super()._real_close(*args)  # type: ignore[misc]  # typeshed does not know it

    def bind(self, address: Any, /) -> None:
        raise Refused(
            f"the program opens a network port ({address!r}):"
            " in the lab it can reach nothing outside itself, and nothing outside can reach it"
        )


class SecureSocket(Trusted, LedSocket):
    """Takes over the connection of a plain socket, as ``SSLContext.wrap_socket`` does."""

    def __init__(
        self, plain: LedSocket, context: ssl.SSLContext, server_hostname: str | None
    ) -> None:
        seconds = plain.gettimeout()
        self.service, self._named = plain.service, plain._named
        super().__init__(plain.family, plain.type, plain.proto, plain.detach())
        self.settimeout(seconds)
        self.context = context
        self.server_hostname = server_hostname

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        return self.recv(len) if buffer is None else self.recv_into(buffer, len)

    def write(self, data: Any) -> int:
        return self.send(data)

    def unwrap(self) -> SecureSocket:
        return self


def leads_out(sock: Any) -> bool:
    """Whether TLS on that socket is TLS to a stand-in, and not to what the run itself has."""
    if not isinstance(sock, LedSocket):
        return False
    try:
        RealSocket.getpeername(sock)
    except OSError:
        return True  # not connected yet: to what else should it be?
    return bool(sock.service)
