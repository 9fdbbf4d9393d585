"""Which modules a page needs: those that it names, and all that these import.

They are given in the order in which a browser would run them, and together, as one (``combine``).
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from visualizer.resources import folder

from .combine import Combined, CombineError, combine, targets
from .lean import lean

#: Where the libraries lie that modules import by their bare names.
VENDORED = {
    "socket.io-client": "vendor/socket.io.esm.min.js",
    "preact": "vendor/preact.module.js",
    "preact/hooks": "vendor/preact-hooks.module.js",
    "htm": "vendor/htm.module.js",
    "@preact/signals-core": "vendor/signals-core.module.js",
    "@preact/signals": "vendor/signals.module.js",
}

#: A file as it is now: below ``static``, its time of change in ns and its size.
State = tuple[str, int, int]


def modules_of(entries: Sequence[str]) -> list[State]:
    """These modules below ``static`` and all that they import, each behind what it imports.

    Raises ``FileNotFoundError``, and ``CombineError`` where modules import each other in a circle.
    """
    found: dict[str, State] = {}

    def add(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise CombineError(f"{name} is imported in a circle: {' → '.join(importers)} → {name}")
        if name in found:
            return
        state = state_of(name)
        for target in _targets(state):
            add(resolve(name, target), (*importers, name))
        found[name] = state

    for entry in entries:
        add(entry, ())
    return list(found.values())


def state_of(name: str) -> State:
    """Raises ``FileNotFoundError``, also for a folder."""
    path = _root() / name
    if path.is_dir():
        raise FileNotFoundError(name)
    state = path.stat()
    return name, state.st_mtime_ns, state.st_size


def resolve(importer: str, target: str) -> str:
    """What a module means by the name of another: ``./b.js`` in ``js/a.js``, or a library."""
    if target in VENDORED:
        return VENDORED[target]
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), target))


def content_of(state: State) -> bytes:
    """What is sent of a file: ours without the comments that are for us."""
    path = _root() / state[0]
    content = path.read_bytes()
    return content if state[0].startswith("vendor/") else lean(content, path.suffix)


@lru_cache(maxsize=64)
def combined(states: tuple[State, ...]) -> Combined:
    """These modules as one that lies in ``js``. Raises ``CombineError``."""
    texts = {state[0]: content_of(state).decode() for state in states}
    return combine(list(texts), texts.__getitem__, resolve, "js")


@lru_cache(maxsize=1024)
def _targets(state: State) -> list[str]:
    """What a file imports; read again if its time or size has changed."""
    return targets((_root() / state[0]).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _root() -> Path:
    return Path(str(folder("static")))
