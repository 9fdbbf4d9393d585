"""Finds a program of a user's own: the target that a command line names, and all its files.

A target is ``app.py:app``, ``shop:create_app("test")``, ``shop.web:app``, ``src/shop``: a file, a
folder or a module, and behind a colon the application or a call of its factory, as for
``flask --app``. All Python files below the program's folder that it can import are listings, but
for what nobody reads as part of it: environments, tests, migrations, what tools have built.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from .job import Job, Limits, Queue, UserRequest
from .reach import reachable
from .stacks import imports

MOST_FILES = 300
"""Listings of one program; those nearest to its folder come first."""

MOST_CHARACTERS = 2_000_000
"""In all its listings."""

MOST_LOOKED_AT = 20_000
"""Files and folders among which the listings are looked for."""

PATIENCE = 60.0
"""Real seconds that a run of it may take: it is its owner who waits."""

_NOT_THE_PROGRAM = frozenset(
    "__pycache__ alembic build dist migrations node_modules site-packages test tests venv".split()
)
_BESIDE_THE_PROGRAM = frozenset({"conftest.py", "setup.py", "noxfile.py", "fabfile.py"})
_ENTRIES = ("app.py", "wsgi.py", "main.py", "__init__.py")
"""What a folder may be started by."""


class ProgramError(Exception):
    """There is no such program; the text is one line that says what to do."""


@dataclass(frozen=True)
class Program:
    """``root`` is the folder in which it is started, and ``path`` the one below it from which it
    imports ("" or "src"). ``file`` holds the application ``app``; files are named from ``root`` on.
    """

    root: Path
    path: str
    file: str
    app: str
    sources: dict[str, str]

    def job(self, requests: list[UserRequest], queue: Queue | None = None, **settings: Any) -> Job:
        """A run of it. ``queue`` says which workers there are if it has a task queue."""
        path = PurePosixPath(self.file)
        job = Job(
            scenario=path.stem if path.stem != "__init__" else path.parent.name,
            variant=self.app,
            file=self.file,
            sources=self.sources,
            app=self.app,
            root=str(self.root),
            path=self.path,
            requests=requests,
            limits=Limits(real_seconds=PATIENCE),
            **settings,
        )
        if imports(job, "celery"):
            job.queue = queue or Queue()
        elif imports(job, "rq"):
            job.queue = msgspec.structs.replace(queue or Queue(), library="rq")
        return job


def find_program(target: str, here: Path) -> Program:
    """The program that ``target`` names, seen from the folder ``here``. Raises ProgramError."""
    place, colon, app = target.partition(":")
    if colon and not app:
        raise ProgramError(f"Nothing stands behind the colon of {target!r}; name the application.")
    path = _file_of(place, here)
    folder = import_folder(path.parent)
    root = folder.parent if folder.name == "src" else folder
    file = path.relative_to(root).as_posix()
    below = "src" if root != folder else ""
    sources = reachable({file: _read(path), **read_sources(root, folder)}, file, below)
    return Program(root, below, file, app or "app", sources)


def import_folder(folder: Path) -> Path:
    """The first folder above packages: what they are imported from."""
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder = folder.parent
    return folder


def _file_of(place: str, here: Path) -> Path:
    path = (here / place).resolve()
    if path.is_dir():
        found = [path / name for name in _ENTRIES if (path / name).is_file()]
        if (path / "__init__.py") in found:
            return path / "__init__.py"
        if found:
            return found[0]
        raise ProgramError(f"The folder {place!r} has no app.py; name a file of it.")
    if path.is_file():
        return path
    if place.endswith(".py") or os.sep in place or not place:
        raise ProgramError(f"There is no file {place!r}.")
    relative = Path(*place.split("."))
    for base in (here, here / "src"):
        for wish in (base / relative / "__init__.py", base / f"{relative}.py"):
            if wish.is_file():
                return wish.resolve()
    raise ProgramError(
        f"There is no module {place!r} here or in src; go to the folder of the program, or name a"
        " file, such as shop/app.py:app."
    )


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ProgramError(f"{path}:{line}: This is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise ProgramError(f"{path} cannot be read: {error.strerror}.") from error


def read_sources(root: Path, folder: Path) -> dict[str, str]:
    """The Python files below ``folder`` by their names from ``root`` on, within bounds.

    What is not UTF-8 is left out: it is none of the program's that runs.
    """
    sources: dict[str, str] = {}
    room = MOST_CHARACTERS
    for path in _files(folder):
        try:
            text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError):
            continue
        room -= len(text)
        if room < 0 or len(sources) == MOST_FILES:
            break
        sources[path.relative_to(root).as_posix()] = text
    return sources


def _files(folder: Path) -> Iterator[Path]:
    """The listings, level by level and by name."""
    level, left = [folder], MOST_LOOKED_AT
    while level:
        below = []
        for each in level:
            try:
                entries = sorted(os.scandir(each), key=lambda entry: entry.name)
            except OSError:
                continue  # a folder that may not be read
            left -= len(entries)
            if left < 0:
                return
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if is_of_the_program(Path(entry.path)):
                        below.append(Path(entry.path))
                elif _is_listing(entry.name) and entry.is_file():
                    yield Path(entry.path)
        level = below


def is_of_the_program(folder: Path) -> bool:
    """Whether the Python files in a folder are listings."""
    name = folder.name
    if name.startswith(".") or name in _NOT_THE_PROGRAM or name.endswith(".egg-info"):
        return False
    return not (folder / "pyvenv.cfg").exists()


def _is_listing(name: str) -> bool:
    if not name.endswith(".py") or name.startswith((".", "test_")) or name.endswith("_test.py"):
        return False
    return name not in _BESIDE_THE_PROGRAM
