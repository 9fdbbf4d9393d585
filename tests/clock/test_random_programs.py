"""Random programs of threads, locks and sleeps: the same twice, and the same as in real time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clock.arena import Arena
from tests.clock.programs import Program, interpret

_operations = st.tuples(
    st.sampled_from(["sleep", "cpu", "add", "put", "limit", "wait", "nested"]),
    st.integers(0, 2),
    st.integers(0, 3),
)
programs = st.lists(st.lists(_operations, max_size=6), min_size=1, max_size=5)
_session_fixture = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def same_twice(arena: Arena, program: Program, seed: int) -> None:
    assert arena.run(interpret, program, seed=seed) == arena.run(interpret, program, seed=seed)


def agree(arena: Arena, program: Program, seed: int) -> None:
    virtual = arena.run(interpret, program, seed=seed).value
    real = interpret(program, 0.2)
    assert {**virtual, "alive": False} == {**real, "alive": False}


@settings(_session_fixture, max_examples=10)
@given(program=programs, seed=st.integers(0, 5))
def test_the_same_program_and_seed_do_the_same_twice(
    arena: Arena, program: Program, seed: int
) -> None:
    same_twice(arena, program, seed)


@settings(_session_fixture, max_examples=10)
@given(program=programs, seed=st.integers(0, 5))
def test_virtual_and_real_threads_agree_where_there_is_one_outcome(
    arena: Arena, program: Program, seed: int
) -> None:
    agree(arena, program, seed)


@pytest.mark.long
@settings(_session_fixture, max_examples=80)
@given(program=programs, seed=st.integers(0, 5))
def test_many_programs_do_the_same_twice(arena: Arena, program: Program, seed: int) -> None:
    same_twice(arena, program, seed)


@pytest.mark.long
@settings(_session_fixture, max_examples=40)
@given(program=programs, seed=st.integers(0, 5))
def test_many_programs_agree_on_both_clocks(arena: Arena, program: Program, seed: int) -> None:
    agree(arena, program, seed)
