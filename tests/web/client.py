"""A Socket.IO client made by hand, which shows every message and acknowledges only when told to.

Speaks Engine.IO 4 over WebSocket: ``4`` is a message, ``2`` a ping; inside it Socket.IO: ``0``
connect, ``2`` event, ``3`` acknowledgement.
"""

from __future__ import annotations

import json
import time
from types import TracebackType
from typing import Any

import websocket


class Client:
    """One connection to the server at ``url``. Use it as a context manager."""

    def __init__(self, url: str, origin: str | None = "", timeout: float = 10) -> None:
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self.socket = websocket.create_connection(
            address,
            timeout=timeout,
            origin=url if origin == "" else origin,
            suppress_origin=origin is None,
        )
        #: Events that came while something else was awaited: (name, data, number to acknowledge).
        self.events: list[tuple[str, Any, int | None]] = []
        self._number = 0
        self.opening = json.loads(self.frame()[1:])
        self.socket.send("40")
        assert self.frame().startswith("40{")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.socket.shutdown()

    def frame(self) -> str:
        """The next frame, pings answered. Raises websocket.WebSocketException when closed."""
        while True:
            frame: str = self.socket.recv()
            if frame == "2":
                self.socket.send("3")
            elif not frame:
                raise websocket.WebSocketConnectionClosedException("closed by the server")
            else:
                return frame

    def send(self, name: str, *arguments: Any) -> int:
        """Send an event and ask for an answer; the result is the number of the question."""
        self._number += 1
        self.socket.send(f"42{self._number}{json.dumps([name, *arguments])}")
        return self._number

    def ask(self, name: str, *arguments: Any) -> Any:
        """Send an event and wait for its answer."""
        return self.answer(self.send(name, *arguments))

    def answer(self, number: int) -> Any:
        """The answer to a question; events that come before it are kept."""
        while True:
            frame = self.frame()
            if frame.startswith(f"43{number}["):
                return json.loads(frame[len(f"43{number}") :])[0]
            self._keep(frame)

    def event(self, *names: str) -> tuple[str, Any, int | None]:
        """The next event, or the next of these names."""
        while True:
            for index, event in enumerate(self.events):
                if not names or event[0] in names:
                    return self.events.pop(index)
            self._keep(self.frame())

    def acknowledge(self, number: int | None) -> None:
        self.socket.send(f"43{number}[]")

    def collect(self, run: str, slots: int) -> dict[int, list[tuple[str, Any]]]:
        """Everything of a run until each slot has ended, chunks acknowledged, by slot."""
        told: dict[int, list[tuple[str, Any]]] = {slot: [] for slot in range(slots)}
        ended = 0
        while ended < slots:
            name, data, number = self.event("chunk", "end", "problem")
            assert data["run"] == run
            told[data["slot"]].append((name, data))
            if name == "chunk":
                self.acknowledge(number)
            else:
                ended += 1
        return told

    def quiet(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        self.socket.settimeout(seconds)
        began = time.monotonic()
        try:
            self._keep(self.frame())
        except websocket.WebSocketTimeoutException:
            return not self.events and time.monotonic() - began >= seconds * 0.9
        finally:
            self.socket.settimeout(10)
        return False

    def _keep(self, frame: str) -> None:
        if frame.startswith("42"):
            digits = frame[2 : frame.index("[")]
            name, data = json.loads(frame[2 + len(digits) :])
            self.events.append((name, data, int(digits) if digits else None))


def records(told: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """The records of a slot's chunks, those in several parts put together."""
    found: list[dict[str, Any]] = []
    text = ""
    for name, data in told:
        if name == "chunk":
            found += data["records"]
            if "part" in data:
                text += data["part"]
                if not data["more"]:
                    found.append(json.loads(text))
                    text = ""
    assert text == ""
    return found
