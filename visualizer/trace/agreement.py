"""Do two runs of one program tell the same? One on the virtual clock, one on the wall clock.

Held against each other are: the steps of each request and each task, in their order; statuses,
bodies and how tasks ended; and how long requests and tasks took. Which of two threads ran first,
and on which of several equal ones something ran, is nobody's promise and is not compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal, TypeAlias, TypeVar

from .records import Request, TaskRecord, Trace

#: What reality leaves open in a lesson: ``steps`` which there are, ``order`` in which order those
#: of one request or task come, ``texts`` what they say, ``answers`` bodies and statuses,
#: ``outcomes`` how tasks end, ``times`` how long all takes, ``waits`` how long tasks stand in a
#: queue, ``shares`` how much of a processor each of several tasks has while they compute (only how
#: long all of them take is compared), ``who`` which of equal users or tasks.
Free: TypeAlias = Literal[
    "steps", "order", "texts", "answers", "outcomes", "times", "waits", "shares", "who"
]

SHARE = 0.1
"""By what part of the time on the virtual clock a time may differ,"""

SECONDS = 0.06
"""and by how many seconds besides."""


NEVER = inf

_R = TypeVar("_R", Request, TaskRecord)
#: What records are sorted by where anybody may be the first: what they are, and when (s).
_Key: TypeAlias = tuple[str, float | None]


@dataclass
class Agreement:
    """What was compared, and where the runs differ, one sentence each.

    ``worst`` is the largest difference of a time (s), ``allowed`` what that one could have been.
    """

    requests: int = 0
    tasks: int = 0
    steps: int = 0
    worst: float = 0.0
    allowed: float = SECONDS
    differences: list[str] = field(default_factory=list)


def compare(model: Trace, real: Trace, free: Collection[Free] = ()) -> Agreement:
    """Hold the run on the wall clock (``real``) against the one on the virtual clock."""
    return _Comparison(_Names(model), _Names(real), frozenset(free)).result


#: Something as both runs know it: ``Ana's GET /start``, ``send_email of Ana's POST /signup``.
Name: TypeAlias = str


_ID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def _without_ids(text: str) -> str:
    """A text without the ids that a run makes up, such as that of a Celery task."""
    return _ID.sub("‹id›", text)


class _Names:
    """A trace whose requests and tasks go by names that do not depend on the order of the run."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._lanes = {lane.id: lane for lane in trace.lanes}
        self.requests: dict[Name, Request] = {}
        self.tasks: dict[Name, TaskRecord] = {}
        self._of_request: dict[str, Name] = {}
        self._of_task: dict[str, Name] = {}
        users = [re.escape(lane.name) for lane in trace.lanes if lane.kind == "user"]
        self._users = re.compile(rf"\b({'|'.join(users)})\b") if users else None
        counts: Counter[str] = Counter()

        def numbered(name: str) -> Name:
            counts[name] += 1
            return name if counts[name] == 1 else f"{name} ({counts[name]})"

        for request in trace.requests:
            user = self._lanes[request.user].name
            name = numbered(f"{user}'s {request.method} {_without_ids(request.path)}")
            self._of_request[request.id] = name
            self.requests[name] = request
        for task in trace.tasks:
            request_name = self._of_request.get(task.request or "")
            name = numbered(f"{task.name} of {request_name}" if request_name else task.name)
            self._of_task[task.id] = name
            self.tasks[name] = task

    def strands(self, texts: bool, names: bool) -> dict[Name, list[str]]:
        """The steps of each request and of each task on its own lane, in order, in words.

        Without ``names`` no text says which user it speaks of.
        """
        found: dict[Name, list[str]] = defaultdict(list)
        for step in self.trace.steps:
            request = self._of_request.get(step.request or "")
            task = self._of_task.get(step.task or "")
            record = self.requests.get(request or "")
            handled = record is not None and step.lane in (record.lane, record.user)
            strand = request if handled else task or request
            if strand is None:
                continue
            thread = self._lanes[step.lane].name if step.lane else ""
            where = f" ({step.file}, line {step.line})" if step.file else ""
            text = _without_ids(step.action.replace(thread, "…")) if thread and texts else ""
            if not names and self._users is not None:
                text = self._users.sub("…", text)
            found[strand].append(f"{step.moment}{where}{': ' if text else ''}{text}")
        return found


class _Comparison:
    def __init__(self, model: _Names, real: _Names, free: frozenset[Free]) -> None:
        self.result = Agreement()
        self._free = free
        self._end(model.trace, real.trace)
        self._steps(model, real)
        self._all_there("request", list(model.requests), list(real.requests))
        self._all_there("task", list(model.tasks), list(real.tasks))
        self._requests(model.requests, real.requests)
        self._tasks(model.tasks, real.tasks)

    def _say(self, sentence: str) -> None:
        self.result.differences.append(sentence)

    def _end(self, model: Trace, real: Trace) -> None:
        wanted = model.truncated.limit if model.truncated else None
        found = real.truncated.limit if real.truncated else None
        if wanted != found:
            reason = f" ({real.truncated.reason})" if real.truncated else ""
            self._say(f"the run ended by {found or 'itself'}{reason}, not by {wanted or 'itself'}")

    def _steps(self, model: _Names, real: _Names) -> None:
        if "steps" in self._free:
            return
        texts = "texts" not in self._free
        names = "who" not in self._free
        wanted, found = model.strands(texts, names), real.strands(texts, names)
        self.result.steps = sum(map(len, wanted.values()))
        if "order" in self._free:
            wanted, found = _in_any_order(wanted), _in_any_order(found)
        if "who" in self._free:
            if sorted(wanted.values()) != sorted(found.values()):
                self._say("the steps of the requests and tasks are not the same")
            return
        for name, steps in wanted.items():
            told = found.get(name, [])
            if steps != told:
                self._say(f"{name}: {_first_difference(steps, told)}")

    def _all_there(self, what: str, wanted: Sequence[Name], found: Sequence[Name]) -> None:
        if "who" in self._free or "steps" in self._free:
            if "steps" not in self._free and len(wanted) != len(found):
                self._say(f"there were {len(found)} {what}s, not {len(wanted)}")
            return
        for name in wanted:
            if name not in found:
                self._say(f"the {what} {name} did not come up")
        for name in found:
            if name not in wanted:
                self._say(f"the {what} {name} came up besides")

    def _requests(self, model: dict[Name, Request], real: dict[Name, Request]) -> None:
        anybody = "who" in self._free
        if anybody and "answers" not in self._free:
            given, got = (
                sorted(f"{each.status} {each.body}" for each in records.values())
                for records in (model, real)
            )
            self._same("the answers, whoever has them:", given, got)
        for name, wanted, found in self._pairs(model, real, lambda each: (each.path, each.done)):
            self.result.requests += 1
            if not anybody and "answers" not in self._free:
                self._same(f"{name}: status", wanted.status, found.status)
                self._same(f"{name}: body", wanted.body, found.body)
            self._time(name, "was answered", wanted.sent, wanted.done, found.sent, found.done)

    def _tasks(self, model: dict[Name, TaskRecord], real: dict[Name, TaskRecord]) -> None:
        anybody = "who" in self._free
        if anybody and "outcomes" not in self._free:
            ended, did = (
                sorted(f"{one.name} {one.state} {one.retries} {one.error}" for one in each.values())
                for each in (model, real)
            )
            self._same("how the tasks ended, whosever they are:", ended, did)
        for name, one, two in self._pairs(model, real, lambda each: (each.name, each.started)):
            self.result.tasks += 1
            if not anybody and "outcomes" not in self._free:
                self._same(f"{name}: state", one.state, two.state)
                self._same(f"{name}: retries", one.retries, two.retries)
                self._same(f"{name}: error", one.error, two.error)
            if one.queued is not None and two.queued is not None and "waits" not in self._free:
                self._time(name, "began", one.queued, one.started, two.queued, two.started)
            if "shares" in self._free or one.started is None or two.started is None:
                continue
            self._time(name, "ended", one.started, one.finished, two.started, two.finished)
        if "shares" in self._free and model and real:
            given, got = _span_of(model.values()), _span_of(real.values())
            self._time("the last task", "ended", *given, *got)

    def _pairs(
        self, model: dict[Name, _R], real: dict[Name, _R], key: Callable[[_R], _Key]
    ) -> Iterator[tuple[Name, _R, _R]]:
        """What to compare with what: by name, or by time where anybody may be the first."""
        if "who" not in self._free:
            yield from ((name, one, real[name]) for name, one in model.items() if name in real)
            return

        def in_order(records: dict[Name, _R]) -> list[tuple[Name, _R]]:
            def by(item: tuple[Name, _R]) -> tuple[str, float]:
                what, when = key(item[1])
                return what, NEVER if when is None else when

            return sorted(records.items(), key=by)

        for (name, one), (_, two) in zip(in_order(model), in_order(real), strict=False):
            yield name, one, two

    def _same(self, what: str, wanted: object, found: object) -> None:
        one, two = (_without_ids(str(value)) for value in (wanted, found))
        if one != two:
            self._say(f"{what} {two!r}, not {one!r}")

    def _time(
        self,
        name: Name,
        what: str,
        start: float,
        end: float | None,
        real_start: float,
        real_end: float | None,
    ) -> None:
        if "times" in self._free:
            return
        if end is None or real_end is None:
            if end != real_end:
                self._say(f"{name} {what} on one clock only")
            return
        wanted, found = end - start, real_end - real_start
        allowed, difference = SHARE * wanted + SECONDS, abs(found - wanted)
        result = self.result
        if difference / allowed > result.worst / result.allowed:
            result.worst, result.allowed = difference, allowed
        if difference > allowed:
            self._say(f"{name} {what} after {found:.3f} s, not {wanted:.3f} s")


def _span_of(tasks: Iterable[TaskRecord]) -> tuple[float, float | None]:
    """From when the first of them began to when the last one ended (None: not all did), in s."""
    all_of_them = list(tasks)
    began = min((each.started for each in all_of_them if each.started is not None), default=0.0)
    ended = [each.finished for each in all_of_them]
    return began, None if None in ended else max(each for each in ended if each is not None)


def _in_any_order(strands: dict[Name, list[str]]) -> dict[Name, list[str]]:
    return {name: sorted(steps) for name, steps in strands.items()}


def _first_difference(wanted: Sequence[str], found: Sequence[str]) -> str:
    for place, (one, two) in enumerate(zip(wanted, found, strict=False), 1):
        if one != two:
            return f"its step {place} is '{two}', not '{one}'"
    if len(found) < len(wanted):
        return f"its step '{wanted[len(found)]}' is missing"
    return f"its step '{found[len(wanted)]}' comes besides"
