"""Lets a queue's library run untraced, and misses no line of a listing that it calls.

CPython traces threads, not files: up to 3.11 a thread that is traced looks at every instruction of
every library whether a line begins, and is two to three times as slow. Where most of the work is a
library's, tracing is therefore off (``without_tracing``), and functions of listings say themselves
that they begin (``marks``). From there on such a function is traced as ever, until it ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from types import FrameType
from typing import Any

from .recorder import Recorder
from .tracer import Tracer


class Entries:
    """Of one process. ``told`` is whether all its listings say when their functions begin."""

    def __init__(self, tracer: Tracer, recorder: Recorder) -> None:
        self._tracer = tracer
        self._recorder = recorder
        self.told = True

    def entered(self) -> None:
        """A function of a listing begins. Until it ends its thread is traced, if it is not now."""
        recorder, trace = self._recorder, self._recorder.trace_function
        if sys.gettrace() is not None or not recorder.recording or recorder.lane() is None:
            return
        frame = sys._getframe(1)
        follow = self._tracer.enter(frame)
        if follow is None:
            return

        def follow_to_the_end(frame: FrameType, event: str, arg: Any) -> None:
            follow(frame, event, arg)
            if event == "return":
                sys.settrace(None)

        frame.f_trace = follow_to_the_end
        sys.settrace(trace)

    def without_tracing(self, owner: type, *names: str) -> None:
        """From now on let these methods of a library run untraced."""
        for name in names:
            setattr(owner, name, self._untraced(getattr(owner, name)))

    def _untraced(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def untraced(*arguments: Any, **options: Any) -> Any:
            trace = sys.gettrace()
            if trace is None or not self.told:
                return method(*arguments, **options)
            sys.settrace(None)
            try:
                return method(*arguments, **options)
            finally:
                sys.settrace(trace)

        self._tracer.hidden.add(untraced.__code__)
        return wraps(method)(untraced)
