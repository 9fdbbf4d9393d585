"""asyncio on the wall clock: its own loops, which wait for real, with lanes for tasks as ever."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any

from visualizer.lab.stacks import asyncio_loop

_Plain: type[asyncio.SelectorEventLoop] = asyncio_loop.Loop.__mro__[1]


class Selector(selectors.BaseSelector):
    """The system's selector, which says when its loop has nothing to do."""

    def __init__(self, loop: RealLoop) -> None:
        self._loop = loop
        self._real = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        crew = self._loop.crew
        if crew is None or timeout == 0:
            return self._real.select(timeout)
        crew.loop_waits()
        found = self._real.select(timeout)
        crew.loop_goes_on()
        return found

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class RealLoop(asyncio_loop.Loop):
    """asyncio's loop as it is. Only its turns are told."""

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        self.crew = None
        _Plain.__init__(self, selector or Selector(self))

    time = _Plain.time

    add_signal_handler = _Plain.add_signal_handler
    remove_signal_handler = _Plain.remove_signal_handler
    _make_self_pipe = vars(asyncio.selector_events.BaseSelectorEventLoop)["_make_self_pipe"]
    _close_self_pipe = vars(asyncio.selector_events.BaseSelectorEventLoop)["_close_self_pipe"]
    _write_to_self = vars(asyncio.selector_events.BaseSelectorEventLoop)["_write_to_self"]
