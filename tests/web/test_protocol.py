"""What the server says has the shape that docs/protocol.asyncapi.yaml promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.support.server import running
from visualizer.trace.agreement import Free
from visualizer.web import streams
from visualizer.web.chunks import MAX_CHUNK, pack
from visualizer.web.guard import MAX_MESSAGE, MOST_WAITING, PACE
from visualizer.web.messages import MAX_SLOTS

from .client import Client
from .fakes import trace

DOCS = Path(__file__).resolve().parents[2] / "docs"
API = yaml.safe_load((DOCS / "protocol.asyncapi.yaml").read_text(encoding="utf-8"))
TEXT = (DOCS / "protocol.md").read_text(encoding="utf-8")
CODES = set(API["components"]["schemas"]["code"]["enum"])
CLASS_CODES = set(API["components"]["schemas"]["classCode"]["enum"])


def check(name: str, message: Any) -> Any:
    """The message, if it has the shape of this schema."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": API["components"]}
    errors = Draft7Validator(schema).iter_errors(message)
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []
    return message


@pytest.fixture(scope="module")
def client(scenarios: Path) -> Iterator[Client]:
    with running("--scenarios", str(scenarios)) as server, Client(server.url) as client:
        yield client


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["$ref"]] if "$ref" in value else []
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_the_description_is_sound() -> None:
    assert API["asyncapi"] == "3.0.0"
    for reference in references(API):
        found = API
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    for schema in API["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)


def test_its_examples_are_right() -> None:
    for name, message in API["components"]["messages"].items():
        for example in message.get("examples", []):
            check(name, example["payload"])


@pytest.mark.parametrize(
    "wish",
    [
        {"scenario": "long_task", "slots": [{"variant": "inline"}, {"variant": "thread"}]},
        {"scenario": "rounds", "slots": [{"variant": "inline", "parameters": {"rounds": 3}}]},
        {"scenario": "greet", "slots": [{"variant": "late", "seed": 3}]},
    ],
)
def test_a_run(client: Client, wish: dict[str, Any]) -> None:
    check("open", wish)
    run = check("opened", client.ask("open", wish))["run"]
    for told in client.collect(run, len(wish["slots"])).values():
        for name, message in told:
            check(name, message)
        assert told[-1][0] == "end"
    check("closed", client.ask("close", {"run": run}))


@pytest.mark.parametrize(
    "wish",
    [
        None,
        {},
        {"scenario": "nope", "slots": [{"variant": "x"}]},
        {"scenario": "long_task", "slots": [{"variant": "x"}]},
        {"scenario": "long_task", "slots": [{"variant": "x"}, {"variant": "thread"}]},
        {"scenario": "long_task", "slots": [{"variant": "thread", "parameters": {"users": 99}}]},
        {"scenario": "unreal", "slots": [{"variant": "inline", "clock": "wall"}]},
        {"scenario": "long_task", "slots": [{"variant": "thread"}], "run": "x"},
        {"scenario": "long_task", "slots": [{"variant": "thread", "clock": "wall"}], "run": "x"},
    ],
)
def test_refusals(client: Client, wish: Any) -> None:
    answer = check("opened", client.ask("open", wish))
    if "run" in answer:
        check("closed", client.ask("close", {"run": answer["run"]}))
    check("closed", client.ask("close", wish))


def test_a_run_for_real(client: Client) -> None:
    client.events.clear()  # of runs that other tests have closed
    slots = [{"variant": "thread", "parameters": {"task_seconds": 0.5}, "clock": "wall"}]
    run = check("opened", client.ask("open", {"scenario": "long_task", "slots": slots}))["run"]
    told = client.collect(run, 1)[0]
    for name, message in told:
        check(name, message)
    assert any("progress" in message for _, message in told)
    assert any("anew" in message for _, message in told)
    assert told[-1][1]["agreement"]["requests"] == 1


def test_problems(client: Client) -> None:
    wish = {"scenario": "broken", "slots": [{"variant": "inline"}]}
    run = check("opened", client.ask("open", wish))["run"]
    check("problem", client.event("problem")[1])
    client.socket.send("42{}")
    check("problem", client.event("problem")[1])
    check("closed", client.ask("close", {"run": run}))


def test_long_records() -> None:
    packed = pack(trace(), [{"kind": "output", "t": 0, "lane": "a", "text": "x" * 90_000}], int)
    assert len(packed.chunks) > 2
    for number, fields in enumerate(packed.chunks):
        check("chunk", {"run": "r", "slot": 0, "chunk": number, **fields})


def codes_in(table: str) -> set[str]:
    """The codes that a table in the text names."""
    rows = [row.split("|")[1] for row in table.splitlines() if row.count("|") > 2]
    return {code for row in rows for code in re.findall(r"`(\w+)`", row)}


def test_the_text_and_the_description_name_the_same() -> None:
    _, first, second = TEXT.split("| code | when |")
    assert codes_in(first.partition("\n\n")[0]) == CODES
    assert codes_in(second) == CLASS_CODES
    kinds = set(API["components"]["schemas"]["record"]["properties"]["kind"]["enum"])
    assert kinds <= set(re.findall(r"`(\w+)`", TEXT))


def test_what_a_lesson_may_leave_open_is_told_in_words() -> None:
    free = set(get_args(Free))
    told = API["components"]["schemas"]["agreement"]["properties"]["free"]["items"]["enum"]
    assert set(told) == free
    words = (DOCS.parent / "static" / "js" / "agreement.js").read_text(encoding="utf-8")
    table = words.partition("const FREE = {")[2].partition("};")[0]
    assert set(re.findall(r"(\w+): \"", table)) == free


#: What answers no event of the socket.
OVER_HTTP = ("course_pages.py", "exports.py", "pages.py", "quiz.py", "saved.py")


def test_the_codes_are_those_of_the_program() -> None:
    here = Path(streams.__file__).parent
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in (here, here.parent / "classroom")
        for path in folder.glob("*.py")
        if path.name not in OVER_HTTP
    )
    used = set(re.findall(r'(?:Refusal|Refused|__init__)\(\s*"(\w+)"', source))
    used |= set(re.findall(r'"code": "(\w+)"', source))
    used -= {"points", "seconds"}  # of a question; the edge has refused these before, as invalid
    used.discard("unknown_chapter")  # only pages ask for chapters
    assert used - {"invalid"} <= CODES | CLASS_CODES
    # ``removed`` and some others are made where the pattern does not see them.
    assert {"silent", "changed", "internal", "not_driving", "slow_down"} <= used


def test_the_figures_are_those_of_the_program() -> None:
    limits = streams.Limits()
    for figure in (
        f"{MAX_CHUNK // 1024} KB",
        f"{MAX_MESSAGE // 1024} KB",
        f"{MOST_WAITING} messages",
        f"{PACE:g} messages a second",
        f"1 to {MAX_SLOTS}",
        f"{limits.runs} runs",
        f"{limits.working} slots",
        f"{limits.unacknowledged} chunks",
        f"for {limits.patience:g} s",
    ):
        assert figure in TEXT
