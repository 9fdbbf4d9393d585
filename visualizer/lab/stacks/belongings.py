"""What a program holds at the end of its loading: where stacks look for its queues.

That is the variables at the top of its files, and, since factories leave nothing there, what hangs
on the application: its attributes, its extensions, and what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .base import Observed


class Belonging(NamedTuple):
    """``name`` is that of the variable, attribute or key; ``label`` says where it is, in words."""

    name: str
    label: str
    value: Any


def belongings(run: Observed, kind: type) -> Iterator[Belonging]:
    """The objects of that kind, each once, in order. Nothing of the program is called."""
    seen: set[int] = set()
    for each in _all(run):
        # By type(): to ask a task that waits to be made for its class would make it.
        if issubclass(type(each.value), kind) and id(each.value) not in seen:
            seen.add(id(each.value))
            yield each


def _all(run: Observed) -> Iterator[Belonging]:
    for file, module in run.listings.modules().items():
        for name, value in list(vars(module).items()):
            yield Belonging(name, f"'{name}' in {file}", value)
    own = getattr(run.application, "__dict__", {})
    for name, value in list(own.items()):
        yield Belonging(name, f"'{name}' of the application", value)
    extensions = own.get("extensions")
    for name, value in list(extensions.items()) if type(extensions) is dict else ():
        label = f"the extension '{name}'"
        yield Belonging(name, label, value)
        inside = value if type(value) is dict else getattr(value, "__dict__", {})
        for key, part in list(inside.items()):
            yield Belonging(str(key), f"'{key}' of {label}", part)
