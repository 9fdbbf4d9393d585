"""Where texts get their runs from: names of runs go in, traces come out, each run once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from visualizer.lab.job import Job
from visualizer.lessons import Catalogue, Facts, Lesson
from visualizer.lessons.runs import RunName, settings_in_words
from visualizer.trace.records import Trace

#: Runs that are kept at hand; the lab keeps all of them on disk.
_KEPT = 64


class Library:
    """The catalogue, and a lab that runs what its texts speak of."""

    def __init__(self, catalogue: Catalogue, run: Callable[[Job], Trace]) -> None:
        self.catalogue = catalogue
        self._run = run
        self._kept: OrderedDict[RunName, tuple[Trace, Facts]] = OrderedDict()
        #: What was made from runs once and stays as it is, by its name.
        self.made: dict[object, str] = {}

    def lesson(self, run: RunName) -> Lesson:
        """The lesson of a run. Raises ``ParameterError``."""
        return self.catalogue.lesson(run.lesson)

    def trace(self, run: RunName) -> Trace:
        """The trace of a run. Raises ``ParameterError`` or ``LabError``."""
        return self._of(run)[0]

    def facts(self, run: RunName) -> Facts:
        """The trace of a run, to be asked. Raises ``ParameterError`` or ``LabError``."""
        return self._of(run)[1]

    def title(self, run: RunName) -> str:
        """What a reader calls a run: its version, and the settings that are not the usual ones."""
        lesson = self.lesson(run)
        settings = settings_in_words(run, lesson)
        title = lesson.variant(run.variant).title
        return f"{title} ({settings})" if settings else title

    def _of(self, run: RunName) -> tuple[Trace, Facts]:
        if run in self._kept:
            self._kept.move_to_end(run)
            return self._kept[run]
        trace = self._run(run.job(self.lesson(run)))
        found = (trace, Facts(trace))
        self._kept[run] = found
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found
