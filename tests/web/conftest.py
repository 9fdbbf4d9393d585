"""The real server in a process of its own, in each way of running it, and lessons to ask it for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.lessons.folder import write
from tests.support.server import Server, running

MODES = ("eventlet", "gevent", "threading")

#: A program whose trace takes several chunks, and in which one record takes more than one.
LONG_APP = '''"""A program that goes round often."""

from flask import Flask

ROUNDS = 400
TEXT = 1

app = Flask(__name__)


@app.get("/")
def index():
    total = 0
    for round in range(ROUNDS):
        total += round
    print("é\\"" * TEXT)
    return {"total": total}  #: the answer
'''

LONG_LESSON = """\
title = "Many rounds"
chapter = "why"
level = "foundation"
minutes = 5

[[variants]]
id = "inline"
title = "All in one"
file = "thread_app.py"

[parameters.rounds]
constant = "ROUNDS"
label = "How many rounds"
min = 1
max = 20000
default = 400

[parameters.text]
constant = "TEXT"
label = "How much it prints"
min = 1
max = 100000
default = 1

[[requests]]
path = "/"

[[moments]]
step = { variant = "inline", where = "response sent" }
text = "Here it ends."
"""

LONG_QUIZ = """\
[[questions]]
id = "total"
kind = "choice"
variant = "inline"
text = "What is the status?"
hint = "Look."
choices = ["200", "404"]
query = "requests[0].status"
explanation = "A secret: it is {requests[0].status}."
proof = { where = "response sent" }
wrong = { "404" = "The page is there." }
"""

#: A program that raises before it can be asked anything.
BROKEN_APP = LONG_APP.replace("ROUNDS = 400", "ROUNDS = 400\nimport nowhere_to_be_found")


UNREAL = """
[wall]
shown = false
why = "it is meant for the virtual clock"
"""


def write_lessons(folder: Path) -> Path:
    """Lessons ``rounds`` (long), ``broken`` (raises at import), ``unreal`` (no wall clock)."""
    for name, app in (("rounds", LONG_APP), ("broken", BROKEN_APP)):
        write(folder, name, lesson=LONG_LESSON, quiz=LONG_QUIZ, app=app)
    write(folder, "unreal", lesson=LONG_LESSON + UNREAL, quiz=LONG_QUIZ, app=LONG_APP)
    return folder


@pytest.fixture(scope="session")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lessons(tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="session")
def servers(scenarios: Path) -> Iterator[Callable[[str], Server]]:
    """A server for each way of running, started when it is first asked for."""
    started: dict[str, Server] = {}
    with ExitStack() as stack:

        def server_of(mode: str) -> Server:
            if mode not in started:
                options = ("--async-mode", mode, "--scenarios", str(scenarios))
                started[mode] = stack.enter_context(running(*options))
            return started[mode]

        yield server_of
    # Whatever the tests have done to them, they ended in order and had nothing to complain of.
    for server in started.values():
        assert server.process.returncode == 0
        assert "".join(line for line in server.printed if "Meanwhile is on" not in line) == ""


@pytest.fixture(scope="session", params=MODES)
def server(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Server:
    """The server of each way of running, shared by the tests of the session. They stay until its
    end: this fixture alone would start them anew for every file."""
    return servers(request.param)


@pytest.fixture(scope="module")
def class_server() -> Iterator[Server]:
    """A server for tests of classes that are the same in each way of running.

    One for each file: so many classes as all of them start are too many from one address."""
    with running() as server:
        yield server
    assert server.process.returncode == 0
    assert "".join(line for line in server.printed if "Meanwhile is on" not in line) == ""
