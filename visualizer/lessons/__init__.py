"""Lessons: reads and checks the folders in ``scenarios/``.

Knows the format of a lesson and what a job is; runs nothing.
"""

from .catalogue import SCENARIOS, Catalogue
from .chapter import Chapter
from .errors import LessonError, ParameterError, did_you_mean
from .figures import show
from .lesson import CHAPTERS, Lesson, Variant
from .queries import Facts
from .quiz import Question
from .reader import BrokenLesson, read_lesson, read_requests

__all__ = [
    "CHAPTERS",
    "SCENARIOS",
    "BrokenLesson",
    "Catalogue",
    "Chapter",
    "Facts",
    "Lesson",
    "LessonError",
    "ParameterError",
    "Question",
    "Variant",
    "did_you_mean",
    "read_lesson",
    "read_requests",
    "show",
]
