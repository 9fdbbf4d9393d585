"""``meanwhile run`` and ``meanwhile trace``: run a lesson, or a program of your own, and show it.

Both take the same clocks, stand-ins and faults, and write the run in the same formats.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from visualizer.lessons_cli import BROKER_OPTION, catalogue_of, progress

if TYPE_CHECKING:
    from visualizer.lab import Job, LabError, UserRequest
    from visualizer.lab.job import Fault, Service
    from visualizer.lessons import Catalogue, Lesson
    from visualizer.trace import Trace


@dataclass(frozen=True)
class _Way:
    """What both commands are told besides what is to run."""

    clock: Literal["virtual", "wall"]
    broker: str | None
    stand_ins: tuple[str, ...]
    faults: tuple[str, ...]
    format_: str

    def services(self) -> list[Service]:
        """The stand-ins that were given. Raises ParameterError."""
        from visualizer.lessons.services import parse_service

        return [parse_service(text) for text in self.stand_ins]

    def troubles(self) -> list[Fault]:
        """The faults that were given. Raises ParameterError."""
        from visualizer.lessons.faults import parse_fault

        return [parse_fault(text) for text in self.faults]

    def on_clock(self, job: Job) -> Job:
        """The job, on the clock and the broker that were chosen."""
        from msgspec.structs import replace

        return replace(job, clock=self.clock, broker=self.broker)


def _with_way(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of both; it gets what they say as its argument ``way``."""

    @click.option(
        "--clock",
        type=click.Choice(["virtual", "wall"]),
        default="virtual",
        show_default=True,
        help="wall runs it for real: real servers, real workers, real time.",
    )
    @BROKER_OPTION
    @click.option(
        "--stand-in",
        "stand_ins",
        multiple=True,
        metavar="NAME|URL=SETTINGS",
        help="Answer for a server outside: smtp=2s, or https://api.example.com=300ms,fail=0.2;"
        " repeatable. Settings: latency, fail, down, when_down, rate_limit, rate_seconds, capacity,"
        " status, text.",
    )
    @click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="WORDS",
        help="Let something go wrong: 'kill worker-1 at 1s', 'kill web at 1s back 500ms', 'restart"
        " web at 1s grace 10s', 'drop 2', 'down smtp at 1s lasts 2s'; repeatable.",
    )
    @click.option(
        "--format",
        "format_",
        type=click.Choice(["table", "json", "csv", "variables", "chrome", "mermaid"]),
        default="table",
        show_default=True,
        help="table to read; json for the whole record; csv for the execution table, variables for"
        " the variable tracker; chrome for Perfetto; mermaid for a sequence diagram.",
    )
    @wraps(command)
    def with_options(**given: Any) -> None:
        way = _Way(**{each.name: given.pop(each.name) for each in fields(_Way)})
        command(way=way, **given)

    return with_options


@click.command()
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
@_with_way
def run(
    lesson: str,
    variant: str | None,
    settings: tuple[str, ...],
    seed: int,
    way: _Way,
) -> None:
    """Run LESSON and show what happened."""
    from visualizer.lessons import ParameterError
    from visualizer.lessons.parameters import parse
    from visualizer.lessons.services import with_stand_ins

    found = _lesson(catalogue_of(()), lesson)
    try:
        values = {}
        for setting in settings:
            name, text = _setting(setting, "--set")
            table = found.parameters.get(name)
            values[name] = text if table is None else parse(name, table, text)
        chosen = [found.variant(variant)] if variant else list(found.variants)
        if way.format_ in ("variables", "mermaid") and len(chosen) > 1:
            versions = ", ".join(each.id for each in chosen)
            message = (
                f"--format {way.format_} shows one version; add --variant with one of {versions}."
            )
            raise click.UsageError(message)
        jobs = [way.on_clock(found.job(each.id, values, seed)) for each in chosen]
        given, troubles = way.services(), way.troubles()
    except ParameterError as error:
        raise click.UsageError(error.message) from error
    for job in jobs:
        job.services = with_stand_ins(job.services, given)
        job.faults = [*job.faults, *troubles]
    titles = [f"{found.title} · {each.title} ({each.id})" for each in chosen]
    traces = _run_all(jobs, [str(found.folder)] * len(jobs))
    _show(traces, titles, way.format_, as_list=variant is None)


@click.command()
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
@_with_way
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
    way: _Way,
) -> None:
    """Run a Flask program of your own and show what happened.

    The program may have several files. Name it by a file, APP.py:app, or by a module as seen from
    here: shop, shop.web:app, or with a call of its factory: 'shop:create_app("test")'.
    """
    from visualizer.lab import Queue
    from visualizer.lab.job import Server
    from visualizer.lab.program import ProgramError, find_program
    from visualizer.lessons import ParameterError

    environment = dict(_setting(text, "--env") for text in variables)
    try:
        found = find_program(program, Path.cwd())
        services, troubles = way.services(), way.troubles()
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
    folder = os.path.relpath(found.root)
    traces = _run_all([way.on_clock(job)], [folder])
    _show(traces, [f"{found.file}:{found.app}"], way.format_, as_list=False)


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
