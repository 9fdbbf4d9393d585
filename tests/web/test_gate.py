"""Who counts as a page of this server."""

from __future__ import annotations

import pytest

from visualizer.web.gate import same_origin


@pytest.mark.parametrize(
    ("origin", "scheme", "host", "allowed"),
    [
        ("http://127.0.0.1:5000", "http", "127.0.0.1:5000", True),
        ("http://localhost:5000", "http", "127.0.0.1:5000", False),
        ("http://127.0.0.1:5001", "http", "127.0.0.1:5000", False),
        ("https://class.example", "https", "class.example", True),
        ("http://class.example", "https", "class.example", False),
        ("http://class.example.evil", "http", "class.example", False),
        ("http://evil@class.example", "http", "class.example", False),
        ("null", "http", "class.example", False),
        ("", "http", "class.example", False),
        (None, "http", "class.example", False),
        ("http://", "http", "", False),
    ],
)
def test_the_origin_is_the_address(
    origin: str | None, scheme: str, host: str, allowed: bool
) -> None:
    environ = {"wsgi.url_scheme": scheme, "HTTP_HOST": host, "HTTP_ORIGIN": origin}
    assert same_origin(environ) is allowed


def test_a_request_without_a_host_is_nobodys() -> None:
    assert not same_origin({"wsgi.url_scheme": "http", "HTTP_ORIGIN": "http://"})


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://class.example", True),
        ("http://inner:5000", True),
        ("https://inner:5000", False),
        ("http://class.example", False),
        ("https://other.example", False),
    ],
)
def test_the_address_behind_a_proxy(origin: str, allowed: bool) -> None:
    environ = {
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "inner:5000",
        "HTTP_X_FORWARDED_PROTO": "https, http",
        "HTTP_X_FORWARDED_HOST": "class.example, other.example",
        "HTTP_ORIGIN": origin,
    }
    assert same_origin(environ) is allowed
