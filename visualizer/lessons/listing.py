"""What a listing is made of, found without running it: functions, constants, captions.

And what would keep it from being a good listing: a name that hides a library, a syntax error, no
application, a caption that cannot be filled in.
"""

from __future__ import annotations

import ast
import re
import sys

import msgspec

from visualizer.lab.job import Value
from visualizer.lab.listing import captions_of, constants_of

#: Third-party modules that a file of the same name would hide from the listing's own imports.
_LIBRARIES = ("flask", "celery", "rq", "redis", "eventlet", "gevent", "werkzeug", "requests")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Listing(msgspec.Struct, kw_only=True, frozen=True):
    """A parsed listing. ``constants`` maps upper-case module names to (value, line)."""

    functions: frozenset[str]
    constants: dict[str, tuple[Value, int]]
    captions: dict[int, str]
    flaws: list[tuple[int, str, str]]


def hides_library(file: str) -> bool:
    """Whether a file of this name would hide a library from ``import``."""
    stem = file.rsplit("/", 1)[-1].removesuffix(".py")
    return stem in _LIBRARIES or stem in sys.stdlib_module_names


def read_listing(source: str) -> Listing:
    """Read a listing; ``flaws`` holds (line, message, remedy) for what is wrong with it."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return _flawed(error.lineno or 1, f"Python cannot read this line: {error.msg}.")
    except ValueError as error:  # a null byte
        return _flawed(1, f"Python cannot read this file: {error}.")
    functions = frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    )
    captions = captions_of(source)
    flaws = list(_caption_flaws(captions))
    if "app" not in _module_names(tree):
        flaws.append((1, "The program has no application.", "Add the line app = Flask(__name__)."))
    return Listing(
        functions=functions, constants=constants_of(source), captions=captions, flaws=flaws
    )


def _flawed(line: int, message: str) -> Listing:
    flaw = (line, message, "Correct it, and try the file with python alone.")
    return Listing(functions=frozenset(), constants={}, captions={}, flaws=[flaw])


def _caption_flaws(captions: dict[int, str]) -> list[tuple[int, str, str]]:
    flaws: list[tuple[int, str, str]] = []
    for line, caption in captions.items():
        rest = _PLACEHOLDER.sub("", caption)
        names = _PLACEHOLDER.findall(caption)
        if not caption:
            flaws.append((line, "This caption is empty.", "Write a sentence after #:."))
        elif "{" in rest or "}" in rest:
            flaws.append((line, "A brace of this caption is left open.", "Write {NAME}."))
        elif not all(name.isidentifier() for name in names):
            flaws.append(
                (
                    line,
                    "A placeholder of this caption is not a name.",
                    "Put the name of a variable of the program between the braces.",
                )
            )
    return flaws


def _module_names(tree: ast.Module) -> set[str]:
    """Every name that the module binds outside functions, also in ``if``, ``try`` and ``with``."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif not isinstance(node, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return names
