"""concurrent.futures: what the program gives to a pool of threads is a task.

The pool is the standard library's, and its threads are threads as any other. This only tells the
recorder who put what into the pool, and which of its threads took it.
"""

from __future__ import annotations

import functools
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar

from visualizer.clock import replace
from visualizer.lab.values import one_line, scrub
from visualizer.trace.events import Task

from .base import Observed, Run, Stack

if TYPE_CHECKING:
    from visualizer.lab.job import Job
    from visualizer.lab.recorder import Recorder

_WAYS = ("ThreadPoolExecutor", "to_thread", "run_in_executor")


class Futures(Stack):
    name: ClassVar[str] = "concurrent.futures"

    def detect(self, job: Job) -> bool:
        texts = job.sources.values()
        return job.root is not None or any(way in text for way in _WAYS for text in texts)

    def observe(self, run: Observed) -> None:
        self._tell(run)

    def record(self, run: Run) -> None:
        self._tell(run)

    @staticmethod
    def _tell(run: Observed) -> None:
        import concurrent.futures.thread as pools

        plain, recorder = vars(pools)["_WorkItem"], run.recorder
        replace(pools, _WorkItem=lambda *args: _item(recorder, plain(*args)))


def _item(recorder: Recorder, item: Any) -> Any:
    """A piece of work that was just put into a pool, with a note of when it runs and ends."""
    lane = recorder.lane()
    if lane is None or not given_by_listing(recorder.files):
        return item
    task, name, request = recorder.number("t"), name_of(item), lane.request
    recorder.add(Task(recorder.now, task, name, "queued", lane.id, request))
    run = item.run

    def noted() -> None:
        lane = recorder.own_lane()
        outer = lane.task, lane.task_name, lane.request
        lane.task, lane.task_name, lane.request = task, name, request
        if item.future.cancelled():
            run()
            recorder.task(lane, "failed", "cancelled")
        else:
            recorder.task(lane, "started")
            future = item.future  # ``run`` lets go of it
            run()
            error = future._exception
            recorder.task(lane, "failed" if error else "finished", error and one_line(error))
        lane.task, lane.task_name, lane.request = outer

    item.run = noted
    return item


def name_of(item: Any) -> str:
    """The name of the function that the program gave, below what asyncio wraps it in."""
    function = getattr(item, "fn", None) or getattr(item, "task", (None,))[0]
    if isinstance(function, functools.partial):
        function = function.args[0] if function.args else function.func
    return scrub(str(getattr(function, "__name__", None) or "work"))


def given_by_listing(files: set[str]) -> bool:
    """Whether a listing put into a pool what is being put there: ask two calls below the pool."""
    frame: FrameType | None = sys._getframe(3)
    while frame is not None:
        if frame.f_code.co_filename in files:
            return True
        if not frame.f_globals.get("__name__", "").startswith(("concurrent", "asyncio")):
            return False
        frame = frame.f_back
    return False
