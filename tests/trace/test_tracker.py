"""The variable tracker: after which step a variable has which value."""

from __future__ import annotations

from visualizer.trace import Trace, derive, variable_tracker
from visualizer.trace import events as ev

from .runs import THREAD_APP, Run, about


def told(run: Run, *watch: str) -> Trace:
    return derive(about(THREAD_APP, watch=list(watch)), run.end())


def values(trace: Trace, name: str) -> list[tuple[int, str | None]]:
    (variable,) = [each for each in trace.variables if each.name == name]
    return variable.values


def test_a_change_of_a_captioned_line_belongs_to_its_step() -> None:
    run = Run().ask("r1").line("server-1", 17, "start", caption="x is set").after(0.001)
    run.line("server-1", 18, "start", caption="x is raised", changed=[("start", "x", "1")])
    run.after(0.001).add(ev.Changed, "server-1", "app.py", 18, "start", [("start", "x", "2")])
    trace = told(run.respond("r1"))
    assert [step.action for step in trace.steps[2:4]] == ["x is set", "x is raised"]
    assert values(trace, "x") == [(3, "1"), (4, "2")]


def test_of_several_values_within_a_step_the_last_counts() -> None:
    run = Run().ask("r1")
    for value in ("1", "2", "3"):
        run.line("server-1", 17, "start", changed=[("start", "x", value)])
    assert values(told(run), "x") == [(2, "3")]


def test_a_value_that_comes_back_within_a_step_did_not_change() -> None:
    run = Run().ask("r1").line("server-1", 17, "start", changed=[("start", "x", "1")])
    run.line("server-1", 17, "start", caption="here")
    run.line("server-1", 17, "start", changed=[("start", "x", "2")])
    run.line("server-1", 17, "start", changed=[("start", "x", "1")])
    assert values(told(run), "x") == [(2, "1")]


def test_a_variable_that_ceased_to_exist_is_null() -> None:
    run = Run().ask("r1").line("server-1", 17, "start", changed=[("start", "x", "1")])
    run.line("server-1", 18, "start", caption="here")
    run.line("server-1", 19, "start", changed=[("start", "x", None)])
    trace = told(run)
    assert values(trace, "x") == [(2, "1"), (3, None)]
    assert variable_tracker(trace)[1][-1] == ["x", "", "1", ""]


def test_lanes_have_locals_of_their_own_and_share_globals() -> None:
    run = Run(servers=2, users=2).ask("r1").ask("r2", "user-2", "server-2")
    for lane, value in (("server-1", "1"), ("server-2", "2")):
        changed = [("start", "x", value), ("global", "count", value)]
        run.line(lane, 17, "start", changed=changed)
    trace = told(run, "x", "count")
    assert [(each.scope, each.lane, each.request) for each in trace.variables] == [
        ("start", "server-1", "r1"),
        ("start", "server-2", "r2"),
        ("global", None, None),
    ]
    assert [each.id for each in trace.variables] == ["v1", "v2", "v3"]
    assert variable_tracker(trace)[1] == [
        ["start.x (r1)", "", "1"],
        ["start.x (r2)", "", "2"],
        ["count", "", "2"],
    ]


def test_watch_chooses_and_orders() -> None:
    run = (
        Run()
        .ask("r1")
        .line(
            "server-1",
            17,
            "start",
            changed=[("start", "a", "1"), ("start", "b", "2"), ("start", "response", "3")],
        )
    )
    run.respond("r1")
    assert [each.scope for each in told(run, "b", "response").variables] == ["start", "derived"]
    run.events.pop()
    chosen = told(run, "start.response", "nothing", "response", "a").variables
    assert [(each.scope, each.name) for each in chosen] == [
        ("start", "response"),
        ("derived", "response"),
        ("start", "a"),
    ]


def test_each_request_and_task_is_followed() -> None:
    run = Run(users=2).ask("r1").thread("thread-1", "t1", "r1").respond("r1")
    trace = told(run.ask("r2", "user-2").respond("r2"))
    assert [(each.name, each.request, each.values) for each in trace.variables] == [
        (
            "background_task status",
            "r1",
            [(0, "not started"), (3, "started"), (4, "running")],
        ),
        ("response", "r1", [(0, "none"), (3, "preparing"), (4, "sent")]),
        ("response", "r2", [(0, "none"), (7, "sent")]),
    ]


def test_what_a_frame_changed_at_its_end_stands_with_the_next_line_of_its_lane() -> None:
    run = Run().ask("r1").line("server-1", 12, "background_task", depth=1)
    run.add(
        ev.Changed, "server-1", "app.py", 12, "background_task", [("background_task", "y", "1")]
    )
    run.line("server-1", 19, "start", changed=[("start", "x", "2")])
    assert [line.changed for line in told(run).lines] == [
        [],
        [
            {"scope": "background_task", "name": "y", "value": "1"},
            {"scope": "start", "name": "x", "value": "2"},
        ],
    ]


def test_the_table_names_variables_only_as_long_as_it_takes() -> None:
    run = (
        Run(users=2)
        .ask("r1")
        .line(
            "server-1",
            17,
            "start",
            changed=[("start", "x", "1"), ("help", "x", "2"), ("help", "y", "3")],
        )
    )
    trace = told(run.respond("r1").ask("r2", "user-2"))
    names = [row[0] for row in variable_tracker(trace)[1]]
    assert names == ["response (r1)", "response (r2)", "start.x", "help.x", "y"]
