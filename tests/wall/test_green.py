"""Cooperative servers on the wall clock: real eventlet, one thread, the same lanes."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest
from msgspec.structs import replace

from tests.lab.jobs import view
from visualizer.lab import Fault, Lab, UserRequest
from visualizer.lab.job import Job, Server, Users
from visualizer.lab.wall.scale import scaled
from visualizer.lessons import Catalogue
from visualizer.trace import Trace
from visualizer.trace.agreement import compare

PATCHED = "import eventlet\n\neventlet.monkey_patch()\n\n"
PLAIN = "import eventlet\n"
REST = "import sys, threading, time\nfrom flask import Flask, request\n\napp = Flask(__name__)\n"


def green(body: str, before: str = "", head: str = PATCHED, **settings: Any) -> Job:
    """A job for a cooperative server with one view."""
    settings.setdefault("server", Server(kind="cooperative"))
    made = view(body, before, head=head + REST, **settings)
    made.clock = "wall"
    return made


def labels(trace: Trace, lane: str) -> list[tuple[str, str]]:
    (found,) = [each.id for each in trace.lanes if each.name == lane]
    return [(each.state, each.label) for each in trace.spans if each.lane == found]


def asleep_at_the_same_time(trace: Trace) -> int:
    """The most lanes that slept at the same moment."""
    sleeping = [each for each in trace.spans if each.state == "sleeping"]
    changes = [(each.start, 1) for each in sleeping] + [(each.end, -1) for each in sleeping]
    return max(accumulate(change for _, change in sorted(changes)))


def test_one_real_thread_of_eventlet_serves_all_users_at_once(lab: Lab) -> None:
    body = """
    time.sleep(0.3)
    hub = type(eventlet.hubs.get_hub()).__mro__[2].__module__
    return {"hub": hub, "input": "eventlet.input" in request.environ}
    """
    trace = lab.run(green(body, users=Users(count=3)))
    assert asleep_at_the_same_time(trace) == 3
    lanes = [(each.name, each.kind, each.parent) for each in trace.lanes if each.kind != "user"]
    assert lanes == [
        ("main", "server", None),
        *((f"green thread {n}", "server", "server-1") for n in (1, 2, 3)),
    ]
    assert ("sleeping", "sleeps 0.3 s") in labels(trace, "green thread 2")
    assert [each.status for each in trace.requests] == [200, 200, 200]
    body = trace.requests[0].body or ""
    assert '"input":true' in body, "it is eventlet.wsgi"
    assert '"eventlet.hubs.' in body, "a hub that waits for real"
    assert trace.clock == "wall" and trace.truncated is None


def test_a_blocking_call_holds_up_everybody_and_the_picture_says_so(lab: Lab) -> None:
    body = "time.sleep(0.2)\nreturn 'done'"
    trace = lab.run(green(body, head=PLAIN, users=Users(count=3)))
    assert asleep_at_the_same_time(trace) == 1
    assert ("blocked", "held up while green thread 1 sleeps 0.2 s") in labels(trace, "main")


def test_green_threads_are_used_again_and_bounded(lab: Lab) -> None:
    server = Server(kind="cooperative", connections=2)
    trace = lab.run(green("time.sleep(0.2)\nreturn ''", users=Users(count=4), server=server))
    assert asleep_at_the_same_time(trace) == 2
    assert [each.name for each in trace.lanes if each.name.startswith("green thread")] == [
        "green thread 1",
        "green thread 2",
    ]
    states = {state for state, _ in labels(trace, "main")}
    assert states <= {"running"}, "a full server is not held up"


def test_what_a_view_spawns_has_a_lane_and_outlives_the_answer(lab: Lab) -> None:
    before = """
    def later(seconds):
        time.sleep(seconds)
        if seconds == 0.2:
            raise ValueError("no")
    """
    body = """
    eventlet.spawn(later, 0.4)
    eventlet.spawn_n(later, 0.2)
    threading.Thread(target=later, args=(0.1,)).start()
    return "done"
    """
    trace = lab.run(green(body, before))
    assert [(each.name, each.state, each.error) for each in trace.tasks] == [
        ("later", "finished", None),
        ("later", "failed", "ValueError: no"),
        ("later", "finished", None),
    ]
    names = {lane.id: lane.name for lane in trace.lanes}
    assert [names[each.lane or ""] for each in trace.tasks] == ["later 1", "later 2", "later 3"]
    done = trace.requests[0].done or 0.0
    assert all((each.finished or 0.0) > done for each in trace.tasks)


def test_monkey_patch_makes_threads_of_a_server_green(lab: Lab) -> None:
    server = Server(threads=2)
    trace = lab.run(green("time.sleep(0.2)\nreturn ''", users=Users(count=3), server=server))
    assert asleep_at_the_same_time(trace) == 2
    assert {each.name for each in trace.lanes if each.parent} == {
        "green thread 1",
        "green thread 2",
    }


def test_a_view_that_fails_is_a_500_and_the_server_lives_on(lab: Lab) -> None:
    body = "if request.environ['REMOTE_PORT']:\n    sys.exit('no')"
    trace = lab.run(green(body, users=Users(count=2)))
    assert [each.status for each in trace.requests] == [500, 500]


def test_a_restart_lets_the_old_server_answer_and_waits_for_nothing_that_it_spawned(
    lab: Lab,
) -> None:
    before = "def later(seconds):\n    time.sleep(seconds)\n"
    body = "eventlet.spawn(later, 3)\ntime.sleep(1.5)\nreturn 'done'"
    asked = [UserRequest(user=1, path="/", at=0.2), UserRequest(user=2, path="/", at=2.5)]
    faults = [Fault(at=1.0, restart="web", grace=10)]
    made = green(body, before, requests=asked, faults=faults)
    trace = lab.run(made)
    assert [each.status for each in trace.requests] == [200, 200]
    assert [each.lane for each in trace.requests] == ["server-2", "web.2-server-2"]
    assert [each.state for each in trace.tasks] == ["lost", "finished"]
    assert compare(lab.run(replace(made, clock="virtual")), trace, ["times"]).differences == []


def test_a_server_that_was_killed_comes_back_green(lab: Lab) -> None:
    asked = [UserRequest(user=1, path="/", at=0.2), UserRequest(user=2, path="/", at=2.5)]
    faults = [Fault(at=1.0, kill="web", back=0.3)]
    trace = lab.run(green("return ''", requests=asked, faults=faults))
    assert [each.lane for each in trace.requests] == ["server-2", "web.2-server-2"]
    assert [each.status for each in trace.requests] == [200, 200]


@pytest.mark.parametrize("variant", ["green", "blocking"])
def test_a_lesson_does_the_same_on_both_clocks(lab: Lab, lessons: Catalogue, variant: str) -> None:
    """How long all takes is for ``check --wall``, which knows of busy machines."""
    made = scaled(lessons.lesson("async_views").job(variant), 10)
    found = compare(lab.run(made), lab.run(replace(made, clock="wall")), ["times"])
    assert found.differences == []
    assert (found.requests, found.steps) == (3, 18)
