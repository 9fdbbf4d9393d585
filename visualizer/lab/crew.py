"""A crew: lanes that take turns on one thread, as the tasks of an event loop do.

The clock knows threads only, so whoever runs the loop tells the crew whose turn it is, and what a
member waits for when it gives its turn back. While the loop itself waits for the next event the
thread's states are nobody's. If the thread waits *during* a turn, all members are held up, and the
record says so on the lane of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from visualizer.trace.events import LaneDied, LaneKind
from visualizer.trace.events import State as StateEvent

if TYPE_CHECKING:
    from visualizer.trace.events import ThreadState

    from .recorder import Lane, Recorder


@dataclass(frozen=True)
class Rest:
    """How a member is when it is not its turn: in words ("waits for an event") and how long.

    ``firm`` is a wait that only another member can end, for a lock or for another's end: if it
    lasts for ever that is a deadlock, while to wait for an event or an item may be idleness.
    """

    state: ThreadState
    reason: str = ""
    seconds: float | None = None
    firm: bool = False


READY = Rest("ready", "waits for its turn")
IDLE = Rest("idle")


class Crew:
    """The lanes of one loop. ``home`` is the lane of its thread, ``what`` it is in words."""

    def __init__(self, recorder: Recorder, thread: Any, home: Lane, what: str) -> None:
        self.home = home
        self.what = what
        self.quiet = False
        self._recorder = recorder
        self._thread = thread
        self._rests: dict[str, tuple[Lane, Rest]] = {}
        #: Whose turn it is.
        self.turn: Lane | None = None
        self._held_up = False
        self._home_is: Rest | None = None
        self._outer: Crew | None = None
        self.moved(thread, home)

    def moved(self, thread: Any, home: Lane) -> None:
        """The loop runs, in this thread and on its lane."""
        self.home, self._thread = home, thread
        self._told_by, home.told_by = home.told_by, thread.ident
        self._outer = self._recorder.crews.get(thread.ident)
        self._recorder.crews[thread.ident] = self

    def disband(self) -> None:
        """The loop has ended, and the thread is its own again."""
        if self._outer is None:
            self._recorder.crews.pop(self._thread.ident, None)
        else:
            self._recorder.crews[self._thread.ident] = self._outer
        self._thread.data = self.home
        self.home.told_by = None if self._told_by == self._thread.ident else self._told_by

    # -- members ----------------------------------------------------------------------------

    def born(self, kind: LaneKind, name: str, work: str | None, parent: Lane | None = None) -> Lane:
        """A new member. ``work`` is the name of its task, if it has one; ``parent`` started it."""
        parent = parent or self.turn or self.home
        lane = self._recorder.open_lane(kind, name, self.home)
        lane.request = parent.request
        if work is not None:
            lane.own = True
            self._recorder.start_task(lane, parent, work)
        self.rest(lane, READY if work is not None else IDLE)
        return lane

    def died(self, lane: Lane, error: str | None) -> None:
        """The member has come to its end, or been broken off by ``error``."""
        if self.turn is lane:
            self._give_back()
        self._rests.pop(lane.id, None)
        if lane.own and lane.task is not None:
            self._recorder.task(lane, "failed" if error else "finished", error)
        self._recorder.add(LaneDied(self._recorder.now, lane.id))

    def begin_turn(self, lane: Lane) -> None:
        """From now on the thread works for ``lane``."""
        self.turn = lane
        self._rests.pop(lane.id, None)
        self._thread.data = lane
        lane.shown_idle = False
        self._tell_home(Rest("running"))
        self._tell(lane, Rest("running"))

    def end_turn(self, rest: Rest | None) -> None:
        """Whoever's turn it was waits now; None: it is done, and its lane goes on with more."""
        lane = self.turn
        if lane is not None:
            self._give_back()
            if rest is not None:
                self.rest(lane, rest)

    def rest(self, lane: Lane, rest: Rest) -> None:
        """``lane`` waits, although it is not its turn."""
        self._rests[lane.id] = lane, rest
        self._tell(lane, rest)

    def _give_back(self) -> None:
        self.turn = None
        self._thread.data = self.home

    # -- the thread ---------------------------------------------------------------------------

    def loop_waits(self) -> None:
        """The loop has nothing to do: what the clock says of its thread concerns no lane."""
        self.quiet = True
        self._tell_home(IDLE)

    def loop_goes_on(self) -> None:
        """It has something to do again."""
        self.quiet = False

    def _tell_home(self, rest: Rest) -> None:
        """The state of the thread, if its lane is not that of a member as well."""
        home = self.home
        if self.turn is not home and home.id not in self._rests and self._home_is != rest:
            self._home_is = rest
            self._tell(home, rest)

    @property
    def works(self) -> bool:
        """Whether any member has work of the program left."""
        return any(lane.works for lane, _ in self._rests.values())

    def thread_state(self, state: str, seconds: float | None) -> bool:
        """The clock says that the thread is in ``state``. True: it concerns no lane."""
        if self.quiet:
            return True
        if state in ("sleeping", "blocked"):
            self._hold_up(f"sleeps {seconds:g} s" if state == "sleeping" else "waits")
            return False
        if state == "running" and self._held_up:
            self._held_up = False
            self._tell_home(Rest("running"))
            for lane, rest in list(self._rests.values()):
                if lane is not self.turn:
                    self._tell(lane, rest)
            return False
        return self.turn is None and not self._held_up

    def _hold_up(self, doing: str) -> None:
        """The thread waits although it is somebody's turn, or while the loop calls back."""
        if self._held_up:
            return
        self._held_up = True
        who = self.turn or self.home
        held_up = f"held up while {who.name} {doing}"
        self._tell_others(who, Rest("blocked", f"waits for {self.what}, {held_up}"))
        self._tell_home(Rest("blocked", held_up))

    def _tell_others(self, turn: Lane, rest: Rest) -> None:
        for lane, own in list(self._rests.values()):
            if lane is not turn and own.state != "idle":
                self._tell(lane, rest)

    def _tell(self, lane: Lane, rest: Rest) -> None:
        self._recorder.add(
            StateEvent(
                self._recorder.now,
                lane.id,
                rest.state,
                rest.reason,
                rest.seconds,
                lane.request,
                lane.task,
            )
        )

    # -- the end ------------------------------------------------------------------------------

    def waiting_for_ever(self, also_idle: bool) -> Iterable[str]:
        """Who waits for what, now that nothing can happen any more, one sentence each.

        Only the firm waits, unless ``also_idle``: then whoever waits for anything.
        """
        if self.quiet:
            for lane, rest in self._rests.values():
                if lane.works and rest.state == "waiting" and (rest.firm or also_idle):
                    yield f"{lane.name} {rest.reason}"
