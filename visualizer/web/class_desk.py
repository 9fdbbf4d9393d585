"""What the socket events of a class come to: who may do it, what it changes, who is told.

Every method takes the connection and what came with the event, and gives the answer. A mistake is
raised as a ``Refusal``, and nobody but the sender hears of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from visualizer.classroom import Session
from visualizer.classroom.shapes import By

from .class_asking import Asking
from .class_messages import (
    Answered,
    Ask,
    AskVerdict,
    Drive,
    Enter,
    Following,
    GiveWheel,
    IsLost,
    Manage,
    Vote,
)
from .door import Door
from .hall import Hall
from .live import Live
from .messages import Refusal, only, read
from .presence import Here

_Shape = TypeVar("_Shape")


class ClassDesk:
    """Answers the events of all connections. ``address`` tells where the present one comes from."""

    def __init__(
        self,
        door: Door,
        hall: Hall,
        asking: Asking,
        address: Callable[[], str],
        sleep: Callable[[float], object],
    ) -> None:
        self._door = door
        self._hall = hall
        self._asking = asking
        self._address = address
        self._sleep = sleep
        #: By the name of the event.
        self.events: dict[str, Callable[..., Any]] = {
            "enter": self._weighed(self.enter, 2),
            "drive": self.drive,
            "wheel": self._weighed(self.wheel),
            "following": self._weighed(self.following),
            "lost": self._weighed(self.lost),
            "ask": self._weighed(self.ask),
            "vote": self._weighed(self.vote),
            "answer": self._weighed(self.answer),
            "verdict": self._weighed(self.verdict),
            "manage": self._weighed(self.manage),
        }

    def enter(self, connection: str, *arguments: Any) -> dict[str, Any]:
        message = _read(arguments, Enter, "enter")
        session = self._door.session(self._address(), message.code, message.secret)
        seat = None
        if message.role == "student":
            seat = session.seat_of(message.secret).seat
        elif not session.is_host(message.secret):
            raise Refusal("not_yours", "This link is not that of the class's host.", "secret", 403)
        snapshot: dict[str, Any] = self._hall.enter(connection, session, message.role, seat)
        return snapshot

    def drive(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live, here = self._hall.place(connection)
        message = _read(arguments, Drive, "drive")
        if message.scene is None and message.cursor is None:
            raise Refusal("invalid", "drive takes a scene, a cursor, or both.", "cursor")
        if message.scene is not None:  # cursors cost little, and are passed on at a bounded pace
            self._wait(connection, 2)
            self._asking.check(message.scene)
        moved = live.session.drive(_by(here), message.token, message.scene, message.cursor)
        live.tell_moved(moved, connection)
        return {"seq": moved.seq}

    def wheel(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live, here = self._hall.place(connection)
        message = _read(arguments, GiveWheel, "wheel")
        live.tell_wheel(live.session.hand(_by(here), message.to))
        return {}

    def following(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live, seat = self._student(connection)
        live.set_following(seat, _read(arguments, Following, "following").on)
        return {}

    def lost(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live, seat = self._student(connection)
        live.set_lost(seat, _read(arguments, IsLost, "lost").on)
        return {}

    def ask(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live = self._host(connection)
        wish = _read(arguments, Ask, "ask")
        asked = live.session.ask(self._asking.asked(live.session.scene, wish))
        live.tell_question()
        return {"asked": asked}

    def vote(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live = self._host(connection)
        message = _read(arguments, Vote, "vote")
        live.session.vote(message.asked, message.do)
        live.tell_question()
        return {}

    def answer(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live, seat = self._student(connection)
        message = _read(arguments, Answered, "answer")
        stored = live.session.answer(seat, message.id, message.asked, message.round, message.answer)
        if not stored.repeated:
            live.answered(seat)
        return {"id": stored.id, "stored": True, "round": stored.round}

    def verdict(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live, seat = self._student(connection)
        return live.session.verdict(seat, _read(arguments, AskVerdict, "verdict").asked)

    def manage(self, connection: str, *arguments: Any) -> dict[str, Any]:
        live = self._host(connection)
        order = _read(arguments, Manage, "manage")
        session = live.session
        if order.do in ("lock", "unlock"):
            session.lock() if order.do == "lock" else session.unlock()
            live.tell_state()
        elif order.do == "end":
            session.end()
            self._hall.end(session)
        elif order.do == "clear_lost":
            for seat in live.presence.lost() if order.seat is None else [order.seat]:
                live.set_lost(session.seat(seat).seat, on=False)
                live.tell_you(seat)
        else:
            self._manage_seat(live, session, order)
        return {}

    def _manage_seat(self, live: Live, session: Session, order: Manage) -> None:
        seat = order.of_seat()
        if order.do == "rename":
            if order.name is None:
                raise Refusal("invalid", "name is missing.", "name")
            session.rename(seat, order.name)
            live.tell_you(seat)
        elif order.do == "cohost":
            if order.on is None:
                raise Refusal("invalid", "on is missing.", "on")
            session.set_cohost(seat, order.on)
            live.tell_you(seat)
        elif order.do == "remove":
            self._hall.remove(session, seat, "removed", session.remove(seat))
        else:
            self._hall.remove(session, seat, "forgotten", session.forget(seat))

    def _weighed(self, handler: Callable[..., Any], weight: float = 1) -> Callable[..., Any]:
        """The handler behind a wait for those who send too much. Nobody else waits with them."""

        def handle(connection: str, *arguments: Any) -> Any:
            self._wait(connection, weight)
            return handler(connection, *arguments)

        return handle

    def _wait(self, connection: str, weight: float) -> None:
        seconds = self._hall.delay(connection, weight)
        if seconds:
            self._sleep(seconds)

    def _host(self, connection: str) -> Live:
        live, here = self._hall.place(connection)
        if here.seat is not None:
            raise Refusal("not_allowed", "Only the host of the class may do this.", status=403)
        return live

    def _student(self, connection: str) -> tuple[Live, int]:
        live, here = self._hall.place(connection)
        if here.seat is None:
            raise Refusal("not_allowed", "Only a student of the class does this.", status=403)
        return live, here.seat


def _by(here: Here) -> By:
    return "host" if here.seat is None else here.seat


def _read(arguments: tuple[Any, ...], kind: type[_Shape], event: str) -> _Shape:
    return read(only(arguments, event), kind, event)
