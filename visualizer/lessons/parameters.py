"""What a learner may set: which values are taken, and what they change in a job.

A value off the slider's ``step`` but within its bounds is taken as it is: the step says how far
one move of the slider goes and is no rule. A whole-number parameter (bounds, step and default are
all whole) takes whole numbers only; 2.0 counts as 2, so that equal settings make equal jobs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from visualizer.lab.job import Value

from .errors import ParameterError, brief, did_you_mean
from .format import ParameterTable

#: Seeds are small enough for a JavaScript number to hold exactly.
MAX_SEED = 2**53 - 1


def check_values(
    tables: Mapping[str, ParameterTable], given: Mapping[str, Value]
) -> dict[str, Value]:
    """Every parameter with the value given for it, or its default. Raises ``ParameterError``."""
    for name in given:
        if name not in tables:
            known = did_you_mean(name, tables) or "This lesson has no parameters."
            raise ParameterError(name, f"{name[:60]} is not a parameter of this lesson. {known}")
    return {
        name: check_value(name, table, given[name]) if name in given else _tidy(table.default)
        for name, table in tables.items()
    }


def check_value(name: str, table: ParameterTable, value: Value) -> Value:
    """The value as the job takes it. Raises ``ParameterError`` with the bounds."""
    default = table.default
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ParameterError(name, f"{name} has to be true or false, not {brief(value)}.")
        return value
    if isinstance(default, str):
        if not isinstance(value, str) or value not in table.choices:
            allowed = ", ".join(table.choices)
            raise ParameterError(name, f"{name} has to be one of {allowed}, not {brief(value)}.")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ParameterError(name, f"{name} has to be {bounds(table)}, not {brief(value)}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(name, f"{name} has to be {bounds(table)}, not {value}.")
    tidy: Value = _tidy(value)
    too_low = table.min is not None and value < table.min
    too_high = table.max is not None and value > table.max
    if too_low or too_high or (is_whole(table) and not isinstance(tidy, int)):
        raise ParameterError(name, f"{name} has to be {bounds(table)}, not {brief(value)}.")
    return tidy


def check_seed(seed: object) -> int:
    """The seed, if it is one. Raises ``ParameterError``."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise ParameterError("seed", f"seed has to be a whole number from 0 to {MAX_SEED}.")
    return seed


def parse(name: str, table: ParameterTable, text: str) -> Value:
    """The value that someone typed as text. Its bounds are checked later; this raises
    ``ParameterError`` only where the text is no value of the parameter's type."""
    if isinstance(table.default, bool):
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise ParameterError(name, f"{name} has to be true or false, not {brief(text)}.")
    if isinstance(table.default, str):
        return text
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        message = f"{name} has to be {bounds(table)}, not {brief(text)}."
        raise ParameterError(name, message) from None


def bounds(table: ParameterTable) -> str:
    """The allowed numbers in words: "a number from 0.5 to 10 (s)"."""
    text = "a whole number" if is_whole(table) else "a number"
    if table.min is not None and table.max is not None:
        text += f" from {table.min:g} to {table.max:g}"
    elif table.min is not None:
        text += f" of at least {table.min:g}"
    elif table.max is not None:
        text += f" of at most {table.max:g}"
    return f"{text} ({table.unit})" if table.unit else text


def is_whole(table: ParameterTable) -> bool:
    """Whether only whole numbers make sense: everything the author wrote about it is whole."""
    figures = (table.default, table.min, table.max, table.step)
    return all(isinstance(figure, int) for figure in figures if figure is not None)


def place(settings: dict[str, Any], path: str, value: Value) -> bool:
    """Put a value at a dotted path of plain settings; False where there is no such place.

    What stands in a list has a number, or a name: ``requests.0.at``, ``services.smtp.fail``,
    ``services.smtp.down.1``.
    """
    *parents, last = path.split(".")
    target: Any = settings
    for part in parents:
        target = _child(target, part)
    if isinstance(target, dict) and last in target:
        target[last] = value
        return True
    if isinstance(target, list) and last.isdigit() and int(last) < len(target):
        target[int(last)] = value
        return True
    return False


def _child(target: Any, part: str) -> Any:
    if isinstance(target, dict):
        return target.get(part)
    if isinstance(target, list) and part.isdigit() and int(part) < len(target):
        return target[int(part)]
    if isinstance(target, list):
        return next((each for each in target if each.get("name") == part), None)
    return None


def _tidy(value: Any) -> Any:
    """5.0 as 5: the same setting has one spelling."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
