"""Who stands at which address: finds the service for a host and a port, or says how to add one."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from visualizer.lab.job import Service

MAIL_PORTS = frozenset({25, 465, 587, 1025, 2525})
WEB_PORTS = {80: "http", 443: "https", 5000: "http", 8000: "http", 8080: "http", 8443: "https"}
_DEFAULTS = {"http": (80,), "https": (443,), "smtp": (25, 587), "smtps": (465,)}


class Addresses:
    """The stand-ins of a run by their addresses."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._by_address: dict[tuple[str, int], Service] = {}
        #: Those that stand in for all servers of their kind.
        self._by_kind: dict[str, Service] = {}
        for service in services:
            kind = service.protocol()
            if service.url is None and kind is not None:
                self._by_kind.setdefault(kind, service)
            elif service.url is not None:
                parts = urlsplit(service.url)
                ports = (parts.port,) if parts.port else _DEFAULTS.get(parts.scheme, ())
                for port in ports:
                    self._by_address.setdefault((plain(parts.hostname or ""), port), service)

    def find(self, host: str, port: int) -> Service | None:
        """The service that answers there."""
        named = self._by_address.get((plain(host), port))
        if named is None and port in MAIL_PORTS:
            return self._by_kind.get("smtp")
        if named is None and port in WEB_PORTS:
            return self._by_kind.get("http")
        return named


def plain(host: str) -> str:
    """One spelling for each host."""
    name = host.lower().rstrip(".")
    return "localhost" if name in ("127.0.0.1", "::1", "0.0.0.0") else name


def refusal(host: str, port: int) -> str:
    """What to say where nobody stands, and how to put somebody there."""
    where = f"{host}:{port}"
    said = (
        f"the program opens a network connection to {where}:"
        " in the lab it can reach nothing outside itself but stand-ins; give it one with"
    )
    if port in MAIL_PORTS:
        return f"{said} {_remedy('smtp', 'smtp', 'smtp')}"
    scheme = WEB_PORTS.get(port, "http")
    usual = port in _DEFAULTS[scheme]
    url = f"{scheme}://{host}" if usual else f"{scheme}://{where}"
    return f"{said} {_remedy(url, host, url)}"


def _remedy(stand_in: str, name: str, url: str) -> str:
    own = "" if url == name else f', url = "{url}"'
    return f'--stand-in {stand_in}=300ms, or in lesson.toml with [[services]] name = "{name}"{own}'
