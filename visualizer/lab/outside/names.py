"""What looks up names and addresses in the ``socket`` module, answered by ``hosts``."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from visualizer.clock import replace
from visualizer.lab.sandbox import HOST

if TYPE_CHECKING:
    from .hosts import Hosts

#: As ``socket.getaddrinfo``: family, type, protocol, canonical name, address.
Found = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]

_PROTOCOLS = {socket.SOCK_STREAM: socket.IPPROTO_TCP, socket.SOCK_DGRAM: socket.IPPROTO_UDP}


class Names:
    """The functions, with the names that they have in ``socket``."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts

    def getaddrinfo(
        self, host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> list[Found]:
        """Addresses of a host and a port."""
        number = _port(port)
        address = self._hosts.look_up(host, number)
        if family not in (0, socket.AF_INET):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        kinds = [kind for kind in _PROTOCOLS if type in (0, kind)]
        return [
            (socket.AF_INET, kind, _PROTOCOLS[kind], "", (address, number or 0)) for kind in kinds
        ]

    def gethostbyname(self, hostname: str) -> str:
        """The address of a host."""
        return self._hosts.look_up(hostname, None)

    def gethostbyname_ex(self, hostname: str) -> tuple[str, list[str], list[str]]:
        """Its name, other names, and its addresses."""
        return hostname, [], [self._hosts.look_up(hostname, None)]

    def gethostbyaddr(self, ip_address: str) -> tuple[str, list[str], list[str]]:
        """The host that has an address."""
        return self._hosts.name(ip_address), [], [ip_address]

    def getfqdn(self, name: str = "") -> str:
        """The whole name of a host."""
        return name or HOST

    def getnameinfo(self, sockaddr: tuple[str, int], flags: int) -> tuple[str, str]:
        """Host and port of an address."""
        numeric = flags & socket.NI_NUMERICHOST
        return sockaddr[0] if numeric else self._hosts.name(sockaddr[0]), str(sockaddr[1])


NAMES = (
    "getaddrinfo",
    "gethostbyname",
    "gethostbyname_ex",
    "gethostbyaddr",
    "getfqdn",
    "getnameinfo",
)


def install(names: Names) -> None:
    """Let these answer in this process, for good."""
    replace(socket, **{name: getattr(names, name) for name in NAMES})


def _port(port: Any) -> int | None:
    """The number of a port that may be given by its name."""
    if port is None or isinstance(port, int):
        return port
    text = port.decode() if isinstance(port, bytes) else str(port)
    return int(text) if text.isdigit() else socket.getservbyname(text)
