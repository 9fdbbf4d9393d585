"""Loads the program of a run, on whatever clock, and has its listings followed."""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from . import sandbox
from .application import Application, find_application, import_error
from .errors import LabError
from .imports import module_of
from .listing import Listing

if TYPE_CHECKING:
    from .stacks import Observed


def load_program(run: Observed) -> Application:
    """Run the listings and find the application. Raises LabError."""
    job, listings, tracer = run.job, run.listings, run.tracer
    files = set(job.sources)
    if job.root:
        sys.path.insert(0, os.path.join(job.root, job.path).rstrip(os.sep))

    def before(listing: Listing) -> None:
        sandbox.show_source(listing.file, listing.source)
        tracer.follow(listing)
        if len(job.sources) > 1:
            run.recorder.loaded(listing.file)

    def after(listing: Listing, module: ModuleType) -> None:
        tracer.watch(listing, vars(module))

    listings.before = before
    listings.install()
    try:
        module = importlib.import_module(module_of(job.file, job.path))
    except LabError:
        raise
    except BaseException as error:
        raise import_error(error, files) from error
    application = find_application(module, job.app, job.file, files)
    loaded = listings.modules()
    for listing in listings.loaded:
        after(listing, loaded[listing.file])
    listings.after = after
    return application
