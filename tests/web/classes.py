"""A class as browsers have one: a teacher's and students' connections, and the requests before."""

from __future__ import annotations

import itertools
import json
import secrets
import urllib.error
import urllib.request
from typing import Any

from .client import Client

SCENE = {
    "lesson": "long_task",
    "slots": [
        {"variant": "inline", "parameters": {"task_seconds": 5}, "seed": 0},
        {"variant": "thread", "parameters": {"task_seconds": 5}, "seed": 0},
    ],
    "trueTime": False,
    "align": "step",
    "views": "code,steps.queue",
    "change": True,
    "speed": 1,
    "highlights": [],
}
CURSOR = {"slot": 1, "step": 3, "s": 0.5, "t": 1.25, "playing": True, "pointer": None}
TEA = {"kind": "choice", "text": "Tea or coffee?", "choices": ["tea", "coffee"]}


def request(
    url: str,
    path: str,
    body: Any = None,
    *,
    method: str | None = None,
    secret: str | None = None,
    origin: str | None = "",
) -> tuple[int, Any, dict[str, str]]:
    """Status, body (read, if it is JSON) and headers of an answer."""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if origin is not None:
        headers["Origin"] = origin or url
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    asked = urllib.request.Request(
        url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers=headers,
        method=method or ("GET" if body is None else "POST"),
    )
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, *_read(answer)
    except urllib.error.HTTPError as error:
        return error.code, *_read(error)


def _read(answer: Any) -> tuple[Any, dict[str, str]]:
    text = answer.read().decode()
    headers = dict(answer.headers)
    return (json.loads(text) if "json" in headers.get("Content-Type", "") else text), headers


def new_id() -> str:
    return secrets.token_urlsafe(16)


class Class:
    """A class that was started on the server at ``url``. Close it, or use it with ``with``."""

    def __init__(self, url: str, **fields: Any) -> None:
        self.url = url
        status, told, _ = request(url, "/classes", {"lesson": "long_task", **fields})
        assert status == 201, told
        self.code: str = told["code"]
        self.secret: str = told["secret"]
        self.told = told
        self._names = itertools.count(1)
        self.clients: list[Client] = []

    def __enter__(self) -> Class:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections of its members."""
        for client in self.clients:
            client.socket.shutdown()

    def host(self, role: str = "host") -> Member:
        return self._entered(Member(self, self.secret, role))

    def join(self, name: str | None = "", key: str | None = None) -> Member:
        """A student with a seat, not connected yet."""
        key = key or secrets.token_urlsafe(32)
        body = {"key": key, "name": f"Student {next(self._names)}" if name == "" else name}
        status, told, _ = request(self.url, f"/classes/{self.code}/join", body)
        assert status == 200, told
        member = Member(self, key, "student")
        member.seat, member.name = told["seat"], told["name"]
        return member

    def student(self, name: str | None = "") -> Member:
        return self._entered(self.join(name))

    def _entered(self, member: Member) -> Member:
        member.connect()
        return member


class Member:
    """Somebody of a class; ``snapshot`` is the answer to ``enter``."""

    client: Client
    seat: int
    name: str

    def __init__(self, of: Class, secret: str, role: str) -> None:
        self.of = of
        self.secret = secret
        self.role = role
        self.snapshot: dict[str, Any] = {}

    def connect(self) -> dict[str, Any]:
        """Connect (once more) and enter."""
        self.client = Client(self.of.url)
        self.of.clients.append(self.client)
        self.snapshot = self.ask(
            "enter", {"code": self.of.code, "secret": self.secret, "as": self.role}
        )
        assert "error" not in self.snapshot, self.snapshot
        return self.snapshot

    def connect_again(self) -> Any:
        """Enter once more over the same connection."""
        return self.ask("enter", {"code": self.of.code, "secret": self.secret, "as": self.role})

    def drop(self) -> None:
        """Lose the connection, as a phone does that leaves the room."""
        self.client.socket.shutdown()

    def ask(self, event: str, data: Any = None) -> Any:
        return self.client.ask(event, data)

    def refused(self, event: str, data: Any = None) -> str:
        """The code of the error that is the answer."""
        answer = self.ask(event, data)
        assert set(answer) == {"error"}, answer
        code: str = answer["error"]["code"]
        return code

    def answer(self, asked: int, answer: Any, round: int = 1, id: str | None = None) -> Any:
        return self.ask(
            "answer",
            {
                "id": new_id() if id is None else id,
                "asked": asked,
                "round": round,
                "answer": answer,
            },
        )

    def vote(self, asked: int, do: str) -> None:
        assert self.ask("vote", {"asked": asked, "do": do}) == {}

    def event(self, *names: str) -> Any:
        """The data of the next event of these names."""
        return self.client.event(*names)[1]

    def nothing(self, *names: str) -> bool:
        """Whether no event of these names comes before the answer to what is asked now."""
        self.client.ask("close", {"run": "none"})
        return not any(name in names for name, _, _ in self.client.events)

    def forget(self) -> None:
        """Drop what has been told so far."""
        self.client.ask("close", {"run": "none"})
        self.client.events.clear()

    def until(self, name: str, **fields: Any) -> Any:
        """The first event of this name whose data has these fields."""
        while True:
            data = self.event(name)
            if data is not None and all(data.get(key) == value for key, value in fields.items()):
                return data
