"""Which variables hold the same object: one that can change, in two functions or two lanes.

An object goes by its identity, never by its value, and no address leaves this module: what is told
names two variables. Objects are not kept alive, but for lists and dicts, which cannot be watched
otherwise: these until the next look finds that nobody else holds them.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any, TypeAlias

#: A variable: its lane, its scope (a function's name or ``global``) and its name.
Holder: TypeAlias = tuple[str, str, str]

#: The references to an object that only we hold, as ``sys.getrefcount`` counts them: the entry's,
#: the loop's variable and the argument.
_OURS = 3
_LEAST = 32


class _Seen:
    """An object that was seen in variables: in which, in the order of seeing."""

    __slots__ = ("holders", "kept", "ref")

    def __init__(self, value: Any) -> None:
        self.holders: list[Holder] = []
        self.kept: Any = None
        try:
            self.ref: Callable[[], Any] | None = weakref.ref(value)
        except TypeError:
            self.ref = None
            self.kept = value

    def is_of(self, value: Any) -> bool:
        return (self.kept if self.ref is None else self.ref()) is value


class Sharing:
    """``see`` each variable that gets another object; ``found`` is what has not been told yet."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}
        self._limit = _LEAST
        self.found: list[tuple[Holder, Holder]] = []

    def see(self, lane: str, scope: str, name: str, value: Any) -> None:
        """The variable holds this object now."""
        seen = self._seen.get(id(value))
        if seen is None or not seen.is_of(value):
            if len(self._seen) >= self._limit:
                self._forget()
            seen = self._seen[id(value)] = _Seen(value)
        holder = (lane, scope, name)
        if holder in seen.holders:
            return
        # Two names in one function are no news; the first of another one stands for all of it.
        told = {(lane, scope)}
        for other in seen.holders:
            if other[:2] not in told:
                told.add(other[:2])
                self.found.append((other, holder))
        seen.holders.append(holder)

    def take(self) -> list[tuple[Holder, Holder]]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found

    def _forget(self) -> None:
        """Leave out objects that are gone, and those that nobody else holds any more."""
        for key, seen in list(self._seen.items()):
            value = seen.kept
            if seen.ref() is None if seen.ref is not None else sys.getrefcount(value) <= _OURS:
                self._seen.pop(key, None)
        self._limit = max(_LEAST, 2 * len(self._seen))
