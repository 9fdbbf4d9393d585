"""The connections to the Redis of a run, on either clock, and which of them wait for something.

Nobody polls: a command that blocks is answered in the moment in which there is something, and who
has waited longest is served first, as in Redis. Commands are fakeredis' (``redis_session``), which
is imported when the first client connects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .redis_session import Session


class Connections:
    """``now`` reads the run's clock (s since 1970), ``seed`` is that of Redis' random choices.

    ``after`` calls something once so many seconds have passed. ``pushed`` is called when there is
    something to take that a connection did not just ask for; its second argument says whether that
    is the answer of a command that blocked.
    """

    def __init__(
        self,
        now: Callable[[], float],
        seed: int,
        after: Callable[[float, Callable[[], None]], object],
        pushed: Callable[[Session, bool], None],
    ) -> None:
        self._now = now
        self._seed = seed
        self._after = after
        self._pushed = pushed
        self._server: Any = None
        self._opened = 0
        self._blocked: list[Session] = []

    def open(self, process: str) -> Session:
        """A new connection, of that process."""
        from . import redis_session

        if self._server is None:
            self._server = redis_session.make_server(self._now, self._seed)
        self._opened += 1
        return redis_session.Session(
            self._server, self._opened, process, self._block, self._pushed_to
        )

    def close(self, session: Session) -> None:
        """Its client is gone, and waits for nothing any more."""
        if session in self._blocked:
            self._blocked.remove(session)
        session.close()

    def feed(self, session: Session, data: bytes) -> None:
        """Bytes that its client sends; the answer is to be taken from the session."""
        session.feed(data)
        self._serve()

    def value(self, database: int, key: str) -> Any:
        """What stands under that key, or None."""
        if self._server is None:
            return None
        item = self._server.dbs[database].get(key.encode())
        return None if item is None else item.value

    def _pushed_to(self, session: Session) -> None:
        self._pushed(session, False)

    def _block(self, session: Session, seconds: float) -> None:
        self._blocked.append(session)
        if not seconds:
            return
        time = session.blocks

        def expire() -> None:
            if session in self._blocked and session.blocks == time:
                self._blocked.remove(session)
                session.give_up()
                self._pushed(session, False)
                self._serve()

        self._after(seconds, expire)

    def _serve(self) -> None:
        """Answer those whose commands can go on, who waited longest first, until none can."""
        served = True
        while served:
            served = False
            for session in self._blocked:
                if session.try_again():
                    self._blocked.remove(session)
                    self._pushed(session, True)
                    served = True
                    break
