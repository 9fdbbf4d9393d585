"""Libraries of queues run untraced; no line that they call of a program may be missed."""

from __future__ import annotations

import ast
import inspect
import sys
from types import FrameType
from typing import Any

import msgspec
import pytest

from tests.lab.jobs import job
from tests.lab.queues import printed, queue_job
from tests.lab.rq_programs import HEAD
from visualizer.lab import Job, Lab, Queue
from visualizer.lab.marks import LINE, NAME, mark
from visualizer.trace.records import Trace

CELERY = """
    from celery import Task, signals

    class Order:
        def __repr__(self):
            text = "an order"
            return text

    class Careful(Task):
        def on_retry(self, error, *rest):
            again = "on_retry"
            print(again)

        def on_success(self, result, *rest):
            happy = "on_success"
            print(happy)

    @signals.before_task_publish.connect
    def about_to(sender=None, **more):
        about = sender
        helper(about)

    def helper(about):
        print("about", about)

    @signals.task_retry.connect
    def behind(**more):
        after = 1

    @celery.task(base=Careful, bind=True, argsrepr=None)
    def work(self, number, sort=lambda x: -x):
        got = sorted([1, 3, 2], key=sort)
        if self.request.retries == 0:
            raise self.retry(countdown=1)
        return got

    @app.get("/")
    def view():
        try:
            work.delay(Order())
        except Exception as error:
            kind = type(error).__name__
        work.delay(1)
        return kind
"""

RQ = """
    def happy(job, connection, result, *rest):
        told = result
        print("happy", told)

    def sad(job, connection, kind, error, trace):
        why = str(error)
        print("sad", why)

    def work(number):
        half = 1 / number
        return half

    @app.get("/")
    def view():
        queue.enqueue(work, 1, on_success=happy, on_failure=sad)
        queue.enqueue(work, 0, on_success=happy, on_failure=sad)
        return "ok"
"""

GENERATOR = """
    def unused():
        yield
"""
"""Makes marks impossible."""


def rq_job(program: str) -> Job:
    return job(program, head=HEAD, queue=Queue(library="rq"))


@pytest.mark.parametrize(
    ("plain", "traced"),
    [(queue_job(CELERY), queue_job(CELERY + GENERATOR)), (rq_job(RQ), rq_job(RQ + GENERATOR))],
    ids=["celery", "rq"],
)
def test_what_a_library_calls_is_recorded_as_if_all_was_traced(
    lab: Lab, plain: Job, traced: Job
) -> None:
    marked, in_full = lab.run(plain), lab.run(traced)
    assert told(marked) == told(in_full)
    lines = {line.line for line in marked.lines}
    source = plain.sources["test_app.py"].splitlines()
    bodies = {
        n for n, text in enumerate(source, 1) if text.startswith("    ") and "def " not in text
    }
    assert len(bodies & lines) > len(bodies) / 2
    assert LINE not in lines


def told(trace: Trace) -> Any:
    """All of a trace but the program's text."""
    return msgspec.to_builtins(msgspec.structs.replace(trace, listing=[]))


def test_what_celery_calls_after_a_task_is_recorded_too(lab: Lab) -> None:
    program = CELERY.replace("task_retry", "task_postrun")
    job = queue_job(program)
    after = 1 + job.sources["test_app.py"].splitlines().index("    after = 1")
    assert [line.lane for line in lab.run(job).lines if line.line == after] == 2 * ["worker-1"]


def test_a_traceback_shows_nothing_of_it(lab: Lab) -> None:
    trace = lab.run(
        queue_job("""
            import traceback

            @celery.task
            def work(number):
                return number

            @app.get("/")
            def view():
                try:
                    work.delay(object())
                except Exception:  # as programs do; its text is what counts
                    print(traceback.format_exc())
                return "ok"
        """)
    )
    text = "\n".join(printed(trace))
    assert "in apply_async" in text and "test_app.py" in text
    assert "untraced" not in text and "entries" not in text


def test_marks_stand_on_line_0_at_the_beginning_of_every_function() -> None:
    source = (
        'def f(x):\n    "doc"\n    return (\n        x + 1)\n\n\ndef g(): return (lambda q: q)(2)\n'
    )
    tree = ast.parse(source)
    assert mark(tree)
    begun: list[str] = []
    names: dict[str, Any] = {NAME: lambda: begun.append(sys._getframe(1).f_code.co_name)}
    exec(compile(tree, "marked.py", "exec"), names)
    assert inspect.getdoc(names["f"]) == "doc"
    seen: list[int] = []

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        if frame.f_code.co_filename != "marked.py":
            return None
        if event == "line":
            seen.append(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert (names["f"](1), names["g"]()) == (2, 2)
    finally:
        sys.settrace(before)
    assert begun == ["f", "g", "<lambda>"]
    assert [line for line in seen if line != LINE] == [4, 3, 7, 7]


@pytest.mark.parametrize("body", ["yield", "await f()", "return [x async for x in f()]"])
def test_nothing_is_marked_where_a_function_can_go_on(body: str) -> None:
    tree = ast.parse(f"async def f():\n    {body}\n\ndef g():\n    pass\n")
    assert not mark(tree)
    assert NAME not in ast.dump(tree)
