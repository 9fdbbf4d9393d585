"""The course as it is read: texts with their live parts, pictures of runs, transcripts, a search.

Everything here is a pure function of lessons, chapters and traces; the traces come from whoever
makes a ``Library``.
"""

from .library import Library
from .text import render

__all__ = ["Library", "render"]
