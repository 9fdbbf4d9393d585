"""A private copy of a program's folder: what the program writes there, nobody finds afterwards.

All processes of a run share one copy, as they would share the folder: uploads, an SQLite file, a
cache. What is too large to copy, or is no part of the program, is there by a link, and can be
read. The copy is gone when the run is over.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOST_BYTES = 100 * 2**20
"""In all files that are copied."""

MOST_BYTES_OF_ONE = 20 * 2**20

MOST_FILES = 5_000

_LINKED = frozenset({"node_modules", "venv", "env", "site-packages"})


@contextmanager
def private_copy(root: str) -> Iterator[str]:
    """A copy of the folder ``root`` for as long as the block runs; its path.

    Beside it is a folder ``tmp`` for what the program makes elsewhere.
    """
    folder = tempfile.mkdtemp(prefix="meanwhile-run-")
    try:
        os.mkdir(os.path.join(folder, "tmp"))
        copy = os.path.join(folder, "program")
        _copy(Path(root), Path(copy))
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Level by level, so that the bounds meet what lies deepest."""
    files, left = 0, MOST_BYTES
    target.mkdir()
    level = [(source, target)]
    while level:
        below = []
        for here, there in level:
            for entry in _entries(here):
                if entry.name == "__pycache__":
                    continue
                place, wish = Path(entry.path), there / entry.name
                status = entry.stat(follow_symlinks=False)
                files += 1
                if stat.S_ISDIR(status.st_mode) and files <= MOST_FILES and _is_copied(place):
                    wish.mkdir()
                    below.append((place, wish))
                elif stat.S_ISREG(status.st_mode) and (
                    files <= MOST_FILES and status.st_size <= min(left, MOST_BYTES_OF_ONE)
                ):
                    left -= status.st_size
                    _copy_file(place, wish)
                elif stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode):
                    wish.symlink_to(place)
                elif entry.is_symlink():
                    wish.symlink_to(place.resolve())
        level = below


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """By name, so that the copy is made in the same order each time."""
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []  # it may not be read: then the program could not read it either


def _copy_file(source: Path, target: Path) -> None:
    try:
        shutil.copy2(source, target)
        target.chmod(target.stat().st_mode | stat.S_IWUSR)
    except PermissionError:
        target.unlink(missing_ok=True)
        target.symlink_to(source)


def _is_copied(folder: Path) -> bool:
    name = folder.name
    return not (name.startswith(".") or name in _LINKED or (folder / "pyvenv.cfg").exists())
