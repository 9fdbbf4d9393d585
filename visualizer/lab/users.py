"""The users: scripts of requests that are played against the server.

A user makes requests one after another, as a browser would: keeps cookies, follows redirects, waits
for each answer. Users have no thread; they are timers of the clock and calls back from the
server, so thousands of them cost little.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from random import Random
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit

from visualizer.clock import NS, nanoseconds
from visualizer.trace import WEBSOCKET
from visualizer.trace.events import (
    Event,
    FirstByteReceived,
    LaneBorn,
    PushReceived,
    RequestSent,
    ResponseReceived,
)

from .bodies import body_of, values_of
from .exchange import Exchange, Response
from .job import UserRequest, Users
from .listening import PATH as SOCKET_PATH
from .listening import Listening
from .websockets import WebSockets

NAMES = (
    "Ana Ben Caro Dev Eva Finn Gia Hugo Ines Jon Kim Leo Mia Nils Olga Pia Quin Rosa Sam Tess "
    "Uma Vito Wen Xena Yuri Zoe"
).split()

MOST_REDIRECTS = 5

_PLACE = re.compile(r"\{([A-Za-z_][\w-]*)\}")


class Clock(Protocol):
    """Time as users need it, virtual or real. ``now`` is in nanoseconds."""

    @property
    def now(self) -> int: ...

    def call_later(self, seconds: float, call: Callable[[], None]) -> object: ...


class Diary(Protocol):
    """Where it is written down what users do. ``now`` is nanoseconds since the beginning."""

    open_users: int

    @property
    def now(self) -> int: ...

    def number(self, prefix: str, separator: str = "") -> str: ...

    def add(self, event: Event) -> None: ...


class User:
    """One user with a script. Call ``begin`` at the user's time."""

    def __init__(
        self,
        name: str,
        script: list[UserRequest],
        clock: Clock,
        recorder: Diary,
        network: int,
        arrive: Callable[[Exchange], None],
        sockets: WebSockets | None = None,
    ) -> None:
        self.name = name
        self._script = script
        self._clock = clock
        self._recorder = recorder
        self._network = network
        self._arrive = arrive
        self._lane = recorder.number("user", "-")
        self._cookies: dict[str, str] = {}
        self._saved: dict[str, str] = {"user": name}
        self._begun = 0
        self._redirects = 0
        self._sockets = sockets
        #: Connections that stay open, by the requests that opened them.
        self._listening: dict[str, Listening] = {}
        self._is_through = False
        recorder.open_users += 1
        recorder.add(LaneBorn(0, self._lane, "user", name))

    def begin(self) -> None:
        self._begun = self._clock.now
        self._next(0)

    def _next(self, index: int) -> None:
        """Send request ``index`` of the script when its time has come."""
        if index == len(self._script):
            self._is_through = True
            for listening in self._listening.values():
                if listening.until is None:
                    listening.leave()
            self._leave()
            return
        wish = self._begun + nanoseconds(self._script[index].at)
        self._later(wish, lambda: self._request(index))

    def _leave(self) -> None:
        """Go, once the script is through and no connection is open."""
        if self._is_through and not self._listening:
            self._recorder.open_users -= 1

    def _later(self, when: int, call: Callable[[], None]) -> None:
        if when <= self._clock.now:
            call()
        else:
            self._clock.call_later((when - self._clock.now) / NS, call)

    def _request(self, index: int) -> None:
        wish = self._script[index]
        if wish.socket:
            self._open(index, wish)
            return
        path = self._fill(wish.path, quote)
        body, kind = body_of(wish, self._fill)
        self._redirects = 0
        self._send(wish.method.upper(), path if path[:1] == "/" else f"/{path}", body, kind, index)

    def _send(self, method: str, path: str, body: bytes, kind: str | None, index: int) -> None:
        headers = self._headers(index)
        if kind is not None:
            headers["Content-Type"] = kind
        sent = self._clock.now
        exchange = Exchange(
            self._recorder.number("r"),
            method,
            path,
            headers,
            body,
            started=lambda exchange: self._after_network(lambda: self._first_byte(exchange)),
            finished=lambda exchange: self._after_network(
                lambda: self._received(exchange, index, sent)
            ),
        )
        self._recorder.add(RequestSent(self._recorder.now, exchange.id, self._lane, method, path))
        self._after_network(lambda: self._arrive(exchange))

    def _headers(self, index: int) -> dict[str, str]:
        headers = {"Host": "localhost", "User-Agent": "Meanwhile", "Accept": "*/*"}
        own = self._script[index].headers
        headers |= {name: self._fill(value) for name, value in own.items()}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        return headers

    def _open(self, index: int, wish: UserRequest) -> None:
        """Ask for a connection that stays open. The script goes on when it is, or cannot be."""
        sockets, recorder, request = self._sockets, self._recorder, self._recorder.number("r")
        assert sockets is not None

        def connected(session: str | None) -> None:
            if session is not None:
                self._saved["sid"] = session
                if wish.emit:
                    listening.emit(json.loads(self._fill(json.dumps(wish.emit))))
            self._next(index + 1)

        def closed() -> None:
            recorder.add(ResponseReceived(recorder.now, request))
            listening.hung_up()
            del self._listening[request]
            self._leave()

        listening = self._listening[request] = Listening(
            wish.path,
            wish.until,
            say=lambda text: sockets.send(request, text),
            close=lambda: sockets.close(request),
            connected=connected,
            event=lambda name: recorder.add(PushReceived(recorder.now, request)),
        )
        sockets.expect(request, listening.hear)
        headers = self._headers(index) | {"Connection": "Upgrade", "Upgrade": "websocket"}
        exchange = Exchange(
            request,
            "GET",
            SOCKET_PATH,
            headers,
            b"",
            started=lambda exchange: self._after_network(lambda: self._first_byte(exchange)),
            finished=lambda exchange: self._after_network(closed),
        )
        path = SOCKET_PATH.partition("?")[0]
        recorder.add(RequestSent(recorder.now, request, self._lane, WEBSOCKET, path))
        self._after_network(lambda: self._arrive(exchange))

    def _after_network(self, call: Callable[[], None]) -> None:
        self._clock.call_later(self._network / NS, call)

    def _first_byte(self, exchange: Exchange) -> None:
        self._recorder.add(FirstByteReceived(self._recorder.now, exchange.id))

    def _received(self, exchange: Exchange, index: int, sent: int) -> None:
        self._recorder.add(ResponseReceived(self._recorder.now, exchange.id))
        response = exchange.response
        self._keep_cookies(response)
        target = redirect_of(exchange.path, response)
        if target is not None and self._redirects < MOST_REDIRECTS:
            self._redirects += 1
            keep = response.status in (307, 308)
            self._send(
                exchange.method if keep else "GET",
                target,
                exchange.body if keep else b"",
                exchange.headers.get("Content-Type") if keep else None,
                index,
            )
            return
        self._script_goes_on(response, index, sent)

    def _script_goes_on(self, response: Response, index: int, sent: int) -> None:
        wish = self._script[index]
        answer = values_of(response)
        for name in wish.save:
            value = answer.get(name, response.header(name))
            if value is not None:
                # JSON can hold halves of characters, which a URL cannot.
                self._saved[name] = str(value).encode("utf-8", "replace").decode()
        if wish.every is not None and not (wish.until and answer.get(wish.until)):
            self._later(sent + nanoseconds(wish.every), lambda: self._request(index))
        else:
            self._next(index + 1)

    def _keep_cookies(self, response: Response) -> None:
        for key, value in response.headers:
            if key.lower() != "set-cookie":
                continue
            jar: SimpleCookie = SimpleCookie()
            try:
                jar.load(value)
            except CookieError:
                continue  # as a browser does: a cookie it cannot read it does not keep
            for name, morsel in jar.items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = morsel.coded_value

    def _fill(self, text: str, safely: Callable[[str], str] = str) -> str:
        def value(match: re.Match[str]) -> str:
            return safely(self._saved[match[1]]) if match[1] in self._saved else match[0]

        return _PLACE.sub(value, text)


def redirect_of(path: str, response: Response) -> str | None:
    """The path to which the response to ``path`` sends the browser, or None."""
    location = response.header("Location")
    if location is None or response.status not in (301, 302, 303, 307, 308):
        return None
    try:
        target = urlsplit(urljoin(f"http://localhost{path}", location))
    except ValueError:
        return None  # as a browser does: it stays where it is
    return (target.path or "/") + (f"?{target.query}" if target.query else "")


def scripts(users: Users, requests: list[UserRequest]) -> dict[str, list[UserRequest]]:
    """Who makes which requests, by name, in order of arrival.

    A request without ``user`` is made by each of ``users.count`` users; if every request names
    its user, only those users exist.
    """
    shared = any(request.user is None for request in requests)
    names = [name_of(number) for number in range(1, users.count + 1)] if shared else []
    for request in requests:
        name = _named(request)
        if name is not None and name not in names:
            names.append(name)
    return {
        name: [request for request in requests if _named(request) in (None, name)] for name in names
    }


def _named(request: UserRequest) -> str | None:
    return name_of(request.user) if isinstance(request.user, int) else request.user


def name_of(number: int) -> str:
    """Ana, Ben, …, Zoe, then ``user 27``."""
    return NAMES[number - 1] if 1 <= number <= len(NAMES) else f"user {number}"


def arrivals(users: Users, count: int, random: Random) -> list[float]:
    """When each of ``count`` users begins, in seconds, in order."""
    if users.arrival == "every":
        return [index * users.seconds for index in range(count)]
    if users.arrival == "burst":
        return [index // users.size * users.seconds for index in range(count)]
    times, now = [], 0.0
    for _ in range(count):
        times.append(now)
        if users.arrival == "poisson":
            now += random.expovariate(1 / users.seconds)
    return times
