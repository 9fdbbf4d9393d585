"""What processes keep in common: values by key, as a result backend does. In the coordinator."""

from __future__ import annotations

from .world import World


class Store:
    """Methods without an underscore can be called by processes; the first argument is who calls."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._values: dict[str, str] = {}
        self._watchers: dict[str, dict[str, None]] = {}

    def get(self, process: str, keys: list[str]) -> list[str | None]:
        return [self._values.get(key) for key in keys]

    def set(self, process: str, key: str, value: str) -> None:
        self._values[key] = value
        for watcher in self._watchers.pop(key, {}):
            self._world.wake(watcher, key)

    def add(self, process: str, key: str, by: int) -> int:
        """Count: the new value of a whole number, which begins at 0."""
        number = int(self._values.get(key, "0")) + by
        self.set(process, key, str(number))
        return number

    def delete(self, process: str, key: str) -> None:
        self._values.pop(key, None)

    def watch(self, process: str, keys: list[str]) -> None:
        """Wake ``key`` in this process when one of them is next set."""
        for key in keys:
            self._watchers.setdefault(key, {})[process] = None
