"""A user's end of a connection that stays open, as a browser keeps it: Socket.IO's, or that of
server-sent events.

It takes events, and hangs up when the one has come for which the connection was opened. Socket.IO
also connects to its namespace and answers pings (Engine.IO protocol 4, Socket.IO protocol 5, texts
only).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

PATH = "/socket.io/?EIO=4&transport=websocket"

#: A message of Socket.IO: its kind, perhaps a namespace and the number of an answer, and JSON.
_MESSAGE = re.compile(r"4(?P<kind>\d)(?:/[^,]*,)?(?:\d+)?(?P<data>.*)", re.DOTALL)

CONNECT, DISCONNECT, EVENT, REFUSED = "0", "1", "2", "4"


class Listening:
    """``close`` hangs up; ``connected`` is called once, with the id of the session if there is one,
    ``event`` for each event."""

    def __init__(
        self,
        until: str | None,
        close: Callable[[], None],
        connected: Callable[[str | None], None],
        event: Callable[[], None],
    ) -> None:
        self.until = until
        self._close = close
        self._connected: Callable[[str | None], None] | None = connected
        self._event = event
        self._left = False

    def opened(self) -> None:
        """The first byte of the answer has come."""

    def hear(self, text: str) -> None:
        """The server has sent a text."""
        raise NotImplementedError

    def leave(self) -> None:
        """Hang up, if that has not been done."""
        if not self._left:
            self._left = True
            self._close()

    def hung_up(self) -> None:
        """The connection is closed, or never came about."""
        self._left = True
        self._is_connected(None)

    def _takes(self, name: str) -> None:
        if self._left:
            return  # as in a browser: who has hung up hears nothing of what is still under way
        self._event()
        if name == self.until:
            self.leave()

    def _is_connected(self, session: str | None) -> None:
        connected, self._connected = self._connected, None
        if connected is not None:
            connected(session)


class SocketIoClient(Listening):
    """``say`` sends a text."""

    def __init__(self, namespace: str, say: Callable[[str], None], *listening: Any) -> None:
        super().__init__(*listening)
        self._namespace = "" if namespace == "/" else f"{namespace},"
        self._say = say

    def hear(self, text: str) -> None:
        if text.startswith("0"):
            self._say(f"40{self._namespace}")
        elif text == "2":
            self._say("3")
        elif text.startswith("4"):
            match = _MESSAGE.fullmatch(text)
            assert match is not None
            self._message(match["kind"], match["data"])

    def _message(self, kind: str, data: str) -> None:
        if kind == CONNECT:
            self._is_connected(str(json.loads(data)["sid"]))
        elif kind == EVENT:
            self._takes(str(json.loads(data)[0]))
        elif kind in (DISCONNECT, REFUSED):
            self.leave()

    def emit(self, event: list[Any]) -> None:
        """Send an event: its name, and what belongs to it."""
        self._say(f"42{self._namespace}{json.dumps(event, separators=(',', ':'))}")


class EventSource(Listening):
    """Reads server-sent events."""

    def __init__(self, *listening: Any) -> None:
        super().__init__(*listening)
        self._events = Events()

    def opened(self) -> None:
        self._is_connected(None)

    def hear(self, text: str) -> None:
        for name, _ in self._events.read(text):
            self._takes(name)


class Events:
    """Server-sent events, out of the pieces in which they come."""

    def __init__(self) -> None:
        self._rest = ""

    def read(self, text: str) -> list[tuple[str, str]]:
        """The names and data of the events that are complete now."""
        *blocks, self._rest = (self._rest + text.replace("\r\n", "\n")).split("\n\n")
        found = []
        for block in blocks:
            fields = [line.partition(":") for line in block.split("\n")]
            data = [value.removeprefix(" ") for key, _, value in fields if key == "data"]
            names = [value.strip() for key, _, value in fields if key == "event"]
            if data:
                found.append((names[-1] if names else "message", "\n".join(data)))
        return found


def event_of(text: str) -> tuple[str, str] | None:
    """The name of the event in a text of the server, and its data as JSON; None for all else."""
    match = _MESSAGE.fullmatch(text)
    if match is None or match["kind"] != EVENT:
        return None
    name, *data = json.loads(match["data"])
    return str(name), json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False)
