"""All lessons and chapters of some folders, and the glossary. What is broken is listed with its
errors and harms nothing else.

Lessons come in the order of the curriculum: by chapter, by position in it, then by name. Where
two folders hold a lesson of the same name the later folder's stands in for the earlier one's, so
that a teacher can change a lesson that comes with Meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from visualizer.resources import folder

from .chapter import Chapter, read_chapter
from .errors import LessonError, ParameterError, brief, did_you_mean
from .glossary import Glossary
from .lesson import CHAPTERS, Lesson
from .reader import BrokenLesson, read_lesson

#: The lessons that come with Meanwhile.
SCENARIOS = folder("scenarios")


#: Where a folder of lessons keeps its chapters and its glossary.
CHAPTERS_FOLDER = "chapters"
GLOSSARY_FILE = "glossary.toml"


class Catalogue:
    """``lessons`` and ``chapters`` are by id; ``broken`` maps names of folders to their errors."""

    def __init__(self, folders: Iterable[Path]) -> None:
        found: dict[str, Lesson] = {}
        chapters: dict[str, Chapter] = {}
        self.broken: dict[str, list[LessonError]] = {}
        self.glossary = Glossary()
        for root in map(Path, folders):
            self._read(root, found)
            self._read_chapters(root / CHAPTERS_FOLDER, chapters)
            self.glossary.read(root / GLOSSARY_FILE)
        if self.glossary.errors:
            self.broken[GLOSSARY_FILE] = self.glossary.errors
        self.chapters = dict(sorted(chapters.items(), key=_chapter_order))
        named = [_named(lesson, self.chapters) for lesson in found.values()]
        self.lessons = {lesson.id: lesson for lesson in sorted(named, key=self._order)}

    def lesson(self, id: str) -> Lesson:
        """The lesson of this id. Raises ``ParameterError`` with the nearest name there is."""
        if id in self.lessons:
            return self.lessons[id]
        if id in self.broken:
            first = self.broken[id][0]
            raise ParameterError("scenario", f"The lesson {id} is broken: {first}")
        known = did_you_mean(id, self.lessons)
        raise ParameterError("scenario", f"There is no lesson {brief(id)}. {known}".strip())

    def chapter(self, id: str) -> Chapter:
        """The chapter of this id. Raises ``ParameterError`` with the nearest name there is."""
        if id in self.chapters:
            return self.chapters[id]
        broken = self.broken.get(f"{CHAPTERS_FOLDER}/{id}")
        if broken:
            raise ParameterError("chapter", f"The chapter {id} is broken: {broken[0]}")
        known = did_you_mean(id, self.chapters)
        raise ParameterError("chapter", f"There is no chapter {brief(id)}. {known}".strip())

    def lessons_of(self, chapter: str) -> list[Lesson]:
        """The lessons of a chapter, in their order."""
        return [lesson for lesson in self.lessons.values() if lesson.chapter == chapter]

    def _order(self, lesson: Lesson) -> tuple[int, str, int, str]:
        known, written = list(CHAPTERS), list(self.chapters)
        place = len(known) + len(written)
        if lesson.chapter in known:
            place = known.index(lesson.chapter)
        elif lesson.chapter in written:
            place = len(known) + written.index(lesson.chapter)
        return (place, lesson.chapter, lesson.table.position, lesson.id)

    def _read_chapters(self, root: Path, found: dict[str, Chapter]) -> None:
        for child in sorted(root.iterdir()) if root.is_dir() else ():
            if not child.is_dir() or child.name.startswith((".", "__")):
                continue
            name = f"{CHAPTERS_FOLDER}/{child.name}"
            found.pop(child.name, None)
            self.broken.pop(name, None)
            try:
                found[child.name] = read_chapter(child)
            except BrokenLesson as error:
                self.broken[name] = error.errors

    def _read(self, root: Path, found: dict[str, Lesson]) -> None:
        """Read all lessons in a folder, or the folder itself where it is a lesson."""
        if not root.is_dir():
            message, remedy = "There is no such folder.", "Correct its name."
            self.broken[root.name] = [LessonError(str(root), 1, message, remedy)]
            return
        alone = (root / "lesson.toml").is_file()
        for child in [root.resolve()] if alone else sorted(root.iterdir()):
            if not child.is_dir() or child.name.startswith((".", "__")):
                continue
            if child.name == CHAPTERS_FOLDER and not alone:
                continue
            found.pop(child.name, None)
            self.broken.pop(child.name, None)
            try:
                found[child.name] = read_lesson(child)
            except BrokenLesson as error:
                self.broken[child.name] = error.errors


def _chapter_order(item: tuple[str, Chapter]) -> tuple[int, int, str]:
    """Chapters that come with Meanwhile first, then others by position."""
    known = list(CHAPTERS)
    id, chapter = item
    return (known.index(id) if id in known else len(known), chapter.table.position, id)


def _named(lesson: Lesson, chapters: dict[str, Chapter]) -> Lesson:
    """The lesson, with the title of its chapter as the chapter says it."""
    chapter = chapters.get(lesson.chapter)
    return replace(lesson, chapter_name=chapter.title) if chapter else lesson
