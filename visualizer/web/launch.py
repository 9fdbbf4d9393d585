"""Starts the server with its threads in place: the first module that runs, and it imports little.

eventlet and gevent replace sockets, locks, ``sleep`` and threads of the standard library. A module
that was imported before the replacement keeps the blocking originals, and one blocking call stops
the server for everybody. So this module imports nothing that keeps such references, reads the
options, replaces, and only then imports the rest.

``python run.py`` and ``python -m visualizer.web`` begin here. ``python -m visualizer serve`` has a
command line that is loaded already; ``run`` then hands over to a fresh interpreter.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import warnings
from collections.abc import Sequence
from typing import Literal, NamedTuple, NoReturn, TypeAlias, get_args

AsyncMode: TypeAlias = Literal["eventlet", "gevent", "threading"]


class Options(NamedTuple):
    """What the server is started with. ``port`` 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 5000
    async_mode: AsyncMode = "eventlet"
    scenarios: Sequence[str] = ()

    def arguments(self) -> list[str]:
        """The command line that gives these options."""
        folders = [part for folder in self.scenarios for part in ("--scenarios", folder)]
        return [
            *("--host", self.host),
            *("--port", str(self.port)),
            *("--async-mode", self.async_mode),
            *folders,
        ]


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, put threads in place, serve. The result is the exit status."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        patch(options.async_mode)
    except ImportError as error:
        print(f"--async-mode {options.async_mode} needs {error.name}.", file=sys.stderr)
        return 1
    return _serve(options)


def run(options: Options) -> int:
    """Serve here if the threads are in place, otherwise in a fresh interpreter."""
    if is_patched(options.async_mode):
        return _serve(options)
    command = [sys.executable, "-m", "visualizer.web", *options.arguments()]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(sys.executable, command)
    # Elsewhere exec leaves the shell's prompt and Ctrl-C to a process that is gone.
    with subprocess.Popen(command) as server:
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue  # the server has been told too, and ends


def parse(arguments: list[str]) -> Options:
    """Options from a command line; ends the process with status 2 and one line on a mistake."""
    parser = _Parser(
        prog="run.py", description="Serve the lessons to a browser.", allow_abbrev=False
    )
    default = Options()
    parser.add_argument("--host", default=default.host, help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=_port, default=default.port, help="port, 0 for a free one (%(default)s)"
    )
    parser.add_argument(
        "--async-mode",
        choices=get_args(AsyncMode),
        default=default.async_mode,
        help="how connections are served (%(default)s)",
    )
    parser.add_argument(
        "--scenarios",
        metavar="DIR",
        action="append",
        default=[],
        help="a folder of lessons of your own; may be repeated",
    )
    given = parser.parse_args(arguments)
    for folder in given.scenarios:
        if not os.path.isdir(folder):
            parser.error(f"argument --scenarios: there is no folder {folder}")
    return Options(given.host, given.port, given.async_mode, given.scenarios)


def patch(async_mode: AsyncMode) -> None:
    """Put green threads in place. Raises ImportError if their library is not installed."""
    if is_patched(async_mode):
        return
    if async_mode == "eventlet":
        # eventlet.EventletDeprecationWarning, which importing it raises; known and accepted.
        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        import eventlet

        eventlet.monkey_patch()
    else:
        from gevent import monkey

        monkey.patch_all()


def is_patched(async_mode: AsyncMode) -> bool:
    """Whether the standard library blocks in the way that this mode needs."""
    if async_mode == "threading":
        return True
    module = sys.modules.get("eventlet.patcher" if async_mode == "eventlet" else "gevent.monkey")
    if module is None:
        return False
    asked = module.is_monkey_patched if async_mode == "eventlet" else module.is_module_patched
    return bool(asked("socket"))


class _Parser(argparse.ArgumentParser):
    """Says a mistake in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _serve(options: Options) -> int:
    from .serve import serve

    return serve(options)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a whole number from 0 to 65535")
    return int(text)
