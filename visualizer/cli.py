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
from visualizer.lessons_cli import (
    BROKER_OPTION,
    SCENARIOS_OPTION,
    catalogue_of,
    check,
    new,
    progress,
)

if TYPE_CHECKING:
    from visualizer.lab import Job, LabError, UserRequest
    from visualizer.lessons import Catalogue, Lesson
    from visualizer.trace import Trace
    from visualizer.web.launch import AsyncMode

_FORMATS = click.Choice(["table", "json", "csv", "variables", "chrome", "mermaid"])
_FORMAT = click.option(
    "--format",
    "format_",
    type=_FORMATS,
    default="table",
    show_default=True,
    help="table to read; json for the whole record; csv for the execution table, variables for the"
    " variable tracker; chrome for Perfetto; mermaid for a sequence diagram.",
)

_CLOCK = click.option(
    "--clock",
    type=click.Choice(["virtual", "wall"]),
    default="virtual",
    show_default=True,
    help="wall runs it for real: real servers, real workers, real time.",
)

_STAND_INS = click.option(
    "--stand-in",
    "stand_ins",
    multiple=True,
    metavar="NAME|URL=SETTINGS",
    help="Answer for a server outside: smtp=2s, or https://api.example.com=300ms,fail=0.2;"
    " repeatable. Settings: latency, fail, down, when_down, rate_limit, rate_seconds, capacity,"
    " status, text.",
)


_FAULTS = click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="WORDS",
    help="Let something go wrong: 'kill worker-1 at 1s', 'kill web at 1s back 500ms', 'restart web"
    " at 1s grace 10s', 'drop 2', 'down smtp at 1s lasts 2s'; repeatable.",
)


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


cli.add_command(classes)
cli.add_command(check)
cli.add_command(new)


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


@cli.command()
@click.argument("lesson")
@click.option("--variant", metavar="V", help="Only this version of the program.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter; repeatable."
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Any other makes threads take turns differently.",
)
@_CLOCK
@BROKER_OPTION
@_STAND_INS
@_FAULTS
@_FORMAT
def run(
    lesson: str,
    variant: str | None,
    settings: tuple[str, ...],
    seed: int,
    clock: str,
    broker: str | None,
    stand_ins: tuple[str, ...],
    faults: tuple[str, ...],
    format_: str,
) -> None:
    """Run LESSON and show what happened."""
    from msgspec.structs import replace

    from visualizer.lessons import ParameterError
    from visualizer.lessons.faults import parse_fault
    from visualizer.lessons.parameters import parse
    from visualizer.lessons.services import parse_service, with_stand_ins

    found = _lesson(catalogue_of(()), lesson)
    try:
        values = {}
        for setting in settings:
            name, text = _setting(setting, "--set")
            table = found.parameters.get(name)
            values[name] = text if table is None else parse(name, table, text)
        chosen = [found.variant(variant)] if variant else list(found.variants)
        if format_ in ("variables", "mermaid") and len(chosen) > 1:
            versions = ", ".join(each.id for each in chosen)
            message = f"--format {format_} shows one version; add --variant with one of {versions}."
            raise click.UsageError(message)
        jobs = [
            replace(found.job(each.id, values, seed), clock=clock, broker=broker) for each in chosen
        ]
        given = [parse_service(text) for text in stand_ins]
        troubles = [parse_fault(text) for text in faults]
    except ParameterError as error:
        raise click.UsageError(error.message) from error
    for job in jobs:
        job.services = with_stand_ins(job.services, given)
        job.faults = [*job.faults, *troubles]
    titles = [f"{found.title} · {each.title} ({each.id})" for each in chosen]
    traces = _run_all(jobs, [str(found.folder)] * len(jobs))
    _show(traces, titles, format_, as_list=variant is None)


@cli.command()
@click.argument("program", metavar="APP.py[:app]")
@click.option(
    "--requests",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.toml",
    help="The [[requests]] of the users.  [default: requests.toml in the program's folder]",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Of the server."
)
@click.option(
    "--threads", type=click.IntRange(1, 1000), default=1, show_default=True, help="Of each worker."
)
@click.option(
    "--queue-workers",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="Of Celery or RQ, if the program uses it.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Threads of each worker of the queue.",
)
@click.option(
    "--queue-app",
    metavar="NAME",
    help="The Celery application or RQ queue, where there are several.",
)
@click.option(
    "--env", "variables", multiple=True, metavar="NAME=VALUE", help="Set an environment variable."
)
@click.option("--seed", type=int, default=0, show_default=True, help="As for run.")
@_CLOCK
@BROKER_OPTION
@_STAND_INS
@_FAULTS
@_FORMAT
def trace(
    program: str,
    requests: Path | None,
    workers: int,
    threads: int,
    queue_workers: int,
    concurrency: int,
    queue_app: str | None,
    variables: tuple[str, ...],
    seed: int,
    clock: str,
    broker: str | None,
    stand_ins: tuple[str, ...],
    faults: tuple[str, ...],
    format_: str,
) -> None:
    """Run a Flask program of your own and show what happened.

    The program may have several files. Name it by a file, APP.py:app, or by a module as seen from
    here: shop, shop.web:app, or with a call of its factory: 'shop:create_app("test")'.
    """
    from msgspec.structs import replace

    from visualizer.lab import Queue
    from visualizer.lab.job import Server
    from visualizer.lab.program import ProgramError, find_program
    from visualizer.lessons import ParameterError
    from visualizer.lessons.faults import parse_fault
    from visualizer.lessons.services import parse_service

    environment = dict(_setting(text, "--env") for text in variables)
    try:
        found = find_program(program, Path.cwd())
        services = [parse_service(text) for text in stand_ins]
        troubles = [parse_fault(text) for text in faults]
    except ProgramError as error:
        raise click.UsageError(str(error)) from error
    except ParameterError as error:
        raise click.UsageError(error.message) from error
    job = found.job(
        _script(requests or found.root / "requests.toml", given=requests is not None),
        Queue(workers=queue_workers, concurrency=concurrency, app=queue_app),
        environment=environment,
        seed=seed,
        server=Server(workers=workers, threads=threads),
        services=services,
        faults=troubles,
    )
    job = replace(job, clock=clock, broker=broker)
    folder = os.path.relpath(found.root)
    _show(_run_all([job], [folder]), [f"{found.file}:{found.app}"], format_, as_list=False)


def _script(path: Path, *, given: bool) -> list[UserRequest]:
    """The requests in a file. What is wrong with it is one line."""
    from visualizer.lessons import BrokenLesson, read_requests

    if not given and not path.is_file():
        raise click.UsageError(
            f"Who asks for what? Write it into {os.path.relpath(path)}, or name another file with"
            " --requests."
        )
    try:
        return read_requests(path)
    except BrokenLesson as error:
        more = f" ({len(error.errors) - 1} more)" if len(error.errors) > 1 else ""
        raise click.UsageError(f"{error.errors[0]}{more}") from error


def _setting(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"{option} takes NAME=VALUE, not {text!r}.")
    return name, value


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


def _lesson(catalogue: Catalogue, name: str) -> Lesson:
    from visualizer.lessons import ParameterError

    try:
        return catalogue.lesson(name)
    except ParameterError as error:
        if name in catalogue.broken:
            raise click.ClickException(error.message) from error
        raise click.UsageError(error.message) from error


def _run_all(jobs: Sequence[Job], folders: Sequence[str]) -> list[Trace]:
    """Run jobs one after another. ``folders`` say where their listings lie, for error messages."""
    from visualizer.lab import Lab, LabError

    traces = []
    with Lab() as lab:
        for job, folder in zip(jobs, folders, strict=True):
            try:
                with progress(f"{job.scenario}: {job.variant}"):
                    traces.append(lab.run(job))
            except LabError as error:
                raise click.ClickException(_where(error, folder) + error.message) from error
    return traces


def _where(error: LabError, folder: str) -> str:
    if error.file is None:
        return ""
    line = "" if error.line is None else f"{error.line}:"
    return f"{Path(folder, error.file)}:{line} "


def _show(traces: Sequence[Trace], titles: Sequence[str], format_: str, *, as_list: bool) -> None:
    """Write traces to stdout. A run that was cut is shown as far as it came, then is an error."""
    from rich.console import Console

    from visualizer.terminal import show_trace
    from visualizer.trace import encode
    from visualizer.trace.exports import FORMATS, chrome_trace, steps_csv

    if format_ == "json":
        parts = [encode(trace).decode() for trace in traces]
        click.echo(f"[{','.join(parts)}]" if as_list else parts[0])
    elif format_ == "csv":
        click.echo(steps_csv(traces, named=as_list), nl=False)
    elif format_ == "chrome":
        click.echo(chrome_trace(traces))
    elif format_ in FORMATS:
        click.echo(FORMATS[format_].write(traces[0]), nl=False)
    else:
        console = Console()
        for place, (trace, title) in enumerate(zip(traces, titles, strict=True)):
            if place:
                console.print()
            show_trace(console, trace, title)
    for trace in traces:
        if trace.truncated is not None:
            raise click.ClickException(f"The run was cut: {trace.truncated.reason}")
