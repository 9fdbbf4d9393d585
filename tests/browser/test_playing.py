"""Play, step, drag and point: everything that moves the cursor, in every lesson."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .lessons import INLINE, LESSONS, THREAD
from .stage import Stage

# The table says for which user a row is, where there are several; the caption says it elsewhere.
WITHOUT_USER = """cells => cells.map((cell) => {
  const copy = cell.cloneNode(true);
  copy.querySelector(".steps-user")?.remove();
  return copy.textContent.trim();
})"""

each_lesson = pytest.mark.parametrize("lesson", LESSONS)


@each_lesson
def test_plays_to_the_end_and_stops(stage: Stage, lesson: str):
    stage.open(lesson)
    stage.speed.select_option("8")
    stage.button("Play").click()
    expect(stage.button("Pause")).to_be_visible()
    expect(stage.button("Play")).to_be_visible(timeout=20_000)
    for title, steps in LESSONS[lesson].items():
        stage.expect_step(title, steps)
    now, whole = re.findall(r"[\d.]+ s", stage.transport.inner_text())
    assert now == whole


@each_lesson
def test_steps_through_all_of_it_and_back_by_key(stage: Stage, lesson: str):
    stage.open(lesson)
    title, steps = list(LESSONS[lesson].items())[-1]
    stage.press("Home")
    there = [stage.caption.text_content()]
    stage.expect_step(title, 1)
    for number in range(2, steps + 1):
        stage.press("ArrowRight")
        stage.expect_step(title, number)
        there.append(stage.caption.text_content())
    assert there == stage.table(title).locator(".steps-action").evaluate_all(WITHOUT_USER)
    for number in range(steps - 1, 0, -1):
        stage.press("ArrowLeft")
        stage.expect_step(title, number)
        assert stage.caption.text_content() == there[number - 1]
    stage.press("ArrowLeft")
    stage.expect_step(title, 1)


@each_lesson
def test_a_reload_in_the_middle_comes_back_to_the_same_place(stage: Stage, lesson: str):
    stage.open(lesson)
    stage.press("Home")
    stage.press("Space")
    expect(stage.place).not_to_contain_text("Step 1 of")
    stage.press("Space")
    before = (stage.place.inner_text(), stage.caption.inner_text())
    assert "Step 1 of" not in before[0]
    stage.page.reload()
    stage.ready()
    expect(stage.place).to_have_text(before[0], use_inner_text=True)
    expect(stage.caption).to_have_text(before[1], use_inner_text=True)


def test_a_reload_while_it_plays_loses_nothing(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.press("Space")
    expect(stage.place).not_to_contain_text("Step 1 of")
    reached = stage.step(THREAD)
    assert reached > 1
    stage.page.reload()
    stage.ready()
    assert reached <= stage.step(THREAD) <= reached + 1
    stage.speed.select_option("8")
    stage.button("Play").click()
    stage.expect_step(THREAD, 7)


def test_the_buttons_of_the_transport(stage: Stage):
    stage.open("long_task")
    stage.button("To the end").click()
    stage.expect_step(THREAD, 7)
    stage.button("One step back").click()
    stage.expect_step(THREAD, 6)
    stage.button("One step back").click()
    stage.button("One step on").click()
    stage.expect_step(THREAD, 6)
    stage.button("To the start").click()
    stage.expect_step(THREAD, 1)


def test_space_plays_and_pauses(stage: Stage):
    stage.open("long_task")
    stage.press("Space")
    expect(stage.button("Pause")).to_be_visible()
    stage.press("Space")
    expect(stage.button("Play")).to_be_visible()


def test_home_and_end(stage: Stage):
    stage.open("long_task")
    stage.press("End")
    stage.expect_step(INLINE, 7)
    stage.press("Home")
    stage.expect_step(INLINE, 1)


def test_shift_goes_by_executed_line(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    seen: list[str] = []
    for _ in range(8):
        stage.press("Shift+ArrowRight")
        lines = stage.marked_lines(THREAD)
        if lines and lines != seen[-1:]:
            seen += lines[:1]
    assert 'thread = threading.Thread(target=background_task, name="background")' in seen
    assert "thread.start()" in seen
    assert seen.index("thread.start()") > 0
    line_before = stage.marked_lines(THREAD)
    stage.press("Shift+ArrowLeft")
    assert stage.marked_lines(THREAD) != line_before


def test_brackets_change_the_speed(stage: Stage):
    stage.open("long_task")
    expect(stage.speed).to_have_value("1")
    stage.press("]", 5)
    expect(stage.speed).to_have_value("8")
    stage.press("[", 8)
    expect(stage.speed).to_have_value("0.25")


def test_numbers_choose_the_version_that_leads(stage: Stage):
    stage.open("long_task")
    expect(stage.place).to_contain_text(THREAD)
    stage.press("1")
    expect(stage.place).to_contain_text(INLINE)
    stage.press("2")
    expect(stage.place).to_contain_text(THREAD)


def test_one_key_shows_true_time(stage: Stage):
    stage.open("long_task")
    expect(stage.true_time).to_have_attribute("aria-pressed", "false")
    sleeping = stage.timeline.get_by_role("button", name=re.compile("background, sleeping"))
    folded = width(sleeping)
    stage.press("t")
    expect(stage.true_time).to_have_attribute("aria-pressed", "true")
    stage.page.wait_for_timeout(800)  # the axis takes its time to turn
    # Nearly all of the five seconds are sleep.
    assert width(sleeping) > 1.4 * folded
    stage.press("t")
    expect(stage.true_time).to_have_attribute("aria-pressed", "false")


def width(mark: Locator) -> float:
    box = mark.bounding_box()
    assert box
    return box["width"]


def test_dragging_the_scrubber_goes_there_and_back(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    box = stage.scrubber.bounding_box()
    assert box
    mouse, y = stage.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + 8, y)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.45, y, steps=10)
    stage.expect_step(THREAD, 5)
    mouse.move(box["x"] + box["width"] * 0.2, y, steps=10)
    middle = stage.step(THREAD)
    assert 1 < middle < 5
    mouse.move(box["x"] + box["width"] - 2, y, steps=10)
    mouse.up()
    stage.expect_step(THREAD, 7)


def test_a_click_on_a_row_goes_there(stage: Stage):
    stage.open("long_task")
    stage.row(INLINE, 5).click()
    stage.expect_step(INLINE, 5)
    expect(stage.place).to_contain_text(INLINE)


def test_a_click_on_a_cell_of_the_variables_goes_to_the_step_that_brought_it(stage: Stage):
    stage.open("long_task")
    cell = stage.variables(THREAD).get_by_role("button", name=re.compile("tep 6: completed"))
    cell.click()
    stage.expect_step(THREAD, 6)
    expect(cell).to_have_class(re.compile(r"\bchanged\b"))


def test_a_click_on_a_span_goes_there(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.timeline.get_by_role("button", name=re.compile("^background, sleeping")).click()
    stage.expect_step(THREAD, 5)


def test_the_keyboard_goes_from_span_to_span(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    spans = stage.timeline.locator("[data-span]")
    spans.first.focus()
    stage.press("ArrowDown", 2)
    stage.press("Enter")
    expect(stage.place).to_contain_text(THREAD)


def test_key_moments_lead_to_their_steps(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    moment = stage.moments(THREAD).filter(has_text="still running")
    moment.click()
    stage.expect_step(THREAD, 4)
    expect(moment).to_have_attribute("aria-current", "step")


def test_all_versions_stand_at_the_same_time(stage: Stage):
    stage.open("long_task")
    stage.press("Home")
    stage.press("ArrowRight", 4)  # the thread sleeps, and so does the server of the other version
    stage.expect_step(THREAD, 5)
    stage.expect_step(INLINE, 4)


def test_the_help_opens_and_closes_by_key(stage: Stage):
    stage.open("long_task")
    help_dialog = stage.page.get_by_role("dialog", name="Keys")
    stage.press("?")
    expect(help_dialog).to_be_visible()
    stage.press("Escape")
    expect(help_dialog).to_be_hidden()


def test_keys_that_are_typed_into_a_field_do_not_step(page: Page, stage: Stage):
    stage.open("long_task/recall")
    stage.press("Home")
    answer = stage.quiz.get_by_role("spinbutton")
    answer.click()
    stage.press("2")
    stage.press("ArrowLeft")
    expect(answer).to_have_value("2")
    stage.expect_step(THREAD, 1)
    expect(stage.place).to_contain_text(THREAD)


#: Moves the cursor through the longest time in which nothing happens, a place a frame, and names
#: the components that are rendered meanwhile (Preact's hook for it is called ``__r``).
RENDERED = """async (places) => {
  const { options } = await import("preact");
  const { axis } = await import("/static/js/store.js");
  const { seek } = await import("/static/js/moving.js");
  const knots = axis.value.knots.map(({ s }) => s);
  const gaps = knots.slice(0, -1).map((from, i) => ({ from, to: knots[i + 1] }));
  const { from, to } = gaps.sort((a, b) => b.to - b.from - (a.to - a.from))[0];
  const frame = () => new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  const at = (part) => seek({ s: from + (to - from) * part });
  at(0.4);
  await new Promise((go) => setTimeout(go, 500)); // what begins there is drawn
  const names = [];
  const before = options.__r;
  options.__r = (node) => {
    names.push(node.type.name);
    before?.(node);
  };
  for (let i = 1; i <= places; i += 1) {
    at(0.4 + (0.2 * i) / places);
    await frame();
  }
  options.__r = before;
  return names;
}"""


def test_while_nothing_happens_only_what_moves_is_drawn(stage: Stage):
    """A frame moves the playhead and what travels; no view is rendered until something happens."""
    stage.open("long_task")
    rendered = stage.page.evaluate(RENDERED, 10)
    assert rendered == []


def test_while_it_plays_the_picture_is_kept_apart_from_what_moves(stage: Stage):
    """Else the browser composes the whole page anew whenever something comes or goes."""
    stage.open("long_task")
    kept = ".timeline-still, .slots"
    look = "(all) => all.map((each) => getComputedStyle(each).willChange)"
    assert stage.page.locator(kept).evaluate_all(look) == ["auto", "auto"]
    stage.button("Play").click()
    assert stage.page.locator(kept).evaluate_all(look) == ["opacity", "opacity"]
    # Each of these would be a piece of its own.
    assert stage.page.locator(".timeline-still :is([transform], [style*='transform'])").count() == 0
