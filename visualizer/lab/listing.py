"""A listing: the program text that runs, which is the text that the learner reads.

Parameters change upper-case constants by replacing their literals in the text itself, before
it is compiled, so the learner sees the value that ran. Captions are the ``#:`` comments
behind lines; a caption may hold ``{names}`` that are filled in when the line runs.
"""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType

from .errors import LabError
from .job import Value
from .marks import mark


@dataclass(frozen=True)
class Listing:
    """A program file, ready to run. ``captions`` maps line numbers to texts.

    ``watched`` are the module-level names that its functions use as data. ``marked`` is whether
    its functions say that they begin (``marks``).
    """

    file: str
    source: str
    code: CodeType
    captions: dict[int, str] = field(default_factory=dict)
    watched: tuple[str, ...] = ()
    marked: bool = False


def prepare(file: str, source: str, constants: dict[str, Value], marks: bool = False) -> Listing:
    """Set constants, find captions, compile; with ``marks`` at functions, where there can be.

    Raises LabError ``syntax`` for a program that does not compile and ``parameter`` for a
    constant that it does not assign a literal to.
    """
    if constants:
        source = _set_constants(file, source, _parse(file, source), constants)
    return _compiled(file, source, marks)


@lru_cache(maxsize=16)  # what the supervisor has compiled, the processes that it forks need not
def _compiled(file: str, source: str, marks: bool) -> Listing:
    tree = _parse(file, source)
    watched = _watched(tree)
    marked = marks and mark(tree)
    code = compile(tree, file, "exec", dont_inherit=True)
    return Listing(file, source, code, captions_of(source), watched, marked)


def constants_of(source: str) -> dict[str, tuple[Value, int]]:
    """The constants that can be set, each with its value and line.

    Raises SyntaxError for a program that does not parse.
    """
    return {
        name: (ast.literal_eval(node), node.lineno)
        for name, node in _literals(ast.parse(source)).items()
    }


def captions_of(source: str) -> dict[int, str]:
    """The ``#:`` comments by line. A caption belongs to the statement's first line."""
    captions = {}
    start: int | None = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            start = None if token.type == tokenize.NEWLINE else start
        elif token.type == tokenize.COMMENT:
            if token.string.startswith("#:") and start is not None:
                captions[start] = token.string[2:].strip()
        elif start is None:
            start = token.start[0]
    return captions


def _parse(file: str, source: str) -> ast.Module:
    try:
        return ast.parse(source, file)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise LabError("syntax", f"{getattr(error, 'msg', error)}", file, line) from error


def _literals(tree: ast.Module) -> dict[str, ast.expr]:
    """Module-level ``NAME = literal`` (a sign before a number counts as part of it)."""
    found: dict[str, ast.expr] = {}
    for statement in tree.body:
        target: ast.expr
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target, value = statement.target, statement.value
        else:
            continue
        literal = value
        if isinstance(value, ast.UnaryOp) and isinstance(value.op, (ast.UAdd, ast.USub)):
            literal = value.operand
        if isinstance(target, ast.Name) and target.id.isupper():
            if isinstance(literal, ast.Constant):
                found[target.id] = value
    return found


def _set_constants(file: str, source: str, tree: ast.Module, constants: dict[str, Value]) -> str:
    literals = _literals(tree)
    lines = source.splitlines(keepends=True)
    edits = []
    for name, value in constants.items():
        node = literals.get(name)
        if node is None:
            raise LabError("parameter", f"the listing has no line '{name} = …' to set", file)
        if node.lineno != node.end_lineno:
            raise LabError(
                "parameter", f"the value of {name} must stand on one line", file, node.lineno
            )
        edits.append((node.lineno - 1, node.col_offset, node.end_col_offset or 0, repr(value)))
    for row, start, end, text in sorted(edits, reverse=True):
        line = lines[row].encode()
        lines[row] = (line[:start] + text.encode() + line[end:]).decode()
    return "".join(lines)


def _watched(tree: ast.Module) -> tuple[str, ...]:
    """Data that functions share: assigned at module level, used inside a function."""
    assigned = {
        target.id
        for statement in tree.body
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign))
        for target in ast.walk(statement)
        if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)
    }
    used = {
        name.id
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for name in ast.walk(function)
        if isinstance(name, ast.Name)
    }
    return tuple(sorted(name for name in assigned & used if not name.isupper()))
