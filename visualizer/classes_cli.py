"""``meanwhile classes``: list the stored classes, export their results, delete them.

Works beside a running server, which takes notice of what is deleted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from visualizer.classroom import Register
    from visualizer.classroom.results import Table

_TABLES = ["questions", "students", "answers", "misconceptions"]
_URL = click.option(
    "--database-url",
    metavar="URL",
    envvar="MEANWHILE_DATABASE_URL",
    help="The database with the classes; the same that the server has.",
)


@click.group()
def classes() -> None:
    """List, export and delete the classes that are stored."""


@classes.command("list")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="table to read; json for programs.",
)
@_URL
def list_(format_: str, database_url: str | None) -> None:
    """List all classes, the newest first."""
    import msgspec

    with _register(database_url, reading=True) as register:
        lines = register.overview()
    if format_ == "json":
        click.echo(json.dumps(msgspec.to_builtins(lines), indent=2, ensure_ascii=False))
        return
    if not lines:
        click.echo("No class is stored.")
        return
    from rich.console import Console
    from rich.table import Table as Grid

    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in ("Code", "Title", "Lesson", "State", "Started", "Deleted on"):
        grid.add_column(name, overflow="fold")
    for name in ("Students", "Questions", "Answers"):
        grid.add_column(name, justify="right")
    from rich.text import Text

    for line in lines:
        texts = (
            *(line.code, line.title, line.lesson, line.state),
            *(_day(line.started, "%Y-%m-%d %H:%M"), _day(line.deleted_at, "%Y-%m-%d")),
            *(str(line.seats), str(line.questions), str(line.answers)),
        )
        grid.add_row(*(Text(text) for text in texts))  # plain: a title is no markup
    Console(width=None if sys.stdout.isatty() else 160).print(grid)


@classes.command("export")
@click.argument("code")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="json for everything; csv for one table.",
)
@click.option(
    "--table",
    type=click.Choice(_TABLES),
    default="questions",
    show_default=True,
    help="Which table, with --format csv.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the screen."
)
@_URL
def export(code: str, format_: str, table: str, out: Path | None, database_url: str | None) -> None:
    """Write the results of the class CODE."""
    with _register(database_url, reading=True) as register:
        results = register.export(code)
    if format_ == "csv":
        text = results.csv(cast("Table", table))
    else:
        text = json.dumps(results.plain(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        # With a mark at the beginning spreadsheets see that a table is in UTF-8.
        out.write_text(text, encoding="utf-8-sig" if format_ == "csv" else "utf-8")
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from error


@classes.command("delete")
@click.argument("code")
@click.option("--student", type=int, metavar="SEAT", help="Only the student with this seat.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@_URL
def delete(code: str, student: int | None, yes: bool, database_url: str | None) -> None:
    """Delete the class CODE, or one student of it, with all that is stored of them."""
    with _register(database_url) as register:
        found = register.export(code).plain()
        code = found["class"]["code"]
        if student is None:
            what = f"the class {code} with {len(found['students'])} students and their answers"
        else:
            names = {line["seat"]: line["name"] for line in found["students"]}
            if student not in names:
                raise click.ClickException(f"The class {code} has no seat {student}.")
            what = f"{names[student]} (seat {student}) from the class {code} with all answers"
        if not yes and not click.confirm(f"Delete {what}? This cannot be undone"):
            raise click.ClickException("Nothing was deleted.")
        if student is None:
            register.delete(code)
        else:
            register.delete_seat(code, student)
    click.echo(f"Deleted {what}.")


@contextmanager
def _register(url: str | None, *, reading: bool = False) -> Iterator[Register]:
    """The opened register; whatever it refuses is one line on stderr."""
    from visualizer.classroom import DatabaseError, Refused, Register

    register = Register(url)
    try:
        register.open(reading=reading)
        yield register
    except DatabaseError as error:
        raise click.ClickException(str(error)) from error
    except Refused as refused:
        message = refused.message
        if refused.code == "no_class":
            message = "No class with this code is stored; see “meanwhile classes list”."
        raise click.ClickException(message) from refused
    finally:
        register.close()


def _day(ms: int, form: str) -> str:
    return datetime.fromtimestamp(ms / 1000).astimezone().strftime(form)
