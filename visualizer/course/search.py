"""Finding things in the course: chapters by section, lessons, and words of the glossary.

The index is made once, from texts without their live parts. Every word that was typed has to begin
a word of the entry; what has it in its title comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from visualizer.lessons import Catalogue, Chapter, Lesson
from visualizer.lessons.glossary import Term
from visualizer.lessons.markup import Text, words_of

from .address import chapter_address, lesson_address
from .ways import TITLES

MOST_FOUND = 20
#: Letters of an excerpt, and how many of them stand before the word that was found.
_EXCERPT, _BEFORE = 140, 40
_WORD = re.compile(r"\w+")


class Entry(NamedTuple):
    """Something to be found. ``of`` says what it is: a lesson, a word, a section of a chapter.
    By ``also`` it is found, too; no excerpt shows it."""

    title: str
    of: str
    href: str
    text: str
    also: str = ""


class Found(NamedTuple):
    """An entry with the part of its text that was asked for."""

    entry: Entry
    excerpt: str


class Index:
    """All entries of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        lessons, chapters = catalogue.lessons.values(), catalogue.chapters.values()
        self.entries: list[Entry] = [
            *(_lesson(lesson) for lesson in lessons),
            *(_term(term) for term in catalogue.glossary.terms.values()),
            *(section for chapter in chapters for section in _chapter(chapter)),
        ]

    def search(self, query: str) -> list[Found]:
        """The entries that fit best, at most ``MOST_FOUND``."""
        words = [word.lower() for word in _WORD.findall(query)[:8]]
        if not words:
            return []
        ranked = [
            (rank, place) for place, e in enumerate(self.entries) if (rank := _rank(e, words))
        ]
        ranked.sort(key=lambda item: (-item[0], item[1]))
        best = [self.entries[place] for _, place in ranked[:MOST_FOUND]]
        return [Found(entry, _excerpt(entry.text, words)) for entry in best]


def _lesson(lesson: Lesson) -> Entry:
    variants = " ".join(variant.title for variant in lesson.variants)
    return Entry(lesson.title, "Lesson", lesson_address(lesson.id), lesson.text.plain(), variants)


def _term(term: Term) -> Entry:
    also = " ".join(term.table.also)
    return Entry(term.name, "Glossary", f"/glossary#{term.anchor}", term.text.plain(), also)


def _chapter(chapter: Chapter) -> Iterator[Entry]:
    for way, text in chapter.texts.items():
        address = chapter_address(chapter.id, way)
        of = f"{chapter.title}, {TITLES[way]}"
        for anchor, heading, words in _sections(text):
            if anchor:
                yield Entry(heading, of, f"{address}#{anchor}", words)
            elif words:
                yield Entry(TITLES[way], chapter.title, address, words)


def _sections(text: Text) -> Iterator[tuple[str, str, str]]:
    """Each section of a text: its anchor, heading and words; the first has neither."""
    headings = iter(text.headings)
    anchor = heading = ""
    words: list[str] = []
    for token in text.tokens:
        if token.type == "heading_open" and token.tag == "h2":
            yield anchor, heading, _spaced(words)
            (anchor, heading), words = next(headings), []
        words.append(words_of(token))
    yield anchor, heading, _spaced(words)


def _spaced(words: Iterable[str]) -> str:
    return " ".join(" ".join(words).split())


def _rank(entry: Entry, words: Sequence[str]) -> int:
    """How well an entry fits; 0 where a word is missing."""
    title = [word.lower() for word in _WORD.findall(entry.title)]
    text = f"{entry.text} {entry.also}".lower()
    rank = 20 if title == list(words) else 0
    for word in words:
        if word in title:
            rank += 12
        elif any(each.startswith(word) for each in title):
            rank += 8
        elif re.search(rf"\b{re.escape(word)}", text):
            rank += 1
        else:
            return 0
    return rank


def _excerpt(text: str, words: Sequence[str]) -> str:
    place = re.search(rf"\b{re.escape(words[0])}", text, re.IGNORECASE)
    start = max(0, place.start() - _BEFORE) if place else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    if start + _EXCERPT >= len(text):
        return ("… " if start else "") + text[start:]
    end = text.rfind(" ", start, start + _EXCERPT)
    return ("… " if start else "") + text[start:end] + " …"
