"""SQLite: the real one, with its waiting for a locked database on the virtual clock.

All else it does in real time, which is short. A trace shows who waits for the database.
"""

from __future__ import annotations

from visualizer.lab.job import Job

from .base import Run, Stack


class SQLite(Stack):
    """See the module's docstring."""

    name = "SQLite"
    warm = ("visualizer.lab.stacks.sqlite_waits",)

    def detect(self, job: Job) -> bool:
        return job.root is not None or any("sql" in text.lower() for text in job.sources.values())

    def prepare(self, run: Run) -> None:
        from . import sqlite_waits

        sqlite_waits.install()
