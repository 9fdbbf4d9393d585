"""The one virtual clock that runs in this process, if any.

Locks, sleeps and thread starts ask here. While it is None every replacement passes through to
the real thing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .virtual import VirtualClock

clock: VirtualClock | None = None
