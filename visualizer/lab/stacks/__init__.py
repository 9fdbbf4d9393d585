"""Stacks: libraries that work in the background, one file each.

To add one, write a file with a class that inherits from ``Stack`` and list it in ``STACKS``. A file
of this folder imports its library inside its methods only: most programs do not use it.
"""

from __future__ import annotations

import re

from visualizer.lab.job import Job

from .base import Run, Stack, WebServer
from .celery_ import CeleryStack

STACKS: tuple[Stack, ...] = (CeleryStack(),)
"""All stacks, in the order in which they are asked."""


def stacks_of(job: Job) -> list[Stack]:
    """The stacks that ``job`` needs."""
    return [stack for stack in STACKS if stack.detect(job)]


def imports(job: Job, *libraries: str) -> bool:
    """Whether a listing of the job imports one of ``libraries``, anywhere in its text."""
    names = "|".join(map(re.escape, libraries))
    pattern = re.compile(rf"^[ \t]*(?:import|from)[ \t][^#\n]*\b(?:{names})\b", re.MULTILINE)
    return any(pattern.search(text) for text in job.sources.values())


__all__ = ["STACKS", "Run", "Stack", "WebServer", "imports", "stacks_of"]
