"""Which modules a page needs, so that it can ask for all of them at once.

A browser learns of a module's imports only when it has the module; on a slow line each such layer
costs a way there and back. The page names them beforehand (``rel="modulepreload"``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath

from visualizer.resources import folder

#: Where the libraries lie that modules import by their bare names.
VENDORED = {
    "socket.io-client": "vendor/socket.io.esm.min.js",
    "preact": "vendor/preact.module.js",
    "preact/hooks": "vendor/preact-hooks.module.js",
    "htm": "vendor/htm.module.js",
    "@preact/signals-core": "vendor/signals-core.module.js",
    "@preact/signals": "vendor/signals.module.js",
}

#: What an import or a re-export at the beginning of a line names. Those within functions wait.
_IMPORT = re.compile(r'^(?:import|export)\b(?:[\s\w{},*$]*?\bfrom)?\s*"([^"]+)"', re.MULTILINE)


def modules_of(entry: str, vendored: Mapping[str, str]) -> list[str]:
    """All that ``static/<entry>`` imports, and what they import, as names below ``static``.

    ``vendored``: where libraries lie that are imported by their bare names.
    """
    root = Path(str(folder("static")))
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        path = root / name
        state = path.stat()
        for target in _imports(path, state.st_mtime_ns, state.st_size):
            if target.startswith("."):
                waiting.append(_below(name, target))
            elif target in vendored:
                waiting.append(vendored[target])
    return list(found)


@lru_cache(maxsize=1024)
def _imports(path: Path, _modified: int, _size: int) -> list[str]:
    """What a file imports; read again if its time or size has changed."""
    return _IMPORT.findall(path.read_text(encoding="utf-8"))


def _below(importer: str, target: str) -> str:
    """``./b.js`` as ``js/a.js`` means it."""
    parts: list[str] = list(PurePosixPath(importer).parent.parts)
    for part in PurePosixPath(target).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
