"""What goes wrong by plan on the wall clock: real processes are killed, and come back.

What is killed has told before what it had done by then, but for its last instant. A process that
comes back is started in the moment of the fault; it loads the program meanwhile, and takes part
after ``back`` seconds, or when it is ready. Those that a restart brings are started a little before
it, so that they can take all requests from then on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from visualizer.clock import NS
from visualizer.lab.job import Fault
from visualizer.lab.process import WEB

from .nursery import Peer

AHEAD = 0.5
"""Seconds before a restart at which the new processes are started."""


class Conducted(Protocol):
    """The run, as the plan sees it."""

    @property
    def now(self) -> int:
        """Nanoseconds since time 0."""

    @property
    def living(self) -> list[Peer]:
        """The processes that are there and will go on."""

    async def ask_all(self, peers: Sequence[Peer]) -> None:
        """Let each tell what has happened so far, as far as it answers soon."""

    def kill(self, peer: Peer) -> None:
        """End a process as SIGKILL does."""

    def shut(self) -> None:
        """Close the listening socket of the server."""

    def follow(self, peer: Peer) -> Peer:
        """Start another process in the place of one."""

    async def all_ready(self, peers: Sequence[Peer]) -> None:
        """Until they have loaded the program."""

    def begin(self, peer: Peer) -> None:
        """Let a process that is ready take part from now on."""

    def retire(self, peer: Peer) -> None:
        """Let a process of the server answer what it has accepted, and end."""


class Plan:
    """Carries out ``faults``."""

    def __init__(self, run: Conducted) -> None:
        self._run = run
        #: How many faults there are after which processes are still to come back.
        self.coming = 0

    async def carry_out(self, fault: Fault) -> None:
        """From time 0 on."""
        if fault.kill is not None:
            await self._kill(fault.kill, fault.at, fault.back)
        elif fault.restart is not None:
            await self._restart(fault.at, fault.grace)

    async def _until(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds - self._run.now / NS))

    async def _kill(self, name: str, at: float, back: float | None) -> None:
        """Kill a process, or ``web``: all of the server, with its listening socket."""
        run = self._run
        await self._until(at)
        everybody = name == WEB
        victims = [
            each
            for each in run.living
            if each.own.name == name or (everybody and each.own.role == "web")
        ]
        if not victims:
            return
        self.coming += back is not None
        await run.ask_all(victims)
        if everybody:
            run.shut()
        for victim in victims:
            run.kill(victim)
        if back is not None:
            following = [run.follow(victim) for victim in victims]
            await self._until(at + back)
            await run.all_ready(following)
            for each in following:
                run.begin(each)
            self.coming -= 1

    async def _restart(self, at: float, grace: float) -> None:
        """Let new processes of the server take all new requests, and the old ones finish theirs."""
        run = self._run
        await self._until(at - AHEAD)
        olds = [each for each in run.living if each.own.role == "web"]
        following = [run.follow(old) for old in olds]
        await self._until(at)
        await run.all_ready(following)
        for old in olds:
            if old in run.living:
                run.retire(old)
        for each in following:
            run.begin(each)
        await self._until(at + grace)
        late = [old for old in olds if not old.gone]
        await run.ask_all(late)
        for old in late:
            run.kill(old)
