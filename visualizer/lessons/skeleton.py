"""A lesson to begin with: a copy of the folder ``scenarios/__new__``, under a name of one's own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .catalogue import SCENARIOS
from .format import ID

_PATTERN = SCENARIOS / "__new__"


class BadName(ValueError):
    """A lesson cannot be made under this name; the message says why."""


def write_skeleton(folder: Path, name: str) -> Path:
    """Write the lesson into ``folder/name``. Raises ``BadName`` or ``OSError``."""
    if not re.fullmatch(ID, name):
        message = f"{name!r} cannot be a lesson's name."
        raise BadName(f"{message} Use small letters, digits and underscores, a letter first.")
    made = folder / name
    if made.exists():
        raise BadName(f"{made} is there already. Choose another name.")
    shutil.copytree(_PATTERN, made, ignore=shutil.ignore_patterns("__pycache__"))
    table = made / "lesson.toml"
    title = name.replace("_", " ").capitalize()
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace('"A lesson to begin with"', f'"{title}"'), encoding="utf-8")
    return made
