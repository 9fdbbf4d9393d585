"""A text as HTML: Markdown, and its live parts filled in from runs.

A part whose run cannot be had shows "?" and is logged; ``check`` finds it beforehand.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from visualizer.lab.errors import LabError
from visualizer.lessons import Lesson, ParameterError, Question
from visualizer.lessons.figures import written
from visualizer.lessons.highlight import highlight
from visualizer.lessons.live import (
    Ask,
    Block,
    Compare,
    Diagram,
    FigurePart,
    LinkPart,
    Printed,
    Program,
    StepPart,
    Steps,
    TermPart,
    Timeline,
)
from visualizer.lessons.markup import LIVE, Text

from . import blocks
from .address import chapter_address, lesson_address, step_address
from .diagram import diagram
from .library import Library
from .live import NoSuchStep, figure_value, step_of
from .markup import code_in, tag, text

log = logging.getLogger(__name__)

#: What a live part may fail with; each is told by ``check``.
_FAILURES = (ParameterError, LabError, NoSuchStep)


def render(written_text: Text, library: Library, questions: Sequence[Question] = ()) -> str:
    """The text as HTML, made once. ``questions`` are those that it may ask."""
    name = ("text", id(written_text))
    if name in library.made:
        return library.made[name]
    reading = _Reading(library, written_text.home, {each.id: each for each in questions})
    html = str(_WRITER.render(written_text.tokens, _OPTIONS, {"reading": reading}))
    html += "</div>" * reading.folded
    if not reading.failed:
        library.made[name] = html
    return html


class _Reading:
    """What is known while one text is written."""

    def __init__(self, library: Library, home: str, questions: dict[str, Question]) -> None:
        self.library = library
        self.home = home
        self.questions = questions
        #: How many parts are open that unfold, and whether anything could not be had.
        self.folded = 0
        self.failed = False

    def block(self, block: Block) -> str:
        library, home = self.library, self.home
        if isinstance(block, Timeline):
            return blocks.timeline_figure(block, library, home)
        if isinstance(block, Compare):
            return blocks.comparison(block, library, home)
        if isinstance(block, Program):
            return blocks.program(block, library, home)
        if isinstance(block, Printed):
            return blocks.printed(block, library, home)
        if isinstance(block, Steps):
            return blocks.steps(block, library, home)
        if isinstance(block, Diagram):
            drawn = diagram(block) + tag("figcaption", text(block.title))
            return tag("figure", drawn, class_="figure-block is-diagram", tabindex="0")
        return self.ask(block)

    def ask(self, block: Ask) -> str:
        """A question, and the beginning of what unfolds behind its answer."""
        question = self.questions[block.question]
        self.folded += 1
        behind = f'<div class="unfold" data-behind="{question.id}">'
        return blocks.question(question) + behind


class _Writer(RendererHTML):
    """Writes tokens; each method is named as the type of token that it writes."""

    def figure(self, tokens: Sequence[Token], at: int, _: OptionsDict, env: Any) -> str:
        part: FigurePart | StepPart = tokens[at].meta[LIVE]
        library = env["reading"].library
        try:
            if isinstance(part, StepPart):
                return _step_link(part, library)
            value = figure_value(part, library)
            shown = written(value, part.figure.unit, part.figure.digits)
            return tag("span", text(shown), class_="figure", title=_whence(part, library))
        except _FAILURES as error:
            env["reading"].failed = True
            log.warning("{%s} has no value: %s", tokens[at].content, error)
            return "?"

    def term(self, tokens: Sequence[Token], at: int, _: OptionsDict, env: Any) -> str:
        part: TermPart = tokens[at].meta[LIVE]
        term = env["reading"].library.catalogue.glossary.find(part.term)
        if term is None:
            return text(part.text)
        address = f"/glossary#{term.anchor}"
        return tag("a", text(part.text), class_="term", href=address, title=term.text.plain())

    def link_open(
        self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        part = tokens[at].meta.get(LIVE)
        if isinstance(part, LinkPart):
            to_lesson = part.kind == "lesson"
            address = (lesson_address if to_lesson else chapter_address)(part.name, part.way)
            return f'<a href="{address}">'
        href = str(tokens[at].attrGet("href") or "")
        if href.startswith("?") and env["reading"].home:
            return f'<a href="{lesson_address(env["reading"].home)}{text(href)}">'
        if href.startswith("http"):
            return f'<a href="{text(href)}" rel="noopener" target="_blank">'
        return str(self.renderToken(tokens, at, options, env))

    def fence(
        self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        token = tokens[at]
        block: Block | None = token.meta.get(LIVE)
        if block is None:
            if token.info.strip() in ("python", "py"):
                return blocks.code(highlight(token.content))
            return tag("pre", tag("code", text(token.content)), class_="code-block", tabindex="0")
        try:
            return env["reading"].block(block) + "\n"  # type: ignore[no-any-return]  # env is of any type
        except _FAILURES as error:
            env["reading"].failed = True
            log.warning("%s has nothing to show: %s", token.info.strip(), error)
            return '<p class="notice">This part could not be run.</p>\n'

    def table_open(self, *_: Any) -> str:
        return '<div class="table-scroll" tabindex="0"><table>'

    def table_close(self, *_: Any) -> str:
        return "</table></div>\n"

    def html_block(self, tokens: Sequence[Token], at: int, *_: Any) -> str:
        return text(tokens[at].content)

    def html_inline(self, tokens: Sequence[Token], at: int, *_: Any) -> str:
        return text(tokens[at].content)

    def image(self, tokens: Sequence[Token], at: int, *_: Any) -> str:
        return text(tokens[at].content)


def _step_link(part: StepPart, library: Library) -> str:
    lesson = library.lesson(part.run)
    n = step_of(part, library.trace(part.run))
    return tag(
        "a",
        code_in(part.text or f"step {n}"),
        class_="step-link",
        href=step_address(lesson, part.run, n),
        data_variant=part.run.variant,
        data_lesson=part.run.lesson,
        data_step=n,
        title=f"{lesson.title}, {library.title(part.run)}, step {n}",
    )


def _whence(part: FigurePart, library: Library) -> str:
    """From which run a figure is, for those who ask."""
    lesson: Lesson = library.lesson(part.first)
    told = f"From the run of “{lesson.title}”, {library.title(part.first)}"
    if part.second is None:
        return told
    return f"{told}, beside {library.title(part.second)}"


_WRITER = _Writer()
_OPTIONS = MarkdownIt("commonmark", {"html": False}).options
