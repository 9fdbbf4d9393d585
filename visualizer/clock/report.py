"""For what does a thread wait, in words.

Everything waits on a lock in the end, so the answer is in the stack: the outermost known
primitive of the standard library above the lock. Looked up by file and function name when a thread
blocks, which costs a microsecond or two.
"""

from __future__ import annotations

import queue
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from .locks import Lock

_CLOCK = __name__.rpartition(".")[0]
# Named, not imported: importing it makes locks, and this module comes before they are replaced.
_FUTURES = str(Path(threading.__file__).with_name("concurrent") / "futures" / "_base.py")
_PRIMITIVES = {
    (threading.__file__, "join"): "another thread to end",
    (threading.__file__, "_wait_for_tstate_lock"): "another thread to end",
    (queue.__file__, "get"): "an item in a queue",
    (queue.__file__, "put"): "a free place in a queue",
    (queue.__file__, "join"): "a queue to be worked off",
    (_FUTURES, "result"): "the result of a future",
    (_FUTURES, "wait"): "futures to finish",
}
_CLASSES = {
    "Event": "an event",
    "Barrier": "the others at a barrier",
    "Semaphore": "a semaphore",
    "BoundedSemaphore": "a semaphore",
    "Condition": "a condition",
    "_RLock": "a lock",
}


def describe_wait(lock: Lock | None) -> str:
    """Name what the calling thread is about to wait for; empty for a plain sleep."""
    if lock is None:
        return ""
    frame: FrameType | None = sys._getframe(1)
    answer = "a lock"
    while frame is not None:
        code = frame.f_code
        if frame.f_globals.get("__name__", "").startswith(_CLOCK):
            frame = frame.f_back
            continue
        found = primitive(frame)
        if found is None:
            break
        answer = found
        if code.co_name == "join" or "future" in answer:
            break
        frame = frame.f_back
    return answer


def primitive(frame: FrameType) -> str | None:
    """For what the standard library's function in that frame waits; None where it is no such."""
    code = frame.f_code
    known = _PRIMITIVES.get((code.co_filename, code.co_name))
    if code.co_filename == threading.__file__:
        return _CLASSES.get(type(frame.f_locals.get("self")).__name__, known)
    return known
