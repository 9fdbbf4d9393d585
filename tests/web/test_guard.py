"""What a client may do with its WebSocket, with the clock in the test's hands."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from visualizer.web.guard import BURST, MAX_MESSAGE, MOST_WAITING, PACE, Guard


class FakeSocket:
    """A WebSocket whose messages are given, on a real socket."""

    def __init__(self, *messages: Any) -> None:
        self.messages = list(messages)
        self.socket, self.peer = socket.socketpair()
        self.closed = False

    def wait(self) -> Any:
        return self.messages.pop(0) if self.messages else "2"

    def close(self) -> None:
        self.socket.close()
        self.peer.close()


class Line:
    """A guard over a fake socket, a clock that only sleeping moves, and a queue's length."""

    def __init__(self, *messages: Any) -> None:
        self.websocket = FakeSocket(*messages)
        self.time = 0.0
        self.waiting = 0
        self.guard = Guard(self.websocket, lambda: self.waiting, self.sleep, lambda: self.time)

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def line() -> Any:
    lines: list[Line] = []

    def make(*messages: Any) -> Line:
        lines.append(Line(*messages))
        return lines[-1]

    yield make
    for each in lines:
        each.websocket.close()


@pytest.mark.parametrize("message", ["2", "4", "42[]", "3probe", b"binary"])
def test_packets_pass(line: Any, message: Any) -> None:
    assert line(message).guard.wait() == message


@pytest.mark.parametrize("message", [None, "", b"", "x", "7", "9", "é", "²", " 2"])
def test_what_is_no_packet_ends_the_line(line: Any, message: Any) -> None:
    assert line(message).guard.wait() is None


def test_long_messages_end_the_line(line: Any) -> None:
    assert line("4" * MAX_MESSAGE).guard.wait() is not None
    assert line("4" * (MAX_MESSAGE + 1)).guard.wait() is None


def test_everything_else_goes_to_the_socket(line: Any) -> None:
    here = line()
    assert here.guard.closed is False
    with pytest.raises(AttributeError):
        _ = here.guard.nothing_like_this


def test_who_does_not_read_is_cut_off(line: Any) -> None:
    here = line()
    here.waiting = MOST_WAITING
    assert here.guard.wait() == "2"
    here.waiting = MOST_WAITING + 1
    assert here.guard.wait() is None
    assert here.websocket.peer.recv(1) == b""  # what waits to be written fails at once


def test_closing_what_is_gone_is_no_mistake(line: Any) -> None:
    here = line()
    closed = []

    def close() -> None:
        closed.append(1)
        raise ConnectionResetError

    here.websocket.close, close_for_real = close, here.websocket.close
    here.guard.close()
    here.websocket.close = close_for_real
    assert closed == [1]


def test_a_burst_is_free_and_a_flood_is_held_to_a_pace(line: Any) -> None:
    here = line()
    for _ in range(BURST):
        here.guard.wait()
    assert here.time == pytest.approx(0, abs=0.01)
    for _ in range(1000):
        here.guard.wait()
    assert here.time == pytest.approx(1000 / PACE, rel=0.02)


def test_who_is_moderate_never_waits(line: Any) -> None:
    here = line()
    for _ in range(2000):
        here.time += 1 / PACE
        before = here.time
        here.guard.wait()
        assert here.time == before


def test_time_gives_the_burst_back(line: Any) -> None:
    here = line()
    for _ in range(BURST + 100):
        here.guard.wait()
    here.time += BURST / PACE
    before = here.time
    for _ in range(BURST):
        here.guard.wait()
    assert here.time == pytest.approx(before, abs=0.01)
