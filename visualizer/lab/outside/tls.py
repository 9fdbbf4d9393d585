"""TLS to a stand-in: a handshake that always succeeds and costs nothing, and no encryption.

A stand-in has no certificate of the world's authorities, and what TLS costs is not what lessons are
about. Contexts are made, loaded and set as ever; only what they wrap is passed on as it is.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from .sockets import Socket, open_sockets


class Trusted:
    """What a client may ask about a connection after the handshake."""

    context: ssl.SSLContext
    server_hostname: str | None
    server_side = False
    session = None
    session_reused = False

    def getpeercert(self, binary_form: bool = False) -> Any:
        host = self.server_hostname or ""
        if binary_form:
            return host.encode()
        return {"subject": ((("commonName", host),),), "subjectAltName": (("DNS", host),)}

    def version(self) -> str:
        return "TLSv1.3"

    def cipher(self) -> tuple[str, str, int]:
        return ("TLS_AES_256_GCM_SHA384", "TLSv1.3", 256)

    def shared_ciphers(self) -> None:
        return None

    def compression(self) -> None:
        return None

    def selected_alpn_protocol(self) -> None:
        return None

    def selected_npn_protocol(self) -> None:
        return None

    def get_channel_binding(self, cb_type: str = "tls-unique") -> None:
        return None

    def do_handshake(self, block: bool = False) -> None:
        """It has succeeded already."""

    def pending(self) -> int:
        return 0


class SecureSocket(Trusted, Socket):
    """Takes over the connection of a plain socket, as ``SSLContext.wrap_socket`` does."""

    def __init__(self, plain: Socket, context: ssl.SSLContext, server_hostname: str | None) -> None:
        vars(self).update(vars(plain))
        self._io_refs, self._closed = 0, False
        self.context = context
        self.server_hostname = server_hostname
        plain.detach()
        vars(plain)["_end"] = None
        open_sockets[self._number] = self

    def __new__(cls, *args: Any) -> Any:
        return Socket.__new__(cls)

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        return self.recv(len) if buffer is None else self.recv_into(buffer, len)

    def write(self, data: Any) -> int:
        return self.send(data)

    def unwrap(self) -> Socket:
        return self


class SecureObject(Trusted):
    """TLS in memory, as event loops use it: what goes in comes out."""

    def __init__(
        self, incoming: Any, outgoing: Any, context: ssl.SSLContext, server_hostname: str | None
    ) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self.context = context
        self.server_hostname = server_hostname

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        if not self._incoming.pending and not self._incoming.eof:
            raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "The operation did not complete")
        data = self._incoming.read(len)
        if buffer is None:
            return data
        buffer[: data.__len__()] = data
        return data.__len__()

    def write(self, data: Any) -> int:
        return int(self._outgoing.write(data))

    def unwrap(self) -> None:
        """Nothing has to be said for it."""


def _is_ours(sock: Any) -> bool:
    return isinstance(sock, Socket)


def install(
    is_ours: Callable[[Any], bool] = _is_ours,
    secure: Callable[[Any, ssl.SSLContext, str | None], Any] = SecureSocket,
) -> None:
    """Let contexts make ``secure`` sockets of those that ``is_ours``, and of others as ever.

    What event loops wrap in memory, as clients, always leads to a stand-in.
    """
    plain_socket, plain_bio = ssl.SSLContext.wrap_socket, ssl.SSLContext.wrap_bio

    def wrap_socket(
        self: ssl.SSLContext,
        sock: Any,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: Any = None,
        session: Any = None,
    ) -> Any:
        if is_ours(sock) and not server_side:
            _check_name(self, server_hostname)
            return secure(sock, self, server_hostname)
        return plain_socket(
            self,
            sock,
            server_side,
            do_handshake_on_connect,
            suppress_ragged_eofs,
            server_hostname,
            session,
        )

    def wrap_bio(
        self: ssl.SSLContext,
        incoming: Any,
        outgoing: Any,
        server_side: bool = False,
        server_hostname: Any = None,
        session: Any = None,
    ) -> Any:
        if not server_side:
            _check_name(self, server_hostname)
            return SecureObject(incoming, outgoing, self, server_hostname)
        return plain_bio(self, incoming, outgoing, server_side, server_hostname, session)

    for name, function in (("wrap_socket", wrap_socket), ("wrap_bio", wrap_bio)):
        setattr(ssl.SSLContext, name, function)


def _check_name(context: ssl.SSLContext, server_hostname: Any) -> None:
    if context.check_hostname and not server_hostname:
        raise ValueError("check_hostname requires server_hostname")
