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
import re
import subprocess
import sys
import warnings
from collections.abc import Sequence
from typing import Literal, NamedTuple, NoReturn, TypeAlias, get_args

AsyncMode: TypeAlias = Literal["eventlet", "gevent", "threading"]

MOST_HOURS = 24 * 31
MOST_DAYS = 36_500

#: Variables of the environment that stand for options which are not given.
DATABASE_URL = "MEANWHILE_DATABASE_URL"
HOST_PASSWORD = "MEANWHILE_HOST_PASSWORD"
CLASS_HOURS = "MEANWHILE_CLASS_HOURS"
KEEP_DAYS = "MEANWHILE_KEEP_DAYS"
PUBLIC_URL = "MEANWHILE_PUBLIC_URL"


class Options(NamedTuple):
    """What the server is started with. ``port`` 0 takes a free one.

    The others are about classes: where they are stored (None: SQLite in the user's data folder), a
    password for starting one (None or empty: everybody may), how many hours a code is good for and
    how many days results are kept, and how students reach the server (None: as the host does).
    """

    host: str = "127.0.0.1"
    port: int = 5000
    async_mode: AsyncMode = "eventlet"
    scenarios: Sequence[str] = ()
    database_url: str | None = None
    host_password: str | None = None
    class_hours: float = 8
    keep_days: float = 180
    public_url: str | None = None

    def arguments(self) -> list[str]:
        """The command line that gives these options, but for what others must not read on it."""
        folders = [part for folder in self.scenarios for part in ("--scenarios", folder)]
        public = ["--public-url", self.public_url] if self.public_url else []
        return [
            *("--host", self.host),
            *("--port", str(self.port)),
            *("--async-mode", self.async_mode),
            *("--class-hours", f"{self.class_hours:g}"),
            *("--keep-days", f"{self.keep_days:g}"),
            *public,
            *folders,
        ]

    def environment(self) -> dict[str, str]:
        """The rest of them: variables of the environment, which other users cannot read."""
        secret = {DATABASE_URL: self.database_url, HOST_PASSWORD: self.host_password}
        # An empty one is none; it stands there so that one of an outer environment does not count.
        return {name: value or "" for name, value in secret.items()}


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
    environment = {**os.environ, **options.environment()}
    if os.name == "posix":
        os.execve(sys.executable, command, environment)
    # Elsewhere exec leaves the shell's prompt and Ctrl-C to a process that is gone.
    with subprocess.Popen(command, env=environment) as server:
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
    _add_classes(parser)
    given = parser.parse_args(arguments)
    for folder in given.scenarios:
        if not os.path.isdir(folder):
            parser.error(f"argument --scenarios: there is no folder {folder}")
    return Options(
        given.host,
        given.port,
        given.async_mode,
        given.scenarios,
        given.database_url or None,
        given.host_password or None,
        given.class_hours,
        given.keep_days,
        given.public_url or None,
    )


def _add_classes(parser: argparse.ArgumentParser) -> None:
    """The options about classes; what is not given may come from the environment."""
    default = Options()
    add = parser.add_argument
    add(
        "--database-url",
        metavar="URL",
        default=os.environ.get(DATABASE_URL),
        help=f"where classes are stored, as an SQLAlchemy URL; also {DATABASE_URL}"
        " (SQLite in your data folder)",
    )
    add(
        "--host-password",
        metavar="TEXT",
        default=os.environ.get(HOST_PASSWORD),
        help=f"needed to start a class; better given as {HOST_PASSWORD} (none)",
    )
    add(
        "--class-hours",
        type=hours,
        metavar="N",
        default=os.environ.get(CLASS_HOURS) or default.class_hours,
        help="how long a class can be joined (8 hours)",
    )
    add(
        "--keep-days",
        type=days,
        metavar="N",
        default=os.environ.get(KEEP_DAYS) or default.keep_days,
        help="how long results are kept after a class (180 days)",
    )
    add(
        "--public-url",
        type=public_url,
        metavar="URL",
        default=os.environ.get(PUBLIC_URL),
        help="how students reach this server, for links and QR codes (as the host's browser does)",
    )


def hours(text: str) -> float:
    """For how long a class can be joined."""
    return _number(text, "the hours of a class are a number", MOST_HOURS)


def days(text: str) -> float:
    """For how long results are kept."""
    return _number(text, "the days are a number", MOST_DAYS)


def public_url(text: str) -> str:
    """An address without a slash at its end. Raises argparse.ArgumentTypeError."""
    address = text.rstrip("/")
    if text and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", address):
        raise argparse.ArgumentTypeError("the address looks like https://class.example.org")
    return address


def _number(text: str, what: str, most: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= most:
        raise argparse.ArgumentTypeError(f"{what} above 0 and up to {most}")
    return number


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
