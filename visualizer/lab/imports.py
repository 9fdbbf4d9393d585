"""Lets listings of one job import each other: they are texts, not files.

Each runs as the module that its place in the program's folder makes it, from the code that the
tracer knows, so its lines are recorded like those of the first. It is compiled when it is imported:
a file that nobody imports may be broken.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING

from . import marks, values
from .errors import LabError
from .identity import builtins_of_listings
from .job import Job
from .listing import Listing, prepare

if TYPE_CHECKING:
    from .entries import Entries


def module_of(file: str, path: str = "") -> str:
    """The name of the module that a listing is. ``path`` is the folder that modules lie in."""
    place = PurePosixPath(file)
    if path and place.is_relative_to(path):
        place = place.relative_to(path)
    parts = place.parent.parts if place.name == "__init__.py" else place.with_suffix("").parts
    return ".".join(part.replace(".", "_") for part in parts)


def is_marked(job: Job) -> bool:
    """Whether the listings of a job are marked: where a queue's library does most of the work."""
    return job.queue is not None and job.clock == "virtual"


class Listings(MetaPathFinder, Loader):
    """Finds and loads the listings of ``job`` before anything of the same name elsewhere.

    ``loaded`` holds those that have been asked for, in that order. Raises LabError ``syntax`` or
    ``parameter`` if the first, that of the application, cannot be prepared.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._marked = is_marked(job)
        #: Is told where functions begin, if there are marks.
        self.entries: Entries | None = None
        self._files = {module_of(file, job.path): file for file in job.sources}
        self._folder = Path(job.root or os.getcwd())
        self._ready: dict[str, Listing] = {}
        self.loaded: list[Listing] = []
        #: Told of a listing before it runs, and of its names after it has.
        self.before: Callable[[Listing], None] = lambda listing: None
        self.after: Callable[[Listing, ModuleType], None] = lambda listing, module: None
        self._prepare(job.file)

    def install(self) -> None:
        """Let ``import`` ask here first. Raises LabError where a listing hides a library."""
        for name, file in self._files.items():
            if name in sys.modules:
                text = f"{file} hides the library '{name}' from the program; give it another name"
                raise LabError("import", text, file)
        values.PROGRAM_MODULES.update(self._files)
        sys.meta_path.insert(0, self)

    def modules(self) -> dict[str, ModuleType]:
        """The listings that have been loaded, as modules, by their files."""
        names = {file: name for name, file in self._files.items()}
        found = {listing.file: sys.modules.get(names[listing.file]) for listing in self.loaded}
        return {file: module for file, module in found.items() if module is not None}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        file = self._files.get(fullname)
        if file is None:
            return None
        place = self._folder / file
        inside = [str(place.parent)] if place.name == "__init__.py" else None
        return spec_from_file_location(
            fullname, place, loader=self, submodule_search_locations=inside
        )

    def exec_module(self, module: ModuleType) -> None:
        try:
            listing = self._prepare(self._files[module.__name__])
        except LabError as error:
            raise error.__cause__ or error from None  # as ``import`` does: a SyntaxError
        self.loaded.append(listing)
        self.before(listing)
        names = vars(module)["__builtins__"] = builtins_of_listings()
        if self.entries is not None:
            names[marks.NAME] = self.entries.entered
            self.entries.told = self.entries.told and listing.marked
        exec(listing.code, vars(module))
        self.after(listing, module)

    def _prepare(self, file: str) -> Listing:
        """Compile a listing, once."""
        if file not in self._ready:
            job = self._job
            constants = job.constants if file == job.file else {}
            self._ready[file] = prepare(file, job.sources[file], constants, self._marked)
        return self._ready[file]
