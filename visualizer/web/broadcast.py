"""Tells a whole class the same thing at once: how Socket.IO reaches the members of a room.

The library puts a message into the queue of each client and wakes a green thread for each, which is
most of what a broadcast costs. Here a message is encoded and framed once; to a client that waits
for nothing it is written straight to the socket, without blocking. Whoever has a backlog, is on
polling, or is served by threads gets it through the queue as ever, behind what waits there, so the
order is the same for everybody. Of messages that only say where something is now, the newest takes
the place of one that still waits. Who is too far behind is cut off, and comes back.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import Any

import socketio
from engineio import packet as engine
from socketio import packet as kinds

from .guard import MOST_WAITING
from .straight import Rest, Straight

log = logging.getLogger(__name__)

#: Set to ``ordinary``, it leaves everything to the library: so that a benchmark can compare.
VARIABLE = "MEANWHILE_BROADCAST"


def manager() -> socketio.Manager:
    """The client manager for a server."""
    ordinary = os.environ.get(VARIABLE) == "ordinary"
    return socketio.Manager() if ordinary else Broadcast(_is_passing)


class Broadcast(socketio.Manager):  # type: ignore[misc]  # the library has no types
    """``is_passing`` tells of an event and its data whether a newer one makes it superfluous."""

    def __init__(self, is_passing: Callable[[str, Any], bool]) -> None:
        super().__init__()
        self._is_passing = is_passing

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **more: Any,
    ) -> None:
        """As the library's; with a ``callback`` it is the library's."""
        if callback is not None:
            super().emit(event, data, namespace, room, skip_sid, callback, to, **more)
            return
        arguments = data if isinstance(data, tuple) else () if data is None else (data,)
        packet = self.server.packet_class(
            kinds.EVENT, namespace=namespace, data=[event, *arguments]
        )
        message = Message(packet.encode(), self._is_passing(event, data))
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        for connection, session in self.get_participants(namespace, to or room):
            if connection not in skipped:
                self._tell(session, message)

    def _tell(self, session: str, message: Message) -> None:
        socket = self.server.eio.sockets.get(session)
        if socket is None or socket.closed or not socket.check_ping_timeout():
            return
        outlet = getattr(socket, "outlet", None)
        if outlet is None:
            outlet = socket.outlet = Outlet(socket.queue)
        # While it changes over from polling, nothing may be written to its WebSocket yet.
        if outlet.put(message, socket.guard if socket.upgraded else None):
            return
        # Not even a close could be sent to it.
        self.server.start_background_task(socket.close, wait=False, abort=True)


class Message:
    """One message for many clients, encoded once. ``passing``: see ``Broadcast``."""

    def __init__(self, text: str, passing: bool) -> None:
        self.packet = engine.Packet(engine.MESSAGE, text)
        self.passing = passing
        self._frame: bytes | None = None

    def frame(self, straight: Straight) -> bytes:
        """As bytes for a WebSocket; they are the same for all."""
        if self._frame is None:
            self._frame = straight.framed(self.packet.encode())
        return self._frame


class Newest:
    """A packet in a queue whose content is decided when it is fetched."""

    def __init__(self, packet: Any) -> None:
        self._packet = packet
        self._fetched = False
        self._lock = threading.Lock()

    def replace(self, packet: Any) -> bool:
        """Put a newer one in its place; False if it has been fetched."""
        with self._lock:
            if not self._fetched:
                self._packet = packet
            return not self._fetched

    def encode(self, b64: bool = False) -> Any:
        """What the library asks of a packet when it sends it."""
        with self._lock:
            self._fetched = True
        return self._packet.encode(b64)


class Outlet:
    """The way to one client. ``queue`` is what waits for it."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self._newest: Newest | None = None
        self._lock = threading.Lock()

    def put(self, message: Message, guard: Any) -> bool:
        """Send the message now or behind what waits. False if the client is too far behind, and
        not one of those that ``guard`` could cut off."""
        with self._lock:
            waiting = self._queue.qsize()
            straight = guard.straight if guard is not None else None
            if straight is not None and not waiting and straight.is_idle():
                rest = straight.write(message.frame(straight))
                if rest:
                    self._newest = None
                    self._queue.put(Rest(rest))
                return True
            if waiting > MOST_WAITING:
                if guard is not None:
                    guard.cut()
                return guard is not None
            if not message.passing:
                self._newest = None  # what comes later has to stay behind this
                self._queue.put(message.packet)
            elif self._newest is None or not self._newest.replace(message.packet):
                self._newest = Newest(message.packet)
                self._queue.put(self._newest)
            return True


def _is_passing(event: str, data: Any) -> bool:
    """A cursor: only the last one counts. A scene has to come, each of them."""
    return event == "moved" and "scene" not in data
