"""What it costs to record a line.

A function with ten local variables runs lines that change one of them each: untraced, under the
barest `sys.settrace` callback that copies `f_locals`, and recorded as the lab does it, with tracer,
recorder, virtual clock and the encoding of what leaves the process. The cost of a line is its
processor time less that of the untraced line, all on one processor, as the lab keeps a program.
Runs in a process of its own (`python -m benchmarks.lines`), because the clock replaces locks and
threads for good.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from types import CodeType, FrameType
from typing import Any

import msgspec

from visualizer.clock import VirtualClock, install

from .figures import Figure, in_turn, median_ratio, stay_on_one_processor

ROUNDS = 500
"""Of the loop in one measurement: some 5 ms."""
REPETITIONS = 60
SNOOP_ROUNDS = 10
SNOOP_REPETITIONS = 10

HEAD = """\
def work(n):
    a, b, c, d, e, f, g, h = 1, 2.0, "three", None, True, (6,), 7, b"8"
    for k in range(n):
"""
NUMBERS = ["a = k", "g = -k", "a = k + 1", "g = 7", "h = k", "a = -1", "g = k", "h = 8", "a = 0"]
TEXTS = ["c = 'x'", "b = 0.5", "c = 'y'", "d = True", "c = 'z'", "b = 1.5", "d = None", "c = 'w'"]

# The real one: it is replaced when ``main`` installs the clock.
_processor_time = time.thread_time


class Program:
    """The function, whose loop runs these lines. Measurements give seconds a line."""

    def __init__(self, lines: list[str]) -> None:
        self.source = HEAD + "".join(f"        {line}\n" for line in lines)
        self.lines = len(lines) + 1

    def code(self) -> CodeType:
        return compile(self.source, "work.py", "exec")

    def plain(self) -> float:
        return self._time(self._function(self.code()), ROUNDS)

    def bare(self) -> float:
        """Under a callback that copies ``f_locals`` and does nothing else."""

        def copy(frame: FrameType, event: str, arg: Any) -> Any:
            dict(frame.f_locals)
            return copy

        def call(frame: FrameType, event: str, arg: Any) -> Any:
            return copy if frame.f_code.co_name == "work" else None

        function = self._function(self.code())
        sys.settrace(call)
        try:
            return self._time(function, ROUNDS)
        finally:
            sys.settrace(None)

    def recorded(self) -> float:
        """In a thread of a virtual clock, with all that the lab does to record it."""
        from visualizer.lab import frames
        from visualizer.lab.listing import prepare
        from visualizer.lab.recorder import Recorder
        from visualizer.lab.tracer import Tracer

        with open(os.devnull, "wb", buffering=0) as nowhere:
            listing = prepare("work.py", self.source, {})
            clock = VirtualClock()
            recorder = Recorder(
                clock,
                {"work.py"},
                lambda messages: void(nowhere.write(frames.messages_frame(messages))),
                limit_lines=1_000_000,
                limit_threads=10,
            )
            clock.observe(recorder)
            tracer = Tracer(clock, recorder, 1_000_000, [])
            tracer.follow(listing)
            recorder.trace_function = tracer.call
            function = self._function(listing.code)
            took: list[float] = []

            def main() -> None:
                recorder.begin()
                clock.spawn(lambda: took.append(self._time(function, ROUNDS)), "work")

            clock.run(main)
        return took[0]

    def snooped(self) -> float:
        """Under snoop, which writes to the null device."""
        import snoop

        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            spy = snoop.Config(out=nowhere, columns=()).snoop
            function = self._function(self.code())
            return self._time(spy(function), SNOOP_ROUNDS)

    def _function(self, code: CodeType) -> Callable[[int], None]:
        namespace: dict[str, Any] = {}
        exec(code, namespace)
        function: Callable[[int], None] = namespace["work"]
        return function

    def _time(self, function: Callable[[int], None], rounds: int) -> float:
        function(1)  # what is prepared once for a function is not the cost of a line
        began = _processor_time()
        function(rounds)
        return (_processor_time() - began) / (rounds * self.lines)


def void(_: object) -> None:
    """Forget a result."""


def costs(program: Program, repetitions: int) -> tuple[list[float], list[float]]:
    """What the two ways add to a line: bare, recorded. Seconds."""
    plain, bare, recorded = in_turn(
        repetitions, program.plain, program.bare, program.recorded, rest=void_collection
    )
    untraced = median(plain)
    return [each - untraced for each in bare], [each - untraced for each in recorded]


def void_collection() -> None:
    """Collect what is left of a round here, where it is not measured."""
    gc.collect()


def measure() -> list[Figure]:
    """The figures of this process, in which the clock is installed."""
    gc.disable()  # as in the lab
    numbers, texts = Program(NUMBERS), Program(TEXTS)
    bare, recorded = costs(numbers, REPETITIONS)
    bare_texts, recorded_texts = costs(texts, REPETITIONS)
    figures = [
        Figure(
            what="A recorded line that changes a number, one of ten variables, against a bare"
            " callback that copies `f_locals`",
            value=median_ratio(recorded, bare),
            unit="x",
            target=2.0,
            made_of=f"{micro(recorded)} against {micro(bare)} a line",
        ),
        Figure(
            what="The same with a text, a fraction or None",
            value=median_ratio(recorded_texts, bare_texts),
            unit="x",
            made_of=f"{micro(recorded_texts)} against {micro(bare_texts)} a line",
        ),
    ]
    (snooped,) = in_turn(SNOOP_REPETITIONS, numbers.snooped)
    figures.append(
        Figure(
            what="A line under snoop, against a recorded one",
            value=median(snooped) / median(recorded),
            unit="x",
            made_of=f"{micro(snooped)} against {micro(recorded)} a line",
        )
    )
    return figures


def micro(seconds: list[float]) -> str:
    return f"{median(seconds) * 1e6:.3g} µs"


def main() -> None:
    stay_on_one_processor()
    install()
    sys.stdout.buffer.write(msgspec.json.encode(measure()))


if __name__ == "__main__":
    main()
