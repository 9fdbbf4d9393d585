"""The server goes and comes back; and every way of running it shows the same lesson."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support import server as servers

from .conftest import Watch
from .lessons import INLINE, LESSONS, THREAD
from .stage import Stage, cells


def test_what_is_loaded_plays_on_while_the_server_is_away(page: Page, stage: Stage, watch: Watch):
    first = servers.start()
    watch.also(first.url)
    watch.expect("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket")
    page.goto(f"{first.url}/s/long_task")
    stage.ready()
    first.stop()
    gone = page.get_by_text("The server cannot be reached.")
    expect(gone).to_be_visible()
    stage.press("Home")
    stage.press("ArrowRight", 3)
    stage.expect_step(THREAD, 4)

    second = servers.start(port=int(first.url.rpartition(":")[2]))
    expect(gone).to_be_hidden(timeout=20_000)
    stage.expect_step(THREAD, 4)
    second.stop()


def test_a_page_that_is_opened_while_the_socket_fails_shows_the_run_when_it_works(
    page: Page, stage: Stage, watch: Watch
):
    watch.expect("ERR_FAILED|WebSocket")
    page.route(re.compile("/socket.io/"), lambda route: route.abort())
    page.goto("/s/long_task")
    expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
    page.unroute_all()
    stage.ready()
    stage.press("End")
    stage.expect_step(THREAD, 7)


@pytest.mark.parametrize("mode", ["gevent", "threading"])
def test_every_way_of_running_the_server_shows_the_same(
    page: Page, stage: Stage, watch: Watch, mode: str
):
    stage.open("long_task")
    usual = [cells(stage.table(title)) for title in LESSONS["long_task"]]
    with servers.running("--async-mode", mode) as server:
        watch.also(server.url)
        page.goto(f"{server.url}/s/long_task/recall")
        stage.ready()
        assert [cells(stage.table(title)) for title in (INLINE, THREAD)] == usual
        stage.quiz.get_by_role("spinbutton").fill("4")
        stage.quiz.get_by_role("button", name="Answer").click()
        expect(stage.quiz).to_contain_text("Right.")
        page.goto("about:blank")
