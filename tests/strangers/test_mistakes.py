"""What is wrong with a program is one line that says what to do, and nothing stays behind."""

from __future__ import annotations

import tempfile
import textwrap
from pathlib import Path

import pytest

from visualizer.lab import LabError, Queue, UserRequest
from visualizer.lab.program import find_program
from visualizer.trace import Trace

from .conftest import Strangers
from .test_strangers import bodies

FLASK = "import os, tempfile, pathlib\nfrom flask import Flask\napp = Flask(__name__)\n"
CELERY = f"{FLASK}from celery import Celery, signals\n"


def run(
    strangers: Strangers, folder: Path, text: str, target: str = "app.py", **more: str
) -> Trace:
    """Run ``text`` as app.py; ``more`` are other files beside it."""
    for name, content in {"app": text, **more}.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(content), encoding="utf-8")
    program = find_program(target, folder)
    return strangers.lab.run(program.job([UserRequest()], queue=Queue()))


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("x = 1", "app.py", "app.py: no application object 'app'; name it as app.py:NAME"),
        ("x = 1", "app.py:site", "app.py: no application object 'site'"),
        (
            "from flask import Flask\na = Flask('a')\nb = Flask('b')",
            "app.py",
            "app.py: the applications 'a' and 'b' are there; choose one: app.py:a",
        ),
        ("def broken(:", "app.py", "app.py:1: invalid syntax"),
        ("import nowhere", "app.py", "app.py:1: ModuleNotFoundError: No module named 'nowhere'; "),
        ("import helper", "app.py", "helper.py:2: ValueError: no such thing"),
        ("import wrong", "app.py", "wrong.py:2: SyntaxError: "),
        ("import os\nos.environ['KEY']", "app.py", "app.py:2: KeyError: 'KEY': the environment"),
        ("raise SystemExit", "app.py", "app.py:1: the program ends while it is loaded; guard"),
        (
            "def create_app(config):\n    pass",
            "app.py",
            "create_app() cannot be called so: missing a required argument: 'config'; write its",
        ),
        (
            "def create_app(config):\n    raise OSError(config)",
            "app.py:create_app('x')",
            "app.py:2: OSError: x",
        ),
        ("def make(x):\n    pass", "app.py:make(y)", "neither a name nor a call with literal"),
        (
            "class App:\n    async def __call__(self, a, b, c): pass\napp = App()",
            "app.py",
            "'app' is an ASGI application; the lab runs WSGI applications, such as Flask's",
        ),
        (
            "import psycopg2",
            "app.py",
            "app.py:1: Refused: the program uses psycopg2, ",
        ),
        ("import flask as app", "app.py", "'app' is not a WSGI application"),
        (f"{CELERY}a = Celery('a')\nb = Celery('b')", "app.py", "--queue-app"),
        (f"{CELERY}a = Celery('a', broker='carrier://pigeon')", "app.py", "no broker is called"),
        (f"{CELERY}import celery.bin", "app.py", "no Celery application in this program"),
        (
            f"{CELERY}a = Celery('a')\n@signals.worker_process_init.connect\n"
            "def go(**_): pass\na.steps['worker'].add(5)",
            "app.py",
            "the Celery worker cannot start: ",
        ),
    ],
)
def test_a_program_that_cannot_run(
    strangers: Strangers, tmp_path: Path, text: str, target: str, words: str
) -> None:
    others = {"helper": "def f(): pass\nraise ValueError('no such thing')", "wrong": "\ndef ("}
    with pytest.raises(LabError) as error:
        run(strangers, tmp_path, text, target, **others)
    said = error.value.where()
    assert words.replace("'app';", "'app' in this program;") in said
    assert "\n" not in said and "Traceback" not in said
    assert list(strangers.temporary.iterdir()) == []


def test_what_a_program_writes_stays_in_its_copy(strangers: Strangers, tmp_path: Path) -> None:
    trace = run(
        strangers,
        tmp_path,
        f"""{FLASK}
@app.get("/")
def index():
    pathlib.Path("notes.txt").write_text("inside")
    pathlib.Path(app.root_path, "more.txt").write_text("inside")
    os.mkdir("folder")
    os.rename("more.txt", "folder/more.txt")
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
    return [sorted(os.listdir()), pathlib.Path("notes.txt").read_text(), os.getcwd()]
""",
    )
    assert bodies(trace) == [[["app.py", "folder", "notes.txt"], "inside", "."]]
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]


@pytest.mark.parametrize(
    "statement",
    [
        "open('{outside}', 'w')",
        "os.open('{outside}', os.O_CREAT | os.O_WRONLY)",
        "os.mkdir('{outside}')",
        "os.symlink('/', '{outside}')",
        "os.rename('app.py', '{outside}')",
        "__import__('sqlite3').connect('{outside}')",
        "pathlib.Path('../../{name}').write_text('x')",
    ],
)
def test_what_it_writes_elsewhere_is_refused(
    strangers: Strangers, tmp_path: Path, statement: str
) -> None:
    name = f"outside-{tmp_path.name}"
    outside = tmp_path.parent / name
    statement = statement.format(outside=outside, name=name)
    view = f"@app.get('/')\ndef index():\n    {statement}\n    return 'written'\n"
    trace = run(strangers, tmp_path, f"{FLASK}\n{view}")
    assert trace.requests[0].status == 500
    assert any("it has a copy of its own folder" in output.text for output in trace.output)
    assert not outside.exists() and not Path(tempfile.gettempdir(), name).exists()


def test_what_is_too_large_to_copy_can_be_read(
    strangers: Strangers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(21 * 2**20)
    trace = run(
        strangers,
        tmp_path,
        f"{FLASK}\n@app.get('/')\ndef index():\n    size = os.path.getsize('large.bin')\n"
        "    open('large.bin', 'ab').write(b'x')\n    return str(size)\n",
    )
    assert trace.requests[0].status == 500  # it would write to the original
    assert large.stat().st_size == 21 * 2**20
