"""How classes are offered by a server."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from visualizer.classroom import Register

from .attempts import Attempts
from .launch import AsyncMode
from .messages import Refusal
from .offload import waiter

#: Wrong passwords, and classes started, from an address before it has to wait.
FREE_PASSWORDS = 5
FREE_STARTS = 100


@dataclass(frozen=True)
class ClassOptions:
    """``password`` is needed to start a class, if there is one. ``public_url``, without a slash at
    its end, is how students reach the server; None: as the request came."""

    register: Register
    password: str | None = None
    public_url: str | None = None
    _passwords: Attempts = field(default_factory=lambda: Attempts(FREE_PASSWORDS))
    _starts: Attempts = field(default_factory=lambda: Attempts(FREE_STARTS))

    def for_pages(self) -> dict[str, bool]:
        """What a page has to know before a class is started."""
        return {"password": self.password is not None}

    def check_start(self, address: str, password: str | None) -> None:
        """Whether a class may be started from here. Raises ``Refusal`` password or slow_down."""
        if self.password is not None:
            self._passwords.check(address)
            if not hmac.compare_digest((password or "").encode(), self.password.encode()):
                if password:  # a page that did not know of it yet has guessed nothing
                    self._passwords.wrong(address)
                message = "Starting a class needs this server's password; type it and try again."
                raise Refusal("password", message, "password", 401)
        self._starts.check(address)
        self._starts.wrong(address)


def in_memory(async_mode: AsyncMode) -> ClassOptions:
    """Classes that nothing is left of when the program ends."""
    register = Register("sqlite://", wait=waiter(async_mode))
    register.open()
    return ClassOptions(register)
