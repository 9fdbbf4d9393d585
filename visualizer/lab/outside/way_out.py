"""The one way out of the program's process: opens connections to stand-ins, and refuses all others.

Names are looked up here; an address of TEST-NET-2 stands for each host.
"""

from __future__ import annotations

import errno
import ipaddress
import os
from typing import TYPE_CHECKING, Any

from visualizer.clock import NS, VirtualClock
from visualizer.lab.job import Service
from visualizer.lab.line import Line
from visualizer.lab.sandbox import HOST, Refused

from .addresses import Addresses, refusal
from .conduct import GIVES_UP
from .services import NOBODY, Caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from visualizer.lab.recorder import Recorder

_NETWORK = ipaddress.ip_network("198.51.100.0/24")
_HERE = "127.0.0.1"


def error(number: int) -> OSError:
    """The exception that Python raises for an error of the system."""
    return OSError(number, os.strerror(number))


class WayOut:
    """See the module's docstring. There is one in a process."""

    def __init__(
        self, services: list[Service], line: Line, clock: VirtualClock, recorder: Recorder
    ) -> None:
        self.clock = clock
        self.line = line
        self.recorder = recorder
        self._addresses = Addresses(services)
        self._hosts: dict[str, str] = {}
        #: Which service works for a lane, by the lane's id.
        self.owed: dict[str, str] = {}

    # -- names ----------------------------------------------------------------------------------

    def look_up(self, host: Any, port: int | None) -> str:
        """The address of a host. Raises Refused where nobody stands (at that port, if given)."""
        name = host.decode() if isinstance(host, (bytes, bytearray)) else str(host or "localhost")
        if name in ("localhost", HOST, ""):
            return _HERE
        try:
            return str(ipaddress.ip_address(name))
        except ValueError:
            pass
        if port is not None and self._addresses.find(name, port) is None:
            raise Refused(refusal(name, port))
        names = {host: address for address, host in self._hosts.items()}
        if name not in names:
            address = str(_NETWORK[len(names) % 254 + 1])
            self._hosts[address] = name
            return address
        return names[name]

    def name(self, address: str) -> str:
        """The host that was looked up with this address."""
        return self._hosts.get(address, "localhost" if address == _HERE else address)

    # -- connections ----------------------------------------------------------------------------

    def connect(self, address: str, port: int) -> End | int | None:
        """A connection; or the nanoseconds after which to try again, None for never.

        Raises ConnectionRefusedError where the service is down, Refused where there is none.
        """
        host = self.name(address)
        service = self._addresses.find(host, port)
        if service is None:
            raise Refused(refusal(host, port))
        how, number = self.line.call("outside", "connect", host, port)
        if how == "refused":
            raise error(errno.ECONNREFUSED)
        return End(self, number, service.name) if how == "open" else number

    def service_at(self, address: str, port: int) -> str:
        """The name of the service there."""
        service = self._addresses.find(self.name(address), port)
        return service.name if service is not None else f"{address}:{port}"

    def caller(self) -> Caller:
        """For whom the running thread works."""
        lane = self.recorder.lane()
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
        caller = self._way.caller()
        self._news = True
        if self._line.call("outside", "send", self.number, data, caller):
            # The answer is work that is left, for whoever waits for it.
            self._way.recorder.held.add(self.key)
            self._asker = caller[0]
            if self._asker is not None:
                self._way.owed[self._asker] = self.name

    def _has_answered(self) -> None:
        self._way.recorder.held.discard(self.key)
        if self._asker is not None:
            self._way.owed.pop(self._asker, None)

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


def owes(lane: str) -> str | None:
    """The service that works for a lane at present."""
    return None if _way_out is None else _way_out.owed.get(lane)


def use(way: WayOut) -> None:
    """Let ``way`` be this process's, for good."""
    global _way_out
    _way_out = way
