"""Stacks: libraries that work in the background, one file each.

To add one, write a file with a class that inherits from ``Stack`` and list it in ``STACKS``. A file
of this folder imports its library inside its methods only: most programs do not use it.
"""

from __future__ import annotations

from visualizer.lab.job import Job

from .asyncio_ import Asyncio
from .base import Observed, Run, Stack, WebServer, imports
from .celery_ import CeleryStack
from .eventlet_ import Eventlet
from .futures_ import Futures
from .multiprocessing_ import Multiprocessing
from .redis_ import RedisStack
from .rq_ import RqStack
from .socketio_ import SocketIo
from .sqlalchemy_ import SQLAlchemy
from .sqlite_ import SQLite

STACKS: tuple[Stack, ...] = (
    Asyncio(),
    Eventlet(),
    Futures(),
    Multiprocessing(),
    SocketIo(),
    RedisStack(),
    CeleryStack(),
    RqStack(),
    SQLite(),
    SQLAlchemy(),
)
"""All stacks, in the order in which they are asked."""


def stacks_of(job: Job) -> list[Stack]:
    """The stacks that ``job`` needs."""
    return [stack for stack in STACKS if stack.detect(job)]


def is_several(job: Job) -> bool:
    """Whether a run of ``job`` takes several processes, or one that comes and goes."""
    own = (
        job.queue is not None
        or job.server.processes > 1
        or any(fault.service is None for fault in job.faults)
    )
    return own or any(stack.several for stack in stacks_of(job))


__all__ = ["STACKS", "Observed", "Run", "Stack", "WebServer", "imports", "is_several", "stacks_of"]
