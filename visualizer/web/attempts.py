"""Guesses are slowed down: who tries wrong codes or passwords has to wait longer and longer.

Counted for the address of the connection's other end. A school, or a proxy in front of the server,
is one address to us, so what has once been found from an address stays open to it whatever else is
tried from there: one student's guesses do not shut the classmates out.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from .messages import SlowDown

#: Seconds of the longest delay.
LONGEST = 60.0
#: Seconds without a try, after the delay, for which one wrong try is forgiven.
FORGIVEN = 30.0
#: Addresses remembered at once, and what each of them has found.
ADDRESSES = 10_000
FOUND = 100


@dataclass
class _Tries:
    wrong: float = 0.0
    since: float = 0.0
    #: The time up to which this address has to wait.
    until: float = 0.0
    found: OrderedDict[str, None] = field(default_factory=OrderedDict)


class Attempts:
    """``free`` tries may be wrong; the next costs 1 s, then 2, 4 … 60. Safe for threads."""

    def __init__(self, free: int = 20, now: Callable[[], float] = time.monotonic) -> None:
        self._free = free
        self._now = now
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, address: str, what: str = "") -> None:
        """Raises ``SlowDown`` while this address has to wait, unless it has found ``what``."""
        left = self.delay(address, what)
        if left > 0:
            raise SlowDown(left)

    def delay(self, address: str, what: str = "") -> float:
        """Seconds for which this address has to wait before it tries ``what``."""
        with self._lock:
            tries = self._tries.get(_network(address))
            if tries is None or what in tries.found:
                return 0.0
            return max(0.0, tries.until - self._now())

    def wrong(self, address: str, what: str = "") -> None:
        """A try from this address was wrong; that of something found there before is none."""
        with self._lock:
            tries = self._of(address)
            if what and what in tries.found:
                return
            now = self._now()
            # Nothing is forgiven to who only waits until the delay is over.
            quiet = max(0.0, now - max(tries.since, tries.until))
            tries.wrong = max(0.0, tries.wrong - quiet / FORGIVEN) + 1
            tries.since = now
            above = tries.wrong - self._free
            if above > 0:
                # Beyond 2**6 it is the longest anyway, and a float has an end.
                tries.until = now + min(LONGEST, 2.0 ** min(math.ceil(above), 7) / 2)

    def found(self, address: str, what: str) -> None:
        """A try from this address was right."""
        with self._lock:
            found = self._of(address).found
            found[what] = None
            found.move_to_end(what)
            while len(found) > FOUND:
                found.popitem(last=False)

    def _of(self, address: str) -> _Tries:
        network = _network(address)
        tries = self._tries.setdefault(network, _Tries(since=self._now()))
        self._tries.move_to_end(network)
        while len(self._tries) > ADDRESSES:
            self._tries.popitem(last=False)
        return tries


def _network(address: str) -> str:
    """Who is behind an address: with IPv6 one household has 2**64 of them."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)
