"""The live side of a class with a clock that is moved by hand: what is told, when, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from visualizer.classroom import Adhoc, Refused, Register, from_adhoc
from visualizer.classroom.shapes import Cursor, Scene, Slot
from visualizer.web.hall import Hall
from visualizer.web.live import Live
from visualizer.web.messages import Refusal

from .test_coalesce import Clock

SCENE = Scene(lesson="greet", slots=[Slot(variant="late"), Slot(variant="captured")])
START = 1_800_000_000.0


class World:
    """A class, a hall without sockets, and their time."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.sent: list[tuple[float, str, Any, str, str | None]] = []
        self.rooms: set[tuple[str, str]] = set()
        self.register = Register("sqlite://", hours=1, now=self.wall)
        self.register.open()
        self.hall = Hall(self, self.clock, self.spawn, now=self.wall)
        self.started = self.register.start("Threads", SCENE)
        self.session = self.register.session(self.started.code)

    def wall(self) -> float:
        return START + self.clock.time

    def spawn(self, work: Callable[[], None]) -> None:
        work()

    # What a hall reaches connections by
    def emit(self, event: str, data: Any, room: str, skip: str | None = None) -> None:
        assert room
        self.sent.append((self.clock.time, event, data, room, skip))

    def join(self, connection: str, room: str) -> None:
        self.rooms.add((connection, room))

    def leave(self, connection: str, room: str) -> None:
        self.rooms.discard((connection, room))

    def student(self, connection: str) -> int:
        seat = self.session.admit(f"{connection:_<40}", connection).seat
        self.hall.connect(connection)
        self.hall.enter(connection, self.session, "student", seat)
        return seat

    def host(self, connection: str = "host") -> Any:
        self.hall.connect(connection)
        return self.hall.enter(connection, self.session, "host", None)

    @property
    def live(self) -> Live:
        live = self.hall.find(self.session)
        assert live is not None
        return live

    def told(self, event: str, kind: str = "") -> list[Any]:
        """The data of all events of this name, to rooms of this kind."""
        return [data for _, name, data, room, _ in self.sent if name == event and kind in room]

    def times(self, event: str) -> list[float]:
        return [at for at, name, _, _, _ in self.sent if name == event]


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.register.close()


def test_people_are_counted_at_most_once_a_second(world: World) -> None:
    world.host()
    for n in range(100):
        world.student(f"student-{n}")
        world.clock.move(0.02)
    world.clock.move(2)
    times = world.times("people")
    assert all(after - before >= 0.99 for before, after in pairwise(times))
    assert world.told("people")[-1] == {"here": 100, "seats": 100}
    assert len(times) <= 5
    assert len(world.told("roster", "host:")) <= 7
    told = [line["seat"] for data in world.told("roster", "host:") for line in data["changed"]]
    assert set(told) == set(range(1, 101))


def test_cursors_wait_for_each_other_and_a_scene_pushes_them_out(world: World) -> None:
    world.host()
    session, live = world.session, world.live
    for step in range(5):
        moved = session.drive("host", session.token, cursor=Cursor(step=step))
        live.tell_moved(moved, "host")
    assert [data["cursor"]["step"] for data in world.told("moved")] == [0]
    live.tell_moved(session.drive("host", session.token, scene=SCENE), "other")
    assert [data.get("cursor", {}).get("step") for data in world.told("moved")] == [0, 4, None]
    assert [skip for _, name, _, _, skip in world.sent if name == "moved"] == [
        "host",
        "host",
        "other",
    ]
    world.clock.move(1)
    assert len(world.told("moved")) == 3


def test_an_older_cursor_does_not_take_the_place_of_a_newer(world: World) -> None:
    world.host()
    session, live = world.session, world.live
    moves = [session.drive("host", session.token, cursor=Cursor(step=n)) for n in range(3)]
    for number in (0, 2, 1):
        live.tell_moved(moves[number], None)
    world.clock.move(1)
    assert [data["cursor"]["step"] for data in world.told("moved")] == [0, 2]


def ask(world: World, seconds: int | None) -> int:
    adhoc = Adhoc(kind="choice", text="Tea?", choices=["yes", "no"])
    asked = world.session.ask(from_adhoc("greet", adhoc, seconds=seconds))
    world.live.tell_question()
    return asked


def test_a_timed_vote_is_closed_when_it_is_due(world: World) -> None:
    world.host()
    ask(world, 30)
    world.clock.move(29)
    assert [data["stage"] for data in world.told("question")] == ["voting"]
    world.clock.move(3)
    assert [data["stage"] for data in world.told("question")] == ["voting", "closed"]
    world.clock.move(60)
    assert len(world.told("question")) == 2


def test_the_alarm_of_a_dismissed_vote_closes_no_other(world: World) -> None:
    world.host()
    first = ask(world, 10)
    world.session.vote(first, "dismiss")
    world.live.tell_question()
    ask(world, 20)
    world.clock.move(15)
    assert world.told("question")[-1]["stage"] == "voting"
    world.clock.move(10)
    assert world.told("question")[-1]["stage"] == "closed"


def test_a_vote_that_cannot_be_closed_now_is_closed_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.host()
    ask(world, 10)
    settle = world.session.settle
    failures = [3]

    def failing() -> bool:
        if failures[0]:
            failures[0] -= 1
            raise Refused("unavailable", "Not now.", status=503)
        return settle()

    monkeypatch.setattr(world.session, "settle", failing, raising=False)
    world.clock.move(12)
    assert world.told("question")[-1]["stage"] == "voting"
    world.clock.move(5)
    assert world.told("question")[-1]["stage"] == "closed"


def test_a_class_ends_when_its_hours_are_over(world: World) -> None:
    world.host()
    world.student("ana")
    world.clock.move(3599)
    assert world.told("state") == []
    world.clock.move(2)
    (state,) = world.told("state")
    assert state["ended"] is True
    assert world.rooms == set()
    with pytest.raises(Refusal, match="in no class"):
        world.hall.place("ana")
    assert world.hall.find(world.session) is None
    sent = len(world.sent)
    world.hall.disconnect("ana")
    world.clock.move(10)
    assert len(world.sent) == sent


def test_nothing_is_left_of_a_connection_that_is_gone(world: World) -> None:
    world.host()
    seat = world.student("ana")
    world.hall.connect("ana-2")
    world.hall.enter("ana-2", world.session, "student", seat)
    assert world.live.presence.count == 1
    world.hall.disconnect("ana")
    assert world.live.presence.count == 1
    world.hall.disconnect("ana-2")
    world.hall.disconnect("ana-2")
    assert world.live.presence.count == 0
    world.hall.disconnect("host")
    assert world.rooms == set()
    assert world.hall._places == {} and world.hall._shares == {}
    assert world.live.presence.everybody() == []


def test_a_connection_that_closes_while_it_enters_leaves_no_ghost(world: World) -> None:
    seat = world.session.admit("k" * 40, "Ana").seat
    world.hall.connect("ana")
    join = world.join

    def closing(connection: str, room: str) -> None:
        join(connection, room)
        world.hall.disconnect("ana")

    world.join = closing  # type: ignore[method-assign]  # it leaves just then
    world.hall.enter("ana", world.session, "student", seat)
    assert world.live.presence.count == 0
    assert world.rooms == set()
    with pytest.raises(Refusal):
        world.hall.enter("ana", world.session, "student", seat)


def test_every_message_has_a_room_of_its_class(world: World) -> None:
    world.host()
    seat = world.student("ana")
    live, session = world.live, world.session
    asked = ask(world, None)
    live.set_lost(seat, on=True)
    live.tell_wheel(session.hand("host", seat))
    live.tell_you(seat)
    live.tell_state()
    session.vote(asked, "reveal")
    live.tell_question()
    world.hall.remove(session, seat, "removed", session.remove(seat))
    session.end()
    world.hall.end(session)
    world.clock.move(5)
    assert {room.split(":")[1] for _, _, _, room, _ in world.sent} == {session.code}
    assert {room.split(":")[0] for _, name, _, room, _ in world.sent if name == "votes"} == {
        "host",
        "present",
    }
    tokens = [room for _, name, data, room, _ in world.sent if name == "wheel" and "token" in data]
    assert tokens[0] == f"seat:{session.code}:{seat}"
    assert all(not room.startswith("class:") for room in tokens)
