"""A stream whose other end is the Redis of the run: ``redis_socket`` for ``redis.asyncio``.

The reader is asyncio's own. What comes unasked is fetched when the run says that it is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from visualizer.lab import link


class Writer:
    """What redis-py uses of a ``StreamWriter``. It feeds the answers to ``reader``."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._loop = asyncio.get_running_loop()
        self._line = link.line()
        self._number: int = self._line.call("redis", "connect")
        self._closed = False
        self.transport = self
        self._line.watch(f"redis {self._number}", self._arrived)

    def _arrived(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._fetch)

    def _fetch(self) -> None:
        if not self._closed:
            self._feed(self._line.call("redis", "receive", self._number))

    def _feed(self, data: bytes) -> None:
        if data:
            self._reader.feed_data(data)

    def write(self, data: bytes) -> None:
        self._feed(self._line.call("redis", "send", self._number, bytes(data)))

    def writelines(self, lines: Iterable[bytes]) -> None:
        self.write(b"".join(lines))

    async def drain(self) -> None:
        """Nothing is ever held back."""

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._line.watch(f"redis {self._number}", None)
            self._line.call("redis", "close", self._number)
            self._reader.feed_eof()

    abort = close

    async def wait_closed(self) -> None:
        """It is closed at once."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default
