"""What goes wrong by plan: the rules that ``[[faults]]`` keep, and how a command line names one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from visualizer.lab.faults import problem_of
from visualizer.lab.job import Fault, Queue, Server, Service

from .errors import ParameterError
from .places import Path
from .shape import Breach

_NAMES = ("kill", "restart", "down", "slow")
_TIMES = ("at", "back", "grace", "latency", "lasts")
_WORDS = (*_NAMES, *_TIMES, "drop")
_REMEDY = (
    "write 'kill NAME at 1s', 'restart web at 1s', 'drop 1' or 'down NAME at 1s lasts 2s';"
    " 'back', 'grace' and 'latency' may follow"
)
_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s|)")


def fault_rules(
    path: Path, faults: list[Fault], own: tuple[Server, Queue | None, list[Service]] | None
) -> Iterator[Breach]:
    """What is wrong with ``faults``; ``own`` is all that they may happen to, where it is known."""
    for index, fault in enumerate(faults):
        here: Path = (*path, "faults", index)
        problem = problem_of(fault, *own) if own is not None else None
        if problem is not None:
            key, text = problem
            yield Breach((*here, key), f"{text[:1].upper()}{text[1:]}.", "Name what is there.")
        for key, seconds in (
            ("at", fault.at),
            ("back", fault.back or 0),
            ("grace", fault.grace),
            ("latency", fault.latency),
        ):
            if seconds < 0:
                yield Breach((*here, key), f"{key} is {seconds:g}.", "It has to be 0 or more.")
        if fault.drop is not None and fault.drop < 1:
            yield Breach((*here, "drop"), f"drop is {fault.drop}.", "The first message is 1.")


def parse_fault(text: str) -> Fault:
    """The fault that ``kill worker-1 at 1s back 500ms`` describes. Raises ``ParameterError``.

    The words are the keys of ``[[faults]]``, each with its value behind it.
    """
    words = text.split()
    fields = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or not set(fields) <= set(_WORDS) or len(fields) < len(words) / 2:
        raise ParameterError("fault", f"--fault '{text}': {_REMEDY}")
    try:
        return msgspec.convert({key: _value(key, text) for key, text in fields.items()}, Fault)
    except (ValueError, msgspec.ValidationError) as error:
        raise ParameterError("fault", f"--fault '{text}': {error}; {_REMEDY}") from error


def _value(key: str, text: str) -> str | int | float:
    """Raises ValueError."""
    if key in _NAMES:
        return text
    return int(text) if key == "drop" else _seconds(text)


def _seconds(text: str) -> float:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no time")
    return float(match[1]) / (1000 if match[2] == "ms" else 1)
