"""The nine ways to learn, as the one navigation that every page has.

Four belong to a chapter, five to a lesson. A page of a lesson leads to the ways of its chapter and
takes the lesson along, so that there is a way back to the same lesson.
"""

from __future__ import annotations

from typing import NamedTuple

from visualizer.lessons import Catalogue, Lesson

from .address import chapter_address, lesson_address

#: All ways in the order of the navigation: name, title, and whether a chapter has it.
WAYS = (
    ("start", "Start", True),
    ("watch", "Watch", False),
    ("why", "Why", True),
    ("deep-dive", "Deep dive", True),
    ("predict", "Predict", False),
    ("break-it", "Break it", False),
    ("measure", "Measure", True),
    ("change-it", "Change it", False),
    ("recall", "Recall", False),
)
TITLES = {name: title for name, title, _ in WAYS}


class Link(NamedTuple):
    """One way in the navigation. ``of`` says to what it belongs."""

    way: str
    title: str
    of: str
    href: str
    current: bool


def navigation(catalogue: Catalogue, chapter: str, lesson: Lesson | None, way: str) -> list[Link]:
    """The ways that this chapter and this lesson have; ``way`` is the present one."""
    links = []
    there = lesson.ways if lesson else []
    for name, title, of_chapter in WAYS:
        if of_chapter and chapter in catalogue.chapters:
            along = f"?lesson={lesson.id}" if lesson else ""
            address = chapter_address(chapter, name) + along
            links.append(Link(name, title, "chapter", address, name == way))
        elif not of_chapter and lesson is not None and name in there:
            address = lesson_address(lesson.id, name)
            links.append(Link(name, title, "lesson", address, name == way))
    return links
