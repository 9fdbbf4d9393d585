"""What every clock promises, virtual or wall.

A clock owns time and the threads that live in it. Programs do not see it: they call
``time.sleep`` and ``threading.Thread`` as ever, and on the virtual clock those are replaced
(see ``install``). What talks to a clock directly is the lab: it starts the server's
threads, sends requests after a delay, and is told through an ``Instrument`` what each
thread does.

Prior art: Trio's clock and instruments (https://trio.readthedocs.io, "Testing made easier")
and SimPy's event core (https://simpy.readthedocs.io).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

NS = 1_000_000_000

State: TypeAlias = Literal["running", "ready", "sleeping", "blocked"]
#: Why a run ended. ``done``: somebody called ``stop``; ``quiet``: nothing can ever happen
#: again; ``until``: the time was up.
Reason: TypeAlias = Literal["done", "quiet", "until"]


def nanoseconds(seconds: float) -> int:
    """Whole nanoseconds; clocks count in integers so that a sum of delays is exact."""
    return round(seconds * NS)


@dataclass(frozen=True)
class Waiting:
    """A thread that waits: for what, in words, and, for a lock, who holds it.

    ``forever`` is false where a time-out or a sleep would have ended the wait.
    """

    thread: str
    ident: int
    reason: str
    holder: int | None = None
    forever: bool = True


@dataclass(frozen=True)
class Outcome:
    """How a run ended and who was still waiting then. ``now`` is in nanoseconds."""

    reason: Reason
    now: int
    waiting: list[Waiting] = field(default_factory=list)


class Handle(Protocol):
    """A call that was scheduled."""

    def cancel(self) -> None:
        """Do not make the call, if it has not been made."""


class ThreadInfo(Protocol):
    """A thread as an instrument sees it, with a place for what the instrument keeps with it."""

    data: Any

    @property
    def ident(self) -> int:
        """1, 2, 3, … in the order of creation."""

    @property
    def name(self) -> str:
        """The name its ``threading.Thread`` has now."""


class Instrument:
    """Is told what threads do, at the moment they do it. Override what you need.

    Calls are made while the clock stands still; they must not block.
    """

    def thread_started(self, thread: ThreadInfo, starter: ThreadInfo | None) -> None:
        """``thread`` exists; it will run when its turn comes."""

    def thread_begins(self, thread: ThreadInfo) -> None:
        """``thread`` runs for the first time; called in the thread itself."""

    def thread_ended(self, thread: ThreadInfo) -> None:
        """``thread`` has returned from its function."""

    def thread_state(
        self, thread: ThreadInfo, state: State, reason: str, seconds: float | None
    ) -> None:
        """``thread`` is in ``state`` from now on.

        ``reason`` says what it waits for; ``seconds`` is the length of a sleep or of a wait
        with a time-out, else None.
        """

    def take_back_line(self) -> Callable[[], None]:
        """Time passes that belongs to what came before the line just told: it begins only then.

        The answer is called when it has passed.
        """
        return lambda: None

    def before_advance(self) -> bool:
        """Nobody can run and the clock is about to move. True ends the run here."""
        return False


class Clock(Protocol):
    """Time and the threads in it. All arguments are seconds."""

    def time(self) -> float:
        """Seconds since the run began."""

    def sleep(self, seconds: float) -> None:
        """Let the calling thread wait without using the processor."""

    def cpu(self, seconds: float) -> None:
        """Let the calling thread use the processor (and hold the interpreter lock) so long."""

    def call_later(self, seconds: float, call: Callable[[], None]) -> Handle:
        """Make ``call()`` after a delay. It must be short and must not block."""

    def spawn(self, function: Callable[[], None], name: str) -> None:
        """Run ``function()`` in a new daemon thread of this clock."""

    def run(self, main: Callable[[], None], until: float | None = None) -> Outcome:
        """Run ``main()`` and all that it starts, until an end; then say which end."""

    def stop(self) -> None:
        """End the run: no thread goes on."""
