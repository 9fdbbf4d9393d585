"""SQLAlchemy: the columns of a class are loaded in the order in which they were defined.

The library keeps them in a set, whose order would follow their addresses, and so would the order of
an object's attributes in a trace. All else of it needs nothing: it waits in its driver.
"""

from __future__ import annotations

from visualizer.lab.identity import number_of
from visualizer.lab.job import Job

from .base import Run, Stack, imports


class SQLAlchemy(Stack):
    """See the module's docstring."""

    name = "SQLAlchemy"

    def detect(self, job: Job) -> bool:
        return imports(job, "sqlalchemy", "flask_sqlalchemy", "sqlmodel")

    def prepare(self, run: Run) -> None:
        from sqlalchemy.orm.interfaces import MapperProperty

        setattr(MapperProperty, "__hash__", number_of)  # noqa: B010  a plain one is untyped
