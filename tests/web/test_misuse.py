"""Clients that do everything wrong: a clear answer for them, and nothing for anybody else."""

from __future__ import annotations

import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import websocket

from tests.support.server import Server

from .client import Client

LONG_TASK = {"scenario": "long_task", "slots": [{"variant": "thread"}]}
REAL = {"variant": "inline", "clock": "wall"}


@pytest.fixture(autouse=True)
def others_are_served(server: Server) -> Iterator[None]:
    """Whatever a client does, another one gets its run."""
    with Client(server.url) as witness:
        yield
        witness.collect(witness.ask("open", LONG_TASK)["run"], 1)
    with Client(server.url) as newcomer:
        newcomer.collect(newcomer.ask("open", LONG_TASK)["run"], 1)


def slot(**fields: Any) -> dict[str, Any]:
    return {"scenario": "long_task", "slots": [{"variant": "thread", **fields}]}


@pytest.mark.parametrize(
    ("wish", "code", "field"),
    [
        ({"scenario": "nope", "slots": [{"variant": "x"}]}, "unknown_lesson", "scenario"),
        ({"scenario": 5, "slots": [{"variant": "x"}]}, "invalid", "scenario"),
        ({"scenario": "long_task"}, "invalid", "slots"),
        ({"scenario": "long_task", "slots": []}, "invalid", "slots"),
        ({"scenario": "long_task", "slots": [{"variant": "thread"}] * 5}, "invalid", "slots"),
        ({"scenario": "long_task", "slots": {"0": {}}}, "invalid", "slots"),
        ({"scenario": "long_task", "slots": [None]}, "invalid", "slots[0]"),
        ({"scenario": "long_task", "slots": [{}]}, "invalid", "slots[0].variant"),
        ({**LONG_TASK, "colour": "red"}, "invalid", "colour"),
        (slot(variant="nope"), "unknown_variant", "slots[0].variant"),
        (slot(parameters={"nope": 1}), "parameter", "slots[0].parameters.nope"),
        (slot(parameters={"task_seconds": 11}), "parameter", "slots[0].parameters.task_seconds"),
        (slot(parameters={"task_seconds": "5"}), "parameter", "slots[0].parameters.task_seconds"),
        (slot(parameters={"task_seconds": None}), "parameter", "slots[0].parameters.task_seconds"),
        (slot(parameters={"users": 1.5}), "parameter", "slots[0].parameters.users"),
        (slot(parameters={"users": [1]}), "invalid", "slots[0].parameters.users"),
        (slot(parameters={"users": 10**400}), "invalid", "slots[0].parameters.users"),
        (slot(parameters={"users": "x" * 1000}), "invalid", "slots[0].parameters.users"),
        (slot(parameters=[]), "invalid", "slots[0].parameters"),
        (slot(seed="1"), "invalid", "slots[0].seed"),
        (slot(seed=1.5), "invalid", "slots[0].seed"),
        (slot(seed=-1), "parameter", "slots[0].seed"),
        (slot(seed=10**30), "parameter", "slots[0].seed"),
        ({"scenario": "unreal", "slots": [REAL]}, "unavailable", "slots[0].clock"),
        (slot(clock="sun"), "invalid", "slots[0].clock"),
        ({**LONG_TASK, "after": {"0": 1}}, "invalid", "run"),
        ({**LONG_TASK, "run": "r", "after": {"1": 1}}, "invalid", "after.1"),
        ({**LONG_TASK, "run": "r", "after": {"0": -1}}, "invalid", "after.0"),
        ({**LONG_TASK, "run": "r", "after": {"0": True}}, "invalid", "after.0"),
        ({**LONG_TASK, "run": "r", "after": 5}, "invalid", "after"),
        ({**LONG_TASK, "run": 5}, "invalid", "run"),
        ({**LONG_TASK, "run": "r"}, "changed", "run"),
        (None, "invalid", None),
        ([], "invalid", None),
        ("open", "invalid", None),
    ],
)
def test_open_names_what_is_wrong(server: Server, wish: Any, code: str, field: str | None) -> None:
    with Client(server.url) as client:
        error = client.ask("open", wish)["error"]
        assert (error["code"], error["field"]) == (code, field)
        assert error["message"][-1] == "."
        assert "\n" not in error["message"]


@pytest.mark.parametrize("arguments", [[], [LONG_TASK, LONG_TASK]])
def test_open_takes_one_object(server: Server, arguments: list[Any]) -> None:
    with Client(server.url) as client:
        assert client.ask("open", *arguments)["error"]["code"] == "invalid"


def test_a_wrong_slot_leaves_the_others_alone(server: Server) -> None:
    slots = [{"variant": "inline"}, {"variant": "nope"}, {"variant": "thread", "seed": -1}]
    with Client(server.url) as client:
        answer = client.ask("open", {"scenario": "long_task", "slots": slots})
        right, unknown, seed = answer["slots"]
        assert right["title"] == "Inside the request"
        assert (unknown["slot"], unknown["error"]["code"]) == (1, "unknown_variant")
        assert unknown["error"]["field"] == "variant"
        assert (seed["slot"], seed["error"]["field"]) == (2, "seed")
        name, data, _ = client.event()
        assert (name, data["slot"]) == ("chunk", 0)


def test_every_slot_wrong_is_told_of_every_slot(server: Server) -> None:
    slots = [{"variant": "nope"}, {"variant": "thread", "seed": -1}]
    with Client(server.url) as client:
        answer = client.ask("open", {"scenario": "long_task", "slots": slots})
        assert answer["error"]["field"] == "slots[0].variant"
        assert [slot["error"]["field"] for slot in answer["slots"]] == ["variant", "seed"]
        assert "run" not in answer


@pytest.mark.parametrize(
    ("event", "argument", "code", "field"),
    [
        ("close", {"run": "never opened"}, "unknown_run", "run"),
        ("close", {"run": 5}, "invalid", "run"),
        ("close", {}, "invalid", "run"),
        ("close", None, "invalid", None),
        ("chunk", {"run": "x"}, "unknown_event", None),
        ("end", {}, "unknown_event", None),
        ("", {}, "unknown_event", None),
        ("x" * 5000, {}, "unknown_event", None),
        ("message", "hello", "unknown_event", None),
        ("json", {}, "unknown_event", None),
        ("connect", {}, "malformed", None),
        ("disconnect", "because", "malformed", None),
        ("*", {}, "malformed", None),
        ("malformed", {}, "malformed", None),
    ],
)
def test_events_that_are_not_to_be_sent(
    server: Server, event: str, argument: Any, code: str, field: str | None
) -> None:
    with Client(server.url) as client:
        error = client.ask(event, argument)["error"]
        assert (error["code"], error["field"]) == (code, field)
        assert "run" in client.ask("open", LONG_TASK)


#: Socket.IO packets (inside Engine.IO's ``4``) that make no sense.
CROOKED = [
    "42",
    "42{}",
    "42[]",
    "42[1]",
    "42[null,1]",
    "42[[]]",
    '42["open"',
    "42" + "[" * 20000,
    '42["open",' + '{"a":' * 3000 + "1" + "}" * 3000 + "]",
    '42["open",NaN]',
    '42["open","\\ud800"]',
    '42²["open"]',
    "42" + "9" * 200 + '["open"]',
    "430[]",
    "431",
    '431{"a":1}',
    "43[]",
    '43-1["x"]',
    "44",
    '44{"message":"x"}',
    '451-["open",{"_placeholder":true,"num":0}]',
    '4510-["open",{"_placeholder":true,"num":7}]',
    "461-3[]",
    "47",
    "49",
    "4x",
    "4²",
    "4",
    "4null",
    "4false",
    "4{}",
    '4{"a":1}',
    "4[1,2]",
    "4true",
]


@pytest.mark.parametrize("frame", CROOKED, ids=lambda frame: frame[:20])
def test_crooked_packets_are_told_and_cost_nothing(server: Server, frame: str) -> None:
    with Client(server.url) as client:
        client.socket.send(frame)
        assert "run" in client.ask("open", LONG_TASK)
        problems = [event for event in client.events if event[0] == "problem"]
        (problem,) = problems
        assert (problem[1]["code"], problem[1]["run"]) == ("malformed", None)


@pytest.mark.parametrize(
    "frame",
    ["40", '40{"token":"x"}', "40/other,", "42/other,1[]", "41/other,", "439[]", "4399[1,2]", "5"],
)
def test_needless_packets_do_no_harm(server: Server, frame: str) -> None:
    with Client(server.url) as client:
        client.socket.send(frame)
        client.ask("close", {"run": "x"})
        client.collect(client.ask("open", LONG_TASK)["run"], 1)


def test_binary_messages_are_told(server: Server) -> None:
    with Client(server.url) as client:
        for body in (b"", b"\x00\xff", b'2["open"]'):
            if body:
                client.socket.send_binary(body)
                assert client.event("problem")[1]["code"] == "malformed"
        assert "run" in client.ask("open", LONG_TASK)


@pytest.mark.parametrize("frame", ["", "x", "é", "9", "²", "{}"])
def test_what_is_no_packet_at_all_ends_its_connection_only(server: Server, frame: str) -> None:
    with Client(server.url) as client:
        client.socket.send(frame)
        with pytest.raises((websocket.WebSocketException, OSError)):
            client.frame()


def test_an_acknowledgement_that_nobody_asked_for_spoils_nothing(server: Server) -> None:
    with Client(server.url) as client:
        for number in (0, 1, 2, 99):
            client.socket.send(f"43{number}[]")
        assert client.event("problem")[1]["code"] == "malformed"  # 0 is the library's own
        client.collect(client.ask("open", LONG_TASK)["run"], 1)


def test_acknowledging_twice_sends_nothing_twice(server: Server) -> None:
    with Client(server.url) as client:
        run = client.ask("open", {"scenario": "rounds", "slots": [{"variant": "inline"}]})["run"]
        _, _, number = client.event("chunk")
        for _ in range(3):
            client.acknowledge(number)
        assert client.event("chunk")[1]["chunk"] == 1
        assert client.quiet(0.3)
        client.ask("close", {"run": run})


def test_events_before_the_connection_is_made(server: Server) -> None:
    url = server.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    early = websocket.create_connection(url, origin=server.url, timeout=5)
    try:
        early.recv()
        early.send('421["open",{}]')
        early.send("430[]")
        early.send("41")
        early.send("40")
        assert early.recv().startswith("40{")
    finally:
        early.close()


def test_disconnecting_and_connecting_again_on_one_socket(server: Server) -> None:
    with Client(server.url) as client:
        client.ask("open", LONG_TASK)
        for _ in range(5):
            client.socket.send("41")
            client.socket.send("40")
        while not client.frame().startswith("40{"):
            pass
        client.events.clear()
        client.collect(client.ask("open", LONG_TASK)["run"], 1)


def test_random_frames_never_silence_the_server(server: Server) -> None:
    chance = random.Random(3)
    pieces = ["4", "2", "3", "0", "1", "[", "]", "{", "}", '"open"', '"close"', ",", ":", "7", "-"]
    pieces += ['"run"', '"slots"', "null", "true", '"scenario"', '"long_task"', "\x00", "é", " "]
    for _ in range(20):
        with Client(server.url) as client:
            for _ in range(50):
                frame = "4" + "".join(chance.choices(pieces, k=chance.randint(0, 12)))
                client.socket.send(frame)
            client.socket.send("40")  # in case it said goodbye
            assert "run" in client.ask("open", LONG_TASK)


def cut_off(client: Client, *frames: bytes) -> bool:
    """Send frames until the server has closed the connection, which it has to within seconds."""
    client.socket.settimeout(8)
    try:
        for frame in frames:
            client.socket.sock.sendall(frame)
        client.frame()
    except TimeoutError:  # nor does it read any more, nor close
        return False
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        return True
    return False


def frame(body: str, code: int = websocket.ABNF.OPCODE_TEXT, final: int = 1) -> bytes:
    masked: bytes = websocket.ABNF(final, 0, 0, 0, code, 1, body.encode()).format()
    return masked


@pytest.mark.parametrize("size", [70_000, 5_000_000])
def test_a_message_that_is_too_long_ends_its_connection(server: Server, size: int) -> None:
    with Client(server.url) as client:
        assert cut_off(client, frame('421["open","' + "x" * size + '"]'))


def test_a_message_in_endless_fragments_ends_its_connection(server: Server) -> None:
    pieces = [frame("x" * 10_000, websocket.ABNF.OPCODE_CONT, final=0)] * 2000
    with Client(server.url) as client:
        assert cut_off(client, frame("4", final=0), *pieces)


def test_a_flood_starves_nobody(server: Server) -> None:
    """A client sends without pause for two seconds; another is answered all the while."""
    frames = 50 * frame('42["x"]')
    sent = 0
    slowest = 0.0
    with Client(server.url) as flood, Client(server.url) as other:
        over = threading.Event()

        def send() -> None:
            nonlocal sent
            while not over.is_set():
                try:
                    flood.socket.sock.sendall(frames)
                except TimeoutError:
                    continue  # the server takes its time, as it should
                sent += 50

        flood.socket.settimeout(0.2)
        flooding = threading.Thread(target=send)
        flooding.start()
        until = time.monotonic() + 2
        while time.monotonic() < until:
            began = time.monotonic()
            other.ask("close", {"run": "x"})
            with urllib.request.urlopen(f"{server.url}/healthz") as answer:
                assert answer.status == 200
            slowest = max(slowest, time.monotonic() - began)
        assert flooding.is_alive()
        over.set()
        flooding.join()
    assert sent > 1000
    assert slowest < 1.0
