"""Has functions of a listing say that they begin, in threads that are not traced (``entries``).

The call that is put at the beginning of each stands on line 0, which no file has. So whoever
follows lines can tell it from the program's own, and leave it out.
"""

from __future__ import annotations

import ast

NAME = "__entered__"
"""What is called. It is one of a listing's built-in names."""

LINE = 0
"""Where marks stand."""

_GO_ON = (ast.AsyncFunctionDef, ast.Await, ast.Yield, ast.YieldFrom)
"""What makes a function that goes on without beginning again."""


def mark(tree: ast.Module) -> bool:
    """Mark every function. False, and no change, where one may go on without beginning again."""
    nodes = list(ast.walk(tree))
    if any(isinstance(node, _GO_ON) for node in nodes):
        return False
    for node in nodes:
        if isinstance(node, ast.Lambda):
            node.body = ast.BoolOp(ast.Or(), [_call(), node.body])
            _place(node.body)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            statement = ast.Expr(_call())
            _place(statement)
            node.body.insert(int(ast.get_docstring(node, clean=False) is not None), statement)
    return True


def _call() -> ast.Call:
    call = ast.Call(ast.Name(NAME, ast.Load()), [], [])
    _place(call)
    _place(call.func)
    return call


def _place(node: ast.expr | ast.stmt) -> None:
    node.lineno = node.end_lineno = LINE
    node.col_offset = node.end_col_offset = 0
