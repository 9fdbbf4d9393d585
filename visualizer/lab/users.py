"""The users: scripts of requests that are played against the server.

A user makes requests one after another, as a browser would: keeps cookies, follows redirects, waits
for each answer, and goes on with the script where none comes because the connection broke. Users
have no thread; they are timers and calls back from the server, so thousands of them cost little.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from random import Random
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit

from visualizer.clock import nanoseconds
from visualizer.trace import EVENTS, WEBSOCKET
from visualizer.trace.events import (
    FirstByteReceived,
    LaneBorn,
    PushReceived,
    RequestFailed,
    RequestSent,
    ResponseReceived,
)

from .bodies import body_of, values_of
from .exchange import EVENT_STREAM, Exchange, Response
from .job import Job, UserRequest, Users
from .listening import PATH as SOCKET_PATH
from .listening import EventSource, Listening, SocketIoClient
from .world import World

NAMES = (
    "Ana Ben Caro Dev Eva Finn Gia Hugo Ines Jon Kim Leo Mia Nils Olga Pia Quin Rosa Sam Tess "
    "Uma Vito Wen Xena Yuri Zoe"
).split()

MOST_REDIRECTS = 5

_PLACE = re.compile(r"\{([A-Za-z_][\w-]*)\}")


class Sockets(Protocol):
    """Connections that stay open, as users see them: each has the id of its request."""

    def expect(self, request: str, hear: Callable[[str], None]) -> None:
        """A user asks for one with that request. ``hear`` takes each text that comes over it."""

    def send(self, request: str, text: str) -> None:
        """The user says something."""

    def close(self, request: str) -> None:
        """The user hangs up."""


class Visitors:
    """All users of a run. ``arrive`` is what a request meets when it has crossed the network.

    ``sockets`` are the connections that stay open, where there can be any.
    """

    def __init__(
        self,
        job: Job,
        world: World,
        arrive: Callable[[Exchange], None],
        sockets: Sockets | None = None,
    ) -> None:
        self.world = world
        self.sockets = sockets
        self.network = nanoseconds(job.network)
        self._arrive = arrive
        self._requests = 0
        self._open: dict[str, None] = {}
        people = scripts(job.users, job.requests)
        times = arrivals(job.users, len(people), Random(f"arrivals {job.seed}"))
        self._people = [
            (User(name, f"user-{number}", script, self), nanoseconds(at))
            for number, ((name, script), at) in enumerate(
                zip(people.items(), times, strict=True), 1
            )
        ]

    def begin(self, now: int) -> None:
        """Time 0 is ``now`` (ns of the world's): each user begins at a time of their own."""
        for user, at in self._people:
            self.world.at(now + at, user.begin)

    @property
    def open(self) -> dict[str, None]:
        """The names of those whose script is not finished, in order."""
        return self._open

    def came(self, name: str) -> None:
        self._open[name] = None

    def went(self, name: str) -> None:
        del self._open[name]

    def next_id(self) -> str:
        self._requests += 1
        return f"r{self._requests}"

    def after_network(self, call: Callable[[], None]) -> None:
        self.world.at(self.world.now + self.network, call)

    def cross(self, exchange: Exchange) -> None:
        """Send a request over the network to the server."""

        def arrive() -> None:
            self._arrive(exchange)

        self.after_network(arrive)


class User:
    """One user with a script. Call ``begin`` at the user's time."""

    def __init__(self, name: str, lane: str, script: list[UserRequest], all_: Visitors) -> None:
        self.name = name
        self._script = script
        self._all = all_
        self._world = all_.world
        self._lane = lane
        self._cookies: dict[str, str] = {}
        self._saved: dict[str, str] = {"user": name}
        self._begun = 0
        self._redirects = 0
        #: Connections that stay open, by the requests that opened them.
        self._listening: dict[str, Listening] = {}
        self._is_through = False
        all_.came(name)
        self._world.tell(lambda _: LaneBorn(0, lane, "user", name))

    def begin(self) -> None:
        self._begun = self._world.now
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
            self._all.went(self.name)

    def _later(self, when: int, call: Callable[[], None]) -> None:
        if when <= self._world.now:
            call()
        else:
            self._world.at(when, call)

    def _request(self, index: int) -> None:
        wish = self._script[index]
        path = self._fill(wish.path, quote)
        if wish.socket or wish.stream:
            self._open(index, wish, path)
            return
        body, kind = body_of(wish, self._fill)
        self._redirects = 0
        self._send(wish.method.upper(), path if path[:1] == "/" else f"/{path}", body, kind, index)

    def _send(self, method: str, path: str, body: bytes, kind: str | None, index: int) -> None:
        headers = self._headers(index)
        if kind is not None:
            headers["Content-Type"] = kind
        sent, later = self._world.now, self._all.after_network
        exchange = Exchange(
            self._all.next_id(),
            method,
            path,
            headers,
            body,
            started=lambda exchange: later(lambda: self._first_byte(exchange)),
            finished=lambda exchange: later(lambda: self._received(exchange, index, sent)),
            failed=lambda exchange, why: later(lambda: self._broken(exchange, why, index, sent)),
        )
        self._world.tell(lambda t: RequestSent(t, exchange.id, self._lane, method, path))
        self._all.cross(exchange)

    def _headers(self, index: int) -> dict[str, str]:
        headers = {"Host": "localhost", "User-Agent": "Meanwhile", "Accept": "*/*"}
        own = self._script[index].headers
        headers |= {name: self._fill(value) for name, value in own.items()}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        return headers

    def _open(self, index: int, wish: UserRequest, path: str) -> None:
        """Ask for a connection that stays open. The script goes on when it is, or cannot be."""
        sockets, world, request = self._all.sockets, self._world, self._all.next_id()
        later = self._all.after_network
        assert sockets is not None

        def connected(session: str | None) -> None:
            if session is not None:
                self._saved["sid"] = session
                if wish.emit and isinstance(listening, SocketIoClient):
                    listening.emit(json.loads(self._fill(json.dumps(wish.emit))))
            self._next(index + 1)

        def over() -> None:
            listening.hung_up()
            del self._listening[request]
            self._leave()

        def closed() -> None:
            world.tell(lambda t: ResponseReceived(t, request))
            over()

        def broken(why: str) -> None:
            world.tell(lambda t: RequestFailed(t, request, why))
            over()

        def opened(exchange: Exchange) -> None:
            self._first_byte(exchange)
            listening.opened()

        ends = (
            wish.until,
            lambda: sockets.close(request),
            connected,
            lambda: world.tell(lambda t: PushReceived(t, request)),
        )
        listening: Listening = EventSource(*ends)
        method, headers = EVENTS, {"Accept": EVENT_STREAM}
        if wish.socket:
            listening = SocketIoClient(path, lambda text: sockets.send(request, text), *ends)
            headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
            method, path = WEBSOCKET, SOCKET_PATH
        self._listening[request] = listening
        sockets.expect(request, listening.hear)
        exchange = Exchange(
            request,
            "GET",
            path,
            self._headers(index) | headers,
            b"",
            started=lambda exchange: later(lambda: opened(exchange)),
            finished=lambda exchange: later(closed),
            failed=lambda exchange, why: later(lambda: broken(why)),
        )
        shown = path.partition("?")[0] if wish.socket else path
        world.tell(lambda t: RequestSent(t, request, self._lane, method, shown))
        self._all.cross(exchange)

    def _first_byte(self, exchange: Exchange) -> None:
        self._world.tell(lambda t: FirstByteReceived(t, exchange.id))

    def _broken(self, exchange: Exchange, why: str, index: int, sent: int) -> None:
        """What a browser calls a network error: no answer will come."""
        self._world.tell(lambda t: RequestFailed(t, exchange.id, why))
        self._script_goes_on(Response(), index, sent)

    def _received(self, exchange: Exchange, index: int, sent: int) -> None:
        self._world.tell(lambda t: ResponseReceived(t, exchange.id))
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
