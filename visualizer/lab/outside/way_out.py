"""The one way out of the program's process: connects it to stand-ins, and to nobody else."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from visualizer.clock import NS, VirtualClock
from visualizer.lab.job import Service
from visualizer.lab.line import Line

from .conduct import GIVES_UP
from .hosts import Hosts, owe
from .services import NOBODY, Caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from visualizer.lab.recorder import Recorder


def error(number: int) -> OSError:
    """The exception that Python raises for an error of the system."""
    return OSError(number, os.strerror(number))


class WayOut(Hosts):
    """See the module's docstring. There is one in a process."""

    def __init__(
        self, services: list[Service], line: Line, clock: VirtualClock, recorder: Recorder
    ) -> None:
        super().__init__(services)
        self.clock = clock
        self.line = line
        self.recorder = recorder

    def connect(self, address: str, port: int) -> End | int | None:
        """A connection; or the nanoseconds after which to try again, None for never.

        Raises ConnectionRefusedError where the service is down, Refused where there is none.
        """
        service = self.service(address, port)
        how, number = self.line.call("outside", "connect", self.name(address), port)
        if how == "refused":
            raise error(errno.ECONNREFUSED)
        return End(self, number, service.name) if how == "open" else number

    def service_at(self, address: str, port: int) -> str:
        """The name of the service there."""
        service = self.find(address, port)
        return service.name if service is not None else f"{address}:{port}"


def caller_of(recorder: Recorder) -> Caller:
    """For whom the running thread works."""
    lane = recorder.lane()
    if lane is None or not lane.id:
        return NOBODY
    return lane.id, lane.request, lane.task


class End:
    """The client's end of a connection to the service ``name``."""

    def __init__(self, way: WayOut, number: int, name: str) -> None:
        self.name = name
        self.number = number
        self.key = f"outside {number}"
        #: Called when something has come; must not block.
        self.listener: Callable[[], None] | None = None
        #: The lane for which the service works on something.
        self._asker: str | None = None
        self._way = way
        self._line = way.line
        self._heard = bytearray()
        self._news = True
        self._over = False
        self._cut = False
        self._line.watch(self.key, self._came)

    def _came(self) -> None:
        self._news = True
        self._has_answered()
        if self.listener is not None:
            self.listener()

    def readable(self) -> bool:
        """Whether ``read`` would return at once."""
        if self._news:
            self._news = False
            data, self._over, self._cut = self._line.call("outside", "receive", self.number)
            self._heard += data
        return bool(self._heard) or self._over or self._cut

    def read(self, size: int, peek: bool = False) -> bytes:
        """What has come, empty at the end. Raises ConnectionResetError if it was cut off."""
        if not self._heard and self._cut:
            raise error(errno.ECONNRESET)
        data = bytes(self._heard[:size])
        if not peek:
            del self._heard[:size]
        return data

    def write(self, data: bytes) -> None:
        """Raises ConnectionResetError or BrokenPipeError where nobody listens any more."""
        self.readable()
        if self._cut:
            raise error(errno.ECONNRESET)
        if self._over:
            raise error(errno.EPIPE)
        caller = caller_of(self._way.recorder)
        self._news = True
        if self._line.call("outside", "send", self.number, data, caller):
            # The answer is work that is left, for whoever waits for it.
            self._way.recorder.held.add(self.key)
            self._asker = caller[0]
            if self._asker is not None:
                owe(self._asker, self.name)

    def _has_answered(self) -> None:
        self._way.recorder.held.discard(self.key)
        if self._asker is not None:
            owe(self._asker, None)

    def close(self) -> None:
        self._line.watch(self.key, None)
        self._has_answered()
        self._line.call("outside", "close", self.number)


def patience(seconds: float | None, wait: int | None) -> tuple[float, bool]:
    """How long to wait for a host that does not answer, and whether it will have answered then.

    ``seconds`` is what the program grants, ``wait`` the nanoseconds after which a try succeeds.
    """
    need = GIVES_UP if wait is None else wait / NS
    if seconds is not None and seconds < need:
        return seconds, False
    return need, wait is not None


_way_out: WayOut | None = None


def current() -> WayOut:
    """The way out of this process, which has been installed."""
    assert _way_out is not None
    return _way_out


def use(way: WayOut) -> None:
    """Let ``way`` be this process's, for good."""
    global _way_out
    _way_out = way
