"""The reference lesson, compared whole with what the curriculum says, as the page shows it."""

from itertools import pairwise

from playwright.sync_api import expect

from .lessons import INLINE, THREAD
from .stage import Stage, cells

IDLE = "idle, ready for the next request"

EXECUTION = [
    ["Step", "Action", "Thread", "Response to user", "Background task status"],
    ["1", "user sends GET /start", "main", "waiting", "not started"],
    ["2", "server receives the request", "main", "waiting", "not started"],
    [
        *("3", "background_task is started in a new thread", "main"),
        *("preparing response", "started"),
    ],
    ["4", "the JSON response is returned", "main", "sent", "running (sleeping 5 s)"],
    ["5", "the task sleeps 5 s", "background", "no change", "sleeping"],
    ["6", "the task completes", "background", "no change", "completed"],
    [
        *("7", "the request cycle is over, nothing is left to do for it", "main"),
        *(IDLE, "idle"),
    ],
]

VARIABLES = [
    ["Name", "Start", "3", "4", "6", "Final"],
    ["background_task status", "not started", "started", "running", "completed", "idle"],
    ["response", "none", "preparing", "sent", "sent", "sent"],
]

# Where the threads stand at each step, and the node of the flow that is lit.
STORY = [
    ([], "A request arrives"),
    ([], "Is the task quick?"),
    (["thread.start()"], "Start it in the background"),
    (['return {"status": "Task started"}'], "Answer at once"),
    (["time.sleep(TASK_SECONDS)"], "The task runs apart"),
    (["time.sleep(TASK_SECONDS)"], "It finishes, and blocked nobody"),
    ([], "It finishes, and blocked nobody"),
]


def test_the_execution_table_is_the_reference(stage: Stage):
    stage.open("long_task")
    assert cells(stage.table(THREAD)) == EXECUTION


def test_the_variables_are_the_reference(stage: Stage):
    stage.open("long_task")
    header, *rows = cells(stage.variables(THREAD))
    assert [[title.removeprefix("After step ") for title in header], *rows] == VARIABLES


def test_every_step_lights_its_row_its_line_its_node_and_its_caption(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    for row, (lines, node) in zip(EXECUTION[1:], STORY, strict=True):
        number, action = int(row[0]), row[1]
        stage.expect_step(THREAD, number)
        expect(stage.caption).to_have_text(action)
        expect(stage.place).to_contain_text(f"Step {number} of 7")
        expect(stage.flow(THREAD)).to_have_accessible_name(f"Concept flow. Now: {node}")
        marked = [
            line.replace("TASK_SECONDS", "TASK_SECONDS") for line in stage.marked_lines(THREAD)
        ]
        assert set(lines) <= set(marked), f"step {number}"
        stage.press("ArrowRight")


def test_the_timeline_says_how_long_the_user_waits(stage: Stage):
    stage.open("long_task")
    assert stage.waits() == ["Ana waits 5.00 s", "Ana waits 3 ms 1,700 times less"]


def test_it_is_legible_while_it_plays(stage: Stage):
    """Every row stays for a second at least, in view in its table, in letters of 12 px or more."""
    stage.open("long_task")
    stage.press("Home")
    stage.present_row(THREAD).scroll_into_view_if_needed()
    table = stage.table(THREAD)
    table.evaluate(
        """table => {
            window.seen = [];
            const look = () => {
                const row = table.querySelector("tr[aria-current]");
                const n = row?.querySelector("button").textContent.trim();
                if (n !== window.seen.at(-1)?.n) {
                    const box = table.parentElement.getBoundingClientRect();
                    const here = row?.getBoundingClientRect();
                    window.seen.push({
                        n, t: performance.now(),
                        size: row && Math.min(...[...row.cells].map(
                            cell => parseFloat(getComputedStyle(cell).fontSize))),
                        inside: row && here.top >= box.top - 1 && here.bottom <= box.bottom + 1,
                    });
                }
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    stage.button("Play").click()
    expect(stage.button("Play")).to_be_visible(timeout=60_000)
    seen = stage.page.evaluate("window.seen")
    assert [entry["n"] for entry in seen] == ["1", "2", "3", "4", "5", "6", "7"]
    stays = [later["t"] - entry["t"] for entry, later in pairwise(seen)]
    assert min(stays) > 1000
    assert all(entry["inside"] for entry in seen)
    assert min(entry["size"] for entry in seen) >= 12


def test_another_length_of_the_task_is_another_run(stage: Stage):
    stage.open("long_task", "?p.task_seconds=2")
    expect(stage.row(THREAD, 5)).to_contain_text("the task sleeps 2 s")
    expect(stage.code(INLINE)).to_contain_text("TASK_SECONDS = 2")
    assert stage.waits()[0] == "Ana waits 2.00 s"
