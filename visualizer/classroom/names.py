"""Texts that people type, made fit to be shown and stored: plain text, one line, of a sane length.

Markup stays as it is: whatever shows a text escapes it.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection

from .refused import Refused

MAX_NAME = 40
MAX_TITLE = 120
#: Longer texts are not even looked at.
_MOST = 2_000
#: Control characters, invisible ones (zero width, writing direction), private ones, half pairs,
#: unassigned ones.
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
#: Invisible though Unicode calls them letters or marks: fillers, variation selectors.
_BLANK = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5}
_MARKS = {"Mn", "Me"}
#: More marks on one letter climb over the lines around it.
_MOST_MARKS = 2

_ADJECTIVES = (
    "Amber Azure Brave Bright Calm Cheerful Clever Copper Coral Crimson Curious Daring Eager Early"
    " Emerald Fair Gentle Golden Happy Hazel Indigo Ivory Jolly Keen Kind Lively Lucky Maple Merry"
    " Mild Nimble Olive Patient Plum Proud Quick Quiet Rosy Ruby Saffron Scarlet Silver Steady"
    " Sunny Swift Teal Tidy Velvet Warm Witty"
).split()
_ANIMALS = (
    "Badger Beaver Bison Crane Deer Dolphin Dove Eagle Falcon Ferret Finch Fox Gecko Hare Hawk"
    " Hedgehog Heron Ibis Jackdaw Kestrel Koala Lark Lemur Lynx Magpie Marten Mole Newt Octopus"
    " Otter Owl Panda Penguin Pika Puffin Quail Rabbit Raven Robin Seal Sparrow Squirrel Stork"
    " Swallow Swan Tapir Tern Toad Turtle Wren"
).split()


def clean(text: str) -> str:
    """The text in NFKC, without what cannot be seen, each run of blanks as one space."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFKC", text[:_MOST]):
        category = unicodedata.category(char)
        if char.isspace():
            kept.append(" ")
            continue
        if category in _UNSEEN or ord(char) in _BLANK or 0xFE00 <= ord(char) <= 0xFE0F:
            continue
        marks = marks + 1 if category in _MARKS else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return " ".join("".join(kept).split())


def clean_name(name: str) -> str:
    """A student's name, 1 to 40 characters. Raises ``Refused`` name."""
    cleaned = clean(name) if len(name) <= _MOST else name
    if not cleaned:
        raise Refused("name", "Type a name that the others can read.", "name")
    if len(cleaned) > MAX_NAME:
        raise Refused("name", f"Choose a name of at most {MAX_NAME} characters.", "name")
    return cleaned


def clean_title(title: str) -> str:
    """A class's title, at most 120 characters; it may be empty. Raises ``Refused`` title."""
    cleaned = clean(title) if len(title) <= _MOST else title
    if len(cleaned) > MAX_TITLE:
        raise Refused("title", f"Choose a title of at most {MAX_TITLE} characters.", "title")
    return cleaned


def distinct(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it if another has it already. ``taken`` are ``fold``-ed."""
    if fold(name) not in taken:
        return name
    n = 2
    while True:
        number = f" {n}"
        candidate = name[: MAX_NAME - len(number)].rstrip() + number
        if fold(candidate) not in taken:
            return candidate
        n += 1


def fold(name: str) -> str:
    """What two names have in common that people would take for the same."""
    return name.casefold()


def pseudonym() -> str:
    """A friendly name for who gives none: "Amber Heron"."""
    return f"{secrets.choice(_ADJECTIVES)} {secrets.choice(_ANIMALS)}"
