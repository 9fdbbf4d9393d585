"""What programs see on the virtual clock: order, times, ends."""

from __future__ import annotations

import time

import pytest

from tests.clock import programs
from tests.clock.arena import Arena
from visualizer.clock import EPOCH


def test_sleeps_end_in_order_and_cost_no_real_time(arena: Arena) -> None:
    begun = time.monotonic()
    result = arena.run(programs.sleepers)
    assert result.value == [(100.0, 100), (200.0, 200), (300.0, 300)]
    assert result.outcome.now == 300 * 10**9
    assert time.monotonic() - begun < 100  # the shortest sleep alone would have taken that


def test_the_calendar_moves_with_the_clock(arena: Arena) -> None:
    before, seconds, stamps = arena.run(programs.dates).value
    assert (before, seconds, stamps) == ("2026-01-05T09:00:00+00:00", 86_400, 86_400)
    assert EPOCH == 1_767_603_600


def test_the_starter_goes_on_before_the_new_thread(arena: Arena) -> None:
    assert arena.run(programs.start_order).value == ["starter", "new"]


def test_threads_that_compute_take_turns_of_five_milliseconds(arena: Arena) -> None:
    # a: 0–5, b: 5–10, a: 10–15, b: 15–20, a: 20–22, b: 22–24, each mark when 4 ms are done
    assert arena.run(programs.slices).value == [
        ("a", 0.004),
        ("b", 0.009),
        ("a", 0.013),
        ("b", 0.018),
        ("a", 0.022),
        ("b", 0.024),
    ]


def test_a_thread_that_sleeps_does_not_hold_the_interpreter_lock(arena: Arena) -> None:
    assert arena.run(programs.sleeping_frees_the_processor).value == 1.0


def test_a_full_queue_holds_its_producer_back(arena: Arena) -> None:
    assert arena.run(programs.bounded_queue).value == [
        (0.0, "put 0"),
        (0.0, "put 1"),
        (1.0, "put 2"),
        (2.0, "put 3"),
    ]


def test_every_primitive_of_threading(arena: Arena) -> None:
    assert arena.run(programs.primitives).value == {
        "lock times out": (False, 0.6),
        "event times out": (False, 0.7),
        "event": (True, 1.0),
        "lock": 1.0,
        "semaphore": (True, 2.0),
        "condition": (True, 3.0),
        "barrier": 4.0,
        "timer": 5.0,
    }


def test_an_executor_of_two_threads(arena: Arena) -> None:
    order, seconds = arena.run(programs.executor).value
    assert (order, seconds) == ([1, 1, 3], 3.0)


def test_threads_are_numbered_in_the_order_of_creation(arena: Arena) -> None:
    assert arena.run(programs.names_and_numbers).value == [1, ("Thread-1 (<lambda>)", 2), False]


@pytest.mark.parametrize("lines", [1, 2])
def test_a_seed_chooses_where_threads_switch(arena: Arena, lines: int) -> None:
    totals = [arena.run(programs.lost_update, lines, seed=seed).value for seed in range(1, 13)]
    assert min(totals) < 6, "no schedule lost an update"
    again = [arena.run(programs.lost_update, lines, seed=seed).value for seed in range(1, 13)]
    assert totals == again


def test_who_waits_for_whom_is_known_at_a_deadlock(arena: Arena) -> None:
    outcome = arena.run(programs.deadlock).outcome
    assert (outcome.reason, outcome.now) == ("quiet", 10**9)
    one, two = outcome.waiting
    assert (one.thread, one.reason, one.holder) == ("one", "a lock", two.ident)
    assert (two.thread, two.reason, two.holder) == ("two", "a lock", one.ident)


def test_an_idle_consumer_waits_for_an_item_and_for_nobody(arena: Arena) -> None:
    (waiting,) = arena.run(programs.idle_consumer).outcome.waiting
    assert (waiting.reason, waiting.forever) == ("an item in a queue", True)
    assert waiting.holder in (None, waiting.ident)


def test_a_run_ends_when_its_time_is_up(arena: Arena) -> None:
    outcome = arena.run(programs.endless, until=7.5).outcome
    assert (outcome.reason, outcome.now) == ("until", 7_500_000_000)


def test_stop_ends_the_run_where_it_stands(arena: Arena) -> None:
    result = arena.run(programs.stops_itself)
    assert (result.outcome.reason, result.value) == ("done", None)


def test_what_main_raises_comes_out_of_run(arena: Arena) -> None:
    with pytest.raises(ValueError, match="broken"):
        arena.run(programs.breaks)


def test_an_exception_in_a_thread_goes_to_its_hook(arena: Arena) -> None:
    assert arena.run(programs.thread_raises).value == ["broken in a thread"]


def test_states_are_told_with_reason_and_length(arena: Arena) -> None:
    states = arena.run(programs.bounded_queue).states
    assert any(s[2:] == ("sleeping", "", 1.0) for s in states)
    assert any(s[2:] == ("blocked", "a free place in a queue", None) for s in states)
    assert any(s[2:] == ("blocked", "another thread to end", None) for s in states)
