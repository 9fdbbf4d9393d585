"""A job: everything that decides a run, and nothing else.

Two equal jobs give the same trace, byte for byte (on the virtual clock, for one Python minor
version and one set of libraries); so the encoding of a job is the key under which its trace
is kept.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

Value: TypeAlias = int | float | str | bool | None
Arrival: TypeAlias = Literal["together", "every", "poisson", "burst"]


MESSAGE_COST = 1_000_000
"""Nanoseconds of the processor that a queued task's message costs its sender, and its receiver."""


SCHEMES: dict[str, Literal["smtp", "http"]] = {
    "smtp": "smtp",
    "smtps": "smtp",
    "http": "http",
    "https": "http",
}
"""What a service speaks, by the scheme of its address."""


class _Plain(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base: read from TOML or JSON, an unknown key is an error that names it."""


class Server(_Plain):
    """The modelled WSGI server: one accept queue, ``workers`` processes of ``threads`` threads.

    ``cooperative``: one thread, with a green thread of eventlet's for each of at most
    ``connections`` requests that are open at the same time.
    """

    kind: Literal["threaded", "cooperative"] = "threaded"
    workers: int = 1
    threads: int = 1
    connections: int = 1000

    @property
    def processes(self) -> int:
        """How many processes it has. A cooperative server has one."""
        return self.workers if self.kind == "threaded" else 1


class Group(_Plain):
    """Some of a queue's worker processes, of so many threads each.

    They take tasks from the queues of these names only, if there are any; with RQ from the first
    one that has some.
    """

    workers: int = 1
    concurrency: int = 1
    queues: list[str] = []


class Queue(Group):
    """A task queue beside the server, with its workers.

    Where not all workers are alike, ``groups`` says what they are, and the queue's own
    ``workers``, ``concurrency`` and ``queues`` mean nothing. An RQ worker has one thread.
    ``acks_late`` sets Celery's setting of that name, if true. ``scheduler`` says whether what the
    program plans for later or periodically is ever started: Celery's beat, RQ's scheduler.
    ``app`` names the library's object in the listing, where there are several.
    """

    library: Literal["celery", "rq"] = "celery"
    acks_late: bool = False
    scheduler: bool = True
    app: str | None = None
    groups: list[Group] = []

    @property
    def count(self) -> int:
        """How many workers there are."""
        return sum(group.workers for group in self.groups or [self])

    def group(self, number: int) -> Group:
        """What worker ``number`` is, of 1, 2, …"""
        for group in self.groups:
            if number <= group.workers:
                return group
            number -= group.workers
        return self


class Fault(_Plain):
    """Something goes wrong, or is done to the server: one of ``kill``, ``restart``, ``drop``,
    ``down`` and ``slow``.

    It happens ``at`` so many seconds. Processes are named as their lanes are: ``worker-1`` is the
    first worker of the queue, ``web-2`` the second of the server, ``web`` the whole server.

    ``kill``: this process is killed, as by SIGKILL. ``back`` seconds later another takes its place.
    ``restart``: ``web`` is restarted, as in a deploy: new processes take all new requests; the
    old ones answer theirs, wait for their threads, and are killed after ``grace`` seconds.
    ``drop``: of the tasks put into a queue from then on the first, second, … is lost on its way.
    ``down``: the service of this name is not there, ``slow``: it takes ``latency`` seconds for what
    it begins; for so many seconds as it ``lasts``.
    """

    at: float = 0.0
    kill: str | None = None
    restart: str | None = None
    drop: int | None = None
    back: float | None = None
    grace: float = 30.0
    down: str | None = None
    slow: str | None = None
    latency: float = 0.0
    lasts: float = 0.0

    def __post_init__(self) -> None:
        kinds = (self.kill, self.restart, self.drop, self.down, self.slow)
        if sum(what is not None for what in kinds) != 1:
            raise ValueError("a fault is one of 'kill', 'restart', 'drop', 'down' and 'slow'")

    @property
    def service(self) -> str | None:
        """The service that it happens to, None if it is a process or a message."""
        return self.down or self.slow


class Service(_Plain):
    """Stands in for a server outside, so that the program can reach it.

    ``kind`` is what it speaks, ``url`` where it stands: ``https://api.example.com``,
    ``smtp://mail.example.com:2525``. Without ``url`` it stands in for every server of its kind that
    no other names; without either, its name has to be a kind. Times are seconds.

    ``latency`` is how long it works on each mail or request, ``capacity`` on how many at a time
    (others wait), ``fail`` the share of them, 0 to 1, that fail: a mail with 451, a request with
    503. More than ``rate_limit`` in any ``rate_seconds`` are turned away, with 450 or 429. From the
    first to the second time of ``down`` it is not there: connections are refused, or, with
    ``when_down`` = "hang", nobody answers. ``status`` and ``json`` or ``text`` are the answer over
    HTTP.
    """

    name: str
    kind: Literal["smtp", "http"] | None = None
    url: str | None = None
    latency: float = 0.0
    fail: float = 0.0
    down: list[float] | None = None
    when_down: Literal["refuse", "hang"] = "refuse"
    rate_limit: int | None = None
    rate_seconds: float = 1.0
    capacity: int | None = None
    status: int = 200
    json: Any = None
    text: str | None = None

    def protocol(self) -> Literal["smtp", "http"] | None:
        """What it speaks, None where nothing says so."""
        scheme = (self.url or "").partition(":")[0].lower()
        return self.kind or SCHEMES.get(scheme) or SCHEMES.get(self.name.lower())


class Users(_Plain):
    """Who visits, and when each begins.

    ``together``: all at 0. ``every``: one each ``seconds``. ``poisson``: gaps drawn from the
    seed with mean ``seconds``. ``burst``: groups of ``size``, one group each ``seconds``.
    """

    count: int = 1
    arrival: Arrival = "together"
    seconds: float = 1.0
    size: int = 10


class Upload(_Plain):
    """A file that a user sends: with a ``text``, or of so many bytes (``size``)."""

    name: str
    text: str = ""
    size: int | None = None


class UserRequest(_Plain):
    """One request of a user's script. A user's requests are made one after another.

    ``user`` names one user ("Ana" or 1); without it every user makes the request. None is sent
    before ``at`` (seconds after the user begins). ``save`` takes names from the JSON answer, from
    the hidden fields of an HTML form, or else from the headers, for use as ``{name}`` in ``path``,
    ``form``, ``json`` and ``headers`` of later requests; ``{user}`` is the user's own name from
    the start. ``files`` makes the form one with files.
    ``every`` and ``until`` repeat the request each so many seconds until that key of the JSON
    answer is true.
    ``socket`` opens a Socket.IO connection to the namespace ``path`` instead, and keeps it open
    while the script goes on: until the event ``until`` comes, or else until the script is over.
    ``{sid}`` is its session afterwards; ``emit`` is an event to send then: its name and its data.
    ``stream`` keeps the answer open in the same way, for server-sent events.
    """

    method: str = "GET"
    path: str = "/"
    user: str | int | None = None
    at: float = 0.0
    form: dict[str, str] | None = None
    json: Any = None
    headers: dict[str, str] = {}
    files: dict[str, Upload] = {}
    save: list[str] = []
    every: float | None = None
    until: str | None = None
    socket: bool = False
    stream: bool = False
    emit: list[Any] | None = None


class Limits(_Plain):
    """Bounds on a run: virtual seconds, recorded lines, real seconds, megabytes, threads."""

    virtual_seconds: float = 3600.0
    lines: int = 100_000
    real_seconds: float = 10.0
    memory_mb: int = 512
    threads: int = 20_000


class Job(_Plain):
    """What to run: a listing, its parameters, a server, users and a seed.

    ``sources`` maps file names to program text; ``file`` is the one that holds the application
    ``app``, a name or a factory's call. ``constants`` are upper-case names whose literals are
    replaced before compiling. ``root`` is the folder of a user's own program, or None: the run has
    a copy of it. ``path`` is the folder in it that modules are imported from ("" is ``root``).
    ``environment`` are variables that the program sees besides the lab's own.
    ``tasks`` names functions whose calls count as tasks wherever they run.
    ``broker`` is the URL of a real broker for a queue on the wall clock; without it there is one
    that needs no server. ``parameters`` is what the learner set, for the record only.
    ``line_cost`` and ``network`` (each way) are seconds.
    """

    scenario: str
    variant: str
    file: str
    sources: dict[str, str]
    app: str = "app"
    root: str | None = None
    path: str = ""
    environment: dict[str, str] = {}
    constants: dict[str, Value] = {}
    parameters: dict[str, Value] = {}
    seed: int = 0
    clock: Literal["virtual", "wall"] = "virtual"
    broker: str | None = None
    server: Server = msgspec.field(default_factory=Server)
    queue: Queue | None = None
    faults: list[Fault] = []
    services: list[Service] = []
    users: Users = msgspec.field(default_factory=Users)
    requests: list[UserRequest] = []
    line_cost: float = 0.001
    network: float = 0.02
    until: float | None = None
    tasks: list[str] = []
    captions: dict[str, str] = {}
    flow: dict[str, list[str]] = {}
    watch: list[str] = []
    limits: Limits = msgspec.field(default_factory=Limits)


def encode_job(job: Job) -> bytes:
    """The job as JSON. Equal jobs give equal bytes: dictionaries are sorted by key."""
    return msgspec.json.encode(job, order="sorted")


def decode_job(body: bytes) -> Job:
    """The opposite. Raises msgspec.ValidationError for what is not a job."""
    return msgspec.json.decode(body, type=Job)
