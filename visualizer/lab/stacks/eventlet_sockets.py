"""eventlet's green sockets on top of those that lead to stand-ins, and TLS for them.

They are eventlet's own; only what they wrap, and how names are looked up, is replaced.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from eventlet.green import socket as green_socket
from eventlet.green import ssl as green_ssl
from eventlet.greenio import base

from visualizer.clock import replace
from visualizer.lab.outside.names import NAMES
from visualizer.lab.outside.tls import SecureSocket, Trusted

_secure: Callable[[Any, Any, str | None], Any]


class SecureGreenSocket(Trusted, base.GreenSocket):  # type: ignore[misc]  # eventlet has no types
    """A green socket after a handshake that cost nothing."""

    def __init__(self, plain: Any, context: Any, server_hostname: str | None) -> None:
        seconds = plain.gettimeout()
        super().__init__(_secure(plain.fd, context, server_hostname))
        self.settimeout(seconds)
        self.context = context
        self.server_hostname = server_hostname

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        return self.recv(len) if buffer is None else self.recv_into(buffer, len)

    def write(self, data: Any) -> Any:
        return self.send(data)

    def unwrap(self) -> SecureGreenSocket:
        return self


def _wrap_socket(self: Any, sock: Any, *args: Any, **settings: Any) -> Any:
    return SecureGreenSocket(sock, self, settings.get("server_hostname"))


def install(secure: Callable[[Any, Any, str | None], Any] = SecureSocket) -> None:
    """To be called when the sockets of the process are in place. ``secure`` takes over one of
    them, as ``SSLContext.wrap_socket`` does."""
    global _secure
    _secure = secure
    replace(base, _original_socket=socket.socket)
    replace(green_socket, **{name: vars(socket)[name] for name in NAMES})
    green_ssl.GreenSSLContext.wrap_socket = _wrap_socket
