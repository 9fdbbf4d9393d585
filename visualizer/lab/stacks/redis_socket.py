"""A socket whose other end is the Redis of the run.

redis-py sends and reads the bytes of Redis' protocol through it, as through one of the system's.
To read is one wait on the virtual clock: nothing polls.
"""

from __future__ import annotations

import errno
from typing import Any

from visualizer.clock import NS, active_clock
from visualizer.lab import link


class Socket:
    """What redis-py uses of a socket. ``waits`` says in words what a reader waits for."""

    waits = "an answer of Redis"

    def __init__(self, timeout: float | None) -> None:
        self._timeout = timeout
        self._number: int | None = self._call("connect")
        self._inbox = bytearray()
        #: Whether something may have come unasked since the last look.
        self._pushed = False
        link.line().watch(self.key, self._arrived)

    def _arrived(self) -> None:
        self._pushed = True

    @staticmethod
    def _call(method: str, *arguments: Any) -> Any:
        return link.line().call("redis", method, *arguments)

    @property
    def key(self) -> str:
        """What wakes a reader."""
        return f"redis {self._number}"

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def gettimeout(self) -> float | None:
        return self._timeout

    def sendall(self, data: bytes) -> None:
        if self._number is None:
            raise BrokenPipeError(errno.EPIPE, "the connection is closed")
        self._inbox += self._call("send", self._number, bytes(data))

    def recv(self, size: int) -> bytes:
        self._fill()
        data = bytes(self._inbox[:size])
        del self._inbox[:size]
        return data

    def recv_into(self, buffer: Any) -> int:
        data = self.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _fill(self) -> None:
        """Wait until there is something, or the connection is closed.

        Raises BlockingIOError or TimeoutError as a real socket does.
        """
        clock = active_clock()
        assert clock is not None
        deadline = None if self._timeout is None else clock.deadline(self._timeout)
        while not self._inbox and self._number is not None:
            if self._pushed:
                self._pushed = False
                self._inbox += self._call("receive", self._number)
            elif self._timeout == 0:
                raise BlockingIOError(errno.EWOULDBLOCK, "nothing is there yet")
            else:
                seconds = None if deadline is None else (deadline - clock.now) / NS
                if seconds is not None and seconds <= 0:
                    raise TimeoutError("timed out")
                link.line().wait(self.key, seconds, self.waits)

    def getpeername(self) -> tuple[str, int]:
        return ("127.0.0.1", 6379)

    def getsockname(self) -> tuple[str, int]:
        return ("127.0.0.1", 40000 + (self._number or 0))

    def fileno(self) -> int:
        return -1

    def shutdown(self, how: int) -> None:
        """Closing says it all."""

    def close(self) -> None:
        if self._number is not None:
            key, number, self._number = self.key, self._number, None
            if active_clock() is not None:
                link.line().watch(key, None)
                self._call("close", number)
