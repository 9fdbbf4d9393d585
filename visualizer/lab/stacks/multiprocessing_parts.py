"""What multiprocessing stands on, in the lab: pipes, semaphores and the start of processes.

Each is a service of the coordinator (``pipes``), so what waits there waits on the virtual clock.
"""

from __future__ import annotations

import io
import multiprocessing.connection
import multiprocessing.context
import multiprocessing.pool
import multiprocessing.process
import multiprocessing.reduction
import multiprocessing.spawn
import multiprocessing.synchronize
import multiprocessing.util
import os
import pickle
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from visualizer.clock import active_clock, replace
from visualizer.lab import link, sandbox

if TYPE_CHECKING:
    from visualizer.lab.recorder import Recorder

_ALL = ("ForkProcess", "SpawnProcess", "ForkServerProcess")
_FORK = (
    "a forked child would share the memory that its parent has now, which the lab cannot give it:"
    " use multiprocessing.get_context('spawn'), or no context"
)
_SHARED = (
    "memory that processes share (Value, Array) is not there in the lab: use a Queue or a Pipe"
)

_recorder: Recorder


def install(recorder: Recorder) -> None:
    """Let multiprocessing of this process stand on the coordinator."""
    global _recorder
    _recorder = recorder
    replace(multiprocessing.connection, Pipe=pipe, wait=wait)
    replace(multiprocessing.pool, wait=wait)  # it was bound at import
    replace(sys.modules["_multiprocessing"], SemLock=SemLock)
    for name in _ALL:
        vars_of = getattr(multiprocessing.context, name, None)
        if vars_of is not None:
            vars_of._Popen = staticmethod(no_fork if name == "ForkProcess" else Popen)
    multiprocessing.set_start_method("spawn", force=True)
    _see_process_id(multiprocessing.util.Finalize.__call__)
    replace(threading, _shutdown=sandbox.leave)
    if link.process().role == "child":
        # As in CPython: while its program is loaded, a child may not start others.
        vars(multiprocessing.process.current_process())["_inheriting"] = True


def _see_process_id(function: Any) -> None:
    """Let a function that keeps ``os.getpid`` as a default see what the program sees."""
    function.__defaults__ = tuple(
        os.getpid if getattr(default, "__name__", "") == "getpid" else default
        for default in function.__defaults__
    )


def unpack(work: bytes) -> Any:
    """The process object that a child was started for."""
    own = pickle.loads(work)
    del vars(multiprocessing.process.current_process())["_inheriting"]
    return own


# -- pipes ----------------------------------------------------------------------------------------


class Connection(multiprocessing.connection._ConnectionBase):
    """An end of a pipe: the numbers of the one it reads from and the one it writes to, or None."""

    def __init__(self, reads: int | None, writes: int | None) -> None:
        super().__init__(reads or writes or 0, reads is not None, writes is not None)
        self.reads = reads
        self._writes = writes

    def __del__(self) -> None:
        """An end that nobody closes is open until its process ends."""

    def __reduce__(self) -> Any:
        return _rebuild, (self.reads, self._writes)

    def _send_bytes(self, data: Any) -> None:
        link.current().call("pipes", "send", self._writes, bytes(data))

    def _recv_bytes(self, maxsize: int | None = None) -> io.BytesIO | None:
        wait([self])
        data = link.current().call("pipes", "receive", self.reads)
        if data is None:
            raise EOFError
        if maxsize is not None and len(data) > maxsize:
            return None
        buffer = io.BytesIO()
        buffer.write(data)
        return buffer

    def _poll(self, timeout: float | None) -> bool:
        return bool(wait([self], timeout))

    def _close(self) -> None:
        if self._writes is not None:
            link.current().call("pipes", "close", self._writes)


def _rebuild(reads: int | None, writes: int | None) -> Connection:
    if writes is not None:
        link.current().call("pipes", "share", writes)
    return Connection(reads, writes)


def pipe(duplex: bool = True) -> tuple[Connection, Connection]:
    """As ``multiprocessing.Pipe``."""
    call = link.current().call
    one = call("pipes", "open")
    if not duplex:
        return Connection(one, None), Connection(None, one)
    other = call("pipes", "open")
    return Connection(one, other), Connection(other, one)


def wait(things: Sequence[Any], timeout: float | None = None) -> list[Any]:
    """As ``multiprocessing.connection.wait``: for pipes to be read, and children (ints) to end."""
    line, clock = link.current(), active_clock()
    assert clock is not None
    deadline = None if timeout is None else clock.now + int(max(timeout, 0) * 1e9)
    pipes = {each.reads: each for each in things if isinstance(each, Connection)}
    children = [each for each in things if isinstance(each, int)]
    while True:
        found = {number: pipes[number] for number in line.call("pipes", "ready", list(pipes))}
        ended = [each for each in children if line.call("children", "status", each) is not None]
        ready = [each for each in things if each in ended or each in found.values()]
        left = None if deadline is None else (deadline - clock.now) / 1e9
        if ready or (left is not None and left <= 0):
            clock.yield_()  # others may wait for the same, and be the ones to read it
            return ready
        keys = [*(f"pipe {number}" for number in pipes), *(f"child {each}" for each in children)]
        line.wait(keys, left, "another process to end" if not pipes else "another process")


# -- semaphores -----------------------------------------------------------------------------------


class SemLock:
    """As ``_multiprocessing.SemLock``, which multiprocessing makes all its locks of."""

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(
        self, kind: int, value: int, maxvalue: int, name: str, unlink: bool, handle: int = -1
    ) -> None:
        self.kind = kind
        self.maxvalue = maxvalue
        #: It needs no name: nothing of it is left on the machine.
        self.name = None
        self.handle = handle
        if handle < 0:
            self.handle = link.current().call("semaphores", "make", value, maxvalue)
        self._held = 0
        self._holder: int | None = None

    @classmethod
    def _rebuild(cls, handle: int, kind: int, maxvalue: int, name: None) -> SemLock:
        return cls(kind, 0, maxvalue, "", False, handle)

    @property
    def _recursive(self) -> bool:
        return self.kind == 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        if self._recursive and self._is_mine():
            self._held += 1
            return True
        line, clock = link.current(), active_clock()
        assert clock is not None
        deadline = None if timeout is None else clock.now + int(max(timeout, 0) * 1e9)
        while not line.call("semaphores", "take", self.handle, block):
            left = None if deadline is None else (deadline - clock.now) / 1e9
            if not block or (left is not None and left <= 0):
                return False
            line.wait(f"semaphore {self.handle}", left, "a lock between processes")
        self._held += 1
        self._holder = threading.get_ident()
        return True

    def release(self) -> None:
        if self._recursive:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._held > 1:
                self._held -= 1
                return
        if not link.current().call("semaphores", "give", self.handle):
            raise ValueError("semaphore or lock released too many times")
        self._held -= 1

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _is_mine(self) -> bool:
        return self._held > 0 and self._holder == threading.get_ident()

    def _count(self) -> int:
        return self._held

    def _get_value(self) -> int:
        return int(link.current().call("semaphores", "value", self.handle))

    def _is_zero(self) -> bool:
        return self._get_value() == 0

    def _after_fork(self) -> None:
        self._held = 0


# -- processes ------------------------------------------------------------------------------------


class Popen:
    """A child that was started: as multiprocessing's own classes of this name."""

    method = "spawn"

    def __init__(self, process: Any) -> None:
        spawn: Any = multiprocessing.spawn
        spawn._check_not_importing_main()
        buffer = io.BytesIO()
        context: Any = multiprocessing.context
        context.set_spawning_popen(self)
        try:
            multiprocessing.reduction.dump(process, buffer)
        finally:
            context.set_spawning_popen(None)
        lane = _recorder.lane()
        work, parent = buffer.getvalue(), lane.id if lane is not None else None
        self.sentinel: int = link.current().call("children", "start", work, parent)
        self.pid = sandbox.PROCESS_ID + self.sentinel
        self.returncode: int | None = None

    DupFd = int

    def duplicate_for_child(self, fd: int) -> int:
        raise sandbox.Refused(_SHARED)

    def poll(self, flag: int = 0) -> int | None:
        if self.returncode is None:
            self.returncode = link.current().call("children", "status", self.sentinel)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        if self.poll() is None:
            wait([self.sentinel], timeout)
        return self.poll()

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            link.current().call("children", "signal", self.sentinel, int(number))

    def close(self) -> None:
        """There is nothing to close."""


def no_fork(process: Any) -> Popen:
    raise sandbox.Refused(_FORK)
