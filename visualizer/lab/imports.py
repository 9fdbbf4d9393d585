"""Lets listings of one job import each other: they are texts, not files.

Each runs as the top-level module that its file is named after, from the code that the tracer
knows, so its lines are recorded like those of the first.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from . import values
from .identity import builtins_of_listings
from .listing import Listing


class Listings(MetaPathFinder, Loader):
    """Finds and loads listings before anything of the same name elsewhere; ``folder`` is theirs."""

    def __init__(self, listings: Iterable[Listing], folder: str) -> None:
        self._listings = {Path(listing.file).stem: listing for listing in listings}
        self._folder = Path(folder)

    def install(self) -> None:
        """Let ``import`` ask here first."""
        values.PROGRAM_MODULES.update(self._listings)
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        listing = self._listings.get(fullname)
        return None if listing is None else ModuleSpec(fullname, self, origin=listing.file)

    def exec_module(self, module: ModuleType) -> None:
        listing = self._listings[module.__name__]
        module.__file__ = str(self._folder / listing.file)
        vars(module)["__builtins__"] = builtins_of_listings()
        exec(listing.code, vars(module))
