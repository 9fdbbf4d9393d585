"""What goes wrong by plan: processes that are killed, a server that is restarted, a lost message.

The plan is the job's ``faults``. It is carried out by timers of the coordinator; what happens to
services is theirs (``outside.conduct``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from visualizer.clock import nanoseconds

from .errors import LabError
from .job import Fault, Job, Queue, Server, Service
from .process import WEB, Process, processes_of

if TYPE_CHECKING:
    from .coordinator import Coordinator


def check(job: Job, others: Iterable[str] = ()) -> None:
    """Raises LabError where a fault of the job speaks of what is not there.

    ``others`` are processes beside the server's and the queue's workers.
    """
    for fault in job.faults:
        problem = problem_of(fault, job.server, job.queue, job.services, others)
        if problem is not None:
            raise LabError("parameter", problem[1])


def problem_of(
    fault: Fault,
    server: Server,
    queue: Queue | None,
    services: Sequence[Service],
    others: Iterable[str] = (),
) -> tuple[str, str] | None:
    """The key of a fault that speaks of what is not there, and what is wrong; None if none does."""
    if fault.kill is not None and not _is_child(fault.kill):
        names = _names(server, queue, others)
        if fault.kill not in names:
            return "kill", f"no process '{fault.kill}' to kill; there are {', '.join(names)}"
    if fault.restart is not None and fault.restart != WEB:
        text = f"'{fault.restart}' cannot be restarted, only '{WEB}' can; kill it with 'back'"
        return "restart", text
    if fault.drop is not None and (queue is None or queue.library != "celery"):
        return "drop", "no queue of Celery whose message could be dropped"
    names = [service.name for service in services]
    if fault.service is not None and fault.service not in names:
        known = f"; there are {', '.join(names)}" if names else ""
        key = "down" if fault.down is not None else "slow"
        return key, f"no service '{fault.service}'{known}"
    if fault.service is not None and fault.lasts <= 0:
        return "lasts", f"the fault of '{fault.service}' does not last"
    return None


def _names(server: Server, queue: Queue | None, others: Iterable[str]) -> list[str]:
    """What can be killed: each process by its name, and the server as a whole."""
    own = [each for each in processes_of(server, queue, others) if each.name != WEB]
    workers = [each.name for each in own if each.role != "web"]
    return [*workers, WEB, *(each.name for each in own if each.role == "web")]


def _is_child(name: str) -> bool:
    """Whether it is the name of a process that the program starts itself."""
    kind, _, number = name.partition("-")
    return kind == "process" and number.isdigit()


class Faults:
    """Carries out the plan of ``job``."""

    def __init__(self, job: Job, run: Coordinator) -> None:
        self._run = run
        self._plan = job.faults
        #: How many processes that were killed are to be started again.
        self.coming = 0

    def begin(self) -> None:
        """Time 0 is now."""
        for fault in self._plan:
            self._later(fault.at, partial(self._happen, fault))

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        self._run.at(self._run.now + nanoseconds(seconds), call)

    def _happen(self, fault: Fault) -> None:
        if fault.kill is not None:
            self._kill(fault.kill, fault.back)
        elif fault.restart is not None:
            self._restart(fault.grace)
        elif fault.drop is not None:
            self._run.broker.drop(fault.drop)

    def _kill(self, name: str, back: float | None) -> None:
        """Kill a process, or ``web``: all of the server, with its listening socket."""
        run = self._run
        victims = [
            each
            for each in run.processes
            if each.name == name or (name == WEB and each.role == "web")
        ]
        if name == WEB and victims:
            run.listener.shut()
        for victim in victims:
            run.kill(victim)
        if back is not None and victims:
            self.coming += 1
            self._later(back, partial(self._bring_back, victims))

    def _bring_back(self, victims: list[Process]) -> None:
        self.coming -= 1
        for victim in victims:
            self._run.start_again(victim)

    def _restart(self, grace: float) -> None:
        """Let new processes of the server take all new requests, and the old ones finish theirs."""
        run = self._run
        olds = [each for each in run.processes if each.role == "web"]
        for old in olds:
            run.retire(old)
        for old in olds:
            run.start_again(old)
            self._later(grace, partial(run.kill, old))
