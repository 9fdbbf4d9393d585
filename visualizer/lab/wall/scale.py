"""The same job with shorter waits, for runs in real time that are to be quick."""

from __future__ import annotations

import re

from msgspec.structs import replace

from visualizer.lab.job import Fault, Job, Service, Value
from visualizer.lab.listing import constants_of

_SECONDS = re.compile(r"(^|_)SECONDS(_|$)")


def scaled(job: Job, by: float) -> Job:
    """``job`` with everything that is given in seconds divided by ``by``, but for the network.

    In the listing these are the constants whose names say ``SECONDS``.
    """
    if by == 1:
        return job
    constants = {**_durations(job.sources[job.file]), **job.constants}
    users = replace(job.users, seconds=job.users.seconds / by)
    requests = [
        replace(each, at=each.at / by, every=None if each.every is None else each.every / by)
        for each in job.requests
    ]
    return replace(
        job,
        constants={name: _shorter(name, value, by) for name, value in constants.items()},
        users=users,
        requests=requests,
        faults=[_sooner(fault, by) for fault in job.faults],
        services=[_quicker(service, by) for service in job.services],
        until=None if job.until is None else job.until / by,
    )


def _sooner(fault: Fault, by: float) -> Fault:
    return replace(
        fault,
        at=fault.at / by,
        back=None if fault.back is None else fault.back / by,
        grace=fault.grace / by,
        latency=fault.latency / by,
        lasts=fault.lasts / by,
    )


def _quicker(service: Service, by: float) -> Service:
    down = service.down
    return replace(
        service,
        latency=service.latency / by,
        down=None if down is None else [moment / by for moment in down],
        rate_seconds=service.rate_seconds / by,
    )


def _durations(source: str) -> dict[str, Value]:
    found = constants_of(source)
    return {name: value for name, (value, _) in found.items() if _SECONDS.search(name)}


def _shorter(name: str, value: Value, by: float) -> Value:
    if not _SECONDS.search(name) or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return round(value / by, 6)
