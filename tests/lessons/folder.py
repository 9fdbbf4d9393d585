"""A small, right lesson in a folder of its own, for tests that break it in one place."""

from __future__ import annotations

from pathlib import Path

APP = '''"""A program."""

import threading

from flask import Flask

TASK_SECONDS = 5

app = Flask(__name__)


def work():
    return TASK_SECONDS  #: it works for {TASK_SECONDS} s


@app.get("/")
def index():
    threading.Thread(target=work, name="worker").start()  #: it starts
    return {"status": "ok"}
'''

LESSON = """\
title = "A lesson"
chapter = "why"
level = "foundation"
minutes = 5
tasks = ["work"]

[[variants]]
id = "thread"
title = "In a thread"
file = "thread_app.py"

[parameters.task_seconds]
constant = "TASK_SECONDS"
label = "How long it takes"
unit = "s"
min = 0.5
max = 10
step = 0.5
default = 5

[parameters.users]
path = "users.count"
label = "How many users"
min = 1
max = 50
default = 1

[users]
count = 1

[[requests]]
path = "/"

[captions]
"request sent" = "{user} sends {method} {path}"

[[flow]]
id = "arrive"
text = "A request arrives"
lit = "request sent"
next = "work"

[[flow]]
id = "work"
text = "Work"
lit = ["task started", "in work"]

[[moments]]
step = { variant = "thread", where = "task started" }
text = "Here it starts."

[[notes]]
text = "Ask first."

[[notes]]
step = { variant = "thread", where = "response sent" }
text = "Wait here."
"""

QUIZ = """\
[[questions]]
id = "answered"
kind = "step"
variant = "thread"
text = "When is it answered?"
hint = "Look."
query = "steps[?moment=='response sent'].n | [0]"
explanation = "At step {steps[?moment=='response sent'].n | [0]}."
proof = { where = "response sent" }
wrong = { "task started" = "That is the start." }

[[questions]]
id = "status"
kind = "choice"
variant = "thread"
text = "What is the status?"
hint = "Look."
choices = ["200", "404"]
query = "requests[0].status"
explanation = "It is {requests[0].status}."
proof = { where = "response sent" }
wrong = { "404" = "The page is there." }
"""


def write(root: Path, name: str = "lesson", **texts: str) -> Path:
    """Write the lesson into ``root/name``; ``lesson``, ``quiz``, ``md``, ``app`` replace texts."""
    folder = root / name
    folder.mkdir()
    (folder / "lesson.toml").write_text(texts.get("lesson", LESSON), encoding="utf-8")
    (folder / "quiz.toml").write_text(texts.get("quiz", QUIZ), encoding="utf-8")
    (folder / "lesson.md").write_text(texts.get("md", "Look at it.\n"), encoding="utf-8")
    (folder / "thread_app.py").write_text(texts.get("app", APP), encoding="utf-8")
    return folder
