"""A thousand students in one process: WebSockets by hand, as lean as a load test needs them.

Engine.IO 4 over WebSocket: ``4`` is a message, ``2`` a ping; inside it Socket.IO: ``0`` connect,
``2`` event, ``3`` acknowledgement. A frame from a client has to be masked; a mask of zeros leaves
its bytes as they are.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import selectors
import socket
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

#: Students that join at the same moment.
AT_ONCE = 64
#: Seconds after which a server that says nothing has failed.
PATIENCE = 60.0

_SEQ = re.compile(rb'"seq":(\d+)')


class Lost(Exception):
    """The server closed the connection, or said something unexpected."""


class Line:
    """One connection to the class. Blocking until ``enter`` has been answered, then not."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.host = urlsplit(url).netloc
        self.buffer = bytearray()
        self._number = 0
        address, _, port = self.host.rpartition(":")
        self.socket = socket.create_connection((address, int(port)), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._shake_hands()

    def enter(self, code: str, secret: str, role: str) -> dict[str, Any]:
        """Take part in the class; the snapshot. Raises ``Lost``."""
        number = self.emit("enter", {"code": code, "secret": secret, "as": role})
        snapshot: dict[str, Any] = self.answer(number)
        if "error" in snapshot:
            raise Lost(snapshot["error"]["message"])
        return snapshot

    def emit(self, event: str, data: Any) -> int:
        """Send an event; the number of its answer."""
        self._number += 1
        self._send(f"42{self._number}{json.dumps([event, data])}".encode())
        return self._number

    def answer(self, number: int) -> Any:
        """Wait for an answer while the socket blocks."""
        wanted = f"43{number}".encode()
        while True:
            for text in self.texts():
                if text.startswith(wanted + b"["):
                    return json.loads(text[len(wanted) :])[0]
            self._fill()

    def texts(self) -> Iterator[bytes]:
        """The whole messages that have arrived; pings are answered."""
        buffer = self.buffer
        while len(buffer) >= 2:
            head, length = 2, buffer[1]
            if length == 126:
                head, length = 4, int.from_bytes(buffer[2:4])
            elif length == 127:
                head, length = 10, int.from_bytes(buffer[2:10])
            if len(buffer) < head + length:
                return
            text = bytes(buffer[head : head + length])
            opcode = buffer[0] & 15
            del buffer[: head + length]
            if opcode == 8:
                raise Lost("the server closed the connection")
            if text == b"2":
                self._send(b"3")
            else:
                yield text

    def _fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise Lost("the server closed the connection")
        self.buffer += data

    def _send(self, text: bytes) -> None:
        length = len(text)
        size = struct.pack("!BB", 0x81, 128 | length)
        if length > 125:
            size = struct.pack("!BBH", 0x81, 128 | 126, length)
        self.socket.sendall(size + b"\0\0\0\0" + text)

    def _shake_hands(self) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Origin: {self.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Lost(head.decode(errors="replace"))
        self.buffer = bytearray(rest)
        self._wait_for(b"0")
        self._send(b"40")
        self._wait_for(b"40")

    def _wait_for(self, beginning: bytes) -> None:
        while True:
            for text in self.texts():
                if text.startswith(beginning):
                    return
            self._fill()


class Student(Line):
    """A line with a seat in the class, and when what arrived on it."""

    def __init__(self, url: str, code: str, number: int) -> None:
        key = secrets.token_urlsafe(32)
        request(url, f"/classes/{code}/join", {"key": key, "name": f"Student {number}"})
        super().__init__(url)
        self.enter(code, key, "student")
        #: For each movement that arrived: its number and the time; and what it said.
        self.moved: list[tuple[int, float]] = []
        self.told: list[bytes] = []
        #: When each answer was acknowledged, by the number of the question.
        self.answered: dict[int, float] = {}
        self.question: int | None = None

    def read(self) -> None:
        """Take in what has arrived. Raises ``Lost``."""
        self._fill()
        now = time.perf_counter()
        for text in self.texts():
            if text.startswith(b'42["moved"'):
                found = _SEQ.search(text)
                if found:
                    self.moved.append((int(found[1]), now))
                    self.told.append(text)
            elif text.startswith(b'42["question"'):
                told = json.loads(text[2:])[1]
                self.question = told["asked"] if told else None
            elif text.startswith(b"43"):
                number, bracket, rest = text[2:].partition(b"[")
                if json.loads(bracket + rest)[0].get("stored"):
                    self.answered[int(number)] = now


class Crowd:
    """Many students whose lines are read together."""

    def __init__(self) -> None:
        self.students: list[Student] = []
        self._selector = selectors.DefaultSelector()

    def join(self, url: str, code: str, count: int) -> float:
        """So many students join at once; the seconds until the last has its snapshot."""
        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self.students = list(pool.map(lambda n: Student(url, code, n), range(count)))
        seconds = time.perf_counter() - began
        for student in self.students:
            student.socket.setblocking(False)
            self._selector.register(student.socket, selectors.EVENT_READ, student)
        return seconds

    def leave_unread(self, student: Student) -> None:
        """Nothing that comes for this student is read from now on."""
        self._selector.unregister(student.socket)

    def read_again(self, student: Student) -> None:
        """Read what comes for this student, and what has come."""
        self._selector.register(student.socket, selectors.EVENT_READ, student)

    def read_until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Read what comes until ``done``, or the time is up; whether it was done."""
        end = time.perf_counter() + seconds
        while not done():
            left = end - time.perf_counter()
            if left <= 0:
                return False
            self._read(min(left, 0.05))
        return True

    def read_for(self, seconds: float) -> None:
        """Read what comes meanwhile."""
        self.read_until(lambda: False, seconds)

    def close(self) -> None:
        self._selector.close()
        for student in self.students:
            student.socket.close()

    def _read(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            key.data.read()


def request(url: str, path: str, body: Any = None, secret: str = "") -> Any:
    """POST a body, or GET; the JSON of the answer. Raises ``Lost`` unless it is a good one."""
    host = urlsplit(url).netloc
    data = b"" if body is None else json.dumps(body).encode()
    bearer = f"Authorization: Bearer {secret}\r\n" if secret else ""
    address, _, port = host.rpartition(":")
    with socket.create_connection((address, int(port)), timeout=PATIENCE) as line:
        line.sendall(
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: {host}\r\n"
            f"Origin: {url}\r\nConnection: close\r\n{bearer}"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode()
            + data
        )
        told = b""
        while more := line.recv(65536):
            told += more
    head, _, text = told.partition(b"\r\n\r\n")
    if not head.split(b" ", 2)[1].startswith(b"2"):
        raise Lost(f"{path}: {text.decode(errors='replace')[:200]}")
    return json.loads(text)
