"""HTTP as users speak it over a real connection, which is for one request only."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from http.client import HTTPResponse
from typing import Any, cast

from visualizer.lab.exchange import Exchange

NUMBER = "X-Meanwhile-Request"
"""The header that tells the server's recorder a request's number."""

MOST_AT_ONCE = 1 << 16
"""Bytes to read at once."""


def request_bytes(exchange: Exchange) -> bytes:
    """The request as it is sent."""
    headers = {
        **exchange.headers,
        NUMBER: exchange.id,
        "Content-Length": str(len(exchange.body)),
        "Connection": "close",
    }
    lines = [f"{exchange.method} {exchange.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + exchange.body


class _Socket:
    """What ``http.client`` reads a response from: bytes that are here already."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._data)


async def read_head(method: str, reader: asyncio.StreamReader) -> HTTPResponse:
    """The response up to its body. Raises EOFError, OSError or HTTPException if there is none."""
    head = await reader.readuntil(b"\r\n\r\n")
    response = HTTPResponse(cast(Any, _Socket(head)), method=method)
    response.begin()
    return response


async def read_body(head: HTTPResponse, reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The pieces of the body as they come. Raises EOFError or OSError if it breaks off.

    As in a browser, what has come whole has come, whatever the server does next.
    """
    if head.length is not None:
        yield await reader.readexactly(head.length)
    elif head.chunked:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            yield (await reader.readexactly(size + 2))[:-2]
    else:
        while piece := await reader.read(MOST_AT_ONCE):
            yield piece
