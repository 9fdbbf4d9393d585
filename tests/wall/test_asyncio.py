"""asyncio on the wall clock: real loops, a lane for each task."""

from __future__ import annotations

from msgspec.structs import replace

from tests.lab.jobs import job
from visualizer.lab import Lab
from visualizer.lab.wall.scale import scaled
from visualizer.lessons import Catalogue
from visualizer.trace.agreement import compare

PROGRAM = """
import asyncio

async def fetch(name):
    await asyncio.sleep(0.1)
    return name

@app.get("/")
async def both():
    return {"names": await asyncio.gather(fetch("a"), fetch("b"))}
"""


def test_tasks_of_an_async_view_wait_at_the_same_time(lab: Lab) -> None:
    made = job(PROGRAM)
    made.clock = "wall"
    trace = lab.run(made)
    assert trace.requests[0].body == '{"names":["a","b"]}\n'
    one, two = trace.tasks
    assert (one.name, one.state, two.state) == ("fetch", "finished", "finished")
    assert one.finished is not None and two.started is not None
    assert two.started < one.finished, "both are under way at the same time"
    names = {lane.id: lane.name for lane in trace.lanes}
    assert [names[task.lane or ""] for task in trace.tasks] == ["fetch 1", "fetch 2"]


def test_async_views_does_the_same_on_both_clocks(lab: Lab, lessons: Catalogue) -> None:
    made = scaled(lessons.lesson("async_views").job("async"), 10)
    found = compare(lab.run(made), lab.run(replace(made, clock="wall")), ["times"])
    assert found.differences == []
