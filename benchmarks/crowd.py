"""A lesson with a crowd: some 2,000 spans on one timeline, for the benchmark of the page.

Not in scenarios/, since it teaches nothing. Each of the users starts a thread that sleeps again and
again; every sleep is a span, and so is the line between two.
"""

from __future__ import annotations

from pathlib import Path

SPANS = 2_000
USERS = 20
SLEEPS = 48

APP = f'''"""Every request starts a thread that sleeps again and again."""

import threading
import time

from flask import Flask

app = Flask(__name__)


def nap():
    for round in range({SLEEPS}):
        time.sleep(0.1 + round / 100)


@app.get("/")
def start():
    threading.Thread(target=nap).start()  #: a thread starts
    return {{"status": "started"}}  #: the answer leaves
'''

LESSON = f"""\
title = "A crowd"
chapter = "why"
level = "foundation"
minutes = 5
network = 0.005

[[variants]]
id = "thread"
title = "Many threads"
file = "thread_app.py"

[server]
threads = 4

[users]
count = {USERS}
arrival = "every"
seconds = 0.05

[[requests]]
path = "/"

[[flow]]
id = "start"
text = "Threads start"
lit = "task started"
"""

# A lesson has to have one.
QUIZ = """\
[[questions]]
id = "requests"
kind = "number"
variant = "thread"
text = "How many requests are there?"
hint = "Count the users."
query = "metrics.requests"
explanation = "There are {metrics.requests}."
proof = { where = "request sent" }

[questions.wrong]
"too low" = "Count them all."
"too high" = "Count each once."
"""


def write(folder: Path) -> str:
    """Put the lesson into a folder of lessons. Gives its id."""
    lesson = folder / "crowd"
    lesson.mkdir()
    (lesson / "thread_app.py").write_text(APP, encoding="utf-8")
    (lesson / "lesson.toml").write_text(LESSON, encoding="utf-8")
    (lesson / "lesson.md").write_text("Many threads sleep.\n", encoding="utf-8")
    (lesson / "quiz.toml").write_text(QUIZ, encoding="utf-8")
    return "crowd"
