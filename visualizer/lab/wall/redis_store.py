"""The in-memory Redis of a run on the wall clock, which speaks the real protocol on a port.

It is fakeredis, with two things as a real Redis has them: an answer is sent at once, and whoever
hangs up while a command of his waits for something does not get it.
"""

from __future__ import annotations

import select
import socket

from fakeredis import FakeRedis, TcpFakeServer
from fakeredis._clients._tcp_server import TCPFakeRequestHandler

from visualizer.clock.patch import start_unobserved

_HUNG_UP = getattr(select, "POLLRDHUP", select.POLLHUP)


class _Handler(TCPFakeRequestHandler):
    """One connection, in a thread of its own."""

    # Without it an answer in two pieces waits 40 ms for the client to confirm the first.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        number = self.current_client.get_socket()._client_info["id"]
        start_unobserved(_unblock_when_gone, self.connection, self.server, number)


def _unblock_when_gone(connection: socket.socket, server: TcpFakeServer, number: int) -> None:
    """End what that client waits for when it hangs up, or it would take the next message away."""
    poll = select.poll()
    try:
        poll.register(connection, _HUNG_UP)
    except ValueError:
        return  # it is closed already
    poll.poll()
    FakeRedis(server=server.fake_server).client_unblock(number)


def serve(listener: socket.socket) -> None:
    """Be the Redis behind that socket, for good."""
    server = TcpFakeServer(listener.getsockname()[:2], bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.RequestHandlerClass = _Handler
    server.daemon_threads = True
    server.serve_forever()
