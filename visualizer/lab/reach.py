"""Which files of a program's folder belong to the program: what its first file can import.

Read off the texts: imports anywhere in them, and texts that name a module (``"shop.config.Test"``,
as frameworks take them). Where a file looks for modules while it runs, all files count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .imports import module_of

_SEARCHES = frozenset(
    "import_module import_string find_modules iter_modules walk_packages autodiscover_tasks"
    " __import__".split()
)


def reachable(sources: dict[str, str], first: str, path: str = "") -> dict[str, str]:
    """The part of ``sources`` that ``first`` can import, itself included, the first first.

    ``path`` is the folder that modules lie in. A file that cannot be read imports nothing.
    """
    files = {module_of(file, path): file for file in sources}
    found: dict[str, None] = {}
    waiting = [module_of(first, path)]
    while waiting:
        module = waiting.pop(0)
        if module in found or module not in files:
            continue
        found[module] = None
        file = files[module]
        try:
            tree = ast.parse(sources[file])
        except (SyntaxError, ValueError):
            continue
        if any(_name_of(node) in _SEARCHES for node in ast.walk(tree)):
            waiting += files
        package = module if file.endswith("__init__.py") else module.rpartition(".")[0]
        for name in (module, *_named(tree, package)):
            waiting += _with_parents(name)
    return {files[module]: sources[files[module]] for module in found}


def _name_of(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def _named(tree: ast.AST, package: str) -> Iterator[str]:
    """What may be names of modules."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                parts = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                base = ".".join([*filter(None, parts), *([module] if module else [])])
                yield base
                yield from (f"{base}.{alias.name}" if base else alias.name for alias in names)
            case ast.Constant(value=str(text)) if len(text) < 200:
                yield text.partition(":")[0]


def _with_parents(name: str) -> Iterator[str]:
    """``a``, ``a.b``, ``a.b.c``, and for ``a.b.Class`` the module before it."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        yield ".".join(parts[:end])
