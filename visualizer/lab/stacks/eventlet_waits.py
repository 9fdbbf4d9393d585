"""For what does a green thread wait, in words: read off its frames.

The outermost function of eventlet or of a monkey-patched module below the program's code says it.
"""

from __future__ import annotations

from types import FrameType

from visualizer.clock.report import primitive
from visualizer.lab.crew import READY, Rest
from visualizer.lab.outside import sockets
from visualizer.trace.events import FOR_MESSAGES

_WAITS = {
    ("eventlet.greenthread", "GreenThread.wait"): "another green thread to end",
    ("eventlet.greenpool", "GreenPool.waitall"): "the pool's green threads to end",
    ("eventlet.greenpool", "GreenPool.spawn"): "a free place in a pool",
    ("eventlet.greenpool", "GreenPool.spawn_n"): "a free place in a pool",
    ("eventlet.greenpool", "GreenPile.next"): "the next result of a pool",
    ("eventlet.greenpool", "GreenPile.spawn"): "a free place in a pool",
    ("eventlet.event", "Event.wait"): "an event",
    ("eventlet.lock", "Lock.acquire"): "a lock",
    ("eventlet.semaphore", "Semaphore.acquire"): "a semaphore",
    ("eventlet.queue", "LightQueue.get"): "an item in a queue",
    ("eventlet.queue", "LightQueue.put"): "a free place in a queue",
    ("eventlet.queue", "Queue.join"): "a queue to be worked off",
    ("eventlet.websocket", "RFC6455WebSocket.wait"): FOR_MESSAGES,
    ("visualizer.lab.stacks.socketio_", "GreenWebSocket._pause"): FOR_MESSAGES,
}
_FIRM = ("a lock", "another green thread to end", "another thread to end")


def rest_of(frame: FrameType | None) -> Rest:
    """How a green thread is that has just given its turn back, from its innermost frame."""
    rest = READY
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        name = frame.f_code.co_qualname
        if (module, name) == ("eventlet.greenthread", "sleep"):
            seconds = float(frame.f_locals["seconds"])
            rest = Rest("sleeping", f"sleeps {seconds:g} s", seconds) if seconds > 0 else READY
        elif (module, name) == ("eventlet.hubs", "trampoline"):
            rest = _blocked(_service(frame), frame)
        elif module.startswith("eventlet") or (module, name) in _WAITS:
            reason = _WAITS.get((module, name))
            if reason == "a semaphore" and type(frame.f_locals.get("self")).__name__ == "Lock":
                reason = "a lock"
            rest = _blocked(reason, frame) if reason else rest
        else:
            reason = primitive(frame)
            if reason is None:
                break
            rest = _blocked(reason, frame)
        frame = frame.f_back
    return rest


def _service(frame: FrameType) -> str:
    """The service to which the socket leads that is waited for."""
    fd = frame.f_locals["fd"]
    return getattr(sockets.of(fd) or fd, "service", "") or "a socket"


def _blocked(reason: str, frame: FrameType) -> Rest:
    limit = frame.f_locals.get("timeout")
    seconds = float(limit) if isinstance(limit, int | float) and limit >= 0 else None
    return Rest("waiting", f"waits for {reason}", seconds, firm=reason in _FIRM)
