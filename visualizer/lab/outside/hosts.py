"""Names and addresses as the program's process knows them: one address for each host.

Names are looked up here, not in the world; an address of TEST-NET-2 stands for each host.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from visualizer.lab.job import Service
from visualizer.lab.sandbox import HOST, Refused

from .addresses import Addresses, refusal

_NETWORK = ipaddress.ip_network("198.51.100.0/24")
HERE = "127.0.0.1"


class Hosts:
    """See the module's docstring. There is one in a process."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = Addresses(services)
        self._names: dict[str, str] = {}

    def look_up(self, host: object, port: int | None) -> str:
        """The address of a host. Raises Refused where nobody stands (at that port, if given)."""
        name = host.decode() if isinstance(host, (bytes, bytearray)) else str(host or "localhost")
        if name in ("localhost", HOST, ""):
            return HERE
        try:
            return str(ipaddress.ip_address(name))
        except ValueError:
            pass
        if port is not None and self._services.find(name, port) is None:
            raise Refused(refusal(name, port))
        names = {host: address for address, host in self._names.items()}
        if name not in names:
            address = str(_NETWORK[len(names) % 254 + 1])
            self._names[address] = name
            return address
        return names[name]

    def name(self, address: str) -> str:
        """The host that was looked up with this address."""
        return self._names.get(address, "localhost" if address == HERE else address)

    def find(self, address: str, port: int) -> Service | None:
        """The service that stands there, None if there is none."""
        return self._services.find(self.name(address), port)

    def service(self, address: str, port: int) -> Service:
        """The same. Raises Refused where there is none."""
        found = self.find(address, port)
        if found is None:
            raise Refused(refusal(self.name(address), port))
        return found


_owed: dict[str, str] = {}


def owe(lane: str, service: str | None) -> None:
    """That service works for the lane from now on; None: it does no more."""
    if service is None:
        _owed.pop(lane, None)
    else:
        _owed[lane] = service


def owes(lane: str) -> str | None:
    """The service that works for a lane at present."""
    return _owed.get(lane)
