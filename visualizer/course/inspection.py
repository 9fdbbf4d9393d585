"""Holds texts against their runs before a reader sees them.

It finds what no look at a file can: a figure that no run yields, a link to a step or a lesson that
is not there, a word that the glossary lacks, a pitfall whose two runs are alike, a run that cannot
be had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from visualizer.classroom import question_breaches
from visualizer.lab.errors import LabError
from visualizer.lessons import Chapter, Lesson, LessonError, ParameterError, did_you_mean
from visualizer.lessons.figures import written
from visualizer.lessons.live import (
    Ask,
    Compare,
    Diagram,
    FigurePart,
    LinkPart,
    Live,
    Program,
    StepPart,
    TermPart,
    runs_of,
)
from visualizer.lessons.markup import Text
from visualizer.lessons.places import Path
from visualizer.lessons.runs import run_name
from visualizer.lessons.shape import Breach
from visualizer.lessons.ways import Pitfall, Row

from .blocks import function_lines
from .library import Library
from .live import NoSuchStep, figure_value, step_of


def inspect_lesson(lesson: Lesson, library: Library) -> list[LessonError]:
    """What is wrong with the texts, pitfalls, experiments and the place of a lesson."""
    errors = lesson.lesson_file.errors_of(_place(lesson, library))
    for text in (lesson.text, *lesson.texts.values()):
        errors += inspect_text(text, library)
    if lesson.break_file is not None:
        errors += lesson.break_file.errors_of(_pitfalls(lesson, library))
    if lesson.change_file is not None:
        errors += lesson.change_file.errors_of(_experiments(lesson, library))
    return errors


def inspect_chapter(chapter: Chapter, library: Library) -> list[LessonError]:
    """What is wrong with a chapter's texts and questions."""
    errors = [e for text in chapter.texts.values() for e in inspect_text(text, library)]
    if chapter.questions_file is not None:
        errors += chapter.questions_file.errors_of(_questions(chapter, library))
    return errors


def inspect_glossary(library: Library) -> list[LessonError]:
    """What is wrong with the texts of the glossary."""
    terms = library.catalogue.glossary.terms.values()
    return [error for term in terms for error in inspect_text(term.text, library)]


def inspect_text(text: Text, library: Library) -> list[LessonError]:
    """What the runs and the rest of the course deny of a text."""
    errors = []
    for line, part in text.live:
        for message, remedy in _part(part, text.home, library):
            errors.append(LessonError(text.file, line, message, remedy))
    return errors


def _part(part: Live, home: str, library: Library) -> Iterator[tuple[str, str]]:
    try:
        if isinstance(part, FigurePart):
            yield from _figure(part, library)
        elif isinstance(part, StepPart):
            step_of(part, library.trace(part.run))
        elif isinstance(part, TermPart):
            glossary = library.catalogue.glossary
            if glossary.find(part.term) is None:
                yield f"The glossary has no word {part.term!r}.", glossary.advice(part.term)
        elif isinstance(part, LinkPart):
            yield from _link(part, library)
        elif not isinstance(part, (Ask, Diagram)):
            yield from _block(part, home, library)
    except (ParameterError, LabError) as error:
        yield str(error.message), "Correct the name of the run, or the lesson."
    except NoSuchStep as error:
        yield str(error), "Name one of them."


def _figure(part: FigurePart, library: Library) -> Iterator[tuple[str, str]]:
    value = figure_value(part, library)
    if written(value, part.figure.unit, part.figure.digits) == "?":
        of = str(part.first) + (f" and {part.second}" if part.second else "")
        yield f"{of} has no value for {{{part.figure.query}}}.", "Correct the query or its unit."


def _link(part: LinkPart, library: Library) -> Iterator[tuple[str, str]]:
    catalogue = library.catalogue
    if part.kind == "chapter":
        catalogue.chapter(part.name)
        return
    ways = catalogue.lesson(part.name).ways
    if part.way and part.way not in ways:
        yield f"The lesson {part.name} has no {part.way!r}.", did_you_mean(part.way, ways)


def _block(block: Live, home: str, library: Library) -> Iterator[tuple[str, str]]:
    if not isinstance(block, (FigurePart, StepPart, TermPart, LinkPart)):
        for name in runs_of(block):
            library.trace(run_name(name, home))
    if isinstance(block, Compare):
        yield from _rows(block.rows, block.runs, home, library)
    elif isinstance(block, Program) and block.function:
        run = run_name(block.run, home)
        job = run.job(library.lesson(run))
        if function_lines(job.sources[job.file], block.function) is None:
            yield f"{job.file} has no function {block.function!r}.", "Correct its name."


def _rows(
    rows: Sequence[Row], runs: Sequence[str], home: str, library: Library
) -> Iterator[tuple[str, str]]:
    for row in rows:
        for name in runs:
            value = library.facts(run_name(name, home)).ask(row.query)
            if written(value, row.unit.partition(" ")[0]) == "?":
                message = f"{name} has no value for the row {row.label!r}."
                yield message, "Correct its query or unit."


def _place(lesson: Lesson, library: Library) -> Iterator[Breach]:
    known = library.catalogue.lessons
    for index, name in enumerate(lesson.table.builds_on):
        if name not in known:
            message = f"It builds on {name!r}, which is no lesson."
            yield Breach(("builds_on", index), message, did_you_mean(name, known))


def _pitfalls(lesson: Lesson, library: Library) -> Iterator[Breach]:
    for index, pitfall in enumerate(lesson.pitfalls):
        here: Path = ("pitfalls", index)
        try:
            for message, remedy in _pitfall(pitfall, lesson.id, library):
                yield Breach((*here, "rows"), message, remedy)
        except (ParameterError, LabError) as error:
            yield Breach(here, str(error.message), "Correct wrong or right.")


def _pitfall(pitfall: Pitfall, home: str, library: Library) -> Iterator[tuple[str, str]]:
    names = [pitfall.wrong, pitfall.right]
    yield from _rows(pitfall.rows, names, home, library)
    wrong, right = (library.facts(run_name(name, home)) for name in names)
    if all(wrong.ask(row.query) == right.ask(row.query) for row in pitfall.rows):
        yield "Both runs show the same in every row.", "Compare what differs."


def _experiments(lesson: Lesson, library: Library) -> Iterator[Breach]:
    for index, experiment in enumerate(lesson.experiments):
        for place, name in enumerate(experiment.runs):
            try:
                library.trace(run_name(name, lesson.id))
            except (ParameterError, LabError) as error:
                yield Breach(
                    ("experiments", index, "runs", place), str(error.message), "Correct it."
                )


def _questions(chapter: Chapter, library: Library) -> Iterator[Breach]:
    for index, question in enumerate(chapter.questions):
        here: Path = ("questions", index)
        try:
            facts = library.facts(run_name(question.variant))
        except (ParameterError, LabError) as error:
            yield Breach((*here, "variant"), str(error.message), "Correct it.")
            continue
        yield from question_breaches(here, question, facts)
