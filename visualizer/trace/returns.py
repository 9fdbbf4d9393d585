"""Which lines of a listing belong to a ``return``: only there a line can be the answer."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .records import Listing


class Returns:
    """Answers whether a line belongs to a ``return`` statement. A file is parsed when asked for."""

    def __init__(self, listing: Sequence[Listing]) -> None:
        self._sources = {each.file: each.source for each in listing}
        self._lines: dict[str, set[int]] = {}

    def has(self, file: str, line: int) -> bool:
        """Is the line (from 1) part of a ``return``? No for a file that is not in the listing."""
        if file not in self._lines:
            self._lines[file] = {
                number
                for node in ast.walk(ast.parse(self._sources.get(file, "")))
                if isinstance(node, ast.Return)
                for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
            }
        return line in self._lines[file]
