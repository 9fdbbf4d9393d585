"""How a class is told something at once: straight to whoever waits for nothing, else in order."""

from __future__ import annotations

import queue
import socket
from collections.abc import Iterator
from typing import Any

import eventlet
import pytest
import socketio
from eventlet.greenio import GreenSocket
from eventlet.websocket import RFC6455WebSocket

from visualizer.web.broadcast import VARIABLE, Broadcast, Message, Outlet, manager
from visualizer.web.guard import MOST_WAITING, Guard
from visualizer.web.straight import Rest, straight_to


class Peer:
    """A WebSocket of eventlet's with its guard, and the client's end of the line."""

    def __init__(self) -> None:
        ours, self.line = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.websocket = RFC6455WebSocket(GreenSocket(ours), {})
        self.queue: queue.Queue[Any] = queue.Queue()
        self.guard = Guard(self.websocket, self.queue.qsize, eventlet.sleep)
        self.outlet = Outlet(self.queue)
        self.read = b""

    def put(self, text: str, *, passing: bool = False) -> bool:
        return self.outlet.put(Message(text, passing), self.guard)

    def work_off(self) -> None:
        """What the library's writer does with the queue."""
        while not self.queue.empty():
            self.guard.send(self.queue.get().encode())

    def receive(self) -> list[str]:
        """The texts that have arrived."""
        self.line.setblocking(False)
        try:
            while data := self.line.recv(65536):
                self.read += data
        except BlockingIOError:
            pass
        texts = []
        while len(self.read) >= 2:
            head, length = 2, self.read[1]
            if length == 126:
                head, length = 4, int.from_bytes(self.read[2:4])
            if len(self.read) < head + length:
                break
            assert self.read[0] == 0x81  # a whole text, neither masked nor compressed
            texts.append(self.read[head : head + length].decode())
            self.read = self.read[head + length :]
        return texts

    def close(self) -> None:
        self.websocket.socket.close()
        self.line.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


def test_this_eventlet_has_what_the_straight_way_needs(peer: Peer) -> None:
    assert peer.guard.straight is not None


def test_who_waits_for_nothing_is_written_to_at_once(peer: Peer) -> None:
    assert peer.put('2["moved",{"é":1}]')
    assert peer.queue.empty()
    assert peer.receive() == ['42["moved",{"é":1}]']


def test_behind_what_waits_a_message_waits_too(peer: Peer) -> None:
    peer.put("2first")
    peer.queue.put(Message("2second", passing=False).packet)
    peer.put("2third")
    assert peer.queue.qsize() == 2
    peer.work_off()
    assert peer.receive() == ["42first", "42second", "42third"]


def test_while_somebody_writes_a_message_waits(peer: Peer) -> None:
    with peer.websocket._sendlock:
        peer.put("2mine")
        assert peer.receive() == []
    peer.work_off()
    assert peer.receive() == ["42mine"]


def test_a_line_that_takes_only_part_gets_the_rest_first(peer: Peer) -> None:
    texts = [f"2{number}" + "x" * 3000 for number in range(40)]
    for text in texts:
        peer.put(text)
    assert isinstance(peer.queue.queue[0], Rest)
    received: list[str] = []

    def read() -> None:
        while len(received) < len(texts):
            received.extend(peer.receive())
            eventlet.sleep(0)

    reading = eventlet.spawn(read)
    with eventlet.Timeout(20):
        peer.work_off()
        reading.wait()
    assert received == ["4" + text for text in texts]


def test_of_cursors_that_wait_the_newest_is_left(peer: Peer) -> None:
    peer.queue.put(Message("2acknowledged", passing=False).packet)
    for number in range(5):
        peer.put(f"2cursor {number}", passing=True)
    peer.put("2scene")
    for number in range(5, 9):
        peer.put(f"2cursor {number}", passing=True)
    peer.work_off()
    told = ["42acknowledged", "42cursor 4", "42scene", "42cursor 8"]
    assert peer.receive() == told


def test_a_cursor_that_was_fetched_is_not_replaced(peer: Peer) -> None:
    peer.queue.put(Message("2other", passing=False).packet)
    peer.put("2one", passing=True)
    first, second = peer.queue.get().encode(), peer.queue.get().encode()
    peer.put("2two", passing=True)
    assert (first, second, peer.receive()) == ("42other", "42one", ["42two"])


def test_who_is_too_far_behind_is_cut_off(peer: Peer) -> None:
    with peer.websocket._sendlock:
        for number in range(MOST_WAITING + 20):
            assert peer.put(f"2{number}")
    assert peer.queue.qsize() == MOST_WAITING + 1  # it does not grow any more
    assert peer.line.recv(10) == b""


def test_on_polling_who_is_too_far_behind_is_told_of() -> None:
    outlet = Outlet(queue.Queue())
    told = [outlet.put(Message(f"2{n}", passing=False), None) for n in range(MOST_WAITING + 2)]
    assert told == [True] * (MOST_WAITING + 1) + [False]


def test_a_line_that_has_gone_disturbs_nobody(peer: Peer) -> None:
    peer.line.close()
    assert peer.put("2one")
    assert peer.put("2two")


def test_other_websockets_have_no_straight_way() -> None:
    assert straight_to(object()) is None


def test_the_ordinary_manager_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(manager(), Broadcast)
    monkeypatch.setenv(VARIABLE, "ordinary")
    assert type(manager()) is socketio.Manager
