"""The format of ``lesson.toml``, as classes. ``docs/lesson.schema.json`` is made from them.

Descriptions stand at the fields, so that the published schema, an editor that uses it and this
file say the same. What one field alone cannot say (that an arrow leads to a node that exists,
say) is checked in ``rules.py``.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from visualizer.lab.job import Fault, Queue, Server, Service, UserRequest, Users
from visualizer.trace.agreement import Free

ID = r"^[a-z][a-z0-9_]*$"
CONSTANT = r"^[A-Z][A-Z0-9_]*$"

Text: TypeAlias = Annotated[str, Meta(min_length=1)]
Identifier: TypeAlias = Annotated[str, Meta(pattern=ID)]
Level: TypeAlias = Literal["foundation", "intermediate", "advanced", "expert"]
Verdict: TypeAlias = Literal["good", "bad", "depends"]
Number: TypeAlias = int | float
View: TypeAlias = Literal[
    "timeline",
    "code",
    "steps",
    "tracker",
    "queue",
    "network",
    "page",
    "sequence",
    "flow",
    "moments",
    "output",
    "snapshot",
]


class Table(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of all tables of the format: an unknown key is an error."""


class WallTable(Table):
    """What a run on the wall clock need not have in common with one on the virtual clock."""

    free: Annotated[
        list[Free],
        Meta(
            description="steps, order, texts, answers, outcomes, times, waits or who: not compared"
        ),
    ] = []
    why: Annotated[str, Meta(description="why it is open, or why there is no run, in a line")] = ""
    shown: Annotated[
        bool, Meta(description="false where there can be no run on the wall clock")
    ] = True
    scale: Annotated[
        Annotated[float, Meta(ge=1)] | None,
        Meta(description="check --wall --scale divides waits by no more than this"),
    ] = None


class VariantTable(Table):
    """One version of the program. Its own server, queue, services, users or requests stand in
    for the lesson's."""

    id: Annotated[Identifier, Meta(description="inline, thread, celery, rq, or another word")]
    title: Annotated[Text, Meta(description="what the learner reads above this version")]
    file: Annotated[Text, Meta(description="the listing, a .py file in the lesson's folder")]
    verdict: Annotated[Verdict | None, Meta(description="whether it is a good way")] = None
    watch: Annotated[
        list[Text],
        Meta(description="rows of the variable tracker, in order; empty for all"),
    ] = []
    captions: Annotated[
        dict[str, Text], Meta(description="as [captions], for this version only")
    ] = {}
    server: Server | None = None
    queue: Annotated[
        Queue | None, Meta(description="the task queue of this version, and its workers")
    ] = None
    faults: list[Fault] | None = None
    services: list[Service] | None = None
    users: Users | None = None
    requests: list[UserRequest] | None = None
    wall: Annotated[WallTable | None, Meta(description="as [wall], for this version only")] = None


class ParameterTable(Table):
    """Something that the learner may change: a constant of the listings or a place in this file."""

    label: Annotated[Text, Meta(description="what the learner reads beside it")]
    default: Number | bool | Text
    constant: Annotated[
        Annotated[str, Meta(pattern=CONSTANT)] | None,
        Meta(description="an upper-case name of the listings; its literal is replaced"),
    ] = None
    path: Annotated[
        str | None, Meta(description="a place in this file, such as users.count or server.threads")
    ] = None
    unit: Annotated[str, Meta(description="such as s; empty for a plain count")] = ""
    min: Annotated[Number | None, Meta(description="the smallest value allowed")] = None
    max: Annotated[Number | None, Meta(description="the largest value allowed")] = None
    step: Annotated[
        Number | None, Meta(description="how far one move of the slider goes; not a rule")
    ] = None
    choices: Annotated[list[Text], Meta(description="the texts allowed, if it is a text")] = []


class NodeTable(Table):
    """A box of the concept flow. A question has ``yes`` and ``no``, another box has ``next``."""

    id: Identifier
    text: Text
    lit: Annotated[str | list[str], Meta(description="the moment or moments that light it")]
    variants: Annotated[
        list[str], Meta(description="the versions in which it is lit; empty for all")
    ] = []
    yes: str | None = None
    no: str | None = None
    next: str | None = None

    def lit_by(self) -> list[str]:
        """The moments that light this node, always as a list."""
        return [self.lit] if isinstance(self.lit, str) else list(self.lit)


class MomentPlace(Table):
    """A step of a run: the first one in which this moment happens."""

    variant: str
    where: Annotated[str, Meta(description="a moment, such as response sent")]


class KeyMoment(Table):
    """A step worth stopping at, and why."""

    step: MomentPlace
    text: Text


class Note(Table):
    """Something for the teacher alone, shown in the presenter view."""

    text: Text
    step: Annotated[
        MomentPlace | None,
        Meta(description="the step at which it is shown; without it, from the start"),
    ] = None


class LessonTable(Table):
    """The whole of ``lesson.toml``."""

    title: Text
    chapter: Annotated[Identifier, Meta(description="why, calling, failing, faster, or your own")]
    level: Level
    minutes: Annotated[int, Meta(ge=1, le=240, description="how long a learner needs")]
    variants: Annotated[list[VariantTable], Meta(min_length=1)]
    position: Annotated[int, Meta(ge=1, description="its place in the chapter")] = 100
    builds_on: Annotated[
        list[Identifier], Meta(description="lessons that a learner should have seen before")
    ] = []
    unusual_length: Annotated[
        Text | None,
        Meta(description="why it is longer than 15 s, or has fewer than 6 or more than 25 steps"),
    ] = None
    until: Annotated[
        Annotated[float, Meta(gt=0)] | None,
        Meta(description="virtual seconds after which the run ends"),
    ] = None
    line_cost: Annotated[float, Meta(ge=0, le=1, description="seconds that a line takes")] = 0.001
    network: Annotated[
        float, Meta(ge=0, le=60, description="seconds between user and server, each way")
    ] = 0.02
    tasks: Annotated[
        list[Text], Meta(description="functions whose calls count as the task wherever they run")
    ] = []
    server: Server = msgspec.field(default_factory=Server)
    queue: Annotated[
        Queue | None, Meta(description="the task queue of all versions, and its workers")
    ] = None
    faults: Annotated[list[Fault], Meta(description="processes to kill, and when")] = []
    services: Annotated[
        list[Service], Meta(description="stand-ins for servers outside, such as a mail server")
    ] = []
    users: Users = msgspec.field(default_factory=Users)
    requests: list[UserRequest] = []
    parameters: dict[Identifier, ParameterTable] = {}
    captions: Annotated[dict[str, Text], Meta(description="a moment, and the text of its row")] = {}
    views: Annotated[
        list[View],
        Meta(description="which views open first, from top to bottom; empty for the usual ones"),
    ] = []
    wall: Annotated[
        WallTable, Meta(description="what is not compared with a run on the wall clock")
    ] = msgspec.field(default_factory=WallTable)
    flow: list[NodeTable] = []
    moments: list[KeyMoment] = []
    notes: Annotated[
        list[Note], Meta(description="for the teacher alone; learners are never sent them")
    ] = []


class RequestsFile(Table):
    """A file that holds nothing but the requests of the users, for ``meanwhile trace``."""

    requests: Annotated[list[UserRequest], Meta(min_length=1)]
