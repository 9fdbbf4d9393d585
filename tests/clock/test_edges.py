"""Where waiting meets something else, a virtual program sees what a real one does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.clock import programs_of_time as programs
from tests.clock.arena import Arena
from visualizer.clock import NS, VirtualClock
from visualizer.clock.threads import VirtualThread


def test_a_lock_released_at_a_deadline_is_neither_lost_nor_taken_twice(arena: Arena) -> None:
    value = arena.run(programs.release_at_the_deadline).value
    assert value == [("first", True), ("second", True)]


def test_time_outs_end_although_floats_leave_a_rest(arena: Arena) -> None:
    errors, seconds = arena.run(programs.time_outs_in_floats, until=60).value
    assert errors == {"Empty", "Full"}
    assert seconds == 4.0


def test_a_lock_refuses_what_a_real_one_refuses(arena: Arena) -> None:
    refused = ["ValueError", "ValueError", "OverflowError"]
    assert arena.run(programs.odd_arguments).value == [refused, refused]


def test_barriers_break_and_open(arena: Arena) -> None:
    broken = ("BrokenBarrierError", 2.0)
    assert arena.run(programs.barriers).value == [
        ("BrokenBarrierError", True, 1.0),
        broken,
        broken,
        "action",
        True,
    ]


def test_executors_cancel_time_out_and_shut_down(arena: Arena) -> None:
    cancelled, result, shut, mapped, end = arena.run(programs.executors).value
    assert cancelled == [False, False, True, True]
    assert (result, shut, mapped, end) == (1.5, 3.0, 5.0, 6.0)


def test_an_executor_that_nobody_holds_ends(arena: Arena) -> None:
    assert arena.run(programs.dropped_executor).value is False


def test_threads_are_joined_in_time_or_not(arena: Arena) -> None:
    assert arena.run(programs.joins).value == [
        "RuntimeError",
        (None, True, 1.0),
        (False, 3.0, "RuntimeError"),
    ]


def test_who_joins_waits_for_the_thread_that_is_joined(arena: Arena) -> None:
    one, two = arena.run(programs.join_cycle).outcome.waiting
    assert (one.reason, one.holder) == ("another thread to end", two.ident)
    assert (two.reason, two.holder) == ("another thread to end", one.ident)


def test_the_first_thread_is_the_main_thread(arena: Arena) -> None:
    assert arena.run(programs.main_thread).value == [True, True, False, "RuntimeError", True]


def test_the_system_clocks_follow(arena: Arena) -> None:
    assert arena.run(programs.system_clocks).value == [0.0, 60.0, 60.0]


def test_what_a_timer_raises_comes_out_of_run() -> None:
    clock = VirtualClock()

    def fail() -> None:
        raise ValueError("broken in a timer")

    clock.call_later(1, fail)
    with pytest.raises(ValueError, match="broken in a timer"):
        clock.run(lambda: clock.sleep(2))


def test_an_exception_that_ends_a_bare_thread_is_told_by_the_standard_hook(arena: Arena) -> None:
    first, *_, last = arena.run(programs.bare_thread_that_fails).value
    assert first.startswith("Exception ignored in thread started by")
    assert last == "ValueError: nobody catches me"


def waits(owed: tuple[int, bool], meanwhile: Callable[[VirtualClock, VirtualThread], None]) -> Any:
    """A thread that owes time waits up to 10 s, and after 1 s something happens to it.

    Whether it was unparked, or what it raised, and when it goes on.
    """
    clock, seen = VirtualClock(), []

    def main() -> None:
        me = clock.current
        assert me is not None
        clock.call_later(1, lambda: meanwhile(clock, me))
        clock.interrupt(me, lambda: owed)
        try:
            seen.append(clock.park("blocked", clock.deadline(10), None))
        except KeyError as error:
            seen.append(str(error))
        seen.append(clock.now)

    clock.run(main)
    return seen


@pytest.mark.parametrize("computed", [True, False])
def test_what_comes_while_a_thread_settles_is_not_waited_for_again(computed: bool) -> None:
    seen = waits((2 * NS, computed), lambda clock, me: clock.unpark(me))
    assert seen == [True, 2 * NS]


@pytest.mark.parametrize("computed", [True, False])
def test_what_is_thrown_while_a_thread_settles_is_raised(computed: bool) -> None:
    seen = waits((2 * NS, computed), lambda clock, me: clock.throw(me, KeyError("thrown")))
    assert seen == ["'thrown'", NS]


def test_who_owes_nothing_waits_as_ever() -> None:
    assert waits((0, False), lambda clock, me: clock.unpark(me)) == [True, NS]
