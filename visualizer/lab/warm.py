"""The warmed process: has Flask imported, with the clock's replacements below it, and forks.

For each connection on its Unix socket it forks a supervisor, which answers one job. It runs with
one thread and does nothing else, so forking is safe; it ends when its standard input does, that is,
with the process that started it.

    python -m visualizer.clock visualizer.lab.warm SOCKET
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from functools import partial

import flask

from visualizer.trace import derive, encode
from visualizer.trace.events import End

from .job import Job
from .stacks import STACKS, is_several
from .supervisor import about_of, answer

WARM = (
    "flask",
    "flask.json.provider",
    "werkzeug.exceptions",
    "werkzeug.debug",
    "jinja2.ext",
    "concurrent.futures.thread",
    "logging.config",
    "html",
    "smtplib",
    "urllib.request",
    "email.mime.text",
    "encodings.ascii",
    "encodings.idna",
    "time_machine",
    "visualizer.work",
)
"""What listings usually import."""


IF_THERE = ("requests", "httpx")
"""What listings import too, where it is installed."""


def serve(listener: socket.socket) -> None:
    """Fork a supervisor for each connection, until standard input ends.

    What only some programs need is imported while nobody asks for anything.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for supervisors
    names = [name for stack in STACKS for name in stack.warm]
    names += [name for name in IF_THERE if importlib.util.find_spec(name) is not None]
    later: list[Callable[[], object]] = [partial(importlib.import_module, name) for name in names]
    later += [stack.rehearse for stack in STACKS]
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [], 0 if later else None)
        if sys.stdin in ready:
            return
        if not ready:
            later.pop(0)()
            if not later:
                freeze()
            continue
        client, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _supervise(client)
        client.close()


def rehearse() -> None:
    """Let Flask answer once, and make the trace of an empty run: what is prepared at the first time
    (patterns are compiled, say) is then there in every run."""
    job = Job("rehearsal", "", "rehearsal.py", {"rehearsal.py": "x = 1  #: one\n"})
    is_several(job)
    encode(derive(about_of(job), [End(0)]))
    app = flask.Flask(__name__)
    app.add_url_rule("/", endpoint="rehearsal", view_func=dict)
    app.test_client().get("/")


def freeze() -> None:
    """Take what is there now for good: no run needs to look at it again."""
    gc.collect()
    gc.freeze()


def _supervise(client: socket.socket) -> None:
    gc.disable()  # it makes one trace, without cycles, and ends
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = 0
    try:
        answer(client)
    except BrokenPipeError:
        pass  # whoever asked has gone
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        os._exit(status)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    for name in WARM:
        importlib.import_module(name)
    rehearse()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(sys.argv[1])
    listener.listen(128)
    freeze()
    serve(listener)
    listener.close()
    with contextlib.suppress(OSError):  # whoever started us may have tidied up already
        os.unlink(sys.argv[1])
        os.rmdir(os.path.dirname(sys.argv[1]))


if __name__ == "__main__":
    main()
