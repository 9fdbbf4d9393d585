"""The command line: ``meanwhile``, also ``python -m visualizer``.

Seven commands: ``serve`` a class, ``run`` a lesson, ``check`` lessons and make a ``new`` one,
``trace`` a program of your own, ``open`` a trace that was saved, and what came of your ``classes``.
A user's mistake is one line on stderr, with exit status 2 (wrong usage) or 1 (it failed), and never
a traceback. Heavy parts are imported by the command that needs them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import click

from visualizer import __version__
from visualizer.classes_cli import classes
from visualizer.lessons_cli import SCENARIOS_OPTION, check, new
from visualizer.runs_cli import run, trace

if TYPE_CHECKING:
    from visualizer.web.launch import AsyncMode


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and end the process. ``arguments`` are those behind the program's name."""
    try:
        status = cli.main(args=arguments, prog_name="meanwhile", standalone_mode=False)
    except click.Abort:
        _end("Stopped.", 130)
    except click.ClickException as error:
        _end(error.format_message(), error.exit_code)
    except BrokenPipeError:
        # The reader (head, say) has seen enough. Nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(status or 0)


def _end(message: str, status: int) -> NoReturn:
    click.echo(f"meanwhile: {' '.join(message.split())}", err=True)
    sys.exit(status)


def _public_url(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    """An address without a slash at its end."""
    from argparse import ArgumentTypeError

    from visualizer.web.launch import public_url

    try:
        return public_url(text) if text else None
    except ArgumentTypeError as error:
        raise click.BadParameter(f"{error}.") from error


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="meanwhile")
@click.pass_context
def cli(context: click.Context) -> None:
    """See what a web server does while a user waits."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (run, check, new, trace, classes):
    cli.add_command(command)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5000,
    show_default=True,
    help="The port; 0 picks a free one and prints the URL.",
)
@click.option(
    "--async-mode",
    type=click.Choice(["eventlet", "gevent", "threading"]),
    default="eventlet",
    show_default=True,
    help="How the server serves many browsers at once.",
)
@click.option(
    "--database-url",
    envvar="MEANWHILE_DATABASE_URL",
    metavar="URL",
    help="Where classes are stored, as an SQLAlchemy URL.  [default: SQLite in your data folder]",
)
@click.option(
    "--host-password",
    envvar="MEANWHILE_HOST_PASSWORD",
    metavar="TEXT",
    help="Needed to start a class; better given as MEANWHILE_HOST_PASSWORD.",
)
@click.option(
    "--class-hours",
    envvar="MEANWHILE_CLASS_HOURS",
    type=click.FloatRange(0, 24 * 31, min_open=True),
    default=8,
    show_default=True,
    metavar="N",
    help="How long a class can be joined.",
)
@click.option(
    "--keep-days",
    envvar="MEANWHILE_KEEP_DAYS",
    type=click.FloatRange(0, 36_500, min_open=True),
    default=180,
    show_default=True,
    metavar="N",
    help="How long results are kept after a class.",
)
@click.option(
    "--public-url",
    envvar="MEANWHILE_PUBLIC_URL",
    metavar="URL",
    callback=_public_url,
    help="How students reach this server, for links and QR codes.",
)
@SCENARIOS_OPTION
def serve(
    host: str, port: int, async_mode: str, scenarios: tuple[Path, ...], **classes: Any
) -> None:
    """Start the server that shows the lessons in a browser."""
    from visualizer.web import run_server

    given = {name: value if value != "" else None for name, value in classes.items()}
    status = run_server(host, port, cast("AsyncMode", async_mode), scenarios, **given)
    if status:
        raise click.exceptions.Exit(status)


@cli.command("open")
@click.argument("file", metavar="TRACE.json", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="The port; 0 picks a free one.",
)
def open_(file: Path, host: str, port: int) -> None:
    """Show a saved trace in a browser: prints the address to open."""
    from visualizer.trace.files import BadTraceFile, read_traces

    try:
        traces = read_traces(file)
    except BadTraceFile as error:
        raise click.ClickException(str(error)) from error
    from visualizer.web.saved import serve_saved

    if status := serve_saved(traces, host, port):
        raise click.exceptions.Exit(status)
