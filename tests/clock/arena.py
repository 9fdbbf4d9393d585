"""Runs functions of the tests on a virtual clock, each in a process of its own.

The replacements must come before every other import, which a test process cannot promise. So one
process is started below them (``python -m visualizer.clock tests.clock.arena``), and forks for
each function that it is asked to run.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

from visualizer.clock import Instrument, Outcome, State, ThreadInfo, VirtualClock, travel


@dataclass
class Result:
    """What a run did: how it ended, what the function returned, each change of state."""

    outcome: Outcome
    value: Any
    states: list[tuple[int, str, str, str, float | None]] = field(default_factory=list)


class States(Instrument):
    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.seen: list[tuple[int, str, str, str, float | None]] = []

    def thread_state(
        self, thread: ThreadInfo, state: State, reason: str, seconds: float | None
    ) -> None:
        self.seen.append((self.clock.now, thread.name, state, reason, seconds))


class Arena:
    """The client's side. One for a whole test session."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "visualizer.clock", "tests.clock.arena"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        seed: int = 0,
        until: float | None = None,
    ) -> Result:
        """Run ``function(*args)`` as the main thread of a virtual clock."""
        assert self._process.stdin is not None and self._process.stdout is not None
        pickle.dump((function, args, seed, until), self._process.stdin)
        self._process.stdin.flush()
        answer = pickle.load(self._process.stdout)
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, Result)
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def _run(request: tuple[Any, ...]) -> Result | BaseException:
    function, args, seed, until = request
    travel()
    clock = VirtualClock(seed)
    states = States(clock)
    clock.observe(states)
    values: list[Any] = [None]

    def main() -> None:
        values[0] = function(*args)

    try:
        outcome = clock.run(main, until)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return error
    return Result(outcome, values[0], states.seen)


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    while True:
        try:
            request = pickle.load(requests)
        except EOFError:
            return
        pid = os.fork()
        if pid == 0:
            pickle.dump(_run(request), answers)
            answers.flush()
            os._exit(0)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    from tests.clock import arena

    arena._serve(sys.stdin.buffer, sys.stdout.buffer)
