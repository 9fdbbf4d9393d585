"""Runs the application until it is interrupted.

Imported only when the threads are in place (``launch``). The listening socket is made here and
handed to each server alike, so a port that is taken is told the same way everywhere. Ctrl-C and
SIGTERM end the server and the lab's process with it.
"""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from visualizer.classroom import DatabaseError, Refused, Register
from visualizer.lab import Lab, LabError
from visualizer.lessons import Catalogue
from visualizer.resources import folder

from . import create_app, logs
from .class_options import ClassOptions
from .launch import Options
from .offload import waiter
from .servers import allow_connections, server_for

#: Connections that may wait to be accepted: a class joins within a second.
BACKLOG = 4096
#: Seconds between two looks for classes that are past their time.
TIDY = 3600.0

log = logging.getLogger(__name__)


def serve(options: Options) -> int:
    """Serve until interrupted; the result is the exit status."""
    logs.to_stderr()
    try:
        listening = listen(options.host, options.port)
    except OSError as error:
        print(why_not(error, options), file=sys.stderr)
        return 1
    catalogue = Catalogue([folder("scenarios"), *map(Path, options.scenarios)])
    for name, mistakes in catalogue.broken.items():
        log.warning("the lesson %s is left out: %s", name, mistakes[0])
    try:
        with Lab() as lab, classes_of(options) as classes:
            lab.warm()
            app, _ = create_app(catalogue, lab, options.async_mode, classes)
            allow_connections()
            run = server_for(options.async_mode)
            place = address(options.host, listening)
            status = until_interrupted(
                lambda: run(listening, app), f"Meanwhile is on {place} (Ctrl-C ends it)"
            )
            logging.disable()  # what is under way fails now because the lab ends: no news
            return status
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1
    except LabError as error:
        print(f"The lab does not start: {error.message}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before it was ready
        return 0


@contextmanager
def classes_of(options: Options) -> Iterator[ClassOptions]:
    """The classes in the database, open for as long as the block lasts. Raises DatabaseError."""
    register = Register(
        options.database_url,
        hours=options.class_hours,
        keep_days=options.keep_days,
        wait=waiter(options.async_mode),
    )
    register.open()
    try:
        threading.Thread(target=keep_tidy, args=(register,), daemon=True).start()
        yield ClassOptions(register, options.host_password, options.public_url)
    finally:
        register.close()


def keep_tidy(register: Register) -> None:
    """Delete classes whose results are past their time, for as long as the program runs."""
    while True:
        time.sleep(TIDY)
        try:
            register.expire()
        except Refused:  # the store has said why; in an hour it may be better
            continue


def until_interrupted(work: Callable[[], None], ready: str) -> int:
    """Run ``work`` in a thread until a signal comes: 0. If the work ends by itself: 1.

    A signal must not raise wherever the program is just then: among green threads that is anywhere,
    and a library may catch it. So it only writes to a socket, which the main thread reads.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writing.fileno())

    def working() -> None:
        try:
            work()
        except Exception:  # the edge of a thread: the main one ends the program
            log.exception("the server ended")
        finally:
            writing.send(b"\0")

    threading.Thread(target=working, daemon=True).start()
    print(ready, flush=True)
    return 0 if reading.recv(1) != b"\0" else 1


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError if the port is taken or the host is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    # Accepted connections inherit it; without it small messages wait for each other.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def address(host: str, listening: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(host)
    if shown is None:
        shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


def why_not(error: OSError, options: Options) -> str:
    place = f"{options.host}:{options.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Another program uses {place} already; choose another port with --port (0: any)."
    if error.errno == errno.EACCES:
        return f"This user may not listen on {place}; choose a port above 1023 with --port."
    reason = (error.strerror or str(error)).partition(" (while")[0]
    return f"Cannot listen on {place}: {reason}."
