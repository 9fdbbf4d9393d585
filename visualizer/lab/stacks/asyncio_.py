"""asyncio: its own event loop on the virtual clock, and a lane for each task.

The loop is the standard library's; only what it waits with is ours (``asyncio_loop``). Every task
that the program starts gets a lane below that of the loop's thread. The coroutine that
``asyncio.run`` runs is the thread's own work and stands on the thread's lane.

Flask runs an ``async def`` view on a loop in a helper thread while its worker waits (asgiref does
it). One of the two always waits for the other, so both are shown on the worker's lane.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import TYPE_CHECKING, ClassVar

from visualizer.clock import ThreadInfo

from .base import Observed, Run, Stack, imports

if TYPE_CHECKING:
    from visualizer.lab.job import Job
    from visualizer.lab.recorder import Lane

_HELPERS = {
    ("asgiref.sync", "__call__"),
    ("asyncio.base_events", "shutdown_default_executor"),
}
"""Functions, by module, that start a thread only to wait for it."""


class Asyncio(Stack):
    name: ClassVar[str] = "asyncio"
    warm: ClassVar[tuple[str, ...]] = ("asyncio", "asgiref.sync")

    def detect(self, job: Job) -> bool:
        own = any("async def" in text for text in job.sources.values())
        return own or job.root is not None or imports(job, "asyncio", "asgiref")

    def prepare(self, run: Run) -> None:
        import asgiref.sync  # noqa: F401  makes a pool of threads, which is to be none of the run's

        from . import asyncio_loop

        asyncio_loop.install(run.recorder)

    def observe(self, run: Observed) -> None:
        import asgiref.sync  # noqa: F401  as above

        from visualizer.lab.wall.asyncio_ import RealLoop

        from . import asyncio_loop

        asyncio_loop.install(run.recorder, RealLoop)

    def lane(self, thread: ThreadInfo, starter: ThreadInfo) -> Lane | None:
        frame: FrameType | None = sys._getframe(1)
        for _ in range(24):
            if frame is None:
                break
            module = frame.f_globals.get("__name__", "")
            if (module, frame.f_code.co_name) in _HELPERS:
                lane: Lane | None = starter.data
                return lane
            frame = frame.f_back
        return None

    def stop(self, run: Run) -> list[str]:
        from . import asyncio_loop

        return asyncio_loop.waiting_for_ever(run.recorder.users_wait())
