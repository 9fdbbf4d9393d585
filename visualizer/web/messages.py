"""What a client may say, and how it is told that it said something else.

The classes are the shapes of the client's messages (docs/protocol.md); ``read`` holds plain data
against them. A ``Refusal`` says what was wrong.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from visualizer.classroom.refused import Refused
from visualizer.lab.job import Value

MAX_SLOTS = 4

#: The largest whole number that JavaScript holds exactly.
MAX_INT = 2**53 - 1
MAX_TEXT = 200

_Shape = TypeVar("_Shape")

Name: TypeAlias = Annotated[str, Meta(max_length=MAX_TEXT)]


#: Every answer of the form ``{error: {code, message, field}}``; a class refuses in the same way.
Refusal = Refused


class SlowDown(Refusal):
    """Too much was tried from one address; ``seconds`` from now it may go on."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        unit = "second" if self.seconds == 1 else "seconds"
        message = f"Too many tries from your network. Wait {self.seconds} {unit}, then try again."
        super().__init__("slow_down", message, status=429)


class Message(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of all messages: an unknown field is a mistake that is named."""


class SlotRequest(Message):
    """One run to show: a variant with its parameters."""

    variant: Name
    parameters: dict[str, Any] = {}
    seed: int = 0
    clock: Literal["virtual", "wall"] = "virtual"


class Open(Message):
    """``open``: run these slots and stream them, or (with ``run``) go on behind ``after``."""

    scenario: Name
    slots: Annotated[list[SlotRequest], Meta(min_length=1, max_length=MAX_SLOTS)]
    run: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
    after: dict[str, Any] = {}


class Close(Message):
    """``close``: stop streaming this run."""

    run: str


class Answer(Message):
    """The body of a quiz answer. ``answer`` is checked by the question."""

    answer: Any
    parameters: dict[str, Any] = {}
    seed: int = 0


def only(arguments: tuple[Any, ...], event: str) -> Any:
    """The one argument of an event. Raises ``Refusal``."""
    if len(arguments) != 1:
        raise Refusal("invalid", f"{event} takes one object.")
    return arguments[0]


def read(data: object, kind: type[_Shape], what: str) -> _Shape:
    """The data as this message. Raises ``Refusal`` ``invalid`` that names the field."""
    if not isinstance(data, dict):
        raise Refusal("invalid", f"{what} takes one object.")
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error


def plain_values(parameters: dict[str, Any]) -> dict[str, Value]:
    """The parameters, each a plain value of a sane size. Raises ``Refusal`` that names the one."""
    for name, value in parameters.items():
        field = f"parameters.{name[:MAX_TEXT]}"
        if not isinstance(value, (bool, int, float, str, type(None))):
            raise Refusal("invalid", f"{field} has to be a number, a text, true or false.", field)
        too_big = isinstance(value, int) and abs(value) > MAX_INT
        if too_big or (isinstance(value, str) and len(value) > MAX_TEXT):
            raise Refusal("invalid", f"{field} is too large.", field)
    return parameters


def positions(after: dict[str, Any], slots: int) -> dict[int, int]:
    """The last chunk that the client has, by slot. Raises ``Refusal``."""
    known = {str(slot): slot for slot in range(slots)}
    for slot, chunk in after.items():
        field = f"after.{slot[:MAX_TEXT]}"
        if slot not in known:
            raise Refusal("invalid", f"{field}: there is no such slot in this message.", field)
        if isinstance(chunk, bool) or not isinstance(chunk, int) or not 0 <= chunk <= MAX_INT:
            raise Refusal("invalid", f"{field} has to be the number of a chunk.", field)
    return {known[slot]: chunk for slot, chunk in after.items()}


def _refusal(text: str) -> Refusal:
    """msgspec's ``Expected `int`, got `str` - at `$.slots[0].seed` `` in words a person reads."""
    said, _, path = text.partition(" - at `$")
    field = path.rstrip("`").lstrip(".")
    inner = re.search(r"field `(\w+)`$", said)
    if inner:
        field = f"{field}.{inner[1]}" if field else inner[1]
        missing = "missing" in said
        message = f"{field} is missing." if missing else f"{field} is not known here."
        return Refusal("invalid", message, field)
    if field == "slots" and "length" in said:
        return Refusal("invalid", f"slots: give 1 to {MAX_SLOTS} of them.", field)
    words = re.sub(r"`([^`]*)`", lambda match: _in_words(match[1]), said)
    return Refusal("invalid", f"{field}: {words[:1].lower()}{words[1:]}.", field or None)


def _in_words(kinds: str) -> str:
    words = {
        "int": "a whole number",
        "float": "a number",
        "str": "a text",
        "bool": "true or false",
        "array": "a list",
        "object": "an object",
        "null": "nothing",
    }
    return " or ".join(words.get(kind, kind) for kind in kinds.split(" | "))
