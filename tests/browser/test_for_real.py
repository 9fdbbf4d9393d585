"""A version run for real: started, seen to grow, judged and taken back, by mouse and by keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.lessons.folder import write
from tests.support.server import Server, running
from tests.web.conftest import LONG_APP, LONG_LESSON, LONG_QUIZ, UNREAL

from .conftest import Watch
from .lessons import INLINE, THREAD
from .stage import Stage

#: Short enough to wait for, long enough to be seen.
SHORT = "?p.task_seconds=2"
PATIENCE = 60_000
TRUE = "The picture on the virtual clock was true."


def control(stage: Stage, title: str) -> Locator:
    return stage.column(title).get_by_role(
        "button", name=re.compile("^(Run it for real|Back to the virtual clock)$")
    )


def told(stage: Stage, title: str) -> Locator:
    """What is said of the real run of a version."""
    return stage.column(title).locator(".real")


def seconds(stage: Stage) -> float:
    """The time at which the cursor stands."""
    return float(stage.page.locator(".transport-now").inner_text().split()[0])


def width(span: Locator) -> float:
    box = span.bounding_box()
    assert box is not None
    return box["width"]


def verdict(stage: Stage, title: str) -> Locator:
    """How it ended. Whether it agrees is this machine's business too; it is told either way."""
    found = told(stage, title).locator(".verdict")
    expect(found).to_be_visible(timeout=PATIENCE)
    return found


def test_a_version_runs_for_real_grows_and_is_judged(stage: Stage) -> None:
    stage.open("long_task", "?p.task_seconds=10")
    control(stage, THREAD).click()
    expect(told(stage, THREAD)).to_contain_text("Starting for real")
    expect(told(stage, THREAD)).to_contain_text("Running for real", timeout=PATIENCE)
    expect(stage.true_time).to_have_attribute("aria-pressed", "true")
    expect(stage.timeline.locator(".band-real.is-live")).to_have_text("for real")
    # It grows, and the reader goes along.
    sleeping = stage.timeline.locator(".timeline-plot .span.state-sleeping").last
    expect(sleeping).to_be_visible(timeout=PATIENCE)
    early, first = seconds(stage), width(sleeping)
    stage.page.wait_for_timeout(1500)
    assert width(sleeping) > first
    assert seconds(stage) > early
    expect(verdict(stage, THREAD)).to_contain_text(re.compile(f"{TRUE}|The real run differed"))
    stage.ready()
    expect(stage.column(THREAD).locator(".slot-summary")).to_contain_text("on the wall clock")
    expect(stage.column(INLINE).locator(".slot-summary")).to_contain_text("on the virtual clock")
    assert "clock2=wall" in stage.page.url


def test_the_recorded_run_is_stepped_through_like_any_other(stage: Stage) -> None:
    stage.open("long_task", SHORT)
    stage.press("r")
    verdict(stage, THREAD)
    stage.press("End")
    stage.expect_step(THREAD, 7)
    stage.row(THREAD, 5).get_by_role("button", name="Go to step 5").click()
    stage.expect_step(THREAD, 5)
    stage.press("ArrowLeft")
    stage.expect_step(THREAD, 4)
    assert stage.marked_lines(THREAD), "the line on which it stands"
    # Back: the picture of the virtual clock, and the axis as it was.
    stage.press("r")
    stage.ready()
    expect(control(stage, THREAD)).to_have_text("Run it for real")
    expect(stage.true_time).to_have_attribute("aria-pressed", "false")
    expect(stage.timeline.locator(".band-real")).to_have_count(0)
    assert "clock" not in stage.page.url


def test_a_reader_may_step_back_while_it_goes_on_and_catch_up(stage: Stage) -> None:
    stage.open("long_task", "?p.task_seconds=4")
    stage.press("r")
    expect(told(stage, THREAD)).to_contain_text("Running for real", timeout=PATIENCE)
    stage.page.wait_for_timeout(800)
    stage.press("ArrowLeft")
    stays = seconds(stage)
    stage.page.wait_for_timeout(600)
    assert seconds(stage) == stays, "who looks back is not carried on"
    stage.press("End")
    expect(stage.button("Pause")).to_be_visible()
    assert seconds(stage) > stays
    verdict(stage, THREAD)


def test_both_clocks_stand_side_by_side(stage: Stage) -> None:
    stage.open("long_task", f"{SHORT}&v=thread")
    control(stage, THREAD).click()
    verdict(stage, THREAD).get_by_role("button", name="See both side by side").click()
    stage.ready()
    real, modelled = f"{THREAD}, wall clock", f"{THREAD}, virtual clock"
    expect(stage.column(real).locator(".slot-summary")).to_contain_text("on the wall clock")
    expect(stage.column(modelled).locator(".slot-summary")).to_contain_text("on the virtual clock")
    expect(told(stage, real).locator(".verdict")).to_be_visible()
    assert stage.table(real).get_by_role("row").count() == 8
    assert stage.table(modelled).get_by_role("row").count() == 8


def test_a_link_opens_it_again_at_its_step(stage: Stage) -> None:
    stage.open("long_task", f"{SHORT}&v=thread&clock=wall&step=1.4")
    verdict(stage, THREAD)
    stage.expect_step(THREAD, 4)
    expect(control(stage, THREAD)).to_have_text("Back to the virtual clock")


def test_it_is_called_off_while_it_goes_on(stage: Stage) -> None:
    stage.open("long_task", "?p.task_seconds=10")
    control(stage, THREAD).click()
    expect(told(stage, THREAD)).to_contain_text("Running for real", timeout=PATIENCE)
    control(stage, THREAD).click()
    stage.ready()
    expect(told(stage, THREAD)).to_be_empty()
    assert stage.table(THREAD).get_by_role("row").count() == 8


def test_another_setting_is_answered_at_once_on_the_virtual_clock(stage: Stage) -> None:
    stage.open("long_task", SHORT)
    stage.press("r")
    verdict(stage, THREAD)
    stage.press("o")
    stage.ready()
    expect(control(stage, THREAD)).to_have_text("Run it for real")


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Whose places nobody else takes, with a lesson ``unreal`` that has no runs for real, and one
    whose runs are long, ``slow``."""
    folder = tmp_path_factory.mktemp("scenarios")
    slow = LONG_APP.replace(
        "    total = 0\n", "    import time\n\n    time.sleep(100)\n    total = 0\n"
    )
    write(folder, "slow", lesson=LONG_LESSON, quiz=LONG_QUIZ, app=slow)
    write(folder, "unreal", lesson=LONG_LESSON + UNREAL, quiz=LONG_QUIZ, app=LONG_APP)
    with running("--scenarios", str(folder)) as server:
        yield server


def test_where_no_place_is_free_it_says_so_and_is_tried_again(
    watch: Watch, page: Page, own_server: Server
) -> None:
    watch.also(own_server.url)
    page.set_default_timeout(PATIENCE)
    other = page.context.new_page()
    other.goto(f"{own_server.url}/s/slow?v=inline,inline&clock=wall")
    running_for_real = other.locator(".real").get_by_text("Running for real")
    expect(running_for_real).to_have_count(2, timeout=PATIENCE)
    page.goto(f"{own_server.url}/s/long_task{SHORT}&v=thread&clock=wall")
    stage = Stage(page)
    refused = stage.column(THREAD).get_by_role("alert")
    expect(refused).to_contain_text("2 programs for real", timeout=PATIENCE)
    other.close()
    page.wait_for_timeout(1500)
    stage.column(THREAD).get_by_role("button", name="Try again").click()
    verdict(stage, THREAD)


def test_what_cannot_run_for_real_says_why(watch: Watch, page: Page, own_server: Server) -> None:
    watch.also(own_server.url)
    page.goto(f"{own_server.url}/s/unreal?clock=wall")
    stage = Stage(page).ready()
    why = "It is meant for the virtual clock."
    expect(page.locator(".notices")).to_contain_text(f"runs on the virtual clock only. {why}")
    button = control(stage, "All in one")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.focus()
    stage.press("Enter")
    expect(told(stage, "All in one")).to_have_text(why)
    expect(button).to_have_text("Run it for real")
