"""One client's connection to the Redis of a run: fakeredis' commands, without its waiting.

fakeredis knows what each command does. What it leaves to threads and to the system's clock is done
here in a way that a simulation needs: a command that blocks is put aside until something changes
(``try_again``) or its time is up (``give_up``), and the time is the run's. Any password is right.
Replies are bytes of the protocol, version 2 or 3, as a real server sends them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import chain
from random import Random
from typing import Any

import redis
from fakeredis import FakeServer
from fakeredis._command_args_parsing import Timeout
from fakeredis._commands import command
from fakeredis._core import CommandItem
from fakeredis._helpers import OK, NoResponse, SimpleError, SimpleString
from fakeredis._msgs import WRONGTYPE_MSG
from fakeredis._socket import FakeSocket

VERSION = (7, 4, 0)
"""Of the Redis that programs see."""

LUA_STEPS = 10_000_000
"""Instructions after which a script in Lua is broken off."""

_UNORDERED = (b"SMEMBERS", b"SINTER", b"SUNION", b"SDIFF")
"""What Redis answers in an order of its own, and we in that of the alphabet."""

_LUA_LIMITS = """
function(steps)
    local sethook = debug.sethook
    debug, python, os, io, require, package, dofile, loadfile = nil
    return function()
        sethook(function() error("the script ran too long") end, "", steps)
    end
end
"""
"""Takes away what leads out of Lua. What it returns begins to count the steps of a script."""


class Clock:
    """Stands in for the module ``time`` in fakeredis' modules."""

    def __init__(self, now: Callable[[], float]) -> None:
        #: Seconds since 1970, on the run's clock.
        self.time = now
        self.monotonic = now


def make_server(now: Callable[[], float], seed: int) -> FakeServer:
    """The one server of this process, with a clock and a chance of its own.

    ``now`` reads the run's clock, in seconds since 1970.
    """
    own = {"time": Clock(now), "random": Random(f"redis {seed}")}
    for name, module in list(sys.modules.items()):
        if name.startswith("fakeredis."):
            vars(module).update({key: own[key] for key in own if key in vars(module)})
    return FakeServer(version=VERSION)


class Session(FakeSocket):
    """``process`` is whose it is. ``pushed`` is called when something came that was not asked."""

    def __init__(
        self,
        server: FakeServer,
        number: int,
        process: str,
        block: Callable[[Session, float], None],
        pushed: Callable[[Session], None],
    ) -> None:
        self.number = number
        self.process = process
        #: How often it has blocked; a timer for an earlier time says nothing.
        self.blocks = 0
        self._block = block
        self._pushed = pushed
        self._outbox = bytearray()
        self._retry: Callable[[bool], Any] | None = None
        self._shape: Callable[[Any], Any] | None = None
        self._answering = False
        self._depth = 0
        address = {"addr": f"127.0.0.1:{40000 + number}", "laddr": "127.0.0.1:6379", "fd": 8}
        super().__init__(server, 0, client_class=redis.Redis, client_info=address)

    def __hash__(self) -> int:
        return self.number  # fakeredis keeps subscribers in sets

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def key(self) -> str:
        """What the process waits for."""
        return f"redis {self.number}"

    def feed(self, data: bytes) -> None:
        """What the client sends, or a part of it."""
        try:
            self.sendall(data)
        except redis.ConnectionError as error:
            self._outbox += encode(SimpleError(f"ERR {error}"), 2)
        except Exception as error:
            # A flaw of fakeredis: the program hears of it, as it would of one in Redis.
            self._outbox += encode(SimpleError(f"ERR {type(error).__name__}: {error}"), 2)
            self._parser = self._parse_commands()
            self._parser.send(None)
        finally:
            self._answering, self._depth = False, 0

    def take(self) -> bytes:
        """What is to be sent to the client."""
        data = bytes(self._outbox)
        self._outbox.clear()
        return data

    # -- commands of our own --------------------------------------------------------------------

    def _blocking(
        self,
        timeout: float | None,
        func: Callable[[bool], Any],
        shape: Callable[[Any], Any] | None = None,
    ) -> Any:
        result = func(True)
        if result is not None or self._in_transaction:
            return result if shape is None else shape(result)
        self._blocked = True
        self.blocks += 1
        self._retry, self._shape = func, shape
        self.pause()
        self._block(self, timeout or 0.0)
        return NoResponse()

    def try_again(self) -> bool:
        """Something has changed: whether the command that blocks has its answer now."""
        assert self._retry is not None
        result = None
        if self._unblock_reason is None:
            with self._server.lock:
                result = self._retry(False)
            if result is None:
                return False
        self._answer(result)
        return True

    def give_up(self) -> None:
        """Its time is up."""
        self._answer(None)

    def _answer(self, result: Any) -> None:
        try:
            if self._unblock_reason is not None:
                self._take_unblock_reason()
            result = result if self._shape is None else self._shape(result)
        except SimpleError as error:
            result = error
        self._blocked, self._retry, self._shape = False, None, None
        self._outbox += encode(result, self._resp_version)
        self.resume()

    @command(name="INFO", fixed=(), repeat=(bytes,))
    def info(self, *sections: bytes) -> bytes:
        """The little that libraries ask for."""
        lines = ["# Server", f"redis_version:{'.'.join(map(str, VERSION))}"]
        lines += ["redis_mode:standalone", "tcp_port:6379"]
        lines += ["# Clients", f"connected_clients:{len(self._server.sockets)}", "# Keyspace"]
        for number, database in sorted(self._server.dbs.items()):
            if len(database):
                lines.append(f"db{number}:keys={len(database)},expires=0,avg_ttl=0")
        return "\r\n".join([*lines, ""]).encode()

    @command(name="BLMOVE", fixed=(bytes, bytes, bytes, bytes, Timeout))
    def blmove_of_names(
        self, source: bytes, target: bytes, from_: bytes, to: bytes, timeout: float
    ) -> Any:
        """As fakeredis' own, which does not wait for a list that is not there yet."""

        def move(first: bool) -> Any:
            item = CommandItem(source, self._db, self._db.get(source), default=[])
            if not isinstance(item.value, list):
                raise SimpleError(WRONGTYPE_MSG)
            if not item.value:
                return None
            other = CommandItem(target, self._db, self._db.get(target), default=[])
            into = item if source == target else other
            moved = self._lmove(item, into, from_, to, first)
            item.writeback()
            into.writeback()
            return moved

        return self._blocking(timeout, move)

    # -- replies ----------------------------------------------------------------------------------

    def _process_command(self, fields: list[bytes]) -> None:
        self._answering = True
        command = fields[0].upper() if fields else b""
        self._sorted = command in _UNORDERED
        if command == b"AUTH":
            self.put_response(OK)
        else:
            super()._process_command(fields[:2] if command == b"HELLO" else fields)
        self._answering = False

    def _run_command(self, *arguments: Any) -> Any:
        self._depth += 1
        result = super()._run_command(*arguments)
        self._depth -= 1
        if self._sorted and isinstance(result, list):
            result.sort()
        return result

    def _decode_result(self, result: Any) -> Any:
        return result

    def put_response(self, msg: Any) -> None:
        version = self._resp_version
        if self._answering and not self._depth:
            self._outbox += encode(msg, version)
            return
        pushed = encode(msg, version)
        self._outbox += b">" + pushed[1:] if version == 3 else pushed
        if not self._answering:
            self._pushed(self)

    def _get_server_runtime(self, server: Any) -> Any:
        runtime = super()._get_server_runtime(server)
        if not hasattr(server, "count_steps"):
            server.count_steps = runtime.eval(_LUA_LIMITS)(LUA_STEPS)
        server.count_steps()
        return runtime


def encode(value: Any, version: int) -> bytes:
    """A reply in the protocol of that version."""
    new = version == 3
    if value is None:
        return b"_\r\n" if new else b"$-1\r\n"
    if isinstance(value, SimpleString):
        return b"+" + value.value + b"\r\n"
    if isinstance(value, Exception):
        text = value.value if isinstance(value, SimpleError) else f"ERR {value}"
        return b"-" + text.encode().replace(b"\r\n", b" ").replace(b"\n", b" ") + b"\r\n"
    if isinstance(value, bool):
        return (b"#t\r\n" if value else b"#f\r\n") if new else b":%d\r\n" % value
    if isinstance(value, int):
        return b":%d\r\n" % value
    if isinstance(value, float):
        return f",{value!r}\r\n".encode() if new else _bulk(f"{value:.17g}".encode())
    if isinstance(value, dict):
        parts = list(chain.from_iterable(value.items()))
        head = b"%%%d\r\n" % len(value) if new else b"*%d\r\n" % len(parts)
        return head + b"".join(encode(part, version) for part in parts)
    if isinstance(value, (list, tuple, set)):
        head = b"~%d\r\n" if new and isinstance(value, set) else b"*%d\r\n"
        return head % len(value) + b"".join(encode(part, version) for part in value)
    return _bulk(value if isinstance(value, bytes) else str(value).encode())


def _bulk(data: bytes) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(data), data)
