"""Reads a text: Markdown with live parts, and everything that is wrong with it, line by line.

Markdown is CommonMark with tables. HTML is refused, and so are pictures and links that are no
links of a page. What the live parts come to is not known here: that needs runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .errors import LessonError, ParameterError, did_you_mean
from .figures import flaw_of_unit, read_figure, written
from .live import (
    BLOCKS,
    Compare,
    Diagram,
    FigurePart,
    LinkPart,
    Live,
    StepPart,
    TermPart,
    runs_of,
)
from .queries import flaw_of_query
from .runs import run_name
from .toml import parse_toml

CHAPTER_WAYS = ("start", "why", "deep-dive", "measure")
LESSON_WAYS = ("watch", "predict", "break-it", "change-it", "recall")

#: The key of ``Token.meta`` under which a token keeps its live part.
LIVE = "live"

_STEP = re.compile(
    r"step\s+(?P<run>\S+):\s+(?P<moment>[^|#]+?)(?:\s+#(?P<nth>\d+))?(?:\s*\|\s*(?P<text>.+))?"
)
_TERM = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\]")
_HEADING = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Text:
    """A text that was read. ``live`` holds each live part with its line; ``home`` is the lesson
    in whose files it stands, or empty."""

    file: str
    home: str
    tokens: Sequence[Token] = ()
    live: Sequence[tuple[int, Live]] = ()
    flaws: Sequence[LessonError] = ()
    headings: Sequence[tuple[str, str]] = field(default=())

    def plain(self) -> str:
        """The words of the text, for a search; what comes from a run is left open."""
        return " ".join(" ".join(map(words_of, self.tokens)).split())

    def summary(self, known: Mapping[str, object]) -> str:
        """The first paragraph, without markup but for `code`; ``known`` are results of queries for
        its figures."""
        for before, token in zip(self.tokens, self.tokens[1:], strict=False):
            if before.type == "paragraph_open":
                return words_of(token, known, tick="`")
        return ""


def words_of(
    token: Token, known: Mapping[str, object] = MappingProxyType({}), tick: str = ""
) -> str:
    """What a reader sees of a token in words. A figure whose query is not ``known`` is "…"; code
    stands between ``tick`` and ``tick``."""
    return "".join(_words(child, known, tick) for child in token.children or ())


def _words(token: Token, known: Mapping[str, object], tick: str) -> str:
    if token.type in ("text", "term"):
        return token.content
    if token.type == "code_inline":
        return f"{tick}{token.content}{tick}"
    if token.type in ("softbreak", "hardbreak"):
        return " "
    part = token.meta.get(LIVE)
    if isinstance(part, StepPart):
        return part.text or _OPEN
    if isinstance(part, FigurePart):
        usual = part.second is None and not part.first.settings
        figure = part.figure
        if usual and figure.query in known:
            return written(known[figure.query], figure.unit, figure.digits)
        return _OPEN
    return ""


#: Stands for what only a run can tell.
_OPEN = "…"


def read_markup(text: str, file: str, home: str = "", above: int = 0) -> Text:
    """Read a text. ``above`` lines of its file stand over it."""
    tokens = _PARSER.parse(text)
    reading = _Reading(file, home, above)
    reading.walk(tokens)
    return Text(file, home, tokens, reading.live, reading.flaws, reading.headings)


def anchor(heading: str) -> str:
    """The address of a heading within its page."""
    return _HEADING.sub("-", heading.lower()).strip("-") or "part"


class _Reading:
    """Goes over the tokens of one text and keeps what is live and what is wrong."""

    def __init__(self, file: str, home: str, above: int) -> None:
        self.file, self.home, self.above = file, home, above
        self.live: list[tuple[int, Live]] = []
        self.flaws: list[LessonError] = []
        self.headings: list[tuple[str, str]] = []

    def walk(self, tokens: Sequence[Token]) -> None:
        line = self.above + 1
        for place, token in enumerate(tokens):
            line = token.map[0] + self.above + 1 if token.map else line
            if token.type == "html_block":
                self._html(line)
            elif token.type == "fence":
                self._fence(token, line)
            elif token.type == "heading_open" and token.tag == "h2":
                heading = tokens[place + 1].content
                token.attrSet("id", anchor(heading))
                self.headings.append((anchor(heading), heading))
            for child, at in _with_lines(token.children or (), line):
                self._inline(child, at)

    def _inline(self, token: Token, line: int) -> None:
        if token.type == "html_inline":
            self._html(line)
        elif token.type == "image":
            self._flaw(line, "A text holds no pictures from files.", "Use a diagram or timeline.")
        elif token.type == "link_open":
            self._link(token, line)
        elif token.type == "term":
            name, _, shown = token.content.partition("|")
            token.content = shown or name
            self._keep(token, line, TermPart(name.strip(), (shown or name).strip()))
        elif token.type == "figure":
            self._braces(token, line)

    def _braces(self, token: Token, line: int) -> None:
        text = token.content
        try:
            if text.startswith("step "):
                self._step(token, text, line)
            else:
                self._figure(token, text, line)
        except ParameterError as error:
            self._flaw(line, f"In {{{text}}}: {error.message}", "Correct the name.")

    def _step(self, token: Token, text: str, line: int) -> None:
        match = _STEP.fullmatch(text)
        if match is None:
            remedy = "Write {step lesson/variant: response sent} or {step …: … | the text}."
            self._flaw(line, f"{{{text}}} is no link to a step.", remedy)
            return
        run = run_name(match["run"], self.home)
        part = StepPart(run, match["moment"].strip(), int(match["nth"] or 1), match["text"] or "")
        self._keep(token, line, part)

    def _figure(self, token: Token, text: str, line: int) -> None:
        figure = read_figure(text)
        flaw = flaw_of_query(figure.query) or flaw_of_unit(figure.unit)
        if not figure.first:
            flaw = "it does not say of which run; begin with lesson/variant and a colon"
        if flaw is not None:
            remedy = "Correct it; put braces that mean nothing into `backticks`."
            self._flaw(line, f"In {{{text}}}: {flaw}.", remedy)
            return
        first = run_name(figure.first, self.home)
        second = run_name(figure.second, first.lesson) if figure.second else None
        self._keep(token, line, FigurePart(figure, first, second))

    def _fence(self, token: Token, line: int) -> None:
        kind = BLOCKS.get(token.info.strip())
        if kind is None:
            return
        document = parse_toml(self.file, token.content, kind, above=line)
        self.flaws += document.errors
        if document.value is None:
            return
        for name in runs_of(document.value):
            try:
                run_name(name, self.home)
            except ParameterError as error:
                self._flaw(line, error.message, "Correct it.")
                return
        for message, remedy in _block_flaws(document.value):
            self._flaw(line, message, remedy)
        self._keep(token, line, document.value)

    def _link(self, token: Token, line: int) -> None:
        href = str(token.attrGet("href") or "")
        scheme, colon, rest = href.partition(":")
        if scheme in ("lesson", "chapter") and colon:
            name, _, way = rest.partition("/")
            ways = LESSON_WAYS if scheme == "lesson" else CHAPTER_WAYS
            if way and way not in ways:
                self._flaw(line, f"There is no way {way!r}.", did_you_mean(way, ways))
            self._keep(token, line, LinkPart(scheme, name, way))
        elif not href.startswith(("?", "#", "/", "https://", "http://")):
            remedy = "Begin it with https://, lesson:NAME or chapter:NAME."
            self._flaw(line, f"The link leads to {href!r}.", remedy)

    def _html(self, line: int) -> None:
        message = "A text holds no HTML."
        self._flaw(line, message, "Write Markdown, or put it into `backticks` to show it.")

    def _keep(self, token: Token, line: int, part: Live) -> None:
        token.meta[LIVE] = part
        self.live.append((line, part))

    def _flaw(self, line: int, message: str, remedy: str) -> None:
        self.flaws.append(LessonError(self.file, line, message, remedy))


def _block_flaws(block: Live) -> Iterator[tuple[str, str]]:
    if isinstance(block, Compare):
        for row in block.rows:
            flaw = flaw_of_query(row.query) or flaw_of_unit(row.unit.partition(" ")[0])
            if flaw is not None:
                yield f"In the row {row.label!r}: {flaw}.", "Correct it."
    elif isinstance(block, Diagram):
        ids = [box.id for box in block.boxes]
        for arrow in block.arrows:
            for end in (arrow.from_, arrow.to):
                if end not in ids:
                    yield f"The diagram has no box {end!r}.", did_you_mean(end, ids)
        for box in block.boxes:
            if min(box.at) < 1 or max(box.at) > 6:
                yield f"The box {box.id!r} is at {box.at}.", "Columns and rows go from 1 to 6."


def _with_lines(children: Sequence[Token], line: int) -> Iterator[tuple[Token, int]]:
    for child in children:
        yield child, line
        if child.type in ("softbreak", "hardbreak"):
            line += 1


# The parser.


def _braces(state: StateInline, silent: bool) -> bool:
    """``{…}``, with braces and quoted texts inside."""
    if state.src[state.pos] != "{":
        return False
    depth, quote = 0, ""
    for at in range(state.pos, state.posMax):
        letter = state.src[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'":
            quote = letter
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                if not silent:
                    state.push("figure", "", 0).content = state.src[state.pos + 1 : at].strip()
                state.pos = at + 1
                return True
    return False


def _term(state: StateInline, silent: bool) -> bool:
    """``[[word]]`` or ``[[word|as shown]]``."""
    match = _TERM.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("term", "", 0).content = match[0][2:-2]
    state.pos = match.end()
    return True


def _parser() -> MarkdownIt:
    # HTML is understood, so that it can be refused; nothing of it is ever rendered.
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # judged above, with a line
    parser.inline.ruler.before("escape", "live", _braces)
    parser.inline.ruler.before("link", "term", _term)
    return parser


_PARSER = _parser()
