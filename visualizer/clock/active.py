"""The one clock that runs in this process, if any.

Locks, sleeps and thread starts ask here. While ``clock`` is None every replacement passes through
to the real thing, and tells ``observed``, if there is one, before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .observed import ObservedClock
    from .virtual import VirtualClock

clock: VirtualClock | None = None
observed: ObservedClock | None = None
