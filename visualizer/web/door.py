"""Who finds a class: by its code, and not by trying codes."""

from __future__ import annotations

from contextlib import suppress

from visualizer.classroom import Register, Results, Session
from visualizer.classroom.codes import read_code

from .attempts import Attempts
from .messages import Refusal, SlowDown


class Door:
    """Looks classes up for an address. ``attempts`` counts the wrong codes of each."""

    def __init__(self, register: Register, attempts: Attempts | None = None) -> None:
        self._register = register
        self._attempts = attempts or Attempts()

    def session(self, address: str, code: str, secret: str = "") -> Session:
        """The class of this code. Raises ``Refusal`` no_class or slow_down.

        Who has to wait gets in all the same with the secret of the host or of a student."""
        name = read_code(code) or ""
        left = self._attempts.delay(address, name)
        if left > 0:
            found = self._already_open(name, secret)
            if found is None:
                raise SlowDown(left)
            return found
        try:
            found = self._register.session(code)
        except Refusal as refusal:
            self._count(address, name, refusal)
            raise
        self._attempts.found(address, found.code)
        return found

    def results(self, address: str, code: str, secret: str) -> Results:
        """The results of this class for its host. Raises ``Refusal`` no_class or slow_down."""
        name = read_code(code) or ""
        self._attempts.check(address, name)
        try:
            return self._register.results(code, secret)
        except Refusal as refusal:
            self._count(address, name, refusal)
            raise

    def _count(self, address: str, name: str, refusal: Refusal) -> None:
        if refusal.code == "no_class":
            self._attempts.wrong(address, name)

    def _already_open(self, name: str, secret: str) -> Session | None:
        """The open class of this name, if the secret belongs to it; asks no database."""
        for session in self._register.sessions():
            if session.code == name and secret:
                if session.is_host(secret):
                    return session
                with suppress(Refusal):
                    session.seat_of(secret)
                    return session
        return None
