"""All lessons of some folders. A broken lesson is listed with its errors and harms no other.

Lessons come in the order of the curriculum: by chapter, by position in it, then by name. Where
two folders hold a lesson of the same name the later folder's stands in for the earlier one's, so
that a teacher can change a lesson that comes with Meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from visualizer.resources import folder

from .errors import LessonError, ParameterError, brief, did_you_mean
from .lesson import CHAPTERS, Lesson
from .reader import BrokenLesson, read_lesson

#: The lessons that come with Meanwhile.
SCENARIOS = folder("scenarios")


class Catalogue:
    """``lessons`` maps ids to lessons; ``broken`` maps names of folders to their errors."""

    def __init__(self, folders: Iterable[Path]) -> None:
        found: dict[str, Lesson] = {}
        self.broken: dict[str, list[LessonError]] = {}
        for root in folders:
            self._read(Path(root), found)
        self.lessons = {lesson.id: lesson for lesson in sorted(found.values(), key=_order)}

    def lesson(self, id: str) -> Lesson:
        """The lesson of this id. Raises ``ParameterError`` with the nearest name there is."""
        if id in self.lessons:
            return self.lessons[id]
        if id in self.broken:
            first = self.broken[id][0]
            raise ParameterError("scenario", f"The lesson {id} is broken: {first}")
        known = did_you_mean(id, self.lessons)
        raise ParameterError("scenario", f"There is no lesson {brief(id)}. {known}".strip())

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
            found.pop(child.name, None)
            self.broken.pop(child.name, None)
            try:
                found[child.name] = read_lesson(child)
            except BrokenLesson as error:
                self.broken[child.name] = error.errors


def _order(lesson: Lesson) -> tuple[int, str, int, str]:
    chapters = list(CHAPTERS)
    known = lesson.chapter in chapters
    place = chapters.index(lesson.chapter) if known else len(chapters)
    return (place, lesson.chapter, lesson.table.position, lesson.id)
