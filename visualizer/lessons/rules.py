"""The rules of ``lesson.toml`` that no single field can say: names that must meet, and bounds.

Each rule is a small generator of breaches. Listings are given already read, by file name; a file
that does not exist is missing from the mapping and is reported elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from visualizer.lab.job import Group, Queue, Server, UserRequest, Users

from .errors import ParameterError, did_you_mean
from .faults import fault_rules
from .format import LessonTable, NodeTable, ParameterTable
from .listing import Listing
from .parameters import bounds, check_value, place
from .places import Path
from .queries import flaw_of_moment
from .services import service_rules
from .shape import Breach

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
#: What a caption of a moment may name.
_CAPTION_NAMES = (
    "user",
    "method",
    "path",
    "task",
    "status",
    "error",
    "thread",
    "service",
    "what",
    "process",
    "event",
    "process",
)

MOST_UPLOADED = 10_000_000
"""Bytes of a file that a request may send."""


MOST_WORKERS = 16
"""Worker processes of one run, and threads of one worker."""


def lesson_rules(table: LessonTable, listings: Mapping[str, Listing]) -> Iterator[Breach]:
    """Every breach of a lesson whose shape is right."""
    functions = {name for listing in listings.values() for name in listing.functions}
    yield from _unique("variants", [variant.id for variant in table.variants])
    yield from _unique("flow", [node.id for node in table.flow])
    yield from _visits(table)
    for name, parameter in table.parameters.items():
        yield from _parameter(table, name, parameter, listings)
    for index, task in enumerate(table.tasks):
        if listings and task not in functions:
            yield Breach(
                ("tasks", index),
                f"No listing has a function {task!r}.",
                did_you_mean(task, sorted(functions)),
            )
    yield from _captions(("captions",), table.captions, functions)
    for index, variant in enumerate(table.variants):
        yield from _captions(("variants", index, "captions"), variant.captions, functions)
    for index, node in enumerate(table.flow):
        yield from _node(table, ("flow", index), node, functions)
    yield from _one_node_a_moment(table)
    for index, moment in enumerate(table.moments):
        here: Path = ("moments", index, "step")
        yield from _variant_known(table, (*here, "variant"), moment.step.variant)
        yield from _moment_known((*here, "where"), moment.step.where, functions)
    for index, note in enumerate(table.notes):
        if note.step is not None:
            here = ("notes", index, "step")
            yield from _variant_known(table, (*here, "variant"), note.step.variant)
            yield from _moment_known((*here, "where"), note.step.where, functions)


def request_rules(path: Path, requests: list[UserRequest]) -> Iterator[Breach]:
    """What is wrong with a list of requests that stands at ``path``."""
    for index, request in enumerate(requests):
        here = (*path, index)
        if request.method not in _METHODS:
            remedy = "Known: " + ", ".join(_METHODS) + "."
            yield Breach((*here, "method"), f"The method is {request.method!r}.", remedy)
        if not request.path.startswith("/"):
            yield Breach(
                (*here, "path"),
                f"The path is {request.path!r}.",
                "A path on the server begins with /.",
            )
        if request.at < 0:
            yield Breach((*here, "at"), f"at is {request.at:g}.", "The smallest value is 0.")
        if request.json is not None and (request.form is not None or request.files):
            what = "a form" if request.form is not None else "files"
            yield Breach(here, f"This request has {what} and json.", "Keep one of them.")
        for key, file in request.files.items():
            if file.size is not None and not 0 <= file.size <= MOST_UPLOADED:
                message = f"size is {file.size}."
                remedy = f"It may be from 0 to {MOST_UPLOADED:,} bytes."
                yield Breach((*here, "files", key, "size"), message, remedy)
        if request.every is not None and request.every <= 0:
            yield Breach(
                (*here, "every"), f"every is {request.every:g}.", "It has to be more than 0."
            )
        yield from _socket(here, request)
        if not (request.socket or request.stream) and (request.every is None) != (
            request.until is None
        ):
            yield Breach(
                here,
                "every and until belong together.",
                "every says how often to ask again, until names the key that ends it.",
            )
        if isinstance(request.user, int) and request.user < 1:
            yield Breach((*here, "user"), f"user is {request.user}.", "Users are counted from 1.")


def _socket(here: Path, request: UserRequest) -> Iterator[Breach]:
    """What fits only a connection that stays open, or does not fit it."""
    if request.socket and request.stream:
        yield Breach((*here, "stream"), "This request has socket and stream.", "Keep one of them.")
    if not request.socket:
        if request.emit is not None:
            yield Breach((*here, "emit"), "emit needs a connection.", "Add socket = true.")
        if not request.stream:
            return
    for key in ("form", "json", "every"):
        if getattr(request, key) is not None:
            message = f"A connection that stays open has no {key}."
            yield Breach((*here, key), message, "Remove it, or socket and stream.")
    if request.emit is not None and not (request.emit and isinstance(request.emit[0], str)):
        remedy = 'Write it as in emit = ["join", "{user}"].'
        yield Breach((*here, "emit"), "emit does not begin with the name of an event.", remedy)


def _unique(name: str, ids: list[str]) -> Iterator[Breach]:
    for index, id in enumerate(ids):
        if id in ids[:index]:
            yield Breach(
                (name, index, "id"), f"There are two {name} with the id {id!r}.", "Rename one."
            )


def _visits(table: LessonTable) -> Iterator[Breach]:
    yield from _visit((), table.server, table.users, table.requests)
    yield from _queue((), table.queue)
    yield from fault_rules((), table.faults, None)
    yield from service_rules(("services",), table.services)
    for index, variant in enumerate(table.variants):
        here: Path = ("variants", index)
        yield from _visit(here, variant.server, variant.users, variant.requests)
        faults = table.faults if variant.faults is None else variant.faults
        services = table.services if variant.services is None else variant.services
        own = (variant.server or table.server, variant.queue or table.queue, services)
        yield from _queue(here, own[1])
        yield from fault_rules(here, faults, own)
        yield from service_rules((*here, "services"), variant.services or [])
        if not (table.requests if variant.requests is None else variant.requests):
            yield Breach(
                here, f"Nobody visits the variant {variant.id!r}.", "Add a [[requests]] table."
            )


def _workers(path: Path, queue: Queue, group: Group) -> Iterator[Breach]:
    for key, count, least in (
        ("workers", group.workers, 0),
        ("concurrency", group.concurrency, 1),
    ):
        if not least <= count <= MOST_WORKERS:
            yield Breach(
                (*path, key), f"{key} is {count}.", f"It has to be from {least} to {MOST_WORKERS}."
            )
    if queue.library == "rq" and group.concurrency != 1:
        yield Breach(
            (*path, "concurrency"), "An RQ worker has one thread.", "Raise workers instead."
        )


def _queue(path: Path, queue: Queue | None) -> Iterator[Breach]:
    if queue is not None:
        yield from _workers((*path, "queue"), queue, queue)
        for index, group in enumerate(queue.groups):
            yield from _workers((*path, "queue", "groups", index), queue, group)
        if queue.groups and queue.count > MOST_WORKERS:
            yield Breach(
                (*path, "queue", "groups"),
                f"The groups have {queue.count} workers.",
                f"There may be {MOST_WORKERS} of them.",
            )


def _visit(
    path: Path, server: Server | None, users: Users | None, requests: list[UserRequest] | None
) -> Iterator[Breach]:
    counts = []
    if server is not None:
        counts += [("server", "workers", server.workers), ("server", "threads", server.threads)]
    if users is not None:
        counts += [("users", "count", users.count), ("users", "size", users.size)]
        if users.seconds <= 0:
            yield Breach(
                (*path, "users", "seconds"),
                f"seconds is {users.seconds:g}.",
                "It has to be more than 0.",
            )
    for part, key, count in counts:
        if count < 1:
            yield Breach((*path, part, key), f"{key} is {count}.", "The smallest value is 1.")
    yield from request_rules((*path, "requests"), requests or [])


def _parameter(
    table: LessonTable, name: str, parameter: ParameterTable, listings: Mapping[str, Listing]
) -> Iterator[Breach]:
    here: Path = ("parameters", name)
    if (parameter.constant is None) == (parameter.path is None):
        yield Breach(
            here,
            f"The parameter {name!r} has to say what it changes.",
            'Give it either constant = "NAME" or path = "users.count".',
        )
    elif parameter.constant is not None:
        yield from _constant(here, parameter, parameter.constant, listings)
    elif parameter.path is not None and not place(settings_of(table), parameter.path, 0):
        yield Breach(
            (*here, "path"),
            f"There is no place {parameter.path!r}.",
            "Places are, for example, users.count, server.threads, network, requests.0.at,"
            " services.smtp.fail.",
        )
    yield from _default(here, name, parameter)


def settings_of(table: LessonTable) -> dict[str, object]:
    """The parts of a lesson that a parameter's ``path`` can reach, as plain data."""
    settings: dict[str, object] = msgspec.to_builtins(
        {
            "server": table.server,
            "queue": table.queue,
            "faults": table.faults,
            "services": table.services,
            "users": table.users,
            "requests": table.requests,
            "network": table.network,
            "line_cost": table.line_cost,
        }
    )
    return settings


def _constant(
    here: Path, parameter: ParameterTable, constant: str, listings: Mapping[str, Listing]
) -> Iterator[Breach]:
    holders = {file: item for file, item in listings.items() if constant in item.constants}
    if listings and not holders:
        known = {name for listing in listings.values() for name in listing.constants}
        yield Breach(
            (*here, "constant"),
            f"No listing has the constant {constant}.",
            did_you_mean(constant, sorted(known)) or f"Add the line {constant} = 5.",
        )
    for file, listing in holders.items():
        value, line = listing.constants[constant]
        if value != parameter.default or isinstance(value, bool) != isinstance(
            parameter.default, bool
        ):
            yield Breach(
                (*here, "default"),
                f"The default is {parameter.default!r}, but {file} says {value!r} in line {line}.",
                "Make them equal, so that the listing alone does the same as the lesson.",
            )


def _default(here: Path, name: str, parameter: ParameterTable) -> Iterator[Breach]:
    low, high, step = parameter.min, parameter.max, parameter.step
    if isinstance(parameter.default, str) and not parameter.choices:
        yield Breach(here, f"{name} is a text without choices.", 'Add choices = ["…", "…"].')
        return
    is_number = not isinstance(parameter.default, (bool, str))
    if is_number and (low is None or high is None):
        yield Breach(
            here,
            f"The number {name!r} has no bounds.",
            "Add min and max: the page makes a slider of them.",
        )
    elif is_number and low is not None and high is not None and low >= high:
        yield Breach(
            (*here, "min"), f"min is {low:g} and max is {high:g}.", "min has to be the smaller."
        )
    elif step is not None and step <= 0:
        yield Breach((*here, "step"), f"step is {step:g}.", "It has to be more than 0.")
    else:
        try:
            check_value(name, parameter, parameter.default)
        except ParameterError:
            wanted = bounds(parameter) if is_number else "one of the choices"
            yield Breach(
                (*here, "default"),
                f"The default {parameter.default!r} is not allowed itself.",
                f"It has to be {wanted}.",
            )


def _captions(path: Path, captions: Mapping[str, str], functions: set[str]) -> Iterator[Breach]:
    for moment, text in captions.items():
        here = (*path, moment)
        yield from _moment_known(here, moment, functions)
        names = re.findall(r"\{([^{}]*)\}", text)
        for name in names:
            if name not in _CAPTION_NAMES:
                yield Breach(
                    here,
                    f"This caption names {{{name}}}.",
                    "It may name " + ", ".join(f"{{{word}}}" for word in _CAPTION_NAMES) + ".",
                )
        if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
            yield Breach(here, "A brace of this caption is left open.", "Write {name}.")


def _node(table: LessonTable, here: Path, node: NodeTable, functions: set[str]) -> Iterator[Breach]:
    ids = [other.id for other in table.flow]
    for key, target in (("yes", node.yes), ("no", node.no), ("next", node.next)):
        if target is not None and target not in ids:
            yield Breach((*here, key), f"There is no node {target!r}.", did_you_mean(target, ids))
    if (node.yes is None) != (node.no is None):
        yield Breach(here, f"The question {node.id!r} has one answer.", "Give it yes and no.")
    if node.yes is not None and node.next is not None:
        yield Breach(
            (*here, "next"), "A question goes on with yes and no.", "Remove next, or yes and no."
        )
    for variant in node.variants:
        yield from _variant_known(table, (*here, "variants"), variant)
    if not node.lit_by():
        yield Breach(
            (*here, "lit"), f"Nothing lights the node {node.id!r}.", "Name a moment for it."
        )
    for moment in node.lit_by():
        yield from _moment_known((*here, "lit"), moment, functions)


def _one_node_a_moment(table: LessonTable) -> Iterator[Breach]:
    for variant in table.variants:
        lit: dict[str, str] = {}
        for index, node in enumerate(table.flow):
            if node.variants and variant.id not in node.variants:
                continue
            for moment in node.lit_by():
                if moment in lit:
                    yield Breach(
                        ("flow", index, "lit"),
                        f"In the variant {variant.id!r} {moment!r} lights two nodes,"
                        f" {lit[moment]!r} and {node.id!r}.",
                        "Say in variants = […] which node belongs to which version.",
                    )
                lit.setdefault(moment, node.id)


def _variant_known(table: LessonTable, path: Path, variant: str) -> Iterator[Breach]:
    ids = [item.id for item in table.variants]
    if variant not in ids:
        yield Breach(path, f"There is no variant {variant!r}.", did_you_mean(variant, ids))


def _moment_known(path: Path, moment: str, functions: set[str]) -> Iterator[Breach]:
    advice = flaw_of_moment(moment, functions)
    if advice is not None:
        yield Breach(path, f"There is no moment {moment!r}.", advice)
