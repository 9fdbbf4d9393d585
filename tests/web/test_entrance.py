"""Who may connect to the real server, and how: only its own pages, only in the ways it offers."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
import websocket

from tests.support.server import Server

from .client import Client


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://{host}",
        "http://{host}.evil.example",
        "null",
        "http://",
        None,
    ],
)
def test_foreign_pages_are_refused(server: Server, origin: str | None) -> None:
    if origin is not None:
        origin = origin.format(host=urlsplit(server.url).netloc)
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        Client(server.url, origin=origin)
    assert refused.value.status_code == 403


def test_a_page_behind_a_proxy_is_let_in(server: Server) -> None:
    url = server.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    connection = websocket.create_connection(
        url,
        origin="https://class.example",
        header=["X-Forwarded-Proto: https", "X-Forwarded-Host: class.example"],
        timeout=5,
    )
    assert connection.recv().startswith("0{")
    connection.close()


def fetch(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> int:
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("method", "query", "headers", "status"),
    [
        ("GET", "EIO=4&transport=polling", {"Origin": "http://evil.example"}, 403),
        ("GET", "EIO=4&transport=polling&j=0", {}, 400),
        ("GET", "EIO=3&transport=polling", {}, 400),
        ("GET", "EIO=4&transport=pigeon", {}, 400),
        ("GET", "EIO=4&transport=polling&sid=nobody", {}, 400),
        ("GET", "EIO=4&transport=polling", {}, 200),
        ("POST", "EIO=4&transport=polling&sid=nobody", {}, 403),
        ("POST", "EIO=4&transport=polling&sid=nobody", {"Origin": "{url}"}, 400),
        ("PUT", "EIO=4&transport=polling", {"Origin": "{url}"}, 400),
        ("OPTIONS", "EIO=4&transport=polling", {"Origin": "http://evil.example"}, 403),
    ],
)
def test_other_ways_in(
    server: Server, method: str, query: str, headers: dict[str, str], status: int
) -> None:
    headers = {name: value.format(url=server.url) for name, value in headers.items()}
    body = b"4" if method == "POST" else None
    assert fetch(f"{server.url}/socket.io/?{query}", method, body, **headers) == status


def test_a_polling_client_is_bounded_too(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/socket.io/?EIO=4&transport=polling") as answer:
        session = json.loads(answer.read()[1:])["sid"]
    url = f"{server.url}/socket.io/?EIO=4&transport=polling&sid={session}"
    assert fetch(url, "POST", b"40", Origin=server.url) == 200
    assert fetch(url, "POST", b"\xff\xfe", Origin=server.url) == 200
    assert fetch(url, "POST", b"x" * 70_000, Origin=server.url) == 413
    assert fetch(url, "POST", b"7", Origin=server.url) == 400
    assert fetch(url, "POST", b"42[]", Origin=server.url) == 400  # it was cut off


def test_compression_of_messages_is_declined(server: Server) -> None:
    url = server.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    header = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
    connection = websocket.create_connection(url, origin=server.url, header=header, timeout=5)
    assert "sec-websocket-extensions" not in connection.headers
    connection.close()


def test_old_websockets_are_declined(server: Server) -> None:
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=5) as raw:
        raw.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Origin: {server.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n".encode()
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
