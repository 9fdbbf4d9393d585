"""A user's end of a Socket.IO connection, as the client in a browser keeps it.

It connects to its namespace, answers pings, takes events, and hangs up when the event has come for
which it was opened (Engine.IO protocol 4, Socket.IO protocol 5, texts only).
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
    """``say`` sends a text, ``close`` hangs up; ``connected`` is called once, with the id of the
    session or None where it was refused, ``event`` for each event."""

    def __init__(
        self,
        namespace: str,
        until: str | None,
        *,
        say: Callable[[str], None],
        close: Callable[[], None],
        connected: Callable[[str | None], None],
        event: Callable[[str], None],
    ) -> None:
        self._namespace = "" if namespace == "/" else f"{namespace},"
        self.until = until
        self._say = say
        self._close = close
        self._connected: Callable[[str | None], None] | None = connected
        self._event = event
        self._left = False

    def hear(self, text: str) -> None:
        """The server has sent a text."""
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
            name = str(json.loads(data)[0])
            self._event(name)
            if name == self.until:
                self.leave()
        elif kind in (DISCONNECT, REFUSED):
            self.leave()

    def emit(self, event: list[Any]) -> None:
        """Send an event: its name, and what belongs to it."""
        self._say(f"42{self._namespace}{json.dumps(event, separators=(',', ':'))}")

    def leave(self) -> None:
        """Hang up, if that has not been done."""
        if not self._left:
            self._left = True
            self._close()

    def hung_up(self) -> None:
        """The connection is closed, or never came about."""
        self._left = True
        self._is_connected(None)

    def _is_connected(self, session: str | None) -> None:
        connected, self._connected = self._connected, None
        if connected is not None:
            connected(session)


def event_of(text: str) -> tuple[str, str] | None:
    """The name of the event in a text of the server, and its data as JSON; None for all else."""
    match = _MESSAGE.fullmatch(text)
    if match is None or match["kind"] != EVENT:
        return None
    name, *data = json.loads(match["data"])
    return str(name), json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False)
