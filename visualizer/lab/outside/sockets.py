"""Sockets that lead to stand-ins: as ``socket.socket``, with waiting on the virtual clock.

Time-outs, non-blocking use, half-read answers, refused and broken connections are as of a TCP
socket of the system. A socket has a number in place of a file descriptor; ``polling`` and the event
loops know those numbers.
"""

from __future__ import annotations

import errno
import itertools
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from visualizer.lab.sandbox import Refused

from . import way_out as ways
from .way_out import End, error, patience

if TYPE_CHECKING:
    from collections.abc import Callable

RealSocket = socket.socket

_FIRST_NUMBER = 100_000
"""File descriptors of the system are smaller."""

_numbers = itertools.count(_FIRST_NUMBER)
_ports = itertools.count(40_001)
open_sockets: dict[int, Socket] = {}
"""Those that are not closed, by their numbers."""

DontWait = getattr(socket, "MSG_DONTWAIT", 0)


class Socket(RealSocket):
    """See the module's docstring."""

    def __new__(
        cls, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None
    ) -> Any:
        if fileno is not None:  # around a real one, such as one of a ``socketpair``
            return RealSocket(family, type, proto, fileno)
        return super().__new__(cls)

    def __init__(
        self, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None
    ) -> None:
        self._io_refs = 0
        self._closed = False
        self._family = socket.AF_INET if family == -1 else family
        self._kind = socket.SOCK_STREAM if type == -1 else type
        self._proto = 0 if proto == -1 else proto
        self._timeout = socket.getdefaulttimeout()
        self._number = next(_numbers)
        self._port = next(_ports)
        self._peer: tuple[str, int] | None = None
        self._end: End | None = None
        #: Of a connection that was begun without waiting: what went wrong.
        self._error = 0
        self._connecting = False
        self._told: Callable[[], None] | None = None
        open_sockets[self._number] = self

    # -- what it is -----------------------------------------------------------------------------

    @property
    def family(self) -> Any:
        return socket.AddressFamily(self._family)

    @property
    def type(self) -> Any:
        return socket.SocketKind(self._kind)

    @property
    def proto(self) -> int:
        return self._proto

    @property
    def timeout(self) -> float | None:
        return self._timeout

    @property
    def service(self) -> str:
        """The name of the service at the other end, empty where there is none."""
        if self._end is not None:
            return self._end.name
        return ways.current().service_at(*self._peer) if self._peer else ""

    @property
    def end(self) -> End | None:
        """This end of the connection, once there is one."""
        return self._end

    def fileno(self) -> int:
        return self._number

    def settimeout(self, value: float | None, /) -> None:
        if value is not None and value < 0:
            raise ValueError("Timeout value out of range")
        self._timeout = None if value is None else float(value)

    def gettimeout(self) -> float | None:
        return self._timeout

    def setblocking(self, flag: bool, /) -> None:
        self._timeout = None if flag else 0.0

    def getblocking(self) -> bool:
        return self._timeout != 0.0

    def setsockopt(self, *args: Any) -> None:
        """Nothing to set: there is no network below."""

    def getsockopt(self, level: int, option: int, size: int = 0, /) -> Any:
        if (level, option) == (socket.SOL_SOCKET, socket.SO_ERROR):
            number, self._error = self._error, 0
            return number
        if (level, option) == (socket.SOL_SOCKET, socket.SO_TYPE):
            return self._kind
        return bytes(size) if size else 0

    def getsockname(self) -> Any:
        return ("192.0.2.1", self._port) if self._peer else ("0.0.0.0", 0)

    def getpeername(self) -> Any:
        if self._end is None:
            raise error(errno.ENOTCONN)
        return self._peer

    # -- connecting -----------------------------------------------------------------------------

    def connect(self, address: Any, /) -> None:
        number = self.connect_ex(address)
        if number == errno.EAGAIN:
            raise TimeoutError("timed out")
        if number:
            raise error(number)

    def connect_ex(self, address: Any, /) -> int:
        if self._end is not None:
            return errno.EISCONN
        if self._connecting:
            return errno.EALREADY
        if not isinstance(address, tuple) or self._kind != socket.SOCK_STREAM:
            raise Refused(f"the program connects to {address!r}: only TCP has stand-ins in the lab")
        way = ways.current()
        self._peer = way.look_up(address[0], address[1]), address[1]
        wait = self._try(self._peer)
        if wait == 0:
            return self._take_error()
        if self._timeout == 0.0:
            self._later(wait)
            return errno.EINPROGRESS
        seconds, answered = patience(self._timeout, wait)
        way.line.wait(f"connection {self._number}", seconds, f"{self.service} to answer")
        if not answered:
            return errno.ETIMEDOUT if seconds != self._timeout else errno.EAGAIN
        self._try(self._peer)
        return self._take_error()

    def _try(self, peer: tuple[str, int]) -> int | None:
        """Connect now: 0 if that has been decided, else when to try again (ns), None for never."""
        try:
            found = ways.current().connect(*peer)
        except ConnectionRefusedError:
            self._error = errno.ECONNREFUSED
            return 0
        if isinstance(found, End):
            self._end = found
            found.listener = self._told
            return 0
        return found

    def _later(self, wait: int | None) -> None:
        """Connect as soon as somebody answers, and tell whoever listens."""
        seconds, answered = patience(None, wait)
        self._connecting = True

        def go_on() -> None:
            self._connecting = False
            if answered and self._peer is not None:
                self._try(self._peer)
            else:
                self._error = errno.ETIMEDOUT
            if self._told is not None:
                self._told()

        ways.current().clock.call_later(seconds, go_on)

    def _take_error(self) -> int:
        number, self._error = self._error, 0
        return number

    # -- reading --------------------------------------------------------------------------------

    def ready_to_read(self) -> bool:
        return self._error != 0 or (self._end is not None and self._end.readable())

    def ready_to_write(self) -> bool:
        return not self._connecting and (self._end is not None or self._error != 0)

    def listen_to(self, told: Callable[[], None] | None) -> None:
        """Call ``told()`` whenever one of the two above may have become true."""
        self._told = told
        if self._end is not None:
            self._end.listener = told

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        end = self._wait_to_read(flags)
        return end.read(bufsize, bool(flags & socket.MSG_PEEK))

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        view = memoryview(buffer).cast("B")
        data = self.recv(nbytes or len(view), flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, bufsize: int, flags: int = 0, /) -> tuple[bytes, Any]:
        return self.recv(bufsize, flags), self._peer

    def _wait_to_read(self, flags: int) -> End:
        end = self._connected()
        line, clock = ways.current().line, ways.current().clock
        at_once = self._timeout == 0.0 or bool(DontWait and flags & DontWait)
        deadline = None if self._timeout is None else clock.deadline(self._timeout)
        while not end.readable():
            if at_once:
                raise error(errno.EAGAIN)
            left = None if deadline is None else (deadline - clock.now) / 1e9
            if (left is not None and left <= 0) or not line.wait(end.key, left, end.name):
                if not end.readable():
                    raise TimeoutError("timed out")
        return end

    def _connected(self) -> End:
        if self._number < 0:
            raise error(errno.EBADF)
        if self._end is None:
            raise error(errno.ENOTCONN)
        return self._end

    # -- writing --------------------------------------------------------------------------------

    def send(self, data: Any, flags: int = 0, /) -> int:
        piece = bytes(data)
        self._connected().write(piece)
        return len(piece)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        self.send(data)

    def sendmsg(self, buffers: Iterable[Any], *args: Any) -> int:
        return self.send(b"".join(bytes(each) for each in buffers))

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        file.seek(offset)
        return self.send(file.read(-1 if count is None else count))

    def sendto(self, *args: Any) -> int:
        raise Refused(f"the program sends a datagram to {args[-1]!r}: only TCP has stand-ins")

    # -- the end --------------------------------------------------------------------------------

    def shutdown(self, how: int, /) -> None:
        self._connected()

    def detach(self) -> int:
        """Give the number away; the connection is whoever's who has it."""
        number, self._number = self._number, -1
        self._closed = True
        return number

    def _real_close(self, _ss: Any = None) -> None:
        open_sockets.pop(self._number, None)
        self._number, self._connecting = -1, False
        end, self._end = self._end, None
        if end is not None:
            end.close()

    def dup(self) -> Any:
        raise Refused("the program doubles a socket, which the lab cannot")

    def bind(self, address: Any, /) -> None:
        raise Refused(
            f"the program opens a network port ({address!r}):"
            " in the lab it can reach nothing outside itself, and nothing outside can reach it"
        )


def of(fileobj: Any) -> Socket | None:
    """The socket that ``fileobj`` is, or that has its number."""
    number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
    return open_sockets.get(number)
