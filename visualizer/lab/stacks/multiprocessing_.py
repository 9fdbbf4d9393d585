"""multiprocessing: children of the program as processes of the run, and pools of them.

``ProcessPoolExecutor``, ``Process``, ``Pool``, queues, pipes and locks are those of the standard
library. Below them are our pipes, semaphores and process starts (``multiprocessing_parts``), which
wait on the virtual clock. Children are started as by the method ``spawn``: they load the program
for themselves, and get pickled what they are to do.

What is given to a ``ProcessPoolExecutor`` is a task, and so is what a ``Process`` of the program
does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from visualizer.clock import ThreadInfo, replace
from visualizer.lab import link
from visualizer.lab.recorder import HIDDEN, Lane
from visualizer.lab.values import one_line, scrub
from visualizer.trace.events import LaneBorn, Task

from .base import Observed, Run, Stack, imports
from .futures_ import given_by_listing, name_of

if TYPE_CHECKING:
    from visualizer.lab.job import Job
    from visualizer.lab.recorder import Recorder

_THREADS = {
    "concurrent.futures.process",
    "multiprocessing.queues",
    "multiprocessing.pool",
}
"""Modules whose threads are the library's own affair."""

_recorder: Recorder


class Multiprocessing(Stack):
    """See the module's docstring."""

    name: ClassVar[str] = "multiprocessing"
    several: ClassVar[bool] = True
    warm: ClassVar[tuple[str, ...]] = (
        "concurrent.futures.process",
        "multiprocessing.pool",
        "multiprocessing.queues",
        "multiprocessing.spawn",
        "multiprocessing.synchronize",
        "visualizer.lab.stacks.multiprocessing_parts",
        "visualizer.lab.wall.multiprocessing_",
    )

    def detect(self, job: Job) -> bool:
        pool = any("ProcessPoolExecutor" in text for text in job.sources.values())
        return pool or imports(job, "multiprocessing")

    def prepare(self, run: Run) -> None:
        from . import multiprocessing_parts

        multiprocessing_parts.install(run.recorder)

    def record(self, run: Run) -> None:
        self._note(run)

    def observe(self, run: Observed) -> None:
        from visualizer.lab.wall import multiprocessing_

        multiprocessing_.install(run)
        self._note(run)

    @staticmethod
    def _note(run: Observed) -> None:
        global _recorder
        import concurrent.futures.process as pools

        plain, _recorder = vars(pools)["_WorkItem"], run.recorder
        replace(pools, _WorkItem=lambda *args: _item(plain(*args)))

    def lane(self, thread: ThreadInfo, starter: ThreadInfo) -> Lane | None:
        target = getattr(getattr(thread, "thread", None), "_target", None)
        kind = type(getattr(thread, "thread", None))
        where = {getattr(target, "__module__", None), kind.__module__}
        return HIDDEN if where & _THREADS else None

    def start(self, run: Run) -> None:
        """In a child's process: do what it was started for, and end."""
        from . import multiprocessing_parts

        if link.process().role != "child":
            return
        line = link.current()
        work, parent = line.call("children", "work")
        code = _live(run, multiprocessing_parts.unpack(work), parent)
        line.call("children", "leave", code)
        run.recorder.left = True
        run.clock.stop()

    def work(self, run: Observed, ready: Callable[[list[str]], None]) -> int | None:
        from visualizer.lab.wall import multiprocessing_

        if run.work is None:
            return None
        ready([])
        own, parent = multiprocessing_.unpack(run.work)
        return _live(run, own, run.work.lane, parent)


def _live(run: Observed, own: Any, starter: str | None, *sentinel: int) -> int:
    """Be the process object ``own``, to its end, and answer its status. ``starter`` is the lane
    from which it was started; the ``sentinel`` tells when that one's process has ended."""
    lane = _be_lane(run, own.name, starter)
    target = _target_of(own, run.recorder.files)
    if target is not None:
        _begin(run.recorder, lane, target, starter)
    code = int(own._bootstrap(*sentinel))
    if target is not None:
        error = None if code == 0 else lane.error or f"it ended with status {code}"
        run.recorder.task(lane, "failed" if error else "finished", error)
        lane.own, lane.task = False, None
    return code


def _be_lane(run: Observed, name: str, parent: str | None) -> Lane:
    """The thread that loaded the program is the process's, and has a lane from now on."""
    recorder, current = run.recorder, run.recorder.clock.current
    assert current is not None
    lane = Lane(link.name(), "process", scrub(name))
    current.data, recorder.home = lane, lane.id
    recorder.add(LaneBorn(recorder.now, lane.id, lane.kind, lane.name, parent))
    recorder.keep_tracing()
    return lane


def _target_of(process: Any, files: set[str]) -> str | None:
    """The name of the program's function that a process was made for; None for a library's."""
    function = vars(process).get("_target") or type(process).run
    while isinstance(function, functools.partial):
        function = function.func
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return str(function.__name__) if code is not None and code.co_filename in files else None


def _begin(recorder: Recorder, lane: Lane, name: str, parent: str | None) -> None:
    lane.own, lane.task, lane.task_name = True, recorder.number("t"), name
    recorder.add(Task(recorder.now, lane.task, name, "started", parent or lane.id, None, lane.id))


_OF_POOL = " of a pool of "


def pool_of(task: str) -> str | None:
    """The process to whose pool a task of that id was given; None if it was given to none."""
    return task.partition(_OF_POOL)[2] or None


class Noted:
    """A function on its way into a process of a pool, which tells there when it runs."""

    def __init__(self, function: Callable[..., Any], task: str, name: str, request: str | None):
        self.function = function
        self.task = task
        self.name = name
        self.request = request

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        recorder = _recorder
        lane = recorder.own_lane()
        lane.task, lane.task_name, lane.request = self.task, self.name, self.request
        recorder.task(lane, "started")
        try:
            result = self.function(*args, **kwargs)
        except BaseException as error:
            recorder.task(lane, "failed", one_line(error))
            vars(error)[_TOLD] = True
            raise
        else:
            recorder.task(lane, "finished")
            return result
        finally:
            lane.task = lane.task_name = lane.request = None


_TOLD = "_meanwhile_told"
"""An attribute of exceptions that the child has told of, so that its parent does not again."""


def _item(item: Any) -> Any:
    """A piece of work that was just put into a pool, with a note of when it runs and ends."""
    recorder = _recorder
    lane = recorder.lane()
    if lane is None or not given_by_listing(recorder.files):
        return item
    # Long, as the ids of tasks are that more than one process knows.
    task = f"task {recorder.number('p')}{_OF_POOL}{link.name()}"
    name, request = name_of(item), lane.request
    recorder.add(Task(recorder.now, task, name, "queued", lane.id, request))
    item.fn = Noted(item.fn, task, name, request)

    def ended(future: Any) -> None:
        error = "cancelled" if future.cancelled() else future._exception
        if error is not None and not getattr(error, _TOLD, False):
            text = error if isinstance(error, str) else one_line(error)
            recorder.add(Task(recorder.now, task, name, "failed", lane.id, request, None, text))

    item.future.add_done_callback(ended)
    return item
