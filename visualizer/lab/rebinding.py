"""Which local variables a line can rebind: read off its bytecode, once for each function.

Only instructions that store or delete a local variable change what its name stands for. So after
a line that stores one name nothing else needs to be looked at, which is what makes recording cheap.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from types import CodeType
from typing import Final

ANY: Final = ""
"""Stands for more than one name, or for names that cannot be told."""


def rebound_by_line(code: CodeType) -> dict[int, str | None]:
    """For each line of a function the one local name that it can rebind, None, or ``ANY``.

    Variables that other functions can rebind, too (``nonlocal``), make it ``ANY`` throughout, and
    so does a body that keeps its names in a dictionary (a class's).
    """
    names: dict[int, set[str]] = {line: set() for _, _, line in code.co_lines() if line is not None}
    if not code.co_flags & CO_OPTIMIZED or code.co_freevars or _shares_cells(code):
        return dict.fromkeys(names, ANY)
    for line, name in _stores(code):
        # What the compiler adds without a line of its own runs behind any line.
        for found in names.values() if line is None else (names[line],):
            found.add(name)
    return {
        line: ANY if len(found) > 1 else next(iter(found), None) for line, found in names.items()
    }


def _stores(code: CodeType) -> Iterator[tuple[int | None, str]]:
    """Each instruction that may rebind a local variable, as (line, name)."""
    lines = {
        offset: line for start, end, line in code.co_lines() for offset in range(start, end, 2)
    }
    for instruction in dis.get_instructions(code):
        kind = instruction.opname
        if "FAST" not in kind and "DEREF" not in kind:
            continue
        if "STORE" in kind or "DELETE" in kind or "CLEAR" in kind:
            both = instruction.argval  # from 3.13 on one instruction may name two variables
            for name in both if isinstance(both, tuple) else (both,):
                yield lines[instruction.offset], name


def _shares_cells(code: CodeType) -> bool:
    """Whether a function inside this one rebinds a variable of this one."""
    cells = set(code.co_cellvars)
    return any(
        name in cells and name in inner.co_freevars
        for inner in _inner_codes(code)
        for _, name in _stores(inner)
    )


def _inner_codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner_codes(constant)
