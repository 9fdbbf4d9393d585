"""``select.select`` and ``select.poll`` for sockets that lead to stand-ins.

What is given real files, such as pipes, is the system's affair and waits in real time, as ever.
"""

from __future__ import annotations

import select
from typing import Any

from visualizer.clock import NS, replace

from . import sockets
from . import way_out as ways

_real_select = select.select
_real_poll = getattr(select, "poll", None)


def _wait(watched: list[sockets.Socket], deadline: int | None) -> bool:
    """Wait until something comes for one of them. False if the time was up first."""
    seconds = None if deadline is None else (deadline - ways.current().clock.now) / NS
    if seconds is not None and seconds <= 0:
        return False
    keys = [each.end.key for each in watched if each.end is not None]
    names = sorted({each.service for each in watched})
    return ways.current().line.wait(keys, seconds, " or ".join(names))


def _deadline(seconds: float | None) -> int | None:
    return None if seconds is None else ways.current().clock.deadline(seconds)


def _select(rlist: Any, wlist: Any, xlist: Any, timeout: float | None = None) -> Any:
    """Wait until one of them is ready, as ``select.select``."""
    readers = [(each, sockets.of(each)) for each in rlist]
    writers = [(each, sockets.of(each)) for each in wlist]
    ours = [socket for _, socket in readers + writers if socket is not None]
    if not ours:
        return _real_select(rlist, wlist, xlist, timeout)
    deadline = _deadline(timeout)
    while True:
        to_read = [each for each, socket in readers if socket and socket.ready_to_read()]
        to_write = [each for each, socket in writers if socket and socket.ready_to_write()]
        if to_read or to_write or not _wait(ours, deadline):
            return to_read, to_write, []


class Poll:
    """As the object that ``select.poll()`` makes."""

    def __init__(self) -> None:
        self._wanted: dict[int, int] = {}

    def register(self, fd: Any, eventmask: int = 7) -> None:
        self._wanted[fd if isinstance(fd, int) else fd.fileno()] = eventmask

    def modify(self, fd: Any, eventmask: int) -> None:
        self.register(fd, eventmask)

    def unregister(self, fd: Any) -> None:
        del self._wanted[fd if isinstance(fd, int) else fd.fileno()]

    def poll(self, timeout: float | None = None) -> list[tuple[int, int]]:
        """``timeout`` is in milliseconds; None or less than 0 for ever."""
        ours = [socket for number in self._wanted if (socket := sockets.of(number)) is not None]
        if not ours:
            return self._real(timeout)
        deadline = _deadline(None if timeout is None or timeout < 0 else timeout / 1000)
        while True:
            ready = [(each.fileno(), mask) for each in ours if (mask := self._ready(each))]
            if ready or not _wait(ours, deadline):
                return ready

    def _ready(self, socket: sockets.Socket) -> int:
        wanted = self._wanted[socket.fileno()]
        mask = select.POLLIN if socket.ready_to_read() else 0
        mask |= select.POLLOUT if socket.ready_to_write() else 0
        return wanted & mask

    def _real(self, timeout: float | None) -> list[tuple[int, int]]:
        assert _real_poll is not None
        real = _real_poll()
        for number, mask in self._wanted.items():
            real.register(number, mask)
        return list(real.poll(timeout))


def install() -> None:
    """Put them in the place of the system's."""
    replace(select, select=_select)
    if _real_poll is not None:
        replace(select, poll=Poll)
