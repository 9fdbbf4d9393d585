"""The lab: runs a program under a clock and records it.

    with Lab() as lab:
        trace = lab.run(job)

``job`` says what decides a run; ``client`` is this side of it; ``warm``, ``supervisor`` and
``child`` are the three processes of a run; ``runtime`` puts a program, its server (``wsgi``) and
its ``users`` on the virtual clock, where ``tracer`` and ``recorder`` write down what happens.
"""

from __future__ import annotations

from .client import Lab
from .errors import LabError
from .job import Arrival, Fault, Job, Limits, Queue, Server, Service, UserRequest, Users, Value

__all__ = [
    "Arrival",
    "Fault",
    "Job",
    "Lab",
    "LabError",
    "Limits",
    "Queue",
    "Server",
    "Service",
    "UserRequest",
    "Users",
    "Value",
]
