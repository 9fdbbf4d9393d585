"""The variable tracker: which value each variable has after each step.

A change counts to the last step before it was seen, so "after step 4" means: when step 4 and
whatever it set going without a row of its own are done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import events as ev
from .facts import Facts
from .records import SameObject, Variable
from .rows import Row
from .working import Working

DERIVED = "derived"
GLOBAL = "global"


def derived(name: str, lane: str | None, request: str | None, start: str) -> Variable:
    """A variable that the lab follows itself, with its value at the start."""
    return Variable(
        id="", name=name, scope=DERIVED, lane=lane, request=request, values=[(0, start)]
    )


def note(variable: Variable, n: int, value: str | None) -> None:
    """From step n on the variable has this value; of several within one step the last counts."""
    values = variable.values
    if values and values[-1][0] == n:
        values.pop()
    if (values[-1][1] if values else None) != value:
        values.append((n, value))


def program_variables(
    events: Sequence[ev.Event], rows: Sequence[Row], facts: Facts
) -> list[Variable]:
    """The program's variables, one for each name in each scope on each lane, as first seen.

    A global is one variable for all lanes of a process: of the server's without a lane, of
    another process on that process's lane. A variable has a request where only one used it.
    """
    variables: dict[tuple[str, str, str | None], Variable] = {}
    working = Working()
    places = [row.at for row in rows if row.moment != "lost"]
    n = 0
    shared: list[ev.Shared] = []
    for at, event in enumerate(events):
        if isinstance(event, ev.Shared):
            shared.append(event)
            continue
        if not isinstance(event, (ev.Line, ev.Changed)):
            working.see(event)
            continue
        if not event.changed:
            continue
        while n < len(places) and places[n] < at:
            n += 1
        request = working.request(event.lane)
        for scope, name, value in event.changed:
            lane = facts.process(event.lane) if scope == GLOBAL else event.lane
            variable = variables.get((scope, name, lane))
            if variable is None:
                variable = variables[scope, name, lane] = Variable(
                    id="", name=name, scope=scope, lane=lane, request=request, values=[]
                )
            elif variable.request != request:
                variable.request = None
            note(variable, n, value)
    for pair in shared:
        _share(variables, facts, pair)
    return list(variables.values())


def _share(
    variables: dict[tuple[str, str, str | None], Variable], facts: Facts, pair: ev.Shared
) -> None:
    """Let each of two variables name the other."""
    keys = [
        (scope, name, facts.process(lane) if scope == GLOBAL else lane)
        for lane, scope, name in (pair.earlier, (pair.lane, pair.scope, pair.name))
    ]
    for key, (scope, name, lane) in zip(keys, reversed(keys), strict=True):
        other = SameObject(name=name, scope=scope, lane=lane)
        if key in variables and other not in variables[key].shared:
            variables[key].shared.append(other)


def watched(variables: Iterable[Variable], watch: Sequence[str]) -> list[Variable]:
    """The tracker's rows: those that a lesson watches, in its order, or all. Numbers them.

    ``watch`` names a variable by its name, or by scope and name: ``start.thread``. A variable of
    the program that is called like a derived one needs its scope: ``start.response``.
    """
    chosen = list(variables)
    taken = {each.name for each in chosen if each.scope == DERIVED}
    if watch:
        order = {name: place for place, name in reversed(list(enumerate(watch)))}
        last = len(watch)

        def place(variable: Variable) -> int:
            full = order.get(f"{variable.scope}.{variable.name}", last)
            if variable.scope != DERIVED and variable.name in taken:
                return full
            return min(order.get(variable.name, last), full)

        chosen = sorted((each for each in chosen if place(each) < last), key=place)
    for number, variable in enumerate(chosen, 1):
        variable.id = f"v{number}"
    return chosen
