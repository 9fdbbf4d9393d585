"""``meanwhile check`` and ``meanwhile new``: for those who write lessons.

``check`` holds files, runs, texts and listings against each other; ``new`` writes a lesson that
passes it. What both and other commands need of lessons is here too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from visualizer.course import Library
    from visualizer.lab import Lab
    from visualizer.lessons import Catalogue, Lesson, LessonError

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
SCENARIOS_OPTION = click.option(
    "--scenarios",
    type=FOLDER,
    multiple=True,
    metavar="DIR",
    help="A folder of lessons of your own, besides those that come with Meanwhile.",
)
BROKER_OPTION = click.option(
    "--broker",
    metavar="URL",
    help="On the wall clock: a Redis (redis://) or RabbitMQ (amqp://) for the queue. Without it,"
    " one that needs no server.",
)
#: The name under which ``check`` tells of chapters and glossary.
_COURSE = "chapters and glossary"


@click.command()
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@SCENARIOS_OPTION
@click.option(
    "--wall", is_flag=True, help="Run every version for real, too, and hold the two runs together."
)
@click.option(
    "--scale",
    type=click.FloatRange(1, 100),
    default=1,
    metavar="N",
    help="With --wall: make all waits N times shorter, on both clocks.",
)
@BROKER_OPTION
def check(
    lessons: tuple[str, ...],
    scenarios: tuple[Path, ...],
    wall: bool,
    scale: float,
    broker: str | None,
) -> None:
    """Check lessons: their files, questions and texts, and a run of every version.

    Without a name all lessons are checked, and the chapters and the glossary."""
    from visualizer.course import Library
    from visualizer.course.inspection import inspect_lesson
    from visualizer.lab import Lab
    from visualizer.lessons import did_you_mean
    from visualizer.lessons.alone import Alone

    catalogue = catalogue_of(scenarios)
    known = [*catalogue.lessons, *catalogue.broken]
    for name in lessons:
        if name not in known:
            raise click.UsageError(f"There is no lesson {name!r}. {did_you_mean(name, known)}")
    if wall:
        from visualizer.agreement_cli import check_wall

        check_wall(catalogue, lessons or known, scale, broker)
        return
    breaches = 0
    chosen = [catalogue.lessons[name] for name in lessons or known if name in catalogue.lessons]
    listings = dict.fromkeys(path for lesson in chosen for path in _listings(lesson))
    with Lab() as lab, closing(Alone(listings)) as alone:
        library = Library(catalogue, lab.run)
        for name in lessons or known:
            if name in catalogue.broken:
                breaches += _tell(name, catalogue.broken[name], "")
                continue
            lesson = catalogue.lessons[name]
            with progress(f"{name}: {len(lesson.variants)} runs"):
                errors = _rehearse(lab, lesson) or [
                    *inspect_lesson(lesson, library),
                    *alone.errors(_listings(lesson)),
                ]
            runs, questions = len(lesson.variants), len(lesson.quiz)
            breaches += _tell(name, errors, f"{runs} variants, {questions} questions")
        if not lessons:
            breaches += _check_course(library)
    if breaches:
        what = "1 breach" if breaches == 1 else f"{breaches} breaches"
        raise click.ClickException(f"{what} found.")


@click.command()
@click.argument("name")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where the lesson's folder is made.  [default: here]",
)
def new(name: str, folder: Path) -> None:
    """Make a lesson NAME that is right already, to begin with."""
    from visualizer.lessons.skeleton import BadName, write_skeleton

    try:
        made = write_skeleton(folder, name)
    except BadName as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}.") from error
    click.echo(f"{made} is a whole lesson. Check it, look at it, and make it yours:")
    click.echo(f"  meanwhile check {name} --scenarios {folder}")
    click.echo(f"  meanwhile serve --scenarios {folder}")


def catalogue_of(scenarios: Sequence[Path]) -> Catalogue:
    """The lessons that come with Meanwhile, and those of these folders."""
    from visualizer.lessons import SCENARIOS, Catalogue

    return Catalogue([SCENARIOS, *scenarios])


@contextmanager
def progress(text: str) -> Iterator[None]:
    """A turning mark with a text on stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def _tell(name: str, errors: Sequence[LessonError], what: str) -> int:
    if not errors:
        click.echo(f"{name}: ok ({what})")
    for error in errors:
        click.echo(str(error))
    return len(errors)


def _listings(lesson: Lesson) -> list[Path]:
    return [lesson.folder / variant.file for variant in lesson.variants]


def _rehearse(lab: Lab, lesson: Lesson) -> list[LessonError]:
    from visualizer.classroom import rehearse
    from visualizer.lab import LabError
    from visualizer.lessons import LessonError

    traces = {}
    errors = []
    for variant in lesson.variants:
        try:
            traces[variant.id] = lab.run(lesson.job(variant.id))
        except LabError as error:
            file = str(lesson.folder / (error.file or variant.file))
            message = error.message.rstrip(".") + "."
            remedy = "Try the file with python alone, and correct it."
            errors.append(LessonError(file, error.line or 1, message, remedy))
    return errors or rehearse(lesson, traces)


def _check_course(library: Library) -> int:
    from visualizer.course.inspection import inspect_chapter, inspect_glossary

    chapters = library.catalogue.chapters
    with progress(_COURSE):
        errors = [e for chapter in chapters.values() for e in inspect_chapter(chapter, library)]
        errors += inspect_glossary(library)
    terms = len(library.catalogue.glossary.terms)
    many = "1 chapter" if len(chapters) == 1 else f"{len(chapters)} chapters"
    return _tell(_COURSE, errors, f"{many}, {terms} words")
